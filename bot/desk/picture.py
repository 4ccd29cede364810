"""From a case's exhibits to the transcript that the picture shows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.desk import capture
from bot.evidence.images import Seen
from bot.evidence.record import Recorded, context_of, message_of, seal
from bot.evidence.transcript import Line, Transcript
from bot.model import Case, Exhibit, ExhibitKind, Message, Provenance, Report
from bot.parts import App
from bot.store import cases, chats, people


async def draw(app: App, case: Case, exhibits: Sequence[Exhibit]) -> tuple[tuple[bytes, ...], str]:
    """The pages of a case's picture, and the picture in words."""
    transcript = await transcript_of(app, case, exhibits)
    return await app.pictures.draw(transcript), transcript.alt


async def transcript_of(app: App, case: Case, exhibits: Sequence[Exhibit]) -> Transcript:
    """Everything the picture shows, read from the sealed record."""
    async with app.store.read() as read:
        society = await people.society_by_id(read, case.society_id)
        chat = await chats.chat_by_id(read, case.chat_id)
        reports = await cases.reports_of(read, case.id)
    messages = await _messages(app, exhibits)
    context = await _context(app, exhibits)
    thumbnails, why = await _thumbnails(app, exhibits)
    record = seal([(one.key, one.sha256) for one in exhibits if one.kind is not ExhibitKind.PICTURE])
    return Transcript(
        reference=case.ref,
        society=society.name,
        place=next((one.ref.place.title for one in messages[::-1] if one.ref.place.title), chat.title),
        platform=chat.platform,
        captured_at=min(one.captured_at for one in exhibits),
        timezone=app.settings.union.timezone,
        sha256=record,
        lines=lines_of(messages, context, reports, thumbnails, why, provenances(exhibits)),
    )


def provenances(exhibits: Sequence[Exhibit]) -> dict[str, str]:
    """How far each reported message proves itself, by its key: as its first capture does."""
    found: dict[str, str] = {}
    for one in [one for one in exhibits if one.kind is ExhibitKind.MESSAGE]:
        found.setdefault(one.key.rpartition("/")[0], one.provenance.value)
    return found


async def _messages(app: App, exhibits: Sequence[Exhibit]) -> list[Message]:
    versions = sorted((one for one in exhibits if one.kind is ExhibitKind.MESSAGE), key=capture.edition_in)
    found = [await capture.unseal(app, one) for one in versions]
    return [message_of(data) for data in found if data is not None]


async def _context(app: App, exhibits: Sequence[Exhibit]) -> list[Recorded]:
    found = [await capture.unseal(app, one) for one in exhibits if one.kind is ExhibitKind.CONTEXT]
    return [recorded for data in found if data is not None for recorded in context_of(data)]


async def _thumbnails(app: App, exhibits: Sequence[Exhibit]) -> tuple[dict[str, bytes], dict[str, str]]:
    """Thumbnails and reasons by exhibit key; a file that is no picture is drawn as a labelled box."""
    thumbnails: dict[str, bytes] = {}
    why: dict[str, str] = {}
    for exhibit in [one for one in exhibits if one.kind is ExhibitKind.ATTACHMENT]:
        data = await capture.unseal(app, exhibit)
        if data is None:
            why[exhibit.key] = exhibit.note
            continue
        if not exhibit.media_type.startswith("image/"):
            continue
        seen = await app.images.look(data)
        if isinstance(seen, Seen):
            thumbnails[exhibit.key] = seen.jpeg
        else:
            why[exhibit.key] = seen.why
    return thumbnails, why


def lines_of(
    messages: Sequence[Message],
    context: Sequence[Recorded],
    reports: Sequence[Report],
    thumbnails: Mapping[str, bytes],
    why: Mapping[str, str],
    provenance: Mapping[str, str],
) -> tuple[Line, ...]:
    """One line for every message, oldest first: the reported ones marked, edits with what stood there before."""
    versions: dict[str, list[Message]] = {}
    gone = {one.message.ref.id for one in context if one.deleted_at is not None}
    gone |= {report.message for report in reports if report.deleted_at is not None}
    for message in [*messages, *(one.message for one in context)]:
        versions.setdefault(capture.place_key(message.ref), []).append(message)
    flagged = {capture.place_key(message.ref) for message in messages}
    found = [
        _line(key, sorted(same, key=written), key in flagged, gone, thumbnails, why) for key, same in versions.items()
    ]
    proven = [
        replace(line, provenance=provenance.get(capture.place_key(line.message.ref), Provenance.HEARD.value))
        for line in found
    ]
    return tuple(sorted(proven, key=spoken))


def written(message: Message) -> tuple[datetime, bool]:
    """What puts the versions of a message in order; an edit within the second of its first writing is the later."""
    return message.edited_at or message.sent_at, message.edited_at is not None


def spoken(line: Line) -> tuple[datetime, int, str]:
    """What puts lines in order: the time, and within a second the id, counted as a number (9 before 10)."""
    return line.message.sent_at, len(line.message.ref.id), line.message.ref.id


def _line(
    key: str,
    same: Sequence[Message],
    flagged: bool,
    gone: set[str],
    thumbnails: Mapping[str, bytes],
    why: Mapping[str, str],
) -> Line:
    newest = same[-1]
    earlier = tuple(dict.fromkeys(one.body for one in same[:-1] if one.body != newest.body))
    handles = {f"file/{key}/{number}": one.handle for number, one in enumerate(newest.attachments)}
    return Line(
        message=newest,
        flagged=flagged,
        deleted=newest.ref.id in gone,
        earlier=earlier,
        thumbnails={handle: thumbnails[one] for one, handle in handles.items() if one in thumbnails},
        why={handle: why[one] for one, handle in handles.items() if one in why},
    )
