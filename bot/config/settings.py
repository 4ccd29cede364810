"""Everything that can be set, with its default. `config.example.toml` explains each key to the person who sets it.

With nothing set, everything works: a SQLite file under `data/`, no chat service, no e-mail.
"""

from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.config.kinds import (
    Count,
    DatabaseAddress,
    Domain,
    Expects,
    Folder,
    GatewayAddress,
    OptionalAccount,
    OptionalFile,
    OptionalFolder,
    OptionalMailbox,
    OptionalWebAddress,
    PublicKey,
    TimeZone,
    Token,
    WebAddress,
    WebhookSecret,
    Weekday,
    needs,
)


class Section(BaseModel):
    """One table of the configuration: frozen, no unknown keys, and no value in the text of an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class EmergencyNumber(Section):
    """A telephone number that `/support` shows, and whom it reaches."""

    name: str
    number: str


EMERGENCY = (
    EmergencyNumber(name="Police, fire or ambulance, when someone is in danger now", number="999"),
    EmergencyNumber(name="Samaritans, day and night", number="116 123"),
)


class UnionSettings(Section):
    """Who the Union is and how people reach it."""

    name: str = "The Students’ Union"
    code_of_conduct_url: WebAddress = "https://example.org/code-of-conduct"
    timezone: TimeZone = "Europe/London"
    mailbox: OptionalMailbox = ""
    email_domains: tuple[Domain, ...] = ()
    support_url: OptionalWebAddress = ""
    report_url: OptionalWebAddress = ""
    emergency: Annotated[
        tuple[EmergencyNumber, ...], Expects('a list of tables such as { name = "Security", number = "0000" }')
    ] = EMERGENCY
    staff_contact: str = ""


class DatabaseSettings(Section):
    """Where everything is kept; without an address, `porter.db` in the folder of `[data]`."""

    url: DatabaseAddress = Field(default="sqlite+aiosqlite:///data/porter.db", repr=False)


class DataSettings(Section):
    """The folder for what is not in the database, and the key ring that opens sealed evidence."""

    folder: Path = Path("data")
    keys_file: OptionalFile = None

    @property
    def keys(self) -> Path:
        """The key ring: `keys_file`, or `keys` in the folder."""
        return self.keys_file or self.folder / "keys"


class DiscordSettings(Section):
    """The Discord bot; off while there is no token."""

    token: Token = SecretStr("")
    token_file: OptionalFile = None
    api_url: WebAddress = "https://discord.com/api/v10"
    gateway_url: GatewayAddress = "wss://gateway.discord.gg"

    @property
    def enabled(self) -> bool:
        """Whether a token was given."""
        return bool(self.token.get_secret_value())


class WebhookSettings(Section):
    """Telegram's updates pushed to us instead of fetched: the public address, and where we listen behind it."""

    url: WebAddress
    secret: WebhookSecret
    secret_file: OptionalFile = None
    host: str = "127.0.0.1"
    port: Count = Field(default=8443, ge=0, le=65535)


class TelegramSettings(Section):
    """The Telegram bot; off while there is no token. Without a webhook it fetches updates by long polling."""

    token: Token = SecretStr("")
    token_file: OptionalFile = None
    api_url: WebAddress = "https://api.telegram.org"
    webhook: WebhookSettings | None = None

    @property
    def enabled(self) -> bool:
        """Whether a token was given."""
        return bool(self.token.get_secret_value())


class EmailSettings(Section):
    """The mail server that carries codes and escalations; off while there is no host."""

    host: str = ""
    port: Count = Field(default=587, ge=1, le=65535)
    username: str = ""
    password: SecretStr = SecretStr("")
    password_file: OptionalFile = None
    sender: OptionalMailbox = ""
    security: Literal["starttls", "tls", "none"] = "starttls"
    timeout_seconds: Count = Field(default=20, ge=1, le=300)

    @property
    def enabled(self) -> bool:
        """Whether a mail server was given."""
        return bool(self.host)

    @property
    def domain(self) -> str:
        """The sender's domain: the host part of our message ids."""
        return self.sender.rpartition("@")[2].strip("> ") or "porter.invalid"

    @model_validator(mode="after")
    def _can_be_used(self) -> "EmailSettings":
        if self.host and not self.sender:
            raise needs("sender", "A mail server was given, so mail needs an address to come from.")
        if self.password.get_secret_value() and not self.username:
            raise needs("username", "A password was given, so the server needs to know whose it is.")
        return self


class ConsoleSettings(Section):
    """Where `/healthz` and `/metrics` are answered. Port 0 takes a free one."""

    host: str = "127.0.0.1"
    port: Count = Field(default=8765, ge=0, le=65535)


class AdmissionSettings(Section):
    """How newcomers prove membership. `paid_groups` empty: every group of a list counts as paid.

    `member_key_prefixes`: letters that may stand before a member's number or be left out, such as `u` and `s`.
    `raid_knocks` requests for one chat within `raid_seconds` lock it for `lockdown_minutes`.
    """

    code_minutes: Count = Field(default=15, ge=1, le=1440)
    code_tries: Count = Field(default=5, ge=1, le=20)
    codes_per_day: Count = Field(default=10, ge=1, le=100)
    knock_days: Count = Field(default=7, ge=1, le=90)
    paid_groups: tuple[str, ...] = ()
    member_key_prefixes: tuple[str, ...] = ()
    raid_knocks: Count = Field(default=20, ge=2, le=1000)
    raid_seconds: Count = Field(default=60, ge=5, le=3600)
    lockdown_minutes: Count = Field(default=30, ge=1, le=1440)


