"""When one person's word is not enough to take somebody out: who must agree, how they are asked, until when."""

from datetime import timedelta
from typing import Any

from bot.desk import card, places, powers
from bot.errors import Refusal, Unreachable
from bot.model import (
    Action,
    ActionState,
    Answer,
    Button,
    ButtonStyle,
    Case,
    Effect,
    EffectKind,
    EffectState,
    Place,
    Receipt,
    Seat,
)
from bot.outbox.engine import Ending
from bot.parts import App
from bot.store import cases, chats, people, presses
from bot.store.change import Change, Read

ALONE_A_DAY = 2  # removals that one person may ask for in a day before somebody else has to agree
DAY = timedelta(hours=24)


async def needed(app: App, read: Read, case: Case, seat: Seat) -> str:
    """Why a removal needs a second person, as a part of a sentence; empty when it does not. Raises `Refusal` when it
    does and nobody is in office who could agree."""
    why = await _why(app, read, case, seat)
    if why and not await who_may_agree(app, read, case, seat.person_id):
        raise Refusal(app.wording.text("second.nobody", reference=case.ref, why=why))
    return why


async def _why(app: App, read: Read, case: Case, seat: Seat) -> str:
    day = powers.today(app)
    if await people.sits_somewhere(read, case.person_id, case.society_id, day):
        return app.wording.text("second.why.seated")
    if (await people.society_by_id(read, case.society_id)).frozen(day):
        return app.wording.text("second.why.frozen")
    if await cases.removals_by(read, seat.person_id, app.now() - DAY) >= ALONE_A_DAY:
        return app.wording.text("second.why.many", name=seat.name, count=ALONE_A_DAY)
    return ""


async def who_may_agree(app: App, read: Read, case: Case, asker: int) -> list[Seat]:
    """The seats whose holders can agree: trained, in office, neither who asked nor whom it is about. Of a case that is
    kept from the committee, and where the committee has nobody else, they are officers."""
    day = powers.today(app)
    own = await people.committee(read, case.society_id, day)
    unions = [one for one in await people.union_seats(read, day) if one.role in powers.OFFICERS]
    lists = [unions] if await powers.is_hidden(app, read, case) else [own, unions]
    for found in lists:
        others = [one for one in found if one.trained(day) and one.person_id not in (asker, case.person_id)]
        if others:
            return others
    return []


async def hold(app: App, change: Change, case: Case, seat: Seat, action_id: int, why: str) -> None:
    """Ask for a second person, and let the question lapse after a day."""
    chat = await chats.chat_by_id(change, case.chat_id)
    payload = {"action": action_id, "why": why, "asker": seat.person_id}
    ids: dict[str, Any] = {"platform": chat.platform, "society_id": case.society_id, "case_id": case.id}
    await app.outbox.add(change, EffectKind.ASK_SECOND, f"second:{action_id}", payload, **ids)
    key = f"second-end:{action_id}"
    await app.outbox.add(change, EffectKind.END_SECOND, key, payload, **ids, run_at=app.now() + DAY)


async def perform_ask(app: App, effect: Effect) -> Receipt:
    """Put the question before those who can agree: where the committee talks, or to each of them alone."""
    assert effect.case_id is not None
    async with app.store.read() as read:
        case, action = await _both(read, effect)
        if action.state is not ActionState.WAITING:
            return Receipt({"skipped": True})
        asked = await who_may_agree(app, read, case, effect.payload["asker"])
        hidden = await powers.is_hidden(app, read, case)
    answer = await _question(app, case, action, str(effect.payload["why"]))
    if not hidden and any(one.society_id is not None for one in asked):
        place = await _committees_place(app, case, effect.platform)
        if place is not None:
            await app.platforms[place.platform].say(place, answer)
            return Receipt({"places": 1})
    return Receipt({"people": await _each(app, asked, answer)})


async def _both(read: Read, effect: Effect) -> tuple[Case, Action]:
    assert effect.case_id is not None
    case, action = await cases.case(read, effect.case_id), await cases.action(read, effect.payload["action"])
    assert case is not None
    assert action is not None
    return case, action


async def _question(app: App, case: Case, action: Action, why: str) -> Answer:
    async with app.store.change("porter", "ask second", app.now()) as change:
        change.about(f"case:{case.id}", society_id=case.society_id)
        subject = await people.account_by_id(change, case.subject_id)
        society = await people.society_by_id(change, case.society_id)
        buttons = (
            await _button(app, change, case, action, "agree"),
            await _button(app, change, case, action, "decline"),
        )
    speech = app.wording.say(
        "second.ask",
        name=action.name,
        subject=subject.name,
        society=society.name,
        reference=case.ref,
        why=why,
        time=card.clock(app, action.asked_at + DAY),
    )
    return Answer(speech, (buttons,), private=False)


async def _button(app: App, change: Change, case: Case, action: Action, deed: str) -> Button:
    token = await presses.add(
        change,
        deed,
        action.asked_at + DAY,
        key=f"{deed}:{action.id}",
        society_id=case.society_id,
        case_id=case.id,
        data={"action": action.id},
    )
    return Button(
        app.wording.text(f"second.{deed}_button"), token, ButtonStyle.DANGER if deed == "agree" else ButtonStyle.PLAIN
    )


async def _committees_place(app: App, case: Case, platform: str) -> Place | None:
    found = await places.of_committee(app, case.society_id, platform)
    return next((place for _, place, account in found if not account), None)


async def _each(app: App, asked: list[Seat], answer: Answer) -> int:
    """Write to each of them; raises `Unreachable` when nobody can be written to."""
    async with app.store.read() as read:
        known = [one for seat in asked for one in await people.accounts_of(read, seat.person_id)]
    told = 0
    for account in [one for one in known if one.platform in app.platforms]:
        try:
            await app.platforms[account.platform].direct(account.ref, answer)
            told += 1
        except Unreachable:
            continue  # the others are asked all the same; that nobody was is told below
    if not told:
        raise Unreachable(app.wording.text("second.unreached"))
    return told


async def settle_ask(app: App, change: Change, effect: Effect, ending: Ending) -> None:
    """A question that reached nobody ends the removal that waits for it, and the card says why."""
    if ending.state is not EffectState.DONE:
        await _end(app, change, effect, ending.reason)


async def perform_end(app: App, effect: Effect) -> Receipt:
    """A day has gone by: a removal that still waits lapses."""
    async with app.store.change("porter", "lapse removal", app.now()) as change:
        lapsed = await _end(app, change, effect, app.wording.text("second.lapsed"))
    return Receipt({"lapsed": lapsed})


async def _end(app: App, change: Change, effect: Effect, why: str) -> bool:
    case, action = await _both(change, effect)
    change.about(f"case:{case.id}", society_id=case.society_id)
    ended = await cases.second(change, action.id, ActionState.REFUSED, reason=why, settled_at=change.now)
    if ended:
        await cases.touch(change, case.id)
        await card.ask(app, change, case.id)
    return ended
