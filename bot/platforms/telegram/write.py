"""The one way out: what we say as Telegram's text and entities, split where a message may end. No parse mode is ever
used, so that people's words cannot be markup; what would mention somebody by itself is kept from it."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, MessageEntity

from bot.model import Answer, Button, ButtonStyle, Run, Speech, Style, Upload
from bot.platforms.telegram.units import clean, ends, length

TEXT_LIMIT, CAPTION_LIMIT = 4096, 1024  # UTF-16 units
PHOTO_BYTES = 10_000_000
PHOTOS = frozenset({"image/jpeg", "image/png", "image/webp"})
ROW, ALBUM = 8, 10
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
JOINER = "\u2060"  # shows nothing, and parts a sign from the name that it would make a mention of
KEPT = r"https?://\S+|[A-Za-z0-9](?:[A-Za-z0-9._%+-]*[A-Za-z0-9_])?@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
MENTION = re.compile(rf"(?P<kept>{KEPT})|@(?=[A-Za-z0-9_]{{2}})")
COMMAND = re.compile(rf"(?P<kept>{KEPT})|(?<![\w/])/(?=[A-Za-z0-9_])")
ENTITIES = {
    Style.BOLD: MessageEntity.BOLD,
    Style.ITALIC: MessageEntity.ITALIC,
    Style.CODE: MessageEntity.CODE,
    Style.QUOTE: MessageEntity.BLOCKQUOTE,
    Style.LINK: MessageEntity.TEXT_LINK,
}
STYLES = {ButtonStyle.PRIMARY: "primary", ButtonStyle.DANGER: "danger"}


@dataclass(frozen=True, slots=True)
class Words:
    """A text as Telegram takes it."""

    text: str
    entities: tuple[MessageEntity, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing to send: a text, or files (several: an album) with or without a caption."""

    words: Words | None = None
    files: tuple[Upload, ...] = ()
    keyboard: InlineKeyboardMarkup | None = None

    @property
    def photos(self) -> bool:
        """Whether the files are shown as pictures."""
        return all(as_photo(file) for file in self.files)


@dataclass(frozen=True, slots=True)
class _Set:
    """Words in one style, as they will stand."""

    text: str
    style: Style
    target: str


def parts(speech: Speech, limit: int = TEXT_LIMIT) -> list[Words]:
    """What we say as the texts of one or more messages, split at a line, else at a word. Empty for nothing to say."""
    runs = list(_set(speech.runs))
    text = "".join(run.text for run in runs)
    found: list[Words] = []
    for start, end in _ranges(text, limit):
        body = text[start:end]
        start += len(body) - len(body.lstrip())
        if body.strip():
            found.append(Words(body.strip(), tuple(_entities(runs, start, start + len(body.strip())))))
    return found


def _set(runs: Sequence[Run]) -> Iterator[_Set]:
    """Runs with their words made safe; a quote begins on a line of its own."""
    before = "\n"
    for run in runs:
        for one in _styled(run, before):
            if one.text:
                before = one.text
                yield one


def _styled(run: Run, before: str) -> Iterator[_Set]:
    text = clean(run.text)
    if run.style is Style.QUOTE:
        yield _Set("" if before.endswith("\n") else "\n", Style.PLAIN, "")
        yield _Set(_apart(COMMAND, _apart(MENTION, text)), Style.QUOTE, "")
    elif run.style is Style.LINK and not run.target.startswith(("https://", "http://")):
        shown = text if run.text == run.target else f"{text} ({clean(run.target)})"
        yield _Set(_apart(MENTION, shown), Style.PLAIN, "")
    elif run.style in (Style.CODE, Style.LINK):  # Telegram looks for nothing inside these
        yield _Set(text, run.style, run.target)
    else:
        yield _Set(_apart(MENTION, text), run.style, "")


def _apart(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda found: found["kept"] or found[0] + JOINER, text)


def _entities(runs: Sequence[_Set], start: int, end: int) -> Iterator[MessageEntity]:
    """The entities of [start, end) of the runs' text, counted from there."""
    text = "".join(run.text for run in runs)
    units = ends(text[start:end])
    position = 0
    for run in runs:
        low, high = max(position, start), min(position + len(run.text), end)
        position += len(run.text)
        if run.style in ENTITIES and low < high:
            offset = units[low - start]
            url = run.target if run.style is Style.LINK else None
            yield MessageEntity(ENTITIES[run.style], offset, units[high - start] - offset, url=url)


