"""Where the committee talks, and so where its cards go."""

from bot.desk import powers
from bot.model import Case, Chat, ChatPurpose, Place
from bot.parts import App
from bot.store import chats, people
from bot.store.change import Read


async def for_case(app: App, case: Case) -> list[tuple[str, Place, str]]:
    """Where a case's card goes."""
    async with app.store.read() as read:
        chat = await chats.chat_by_id(read, case.chat_id)
    return await of_committee(app, case.society_id, chat.platform)


async def of_committee(app: App, society_id: int, platform: str) -> list[tuple[str, Place, str]]:
    """Where the committee talks: (key, place, account id or empty). On that platform if it can be, else on any other;
    with no place at all, each trained committee member's private chat."""
    async with app.store.read() as read:
        found = [place for one in await chats.of_society(read, society_id) for place in of_chat(one)]
        if found:
            best = min(found, key=lambda place: place.platform != platform)
            return [(f"{best.platform}:{best.chat}:{best.channel}", best, "")]
        return await private(app, read, society_id)


async def private(app: App, read: Read, society_id: int) -> list[tuple[str, Place, str]]:
    """The private chats of the trained committee members."""
    day = powers.today(app)
    found = []
    for seat in await people.committee(read, society_id, day):
        if seat.role in powers.COMMITTEE and seat.trained(day):
            for account in await people.accounts_of(read, seat.person_id):
                if account.platform in app.platforms:
                    place = Place(account.platform, account.external_id, private=True)
                    found.append((f"{account.platform}:account:{account.id}", place, str(account.id)))
    return found


def of_chat(chat: Chat) -> list[Place]:
    """Where a bound chat lets the committee talk."""
    if chat.purpose is ChatPurpose.COMMITTEE:
        return [Place(chat.platform, chat.external_id, chat.committee_channel)]
    return [Place(chat.platform, chat.external_id, chat.committee_channel)] if chat.committee_channel else []


def as_json(place: Place) -> dict[str, object]:
    """A place as JSON values."""
    return {"platform": place.platform, "chat": place.chat, "channel": place.channel, "private": place.private}
