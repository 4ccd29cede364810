"""What is promised for each kind of effect, and how pressing it is."""

from bot.model import EffectClass, EffectKind, Priority

STATE, ESCALATION = EffectClass.IDEMPOTENT, EffectClass.ESCALATION
PUBLIC, RECEIPT = EffectClass.PUBLIC, EffectClass.RECEIPT

KINDS: dict[EffectKind, tuple[EffectClass, Priority]] = {
    EffectKind.CAPTURE: (STATE, Priority.URGENT),
    EffectKind.NOTICE: (PUBLIC, Priority.NOTICE),
    EffectKind.WARN: (PUBLIC, Priority.DIRECT),
    EffectKind.DELETE: (STATE, Priority.DELETE),
    EffectKind.TIMEOUT: (STATE, Priority.DELETE),
    EffectKind.REMOVE: (STATE, Priority.DELETE),
    EffectKind.TELL_REMOVED: (PUBLIC, Priority.DELETE),
    EffectKind.ASK_SECOND: (RECEIPT, Priority.DIRECT),
    EffectKind.END_SECOND: (STATE, Priority.LATER),
    EffectKind.READMIT: (STATE, Priority.DIRECT),
    EffectKind.TELL_READMITTED: (PUBLIC, Priority.DIRECT),
    EffectKind.CARD: (STATE, Priority.CARD),
    EffectKind.QUEUE_KNOCK: (STATE, Priority.URGENT),
    EffectKind.GREET_KNOCK: (RECEIPT, Priority.DIRECT),
    EffectKind.CODE_MAIL: (RECEIPT, Priority.DIRECT),
    EffectKind.REFER_KNOCK: (RECEIPT, Priority.DIRECT),
    EffectKind.ADMIT: (STATE, Priority.DIRECT),
    EffectKind.STATEMENT: (RECEIPT, Priority.NOTICE),
    EffectKind.STATEMENT_DM: (RECEIPT, Priority.LATER),
    EffectKind.PIN_STATEMENT: (RECEIPT, Priority.NOTICE),
    EffectKind.OFFICER_DM: (ESCALATION, Priority.URGENT),
    EffectKind.OFFICER_MAIL: (ESCALATION, Priority.URGENT),
    EffectKind.OFFICER_NEXT: (STATE, Priority.URGENT),
    EffectKind.QUESTION: (ESCALATION, Priority.DIRECT),
    EffectKind.ANSWER: (ESCALATION, Priority.DIRECT),
    EffectKind.TELL_COMMITTEE: (RECEIPT, Priority.NOTICE),
    EffectKind.SETUP: (STATE, Priority.DIRECT),
    EffectKind.LEAVE: (STATE, Priority.LATER),
    EffectKind.DIGEST: (RECEIPT, Priority.LATER),
    EffectKind.SWEEP: (STATE, Priority.LATER),
    EffectKind.UNLOCK: (STATE, Priority.LATER),
    EffectKind.CHECK_CHAT: (STATE, Priority.LATER),
    EffectKind.TELL_UNION: (ESCALATION, Priority.URGENT),
    EffectKind.SCREEN_AGAIN: (STATE, Priority.LATER),
    EffectKind.DOUBT: (RECEIPT, Priority.DIRECT),
    EffectKind.HEAD_MAIL: (ESCALATION, Priority.LATER),
    EffectKind.TAKE_BACK: (STATE, Priority.DELETE),
    EffectKind.SAFEGUARD: (STATE, Priority.URGENT),
    EffectKind.SAFEGUARD_DM: (ESCALATION, Priority.URGENT),
    EffectKind.SAFEGUARD_MAIL: (ESCALATION, Priority.URGENT),
}
