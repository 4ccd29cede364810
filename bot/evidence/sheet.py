"""A transcript as the data that the template draws: text of people is data there, never markup."""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from io import BytesIO

from PIL import Image

from bot.evidence import hidden
from bot.evidence.fonts import FontSet, findings
from bot.evidence.ink import Ink, Piece, Span
from bot.evidence.room import FILE_ROWS, ROWS, fit, rows_of, share
from bot.evidence.transcript import Line, Transcript, clock, day, exact
from bot.model import AccountRef, Attachment, AuthorKind, MarkKind, Message, MessageRef, View

COLOURS = ("#3b5b92", "#7a4b8f", "#2f7a6b", "#8a5a2b", "#9b3f5e", "#4c6b2f", "#5b5f97", "#7d5548")
NAME_SHOWN, MARKS, FILES, THUMBNAILS, EARLIER, NOTES, SIDE_ROWS, TARGETS = 64, 400, 12, 16, 3, 12, 4, 10
MEGABYTE, KILOBYTE = 1024 * 1024, 1024
KINDS = {
    AuthorKind.BOT: "bot",
    AuthorKind.ANONYMOUS: "anonymous administrator",
    AuthorKind.CHANNEL: "channel",
    AuthorKind.SYSTEM: "system",
}
MARKED = {MarkKind.MENTION: "mention", MarkKind.CODE: "code", MarkKind.SPOILER: "spoiler", MarkKind.LINK: "link"}
VIEWS = {
    View.FORWARD: "Forwarded words",
    View.QUOTE: "Quoted words",
    View.POLL: "Poll",
    View.EMBED: "Preview or embed",
    View.STICKER: "Sticker",
    View.LINK: "Link to",
    View.TEXT: "Also",
    View.CAPTION: "Caption",
}
PROVENANCE = "Record A: captured from the platform at the report. B: heard from the platform before it."

Part = dict[str, object]


