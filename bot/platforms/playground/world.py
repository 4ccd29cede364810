"""The playground's world: people, rooms, what is posted in them, files. It knows nothing of the desk.

Whatever changes wakes those who watch (`World.watch`).
"""

import asyncio
import itertools
import secrets
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from bot.model import Button, Form, Run, Speech, Upload

PORTER = "porter"
WATCHED_AGAIN = 15.0  # seconds after which a watcher is woken without news, so that a closed page is noticed


@dataclass(slots=True)
class Person:
    """Somebody in the playground. `number` is theirs on the membership list; `listens`: Porter may write to them."""

    id: str
    name: str
    about: str
    email: str
    number: str = ""
    listens: bool = True

    @property
    def handle(self) -> str:
        """The short name after the @."""
        return self.email.partition("@")[0]


@dataclass(slots=True)
class Post:
    """Something posted in a room. `only_for` is the one person who sees it; `revision` grows with every change."""

    id: str
    room: str
    author: str
    at: datetime
    speech: Speech
    buttons: tuple[tuple[Button, ...], ...] = ()
    files: tuple[str, ...] = ()
    form: Form | None = None
    reply_to: str = ""
    only_for: str = ""
    edited_at: datetime | None = None
    deleted: bool = False
    pinned: bool = False
    revision: int = 0

    @property
    def text(self) -> str:
        """The words alone."""
        return self.speech.plain


@dataclass(slots=True)
class Room:
    """A chat; `private` is one person's with Porter and has that person's id. `read` is how far each has read."""

    id: str
    title: str
    private: bool = False
    members: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)
    muted: dict[str, datetime] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    has_porter: bool = True


@dataclass(slots=True)
class Draft:
    """What is to be posted."""

    speech: Speech
    buttons: tuple[tuple[Button, ...], ...] = ()
    files: tuple[Upload, ...] = ()
    form: Form | None = None
    reply_to: str = ""
    only_for: str = ""


class World:
    """Everything there is in the playground."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.people: dict[str, Person] = {}
        self.rooms: dict[str, Room] = {}
        self.files: dict[str, Upload] = {}
        self.happened: set[str] = set()
        self.version = 0
        self._ids = itertools.count(1)
        self._watchers: set[asyncio.Event] = set()
        self._closed = False

    def add_person(self, person: Person) -> None:
        """Somebody new, with a private room of theirs."""
        self.people[person.id] = person
        self.rooms[person.id] = Room(person.id, "Porter", private=True, members={person.id})

    def add_room(self, room_id: str, title: str, members: Iterable[str] = ()) -> Room:
        """A new chat."""
        self.rooms[room_id] = Room(room_id, title, members=set(members))
        return self.rooms[room_id]

    def rooms_of(self, person: str) -> list[Room]:
        """The rooms a person is in, chats first."""
        found = [room for room in self.rooms.values() if person in room.members]
        return sorted(found, key=lambda room: room.private)

    def next_id(self) -> str:
        """An id that was not given before; ids grow."""
        return str(next(self._ids))

    def post(self, room: Room, author: str, draft: Draft) -> Post:
        """Post something."""
        post = Post(
            self.next_id(),
            room.id,
            author,
            self.now(),
            draft.speech,
            draft.buttons,
            tuple(self._keep(upload) for upload in draft.files),
            draft.form,
            draft.reply_to,
            draft.only_for,
        )
        room.posts[post.id] = post
        if author != PORTER:
            room.read[author] = int(post.id)
        self.changed()
        return post

    def _keep(self, upload: Upload) -> str:
        file_id = secrets.token_urlsafe(12)
        self.files[file_id] = upload
        return file_id

    def rewrite(self, post: Post, draft: Draft) -> None:
        """Replace what a post of Porter's says; its files stay unless there are others."""
        files = tuple(self._keep(upload) for upload in draft.files) or post.files
        post.speech, post.buttons, post.form, post.files = draft.speech, draft.buttons, draft.form, files
        self.touch(post)

    def edit(self, post: Post, text: str) -> None:
        """Replace a person's words."""
        post.speech, post.edited_at = Speech((Run(text),)), self.now()
        self.touch(post)

    def touch(self, post: Post) -> None:
        """Say that a post changed."""
        post.revision += 1
        self.changed()

    def find(self, room_id: str, post_id: str) -> Post | None:
        """A post that still stands."""
        room = self.rooms.get(room_id)
        post = None if room is None else room.posts.get(post_id)
        return None if post is None or post.deleted else post

    def mark_read(self, room: Room, person: str) -> bool:
        """Note that a person has seen all there is in a room; False when they had already."""
        last = max((int(post.id) for post in room.posts.values()), default=0)
        if room.read.get(person, 0) >= last:
            return False
        room.read[person] = last
        self.changed()
        return True

    def happen(self, what: str) -> None:
        """Note that something happened for the first time, or again."""
        self.happened.add(what)
        self.changed()

    def changed(self) -> None:
        """Wake those who watch."""
        self.version += 1
        for watcher in self._watchers:
            watcher.set()

    def close(self) -> None:
        """Let those who watch go."""
        self._closed = True
        self.changed()

    async def watch(self) -> AsyncIterator[int]:
        """The version now and after every change, several changes at once as one; ends with `close`."""
        with self._watching() as watcher:
            while not self._closed:
                yield self.version
                try:
                    await asyncio.wait_for(watcher.wait(), WATCHED_AGAIN)
                except TimeoutError:
                    continue
                watcher.clear()

    @contextmanager
    def _watching(self) -> Iterator[asyncio.Event]:
        watcher = asyncio.Event()
        self._watchers.add(watcher)
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)
