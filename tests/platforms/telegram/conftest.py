"""A loopback Telegram, a bot in a group there, and the adapter that it runs through."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import policy, wording
from bot.config import Settings, TelegramSettings
from bot.evidence.ear import Ear
from bot.evidence.images import Images
from bot.evidence.picture import Pictures
from bot.evidence.vault import open_vault
from bot.model import AccountRef, Chat, ChatPurpose, Place
from bot.outbox.engine import Outbox
from bot.parts import App
from bot.platforms.telegram.client import Telegram as Adapter
from bot.resources import rules
from bot.screening import loading
from bot.screening.recent import Recent
from bot.store import tables
from bot.store.change import Store
from tests.wire.telegram import Chat as Group
from tests.wire.telegram import Person, Robot, Telegram

# One rule, which is about a word that nobody says by chance.
PACK = """
[pack]
name = "wire"
version = "1"

[[rule]]
id = "wire.word"
kind = "threat"
clause = "Threats"
severity = 3
level = "card"
why = "Says the word."
phrases = ["gobbledygook"]
hits = ["gobbledygook", "you gobbledygook", "gobbledygook!", "such gobbledygook", "gobbledygook, all of it"]
misses = ["good morning", "see you there", "well played", "who is in?", "thank you"]
"""
RIGHTS = ("can_delete_messages", "can_restrict_members", "can_invite_users", "can_pin_messages")


@dataclass
class Scene:
    """Everything a test needs: the loopback Telegram, our bot there, a group with people, and our side of it."""

    telegram: Telegram
    robot: Robot
    una: Person
    alice: Person
    chess: Group
    app: App
    adapter: Adapter

    @property
    def chat(self) -> Chat:
        """The group, bound."""
        return self.app.chats[("telegram", str(self.chess.id))]

    @property
    def place(self) -> Place:
        """The group as a place."""
        return Place("telegram", str(self.chess.id))

    def bind(self, group: Group, purpose: ChatPurpose = ChatPurpose.MEMBERS) -> Chat:
        """Make a group one of ours."""
        now = self.app.now()
        chat = Chat(len(self.app.chats) + 1, 1, "telegram", str(group.id), group.title, purpose, now)
        self.app.chats[("telegram", chat.external_id)] = chat
        return chat


def ref(person: Person) -> AccountRef:
    """A person as our account."""
    return AccountRef("telegram", str(person.id), person.name)


async def build_app(folder: Path, telegram: Telegram) -> App:
    """Our program's parts on a database of their own, by the loopback's clock."""
    store = Store(f"sqlite+aiosqlite:///{folder / 'porter.db'}")
    async with store.writer.begin() as connection:
        await connection.run_sync(tables.metadata.create_all)

    def now() -> datetime:
        return datetime.fromtimestamp(telegram.clock.now(), UTC)

    (folder / "packs").mkdir()
    (folder / "packs" / "pack.toml").write_text(PACK)
    screen = loading.load([folder / "packs"])
    vault = open_vault(folder / "keys")
    return App(
        settings=Settings(),
        store=store,
        wording=wording.load([rules() / "wording"], {"union": "the Union", "code_of_conduct": "https://example.org"}),
        ladder=policy.load(rules() / "ladder.toml"),
        vault=vault,
        pictures=Pictures(),
        images=Images(),
        ear=Ear(store, vault, 24),
        screen=lambda: screen,
        recent=Recent(),
        outbox=Outbox(store, now),
        now=now,
    )


def settings_for(telegram: Telegram, robot: Robot) -> TelegramSettings:
    """How the adapter finds the loopback Telegram."""
    return TelegramSettings(token=SecretStr(robot.token), api_url=telegram.api_url)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """The bot is an administrator of “Chess Society”, of which Una is the owner and Alice a member."""
    async with Telegram() as telegram:
        robot, una, alice = telegram.bot("porter_bot"), telegram.user("Una"), telegram.user("Alice", username="alice")
        chess = telegram.supergroup("Chess Society", creator=una)
        chess.promote(
            robot, can_delete_messages=True, can_restrict_members=True, can_invite_users=True, can_pin_messages=True
        )
        chess.add(alice)
        robot.updates.drop()  # the group was there before; of it the database has no rows
        app = await build_app(tmp_path, telegram)
        adapter = Adapter(app, settings_for(telegram, robot))
        app.platforms["telegram"] = adapter
        found = Scene(telegram, robot, una, alice, chess, app, adapter)
        found.bind(chess)
        yield found
        await adapter.stop()
        await app.store.close()
        app.pictures.close()
        assert telegram.problems == []
