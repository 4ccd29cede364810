"""Knock → welcome. Proof that a membership is on the list and theirs: the number, then a code to the address there.

Whether a number is on the list, used or wrong can never be told from what we answer, nor from how long it takes.
"""

import secrets
from datetime import timedelta
from typing import Any

from bot.config import AdmissionSettings
from bot.desk import lockdown, powers
from bot.desk.roster import member_key
from bot.desk.statement import version_of
from bot.errors import NotFound, Refusal
from bot.model import (
    Account,
    Answer,
    Asked,
    Button,
    ButtonStyle,
    Chat,
    ChatPurpose,
    Effect,
    EffectKind,
    Field,
    Form,
    Knock,
    KnockState,
    Membership,
    Press,
    Submitted,
)
from bot.model.roster import ListRules
from bot.parts import App
from bot.store import cases, chats, members, people, policies, presses
from bot.store.change import Change, Read

OPEN = members.OPEN_KNOCKS
CODE_DIGITS = 8
NOBODIES = 1_000_000
LETTERS = "0123456789"


def list_rules(settings: AdmissionSettings) -> ListRules:
    """How member numbers are read, on lists and from people alike."""
    return ListRules(paid_groups=settings.paid_groups, prefixes=settings.member_key_prefixes)


async def handle_knock(app: App, asked: Asked) -> None:
    """Somebody asks to enter: note it, tell the platform we have it, and tell them how to prove membership."""
    chat = app.chats.get((asked.account.platform, asked.chat))
    if chat is None or chat.purpose is not ChatPurpose.MEMBERS:
        return
    async with app.store.change("porter", "knock", app.now()) as change:
        account = await people.know(change, asked.account)
        knock = await members.open_knock(change, chat.society_id, chat.id, account.id, asked.handle)
        change.about(f"knock:{knock.id}", society_id=chat.society_id)
        if asked.waits:
            key = f"queue:{knock.id}:{asked.at.timestamp():.0f}"
            await _add(app, change, EffectKind.QUEUE_KNOCK, key, knock, chat)
        if await members.proven(change, chat.society_id, account.id, powers.today(app)) is not None:
            await approve(app, change, knock, chat, "membership proved before")
        else:
            held = await lockdown.held_until(app, change, chat)
            payload = {"knock": knock.id, "place": asked.reply_place} | ({"held": chat.id} if held else {})
            key = f"greet:{knock.id}:{asked.at.timestamp():.0f}"
            ids: dict[str, Any] = {"platform": chat.platform, "society_id": knock.society_id}
            await app.outbox.add(change, EffectKind.GREET_KNOCK, key, payload, **ids, run_at=held)
    app.meters.count("knock", chat.platform)


async def _add(app: App, change: Change, kind: EffectKind, key: str, knock: Knock, chat: Chat, **extra: object) -> None:
    payload = {"knock": knock.id, **extra}
    await app.outbox.add(change, kind, key, payload, platform=chat.platform, society_id=knock.society_id)


async def greet(app: App, chat: Chat, knock: Knock) -> Answer:
    """What a newcomer is told: the statement, and how to prove membership."""
    async with app.store.change("porter", "show statement", app.now()) as change:
        change.about(f"knock:{knock.id}", society_id=chat.society_id)
        society = await people.society_by_id(change, chat.society_id)
        version = version_of(app)
        await policies.keep(change, policies.STATEMENT, version, app.wording.sentences["statement.text"])
        await members.show_statement(change, chat.society_id, knock.account_id, version)
        button = await _verify_button(app, change, chat)
    speech = app.wording.say("statement.text", society=society.name)
    return Answer(speech + app.wording.say("knock.how", society=society.name), ((button,),))


async def verify_buttons(app: App, chat: Chat) -> Answer:
    """The standing message of a welcome channel, with the button that begins the check."""
    async with app.store.work(app.now()) as change:
        society = await people.society_by_id(change, chat.society_id)
        button = await _verify_button(app, change, chat)
    speech = app.wording.say("statement.text", society=society.name)
    return Answer(speech + app.wording.say("knock.how", society=society.name), ((button,),), private=False)


async def _verify_button(app: App, change: Change, chat: Chat) -> Button:
    token = await presses.add(
        change,
        "verify",
        app.now() + timedelta(days=3650),
        key=f"verify:{chat.id}",
        society_id=chat.society_id,
        data={"chat": chat.id},
    )
    return Button(app.wording.text("knock.button"), token, ButtonStyle.PRIMARY)


async def number_form(app: App, press: Press) -> Form:
    """The form that asks for the membership number."""
    say = app.wording.text
    field = Field("number", say("knock.number_label"), limit=40, hint=say("knock.number_hint"))
    return Form(press.token, say("knock.form_title"), (field,))


async def code_form(app: App, press: Press) -> Form:
    """The form that asks for the code."""
    say = app.wording.text
    return Form(press.token, say("knock.code_title"), (Field("code", say("knock.code_label"), limit=20),))