class Sheet:
    """Draws one transcript into `data`, within `rows` rows; `ink` knows which fonts that takes."""

    def __init__(self, transcript: Transcript, fonts: FontSet, rows: int = ROWS) -> None:
        self.transcript = transcript
        self.ink = Ink(fonts)
        self._known = {_key(line.message.ref): line for line in transcript.lines}
        self._thumbnails_left = THUMBNAILS
        self._shown = share(transcript.lines, rows)
        self.data = self._whole()

    def _whole(self) -> Part:
        one = self.transcript
        top = {
            "society": self.ink.line(cut(one.society)),
            "place": self.ink.line(cut(one.channel)),
            "platform": self.ink.line(cut(one.platform.title())),
            "reference": self.ink.line(cut(one.reference)),
            "captured": f"Captured {exact(one.captured_at, one.zone)}",
            "times": f"times in {one.timezone}",
        }
        foot = {"label": self.ink.line(cut(one.label, 160)), "sha256": self.ink.line(cut(one.sha256))}
        items = list(self._items())
        fonts = self.ink.fonts
        emoji = fonts.emoji if fonts.emoji in self.ink.families else ""
        families = fonts.ranked(self.ink.families)
        return {"top": top, "items": items, "foot": foot | {"notes": self._notes()}, "fonts": families, "emoji": emoji}

    def _items(self) -> Iterator[Part]:
        gaps = dict(self._shown.gaps())
        today = ""
        for number, rows in self._shown.rows.items():
            yield from left_out(gaps.get(number, 0))
            line = self.transcript.lines[number]
            if day(line.message.sent_at, self.transcript.zone) != today:
                today = day(line.message.sent_at, self.transcript.zone)
                yield {"kind": "day", "text": today}
            yield self._message(line, rows)
        yield from left_out(gaps.get(self._shown.total, 0))

    def _message(self, line: Line, rows: int) -> Part:
        message = line.message
        first = message.texts[0].text if message.texts else ""
        kept, rest = fit(message.body, rows)
        rows_left = max(rows - rows_of(kept), SIDE_ROWS)
        spans = [*(spans_of(message) if message.body == first else ()), *((*word, "match") for word in line.words)]
        return {
            "kind": "message",
            "flagged": line.flagged,
            "deleted": line.deleted,
            "author": self._author(message.author, line.provenance),
            "time": clock(message.sent_at, self.transcript.zone),
            "states": self._states(line),
            "reply": self._reply(message),
            "body": self.ink.paragraphs(kept, spans) if message.body else [],
            "rest": more(rest) if message.texts or message.attachments else "A message without words or files.",
            "boxes": list(self._boxes([*others(message), *versions(line)], rows_left)),
            **self._files(line, rows_left),
        }

    def _author(self, author: AccountRef, provenance: str) -> Part:
        name = called(author)
        handle = [f"@{cut(author.handle)}"] if author.handle else []
        kind = [KINDS[author.kind]] if author.kind in KINDS and KINDS[author.kind].capitalize() != name else []
        record = [f"record {provenance}"] if provenance else []
        return {
            "initial": self.ink.line(self._initial(name)),
            "colour": colour(author),
            "name": self.ink.line(cut(name)),
            "detail": self.ink.line(" · ".join([*handle, f"id {cut(author.id)}", *kind, *record])),
        }

    def _initial(self, name: str) -> str:
        """The first character of a name that can be drawn, letters before signs."""
        drawn = [one for one in hidden.clusters(name) if self.ink.fonts.family_of(one) and not hidden.hidden(one[0])]
        solid = [one for one in drawn if not one.isspace()]
        return next((one for one in solid if one[0].isalnum()), solid[0] if solid else "?").upper()[:8]

    def _states(self, line: Line) -> list[list[Piece]]:
        states = []
        if line.message.edited_at is not None:
            states.append(f"edited {clock(line.message.edited_at, self.transcript.zone)}")
        if line.deleted:
            by = f" by {cut(line.deleted_by)}" if line.deleted_by else ""
            states.append(f"deleted{by} after capture")
        return [self.ink.line(state) for state in states]

    def _reply(self, message: Message) -> Part | None:
        if message.reply_to is None:
            return None
        answered = self._known.get(_key(message.reply_to))
        author = answered.message.author if answered else message.reply_author
        name = cut(called(author)) if author else "a message"
        if answered is None:
            return {"to": self.ink.line(name), "words": [], "note": "not among these messages"}
        words = answered.message.body or ", ".join(file.name for file in answered.message.attachments)
        return {"to": self.ink.line(name), "words": self.ink.line(cut(words, 140)), "note": ""}

    def _boxes(self, titled: Iterable[tuple[str, str]], rows: int) -> Iterator[Part]:
        """Titles with their texts, each as far as the rows go that those before it left."""
        for title, text in titled:
            kept, rest = fit(text, max(rows, SIDE_ROWS))
            rows -= rows_of(kept) + 1
            yield {"title": title, "body": self.ink.paragraphs(kept), "rest": more(rest)}

    def _files(self, line: Line, rows: int) -> Part:
        room = min(FILES, max(1, rows // FILE_ROWS))
        shown, over = line.message.attachments[:room], line.message.attachments[room:]
        names = cut(", ".join(file.name for file in over), 200)
        what = "1 more file is" if len(over) == 1 else f"{len(over)} more files are"
        more_files = self.ink.line(f"{what} in the record: {names}") if over else []
        return {"files": [self._file(line, attachment) for attachment in shown], "more_files": more_files}

    def _file(self, line: Line, attachment: Attachment) -> Part:
        shown = framed(line.thumbnails.get(attachment.handle, b"")) if self._thumbnails_left else None
        self._thumbnails_left -= shown is not None
        why = line.why.get(attachment.handle, "") if shown is None else ""
        detail = " · ".join(part for part in (size(attachment.size), cut(attachment.media_type)) if part)
        ending = attachment.name.rpartition(".")[2] if "." in attachment.name else ""
        return {
            "image": shown,
            "name": self.ink.line(cut(attachment.name or "file without a name")),
            "ending": self.ink.line(cut(ending.upper(), 4) or "file"),
            "detail": self.ink.line(detail),
            "why": self.ink.line(cut(why, 200)),
        }

    def _notes(self) -> list[str]:
        found = sorted(self.ink.hidden.items())
        notes = [f"{hidden.code(one)} {hidden.name(one)}{times(count)}" for one, count in found[:NOTES]]
        notes += [f"{len(found) - NOTES} other kinds"] if len(found) > NOTES else []
        said = [PROVENANCE] if any(line.provenance for line in self.transcript.lines) else []
        said += [f"Hidden characters, shown in boxes: {'; '.join(notes)}."] if notes else []
        if self.ink.lacking:
            advice = " ".join(finding.text for finding in findings(self.ink.fonts) if not finding.ok)
            also = " also" if notes else ""
            said.append(f"Boxes with a U+ number{also} stand for characters that no font here draws. {advice}".strip())
        return said


def called(author: AccountRef) -> str:
    """What we call somebody: by name, by handle, by what they are."""
    return author.name or author.handle or KINDS.get(author.kind, "somebody without a name").capitalize()


def _key(ref: MessageRef) -> tuple[str, str, str]:
    return (ref.place.platform, ref.place.chat, ref.id)


def spans_of(message: Message) -> Iterator[Span]:
    """The marks of a message as styles; where a link leads is put behind its words unless they say it."""
    first = message.texts[0].text if message.texts else ""
    targets = 0
    for mark in message.marks[:MARKS]:
        if mark.kind in MARKED:
            yield mark.start, mark.end, MARKED[mark.kind]
        if mark.kind is MarkKind.LINK and mark.target and mark.target != first[mark.start : mark.end]:
            targets += 1
            yield mark.start, mark.end, f"={cut(mark.target, 300 if targets <= TARGETS else 24)}"


def others(message: Message) -> Iterator[tuple[str, str]]:
    """Words that are not the body: forwarded, quoted, polls, previews; file names stand with their files."""
    body = next((text for text in message.texts if text.view in (View.TEXT, View.CAPTION)), None)
    groups: dict[str, list[str]] = {}
    for text in message.texts:
        if text is not body and text.view in VIEWS:
            groups.setdefault(VIEWS[text.view], []).append(text.text)
    return ((title, "\n".join(texts)) for title, texts in groups.items())


def versions(line: Line) -> Iterator[tuple[str, str]]:
    """The last texts before edits, oldest first."""
    count = len(line.earlier)
    for number, text in list(enumerate(line.earlier, start=1))[-EARLIER:]:
        yield "Before the edit" if count == 1 else f"Version {number} of {count + 1}, before an edit", text


def left_out(count: int) -> Iterator[Part]:
    """A line that says how many messages are not drawn here."""
    if count:
        what = "1 message is" if count == 1 else f"{count:,} messages are"
        yield {"kind": "gap", "text": f"{what} left out here; the record has all of them."}


def more(count: int) -> str:
    """What is said where a text was cut."""
    return (
        f"… {count:,} more {'character' if count == 1 else 'characters'}; the record has the full text."
        if count
        else ""
    )


def times(count: int) -> str:
    """` ×3`, or nothing for one."""
    return f" ×{count:,}" if count > 1 else ""


def cut(text: str, limit: int = NAME_SHOWN) -> str:
    """A text of at most `limit` characters."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def size(count: int) -> str:
    """Bytes as people read them."""
    if count >= MEGABYTE:
        return f"{count / MEGABYTE:.1f} MB"
    return f"{count / KILOBYTE:.0f} kB" if count >= KILOBYTE else f"{count} bytes"


def colour(author: AccountRef) -> str:
    """An account's colour: always the same one, and darker than its initial is light."""
    return COLOURS[
        hashlib.sha256(f"{author.platform}:{author.id}".encode("utf-8", "replace")).digest()[0] % len(COLOURS)
    ]


def framed(thumbnail: bytes) -> Part | None:
    """A JPEG in a frame that typst reads from memory, so that nothing of it touches the disk; None if it is none.

    The frame is an SVG of ours with the JPEG inside as base64; a damaged JPEG leaves it blank instead of failing.
    """
    try:
        with Image.open(BytesIO(thumbnail), formats=["JPEG"]) as image:
            width, height = image.size
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    data = base64.b64encode(thumbnail).decode()
    frame = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
    inner = f'<image width="{width}" height="{height}" href="data:image/jpeg;base64,{data}"/></svg>'
    return {"svg": frame + inner, "width": width, "height": height}
