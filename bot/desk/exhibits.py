"""What an officer sees of a case's evidence: the picture of the messages in their context, and what was handed in."""

from collections.abc import Sequence

import structlog

from bot.desk import capture, lane
from bot.desk.picture import draw
from bot.errors import PorterError, Refusal
from bot.evidence.images import Unseen
from bot.evidence.record import digest
from bot.model import Case, Exhibit, ExhibitKind, Provenance, Upload
from bot.parts import App
from bot.store import cases

VIEW_SIDE = 2000  # pixels
SCREENSHOTS = frozenset({"PNG", "JPEG", "WEBP"})
log = structlog.get_logger()
PICTURES = 4  # pages drawn and screenshots handed in that go with one message; the rest is named in it


async def pictures_of(app: App, case: Case) -> tuple[Upload, ...]:
    """The picture of a case, drawn and sealed at the first need, then what people handed in. A picture that cannot be
    drawn never holds a report up: the words go, and the log has why."""
    async with app.store.read() as read:
        exhibits = await cases.exhibits_of(read, case.id)
        if lane.entered(await cases.reports_of(read, case.id)):
            return ()
    kept = [one for one in exhibits if one.kind is ExhibitKind.PICTURE]
    drawn = [await _upload(app, one) for one in kept] or await _draw(app, case, exhibits)
    shots = [one for one in exhibits if one.kind is ExhibitKind.SCREENSHOT][:PICTURES]
    return (*drawn[:PICTURES], *[await _view(app, one) for one in shots])


async def _view(app: App, exhibit: Exhibit) -> Upload:
    """A screenshot that was handed in, as a copy with nothing but its pixels, and marked as what it is. The original
    stays sealed."""
    seen = await app.images.look(await capture.unseal(app, exhibit) or b"", VIEW_SIDE)
    alt = app.wording.text("evidence.handed_in", name=exhibit.name)
    if isinstance(seen, Unseen):
        return Upload(f"C-handed-in-{exhibit.id}.txt", "text/plain", f"{alt}. {seen.why}\n".encode(), alt)
    return Upload(f"C-handed-in-{exhibit.id}.jpg", "image/jpeg", seen.jpeg, alt)


async def _upload(app: App, exhibit: Exhibit) -> Upload:
    data = await capture.unseal(app, exhibit)
    return Upload(exhibit.name, exhibit.media_type, data or b"", exhibit.note)


async def _draw(app: App, case: Case, exhibits: Sequence[Exhibit]) -> list[Upload]:
    try:
        pages, alt = await draw(app, case, exhibits)
    except (PorterError, RuntimeError, OSError):
        log.exception("exhibits.no_picture", case=case.ref)
        return []
    uploads = [Upload(f"{case.ref}-{n}.png", "image/png", page, alt) for n, page in enumerate(pages[:PICTURES], 1)]
    async with app.store.change("porter", "draw picture", app.now()) as change:
        change.about(f"case:{case.id}", society_id=case.society_id)
        if lane.entered(await cases.reports_of(change, case.id)):
            return []
        for number, upload in enumerate(uploads, 1):
            key = f"picture/{number}"
            await capture.keep(app, change, case.id, ExhibitKind.PICTURE, key, upload, note=upload.alt)
    return uploads


async def hand_in(app: App, case: Case, files: Sequence[Upload], by: str) -> tuple[int, list[str]]:
    """Keep screenshots that a person hands in, as they are, marked as unverified. Answers how many were kept and, for
    each that was not, why."""
    kept, refused = 0, []
    for upload in files:
        seen = await app.images.look(upload.data)
        if isinstance(seen, Unseen):
            refused.append(f"{upload.name}: {seen.why}")
            continue
        if seen.format not in SCREENSHOTS:
            refused.append(f"{upload.name}: {app.wording.text('evidence.not_a_screenshot')}")
            continue
        async with app.store.change(by, "hand in screenshot", app.now()) as change:
            change.about(f"case:{case.id}", society_id=case.society_id)
            if lane.entered(await cases.reports_of(change, case.id)):
                raise Refusal(app.wording.text("safeguard.no_screenshots", lead=lane.lead(app)))
            key = f"screenshot/{digest(upload.data)[:32]}"
            provenance = Provenance.UNVERIFIED
            args = (app, change, case.id, ExhibitKind.SCREENSHOT, key, upload)
            kept += await capture.keep(*args, provenance=provenance) is not None
            await cases.touch(change, case.id)
    return kept, refused
