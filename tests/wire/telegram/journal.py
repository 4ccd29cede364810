"""What really happened: every call, and every update with when it was sent and confirmed."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.wire.telegram.call import Call
from tests.wire.telegram.updates import Delivery

if TYPE_CHECKING:
    from tests.wire.telegram.world import World


@dataclass(eq=False, slots=True)
class Journal:
    """`calls` are in the order they were decided, refused ones too; polling is left out (see `polls`)."""

    world: "World"
    calls: list[Call] = field(default_factory=list)
    polls: list[Call] = field(default_factory=list)

    def add(self, call: Call) -> None:
        """Write a call down."""
        (self.polls if call.method == "getUpdates" else self.calls).append(call)
        self.world.bell.ring()

    def applied(self, *methods: str) -> list[Call]:
        """The calls that took effect, of these methods or of all."""
        return [call for call in self.calls if call.applied and (not methods or call.method in methods)]

    def refused(self, *methods: str) -> list[Call]:
        """The calls that were answered with an error."""
        return [call for call in self.calls if call.refused and (not methods or call.method in methods)]

    @property
    def deliveries(self) -> list[Delivery]:
        """Every update made for any bot, lost ones too, in the order they were made for each."""
        return [update for robot in self.world.robots.values() for update in robot.updates.made]
