"""Everything kept of a person, put together for them: an answer to a request for access, with others left out.

What other people said, handed in or decided by name is not in it. Cases that are under way are left out too unless they
are asked for: whether telling of them would harm an inquiry is for the Union to judge.
"""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.desk import capture, erasure, lists, resealing
from bot.evidence.record import context_of, message_of
from bot.model import Account, AccountRef, Case, Exhibit, ExhibitKind, Message, View
from bot.parts import App
from bot.store import access, cases, people, sealed
from bot.store.sealed import Shelf

PAGE = 500
LEFT_OUT = frozenset({ExhibitKind.SCREENSHOT, ExhibitKind.PICTURE})  # others are to be seen on them
THEIRS = frozenset({View.TEXT, View.CAPTION, View.LINK, View.POLL, View.NAME})
Section = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Access:
    """What was put together: rows by section, files by name, and the cases under way that were left out."""

    sections: Mapping[str, Section]
    files: Mapping[str, bytes] = field(default_factory=dict)
    under_way: tuple[str, ...] = ()


async def gather(app: App, ref: AccountRef, by: str, *, under_way: bool = False) -> Access:
    """Everything kept of the person with that account. That it was put together stands in the audit. Raises `NotFound`,
    and `VaultError` when a key is missing."""
    known, about = await erasure.person(app, ref)
    async with app.store.change(by, "export person", app.now()) as change:
        change.about(*(f"account:{one.id}" for one in known))
        found = await access.kept_of(change, known)
    sections: dict[str, Section] = {"accounts": [_account(one) for one in known], **found}
    sections["memberships"] = [_membership(app, row) for row in found["memberships"]]
    told = [case for case in about if under_way or case.closed_at is not None]
    files: dict[str, bytes] = {}
    sections["cases about you"] = [await _case(app, case, known, files) for case in told]
    sections["messages held for some hours"] = await _held(app, known)
    return Access(sections, files, tuple(case.ref for case in about if case not in told))


def _account(one: Account) -> dict[str, Any]:
    return {"platform": one.platform, "number": one.external_id, "name": one.name, "handle": one.handle}


def _membership(app: App, row: access.Row) -> dict[str, Any]:
    """A membership; of the number on the list there is a keyed hash only, so it cannot be told."""
    hidden = {"society_id", "member_hash", "email_sealed"}
    shown = {name: value for name, value in row.items() if name not in hidden}
    if row["email_sealed"] is not None:
        about = lists.sealed_to(row["society_id"], bytes(row["member_hash"]))
        shown["address"] = app.vault.open(about, bytes(row["email_sealed"])).decode()
    return shown


async def _case(app: App, case: Case, known: Sequence[Account], files: dict[str, bytes]) -> dict[str, Any]:
    async with app.store.read() as read:
        society = await people.society_by_id(read, case.society_id)
        steps = await cases.actions_of(read, case.id)
        exhibits = await cases.exhibits_of(read, case.id)
    own, others = await _messages(app, exhibits, {one.ref for one in known})
    for one in [one for one in exhibits if one.kind is ExhibitKind.ATTACHMENT]:
        data = await capture.unseal(app, one)
        if data is not None:
            files[f"{case.ref}-{one.id}-{_safe(one.name)}"] = data
    return {
        "reference": case.ref,
        "society": society.name,
        "opened_at": case.opened_at,
        "closed_at": case.closed_at,
        "outcome": case.outcome,
        "steps": [{"step": one.kind, "state": one.state, "asked_at": one.asked_at} for one in steps],
        "your messages": own,
        "messages of others left out": others,
        "pictures and screenshots left out": sum(one.kind in LEFT_OUT for one in exhibits),
    }


async def _messages(app: App, exhibits: Sequence[Exhibit], own: set[AccountRef]) -> tuple[Section, int]:
    """Their own messages among a case's evidence, oldest first, and how many are other people's."""
    found: dict[tuple[str, datetime | None], Message] = {}
    others: set[str] = set()
    for exhibit in exhibits:
        data = (
            await capture.unseal(app, exhibit) if exhibit.kind in (ExhibitKind.MESSAGE, ExhibitKind.CONTEXT) else None
        )
        if data is None:
            continue
        whole = exhibit.kind is ExhibitKind.CONTEXT
        for message in [one.message for one in context_of(data)] if whole else [message_of(data)]:
            if message.author in own:
                found[capture.place_key(message.ref), message.edited_at] = message
            else:
                others.add(capture.place_key(message.ref))
    return [_said(one) for one in sorted(found.values(), key=lambda one: one.edited_at or one.sent_at)], len(others)


def _said(message: Message) -> dict[str, Any]:
    """A message in its author's own words: what it quotes or passes on is somebody else's."""
    words = "\n".join(text.text for text in message.texts if text.view in THEIRS)
    shown: dict[str, Any] = {"said_at": message.sent_at, "in": message.ref.place.title or message.ref.place.chat}
    files = ", ".join(file.name for file in message.attachments)
    return shown | {"edited_at": message.edited_at, "words": words, "files": files}


async def _held(app: App, known: Sequence[Account]) -> Section:
    """What they said lately, which every chat's messages are held for."""
    own, found, after = {one.ref for one in known}, [], 0
    while True:
        async with app.store.read() as read:
            rows = await sealed.page(read, Shelf.HEARD, after, PAGE)
        messages = [message_of(app.vault.open(resealing.ABOUT[Shelf.HEARD](row), bytes(row["sealed"]))) for row in rows]
        found += [_said(one) for one in messages if one.author in own]
        if len(rows) < PAGE:
            return found
        after = rows[-1]["id"]


def _safe(name: str) -> str:
    """A file's name that leads nowhere else when it is unpacked."""
    return "".join(one if one.isalnum() or one in "._- " else "_" for one in name).lstrip(".")[-100:] or "file"


def packed(app: App, found: Access) -> bytes:
    """A ZIP: the words for the person to read, the same for programs, and their files."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("what-is-kept.txt", page(app, found))
        archive.writestr(
            "what-is-kept.json", json.dumps(found.sections, indent=1, ensure_ascii=False, default=str) + "\n"
        )
        for name, data in found.files.items():
            archive.writestr(f"files/{name}", data)
    return held.getvalue()


def page(app: App, found: Access) -> str:
    """What is kept, as a page to read, times in the Union's zone."""
    at = f"{app.now().astimezone(app.zone):%d %B %Y}"
    lines = [app.wording.text("access.intro", union=app.settings.union.name, day=at)]
    for title, rows in found.sections.items():
        lines += ["", title.capitalize(), "=" * len(title)]
        lines += [line for row in rows for line in ("", *_lines(row, app.zone))] if rows else ["", "Nothing."]
    return "\n".join(lines) + "\n"


def _lines(row: Mapping[str, Any], zone: ZoneInfo, indent: str = "") -> list[str]:
    shown: list[str] = []
    for name, value in row.items():
        label = f"{indent}{name.replace('_', ' ').capitalize()}"
        if isinstance(value, list):
            shown.append(f"{label}: {len(value)}")
            shown += [line for one in value for line in (*_lines(one, zone, indent + "    "), "")]
        elif value not in (None, ""):
            shown.append(f"{label}: {_value(value, zone, indent)}")
    return shown


def _value(value: object, zone: ZoneInfo, indent: str) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%d %B %Y, %H:%M:%S}"
    return str(value).replace("\n", f"\n{indent}    ")
