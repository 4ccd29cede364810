"""What is promised for each kind of effect, and how pressing it is."""

from bot.model import EffectClass, EffectKind, Priority

I, E, P, R = EffectClass.IDEMPOTENT, EffectClass.ESCALATION, EffectClass.PUBLIC, EffectClass.RECEIPT

KINDS: dict[EffectKind, tuple[EffectClass, Priority]] = {
    EffectKind.CAPTURE: (I, Priority.URGENT),
    EffectKind.NOTICE: (P, Priority.NOTICE),
    EffectKind.WARN: (P, Priority.DIRECT),
    EffectKind.DELETE: (I, Priority.DELETE),
    EffectKind.TIMEOUT: (I, Priority.DELETE),
    EffectKind.REMOVE: (I, Priority.DELETE),
    EffectKind.TELL_REMOVED: (P, Priority.DELETE),
    EffectKind.CARD: (I, Priority.CARD),
    EffectKind.QUEUE_KNOCK: (I, Priority.URGENT),
    EffectKind.GREET_KNOCK: (R, Priority.DIRECT),
    EffectKind.CODE_MAIL: (R, Priority.DIRECT),
    EffectKind.REFER_KNOCK: (R, Priority.DIRECT),
    EffectKind.ADMIT: (I, Priority.DIRECT),
    EffectKind.STATEMENT: (R, Priority.NOTICE),
    EffectKind.STATEMENT_DM: (R, Priority.LATER),
    EffectKind.PIN_STATEMENT: (R, Priority.NOTICE),
    EffectKind.OFFICER_DM: (E, Priority.URGENT),
    EffectKind.OFFICER_MAIL: (E, Priority.URGENT),
    EffectKind.OFFICER_NEXT: (I, Priority.URGENT),
    EffectKind.QUESTION: (E, Priority.DIRECT),
    EffectKind.ANSWER: (E, Priority.DIRECT),
    EffectKind.TELL_COMMITTEE: (R, Priority.NOTICE),
    EffectKind.SETUP: (I, Priority.DIRECT),
    EffectKind.LEAVE: (I, Priority.LATER),
    EffectKind.SWEEP: (I, Priority.LATER),
}
