"""What was tried too often and is set aside: somebody is told, so that they can do it by hand. What would end an
escalation goes to the Union, and the escalation goes on."""

from bot.desk import escalation, powers, repeat
from bot.errors import Unreachable
from bot.model import Answer, Effect, EffectKind, Receipt
from bot.outbox.engine import Ending
from bot.parts import App
from bot.ports import Letter
from bot.store import cases, people
from bot.store.change import Change

FOR_THE_UNION = frozenset(
    {
        EffectKind.OFFICER_DM,
        EffectKind.OFFICER_MAIL,
        EffectKind.OFFICER_NEXT,
        EffectKind.QUESTION,
        EffectKind.TELL_COMMITTEE,
        EffectKind.DOUBT,
        EffectKind.SAFEGUARD,
        EffectKind.SAFEGUARD_DM,
        EffectKind.SAFEGUARD_MAIL,
        EffectKind.HEAD_MAIL,
    }
)


async def sound(app: App, change: Change, effect: Effect, ending: Ending) -> None:
    """Have somebody told, in the transaction in which an effect is set aside. An alarm that fails itself stands in the
    log and makes `/healthz` say so."""
    if effect.kind is EffectKind.ALARM:
        return
    case = None if effect.case_id is None else await cases.case(change, effect.case_id)
    told = {
        "what": effect.kind.value,
        "reference": "" if case is None else case.ref,
        "reason": ending.reason,
        "effect": effect.id,
    }
    union = effect.kind in FOR_THE_UNION or effect.society_id is None or (case is not None and case.restricted)
    words = _words(app, told)
    await app.outbox.add(
        change,
        EffectKind.ALARM if union else EffectKind.TELL_COMMITTEE,
        f"alarm:{effect.id}:{change.now.isoformat()}",
        told if union else {"words": words},
        platform=effect.platform,
        society_id=effect.society_id,
        case_id=effect.case_id,
    )
    if effect.kind is EffectKind.OFFICER_NEXT and case is not None:
        await escalation.go_on(app, change, case, int(effect.payload["turn"]))


def _words(app: App, told: dict[str, object]) -> str:
    reference = str(told["reference"])
    return app.wording.text(
        "alarm.text",
        what=app.wording.text(f"effect.{told['what']}"),
        about=app.wording.text("alarm.about", reference=reference) if reference else "",
        reason=str(told["reason"]),
        effect=int(str(told["effect"])),
    )


async def perform(app: App, effect: Effect) -> Receipt:
    """Tell the Union: its mailbox, or without e-mail the first officer who can be written to."""
    words = repeat.label(app, effect) + app.wording.say("committee.words", words=_words(app, effect.payload))
    mailbox, email = app.settings.union.mailbox, app.messengers.get("email")
    if mailbox and email is not None:
        subject = app.wording.text("alarm.subject", reference=str(effect.payload["reference"])).strip()
        message_id = f"<alarm.{effect.id}@{app.settings.email.domain}>"
        return Receipt({"mail": await email.send(Letter(mailbox, subject, words, message_id))})
    async with app.store.read() as read:
        contacts = await people.contacts(read, powers.today(app))
    for ref in [ref for one in contacts for ref in one.accounts if ref.platform in app.platforms]:
        try:
            sent = await app.platforms[ref.platform].direct(ref, Answer(words))
        except Unreachable:
            continue
        return Receipt({"message": sent.id})
    raise Unreachable(app.wording.text("alarm.nobody"))
