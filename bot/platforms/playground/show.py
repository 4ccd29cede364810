"""The playground's world as the page shows it to one person: JSON values, words as runs, never markup."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from bot.model import Button, ButtonStyle, ChatPurpose, Field, Form, Run, Speech, Style
from bot.platforms.playground.mailbox import Mail, Mailbox
from bot.platforms.playground.platform import Playground
from bot.platforms.playground.world import PORTER, Person, Post, Room, World
from bot.ports import CommandSpec

Json = dict[str, Any]
SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
QUOTED = 90  # characters of a message shown above the reply to it
SAFE = frozenset({"http", "https", "mailto"})


class Show:
    """What one person sees."""

    def __init__(self, playground: Playground, mailbox: Mailbox, person: Person) -> None:
        self._playground, self._mailbox, self._person = playground, mailbox, person
        self._world = playground.world

    def everything(self) -> Json:
        """The person, their rooms with what is in them, the doors they may knock at, their e-mail."""
        person = self._person
        return {
            "version": self._world.version,
            "person": person_json(person) | {"email": person.email, "number": person.number, "listens": person.listens},
            "rooms": [self._room(room) for room in self._world.rooms_of(person.id)],
            "doors": [self._door(room) for room in self._world.rooms.values() if self._may_knock(room)],
            "mails": [self._mail(mail) for mail in self._mailbox.of(person.email)],
        }

    def _may_knock(self, room: Room) -> bool:
        chat = self._playground.app.chats.get((self._playground.name, room.id))
        opens = chat is not None and chat.purpose is ChatPurpose.MEMBERS
        return opens and self._person.number != "" and self._person.id not in room.members

    def _door(self, room: Room) -> Json:
        return {"id": room.id, "title": room.title, "waiting": self._person.id in room.waiting}

    def _room(self, room: Room) -> Json:
        seen = [post for post in room.posts.values() if post.only_for in ("", self._person.id)]
        read = room.read.get(self._person.id, 0)
        until = room.muted.get(self._person.id)
        muted = until is not None and until > self._world.now()
        return {
            "id": room.id,
            "title": room.title,
            "private": room.private,
            "people": len(room.members),
            "muted": self._clock(until) if muted else "",
            "unread": sum(int(post.id) > read and not post.deleted for post in seen),
            "posts": [self._post(room, post) for post in seen],
        }

    def _post(self, room: Room, post: Post) -> Json:
        shown = {
            "id": post.id,
            "revision": post.revision,
            "author": self._author(post),
            "time": self._clock(post.at),
            "deleted": post.deleted,
        }
        if post.deleted:
            return shown
        return shown | {
            "runs": runs(post.speech),
            "buttons": [[button_json(button) for button in row] for row in rows(post, self._opener())],
            "files": [file_json(self._world, one) for one in post.files],
            "reply": self._reply(room, post),
            "only_me": bool(post.only_for),
            "edited": post.edited_at is not None,
            "pinned": post.pinned,
        }

    def _opener(self) -> str:
        return self._playground.app.wording.text("platform.playground.open_form")

    def _author(self, post: Post) -> Json:
        if post.author == PORTER:
            return {"id": PORTER, "name": "Porter", "mine": False, "porter": True}
        person = self._world.people[post.author]
        return {"id": person.id, "name": person.name, "mine": person is self._person, "porter": False}

    def _reply(self, room: Room, post: Post) -> Json | None:
        replied = room.posts.get(post.reply_to)
        if replied is None:
            return None
        words = self._playground.app.wording.text("platform.playground.deleted") if replied.deleted else replied.text
        shortened = words if len(words) <= QUOTED else f"{words[: QUOTED - 1]}…"
        return {"id": replied.id, "name": self._author(replied)["name"], "text": shortened}

    def _mail(self, mail: Mail) -> Json:
        return {
            "id": mail.id,
            "from": mail.sender,
            "subject": mail.subject,
            "text": mail.text,
            "time": self._clock(mail.at),
            "files": [
                {
                    "name": file.name,
                    "size": len(file.data),
                    "shown": file.media_type in SHOWN,
                    "alt": file.name,
                    "address": f"/mail/{mail.id}/{number}",
                }
                for number, file in enumerate(mail.files)
            ],
        }

    def _clock(self, at: datetime | None) -> str:
        if at is None:
            return ""
        local = at.astimezone(self._playground.app.zone)
        today = self._world.now().astimezone(self._playground.app.zone).date()
        return f"{local:%H:%M}" if local.date() == today else f"{local:%-d %b, %H:%M}"


def person_json(person: Person) -> Json:
    """A person as others see them."""
    return {"id": person.id, "name": person.name, "about": person.about}


def runs(speech: Speech) -> list[Json]:
    """Words in their styles. A link that is not one a page may open is shown as words."""
    return [run_json(run) for run in speech.runs]


def run_json(run: Run) -> Json:
    """One run."""
    opens = run.style is Style.LINK and urlsplit(run.target).scheme in SAFE
    style = Style.PLAIN if run.style is Style.LINK and not opens else run.style
    return {"text": run.text, "style": style.value, "target": run.target if opens else ""}


def rows(post: Post, label: str) -> Sequence[Sequence[Button]]:
    """A post's buttons, with one that opens its form where none of them does."""
    tokens = {button.token for row in post.buttons for button in row}
    if post.form is None or post.form.token in tokens:
        return post.buttons
    return (*post.buttons, (Button(label, f"f:{post.form.token}", ButtonStyle.PRIMARY),))


def button_json(button: Button) -> Json:
    """A button: `press` to be pressed, `open` for a form, `link` an address."""
    if button.style is ButtonStyle.LINK:
        address = button.token if urlsplit(button.token).scheme in SAFE else ""
        return {"label": button.label, "style": "link", "does": "link", "token": address}
    does = "open" if button.token.startswith("f:") else "press"
    return {"label": button.label, "style": button.style.value, "does": does, "token": button.token.removeprefix("f:")}


def file_json(world: World, file_id: str) -> Json:
    """A file of a post, and whether the page may show it as a picture."""
    upload = world.files[file_id]
    return {
        "name": upload.name,
        "size": len(upload.data),
        "shown": upload.media_type in SHOWN,
        "alt": upload.alt or upload.name,
        "address": f"/file/{file_id}",
    }


def form_json(form: Form | None) -> Json | None:
    """A form to fill in."""
    if form is None:
        return None
    return {"token": form.token, "title": form.title, "fields": [field_json(one) for one in form.fields]}


def field_json(one: Field) -> Json:
    """One thing a form asks for."""
    return {
        "name": one.name,
        "label": one.label,
        "kind": one.kind.value,
        "required": one.required,
        "limit": one.limit,
        "hint": one.hint,
    }


def command_json(spec: CommandSpec) -> Json:
    """A command as the command box shows it."""
    return {
        "name": spec.name,
        "description": spec.description,
        "options": [{"name": name, "about": about, "required": required} for name, about, required in spec.options],
        "menu": spec.menu,
        "staff": spec.staff,
        "private": spec.in_private,
    }


def scene_json(playground: Playground, first: Mapping[str, str]) -> Json:
    """What all panes share: who there is, who is in which pane at first, what can be asked."""
    return {
        "people": [person_json(person) for person in playground.world.people.values()],
        "panes": dict(first),
        "commands": [command_json(spec) for spec in playground.commands],
    }
