"""Evidence is captured at the click: first the words, in the transaction of the report; then what is around them and
the files, before anything is deleted. A first capture is never replaced."""

from dataclasses import replace

from bot import failpoints
from bot.errors import PlatformError
from bot.evidence import casekeys
from bot.evidence.record import (
    Recorded,
    context_bytes,
    digest,
    edition_of,
    message_bytes,
    message_of,
    says_the_same,
)
from bot.evidence.vault import CASE
from bot.model import (
    Attachment,
    Case,
    Chat,
    Effect,
    EffectKind,
    Exhibit,
    ExhibitKind,
    Message,
    MessageRef,
    Place,
    Provenance,
    Receipt,
    Report,
    Upload,
)
from bot.parts import App
from bot.store import cases, chats
from bot.store.change import Change, Read

MEGABYTE = 1_000_000


def sealed_to(case_id: int, key: str) -> str:
    """What an exhibit's bytes are sealed to; they open nowhere else."""
    return f"exhibit:{case_id}:{key}"


async def keep(
    app: App,
    change: Change,
    case_id: int,
    kind: ExhibitKind,
    key: str,
    upload: Upload,
    *,
    provenance: Provenance = Provenance.CAPTURED,
    note: str = "",
) -> int | None:
    """Seal bytes as an exhibit; None when there is one under that key already."""
    case_key = await casekeys.for_sealing(app.vault, change, case_id)
    sha256 = digest(upload.data)
    made = await cases.add_exhibit(
        change,
        case_id,
        key,
        case_key.seal(sealed_to(case_id, key), upload.data),
        kind=kind,
        provenance=provenance,
        name=upload.name[:255],
        media_type=upload.media_type[:100],
        sha256=sha256,
        size=len(upload.data),
        note=note,
    )
    if made is not None:
        change.fact(f"exhibit:{made}", sha256)
    return made


async def keep_missing(change: Change, case_id: int, key: str, attachment: Attachment, why: str) -> None:
    """Note a file that could not be had, and why."""
    await cases.add_exhibit(
        change,
        case_id,
        key,
        None,
        kind=ExhibitKind.ATTACHMENT,
        provenance=Provenance.CAPTURED,
        name=attachment.name[:255],
        media_type=attachment.media_type[:100],
        sha256="",
        size=attachment.size,
        note=why,
    )


async def keep_message(
    app: App, change: Change, case_id: int, one: Recorded, provenance: Provenance = Provenance.CAPTURED
) -> str:
    """Seal one version of a message, unless it is sealed; answers its key among the case's exhibits. Where another
    version has its number, it takes the next."""
    message, edition = one.message, one.edition
    upload = Upload(f"message-{message.ref.id}.json", "application/json", message_bytes(message))
    while True:
        key = f"{place_key(message.ref)}/{edition}"
        kept = await keep(app, change, case_id, ExhibitKind.MESSAGE, key, upload, provenance=provenance)
        if kept is not None:
            return key
        there = await cases.sealed_under(change, case_id, key)
        if there is not None and says_the_same(message_of(await _open(app, change, case_id, key, there)), message):
            return key
        edition += 1


def edition_in(exhibit: Exhibit) -> int:
    """Which version of its message an exhibit is: the higher, the newer."""
    return int(exhibit.key.rpartition("/")[2])


def place_key(ref: MessageRef) -> str:
    """The key of a message among a case's exhibits, all versions."""
    return f"message/{ref.place.platform}/{ref.place.chat}/{ref.place.channel}/{ref.id}"


async def unseal(app: App, exhibit: Exhibit) -> bytes | None:
    """The bytes of an exhibit, for those who may see them; None when none were kept."""
    async with app.store.read() as read:
        sealed = await cases.sealed_of(read, exhibit.id)
        return None if sealed is None else await _open(app, read, exhibit.case_id, exhibit.key, sealed)


async def _open(app: App, read: Read, case_id: int, key: str, sealed: bytes) -> bytes:
    """Bytes of an exhibit. One from before cases had keys is the key ring's until the next sweep has sealed it anew."""
    by_case = sealed.startswith(CASE)
    opener = await casekeys.for_opening(app.vault, read, case_id) if by_case else app.vault
    return opener.open(sealed_to(case_id, key), sealed)


async def ask(app: App, change: Change, case: Case, chat: Chat, report_id: int, one: Recorded) -> None:
    """Seal the message now and ask for what is around it, in the transaction of the report."""
    key = await keep_message(app, change, case.id, one)
    await app.outbox.add(
        change,
        EffectKind.CAPTURE,
        f"capture:{report_id}",
        {"report": report_id, "key": key},
        platform=chat.platform,
        society_id=case.society_id,
        case_id=case.id,
    )


