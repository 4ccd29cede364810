"""The guided tour: six steps that tick themselves off when they have happened, told from the world and from what the
desk has on record, never from what somebody clicked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.model import Action, ActionKind, ActionState
from bot.platforms.playground import cast
from bot.platforms.playground.platform import Playground
from bot.platforms.playground.world import PORTER, World
from bot.store import cases

ACTS = frozenset({ActionKind.NOTICE, ActionKind.WARN, ActionKind.DELETE, ActionKind.TIMEOUT, ActionKind.REMOVE})


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the desk has on record of the society's open cases."""

    reports: int
    actions: tuple[Action, ...]
    reached: bool


STEPS: Mapping[str, Callable[[World, Recorded], bool]] = {
    "knock": lambda world, _: "knocked" in world.happened,
    "join": lambda world, _: "joined" in world.happened,
    "misbehave": lambda world, _: newcomer_spoke(world),
    "flag": lambda _, recorded: recorded.reports > 0,
    "act": lambda _, recorded: any(one.kind in ACTS and one.state is ActionState.DONE for one in recorded.actions),
    "escalate": lambda world, recorded: recorded.reached and officer_has_read(world),
}
PANE_OF = {
    "knock": "member",
    "join": "member",
    "misbehave": "member",
    "flag": "moderator",
    "act": "moderator",
    "escalate": "officer",
}


def newcomer_spoke(world: World) -> bool:
    """Whether somebody who came in by knocking has said something in the society's chat."""
    newcomers = {person.id for person in cast.NEWCOMERS}
    return any(post.author in newcomers for post in world.rooms[cast.SOCIETY].posts.values())


def officer_has_read(world: World) -> bool:
    """Whether an officer has had Porter's message with the picture before them."""
    rooms = [world.rooms[person.id] for person in (cast.OLU, cast.PETRA)]
    pictures = [(room, post) for room in rooms for post in room.posts.values() if post.author == PORTER and post.files]
    return any(room.read.get(room.id, 0) >= int(post.id) for room, post in pictures)


class Tour:
    """Which steps have happened. What has happened stays so."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground
        self.done: set[str] = set()

    async def follow(self) -> None:
        """Look again whenever the world changes, until it closes."""
        async for _ in self._playground.world.watch():
            if await self.look():
                self._playground.world.changed()

    async def look(self) -> bool:
        """Tick off what has happened; whether anything is new."""
        world, recorded = self._playground.world, await self._recorded()
        new = {key for key, has_happened in STEPS.items() if key not in self.done and has_happened(world, recorded)}
        self.done |= new
        return bool(new)

    async def _recorded(self) -> Recorded:
        app = self._playground.app
        society_id = app.chats[self._playground.name, cast.SOCIETY].society_id
        reports, actions, reached = 0, list[Action](), False
        async with app.store.read() as read:
            for case in await cases.cases_open(read, society_id):
                reports += len(await cases.reports_of(read, case.id))
                actions += await cases.actions_of(read, case.id)
                escalated = await cases.escalation(read, case.id)
                reached = reached or (escalated is not None and escalated.reached_at is not None)
        return Recorded(reports, tuple(actions), reached)

    def as_json(self) -> list[dict[str, Any]]:
        """The steps as the page shows them: what to do, where, and whether it has happened."""
        return [self._step(key) for key in STEPS]

    def _step(self, key: str) -> dict[str, Any]:
        text = self._playground.app.wording.text
        people = {"newcomer": cast.ROBIN, "member": cast.ALICE, "moderator": cast.MONA, "officer": cast.OLU}
        fillings = {"number": cast.ROBIN.number} | {who: person.name for who, person in people.items()}
        suggested = f"platform.playground.tour.{key}.suggested"
        return {
            "key": key,
            "pane": PANE_OF[key],
            "title": text(f"platform.playground.tour.{key}.title"),
            "how": text(f"platform.playground.tour.{key}.how", **fillings),
            "suggested": text(suggested, **fillings) if self._playground.app.wording.has(suggested) else "",
            "done": key in self.done,
        }
