"""What people do with bots: commands, menus, buttons, selects and modals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.wire.discord.answers import Answer
from tests.wire.discord.commands import MESSAGE_MENU, SLASH, USER_MENU, Filling, find, offered
from tests.wire.discord.components import SELECTS, Field, Kind, walk
from tests.wire.discord.interactions import Interaction, Used
from tests.wire.discord.messages import File, Message
from tests.wire.discord.permissions import require_in
from tests.wire.discord.refusals import refuse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.wire.discord.applications import Application
    from tests.wire.discord.channels import Channel
    from tests.wire.discord.components import Json
    from tests.wire.discord.people import Member, User

PATIENCE = 30.0
TRIES = 3  # of opening a form with a bot that is too slow for it
_SELECT_OPTION = {Kind.USER_SELECT: 6, Kind.CHANNEL_SELECT: 7, Kind.ROLE_SELECT: 8, Kind.MENTIONABLE_SELECT: 9}


class Pressing:
    """A person's hands. Each act waits `patience` seconds for something to see."""

    if TYPE_CHECKING:

        @property
        def account(self) -> User: ...

    def commands(self, channel: Channel) -> list[str]:
        """The names this person is offered there, of all bots."""
        applications = self.account.world.applications
        return [each["name"] for one in applications for each in offered(one, self.account, channel)]

    async def slash(self, channel: Channel, name: str, patience: float = PATIENCE, **options: Any) -> Answer:
        """Use a slash command; a sub-command is named after a space (`"roster import"`)."""
        first, *path = name.split()
        application, command = find(self.account, channel, first, (SLASH,))
        filling = Filling(channel, self.account)
        data: Json = {"id": command["id"], "name": first, "type": SLASH}
        data["options"] = filling.options(command, path, options)
        return await self._use_command(application, channel, command, data, filling.resolved, patience)

    async def menu(self, name: str, target: Message, patience: float = PATIENCE) -> Answer:
        """Use an entry of a message's menu."""
        if target.deleted:
            raise refuse(10008)
        application, command = find(self.account, target.channel, name, (MESSAGE_MENU,))
        body = self.account.world.message_json(target, application, full=True)
        data: Json = {"id": command["id"], "name": name, "type": MESSAGE_MENU, "target_id": str(target.id)}
        resolved = {"messages": {str(target.id): body}}
        return await self._use_command(application, target.channel, command, data, resolved, patience)

    async def member_menu(self, channel: Channel, name: str, target: Member, patience: float = PATIENCE) -> Answer:
        """Use an entry of a member's menu, opened in that channel."""
        application, command = find(self.account, channel, name, (USER_MENU,))
        filling = Filling(channel, self.account)
        target_id = filling.resolve(6, target)
        data: Json = {"id": command["id"], "name": name, "type": USER_MENU, "target_id": target_id}
        return await self._use_command(application, channel, command, data, filling.resolved, patience)

    async def _use_command(
        self, application: Application, channel: Channel, command: Json, data: Json, resolved: Json, patience: float
    ) -> Answer:
        if resolved:
            data["resolved"] = resolved
        if "guild_id" in command:
            data["guild_id"] = command["guild_id"]
        return await self._use(application, channel, Used.COMMAND, data, patience)

    async def press(
        self,
        where: Message | Answer,
        label: str | None = None,
        custom_id: str | None = None,
        patience: float = PATIENCE,
    ) -> Answer:
        """Press a button, by its label or its custom_id."""
        message = self._reachable(where)
        for button in message.buttons:
            if (label is None or button.label == label) and (custom_id is None or button.custom_id == custom_id):
                break
        else:
            raise LookupError(f"no button {label or custom_id!r} among {message.buttons}")
        if button.disabled or not button.custom_id:
            raise ValueError(f"{button.label!r} cannot be pressed")
        data = {"component_type": int(Kind.BUTTON), "custom_id": button.custom_id, **_place(message, button.custom_id)}
        return await self._use_component(message, data, patience)

    async def pick(
        self,
        where: Message | Answer,
        values: Sequence[Any],
        custom_id: str | None = None,
        patience: float = PATIENCE,
    ) -> Answer:
        """Choose in a select: values for a list, the things themselves for people, roles and channels."""
        message = self._reachable(where)
        selects = [each for each in walk(message.components) if each["type"] in SELECTS]
        select = next(each for each in selects if custom_id in (None, each["custom_id"]))
        filling = Filling(message.channel, self.account)
        data = {"component_type": select["type"], "custom_id": select["custom_id"], "id": select["id"]}
        data["values"] = _chosen(filling, Kind(select["type"]), select.get("options") or (), values)
        if filling.resolved:
            data["resolved"] = filling.resolved
        return await self._use_component(message, data, patience)

    def _reachable(self, where: Message | Answer) -> Message:
        message = where.message if isinstance(where, Answer) else where
        if message is None or message.deleted:
            raise refuse(10008)
        if message.only_for not in (None, self.account):
            raise refuse(10008)
        require_in(message.channel, self.account)
        return message

    async def _use_component(self, message: Message, data: Json, patience: float) -> Answer:
        application = self.account.world.application_with(message.author)
        return await self._use(application, message.channel, Used.COMPONENT, data, patience, source=message)

    async def submit(
        self, answer: Answer, values: Mapping[str, Any] | None = None, patience: float = PATIENCE
    ) -> Answer:
        """Fill in and send the modal of an answer. `values`: label → text, Files, or choices. A bot that was too slow
        to open the modal offers it behind a button; people press that."""
        for _ in range(TRIES):
            if answer.modal is None and len(answer.buttons) == 1:
                answer = await self.press(answer, patience=patience)
        modal, opener = answer.modal, answer.interaction
        if modal is None:
            raise LookupError("this answer opened no modal")
        given = dict(values or {})
        if unknown := set(given) - set(modal.fields):
            raise ValueError(f"the modal has no fields {sorted(unknown)}, but {list(modal.fields)}")
        filling = Filling(opener.channel, self.account)
        by_id = {each.custom_id: _filled(filling, each, given.get(each.label)) for each in modal.fields.values()}
        data: Json = {"custom_id": modal.custom_id, "components": [_sent(each, by_id) for each in modal.components]}
        if filling.resolved:
            data["resolved"] = filling.resolved
        return await self._use(
            opener.application, opener.channel, Used.MODAL, data, patience, source=opener.source, opened_by=opener
        )

    async def _use(
        self,
        application: Application,
        channel: Channel,
        used: Used,
        data: Json,
        patience: float,
        source: Message | None = None,
        opened_by: Interaction | None = None,
    ) -> Answer:
        world = self.account.world
        interaction = Interaction(
            application, world.ids.next(), used, self.account, channel, data, world.clock.now(), source=source
        )
        interaction.opened_by = opened_by
        world.interactions[interaction.id] = interaction
        interaction.announce()
        return await Answer(interaction).settle(patience)


