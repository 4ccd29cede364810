"""A mailbox on 127.0.0.1 that takes whatever is sent to it, remembers it as read e-mails, and can be told to refuse.

```python
async with Mailbox() as mailbox:                    # account=("porter", "secret") wants a login; tls=True
    mailbox.port, mailbox.trusting()                # trusting: an ssl context that trusts its certificate
    mail = await mailbox.receives("Case 12", to="olu@example.org")        # waited for; raises UnreceivedError
    mail.sender, mail.recipients, mail.subject, mail.text, mail.html, mail.files, mail.message_id, mail.raw, mail.login
    mailbox.refuse_recipient("x@example.org", "550 5.1.1 no such user")   # at RCPT, until told otherwise
    mailbox.refuse_next("451 4.3.0 try again later")                      # at DATA, times=1; the e-mail does not arrive
    mailbox.hang_next()                             # it arrives (kept=False: not), but the answer to DATA never comes
    mailbox.drop_next()                             # it arrives (kept=False: not), then the connection ends unanswered
```
"""

import asyncio
import datetime
import ipaddress
import ssl
import tempfile
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

TAKEN = "250 2.0.0 OK"
PATIENCE = 60.0
A_DAY = datetime.timedelta(days=1)


class UnreceivedError(AssertionError):
    """The e-mail somebody waited for did not come in time."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail as it arrived. `files` are the attachments by name; `login` is the account that sent it, if any."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    raw: bytes
    login: str = ""
    encrypted: bool = False

    @property
    def subject(self) -> str:
        """The subject."""
        return str(self.message["Subject"] or "")

    @property
    def message_id(self) -> str:
        """The Message-ID, with its brackets."""
        return str(self.message["Message-ID"] or "")

    @property
    def text(self) -> str:
        """The plain text, empty when there is none."""
        return self._body("plain")

    @property
    def html(self) -> str:
        """The HTML, empty when there is none."""
        return self._body("html")

    @property
    def files(self) -> dict[str, bytes]:
        """The attachments by their file names."""
        parts = ((part.get_filename() or "", part.get_payload(decode=True)) for part in self.message.iter_attachments())
        return {name: data for name, data in parts if isinstance(data, bytes)}

    def _body(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        return str(part.get_content()) if part is not None else ""


@dataclass(eq=False, slots=True)
class Fault:
    """What happens to the next e-mails at DATA: an answer, or none (`hangs`, `drops`); `kept`: they arrive."""

    times: int
    kept: bool
    answer: str = TAKEN
    hangs: bool = False
    drops: bool = False


@dataclass(eq=False, slots=True)
class Mailbox:
    """Runs in the loop it is entered in, on a free port. `mails` holds what arrived, oldest first."""

    account: tuple[str, str] | None = None
    tls: bool = False
    mails: list[Mail] = field(default_factory=list)
    port: int = 0
    _refused: dict[str, str] = field(default_factory=dict)
    _faults: list[Fault] = field(default_factory=list)
    _waiting: "set[asyncio.Future[None]]" = field(default_factory=set)
    _closing: asyncio.Event = field(default_factory=asyncio.Event)
    _served: list[SMTP] = field(default_factory=list)
    _server: asyncio.Server | None = None
    _certificate: "Certificate | None" = None

    async def __aenter__(self) -> Self:
        self._certificate = Certificate.made() if self.tls else None
        self._server = await asyncio.get_running_loop().create_server(self._greet, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        if self._server is not None:
            self._server.close()
        for served in self._served:
            if served.transport is not None:
                served.transport.close()
        if self._server is not None:
            await self._server.wait_closed()

    def _greet(self) -> SMTP:
        options: dict[str, Any] = {
            "hostname": "mailbox.example.org",
            "enable_SMTPUTF8": True,
            "auth_require_tls": self.tls,
        }
        if self.account is not None:
            options["authenticator"] = self._authenticate
        if self._certificate is not None:
            options |= {"tls_context": self._certificate.serving(), "require_starttls": True}
        served = SMTP(self, **options)
        self._served.append(served)
        return served

    def trusting(self) -> ssl.SSLContext:
        """A client's context that trusts this mailbox's certificate and no other."""
        if self._certificate is None:
            raise RuntimeError("this mailbox has no certificate; make it with tls=True")
        return ssl.create_default_context(cadata=self._certificate.certificate.decode())

    # What a test says.

    def refuse_recipient(self, address: str, answer: str = "550 5.1.1 no such user") -> None:
        """Answer that at RCPT for this address; "" takes the address again."""
        self._refused[address.lower()] = answer

    def refuse_next(self, answer: str = "451 4.3.0 try again later", *, times: int = 1) -> None:
        """Answer that at DATA; the e-mails do not arrive."""
        self._faults.append(Fault(times, False, answer))

    def hang_next(self, *, kept: bool = True, times: int = 1) -> None:
        """Never answer DATA, until the client gives up."""
        self._faults.append(Fault(times, kept, hangs=True))

    def drop_next(self, *, kept: bool = True, times: int = 1) -> None:
        """End the connection instead of answering DATA."""
        self._faults.append(Fault(times, kept, drops=True))

    def received(self, words: str = "", *, to: str = "") -> list[Mail]:
        """The e-mails so far with these words in subject or text, to this address if given."""
        fitting = (mail for mail in self.mails if words in mail.subject or words in mail.text)
        return [mail for mail in fitting if not to or to in mail.recipients]

    async def receives(self, words: str = "", *, to: str = "", limit: float = PATIENCE) -> Mail:
        """The newest such e-mail, waited for. Raises `UnreceivedError`."""
        try:
            async with asyncio.timeout(limit):
                while not (found := self.received(words, to=to)):
                    await self._next()
                return found[-1]
        except TimeoutError:
            arrived = [(mail.recipients, mail.subject) for mail in self.mails]
            raise UnreceivedError(
                f"within {limit:g} s nothing with {words!r} to {to or 'anybody'}, but {arrived}"
            ) from None

    async def _next(self) -> None:
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        try:
            await waiter
        finally:
            self._waiting.discard(waiter)

    # What the server calls, by these names.

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword
    ) -> AuthResult:
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self.account, handled=False, auth_data=given[0])

    async def handle_MAIL(  # noqa: N802 - the name the server calls
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """The sender; a login is wanted first where there is an account."""
        if self.account is not None and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return TAKEN

    async def handle_RCPT(  # noqa: N802 - the name the server calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """One recipient."""
        refusal = self._refused.get(address.lower())
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return TAKEN

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """The e-mail itself."""
        fault = self._fault()
        if fault.kept:
            self._keep(session, envelope)
        if fault.hangs:
            await self._closing.wait()
        if fault.drops and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return fault.answer

    def _fault(self) -> Fault:
        if not self._faults:
            return Fault(1, True)
        fault = self._faults[0]
        fault.times -= 1
        if fault.times == 0:
            self._faults.pop(0)
        return fault

    def _keep(self, session: Session, envelope: Envelope) -> None:
        raw = bytes(envelope.original_content or b"")
        message = message_from_bytes(raw, _class=EmailMessage, policy=default)
        login = str(session.auth_data) if session.authenticated else ""
        mail = Mail(envelope.mail_from or "", tuple(envelope.rcpt_tos), message, raw, login, session.ssl is not None)
        self.mails.append(mail)
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate for 127.0.0.1 that nobody else trusts, and its key, both PEM."""

    certificate: bytes
    key: bytes

    @classmethod
    def made(cls) -> Self:
        """A new one, good for a day."""
        key = ec.generate_private_key(ec.SECP256R1())
        name, now = (
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")]),
            datetime.datetime.now(datetime.UTC),
        )
        alone = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number()).add_extension(alone, critical=False)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        dated = builder.not_valid_before(now - A_DAY).not_valid_after(now + A_DAY)
        pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
        private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
        return cls(dated.sign(key, hashes.SHA256()).public_bytes(pem), private)

    def serving(self) -> ssl.SSLContext:
        """A server's context with it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory() as folder:
            both = Path(folder) / "both.pem"
            both.write_bytes(self.certificate + self.key)
            context.load_cert_chain(both)
        return context
