"""Coming, going and what changes in between: every change of standing, and who is told of it."""

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.wire.telegram import hearing, posting
from tests.wire.telegram.account import Account
from tests.wire.telegram.errors import JSON, ImpossibleError
from tests.wire.telegram.standing import Standing

if TYPE_CHECKING:
    from tests.wire.telegram.chat import Chat
    from tests.wire.telegram.joining import InviteLink


def change(
    chat: "Chat",
    account: Account,
    standing: Standing,
    *,
    by: Account,
    link: "InviteLink | None" = None,
    requested: bool = False,
) -> Standing:
    """Give an account another standing. `link` is the invite link they came by;
    `requested` says it was a request without a link."""
    before = chat.standing_of(account.id)
    chat.standings[account.id] = standing
    if standing.present and not before.present:
        chat.joined[account.id] = chat.world.date()
        _take_privacy(chat, account)
    if before != standing:
        hearing.tell_member(
            chat, account, member_change(chat, account, before, standing, by=by, link=link, requested=requested)
        )
    chat.world.bell.ring()
    return standing


def _take_privacy(chat: "Chat", account: Account) -> None:
    """A bot's privacy mode counts as it was when the bot came: changing it later needs adding it anew."""
    robot = chat.world.robots.get(account.id)
    if robot is not None and not robot.privacy:
        chat.open_ears.add(robot.id)
    else:
        chat.open_ears.discard(account.id)


def member_change(
    chat: "Chat",
    account: Account,
    before: Standing,
    after: Standing,
    *,
    by: Account,
    link: "InviteLink | None" = None,
    requested: bool = False,
) -> JSON:
    """The `ChatMemberUpdated`."""
    channel = chat.kind == "channel"
    told: JSON = {
        "chat": chat.as_json(),
        "from": by.as_json(),
        "date": chat.world.date(),
        "old_chat_member": before.as_json(account, channel=channel),
        "new_chat_member": after.as_json(account, channel=channel),
    }
    return told | ({"invite_link": link.as_json()} if link else {}) | ({"via_join_request": True} if requested else {})


def come(
    chat: "Chat", account: Account, *, by: Account, link: "InviteLink | None" = None, requested: bool = False
) -> None:
    """Somebody enters. A restriction from before still holds. Raises `ImpossibleError` for the banned."""
    before = chat.standing_of(account.id)
    if before.status == "kicked" and by is account:
        raise ImpossibleError(f"{account.name} is banned from {chat.title}")
    after = replace(before, is_member=True) if before.status == "restricted" else Standing("member")
    change(chat, account, after, by=by, link=link, requested=requested)
    if chat.kind != "channel":
        doer = account if link or requested else by
        posting.service(chat, doer, {"new_chat_members": [account.as_json()]})


def leave(chat: "Chat", account: Account, standing: Standing, *, by: Account) -> Standing:
    """Somebody goes, or is put out with that standing; a service message says so when they were in.
    A request of theirs is turned away."""
    if chat.standing_of(account.id).present and chat.kind != "channel":
        posting.service(chat, by, {"left_chat_member": account.as_json()})
    for asked in chat.knocks:
        if asked.account is account and asked.state == "pending":
            asked.state = "declined"
    return change(chat, account, standing, by=by)
