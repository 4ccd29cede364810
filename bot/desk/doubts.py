"""When nobody can tell whether something public was said: a person who can look is asked, and says what to do."""

from datetime import timedelta

from bot.desk import card, doing, places, powers, steps, ways
from bot.errors import AlreadyDone, Unreachable
from bot.model import (
    ActionState,
    Answer,
    Button,
    ButtonStyle,
    Case,
    Effect,
    EffectKind,
    EffectState,
    Place,
    Press,
    Receipt,
    Seat,
    Speech,
)
from bot.parts import App
from bot.store import cases, effects, people, presses
from bot.store.change import Change

THERE, AGAIN, LEAVE = "there", "again", "leave"
ANSWERS = (THERE, AGAIN, LEAVE)
STATES = {THERE: EffectState.DONE, AGAIN: EffectState.READY, LEAVE: EffectState.FAILED}
STEPS = {THERE: ActionState.DONE, AGAIN: ActionState.PENDING, LEAVE: ActionState.UNKNOWN}


async def ask(app: App, change: Change, effect: Effect) -> None:
    """Have the question put, in the transaction in which the outcome was found to be unknown."""
    await _show(app, change, effect, f"{effect.intent_at}")


async def _show(app: App, change: Change, effect: Effect, why: str) -> None:
    await app.outbox.add(
        change,
        EffectKind.DOUBT,
        f"doubt:{effect.id}:{why}",
        {"effect": effect.id},
        platform=effect.platform,
        society_id=effect.society_id,
        case_id=effect.case_id,
    )


async def perform(app: App, effect: Effect) -> Receipt:
    """Put the question where those are who can look, or show there how it was answered."""
    async with app.store.read() as read:
        asked = await effects.effect(read, effect.payload["effect"])
        assert asked is not None
        assert asked.case_id is not None
        case = await cases.case(read, asked.case_id)
    assert case is not None
    answer = await _question(app, case, asked)
    found = await _places(app, case, asked.platform)
    for key, place, account in found:
        await card.post(app, case, f"doubt:{asked.id}:{key}", place, account, answer)
    return Receipt({"places": len(found)})


async def _places(app: App, case: Case, platform: str) -> list[tuple[str, Place, str]]:
    """The committee's place; of a case that is not for its eyes, the first officer who can be written to."""
    if not case.restricted:
        return await places.of_committee(app, case.society_id, platform)
    async with app.store.read() as read:
        refs = [ref for one in await ways.contacts_for(app, read, case) for ref in one.accounts]
        known = [await people.account(read, ref) for ref in refs if ref.platform in app.platforms]
    for one in filter(None, known):
        return [(f"officer:{one.id}", Place(one.platform, one.external_id, private=True), str(one.id))]
    raise Unreachable(app.wording.text("doubt.nobody"))


async def _question(app: App, case: Case, asked: Effect) -> Answer:
    words, where = await doing.said_by(app, asked)
    speech = app.wording.say(
        f"doubt.{asked.kind}",
        reference=case.ref,
        where=where,
        time=card.clock(app, asked.intent_at),
        words=card.shortened(words.plain),
    )
    if asked.state is not EffectState.UNKNOWN:
        return Answer(speech + _answered(app, asked), private=False)
    async with app.store.change("porter", "ask about a doubt", app.now()) as change:
        change.about(f"effect:{asked.id}", f"case:{case.id}", society_id=case.society_id)
        buttons = tuple([await _button(app, change, case, asked, answer) for answer in ANSWERS])
    return Answer(speech + app.wording.say("doubt.ask"), (buttons,), private=False)


def _answered(app: App, asked: Effect) -> Speech:
    said = asked.payload.get("doubt")
    return Speech() if said is None else app.wording.say(f"doubt.said.{said['answer']}", name=said["name"])


async def _button(app: App, change: Change, case: Case, asked: Effect, answer: str) -> Button:
    token = await presses.add(
        change,
        "doubt",
        app.now() + timedelta(days=card.BUTTON_DAYS),
        key=f"doubt:{asked.id}:{answer}",
        society_id=case.society_id,
        case_id=case.id,
        data={"effect": asked.id, "answer": answer},
    )
    return Button(app.wording.text(f"doubt.button.{answer}"), token, ButtonStyle.PLAIN)


async def settle(app: App, who: powers.Caller, press: Press) -> Answer:
    """Somebody looked, and says what to do. The first word counts."""
    assert press.case_id is not None
    case, seat = await steps.case_for(app, who, press.case_id)
    answer = str(press.data["answer"])
    async with app.store.change(f"seat:{seat.id}", f"doubt: {answer}", app.now()) as change:
        change.about(f"effect:{press.data['effect']}", f"case:{case.id}", society_id=case.society_id)
        asked = await effects.effect(change, press.data["effect"])
        assert asked is not None
        payload = {**asked.payload, "doubt": {"answer": answer, "name": seat.name}}
        if not await effects.resolve(change, asked.id, STATES[answer], payload):
            raise AlreadyDone(app.wording.text("doubt.settled", reference=case.ref))
        await _settle_step(app, change, asked, answer, seat)
        await _show(app, change, asked, f"{answer}:{change.now.isoformat()}")
        await cases.touch(change, case.id)
        await card.ask(app, change, case.id)
    app.outbox.wake()
    return Answer(app.wording.say(f"doubt.done.{answer}", reference=case.ref))


async def _settle_step(app: App, change: Change, asked: Effect, answer: str, seat: Seat) -> None:
    """Show it on the case's step. The word that goes before a removal is no step of its own. A step that somebody has
    taken anew meanwhile is not sent a second time."""
    if asked.kind in (EffectKind.TELL_REMOVED, EffectKind.TELL_READMITTED):
        return
    action = await cases.action(change, asked.payload["action"])
    if action is None or action.key.endswith(f"#{action.id}"):
        raise AlreadyDone(app.wording.text("doubt.settled", reference=""))
    reason = app.wording.text(f"doubt.reason.{answer}", name=seat.name)
    await cases.settle_action(change, action.id, STEPS[answer], reason)
