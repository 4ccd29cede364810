"""Which membership groups are paid."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.desk.roster.values import fold
from bot.model.roster import GroupCount, ListRules


@dataclass(frozen=True, slots=True)
class Paid:
    """The decision on a list's groups. `undecided`: there are several, and the rules name none of them; all but the
    unpaid ones are then taken for paid, and the brake asks. `absent` are paid groups that are not on the list."""

    groups: tuple[GroupCount, ...]
    undecided: bool = False
    absent: tuple[str, ...] = ()

    def has(self, group: str) -> bool:
        """Whether a row of that group is a paid membership."""
        return any(one.paid for one in self.groups if fold(one.name) == fold(group)) or not self.groups


def decide(names: Iterable[str], rules: ListRules) -> Paid:
    """Decide on the groups of a list, one name for each row. A list without groups is paid as a whole."""
    counts, shown = _count(names)
    if not any(counts):
        return Paid(())
    paid = {fold(name): name for name in rules.paid_groups}
    unpaid = {fold(name) for name in rules.unpaid_groups} - set(paid)
    if paid:
        groups = tuple(GroupCount(shown[key], rows, key in paid) for key, rows in counts.items())
        return Paid(groups, absent=tuple(name for key, name in paid.items() if key not in counts))
    groups = tuple(GroupCount(shown[key], rows, key not in unpaid) for key, rows in counts.items())
    return Paid(groups, undecided=sum(group.paid for group in groups) > 1)


def _count(names: Iterable[str]) -> tuple[Mapping[str, int], Mapping[str, str]]:
    """Rows by group, compared without case; and how each group is written where it comes first."""
    counts: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for name in names:
        counts[fold(name)] += 1
        shown.setdefault(fold(name), name)
    return counts, shown
