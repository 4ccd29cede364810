"""Times as people read them."""

from datetime import datetime

from bot.parts import App


def clock(app: App, at: datetime | None) -> str:
    """A time as people read it, in the Union's zone: the hour today, with the date on other days."""
    if at is None:
        return ""
    local, today = at.astimezone(app.zone), app.now().astimezone(app.zone).date()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%-d %b %Y, %H:%M}"


def day(app: App, at: datetime) -> str:
    """A day as people read it, in the Union's zone: for words that are read later."""
    return f"{at.astimezone(app.zone):%-d %b %Y}"
