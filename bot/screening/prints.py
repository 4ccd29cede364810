"""What a rule looks for, as a fingerprint: the same as long as it hits the same, whatever is said about it.

A rule that goes by likeness looks for what the trained numbers say: other numbers make it another rule.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.screening.packs import Guard, Pack, Rule

SAID_ABOUT = {"id", "clause", "why", "hits", "misses"}  # these change nothing of what is hit
NAMED = re.compile(r"\{([a-z][a-z0-9_.-]*)\}")


def prints(packs: Sequence[Pack], numbers: str) -> dict[str, str]:
    """The fingerprint of every rule by id: SHA-256, in hex, over the rule, the groups it names, its guards, and, if it
    goes by likeness, `numbers` (the digest of the trained ones)."""
    groups = _summed(packs)
    guards = {name: guard for pack in packs for name, guard in pack.guards.items()}
    return {rule.id: _print(pack, rule, groups, guards, numbers) for pack in packs for rule in pack.rule}


def _print(
    pack: Pack, rule: Rule, groups: Mapping[str, Sequence[str]], guards: Mapping[str, Guard], numbers: str
) -> str:
    watching = {name: guards[name] for name in (*pack.pack.unless, *rule.unless) if name in guards}
    texts = [*rule.phrases, *(text for near in rule.near for text in (near.one, near.other))]
    texts += [phrase for guard in watching.values() for phrase in guard.phrases]
    whole = {
        "rule": rule.model_dump(mode="json", exclude=SAID_ABOUT),
        "guards": {name: guard.model_dump(mode="json") for name, guard in sorted(watching.items())},
        "groups": {name: sorted(groups.get(name, ())) for name in sorted(_reached(texts, groups))},
        "package": pack.package_words == rule.id,
    }
    if rule.alike:
        whole["numbers"] = numbers
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


def _summed(packs: Iterable[Pack]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for pack in packs:
        for name, members in pack.groups.items():
            groups.setdefault(name, []).extend(members)
    return groups


def _reached(texts: Iterable[str], groups: Mapping[str, Sequence[str]]) -> set[str]:
    """The groups that texts name, and those that these name."""
    found: set[str] = set()
    waiting = list(_named(texts))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _named(groups.get(name, ()))
    return found


def _named(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from NAMED.findall(text)