async def submit_number(app: App, who: powers.Caller, press: Press, submitted: Submitted) -> Answer:
    """A number was typed. Whatever it is, the answer is the same; a code goes out only when it should."""
    settings = app.settings.admission
    async with app.store.change("member", "give number", app.now()) as change:
        account = await people.know(change, who.ref)
        chat = await chats.chat_by_id(change, press.data["chat"])
        knock = await members.open_knock(change, chat.society_id, chat.id, account.id, "")
        change.about(f"knock:{knock.id}", society_id=chat.society_id)
        member = await _member(app, change, chat, submitted.values.get("number", ""))
        good = member if await _may_have_code(app, change, account, member) else None
        await _make_code(app, change, chat, knock, good)
        token = await _code_token(app, change, chat, knock)
        ask = await _refer_button(app, change, chat, knock)
    button = Button(app.wording.text("knock.code_button"), token, ButtonStyle.PRIMARY)
    form = await code_form(app, Press(token, "code", chat.society_id, None, {}, app.now()))
    speech = app.wording.say("knock.neutral", minutes=settings.code_minutes)
    return Answer(speech, ((button,), (ask,)), form=form)


async def _member(app: App, read: Read, chat: Chat, number: str) -> Membership | None:
    key = member_key(number, list_rules(app.settings.admission))
    digest = app.vault.digest(f"member:{chat.society_id}", key)
    return await members.membership(read, chat.society_id, digest, powers.today(app))


async def _may_have_code(app: App, change: Change, account: Account, member: Membership | None) -> bool:
    """Whether a code may go out. The same statements for every number, so that no clock tells one from another; the
    limit holds for the account and, whoever asks, for the membership. A number on no list stands for a membership that
    there never is, each time another: if all stood for one, its tries would be many to count."""
    known = -1 - secrets.randbelow(NOBODIES) if member is None else member.id
    since, most = app.now() - timedelta(days=1), app.settings.admission.codes_per_day
    tries = await members.attempt(change, account.id, "code", since)
    await members.attempt(change, account.id, f"code of {known}", since)
    asked = await members.attempts_since(change, None, f"code of {known}", since)
    taken = await members.is_taken(change, known, account.platform)
    return member is not None and not taken and tries <= most and asked <= most


async def _make_code(app: App, change: Change, chat: Chat, knock: Knock, member: Membership | None) -> None:
    """A code for a good number, a decoy for any other: the same rows either way."""
    expires = app.now() + timedelta(minutes=app.settings.admission.code_minutes)
    code = "".join(secrets.choice(LETTERS) for _ in range(CODE_DIGITS))
    digest = app.vault.digest(f"code:{knock.id}", code)
    code_id = await members.add_code(change, knock.id, None if member is None else member.id, digest, expires)
    await members.set_knock(change, knock.id, OPEN, state=KnockState.CODE_SENT)
    reachable = member is not None and member.email_sealed is not None and "email" in app.messengers
    sealed = app.vault.seal(code_sealed_to(code_id), code.encode()).hex()
    kind = EffectKind.CODE_MAIL if reachable or member is None else EffectKind.REFER_KNOCK
    await _add(app, change, kind, f"code:{code_id}", knock, chat, code=code_id, sealed=sealed, real=reachable)


def code_sealed_to(code_id: int) -> str:
    """What a code on its way into an e-mail is sealed to."""
    return f"mail-code:{code_id}"


async def _code_token(app: App, change: Change, chat: Chat, knock: Knock) -> str:
    expires = app.now() + timedelta(days=app.settings.admission.knock_days)
    key, data = f"code:{knock.id}", {"knock": knock.id}
    return await presses.add(change, "code", expires, key=key, society_id=chat.society_id, data=data)


async def _refer_button(app: App, change: Change, chat: Chat, knock: Knock) -> Button:
    expires = app.now() + timedelta(days=app.settings.admission.knock_days)
    key, data = f"refer:{knock.id}", {"knock": knock.id}
    token = await presses.add(change, "refer", expires, key=key, society_id=chat.society_id, data=data)
    return Button(app.wording.text("knock.refer_button"), token)


async def submit_code(app: App, who: powers.Caller, press: Press, submitted: Submitted) -> Answer:
    """A code was typed: the right one admits, every other gets the same answer."""
    settings = app.settings.admission
    typed = "".join(letter for letter in submitted.values.get("code", "") if letter.isdigit())
    async with app.store.change("member", "give code", app.now()) as change:
        account = await people.know(change, who.ref)
        knock = await own_knock(app, change, account, press)
        change.about(f"knock:{knock.id}", society_id=knock.society_id)
        chat = await chats.chat_by_id(change, knock.chat_id)
        code = await members.try_code(change, knock.id, settings.code_tries)
        given = app.vault.digest(f"code:{knock.id}", typed)
        right = code is not None and secrets.compare_digest(bytes(code.hash), given)
        if code is None or not right or code.membership_id is None:
            return Answer(app.wording.say("knock.wrong"))
        await members.use_code(change, code.id)
        member = await members.membership_by_id(change, code.membership_id)
        if member is None or not await prove(change, member, account, "code"):
            return Answer(app.wording.say("knock.wrong"))
        admitted = await approve(app, change, knock, chat, "code")
        society = await people.society_by_id(change, knock.society_id)
    return Answer(app.wording.say("knock.welcome" if admitted else "knock.referred", society=society.name))


