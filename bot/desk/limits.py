"""How much one person may ask of us, counted in the database so that a restart forgets nothing."""

import asyncio
import re
from datetime import timedelta

from bot.desk import card
from bot.errors import Refusal
from bot.model import AccountRef, Chat, Message
from bot.parts import App
from bot.store import cases, members, people
from bot.store.change import Change

HOUR, DAY = timedelta(hours=1), timedelta(hours=24)
SEVERE = 3
REPORT = "report"
# People tell of danger in words that no rule takes for danger: rules look for threats, not for what is told of them.
DANGER = re.compile(
    r"\b(?:danger|threat|kill|hurt|harm|attack|assault|weapon|knife|gun|stalk|follow|suicid|police|afraid|scared|unsafe"
    r"|emergency|help me)",
    re.IGNORECASE,
)


async def check_report(
    app: App, change: Change, chat: Chat, message: Message, reporter: AccountRef, reason: str
) -> None:
    """Count a report against the reporter's limits. Raises `Refusal` for one too many that would open a new case,
    unless it may be about something severe; what joins an open case costs nobody a second look."""
    account = await people.know(change, reporter)
    settings = app.settings.moderation
    within = (
        await members.attempts_since(change, account.id, REPORT, app.now() - HOUR) < settings.reports_per_hour
        and await members.attempts_since(change, account.id, REPORT, app.now() - DAY) < settings.reports_per_day
    )
    if not within and not await is_severe(app, message, reason):
        subject = await people.know(change, message.author)
        if await cases.open_case(change, chat.society_id, subject.person_id) is None:
            raise Refusal(app.wording.text("refusal.too_many_reports", time=card.clock(app, app.now() + HOUR)))
    await members.attempt(change, account.id, REPORT, app.now() - HOUR)


async def is_severe(app: App, message: Message, reason: str) -> bool:
    """Whether it may be about danger: the reporter says so, a rule finds some in what was said, or there are files,
    which no rule can read. A filter that broke counts as one that found it: no report is shed by a fault of ours."""
    if message.attachments or DANGER.search(reason):
        return True
    found = await asyncio.to_thread(app.screen().screen, message)
    return found.severity >= SEVERE or bool(found.failed)
