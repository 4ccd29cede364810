"""What may have been said before says so when it is said again: an escalation is repeated rather than lost."""

from bot.model import Effect, Speech
from bot.parts import App


def label(app: App, effect: Effect) -> Speech:
    """The line that goes before a repeat; nothing the first time."""
    return app.wording.say("escalation.repeat") if effect.intent_at is not None else Speech()
