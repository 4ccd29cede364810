"""Transcripts that try a picture: an ordinary chat, every trick, every limit. Names and texts are made up.

`python -m tests.evidence.gallery FOLDER [NAME ...]` draws them for a person to look at.
"""

import io
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image, ImageDraw

from bot.evidence.fonts import installed
from bot.evidence.picture import Drawer
from bot.evidence.transcript import Line, Transcript
from bot.model import AccountRef, Attachment, AuthorKind, Mark, MarkKind, Message, MessageRef, Place, Text, View

START = datetime(2026, 11, 22, 20, 12, 41, tzinfo=UTC)
ROOM = Place("discord", "900100200", "general", title="general")
PEOPLE = {
    "Amelia": AccountRef("discord", "81230045", "Amelia", "amelia.h"),
    "Yusuf": AccountRef("discord", "81230046", "Yusuf (يوسف)", "yusuf"),
    "Kobayashi": AccountRef("discord", "81230047", "小林", "kobayashi"),
    "Noam": AccountRef("discord", "81230048", "נועם", "noam"),
    "Rook": AccountRef("discord", "81230049", "rook_taker", "rook_taker"),
    "Porter": AccountRef("discord", "81230050", "Porter", "porter", AuthorKind.BOT),
}


def text(words: str) -> tuple[Text, ...]:
    """A message's texts, when all there is is its body."""
    return (Text(View.TEXT, words),)


def message(number: int, author: str, words: str = "", **more: object) -> Message:
    """Message `number` of the chat, said so many times 47 seconds after the start."""
    fields: dict[str, object] = {"texts": text(words), **more}
    return Message(MessageRef(ROOM, str(number)), PEOPLE[author], START + timedelta(seconds=47 * number), **fields)  # type: ignore[arg-type]  # the fields are the caller's


def transcript(*lines: Line, platform: str = "discord", place: str = "#general") -> Transcript:
    """Lines as a transcript of the chess society."""
    return Transcript(
        reference="SU-2026-0042",
        society="Chess & Board Games Society",
        place=place,
        platform=platform,
        captured_at=START + timedelta(minutes=9),
        timezone="Europe/London",
        sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        lines=lines,
    )


def said(words: str, *, flagged: bool = True, author: str = "Rook", **more: object) -> Transcript:
    """A transcript of one message."""
    return transcript(Line(message(1, author, words, **more), flagged=flagged))


