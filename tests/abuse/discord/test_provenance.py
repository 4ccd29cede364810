"""Fabricated screenshots: all that is shown says how far it proves itself; what is handed in goes on as pixels only."""

from io import BytesIO

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bot.desk import picture
from bot.model import ExhibitKind, Provenance
from bot.store import cases
from tests.stories.discord.lodge import OLUS_ADDRESS, Lodge
from tests.wire.discord import File

CANARY = "canary-in-the-metadata"


def shot(kind: str = "PNG") -> bytes:
    """A made-up screenshot with something in its metadata."""
    out, more = BytesIO(), {}
    if kind == "PNG":
        info = PngInfo()
        info.add_text("Comment", CANARY)
        more = {"pnginfo": info}
    Image.new("RGB", (40, 30), "teal").save(out, kind, **more)
    return out.getvalue()


async def test_every_exhibit_says_how_far_it_proves_itself_wherever_it_is_shown(lodge: Lodge) -> None:
    await lodge.alice.say(lodge.general, "whose turn is it?")
    draft = await lodge.mallory.say(lodge.general, "you play badly")
    await lodge.mallory.edit(draft, "you play like a clown")
    await lodge.settled()
    await lodge.alice.menu("Flag to committee", draft)
    await lodge.carded()
    shown = await lodge.mona.slash(lodge.committee, "case", case=lodge.reference)
    form = await lodge.mona.press(shown, "Add screenshots")
    files = [File("made-up.png", shot()), File("made-up.gif", shot("GIF"))]
    kept = await lodge.mona.submit(form, {"Screenshots (PNG, JPEG or WebP)": files})
    await lodge.mona.press(lodge.card, "4 · Report to the Union")
    mail = await lodge.mailbox.receives(to=OLUS_ADDRESS)
    await lodge.settled()

    async with lodge.house.app.store.read() as read:
        case = await cases.case_by_ref(read, lodge.reference)
        assert case is not None
        exhibits = await cases.exhibits_of(read, case.id)
    by_kind = {kind: {one.provenance for one in exhibits if one.kind is kind} for kind in ExhibitKind}
    transcript = await picture.transcript_of(lodge.house.app, case, exhibits)
    told = lodge.olu.inbox[-1]
    assert by_kind[ExhibitKind.SCREENSHOT] == {Provenance.UNVERIFIED}
    assert by_kind[ExhibitKind.CONTEXT] == {Provenance.HEARD}
    assert by_kind[ExhibitKind.MESSAGE] == {Provenance.CAPTURED, Provenance.HEARD}
    assert {line.flagged: line.provenance for line in transcript.lines} == {True: "A", False: "B"}
    for text in (lodge.card.text, told.text, mail.text):
        assert "A captured: 1" in text
        assert "C handed in: 1" in text
    for text in (told.text, mail.text):
        assert "marked C was handed in by a person and is not verified: it is never enough by itself" in text
    assert "only PNG, JPEG and WebP pictures are taken" in kept.text
    handed = [one for one in told.attachments if one.filename.startswith("C-handed-in-")]
    assert len(handed) == 1
    assert handed[0].data.startswith(b"\xff\xd8\xff")
    assert all(CANARY.encode() not in one.data for one in told.attachments)
    assert all(CANARY.encode() not in data for data in mail.files.values())


async def test_without_anything_handed_in_nothing_is_said_of_it(lodge: Lodge) -> None:
    told = await lodge.escalated()

    assert "C handed in: 0" in told.text
    assert "never enough by itself" not in told.text
