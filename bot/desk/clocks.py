"""How long an officer has: minutes around the clock when it is urgent, working hours when it is not."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.config import EscalationSettings
from bot.desk import holidays
from bot.model import Urgency

DAYS = 400  # looked ahead at most


def wait_until(settings: EscalationSettings, urgency: Urgency, now: datetime, zone: ZoneInfo) -> datetime:
    """When the next contact is to be tried, if nobody has acknowledged by then (UTC)."""
    if urgency is Urgency.URGENT:
        return now + timedelta(minutes=settings.urgent_minutes)
    return after_working_hours(settings, now, zone, timedelta(hours=settings.standard_working_hours))


def repeat_at(settings: EscalationSettings, urgency: Urgency, now: datetime, zone: ZoneInfo) -> datetime:
    """When everybody is tried again after nobody answered. Only what is urgent is repeated in quiet hours."""
    pause = timedelta(minutes=settings.repeat_minutes)
    return now + pause if urgency is Urgency.URGENT else after_working_hours(settings, now, zone, pause)


def after_working_hours(settings: EscalationSettings, now: datetime, zone: ZoneInfo, wanted: timedelta) -> datetime:
    """The instant by which that much working time has passed (UTC). Lengths are real time, whatever clocks do."""
    at, left = now.astimezone(zone), wanted
    for _ in range(DAYS):
        start, end = (edge.astimezone(UTC) for edge in _hours(settings, at))
        begin = max(at.astimezone(UTC), start)
        if _works(settings, at) and begin < end:
            if end - begin >= left:
                return begin + left
            left -= end - begin
        at = (at + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return now + wanted


def _works(settings: EscalationSettings, at: datetime) -> bool:
    day = at.date()
    off = day in settings.bank_holidays or (settings.english_bank_holidays and day in holidays.english(day.year))
    return at.strftime("%a").lower()[:3] in _days(settings) and not off


def _days(settings: EscalationSettings) -> set[str]:
    return {str(day).lower()[:3] for day in settings.working_days}


def _hours(settings: EscalationSettings, at: datetime) -> tuple[datetime, datetime]:
    start, end = settings.working_hours
    day = at.replace(minute=0, second=0, microsecond=0)
    return (
        day.replace(hour=start.hour, minute=start.minute, fold=0),
        day.replace(hour=end.hour, minute=end.minute, fold=0),
    )