def _place(message: Message, custom_id: str) -> Json:
    found = next(each for each in walk(message.components) if each.get("custom_id") == custom_id)
    return {"id": found["id"]}


def _chosen(filling: Filling, kind: Kind, options: Sequence[Json], values: Sequence[Any]) -> list[str]:
    if kind in _SELECT_OPTION:
        return [filling.resolve(_SELECT_OPTION[kind], value) for value in values]
    known = [option["value"] for option in options]
    if unknown := [value for value in values if value not in known]:
        raise ValueError(f"cannot choose {unknown} among {known}")
    return list(values)


def _filled(filling: Filling, asked: Field, given: Any) -> Json:
    """What a field sends; ValueError for what the form would not let go."""
    if asked.kind is Kind.TEXT_INPUT:
        text = asked.value if given is None else str(given)
        if (asked.required and not text) or not (asked.least if text else 0) <= len(text) <= asked.most:
            raise ValueError(f"{asked.label!r} cannot be {len(text)} characters long")
        return {"value": text}
    if asked.kind is Kind.CHECKBOX:
        return {"value": bool(given)}
    if asked.kind is Kind.RADIO_GROUP:
        return {"value": given}
    chosen: list[Any] = [given] if isinstance(given, (str, File)) else list(given or ())
    if (asked.required and len(chosen) < asked.least) or len(chosen) > asked.most:
        raise ValueError(f"{asked.label!r} takes {asked.least} to {asked.most}, not {len(chosen)}")
    if asked.kind is Kind.FILE_UPLOAD:
        return {"values": [filling.attach(file) for file in chosen]}
    return {"values": _chosen(filling, asked.kind, asked.options, chosen)}


def _sent(component: Json, values: Mapping[str, Json]) -> Json:
    """A component of a modal as it comes back."""
    sent: Json = {"type": component["type"], "id": component["id"]}
    if "custom_id" in component:
        sent |= {"custom_id": component["custom_id"], **values[component["custom_id"]]}
    if "component" in component:
        sent["component"] = _sent(component["component"], values)
    if "components" in component:
        sent["components"] = [_sent(each, values) for each in component["components"]]
    return sent
