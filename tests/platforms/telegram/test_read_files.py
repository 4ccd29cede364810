"""The files of Telegram's messages, and which messages are one album."""

import pytest

from bot.platforms.telegram.read import Albums
from tests.platforms.telegram.payloads import PHOTO, Json, message, noun


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"photo": PHOTO}, ("large", "photo-50.jpg", "image/jpeg", 9000)),
        (
            {"document": {"file_id": "d", "file_unique_id": "d", "file_name": "a.pdf", "mime_type": "application/pdf"}},
            ("d", "a.pdf", "application/pdf", 0),
        ),
        (
            {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 1, "file_size": 5}},
            ("v", "file-50.ogg", "audio/ogg", 5),
        ),
        (
            {
                "animation": {"file_id": "g", "file_unique_id": "g", "width": 1, "height": 1, "duration": 1},
                "document": {"file_id": "g", "file_unique_id": "g"},
            },
            ("g", "file-50.bin", "application/octet-stream", 0),
        ),
    ],
)
def test_a_file_can_be_fetched_again(more: Json, expected: tuple[str, str, str, int]) -> None:
    (one,) = noun(**more).attachments

    assert (one.handle, one.name, one.media_type, one.size) == expected


def test_an_albums_messages_know_of_each_other_as_far_as_they_were_seen() -> None:
    albums = Albums()
    first, second = (message(message_id=n, photo=PHOTO, media_group_id="g") for n in (1, 2))

    seen = [albums.see(first), albums.see(second), albums.see(second), albums.see(message(text="alone"))]

    assert seen == [True, False, False, True]
    assert albums.others(first) == ("2",)
    assert albums.others(second) == ("1",)
    assert albums.others(message(text="alone")) == ()


def test_only_so_many_albums_are_remembered() -> None:
    albums = Albums(room=2)

    for number in range(3):
        for message_id in (1, 2):
            albums.see(message(message_id=message_id, photo=PHOTO, media_group_id=str(number)))

    assert albums.others(message(message_id=1, photo=PHOTO, media_group_id="0")) == ()
    assert albums.others(message(message_id=1, photo=PHOTO, media_group_id="2")) == ("2",)
