"""A pack's own examples, run as its tests: every hit must be hit by its rule, every miss must not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from bot.errors import RulesError
from bot.model import AccountRef, Attachment, Hit, Message, MessageRef, Place, Text
from bot.screening.packs import Example, Pack, Rule, Said
from bot.screening.screen import Screen

PLACE = Place("example", "chat")
THEN = datetime(2026, 1, 1, tzinfo=UTC)


class Broken(NamedTuple):
    """An example that does not do what it should."""

    pack: Pack
    rule: Rule
    example: Example
    expected: bool

    def __str__(self) -> str:
        should = "should be hit and is not" if self.expected else "should not be hit and is"
        return f"{self.pack.path.name}: rule {self.rule.id}: the example {self.example.text!r} {should}"


def check(screen: Screen) -> None:
    """Raises RulesError naming the first example that fails, and how many more do."""
    broken = list(failing(screen))
    if broken:
        more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
        raise RulesError(f"{broken[0]}{more}")


def failing(screen: Screen) -> Iterator[Broken]:
    """Every example of the rules in force that does not do what it should."""
    off = {name for pack in screen.book.packs for name in pack.off}
    for pack in screen.book.packs:
        for rule in (rule for rule in pack.rule if rule.id not in off):
            for example in rule.hits:
                if rule.id not in {hit.rule for hit in hits(screen, rule, example)}:
                    yield Broken(pack, rule, example, expected=True)
            for example in rule.misses:
                if rule.id in {hit.rule for hit in hits(screen, rule, example)}:
                    yield Broken(pack, rule, example, expected=False)


def hits(screen: Screen, rule: Rule, example: Example) -> tuple[Hit, ...]:
    """What a rule's example is hit by. Only rules that go by likeness need a close reading, which takes its time."""
    message, recent = played(example)
    glance = screen.glance(message, recent)
    return screen.closely(message, glance).hits if rule.alike else glance.hits


def played(example: Example) -> tuple[Message, list[Message]]:
    """An example as a message and what was said before it."""
    earlier = [_said(said, f"0.{number}") for number, said in enumerate(example.recent)]
    last = _message(example, str(example.times))
    repeated = [_message(example, str(number)) for number in range(1, example.times)]
    return last, earlier + repeated


def _person(name: str) -> AccountRef:
    return AccountRef("example", name, name)


def _message(example: Example, number: str) -> Message:
    return Message(
        ref=MessageRef(PLACE, number),
        author=_person(example.by),
        sent_at=THEN + timedelta(seconds=int(number)),
        texts=(Text(example.view, example.text),) if example.text else (),
        attachments=() if example.text else (Attachment("file", "picture.jpg", "image/jpeg", 1),),
        reply_author=_person(example.to) if example.to else None,
        mentions=tuple(_person(f"m{n}") for n in range(example.mentions)),
    )


def _said(said: Said, number: str) -> Message:
    return Message(
        ref=MessageRef(PLACE, number),
        author=_person(said.by),
        sent_at=THEN - timedelta(seconds=said.before),
        texts=(Text(Example(text=said.text).view, said.text),),
        reply_author=_person(said.to) if said.to else None,
    )
