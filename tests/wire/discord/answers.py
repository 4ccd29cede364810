"""What a person sees come back after using a command, a button or a modal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.wire.discord.components import Field, Json, fields, texts
from tests.wire.discord.interactions import Interaction, Reply, Used
from tests.wire.discord.waiting import Unmet

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.wire.discord.messages import Attachment, Message

_UNANSWERED = {
    Used.COMMAND: "The application did not respond",
    Used.COMPONENT: "This interaction failed",
    Used.MODAL: "Something went wrong. Try again.",
}


class Modal:
    """A form the bot opened. `fields`: label → Field."""

    def __init__(self, body: Json) -> None:
        self.title: str = body["title"]
        self.custom_id: str = body["custom_id"]
        self.components: list[Json] = body["components"]
        self.text = "\n".join(texts(self.components))
        self.fields: dict[str, Field] = {each.label: each for each in fields(self.components)}


class Answer:
    """Live: it changes while the bot edits, follows up or takes back."""

    def __init__(self, interaction: Interaction) -> None:
        self.interaction = interaction
        self._seen = 0

    async def settle(self, patience: float) -> Answer:
        """Wait until there is something to see."""
        await self._wait(lambda: not self._is_open(), patience)
        self._seen = self.interaction.changes
        return self

    async def more(self, patience: float = 5.0) -> Answer:
        """Wait for one more change: a follow-up, an edit or a removal. `Unmet` when none comes."""
        bell = self.interaction.application.world.bell
        seen = self._seen
        await bell.until(lambda: self.interaction.changes > seen, patience, "a further answer")
        self._seen = seen + 1
        return self

    async def _wait(self, condition: Callable[[], object], patience: float) -> None:
        try:
            await self.interaction.application.world.bell.until(condition, patience)
        except Unmet:
            if not self.interaction.acknowledged:
                self.interaction.late = True

    def _is_open(self) -> bool:
        interaction = self.interaction
        if not interaction.acknowledged:
            return not interaction.late
        if interaction.reply is Reply.DEFER_UPDATE:
            return interaction.changes < 2
        return interaction.loading

    @property
    def said(self) -> list[Message]:
        """What the bot said in answer and still stands, in order. An updated source message is not among it."""
        interaction = self.interaction
        own = [interaction.original] if interaction.original and interaction.original is not interaction.source else []
        return [message for message in (*own, *interaction.followups) if not message.deleted]

    @property
    def message(self) -> Message | None:
        """The newest thing said; for an update, the message as it reads now."""
        if self.said:
            return self.said[-1]
        source = self.interaction.source
        return source if self.updated and source is not None and not source.deleted else None

    @property
    def text(self) -> str:
        return self.message.text if self.message else ""

    @property
    def ephemeral(self) -> bool:
        return self.message.ephemeral if self.message else self.interaction.hidden

    @property
    def deferred(self) -> bool:
        return self.interaction.reply in (Reply.DEFER, Reply.DEFER_UPDATE)

    @property
    def thinking(self) -> bool:
        """The bot said it is thinking and has not said more."""
        return self.interaction.loading

    @property
    def updated(self) -> bool:
        return self.interaction.reply in (Reply.UPDATE, Reply.DEFER_UPDATE)

    @property
    def buttons(self) -> list[str]:
        return [button.label for button in self.message.buttons] if self.message else []

    @property
    def attachments(self) -> list[Attachment]:
        return list(self.message.attachments) if self.message else []

    @property
    def modal(self) -> Modal | None:
        return Modal(self.interaction.modal) if self.interaction.modal else None

    @property
    def gone(self) -> bool:
        """The bot took its answer back."""
        original = self.interaction.original
        return original is not None and original.deleted

    @property
    def error(self) -> str:
        """What Discord itself says when no answer came in time."""
        unanswered = self.interaction.late and not self.interaction.acknowledged
        return _UNANSWERED[self.interaction.used] if unanswered else ""
