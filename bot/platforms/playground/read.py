"""The playground's world read into nouns."""

import json
import re
from collections.abc import Iterator

from bot.model import (
    AccountRef,
    Attachment,
    AuthorKind,
    Mark,
    MarkKind,
    Message,
    MessageRef,
    Place,
    Text,
    View,
)
from bot.platforms.playground.world import PORTER, Person, Post, Room, World

NAME = "playground"
ADDRESS = re.compile(r"https?://[^\s<>\"]+")
US = AccountRef(NAME, PORTER, "Porter", "porter", AuthorKind.BOT)


def account(person: Person) -> AccountRef:
    """A person's account."""
    return AccountRef(NAME, person.id, person.name, person.handle)


def place(room: Room) -> Place:
    """Where a room is."""
    return Place(NAME, room.id, private=room.private, title=room.title)


def author(world: World, post: Post) -> AccountRef:
    """Who posted it."""
    return US if post.author == PORTER else account(world.people[post.author])


def attachment(world: World, file_id: str) -> Attachment:
    """A file of a post."""
    upload = world.files[file_id]
    return Attachment(file_id, upload.name, upload.media_type, len(upload.data))


def message(world: World, post: Post) -> Message:
    """A post as it stands now."""
    room = world.rooms[post.room]
    replied = room.posts.get(post.reply_to)
    mentions = tuple(mentioned(world, room, post.text))
    texts = [Text(View.TEXT, post.text)] if post.text else []
    texts += [Text(View.FILE_NAME, world.files[one].name) for one in post.files]
    return Message(
        ref=MessageRef(place(room), post.id),
        author=author(world, post),
        sent_at=post.at,
        texts=tuple(texts),
        marks=(*mentions, *links(post.text)),
        attachments=tuple(attachment(world, one) for one in post.files),
        reply_to=None if replied is None else MessageRef(place(room), replied.id),
        reply_author=None if replied is None else author(world, replied),
        mentions=tuple({mark.target: account(world.people[mark.target]) for mark in mentions}.values()),
        edited_at=post.edited_at,
        raw=raw(post),
    )


def mentioned(world: World, room: Room, text: str) -> Iterator[Mark]:
    """Where a text names people of the room: `@` and the whole name."""
    for person in (world.people[member] for member in sorted(room.members)):
        for match in re.finditer(rf"@{re.escape(person.name)}\b", text, re.IGNORECASE):
            yield Mark(match.start(), match.end(), MarkKind.MENTION, person.id)


def links(text: str) -> Iterator[Mark]:
    """Where a text has addresses."""
    for match in ADDRESS.finditer(text):
        yield Mark(match.start(), match.end(), MarkKind.LINK, match[0])


def raw(post: Post) -> str:
    """The playground's own JSON of a post."""
    fields = {
        "id": post.id,
        "room": post.room,
        "author": post.author,
        "at": post.at.isoformat(),
        "edited_at": None if post.edited_at is None else post.edited_at.isoformat(),
        "text": post.text,
        "reply_to": post.reply_to,
        "files": list(post.files),
    }
    return json.dumps(fields, ensure_ascii=False, sort_keys=True)
