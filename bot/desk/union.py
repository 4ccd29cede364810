"""Telling those who look after Porter for the Union: the administrators, and the shared mailbox."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.desk import powers, repeat
from bot.desk.times import day
from bot.errors import Unreachable
from bot.model import Answer, Case, Chat, Effect, EffectKind, Receipt, Role, Seat
from bot.parts import App
from bot.ports import Letter
from bot.store import people
from bot.store.change import Change, Read

GONE_FOR = timedelta(days=2)
log = structlog.get_logger()


async def tell(
    app: App,
    change: Change,
    key: str,
    words: str,
    society_id: int | None = None,
    *,
    unless: Chat | None = None,
    case: Case | None = None,
    run_at: datetime | None = None,
) -> None:
    """Have a plain sentence told to every administrator, by every way, and to the mailbox; else to the
    officers. Each is an effect of its own, so that one way that fails repeats no other. Nothing is told if `unless` is
    bound again by then, and nothing is told to the person whose `case` it is."""
    seated = [
        seat
        for seat in await people.union_seats(change, powers.today(app))
        if case is None or seat.person_id != case.person_id
    ]
    ways = await _ways(app, change, [seat for seat in seated if seat.role is Role.ADMINISTRATOR])
    if not ways:
        ways = await _ways(app, change, [seat for seat in seated if seat.role is Role.OFFICER])
    for number, way in enumerate(ways):
        back = {} if unless is None else {"unless": [unless.platform, unless.external_id]}
        payload = {"words": words, **way, **back}
        case_id = None if case is None else case.id
        times: dict[str, Any] = {"society_id": society_id, "case_id": case_id, "run_at": run_at}
        await app.outbox.add(change, EffectKind.TELL_UNION, f"{key}:{number}", payload, **times)
    if not ways:
        log.error("union.nobody_to_tell", key=key)


async def _ways(app: App, read: Read, seats: Sequence[Seat]) -> list[dict[str, Any]]:
    """Every way to these people, and to the mailbox."""
    addresses = [app.settings.union.mailbox, *(seat.email for seat in seats)]
    accounts = [account for seat in seats for account in await people.accounts_of(read, seat.person_id)]
    ways: list[dict[str, Any]] = [{"account": one.id} for one in accounts if one.platform in app.platforms]
    return ways + [{"to": one} for one in dict.fromkeys(filter(None, addresses)) if "email" in app.messengers]


async def tell_gone(app: App, change: Change, chat: Chat) -> None:
    """We were taken out of a chat: if we are not back within days, the Union hears of it."""
    society = await people.society_by_id(change, chat.society_id)
    fillings = {"society": society.name, "title": chat.title, "time": day(app, app.now())}
    words = app.wording.text("checkup.gone", **fillings, platform=chat.platform.capitalize())
    key = f"gone-union:{chat.id}:{app.now():%Y%m%d%H%M%S}"
    await tell(app, change, key, words, chat.society_id, unless=chat, run_at=app.now() + GONE_FOR)


async def perform(app: App, effect: Effect) -> Receipt:
    """Tell one of them by one way. A repeat says that it is one."""
    if tuple(effect.payload.get("unless", ())) in app.chats:
        return Receipt({"skipped": True})
    speech = repeat.label(app, effect) + app.wording.say("committee.words", words=str(effect.payload["words"]))
    if "to" in effect.payload:
        message_id = f"<union.{effect.id}@{app.settings.email.domain}>"
        letter = Letter(effect.payload["to"], app.wording.text("checkup.subject"), speech, message_id)
        return Receipt({"mail": await app.messengers["email"].send(letter)})
    async with app.store.read() as read:
        account = await people.account_by_id(read, effect.payload["account"])
    if account.platform not in app.platforms:
        raise Unreachable(app.wording.text("platform.off", platform=account.platform.capitalize()))
    sent = await app.platforms[account.platform].direct(account.ref, Answer(speech))
    return Receipt({"message": sent.id})
