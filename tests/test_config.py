"""The configuration: defaults that work, three sources in order, and errors that a person can act on."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from bot.config import DataSettings, DiscordSettings, EmailSettings, Settings, load
from bot.config.schema import leaves
from bot.errors import ConfigError

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "config.example.toml"
SNAPSHOT = Path(__file__).with_name("config_errors.txt")
TOKEN = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"
WEBHOOK = '[telegram.webhook]\nurl = "https://porter.example.org/telegram"\nsecret = "choose-a-word"\n'


def written(folder: Path, text: str) -> Path:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return file


def error_of(path: Path | None, environ: Mapping[str, str]) -> str:
    with pytest.raises(ConfigError) as caught:
        load(path, environ)
    return str(caught.value)


def every_key(example: str) -> str:
    """The example with its commented-out settings in force."""
    return re.sub(r"^# (?=\[[a-z.]+\]$|[a-z_]+ = )", "", example, flags=re.MULTILINE)


def test_with_nothing_set_everything_has_a_default() -> None:
    settings = load(None, {})

    assert settings == Settings()
    assert settings.database.url == "sqlite+aiosqlite:///data/porter.db"
    assert [one.enabled for one in (settings.discord, settings.telegram, settings.email)] == [False] * 3


def test_the_example_says_exactly_the_defaults() -> None:
    settings = load(EXAMPLE, {})

    assert settings == Settings()


def test_the_example_names_every_key_and_no_other() -> None:
    tables = tomllib.loads(every_key(EXAMPLE.read_text(encoding="utf-8")))
    hook = tables["telegram"].pop("webhook")

    named = {(table, key) for table, keys in tables.items() for key in keys}
    named |= {("telegram", "webhook", key) for key in hook}  # type: ignore[misc]  # three names deep, the only such table

    assert named == set(leaves())


def test_what_the_example_comments_out_is_right_too(tmp_path: Path) -> None:
    file = written(tmp_path, every_key(EXAMPLE.read_text(encoding="utf-8")))

    hook = load(file, {}).telegram.webhook

    assert hook is not None
    assert hook.url == "https://porter.example.org/telegram"
    assert (hook.host, hook.port) == ("127.0.0.1", 8443)


def test_the_environment_goes_over_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, '[console]\nport = 9000\nhost = "0.0.0.0"\n')

    settings = load(file, {"PORTER_CONSOLE__PORT": "9001", "HOME": "/nowhere", "PORTERS": "2"})

    assert settings.console.port == 9001
    assert settings.console.host == "0.0.0.0"


def test_an_empty_variable_counts_as_not_set(tmp_path: Path) -> None:
    file = written(tmp_path, "[console]\nport = 9000\n")

    settings = load(file, {"PORTER_CONSOLE__PORT": "", "PORTER_DISCORD__TOKEN": ""})

    assert settings.console.port == 9000


def test_the_variable_that_names_the_file_is_no_setting() -> None:
    assert load(None, {"PORTER_CONFIG": "somewhere.toml"}) == Settings()


@pytest.mark.parametrize("text", ["example.org, example.ac.uk", '["example.org", "@EXAMPLE.ac.uk"]'])
def test_a_list_in_the_environment_is_words_between_commas_or_json(text: str) -> None:
    settings = load(None, {"PORTER_UNION__EMAIL_DOMAINS": text})

    assert settings.union.email_domains == ("example.org", "example.ac.uk")


def test_tables_in_a_list_can_come_from_the_environment() -> None:
    settings = load(None, {"PORTER_UNION__EMERGENCY": '[{"name": "Security", "number": "0000"}]'})

    assert [(one.name, one.number) for one in settings.union.emergency] == [("Security", "0000")]


def test_dates_and_times_are_read_as_such(tmp_path: Path) -> None:
    file = written(tmp_path, '[escalation]\nbank_holidays = [2026-12-25]\nworking_hours = ["10:00", "16:30"]\n')

    settings = load(file, {})

    assert settings.escalation.bank_holidays == (date(2026, 12, 25),)
    assert settings.escalation.working_hours == (time(10), time(16, 30))


def test_the_database_moves_with_the_data_folder() -> None:
    moved = load(None, {"PORTER_DATA__FOLDER": "/srv/porter"})

    assert moved.database.url == "sqlite+aiosqlite:////srv/porter/porter.db"
    assert moved.data.keys == Path("/srv/porter/keys")
    assert Settings(data=DataSettings(folder=Path("here"))).database.url == "sqlite+aiosqlite:///here/porter.db"


def test_an_address_given_for_the_database_is_kept_when_the_folder_moves() -> None:
    url = "sqlite+aiosqlite:///elsewhere.db"

    settings = load(None, {"PORTER_DATA__FOLDER": "/srv/porter", "PORTER_DATABASE__URL": url})

    assert settings.database.url == url


def test_a_secret_can_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n", encoding="utf-8")

    settings = load(None, {"PORTER_DISCORD__TOKEN_FILE": str(tmp_path / "token")})

    assert settings.discord.token.get_secret_value() == TOKEN
    assert settings.discord.enabled


def test_a_secret_in_the_environment_displaces_the_file_that_the_configuration_names(tmp_path: Path) -> None:
    file = written(tmp_path, '[email]\nusername = "porter"\npassword_file = "/nowhere/password"\n')

    settings = load(file, {"PORTER_EMAIL__PASSWORD": "from the environment"})

    assert settings.email.password.get_secret_value() == "from the environment"


def test_a_secret_file_in_the_environment_displaces_the_secret_of_the_configuration(tmp_path: Path) -> None:
    file = written(tmp_path, '[telegram]\ntoken = "1:old"\n')
    (tmp_path / "token").write_text("2:new", encoding="utf-8")

    settings = load(file, {"PORTER_TELEGRAM__TOKEN_FILE": str(tmp_path / "token")})

    assert settings.telegram.token.get_secret_value() == "2:new"


def test_the_secret_of_a_webhook_can_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("a-long-word", encoding="utf-8")
    url = "https://porter.example.org/telegram"

    settings = load(
        None,
        {"PORTER_TELEGRAM__WEBHOOK__URL": url, "PORTER_TELEGRAM__WEBHOOK__SECRET_FILE": str(tmp_path / "secret")},
    )

    assert settings.telegram.webhook is not None
    assert settings.secrets == ("a-long-word",)


def test_a_file_written_by_notepad_is_read(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b'\xef\xbb\xbf[union]\r\nname = "Union of Students"\r\n')

    assert load(file, {}).union.name == "Union of Students"


def test_settings_show_no_secret_when_printed() -> None:
    settings = load(
        None,
        {
            "PORTER_DISCORD__TOKEN": TOKEN,
            "PORTER_DATABASE__URL": "postgresql+asyncpg://porter:open-sesame@localhost/porter",
        },
    )

    assert TOKEN not in repr(settings)
    assert "open-sesame" not in repr(settings)
    assert settings.secrets == (TOKEN, "open-sesame")


def test_a_wrong_value_given_in_code_is_not_shown_either() -> None:
    with pytest.raises(ValidationError) as caught:
        DiscordSettings(token=SecretStr("open sesame"))

    assert "sesame" not in str(caught.value)


def test_postgresql_without_its_package_says_how_to_install_it() -> None:
    program = (
        "import sys; sys.modules['asyncpg'] = None\n"
        "from bot.config import load\n"
        "load(None, {'PORTER_DATABASE__URL': 'postgresql+asyncpg://porter@localhost/porter'})\n"
    )

    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert "install it with: pip install 'porter[postgres]'" in ended.stderr


def test_a_mail_server_needs_a_sender() -> None:
    with pytest.raises(ValidationError, match="an address to come from"):
        EmailSettings(host="mail.example.org")


@dataclass(frozen=True)
class Wrong:
    """A configuration that cannot be used."""

    file: str = ""
    environ: Mapping[str, str] = field(default_factory=dict)


WRONG = {
    "a key misspelt": Wrong(f'[discord]\ntokn = "{TOKEN}"\n'),
    "a table misspelt": Wrong(f'[discrod]\ntoken = "{TOKEN}"\n'),
    "a key above the first table": Wrong("port = 9000\n"),
    "a table that nobody knows": Wrong("[zebra]\nstripes = 12\n"),
    "a table where a key belongs": Wrong('[union.name]\nfull = "x"\n'),
    "a key where a table belongs": Wrong(f'discord = "{TOKEN}"\n'),
    "a variable misspelt": Wrong(environ={"PORTER_DISCORD__TOKNE": TOKEN}),
    "a variable with one underscore": Wrong(environ={"PORTER_DISCORD_TOKEN": TOKEN}),
    "numbers out of range or no numbers": Wrong(
        "[retention]\nbuffer_hours = 99\n[console]\nport = true\n[admission]\ncode_tries = 2.5\n",
        {"PORTER_EMAIL__PORT": "eighty"},
    ),
    "addresses": Wrong(
        '[union]\ncode_of_conduct_url = "example.org"\nsupport_url = "ftp://example.org"\n'
        '[discord]\napi_url = "https://exa mple.org"\ngateway_url = "https://gateway.example.org"\n'
        '[telegram]\napi_url = "https://example.org:99999"\n'
    ),
    "mailboxes and domains": Wrong(
        '[union]\nmailbox = "help at example.org"\nemail_domains = ["example.org", "not a domain"]\n'
    ),
    "a time zone": Wrong('[union]\ntimezone = "Europe/Lundon"\n'),
    "a database without its driver": Wrong('[database]\nurl = "postgresql://porter:open-sesame@localhost/porter"\n'),
    "a database that nobody knows": Wrong('[database]\nurl = "mysql://porter:open-sesame@localhost/porter"\n'),
    "a database that forgets": Wrong('[database]\nurl = "sqlite+aiosqlite:///:memory:"\n'),
    "a token of two lines": Wrong(f'[telegram]\ntoken = "{TOKEN} {TOKEN}"\n'),
    "a token that is a number": Wrong("[telegram]\ntoken = 12345678\n"),
    "a token pasted in the wrong place": Wrong(f'[discord]\napi_url = "{TOKEN}"\n'),
    "a secret given twice": Wrong('[discord]\ntoken = "abc"\ntoken_file = "token"\n'),
    "a secret file that is not there": Wrong('[discord]\ntoken_file = "nowhere/token"\n'),
    "a secret file that is no text": Wrong("[discord]\ntoken_file = 5\n"),
    "half a webhook": Wrong('[telegram.webhook]\nhost = "127.0.0.1"\n'),
    "a webhook with a bad secret": Wrong(WEBHOOK.replace("choose-a-word", "choose a word!")),
    "a mail server without a sender": Wrong('[email]\nhost = "mail.example.org"\n'),
    "a password without a user": Wrong('[email]\npassword = "open-sesame"\n'),
    "choices": Wrong('[email]\nsecurity = "ssl"\n[log]\nlevel = "loud"\nformat = "xml"\n'),
    "emergency numbers": Wrong('[union]\nemergency = [{ name = "Security", nmber = "0000" }, 999]\n'),
    "working time": Wrong(
        '[escalation]\nworking_days = ["mon"]\nworking_hours = ["17:00", "09:00"]\nbank_holidays = ["Christmas"]\n'
    ),
    "no working day": Wrong("[escalation]\nworking_days = []\n"),
    "a folder that is not there": Wrong('[screening]\nfolders = ["nowhere"]\n[wording]\nfolder = "nowhere"\n'),
    "text that is no list": Wrong('[union]\nemail_domains = "example.org"\n', {"PORTER_ADMISSION__PAID_GROUPS": "[oh"}),
    "broken TOML": Wrong("[union]\nname = Students\n"),
}


def wrong_texts(folder: Path) -> str:
    parts = []
    for name, wrong in WRONG.items():
        text = error_of(written(folder, wrong.file) if wrong.file else None, wrong.environ)
        parts.append(f"=== {name}\n\n{text.replace(f'{folder}{os.sep}', '')}\n")
    parts.append(f"=== no file\n\n{error_of(Path('nowhere.toml'), {})}\n")
    return "\n".join(parts)


def test_what_is_said_about_a_wrong_configuration_is_what_we_designed(tmp_path: Path) -> None:
    texts = wrong_texts(tmp_path)

    if "REWRITE" in os.environ:
        SNAPSHOT.write_text(texts, encoding="utf-8")
    assert texts == SNAPSHOT.read_text(encoding="utf-8"), "If the change is meant, run this test with REWRITE=1."


def test_no_secret_is_ever_part_of_what_is_said() -> None:
    said = SNAPSHOT.read_text(encoding="utf-8")

    assert TOKEN not in said
    assert "sesame" not in said


@pytest.mark.parametrize("key", [key for key, leaf in leaves().items() if leaf.secret], ids=".".join)
@pytest.mark.parametrize("value", ['["open sesame"]', '{ word = "open sesame" }', '"open\\nsesame"'])
def test_a_secret_of_the_wrong_kind_is_not_shown(tmp_path: Path, key: tuple[str, ...], value: str) -> None:
    table, name = ".".join(key[:-1]), key[-1]
    url = 'url = "https://porter.example.org"\n' if "webhook" in key else ""
    file = written(tmp_path, f"[{table}]\n{url}{name} = {value}\n")

    said = error_of(file, {})

    assert f"[{table}] {name}" in said or "[email] username" in said
    assert "sesame" not in said


def test_a_file_that_is_not_text_is_told_as_such(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes("[union]\nname = “x”\n".encode("utf-16"))

    assert "it is not UTF-8 text" in error_of(file, {})


def test_a_folder_instead_of_a_file_is_told_as_such(tmp_path: Path) -> None:
    assert f"{tmp_path} cannot be read: Is a directory." in error_of(tmp_path, {})


@pytest.mark.parametrize(
    ("content", "hint"),
    [(b"", "The file is empty."), (b"\n", "The file is empty."), (b"\xff\xfe\x00", "as text"), (b"a" * 5000, "else")],
)
def test_a_secret_file_with_anything_but_a_secret_is_refused(tmp_path: Path, content: bytes, hint: str) -> None:
    (tmp_path / "token").write_bytes(content)

    said = error_of(None, {"PORTER_DISCORD__TOKEN_FILE": str(tmp_path / "token")})

    assert "environment, PORTER_DISCORD__TOKEN_FILE: [discord] token_file" in said
    assert hint in said


def test_settings_cannot_be_changed_once_read() -> None:
    console = load(None, {}).console

    with pytest.raises(ValidationError, match="frozen"):
        console.__setattr__("port", 1)
