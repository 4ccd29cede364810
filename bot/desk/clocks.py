"""How long an officer has: minutes around the clock when it is urgent, working hours when it is not."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.config import EscalationSettings
from bot.model import Urgency

MINUTE = timedelta(minutes=1)


def wait_until(settings: EscalationSettings, urgency: Urgency, now: datetime, zone: ZoneInfo) -> datetime:
    """When the next contact is to be tried, if nobody has acknowledged by then (UTC)."""
    if urgency is Urgency.URGENT:
        return now + timedelta(minutes=settings.urgent_minutes)
    return after_working_hours(settings, now, zone, timedelta(hours=settings.standard_working_hours))


def after_working_hours(settings: EscalationSettings, now: datetime, zone: ZoneInfo, wanted: timedelta) -> datetime:
    """The instant by which that much working time has passed."""
    at, left = now.astimezone(zone), wanted
    for _ in range(400):
        start, end = _hours(settings, at)
        begin = max(at, start)
        if _works(settings, at) and begin < end:
            if end - begin >= left:
                return (begin + left).astimezone(now.tzinfo)
            left -= end - begin
        at = (at + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return now + wanted


def _works(settings: EscalationSettings, at: datetime) -> bool:
    return at.strftime("%a").lower()[:3] in _days(settings) and at.date() not in settings.bank_holidays


def _days(settings: EscalationSettings) -> set[str]:
    return {str(day).lower()[:3] for day in settings.working_days}


def _hours(settings: EscalationSettings, at: datetime) -> tuple[datetime, datetime]:
    start, end = settings.working_hours
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return (
        day.replace(hour=start.hour, minute=start.minute),
        day.replace(hour=end.hour, minute=end.minute),
    )
