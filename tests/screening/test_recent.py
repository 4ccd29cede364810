from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.model import AccountRef, Message, MessageRef, Place, Text, View
from bot.screening import Recent
from bot.screening.recent import Said, without_spaces

from .said import ALICE, said

BOB = AccountRef("playground", "bob")


def numbered(number: int, chat: str = "society", author: AccountRef = ALICE) -> Message:
    """A message told apart by its number."""
    return replace(said(f"message {number}"), ref=MessageRef(Place("playground", chat), str(number)), author=author)


def test_it_remembers_only_the_last_messages_of_a_chat_oldest_first() -> None:
    recent = Recent(messages=3)

    for number in range(5):
        recent.add(numbered(number))

    assert [message.ref.id for message in recent.of(Place("playground", "society"))] == ["2", "3", "4"]


def test_it_forgets_the_chat_that_was_quiet_longest() -> None:
    recent = Recent(chats=2)

    for number, chat in enumerate(["one", "two", "one", "three"]):
        recent.add(numbered(number, chat))

    assert not recent.of(Place("playground", "two"))
    assert recent.of(Place("playground", "one"))


def test_an_edit_takes_the_place_of_what_it_changed() -> None:
    recent = Recent()
    recent.add(numbered(1))
    recent.add(numbered(2))

    recent.add(replace(numbered(1), texts=(Text(View.TEXT, "edited"),)))

    assert [message.body for message in recent.of(Place("playground", "society"))] == ["edited", "message 2"]


def test_it_forgets_what_it_is_told_to() -> None:
    recent = Recent()
    for number in range(4):
        recent.add(numbered(number, author=BOB if number == 3 else ALICE))

    recent.forget(Place("playground", "society"), ["0"])
    recent.forget_account(BOB)

    assert [message.ref.id for message in recent.of(Place("playground", "society"))] == ["1", "2"]
    recent.forget(Place("playground", "society"))
    assert not recent.of(Place("playground", "society"))


@given(
    st.lists(
        st.tuples(
            st.integers(0, 5), st.sampled_from([ALICE, BOB]), st.sampled_from(["Hello there", "hello  THERE", "", "no"])
        )
    ),
    st.integers(0, 5),
)
def test_what_is_looked_up_is_what_looking_through_everything_finds(
    heard: list[tuple[int, AccountRef, str]], gone: int
) -> None:
    kept = Said()
    for number, author, text in heard:
        kept.add(replace(numbered(number, author=author), texts=(Text(View.TEXT, text),)))

    kept.drop(("", str(gone)))

    for author in (ALICE, BOB):
        assert sorted(kept.by(author), key=id) == sorted([one for one in kept if one.author == author], key=id)
    for text in ("HELLO there", "", "yes"):
        same = [one for one in kept if without_spaces(one.body) == without_spaces(text)]
        assert sorted(kept.saying(text), key=id) == sorted(same, key=id)
