"""`porter roster`: membership lists, looked at before they are applied."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import rosters
from bot.cli.running import BY, Config, with_app
from bot.cli.showing import count, mark, visible
from bot.cli.society import Slug
from bot.desk import lists, roster, seating
from bot.desk.lists import Proposal
from bot.errors import Refusal
from bot.model.roster import Brake, Difference, RosterField
from bot.parts import App

app = typer.Typer(help="Import the lists of paid members.", no_args_is_help=True)

SHOWN_REVIEWS = 20


@app.callback()
def group() -> None:
    """Import the lists of paid members."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A file, and what a person says about how it is to be read."""

    file: Path
    mapping: dict[str, str]
    paid_groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A list as it was looked at, whether the brake holds it, and whether it was applied."""

    proposal: Proposal
    holds: bool
    applied: bool


@app.command("import")
def import_(
    society: Slug,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="CSV, XLSX, or a page saved from the Union's site.", show_default=False),
    ],
    apply: Annotated[
        bool, typer.Option("--apply", help="Make it the society's list. Without, nothing is written.")
    ] = False,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="You have looked at what the brake says, and it is right.")
    ] = False,
    column: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=TITLE", help='Which column holds what, such as "email=Contact address".'),
    ] = None,
    paid: Annotated[
        list[str] | None,
        typer.Option("--paid", metavar="GROUP", help="A membership group that is paid; repeat. Kept for next time."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts: one JSON object.")] = False,
    config: Config = None,
) -> None:
    """Show what a list is taken for, what it would change, and whether anything is wrong with it.

    Ends with 1 when the brake holds. Only keyed hashes are kept: the file itself may be deleted afterwards.
    """
    reading = Reading(file, mapped(column or []), tuple(paid or ()))
    seen = with_app(config, lambda parts: _seen(parts, society, reading, apply=apply, confirm=confirm))
    typer.echo(json.dumps(told(seen), ensure_ascii=False) if as_json else "\n".join(described(seen)))
    if seen.holds:
        raise typer.Exit(1)


async def _seen(parts: App, slug: str, reading: Reading, *, apply: bool, confirm: bool) -> Seen:
    async with parts.store.read() as read:
        of = await seating.society(read, slug)
    proposal = await lists.look(parts, of, rosters.load(reading.file), reading.mapping, reading.paid_groups)
    holds = proposal.brake.final or not (proposal.brake.ok or confirm)
    if apply and not holds:
        await lists.apply(parts, proposal, BY, confirmed=confirm)
    return Seen(proposal, holds, apply and not holds)


def mapped(pairs: list[str]) -> dict[str, str]:
    """Field to column title. Raises `Refusal` for an unknown field, with those there are."""
    mapping = {}
    for pair in pairs:
        name, equals, title = pair.partition("=")
        if name not in list(RosterField) or not equals or not title.strip():
            fields = ", ".join(RosterField)
            raise Refusal(f"--map {pair}: write FIELD=TITLE, the field one of {fields}.")
        mapping[name] = title.strip()
    return mapping


def told(seen: Seen) -> dict[str, Any]:
    """The whole of it for scripts. Numbers of people, never who they are."""
    listing, difference, brake = seen.proposal.listing, seen.proposal.difference, seen.proposal.brake
    return {
        "society": seen.proposal.society.slug,
        "recognised": roster.as_json(listing.recognised),
        "rows": listing.rows,
        "members": len(listing.entries),
        **{name: len(keys) for name, keys in _changes(difference).items()},
        "review": [{"line": one.line, "kind": one.kind.value, "reason": one.reason} for one in listing.review],
        "brake": "ok" if brake.ok else list(brake.sentences),
        "applied": seen.applied,
    }


def _changes(difference: Difference) -> dict[str, tuple[bytes, ...]]:
    names = ("added", "removed", "kept", "renewed", "expired", "ended")
    return {name: getattr(difference, name) for name in names}


def described(seen: Seen) -> list[str]:
    """The whole of it for people, line by line."""
    listing = seen.proposal.listing
    return [
        *map(visible, roster.describe(listing.recognised)),
        "",
        *_difference(seen.proposal),
        *_reviews(seen.proposal),
        "",
        *_brake(seen.proposal.brake),
        _ending(seen),
    ]


def _difference(proposal: Proposal) -> list[str]:
    listing, changes = proposal.listing, _changes(proposal.difference)
    said = ", ".join(
        f"{len(keys)} {name}" for name, keys in changes.items() if keys or name in ("added", "removed", "kept")
    )
    unpaid = f"; {count(listing.unpaid, 'row')} of groups that are not paid" if listing.unpaid else ""
    return [f"{count(len(listing.entries), 'member')} on the list of {proposal.society.name}: {said}{unpaid}."]


def _reviews(proposal: Proposal) -> list[str]:
    found = proposal.listing.review
    if not found:
        return []
    lines = [visible(f"  row {one.line}: {one.reason}") for one in found[:SHOWN_REVIEWS]]
    more = len(found) - len(lines)
    return [
        f"{count(len(found), 'row')} for a person to look at:",
        *lines,
        *([f"  … and {more} more; --json has them all."] if more else []),
    ]


def _brake(brake: Brake) -> list[str]:
    if brake.ok:
        return [f"{mark(ok=True)} Nothing speaks against applying it."]
    return [f"{mark(ok=False)} {sentence}" for sentence in brake.sentences]


def _ending(seen: Seen) -> str:
    if seen.applied:
        return "Applied. The file is not needed any more."
    if seen.proposal.brake.final:
        return "Nothing was written. This list cannot be applied."
    if seen.holds:
        return "Nothing was written. If all of that is right, say so with --apply --confirm."
    return "Nothing was written. Apply it with --apply."
