"""What is shown of a list and what is remembered of it; neither holds a whole id, address or name."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from bot.model.roster import Difference, LastImport, Listing, Recognised


def describe(recognised: Recognised) -> tuple[str, ...]:
    """What was recognised, line by line, for a person to check before anything is applied."""
    read_as = ", ".join(filter(None, (recognised.source, recognised.encoding, recognised.delimiter)))
    header = f"titles in row {recognised.header_line}" if recognised.header_line else "no row of titles"
    lines = [f"{recognised.file}: {_rows(recognised.rows)}, read as {read_as}; {header}"]
    for placed in recognised.columns:
        guess = ", by its contents" if placed.guessed else ""
        examples = f" (such as {', '.join(placed.examples)})" if placed.examples else ""
        lines.append(f"“{placed.title}” → {placed.field.value}{guess}{examples}")
    if recognised.unused:
        lines.append(f"not used: {', '.join(f'“{title}”' for title in recognised.unused)}")
    for group in recognised.groups:
        paid = "paid" if group.paid else "not paid"
        lines.append(f"group “{group.name or 'none'}”: {_rows(group.rows)}, {paid}")
    return (*lines, *recognised.remarks)


def _rows(number: int) -> str:
    return f"{number} row" if number == 1 else f"{number} rows"


def as_json(recognised: Recognised) -> dict[str, Any]:
    """The same for scripts: plain values only."""
    shown = asdict(recognised)
    shown["missing"] = {one.value: title for one, title in recognised.missing}
    return shown


def note(listing: Listing, difference: Difference, paid_groups: Sequence[str]) -> dict[str, Any]:
    """What is to be remembered of an applied list; `last_import` reads it back. `counts` is plain JSON."""
    counts = {
        "members": len(listing.entries),
        "rows": listing.rows,
        "unpaid": listing.unpaid,
        "review": len(listing.review),
        "added": len(difference.added),
        "removed": len(difference.removed),
        "kept": len(difference.kept),
        "renewed": len(difference.renewed),
        "expired": len(difference.expired),
        "origin": listing.origin,
        "newest_join": listing.newest_join.isoformat() if listing.newest_join else None,
        "paid_groups": list(paid_groups),
    }
    return {
        "source": listing.recognised.source,
        "sha256": listing.sha256,
        "size": len(listing.entries),
        "mapping": listing.recognised.mapping,
        "counts": counts,
        "exported_at": listing.made_at,
    }


def last_import(row: Mapping[str, Any]) -> LastImport:
    """A remembered list: the row that was kept of it."""
    counts = row["counts"]
    newest = counts.get("newest_join")
    return LastImport(
        source=row["source"],
        members=counts["members"],
        sha256=row["sha256"],
        mapping=row["mapping"],
        made_at=row["exported_at"],
        newest_join=date.fromisoformat(newest) if newest else None,
        origin=counts.get("origin", ""),
        paid_groups=tuple(counts.get("paid_groups", ())),
    )
