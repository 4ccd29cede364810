"""Every command, button and form, once, for every platform. Adapters hand over a call, a press or a form; what comes
back is an answer. A `PorterError` is said to the person; anything else passes to the adapter as a bug."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.desk import (
    admission,
    committee,
    contact,
    doubts,
    files,
    help_,
    lockdown,
    moderation,
    officers,
    powers,
    removals,
    safeguarding,
    statement,
    steps,
)
from bot.errors import PorterError
from bot.model import ActionKind, Answer, Call, Form, Place, Press, Pressed, Role, Submitted
from bot.parts import App
from bot.ports import CommandSpec
from bot.store import presses

Run = Callable[[App, powers.Caller, Call], Awaitable[Answer]]
Push = Callable[[App, powers.Caller, Press], Awaitable[Answer]]
Send = Callable[[App, powers.Caller, Press, Submitted], Awaitable[Answer]]
Open = Callable[[App, Press], Awaitable[Form]]


@dataclass(frozen=True, slots=True)
class Command:
    """How a command is shown, and what it does."""

    spec: CommandSpec
    run: Run


@dataclass(frozen=True, slots=True)
class Deed:
    """What a button does, or the form it opens and what becomes of it."""

    push: Push | None = None
    form: Open | None = None
    send: Send | None = None


async def flag(app: App, who: powers.Caller, call: Call) -> Answer:
    """Anyone flags a message."""
    target = files.target_of(app, call)
    return await moderation.flag_by_person(
        app, who, target, call.arguments.get("reason") or call.arguments.get("text", "")
    )


def step(kind: ActionKind) -> Run:
    """A command for one step: about the case of a message (opened if there is none), or one named by reference."""

    async def run(app: App, who: powers.Caller, call: Call) -> Answer:
        case_id = await files.case_of_call(app, who, call)
        if call.files:
            await files.hand_in(app, who, case_id, call.files)
        minutes = files.minutes_of(app, call) if kind is ActionKind.TIMEOUT else 0
        return await steps.take(app, who, case_id, kind, files.reason_of(call), minutes)

    return run


async def show_case(app: App, who: powers.Caller, call: Call) -> Answer:
    """A case as its card shows it."""
    return await files.show(app, who, await files.case_of_call(app, who, call, opening=False))


async def history(app: App, who: powers.Caller, call: Call) -> Answer:
    """What is known of the person a message is by."""
    return await files.history(app, who, call)


async def ask_union(app: App, who: powers.Caller, call: Call) -> Answer:
    """A question to an officer."""
    words = call.arguments.get("question") or call.arguments.get("text", "")
    return await contact.ask_union(app, who, words, call.key)


async def start(app: App, who: powers.Caller, call: Call) -> Answer:
    """A private chat is opened, perhaps by a link."""
    payload = call.arguments.get("text", "").strip()
    if payload.startswith("f_"):
        found = await form(app, payload[2:])
        if found is not None:
            return Answer(form=found)
    return await admission.start(app, who, payload) or await help_.hello(app, who)


async def _readmit(app: App, who: powers.Caller, call: Call) -> Answer:
    case_id = await files.case_of_call(app, who, call, opening=False)
    return await removals.readmit(app, who, case_id, files.reason_of(call))


async def _press_readmit(app: App, who: powers.Caller, press: Press) -> Answer:
    assert press.case_id is not None
    return await removals.readmit(app, who, press.case_id)


def _spec(
    name: str, description: str, *options: tuple[str, str, bool], menu: str = "", in_private: bool = False
) -> CommandSpec:
    """A command as platforms show it; to whom, the table of powers says."""
    roles = powers.POWERS[f"/{name}"]
    shown_to = frozenset[Role]() if roles is powers.EVERYBODY else roles
    return CommandSpec(name, description, options, menu=menu, in_private=in_private, roles=shown_to)


REF = ("case", "The case's reference, such as P-26-0012", False)
WHY = ("reason", "A few words for the record", False)

COMMANDS: tuple[Command, ...] = (
    Command(
        _spec("help", "What you can do here", in_private=True), lambda app, who, _: help_.for_person(app, who, SPECS)
    ),
    Command(_spec("flag", "Flag a message to the committee", WHY, menu="Flag to committee"), flag),
    Command(
        _spec("notice", "Say publicly that this is not tolerated", REF, menu="Post a notice"),
        step(ActionKind.NOTICE),
    ),
    Command(
        _spec("warn", "Tell the person privately", REF, menu="Warn privately"),
        step(ActionKind.WARN),
    ),
    Command(
        _spec("delete", "Take reported messages down", REF, menu="Delete as committee"),
        step(ActionKind.DELETE),
    ),
    Command(
        _spec("timeout", "Keep the person from writing", REF, ("minutes", "For how long", False)),
        step(ActionKind.TIMEOUT),
    ),
    Command(
        _spec("remove", "Take the person out of the society's chats", REF),
        step(ActionKind.REMOVE),
    ),
    Command(
        _spec(
            "escalate",
            "Report a case to the Union",
            REF,
            WHY,
            menu="Escalate to the Union",
            in_private=True,
        ),
        step(ActionKind.ESCALATE),
    ),
    Command(_spec("readmit", "Let somebody who was removed come back", REF, in_private=True), _readmit),
    Command(_spec("dismiss", "Close a case", REF, WHY), step(ActionKind.DISMISS)),
    Command(
        _spec("safeguard", "A suspected sexual image of someone under 18", REF, in_private=True), safeguarding.command
    ),
    Command(_spec("case", "Show a case", REF, in_private=True), show_case),
    Command(_spec("history", "What is known of a person", REF), history),
    Command(
        _spec("support", "The Union's contacts and emergency numbers", in_private=True),
        lambda app, _who, _call: contact.support(app),
    ),
    Command(
        _spec(
            "ask-union", "Ask an officer for informal support", ("question", "Your question", False), in_private=True
        ),
        ask_union,
    ),
    Command(_spec("committee", "Who the committee is"), lambda app, who, _: committee.members_of(app, who)),
    Command(
        _spec("about", "What Porter is and what it keeps", in_private=True), lambda app, who, _: contact.about(app, who)
    ),
    Command(_spec("statement", "Post the joining statement here and pin it"), committee.pin),
    Command(
        _spec("lockdown", "Hold new requests to join", ("minutes", "For how long, or: end", False)), lockdown.command
    ),
    Command(_spec("setup", "Make this chat ready"), lambda app, who, _: committee.setup(app, who)),
    Command(
        _spec("bind", "Bind this chat to a society", ("code", "The one-time code", True)),
        committee.bind,
    ),
)
SPECS: tuple[CommandSpec, ...] = tuple(command.spec for command in COMMANDS)
RUNS: dict[str, Run] = {command.spec.name: command.run for command in COMMANDS} | {"start": start, "report": flag}


async def _press_step(app: App, who: powers.Caller, press: Press) -> Answer:
    assert press.case_id is not None
    return await steps.take(app, who, press.case_id, ActionKind(press.data["kind"]))


async def _admit(app: App, who: powers.Caller, press: Press) -> Answer:
    return await admission.decide(app, who, press, admit=True)


async def _turn_away(app: App, who: powers.Caller, press: Press) -> Answer:
    return await admission.decide(app, who, press, admit=False)


async def _question_form(app: App, press: Press) -> Form:
    return await contact.question_form(app, press.token)


async def _send_union(app: App, who: powers.Caller, press: Press, submitted: Submitted) -> Answer:
    async with app.store.read() as read:
        society = await files.society(read, press)
    asking = powers.Caller(who.ref, who.account, who.seats, who.chat, society)
    return await contact.ask_union(app, asking, submitted.values.get("text", "").strip() or "—", submitted.key)


DEEDS: dict[str, Deed] = {
    "step": Deed(push=_press_step),
    "readmit": Deed(push=_press_readmit),
    "verify": Deed(form=admission.number_form, send=admission.submit_number),
    "code": Deed(form=admission.code_form, send=admission.submit_code),
    "refer": Deed(push=admission.refer),
    "admit": Deed(push=_admit),
    "turn_away": Deed(push=_turn_away),
    "accept": Deed(push=statement.accept),
    "setup": Deed(push=committee.apply_setup),
    "acknowledge": Deed(push=officers.acknowledge),
    "take_over": Deed(push=officers.take_over),
    "close": Deed(push=officers.offer_outcomes),
    "outcome": Deed(push=officers.close),
    "ask_committee": Deed(form=_question_form, send=contact.ask_committee),
    "doubt": Deed(push=doubts.settle),
    "answer": Deed(form=_question_form, send=contact.answer_question),
    "ask_union": Deed(form=_question_form, send=_send_union),
    "safeguard": Deed(push=safeguarding.press),
    "safeguard_yes": Deed(push=safeguarding.confirm),
    "screenshots": Deed(form=files.screenshot_form, send=files.send_screenshots),
    "agree": Deed(push=removals.agree),
    "decline": Deed(push=removals.decline),
}
powers.check_rows([*(f"/{name}" for name in RUNS), *DEEDS])


async def run(app: App, call: Call) -> Answer:
    """A command: who is asking, whether they may, what comes of it."""
    action = RUNS.get(call.name)
    if action is None:
        return Answer(app.wording.say("refusal.unknown_command"))
    who = await powers.caller(app, call.account, call.place)
    try:
        await powers.gate(app, who, f"/{call.name}")
        return await action(app, who, call)
    except PorterError as error:
        return refused(app, error)


async def press(app: App, pressed: Pressed) -> Answer:
    """A button. A forged, expired or used-up token is refused like any other that is not theirs."""
    found = await _press(app, pressed.token)
    if found is None:
        return Answer(app.wording.say("refusal.button"))
    deed = DEEDS[found.deed]
    who = await powers.caller(app, pressed.account, pressed.place)
    try:
        if _is_anothers(found, who) or _is_elsewhere(found, who, pressed.place):
            return Answer(app.wording.say("refusal.button"))
        await powers.gate(app, who, found.deed, found.society_id)
        if deed.push is not None:
            return await deed.push(app, who, found)
        assert deed.form is not None
        return Answer(form=await deed.form(app, found))
    except PorterError as error:
        return refused(app, error)


async def submit(app: App, submitted: Submitted) -> Answer:
    """A form that was sent back."""
    found = await _press(app, submitted.token)
    deed = None if found is None else DEEDS[found.deed]
    if found is None or deed is None or deed.send is None:
        return Answer(app.wording.say("refusal.button"))
    who = await powers.caller(app, submitted.account, submitted.place)
    try:
        if _is_anothers(found, who) or _is_elsewhere(found, who, submitted.place):
            return Answer(app.wording.say("refusal.button"))
        await powers.gate(app, who, found.deed, found.society_id)
        return await deed.send(app, who, found, submitted)
    except PorterError as error:
        return refused(app, error)


async def form(app: App, token: str) -> Form | None:
    """The form behind a token, had again after a restart."""
    found = await _press(app, token)
    deed = None if found is None else DEEDS[found.deed]
    if found is None or deed is None or deed.form is None:
        return None
    return await deed.form(app, found)


async def _press(app: App, token: str) -> Press | None:
    async with app.store.read() as read:
        return await presses.find(read, token, app.now())


def _is_anothers(found: Press, who: powers.Caller) -> bool:
    return found.actor_id is not None and (who.account is None or who.account.id != found.actor_id)


def _is_elsewhere(found: Press, who: powers.Caller, place: Place) -> bool:
    """Whether a button of one society was pressed in a chat that is not that society's."""
    if place.private or found.society_id is None:
        return False
    return who.chat is None or who.chat.society_id != found.society_id


def refused(app: App, error: PorterError) -> Answer:
    """An error as it is said to the person."""
    return Answer(app.wording.say("refusal.said", text=str(error)))
