"""Requests to join: let in, turned down, told that they wait."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import telegram

from bot.errors import Gone
from bot.model import AccountRef, Answer, Asked, Button, ButtonStyle, Chat
from bot.platforms.telegram import read, talk
from bot.platforms.telegram.connection import Connection
from bot.platforms.telegram.errors import asking
from bot.platforms.telegram.members import in_chat

INVITE = "Invite users via link"
LINK_LIVES = timedelta(days=1)


def asked(request: telegram.ChatJoinRequest) -> Asked:
    """A request to join as a knock. `query_id` (Bot API 10.1) means that Telegram waits ten seconds for our word."""
    query = str(request.api_kwargs.get("query_id") or "")
    handle = {
        "chat": str(request.chat.id),
        "user": str(request.from_user.id),
        "user_chat_id": str(request.user_chat_id),
        "date": int(request.date.timestamp()),
        "query_id": query,
    }
    return Asked(
        account=read.account(request.from_user),
        chat=str(request.chat.id),
        at=request.date,
        handle=json.dumps(handle, separators=(",", ":")),
        reply_place=str(request.user_chat_id),
        waits=bool(query),
    )


def opened(handle: str) -> Mapping[str, Any]:
    """What was kept of a request; empty where there was none."""
    found = json.loads(handle) if handle else {}
    return found if isinstance(found, dict) else {}


async def admit(connection: Connection, chat: Chat, account: AccountRef, handle: str) -> None:
    """Approve the request; without one, send the person a link that lets one person in for a day. A request that
    somebody else dealt with is no failure."""
    if not opened(handle):
        await _invite(connection, chat, account)
        return
    user = int(account.id)
    try:
        await connection.there(
            chat.external_id, lambda there: connection.bot.approve_chat_join_request(there, user), INVITE
        )
    except Gone:
        return


async def _invite(connection: Connection, chat: Chat, account: AccountRef) -> None:
    if await in_chat(connection, chat, account):
        return
    app = connection.app
    link = await connection.there(
        chat.external_id,
        lambda there: connection.bot.create_chat_invite_link(
            there,
            expire_date=app.now() + LINK_LIVES,
            member_limit=1,
            name="Porter: one person",
            creates_join_request=False,
        ),
        INVITE,
    )
    speech = app.wording.say("platform.telegram.invite", chat=chat.title)
    button = Button(app.wording.text("platform.telegram.invite_button"), link.invite_link, ButtonStyle.LINK)
    await talk.direct(connection, account, Answer(speech, ((button,),)))


async def refuse(connection: Connection, chat: Chat, account: AccountRef, handle: str) -> None:
    """Turn a request down, if there is one still open."""
    if not opened(handle):
        return
    user = int(account.id)
    try:
        await connection.there(
            chat.external_id, lambda there: connection.bot.decline_chat_join_request(there, user), INVITE
        )
    except Gone:
        return


async def queue(connection: Connection, handle: str) -> None:
    """Tell Telegram that a request waits for us. The library has no method of its own for it."""
    found = opened(handle)
    if not found.get("query_id"):
        return
    words = {"chat_join_request_query_id": found["query_id"], "result": "queue"}
    with asking():
        await connection.bot.do_api_request("answerChatJoinRequestQuery", api_kwargs=words)
