"""E-mail over SMTP, through aiosmtplib."""

import re
import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from bot import failpoints
from bot.config import EmailSettings
from bot.errors import PlatformError, Uncertain, Unreachable
from bot.messengers.letter import composed, mailbox
from bot.ports import Finding, Letter

ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")
ANSWER_CHARS = 200
GOODBYE_SECONDS = 2.0


def utc_now() -> datetime:
    """The time, UTC."""
    return datetime.now(UTC)


class Email:
    """A mail server. `trusting` replaces the certificates that the system trusts."""

    name = "email"

    def __init__(
        self,
        settings: EmailSettings,
        union_name: str,
        *,
        now: Callable[[], datetime] = utc_now,
        trusting: ssl.SSLContext | None = None,
    ) -> None:
        self._settings, self._union_name, self._now, self._trusting = settings, union_name, now, trusting

    async def send(self, letter: Letter) -> str:
        """Send; answers the message id.

        Raises `Unreachable` when the server refuses the address for good, `Uncertain` when no answer came after the
        text was handed over, and `PlatformError` for everything that may work later.
        """
        text = composed(letter, self._settings.sender, self._union_name, self._now()).as_bytes()
        async with self._connected() as server:
            with self._telling():
                await _address(server, self._settings.sender, mailbox(letter.to).addr_spec)
                await _hand_over(server, text)
                failpoints.reach("smtp.handed_over")
        return letter.message_id

    async def check(self) -> Sequence[Finding]:
        """Connect, log in and name the sender, without sending anything."""
        try:
            async with self._connected() as server:
                with self._telling():
                    await server.mail(self._settings.sender)
                    await server.rset()
        except PlatformError as error:
            return [Finding(ok=False, text=str(error))]
        return [
            Finding(ok=True, text=f"The mail server {self._settings.host} takes mail from {self._settings.sender}.")
        ]

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[SMTP]:
        server = self._server()
        try:
            with self._telling():
                await server.connect()
                if server.is_ehlo_or_helo_needed:
                    await server.ehlo()
            yield server
            with suppress(SMTPException, OSError):  # what was to be said has been said; the goodbye is courtesy
                await server.quit(timeout=GOODBYE_SECONDS)
        finally:
            server.close()

    def _server(self) -> SMTP:
        settings = self._settings
        return SMTP(
            hostname=settings.host,
            port=settings.port,
            username=settings.username or None,
            password=settings.password.get_secret_value() or None,
            timeout=settings.timeout_seconds,
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            tls_context=self._trusting if settings.security != "none" else None,
        )

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """The library's errors as ours, in words; an answer's addresses are left out."""
        where = f"The mail server {self._settings.host}"
        try:
            yield
        except SMTPAuthenticationError as error:
            raise PlatformError(f"{where} does not accept our login: {_answer(error)}", str(error.code)) from error
        except SMTPSenderRefused as error:
            raise PlatformError(f"{where} does not accept our sender: {_answer(error)}", str(error.code)) from error
        except SMTPResponseException as error:
            raise PlatformError(f"{where} answered {_answer(error)}", str(error.code)) from error
        except SMTPTimeoutError as error:
            raise PlatformError(f"{where} did not answer within {self._settings.timeout_seconds} s.") from error
        except ssl.SSLError as error:
            raise PlatformError(f"{where} could not be trusted: {error.strerror or error}.") from error
        except (SMTPException, OSError) as error:
            raise PlatformError(f"{where} cannot be reached: {_without_addresses(str(error))}") from error


async def _address(server: SMTP, sender: str, recipient: str) -> None:
    """Say from whom and to whom. Raises `Unreachable` when the recipient is refused for good."""
    beyond_ascii = not recipient.isascii()
    if beyond_ascii and not server.supports_extension("smtputf8"):
        raise Unreachable("The mail server cannot write to an address with letters beyond ASCII.")
    await server.mail(sender, options=["SMTPUTF8"] if beyond_ascii else [], encoding="utf-8")
    try:
        await server.rcpt(recipient, encoding="utf-8")
    except SMTPRecipientRefused as error:
        if error.code >= 500:
            raise Unreachable(f"The mail server refuses this address: {_answer(error)}", str(error.code)) from error
        raise


async def _hand_over(server: SMTP, text: bytes) -> None:
    """Send the e-mail itself. Raises `Uncertain` when the answer to it does not come."""
    try:
        await server.data(text)
    except (SMTPServerDisconnected, SMTPTimeoutError, OSError) as error:
        raise Uncertain("The e-mail was handed over, but the mail server's answer did not come.") from error


def _answer(error: SMTPResponseException) -> str:
    return f"{error.code} {_without_addresses(error.message)}"


def _without_addresses(text: str) -> str:
    """What a server said, short and on one line, without addresses: it is kept and logged."""
    return ADDRESS.sub("[address]", " ".join(text.split()))[:ANSWER_CHARS]