async def own_knock(app: App, read: Read, account: Account, press: Press) -> Knock:
    """The open knock behind a button, if it is this account's own."""
    knock = await members.knock(read, press.data["knock"])
    if knock is None or knock.account_id != account.id or knock.state not in OPEN:
        raise NotFound(app.wording.text("refusal.no_knock"))
    return knock


async def prove(change: Change, member: Membership, account: Account, by: str) -> bool:
    """Use a membership up for this account. The same membership proved on two platforms makes the two accounts one
    person. The address goes once no platform of the society needs it."""
    others = await members.accounts_of_membership(change, member.id)
    if not await members.prove(change, member, account.id, account.platform, by):
        return False
    if others and others[0].person_id != account.person_id:
        await people.join_person(change, account.id, others[0].person_id)
    bound = {chat.platform for chat in await chats.of_society(change, member.society_id)}
    if bound <= {account.platform, *(other.platform for other in others)}:
        await members.forget_address(change, member.id)
    return True


async def approve(app: App, change: Change, knock: Knock, chat: Chat, by: str) -> bool:
    """Let them in; False when they were removed and nobody took that back: then the committee decides."""
    account = await people.account_by_id(change, knock.account_id)
    since = app.now() - app.ladder.expires
    if await cases.standing_removal(change, knock.society_id, account.person_id, since) is not None:
        await members.set_knock(change, knock.id, OPEN, state=KnockState.REFERRED)
        await _add(app, change, EffectKind.REFER_KNOCK, f"refer:{knock.id}", knock, chat)
        return False
    await members.set_knock(change, knock.id, OPEN, state=KnockState.APPROVED, decided_by=by)
    await _add(app, change, EffectKind.ADMIT, f"admit:{knock.id}", knock, chat)
    return True


async def refer(app: App, who: powers.Caller, press: Press) -> Answer:
    """They ask a person to look: the committee gets it with two buttons."""
    async with app.store.change("member", "refer knock", app.now()) as change:
        account = await people.know(change, who.ref)
        knock = await own_knock(app, change, account, press)
        change.about(f"knock:{knock.id}", society_id=knock.society_id)
        chat = await chats.chat_by_id(change, knock.chat_id)
        await members.set_knock(change, knock.id, OPEN, state=KnockState.REFERRED)
        await _add(app, change, EffectKind.REFER_KNOCK, f"refer:{knock.id}", knock, chat)
    return Answer(app.wording.say("knock.referred"))


async def decide(app: App, who: powers.Caller, press: Press, *, admit: bool) -> Answer:
    """A committee member lets somebody in, or turns them away (U1)."""
    async with app.store.read() as read:
        knock = await members.knock(read, press.data["knock"])
    if knock is None:
        raise NotFound(app.wording.text("refusal.no_knock"))
    seat = await powers.may(app, who, powers.COMMITTEE, knock.society_id)
    powers.check_trained(app, seat)
    async with app.store.change(f"seat:{seat.id}", "admit" if admit else "turn away", app.now()) as change:
        change.about(f"knock:{knock.id}", society_id=knock.society_id)
        chat = await chats.chat_by_id(change, knock.chat_id)
        state = KnockState.APPROVED if admit else KnockState.REFUSED
        waiting = (KnockState.ASKED, KnockState.CODE_SENT, KnockState.REFERRED)
        if not await members.set_knock(change, knock.id, waiting, state=state, decided_by=seat.name):
            raise Refusal(app.wording.text("refusal.knock_decided", name=knock.decided_by or "Porter"))
        account = await people.account_by_id(change, knock.account_id)
        code = await members.newest_code(change, knock.id)
        if admit and code is not None and code.membership_id is not None:
            member = await members.membership_by_id(change, code.membership_id)
            if member is not None:  # a person vouches: the membership is used up just the same
                await prove(change, member, account, f"seat:{seat.id}")
        await _add(app, change, EffectKind.ADMIT, f"admit:{knock.id}", knock, chat, refuse=not admit)
    name = "knock.admitted_by" if admit else "knock.turned_away"
    return Answer(app.wording.say(name, name=account.name))


async def start(app: App, who: powers.Caller, payload: str) -> Answer | None:
    """The second way in: a private chat opened by a link that names the chat (`verify_ID`)."""
    if not payload.startswith("verify_") or not payload[7:].isdigit():
        return None
    chat = next((one for one in app.chats.values() if one.id == int(payload[7:])), None)
    if chat is None or chat.purpose is not ChatPurpose.MEMBERS or chat.platform != who.ref.platform:
        return None
    async with app.store.change("porter", "knock", app.now()) as change:
        account = await people.know(change, who.ref)
        knock = await members.open_knock(change, chat.society_id, chat.id, account.id, "")
        change.about(f"knock:{knock.id}", society_id=chat.society_id)
    return await greet(app, chat, knock)


def knock_of(effect: Effect) -> int:
    """The knock an effect is about."""
    return int(effect.payload["knock"])
