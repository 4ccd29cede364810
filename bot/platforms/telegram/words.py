"""Every place in a message where words can stand. What a screen does not see there, nobody sees."""

from collections.abc import Iterator, Sequence
from itertools import chain

import telegram
from telegram import MessageEntity

from bot.model import Mark, MarkKind, Text, View
from bot.platforms.telegram import rich
from bot.platforms.telegram.units import ends, span

RICH = "rich_message"
MARKS: dict[str, MarkKind] = {
    MessageEntity.MENTION: MarkKind.MENTION,
    MessageEntity.TEXT_MENTION: MarkKind.MENTION,
    MessageEntity.URL: MarkKind.LINK,
    MessageEntity.TEXT_LINK: MarkKind.LINK,
    MessageEntity.CODE: MarkKind.CODE,
    MessageEntity.PRE: MarkKind.CODE,
    MessageEntity.SPOILER: MarkKind.SPOILER,
    MessageEntity.CUSTOM_EMOJI: MarkKind.EMOJI,
}

Found = Iterator[tuple[View, str | None]]


def texts(message: telegram.Message) -> tuple[Text, ...]:
    """All the words of a message, the body first. In a forward they are not the author's own, unless the author
    forwards themself; the quoted part of a reply never is."""
    found = chain(_body(message), _quoted(message), _links(message), _media(message), _lists(message), _named(message))
    view = View.FORWARD if is_foreign(message) else None
    kept = [Text(view or where, text) for where, text in chain(found, _unknown(message)) if text]
    return (*kept, *(Text(View.NAME, name) for name in _origin(message) if name))


def is_foreign(message: telegram.Message) -> bool:
    """Whether the words are somebody else's: a forward, but not a channel's post in its own discussion group."""
    origin = message.forward_origin
    if origin is None or message.is_automatic_forward:
        return False
    own = message.from_user is not None and message.sender_chat is None
    return not (own and isinstance(origin, telegram.MessageOriginUser) and origin.sender_user == message.from_user)


def entities(message: telegram.Message) -> Sequence[MessageEntity]:
    """What is said of stretches of the body."""
    return message.entities if message.text is not None else message.caption_entities


def marks(message: telegram.Message) -> tuple[Mark, ...]:
    """The body's marks, in code points."""
    text_ends = ends(message.text or message.caption or "")
    return tuple(_mark(message, one, text_ends) for one in entities(message) if one.type in MARKS)


def _mark(message: telegram.Message, entity: MessageEntity, text_ends: Sequence[int]) -> Mark:
    start, end = span(text_ends, entity)
    user = "" if entity.user is None else str(entity.user.id)
    target = entity.url or user or entity.custom_emoji_id or ""
    if entity.type == MessageEntity.URL:
        target = (message.text or message.caption or "")[start:end]
    return Mark(start, end, MARKS[entity.type], target)


def _body(message: telegram.Message) -> Found:
    yield View.TEXT, message.text
    yield View.CAPTION, message.caption
    if RICH in message.api_kwargs:
        yield View.TEXT, rich.words(message.api_kwargs[RICH])


def _quoted(message: telegram.Message) -> Found:
    """What is quoted was screened here when it was said; what was said in another chat is passed on by the author."""
    replied = message.external_reply
    view = View.QUOTE if replied is None else View.FORWARD
    if message.quote is not None:
        yield view, message.quote.text
    if replied is not None and replied.poll is not None:
        yield view, replied.poll.question
    if replied is not None and replied.document is not None:
        yield view, replied.document.file_name


def _links(message: telegram.Message) -> Found:
    quoted = (message.quote.entities if message.quote else None) or ()
    for entity in chain(message.entities, message.caption_entities, quoted):
        yield View.LINK, entity.url
    if message.link_preview_options is not None and isinstance(message.link_preview_options.url, str):
        yield View.LINK, message.link_preview_options.url
    for link in rich.links(message.api_kwargs.get(RICH)):
        yield View.LINK, link
    for button in chain.from_iterable(message.reply_markup.inline_keyboard if message.reply_markup else ()):
        yield View.EMBED, button.text
        yield View.LINK, button.url


def _media(message: telegram.Message) -> Found:
    for media in (message.document, message.audio, message.video, message.animation):
        if media is not None and not (media is message.document and message.animation):
            yield View.FILE_NAME, media.file_name
    if message.audio is not None:
        yield View.FILE_NAME, message.audio.title
        yield View.FILE_NAME, message.audio.performer
    if message.sticker is not None:
        yield View.STICKER, message.sticker.emoji
        yield View.STICKER, message.sticker.set_name


def _lists(message: telegram.Message) -> Found:
    poll = message.poll
    if poll is not None:
        for text in (poll.question, poll.description, *(option.text for option in poll.options), poll.explanation):
            yield View.POLL, text
    if message.poll_option_added is not None:
        yield View.POLL, message.poll_option_added.option_text
    if message.checklist is not None:
        yield View.POLL, message.checklist.title
    for tasks in (message.checklist, message.checklist_tasks_added):
        for task in tasks.tasks if tasks is not None else ():
            yield View.POLL, task.text


def _named(message: telegram.Message) -> Found:
    """Names and titles that people choose and others see."""
    if message.contact is not None:
        yield View.NAME, " ".join(filter(None, (message.contact.first_name, message.contact.last_name)))
        yield View.NAME, message.contact.vcard
    if message.venue is not None:
        yield View.NAME, message.venue.title
        yield View.NAME, message.venue.address
    yield View.NAME, message.new_chat_title
    yield View.NAME, message.sender_tag
    yield View.NAME, message.author_signature
    for topic in (message.forum_topic_created, message.forum_topic_edited):
        yield View.NAME, topic.name if topic is not None else None
    if message.story is not None:
        yield View.NAME, message.story.chat.title
    yield from _offers(message)


def _offers(message: telegram.Message) -> Found:
    if message.game is not None:
        for text in (message.game.title, message.game.description, message.game.text):
            yield View.EMBED, text
    if message.invoice is not None:
        yield View.EMBED, message.invoice.title
        yield View.EMBED, message.invoice.description
    if message.giveaway is not None:
        yield View.EMBED, message.giveaway.prize_description
    if message.gift is not None:
        yield View.EMBED, message.gift.text


def _unknown(message: telegram.Message) -> Found:
    for key, node in message.api_kwargs.items():
        if key != RICH:
            yield View.EMBED, rich.words(node)


def _origin(message: telegram.Message) -> Iterator[str | None]:
    """Who a forward is from, as the chat shows it."""
    match message.forward_origin:
        case telegram.MessageOriginUser() as origin:
            yield origin.sender_user.full_name
        case telegram.MessageOriginHiddenUser() as origin:
            yield origin.sender_user_name
        case telegram.MessageOriginChat() as origin:
            yield origin.sender_chat.title
            yield origin.author_signature
        case telegram.MessageOriginChannel() as origin:
            yield origin.chat.title
            yield origin.author_signature
