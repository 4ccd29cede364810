"""The playground's mail server: takes whatever is sent to it on 127.0.0.1 and keeps it for the page to show."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.model import Upload

TAKEN = "250 2.0.0 OK"


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail that arrived."""

    id: str
    recipients: tuple[str, ...]
    sender: str
    subject: str
    text: str
    files: tuple[Upload, ...]
    at: datetime
    raw: bytes


class Mailbox:
    """What arrived, oldest first; `arrived` is called with each. Its method has the name that aiosmtpd calls."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.mails: list[Mail] = []
        self.arrived: Callable[[Mail], None] = self.mails.append
        self._now = now

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take an e-mail."""
        raw = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        message = message_from_bytes(raw, _class=EmailMessage, policy=default)
        recipients = tuple(one.lower() for one in envelope.rcpt_tos)
        body = message.get_body(preferencelist=("plain", "html"))
        self.arrived(
            Mail(
                str(len(self.mails) + 1),
                recipients,
                str(message["From"] or envelope.mail_from or ""),
                str(message["Subject"] or ""),
                "" if body is None else str(body.get_content()),
                tuple(files(message)),
                self._now(),
                raw,
            )
        )
        return TAKEN

    def of(self, address: str) -> list[Mail]:
        """What arrived for an address, newest first."""
        return [mail for mail in reversed(self.mails) if address.lower() in mail.recipients]


def files(message: EmailMessage) -> Iterator[Upload]:
    """The files of an e-mail, those shown in its text too."""
    for part in message.walk():
        data = part.get_payload(decode=True)
        name = part.get_filename()
        if name and isinstance(data, bytes):
            yield Upload(name, part.get_content_type(), data)


@asynccontextmanager
async def listening(mailbox: Mailbox) -> AsyncIterator[int]:
    """Take e-mails on a free port of 127.0.0.1, which is answered, until left."""
    served: list[SMTP] = []

    def greet() -> SMTP:
        served.append(SMTP(mailbox, hostname="mail.example.org", enable_SMTPUTF8=True))
        return served[-1]

    server = await asyncio.get_running_loop().create_server(greet, "127.0.0.1", 0)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for one in served:
            if one.transport is not None:
                one.transport.close()
        await server.wait_closed()
