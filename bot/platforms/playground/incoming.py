"""What people do in the playground: put into the world and handed to the desk. Answers come back as posts, or as a
form that opens at once."""

import json
from collections.abc import Mapping, Sequence

import structlog

from bot import commands
from bot.desk import admission, arrivals, moderation
from bot.errors import NotFound, PorterError, Refusal
from bot.logs import bug
from bot.model import Answer, Asked, Call, Form, Pressed, Run, Speech, Submitted, Upload
from bot.platforms.playground import read
from bot.platforms.playground.platform import Playground, draft
from bot.platforms.playground.world import PORTER, Draft, Person, Post, Room
from bot.ports import CommandSpec

HELP = "help"
log = structlog.get_logger()


class Incoming:
    """One person's doings. Raises `Refusal` for what the playground itself does not let them do."""

    def __init__(self, playground: Playground, person_id: str) -> None:
        self._playground, self._app, self._world = playground, playground.app, playground.world
        person = self._world.people.get(person_id)
        if person is None:
            raise NotFound(self._words("nobody"))
        self._person: Person = person

    def _words(self, name: str, **fillings: str) -> str:
        return self._app.wording.text(f"platform.playground.{name}", **fillings)

    def _room(self, room_id: str) -> Room:
        room = self._world.rooms.get(room_id)
        if room is None or self._person.id not in room.members:
            raise NotFound(self._words("no_chat"))
        return room

    def _own(self, room_id: str, post_id: str) -> Post:
        post = self._world.find(self._room(room_id).id, post_id)
        if post is None or post.author != self._person.id:
            raise NotFound(self._words("no_message"))
        return post

    def _check_may_write(self, room: Room) -> None:
        until = room.muted.get(self._person.id)
        if until is not None and until > self._world.now():
            time = until.astimezone(self._app.zone).strftime("%H:%M on %-d %B")
            raise Refusal(self._words("muted", time=time))

    async def say(self, room_id: str, text: str, files: Sequence[Upload] = (), reply_to: str = "") -> Form | None:
        """Say something. In the private room with Porter, and with a leading slash anywhere, it is a command."""
        room = self._room(room_id)
        if text.startswith("/") or (room.private and not files):
            return await self._command(room, text, reply_to)
        self._check_may_write(room)
        if not text and not files:
            raise Refusal(self._words("empty"))
        said = Draft(Speech((Run(text),)) if text else Speech(), files=tuple(files), reply_to=reply_to)
        post = self._world.post(room, self._person.id, said)
        if not room.private and room.has_porter:
            await moderation.handle_message(self._app, read.message(self._world, post))
        return None

    async def edit(self, room_id: str, post_id: str, text: str) -> None:
        """Change what one said."""
        post = self._own(room_id, post_id)
        self._check_may_write(self._world.rooms[room_id])
        if not text:
            raise Refusal(self._words("empty"))
        self._world.edit(post, text)
        await moderation.handle_message(self._app, read.message(self._world, post), edited=True)

    async def delete(self, room_id: str, post_id: str) -> None:
        """Take back what one said."""
        post = self._own(room_id, post_id)
        post.deleted = True
        self._world.touch(post)
        await moderation.handle_deleted(self._app, read.place(self._world.rooms[room_id]), [post_id])

    async def knock(self, room_id: str) -> None:
        """Ask to enter a chat."""
        room = self._world.rooms.get(room_id)
        if room is None or room.private:
            raise NotFound(self._words("no_chat"))
        if self._person.id in room.members:
            raise Refusal(self._words("inside", chat=room.title))
        room.waiting.add(self._person.id)
        self._world.happen("knocked")
        account = read.account(self._person)
        handle = json.dumps({"chat": room.id, "person": self._person.id})
        await admission.handle_knock(
            self._app, Asked(account, room.id, self._world.now(), handle, reply_place=self._person.id)
        )

    async def leave(self, room_id: str) -> None:
        """Walk out of a chat."""
        room = self._room(room_id)
        room.members.discard(self._person.id)
        self._world.changed()
        await arrivals.handle_departure(self._app, read.NAME, room.id, read.account(self._person))

    async def menu(self, room_id: str, post_id: str, name: str) -> Form | None:
        """Choose a command from a message's menu."""
        room = self._room(room_id)
        post = self._world.find(room.id, post_id)
        if post is None:
            raise NotFound(self._words("no_message"))
        return await self._run(room, name, {}, post)

    async def _command(self, room: Room, text: str, reply_to: str) -> Form | None:
        name, _, words = text.removeprefix("/").partition(" ")
        spec = next((one for one in self._playground.commands if one.name == name.lower()), None)
        if spec is None and not room.private:
            raise NotFound(self._words("no_command", command=f"/{name}"))
        if room.private:
            self._world.post(room, self._person.id, Draft(Speech((Run(text),)), reply_to=reply_to))
        target = self._world.find(room.id, reply_to) if reply_to else None
        return await self._run(room, HELP if spec is None else spec.name, arguments(spec, words.strip()), target)

    async def _run(self, room: Room, name: str, given: Mapping[str, str], target: Post | None) -> Form | None:
        message = None if target is None else read.message(self._world, target)
        account = read.account(self._person)
        call = Call(name, account, read.place(room), self._world.next_id(), message, given)
        return self._answer(room, await commands.run(self._app, call))

    async def press(self, room_id: str, token: str) -> Form | None:
        """Press a button."""
        room = self._room(room_id)
        pressed = Pressed(token, read.account(self._person), read.place(room), self._world.next_id())
        return self._answer(room, await commands.press(self._app, pressed))

    async def open(self, room_id: str, token: str) -> Form:
        """Open the form behind a button."""
        self._room(room_id)
        form = await commands.form(self._app, token)
        if form is None:
            raise NotFound(self._words("form_gone"))
        return form

    async def submit(self, room_id: str, token: str, values: Mapping[str, str], files: Sequence[Upload]) -> Form | None:
        """Send a form back. What follows it may need an answer from elsewhere first, so a form that follows waits
        behind a button."""
        room = self._room(room_id)
        account, place, key = read.account(self._person), read.place(room), self._world.next_id()
        submitted = Submitted(token, account, place, key, values, tuple(files))
        answer = await commands.submit(self._app, submitted)
        if not answer.speech.runs:
            return self._answer(room, answer)
        self._post(room, answer)
        return None

    def _answer(self, room: Room, answer: Answer) -> Form | None:
        if answer.form is None:
            self._post(room, answer)
        return answer.form

    def _post(self, room: Room, answer: Answer) -> None:
        if answer.speech.runs or answer.buttons or answer.files:
            only_for = self._person.id if answer.private and not room.private else ""
            self._world.post(room, PORTER, draft(answer, only_for=only_for))

    def tell(self, room_id: str, error: Exception) -> str:
        """The sentence for something that went wrong; a fault of ours is logged under the reference it names."""
        if isinstance(error, PorterError):
            return str(error)
        return self._app.wording.text("error.bug", reference=bug(log, "playground.failed", room=room_id))

    def listen(self, *, listens: bool) -> None:
        """Let Porter write to them, or not."""
        self._person.listens = listens
        self._world.changed()

    def mark_read(self, room_id: str) -> None:
        """They have seen what is in a room."""
        self._world.mark_read(self._room(room_id), self._person.id)


def arguments(spec: CommandSpec | None, words: str) -> Mapping[str, str]:
    """What follows a command, by option: each takes one word, the last takes the rest. `text` is all of it."""
    found = {"text": words} if words else {}
    names = [name for name, _, _ in spec.options] if spec else []
    values = words.split(maxsplit=len(names) - 1) if names else []
    return found | dict(zip(names, values, strict=False))
