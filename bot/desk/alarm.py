"""What was tried too often and is set aside: somebody is told, so that they can do it by hand. What would end an
escalation goes to the Union, and the escalation goes on."""

from typing import Any

from bot.desk import escalation, union
from bot.model import Case, Effect, EffectKind
from bot.outbox.engine import Ending
from bot.parts import App
from bot.store import cases
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
    """Have somebody told, in the transaction in which an effect is set aside. Telling the Union that fails itself
    stands in the log and makes `/healthz` say so."""
    if effect.kind is EffectKind.TELL_UNION:
        return
    case = None if effect.case_id is None else await cases.case(change, effect.case_id)
    words = _words(app, effect, case, ending.reason)
    key, society_id = f"alarm:{effect.id}:{change.now.isoformat()}", effect.society_id
    if effect.kind in FOR_THE_UNION or society_id is None or (case is not None and case.restricted):
        await union.tell(app, change, key, words, society_id, case=case)
    else:
        ids: dict[str, Any] = {"platform": effect.platform, "society_id": society_id, "case_id": effect.case_id}
        await app.outbox.add(change, EffectKind.TELL_COMMITTEE, key, {"words": words}, **ids)
    if effect.kind is EffectKind.OFFICER_NEXT and case is not None:
        await escalation.go_on(app, change, case, int(effect.payload["turn"]))


def _words(app: App, effect: Effect, case: Case | None, reason: str) -> str:
    about = "" if case is None else app.wording.text("alarm.about", reference=case.ref)
    what = app.wording.text(f"effect.{effect.kind}")
    return app.wording.text("alarm.text", what=what, about=about, reason=reason, effect=effect.id)