class RetentionSettings(Section):
    """How long unflagged messages are held, in hours, 0 for none; and cases after they were closed, in days, 0 for
    ever."""

    buffer_hours: Count = Field(default=24, ge=0, le=72)
    case_days: Count = Field(default=365, ge=0, le=3660)


class BackupSettings(Section):
    """To whom backups are encrypted: public keys in the age format, or of SSH."""

    recipients: tuple[PublicKey, ...] = ()


class SafeguardingSettings(Section):
    """Who is told at once of a suspected sexual image of somebody under 18: the designated safeguarding lead."""

    name: str = ""
    email: OptionalMailbox = ""
    account: OptionalAccount = ""

    @model_validator(mode="after")
    def _can_be_reached(self) -> "SafeguardingSettings":
        if self.name and not (self.email or self.account):
            raise needs("email", "A safeguarding lead was named, so there has to be a way to them: email or account.")
        return self


class EscalationSettings(Section):
    """How long each contact has to answer before the next is tried, and when the Union works.

    Urgent cases count every minute; standard ones count only working hours. When the last contact has been tried and
    nobody has answered, everything begins again after `repeat_minutes`.
    """

    urgent_minutes: Count = Field(default=15, ge=1, le=1440)
    standard_working_hours: Count = Field(default=8, ge=1, le=80)
    working_days: Annotated[tuple[Weekday, ...], Field(min_length=1), Expects('weekdays such as ["monday"]')] = (
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
    )
    working_hours: Annotated[
        tuple[time, time], Expects('when work begins and ends, the first before the second: ["09:00", "17:00"]')
    ] = (time(9), time(17))
    english_bank_holidays: bool = True
    bank_holidays: Annotated[tuple[date, ...], Expects("dates such as 2026-12-25")] = ()
    repeat_minutes: Count = Field(default=60, ge=5, le=1440)

    @field_validator("working_hours")
    @classmethod
    def _in_order(cls, hours: tuple[time, time]) -> tuple[time, time]:
        begins, ends = hours
        if begins.tzinfo or ends.tzinfo or begins >= ends:
            raise ValueError
        return hours


class ScreeningSettings(Section):
    """Folders with the Union's own rule packs, read after those that come with the program; how long new rules are on
    trial; and how often a rule must have been right, of how many cases, to go on making cards."""

    folders: tuple[Folder, ...] = ()
    trial_days: Count = Field(default=14, ge=0, le=365)
    precision_floor: float = Field(default=0.5, ge=0, le=1)
    floor_cases: Count = Field(default=10, ge=1, le=1000)


class WordingSettings(Section):
    """A folder whose sentences replace those that come with the program."""

    folder: OptionalFolder = None


class ModerationSettings(Section):
    """What a flag captures around a message, how large a file may be, and how much one person may report. Beyond that,
    what is about danger is still taken, and what joins an open case."""

    context_before: Count = Field(default=10, ge=0, le=50)
    context_after: Count = Field(default=5, ge=0, le=50)
    attachment_megabytes: Count = Field(default=25, ge=1, le=100)
    reports_per_hour: Count = Field(default=20, ge=1, le=1000)
    reports_per_day: Count = Field(default=60, ge=1, le=5000)


class HealthSettings(Section):
    """When `/healthz` speaks of trouble, and the hour of the Union's day at which each chat is checked."""

    disconnected_seconds: Count = Field(default=120, ge=10, le=3600)
    lag_seconds: Count = Field(default=300, ge=10, le=3600)
    free_megabytes: Count = Field(default=500, ge=1, le=100_000_000)
    check_hour: Count = Field(default=8, ge=0, le=23)


class LogSettings(Section):
    """How much is logged, and whether a person (console) or a machine (json) reads it."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["console", "json"] = "console"


class Settings(BaseSettings):
    """The whole configuration. What was given, and where, is gathered by `sources`: an error must name the place."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    union: UnionSettings = UnionSettings()
    database: DatabaseSettings = DatabaseSettings()
    data: DataSettings = DataSettings()
    discord: DiscordSettings = DiscordSettings()
    telegram: TelegramSettings = TelegramSettings()
    email: EmailSettings = EmailSettings()
    console: ConsoleSettings = ConsoleSettings()
    admission: AdmissionSettings = AdmissionSettings()
    retention: RetentionSettings = RetentionSettings()
    safeguarding: SafeguardingSettings = SafeguardingSettings()
    backup: BackupSettings = BackupSettings()
    escalation: EscalationSettings = EscalationSettings()
    screening: ScreeningSettings = ScreeningSettings()
    wording: WordingSettings = WordingSettings()
    moderation: ModerationSettings = ModerationSettings()
    health: HealthSettings = HealthSettings()
    log: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load` gathered: the library's own sources cannot say where a value came from."""
        return (init_settings,)

    @model_validator(mode="before")
    @classmethod
    def _keep_the_database_with_the_data(cls, given: Any) -> Any:
        """Moving `[data] folder` moves the default database too: half a deployment in each place helps nobody."""
        data = given.get("data") if isinstance(given, dict) and not given.get("database") else None
        folder = data.get("folder") if isinstance(data, dict) else getattr(data, "folder", None)
        if not isinstance(folder, str | Path):
            return given
        return given | {"database": {"url": f"sqlite+aiosqlite:///{Path(folder).as_posix()}/porter.db"}}

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret's value, so that logs can hide them wherever they turn up."""
        hook = self.telegram.webhook
        held = [self.discord.token, self.telegram.token, self.email.password, *([hook.secret] if hook else [])]
        values = [secret.get_secret_value() for secret in held]
        return tuple(filter(None, [*values, urlsplit(self.database.url).password]))