def ref_of(report: Report, chat: Chat) -> MessageRef:
    """The message a report is about."""
    return MessageRef(
        Place(chat.platform, chat.external_id, report.channel), report.message, tuple(report.album.split())
    )


async def perform(app: App, effect: Effect) -> Receipt:
    """Seal the earlier versions, the context and the files of a reported message."""
    assert effect.case_id is not None
    async with app.store.read() as read:
        case = await cases.case(read, effect.case_id)
        report = next(one for one in await cases.reports_of(read, effect.case_id) if one.id == effect.payload["report"])
        chat = await chats.chat_by_id(read, report.chat_id)
        exhibits = await cases.exhibits_of(read, effect.case_id)
    assert case is not None
    exhibit = next(one for one in exhibits if one.key == effect.payload["key"])
    message = message_of(await unseal(app, exhibit) or b"")
    await capture_context(app, case, report, ref_of(report, chat), message)
    failpoints.reach("capture.around")
    taken, missing = await capture_files(app, case, report, message)
    return Receipt({"files": taken, "missing": missing})


async def capture_context(app: App, case: Case, report: Report, ref: MessageRef, message: Message) -> None:
    """Seal the versions heard of a message and what was said around it."""
    await app.ear.flush(app.now())
    settings = app.settings.moderation
    async with app.store.read() as read:
        versions = await app.ear.versions(read, ref)
        around = await app.ear.around(read, ref, message.sent_at, settings.context_before, settings.context_after)
    around = await _with_history(app, ref, around, settings.context_before, settings.context_after)
    data = context_bytes(around)
    upload = Upload("context.json", "application/json", data)
    async with app.store.change("porter", "capture context", app.now()) as change:
        change.about(f"case:{case.id}", f"report:{report.id}", society_id=case.society_id)
        for version in versions:
            await keep_message(app, change, case.id, version, Provenance.HEARD)
        key = f"context/{report.id}/{digest(data)[:12]}"
        await keep(app, change, case.id, ExhibitKind.CONTEXT, key, upload, provenance=Provenance.HEARD)


async def _with_history(app: App, ref: MessageRef, heard: list[Recorded], before: int, after: int) -> list[Recorded]:
    """What we heard, and what the platform's own history adds where bots may read it. History that cannot be had takes
    nothing away from what was heard."""
    platform = app.platforms[ref.place.platform]
    if not platform.can_read_history:
        return heard
    try:
        told = await platform.around(ref, before, after)
    except PlatformError:
        return heard
    known = {one.message.ref.id for one in heard}
    added = [Recorded(message, edition_of(message)) for message in told if message.ref.id not in known | {ref.id}]
    return sorted(heard + added, key=lambda one: (one.message.sent_at, one.edition))


async def capture_files(app: App, case: Case, report: Report, message: Message) -> tuple[int, int]:
    """Seal the files of a message; answers how many were taken and how many could not be. Under safeguarding none is
    taken, nor even fetched."""
    taken = missing = 0
    messages = [report.message, *report.album.split()]
    for number, attachment in enumerate(message.attachments):
        key = f"file/{place_key(message.ref)}/{number}"
        async with app.store.read() as read:
            if await cases.is_safeguarded(read, report.chat_id, report.channel, messages):
                break
        upload, why = await _fetch(app, message, attachment)
        async with app.store.change("porter", "capture file", app.now()) as change:
            change.about(f"case:{case.id}", society_id=case.society_id)
            if await cases.is_safeguarded(change, report.chat_id, report.channel, messages):
                break  # it was entered while the file was on its way
            if upload is None:
                missing += 1
                await keep_missing(change, case.id, key, attachment, why)
            else:
                taken += 1
                await keep(app, change, case.id, ExhibitKind.ATTACHMENT, key, upload)
    return taken, missing


async def _fetch(app: App, message: Message, attachment: Attachment) -> tuple[Upload | None, str]:
    limit = app.settings.moderation.attachment_megabytes * MEGABYTE
    if attachment.size > limit:
        return None, app.wording.text(
            "evidence.too_big", size=f"{attachment.size / MEGABYTE:.0f}", limit=limit // MEGABYTE
        )
    try:
        data = await app.platforms[message.ref.place.platform].download(attachment, limit)
    except PlatformError as error:
        return None, app.wording.text("evidence.not_had", why=str(error))
    return Upload(attachment.name, attachment.media_type, data), ""


async def fresh(app: App, message: Message) -> Message:
    """The message as it stands, with the oldest time it was sent; what we were handed when the platform has no more."""
    async with app.store.read() as read:
        versions = await app.ear.versions(read, message.ref)
    if versions and not message.texts and not message.attachments:
        newest = versions[-1].message
        return replace(newest, ref=message.ref)
    return message