def _ranges(text: str, limit: int) -> Iterator[tuple[int, int]]:
    units = ends(text)
    start = 0
    while units[-1] - units[start] > limit:
        most = bisect_right(units, units[start] + limit) - 1
        end = _border(text, start, most)
        yield start, end
        start = end
    yield start, len(text)


def _border(text: str, start: int, most: int) -> int:
    """The last line end up to `most`, else the last space, if they lie in its second half; else `most`, but not inside
    what is drawn as one character."""
    for sign in ("\n", " "):
        at = text.rfind(sign, (start + most) // 2, most)
        if at >= 0:
            return at + 1
    end = most
    while end > start + 1 and (_joins(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    return end if end > start + 1 else most


def _joins(char: str) -> bool:
    return char in "\u200d\ufe0f" or unicodedata.combining(char) != 0 or "\U0001f3fb" <= char <= "\U0001f3ff"


def shortened(speech: Speech, limit: int, ending: Speech) -> Words:
    """What we say in one text; one that is too long ends with `ending`, which says so."""
    whole = parts(speech, limit)
    if not whole:
        raise ValueError("there is nothing to say")
    if len(whole) == 1:
        return whole[0]
    last = parts(ending, limit)[0]
    first = parts(speech, limit - length(last.text) - 1)[0]
    shift = length(first.text) + 1
    moved = tuple(MessageEntity(one.type, one.offset + shift, one.length, url=one.url) for one in last.entities)
    return Words(f"{first.text}\n{last.text}", first.entities + moved)


def as_photo(file: Upload) -> bool:
    """Whether Telegram takes a file as a picture."""
    return file.media_type in PHOTOS and len(file.data) <= PHOTO_BYTES


def pieces(answer: Answer, under: InlineKeyboardMarkup | None = None) -> list[Piece]:
    """An answer as what is to be sent, in order; `under` are buttons in place of the answer's own. A single file
    carries a text that fits and has no buttons; otherwise the files go before the text, which can then be edited at its
    full length."""
    buttons = under or keyboard(answer)
    texts = parts(answer.speech)
    if len(answer.files) == 1 and buttons is None and (not texts or _is_caption(texts)):
        return [Piece(texts[0] if texts else description(answer.files[0]), answer.files)]
    files = [Piece(description(group[0]) if len(group) == 1 else None, group) for group in _albums(answer.files)]
    said = [Piece(text) for text in texts[:-1]] + [Piece(text, keyboard=buttons) for text in texts[-1:]]
    if not said and buttons is not None:
        raise ValueError("buttons need a text to stand under")
    return files + said


def _is_caption(texts: Sequence[Words]) -> bool:
    return len(texts) == 1 and length(texts[0].text) <= CAPTION_LIMIT


def description(file: Upload) -> Words | None:
    """What a file shows, as its caption, for those who cannot see it."""
    found = parts(Speech((Run(file.alt),)), CAPTION_LIMIT)
    return found[0] if found else None


def _albums(files: Sequence[Upload]) -> Iterator[tuple[Upload, ...]]:
    """Neighbours of one kind together, ten at most: pictures and documents do not share an album."""
    group: list[Upload] = []
    for file in files:
        if group and (as_photo(file) != as_photo(group[0]) or len(group) == ALBUM):
            yield tuple(group)
            group = []
        group.append(file)
    if group:
        yield tuple(group)


def keyboard(answer: Answer) -> InlineKeyboardMarkup | None:
    """The buttons under a message; a form opens behind one of its own."""
    rows = [
        [_button(button) for button in row[at : at + ROW]] for row in answer.buttons for at in range(0, len(row), ROW)
    ]
    if answer.form is not None:
        label = answer.form.title
        rows.append([InlineKeyboardButton(label, callback_data=f"f:{answer.form.token}", style="primary")])
    return InlineKeyboardMarkup(rows) if rows else None


def _button(button: Button) -> InlineKeyboardButton:
    if button.style is ButtonStyle.LINK:
        return InlineKeyboardButton(button.label, url=button.token)
    return InlineKeyboardButton(button.label, callback_data=f"p:{button.token}", style=STYLES.get(button.style))
