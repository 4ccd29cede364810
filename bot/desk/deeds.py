"""What the outbox can do, by kind: the one table of performers and of what follows from them."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from bot.desk import (
    alarm,
    capture,
    card,
    checkup,
    committee,
    contact,
    digest,
    doing,
    doubts,
    erasure,
    escalation,
    knocks,
    lockdown,
    moderation,
    officers,
    record,
    removals,
    safeguarding,
    seconds,
    statement,
    steps,
    sweep,
    union,
)
from bot.model import Effect, EffectKind, EffectState, Receipt
from bot.outbox.engine import Deed, Ending
from bot.parts import App
from bot.store import cases
from bot.store.change import Change

Perform = Callable[[App, Effect], Awaitable[Receipt]]

PLAIN: dict[EffectKind, Perform] = {
    EffectKind.CAPTURE: capture.perform,
    EffectKind.QUEUE_KNOCK: knocks.perform_queue,
    EffectKind.GREET_KNOCK: knocks.perform_greet,
    EffectKind.CODE_MAIL: knocks.perform_code_mail,
    EffectKind.REFER_KNOCK: knocks.perform_refer,
    EffectKind.ADMIT: knocks.perform_admit,
    EffectKind.STATEMENT: statement.perform_public,
    EffectKind.STATEMENT_DM: statement.perform_private,
    EffectKind.PIN_STATEMENT: statement.perform_pin,
    EffectKind.OFFICER_NEXT: escalation.perform_next,
    EffectKind.QUESTION: contact.perform_question,
    EffectKind.ANSWER: contact.perform_answer,
    EffectKind.TELL_COMMITTEE: contact.perform_tell,
    EffectKind.SETUP: committee.perform_setup,
    EffectKind.LEAVE: committee.perform_leave,
    EffectKind.DIGEST: digest.perform,
    EffectKind.SWEEP: sweep.perform,
    EffectKind.END_SECOND: seconds.perform_end,
    EffectKind.SCREEN_AGAIN: moderation.perform_again,
    EffectKind.CHECK_CHAT: checkup.perform,
    EffectKind.TELL_UNION: union.perform,
    EffectKind.UNLOCK: lockdown.perform_unlock,
    EffectKind.DOUBT: doubts.perform,
    EffectKind.HEAD_MAIL: record.perform,
    EffectKind.TAKE_BACK: erasure.perform_take_back,
    EffectKind.SAFEGUARD: safeguarding.perform,
}


async def _card(app: App, effect: Effect) -> Receipt:
    """The committee's card, and the officers' messages with it."""
    assert effect.case_id is not None
    async with app.store.read() as read:
        case = await cases.case(read, effect.case_id)
    assert case is not None
    if case.version == effect.payload["version"]:
        await officers.refresh_officers(app, case)
    return await card.perform(app, effect)


def deeds(app: App) -> dict[EffectKind, Deed]:
    """Every kind of effect with how it comes true."""
    made = {kind: Deed(partial(perform, app)) for kind, perform in PLAIN.items()}
    settle = partial(steps.settle, app)
    heard, turn = partial(doing.look_direct, app), partial(doing.turn_direct, app)
    notice = Deed(partial(doing.perform_notice, app), settle, partial(doing.look_notice, app))
    made[EffectKind.CARD] = Deed(partial(_card, app))
    made[EffectKind.NOTICE] = replace(notice, turn=partial(doing.turn_notice, app))
    made[EffectKind.WARN] = Deed(partial(doing.perform_warn, app), settle, heard, turn)
    made[EffectKind.TELL_REMOVED] = Deed(partial(doing.perform_tell_removed, app), look=heard, turn=turn)
    made[EffectKind.DELETE] = Deed(partial(doing.perform_delete, app), settle)
    made[EffectKind.TIMEOUT] = Deed(partial(doing.perform_timeout, app), settle)
    made[EffectKind.REMOVE] = Deed(partial(doing.perform_remove, app), settle)
    made[EffectKind.ASK_SECOND] = Deed(partial(seconds.perform_ask, app), partial(seconds.settle_ask, app))
    made[EffectKind.READMIT] = Deed(partial(removals.perform_readmit, app), settle)
    made[EffectKind.TELL_READMITTED] = Deed(partial(removals.perform_tell, app), look=heard, turn=turn)
    alerted = partial(safeguarding.settle, app)
    made[EffectKind.SAFEGUARD_DM] = Deed(partial(safeguarding.perform_dm, app), alerted)
    made[EffectKind.SAFEGUARD_MAIL] = Deed(partial(safeguarding.perform_mail, app), alerted)
    made[EffectKind.OFFICER_DM] = Deed(partial(escalation.perform_dm, app), partial(escalation.settle_dm, app))
    made[EffectKind.OFFICER_MAIL] = Deed(partial(escalation.perform_mail, app), partial(escalation.settle_mail, app))
    return {kind: replace(deed, settle=partial(_settled, app, deed)) for kind, deed in made.items()}


async def _settled(app: App, deed: Deed, change: Change, effect: Effect, ending: Ending) -> None:
    """What follows from an effect; of one that ended in doubt or was set aside, somebody is told."""
    await deed.settle(change, effect, ending)
    if ending.state is EffectState.UNKNOWN:
        await doubts.ask(app, change, effect)
    elif ending.state is EffectState.POISON:
        await alarm.sound(app, change, effect, ending)