def poster(side: int = 480) -> bytes:
    """A small JPEG: a chess board."""
    image = Image.new("RGB", (side, side * 3 // 4), "#f0d9b5")
    draw = ImageDraw.Draw(image)
    square = side // 8
    for place in range(64):
        x, y = place % 8 * square, place // 8 * square
        if (place + place // 8) % 2:
            draw.rectangle((x, y, x + square, y + square), fill="#946f51")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def ordinary() -> Transcript:
    """A chat as it mostly is, with one message flagged."""
    words = "@Amelia you are pathetic and nobody wants you at the club. Don't come on Thursday or else"
    meeting = message(0, "Amelia", "Meeting moved to room B2.14 — see you there 🎲♟️ 🏳️‍🌈 👩🏽‍💻 🇬🇧")
    reply = message(1, "Yusuf", "مرحبا، هل الاجتماع في الساعة 7؟ I can bring the clocks", reply_to=meeting.ref)
    flyer = Attachment("a1", "poster-final-v3.png", "image/png", 482_113)
    minutes = Attachment("a2", "minutes.pdf", "application/pdf", 1_834_220)
    files = message(2, "Kobayashi", "大丈夫です、行きます。ポスターはこちら", attachments=(flyer, minutes))
    threat = message(
        4,
        "Rook",
        words,
        marks=(Mark(0, 7, MarkKind.MENTION, "81230045"),),
        reply_to=meeting.ref,
        edited_at=START + timedelta(minutes=4),
    )
    at = words.index("pathetic")
    return transcript(
        Line(meeting),
        Line(reply),
        Line(files, thumbnails={"a1": poster()}, why={"a2": "Only pictures are shown; the file is in the record."}),
        Line(message(3, "Noam", "שלום לכולם, אני מביא קפה ועוגה ☕")),
        Line(
            threat,
            flagged=True,
            deleted=True,
            deleted_by="its author",
            earlier=("@Amelia you are pathetic, get lost",),
            words=((at, at + 8), (words.index("or else"), len(words))),
        ),
        Line(message(5, "Amelia", "please stop", reply_to=threat.ref)),
        Line(message(6, "Porter", "A member has asked the committee to look at this.")),
    )


def rich() -> Transcript:
    """Links, code, spoilers, forwards, polls, stickers, and a person without a name."""
    words = "Read this or run rm -rf / and see spoiler here https://example.org/rules"
    link, code, spoiler = words.index("this"), words.index("rm"), words.index("spoiler")
    marks = (
        Mark(link, link + 4, MarkKind.LINK, "https://example.org/not-what-it-says?next=https://example.net/"),
        Mark(code, code + 8, MarkKind.CODE),
        Mark(spoiler, spoiler + 12, MarkKind.SPOILER),
        Mark(words.index("https"), len(words), MarkKind.LINK, "https://example.org/rules"),
    )
    texts = (
        Text(View.TEXT, words),
        Text(View.FORWARD, "Words of somebody else,\nover two lines"),
        Text(View.POLL, "Who comes on Thursday?\n• I do\n• I do not"),
        Text(View.EMBED, "Example page — a preview of the link"),
        Text(View.STICKER, "🤬 angry_rook"),
    )
    nameless = AccountRef("telegram", "-1001", "", "", AuthorKind.ANONYMOUS)
    place = Place("telegram", "-100200")
    asked = MessageRef(place, "77")
    quiet = Message(MessageRef(place, "9"), nameless, START, text("Please keep it kind."), reply_to=asked)
    talk = Message(MessageRef(place, "10"), PEOPLE["Rook"], START + timedelta(hours=5), texts, marks)
    return transcript(Line(quiet), Line(talk, flagged=True), platform="telegram", place="Chess chat")


def tricks() -> Transcript:
    """Characters that hide, reverse, stack or break."""
    tags = "".join(chr(0xE0000 + ord(letter)) for letter in "secret")
    zalgo = "".join(letter + "\u0335\u0301\u0327\u0310\u0489" * 8 for letter in "HELP")
    lines = [
        "abc\u202etxt.exe\u202c — invoice\u2066hidden\u2069",
        "zero\u200bwidth\u200b\u200b\u200bspaces, soft\u00adhyphen, Hangul filler \u3164 and braille blank \u2800.",
        f"{zalgo} and then ordinary words",
        "lone surrogate \ud83d, NUL \x00, escape \x1b[31m, private \ue000, unassigned \U0003fffe",
        f"a flag 🏴󠁧󠁢󠁥󠁮󠁧󠁿 and a flag with a message in it 🏴{tags}",
        "a joiner\u200d at no place; \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 is honest Persian; क्\u200dष too",
        '#panic("x") $x^2$ *bold* _it_ <tag> \\ @import #read("/etc/passwd") `code` // no comment ~ -- --- ...',
        "\n\n\n\n\n\n\n",
        "W" * 300,
        (
            "ﷺ ﷽ \U0001d4ef\U0001d4ea\U0001d4f7\U0001d4ec\U0001d502 \uff57\uff49\uff44\uff45"
            " Ⓒⓘⓡⓒⓛⓔ \u1d04\u1d00\u1d18s ꧁꧂ ៣៤ ไทย ગુજરાતી தமிழ் 한국어 ქართული አማርኛ ☃ ✔ ★ ▓ ½ ∑"
        ),
    ]
    return said("\n".join(lines))


def long() -> Transcript:
    """A message of 4,000 characters among others."""
    words = ("You will regret this. I know which room you are in and when you leave it. " * 60)[:4000]
    return transcript(
        Line(message(0, "Amelia", "Can we talk about the rota?")),
        Line(message(1, "Rook", words), flagged=True),
        Line(message(2, "Amelia", "I am leaving this chat.")),
    )


def hostile(count: int = 100) -> Transcript:
    """A hundred messages of 4,000 emoji."""
    return transcript(*(Line(message(number, "Rook", "🤬" * 4000), flagged=number == 50) for number in range(count)))


def everything() -> Mapping[str, Transcript]:
    """All transcripts of this gallery by name."""
    return {
        "ordinary": ordinary(),
        "rich": rich(),
        "tricks": tricks(),
        "long": long(),
        "word": said("x" * 4000),
        "newlines": said("a\n" * 2000),
        "hostile": hostile(),
        "short": said("get out", flagged=True),
    }


def main(folder: Path, wanted: Sequence[str]) -> None:
    """Draw the gallery, or the wanted ones of it, into a folder."""
    drawer = Drawer(installed())
    folder.mkdir(parents=True, exist_ok=True)
    for name, one in everything().items():
        if not wanted or name in wanted:
            for number, page in enumerate(drawer.draw(one), start=1):
                (folder / f"{name}-{number}.png").write_bytes(page)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
