"""What the outbox does for newcomers: greet, mail the code, show the committee, let in."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from bot.desk import admission, lists, places
from bot.errors import Forbidden, Gone, Refusal, Unreachable
from bot.model import (
    Account,
    Answer,
    Button,
    ButtonStyle,
    Chat,
    Effect,
    Knock,
    KnockState,
    Place,
    Receipt,
)
from bot.parts import App
from bot.ports import Letter
from bot.store import chats, members, people, presses
from bot.store.change import Change, Read


async def _knock(read: Read, effect: Effect) -> tuple[Knock, Chat, Account]:
    knock = await members.knock(read, admission.knock_of(effect))
    assert knock is not None
    return knock, await chats.chat_by_id(read, knock.chat_id), await people.account_by_id(read, knock.account_id)


async def perform_queue(app: App, effect: Effect) -> Receipt:
    """Tell the platform that the request is with us."""
    async with app.store.read() as read:
        knock, chat, _ = await _knock(read, effect)
    await app.platforms[chat.platform].queue(knock.handle)
    return Receipt({})


async def perform_greet(app: App, effect: Effect) -> Receipt:
    """Tell the newcomer by DM how to prove membership. When we may not write to them, the request waits; they have
    the link and the welcome channel."""
    async with app.store.read() as read:
        knock, chat, account = await _knock(read, effect)
    if knock.state not in (KnockState.ASKED, KnockState.CODE_SENT):
        return Receipt({"skipped": True})
    answer = await admission.greet(app, chat, knock)
    sent = await app.platforms[chat.platform].direct(account.ref, answer, place=str(effect.payload.get("place", "")))
    return Receipt({"message": sent.id})


async def perform_code_mail(app: App, effect: Effect) -> Receipt:
    """Send the code to the address on the list. For a decoy there is nothing to send."""
    code_id = int(effect.payload["code"])
    async with app.store.read() as read:
        code = await members.code_by_id(read, code_id)
        knock, _, _ = await _knock(read, effect)
        society = await people.society_by_id(read, knock.society_id)
        member = None
        if code is not None and code.membership_id is not None:
            member = await members.membership_by_id(read, code.membership_id)
    if member is None or member.email_sealed is None or code is None or code.expires_at <= app.now():
        return Receipt({"sent": False})
    about = lists.sealed_to(member.society_id, member.member_hash)
    address = app.vault.open(about, member.email_sealed).decode()
    digits = app.vault.open(admission.code_sealed_to(code_id), bytes.fromhex(effect.payload["sealed"])).decode()
    minutes = app.settings.admission.code_minutes
    spaced = f"{digits[:4]} {digits[4:]}"
    letter = Letter(
        address,
        app.wording.text("mail.code_subject", society=society.name),
        app.wording.say("mail.code", society=society.name, code=spaced, minutes=minutes),
        f"<code.{code_id}.{effect.id}@{app.settings.email.domain}>",
    )
    await app.messengers["email"].send(letter)
    return Receipt({"sent": True})


async def perform_refer(app: App, effect: Effect) -> Receipt:
    """Show a knock to the committee with two buttons. The number itself is never shown."""
    async with app.store.read() as read:
        knock, chat, account = await _knock(read, effect)
        society = await people.society_by_id(read, knock.society_id)
        code = await members.newest_code(read, knock.id)
    on_list = code is not None and code.membership_id is not None
    async with app.store.change("porter", "refer knock", app.now()) as change:
        change.about(f"knock:{knock.id}", society_id=knock.society_id)
        buttons = (await _button(app, change, knock, "admit"), await _button(app, change, knock, "turn_away"))
    speech = app.wording.say(
        "knock.card",
        name=account.name,
        society=society.name,
        place=chat.title,
        platform=chat.platform.capitalize(),
        found=app.wording.text("knock.on_list" if on_list else "knock.not_on_list"),
    )
    return await tell_committee(app, knock.society_id, chat.platform, Answer(speech, (buttons,), private=False))


async def _button(app: App, change: Change, knock: Knock, deed: str) -> Button:
    expires = app.now() + timedelta(days=app.settings.admission.knock_days)
    key, data = f"{deed}:{knock.id}", {"knock": knock.id}
    token = await presses.add(change, deed, expires, key=key, society_id=knock.society_id, data=data)
    return Button(
        app.wording.text(f"knock.{deed}_button"), token, ButtonStyle.PRIMARY if deed == "admit" else ButtonStyle.PLAIN
    )


async def tell_committee(app: App, society_id: int, platform: str, answer: Answer) -> Receipt:
    """Say something where the committee talks, or to each of them when there is no such place."""
    found = await places.of_committee(app, society_id, platform)
    if not found:
        raise Unreachable(app.wording.text("committee.nobody"))
    try:
        await _say_at(app, found, answer)
    except (Forbidden, Gone):  # the committee's place is closed to us: each of them is told instead
        async with app.store.read() as read:
            found = await places.private(app, read, society_id)
        await _say_at(app, found, answer)
    return Receipt({"places": len(found)})


async def _say_at(app: App, found: Sequence[tuple[str, Place, str]], answer: Answer) -> None:
    """Say it at all of them. Somebody who cannot be written to keeps nobody else from hearing it; but somebody must."""
    heard = False
    for _, place, account_id in found:
        if not account_id:
            await app.platforms[place.platform].say(place, answer)
            return
        async with app.store.read() as read:
            holder = await people.account_by_id(read, int(account_id))
        with suppress(Unreachable):
            await app.platforms[place.platform].direct(holder.ref, answer)
            heard = True
    if not heard:
        raise Unreachable(app.wording.text("committee.nobody"))


async def perform_admit(app: App, effect: Effect) -> Receipt:
    """Approve the request or grant the role; or turn the request down."""
    async with app.store.read() as read:
        knock, chat, account = await _knock(read, effect)
    platform = app.platforms[chat.platform]
    if effect.payload.get("refuse"):
        await platform.refuse(chat, account.ref, knock.handle)
        return Receipt({"refused": True})
    if knock.state not in (KnockState.APPROVED, KnockState.ADMITTED):
        raise Refusal(app.wording.text("refusal.no_knock"))
    await platform.admit(chat, account.ref, knock.handle)
    return Receipt({"place": places.as_json(Place(chat.platform, chat.external_id))})
