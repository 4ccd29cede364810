"""A letter as an e-mail: plain text, the same as HTML, and the files. Nothing a person wrote can become a header."""

import re
from collections.abc import Iterable
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from html import escape

from bot.errors import Unreachable
from bot.model import Run, Speech, Style, Upload
from bot.ports import Letter

MESSAGE_ID = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,100}@[A-Za-z0-9.-]{1,100}>")
NAME = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}")
DOMAIN = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*")
MEDIA_TYPE = re.compile(r"([a-z]+)/([a-z0-9.+-]+)", re.IGNORECASE)
SAFE_TARGET = re.compile(r"(?:https?|mailto|tel):[^\s\"'<>]+", re.IGNORECASE)
SUBJECT_CHARS, NAME_CHARS = 200, 120
FONT = "font-family: system-ui, 'Segoe UI', Helvetica, Arial, sans-serif; font-size: 16px; line-height: 1.5"
QUOTED = "margin: 0 0 0 2px; padding: 2px 12px; border-left: 4px solid #767676"
TAGS = {
    Style.PLAIN: "{}",
    Style.BOLD: "<strong>{}</strong>",
    Style.ITALIC: "<em>{}</em>",
    Style.CODE: "<code>{}</code>",
    Style.QUOTE: f'<blockquote style="{QUOTED}">{{}}</blockquote>',
    Style.LINK: "{}",
}


def composed(letter: Letter, sender: str, name: str, at: datetime) -> EmailMessage:
    """The e-mail from `name <sender>`. Raises `Unreachable` when `letter.to` is no address."""
    to = mailbox(letter.to)
    # Bodies of seven bits pass every server, also one without the 8BITMIME extension.
    message = EmailMessage(policy=(SMTP if to.addr_spec.isascii() else SMTPUTF8).clone(cte_type="7bit"))
    message["From"] = Address(one_line(name, NAME_CHARS), addr_spec=sender)
    message["To"] = to
    message["Subject"] = one_line(letter.subject, SUBJECT_CHARS)
    message["Date"] = at
    message["Message-ID"] = checked_id(letter.message_id)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday reply is wanted
    message.set_content(plain(letter.speech, letter.files))
    message.add_alternative(html(letter.speech, letter.files), subtype="html")
    for file in letter.files:
        _attach(message, file)
    return message


def mailbox(text: str) -> Address:
    """An address, and nothing but one. Raises `Unreachable`."""
    name, _, domain = text.strip().rpartition("@")
    try:
        # Names of domains beyond ASCII travel in their ASCII form, which every server takes.
        domain = domain.encode("idna").decode()
    except UnicodeError:
        domain = ""
    if not (text.isprintable() and NAME.fullmatch(name) and DOMAIN.fullmatch(domain)):
        raise Unreachable("That is not an e-mail address.")
    return Address(username=name, domain=domain)


def checked_id(message_id: str) -> str:
    """The id as given. Raises ValueError when it is not `<left@right>`: then a repeat could not be told as one."""
    if MESSAGE_ID.fullmatch(message_id) is None:
        raise ValueError("a message id has the form <left@right>")
    return message_id


def one_line(text: str, limit: int) -> str:
    """Text for a header: one line, no control characters, at most `limit` characters."""
    visible = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(visible.split())[:limit].rstrip()


def plain(speech: Speech, files: Iterable[Upload] = ()) -> str:
    """The plain text. Lines of a quote begin with `> `; files that are described are named at the end."""
    return (
        "".join(map(_plain_run, speech.runs)).strip("\n") + "".join(f"\n\n{line}" for line in _described(files)) + "\n"
    )


def _plain_run(run: Run) -> str:
    if run.style is Style.QUOTE:
        return "\n".join(f"> {line}" for line in run.text.split("\n"))
    return Speech((run,)).plain


def html(speech: Speech, files: Iterable[Upload] = ()) -> str:
    """The same as a page of its own. All text is escaped, and only web, mail and telephone links are links."""
    body = "".join(map(_html_run, speech.runs)) + "".join(f"<p>{escape(line)}</p>" for line in _described(files))
    return f'<!doctype html><html><head><meta charset="utf-8"></head><body style="{FONT}">{body}</body></html>\n'


def _html_run(run: Run) -> str:
    if run.style is Style.LINK and SAFE_TARGET.fullmatch(run.target) is None:
        return _html_text(Speech((run,)).plain)
    if run.style is Style.LINK:
        return f'<a href="{escape(run.target)}">{_html_text(run.text)}</a>'
    return TAGS[run.style].format(_html_text(run.text))


def _html_text(text: str) -> str:
    return escape(text).replace("\n", "<br>\n")


def _described(files: Iterable[Upload]) -> list[str]:
    return [f"Attached: {one_line(file.name, NAME_CHARS)} ({file.alt})" for file in files if file.alt]


def _attach(message: EmailMessage, file: Upload) -> None:
    kind = MEDIA_TYPE.fullmatch(file.media_type)
    main, sub = (
        (kind[1], kind[2]) if kind and kind[1] not in ("message", "multipart") else ("application", "octet-stream")
    )
    message.add_attachment(file.data, maintype=main, subtype=sub, filename=one_line(file.name, NAME_CHARS) or "file")
