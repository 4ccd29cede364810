"""Answering interactions: the callback, then the webhook of its token. Neither needs the bot's token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.wire.discord import interactions, posting
from tests.wire.discord.component_rules import check_modal
from tests.wire.discord.flags import MessageFlag
from tests.wire.discord.interactions import Interaction
from tests.wire.discord.interactions import Reply as Kind
from tests.wire.discord.message_rules import draft_of
from tests.wire.discord.permissions import require_in
from tests.wire.discord.refusals import bad_choice, refuse
from tests.wire.discord.rest.asking import DONE, Ask, Reply, snowflake
from tests.wire.discord.rest.messages import apply_edit

if TYPE_CHECKING:
    from tests.wire.discord.components import Json
    from tests.wire.discord.messages import Message


def callback(ask: Ask) -> Reply:
    interaction = ask.world.interactions.get(ask.id("interaction_id"))
    if interaction is None or interaction.token != ask.args["interaction_token"]:
        raise refuse(10062)
    interaction.check_acknowledgeable()
    body = ask.body or {}
    kinds = [int(each) for each in Kind]
    if body.get("type") not in kinds:
        raise bad_choice("type", tuple(kinds))
    _answer(ask, interaction, Kind(body["type"]), body.get("data") or {})
    if ask.query.get("with_response") in ("1", "true"):
        return 200, _response(ask, interaction)
    return DONE


def _answer(ask: Ask, interaction: Interaction, kind: Kind, data: Json) -> None:
    if kind is Kind.MESSAGE:
        interactions.answer_with_message(interaction, draft_of(data, ask.uploads, interaction.channel, "data"))
    elif kind is Kind.DEFER:
        interactions.defer(interaction, hidden=bool((data.get("flags") or 0) & MessageFlag.EPHEMERAL))
    elif kind is Kind.MODAL:
        check_modal(data)
        interactions.open_modal(interaction, data)
    else:
        source = interactions.check_update(interaction, "type")
        if source.deleted:
            raise refuse(10008)
        if kind is Kind.UPDATE:
            apply_edit(source, data, ask.uploads, "data")
        interactions.update(interaction, kind)


def _response(ask: Ask, interaction: Interaction) -> Json:
    about: Json = {"id": str(interaction.id), "type": int(interaction.used)}
    message = interaction.original
    if message is not None:
        about["response_message_id"] = str(message.id)
        about["response_message_ephemeral"] = message.ephemeral
        about["response_message_loading"] = False
    elif interaction.loading:
        about["response_message_loading"] = True
        about["response_message_ephemeral"] = interaction.hidden
    body: Json = {"interaction": about}
    if interaction.reply in (Kind.MESSAGE, Kind.UPDATE) and message is not None:
        body["resource"] = {"type": int(interaction.reply), "message": _shown(ask, message)}
    return body


def _shown(ask: Ask, message: Message) -> Json:
    return ask.world.message_json(message, ask.application, full=True)


def _by_token(ask: Ask) -> Interaction:
    """10015 for a token of nobody's or one not yet answered to, 50027 for one too old."""
    for interaction in ask.world.interactions.values():
        if interaction.token == ask.args["webhook_token"] and interaction.application.id == ask.id("webhook_id"):
            interaction.check_open()
            return interaction
    raise refuse(10015)


def follow_up(ask: Ask) -> Reply:
    interaction = _by_token(ask)
    require_in(interaction.channel, interaction.application.user)
    draft = draft_of(ask.body or {}, ask.uploads, interaction.channel)
    return 200, _shown(ask, interactions.follow_up(interaction, draft))


def original(ask: Ask) -> Reply:
    return 200, _shown(ask, interactions.original_of(_by_token(ask)))


def edit_original(ask: Ask) -> Reply:
    """Fills a deferred answer, edits any other."""
    interaction = _by_token(ask)
    if interaction.loading:
        draft = draft_of(ask.body or {}, ask.uploads, interaction.channel)
        return 200, _shown(ask, interactions.fill_original(interaction, draft))
    return _edited(ask, interaction, interactions.original_of(interaction))


def remove_original(ask: Ask) -> Reply:
    interaction = _by_token(ask)
    if interaction.loading:
        interaction.loading = False
        interaction.happened()
        return DONE
    return _removed(interaction, interactions.original_of(interaction))


def followup(ask: Ask) -> Reply:
    interaction = _by_token(ask)
    return 200, _shown(ask, _said(ask, interaction))


def edit_followup(ask: Ask) -> Reply:
    interaction = _by_token(ask)
    return _edited(ask, interaction, _said(ask, interaction))


def remove_followup(ask: Ask) -> Reply:
    interaction = _by_token(ask)
    return _removed(interaction, _said(ask, interaction))


def _said(ask: Ask, interaction: Interaction) -> Message:
    wanted = snowflake(ask.args["message_id"], "message_id")
    own = [interaction.original] if interaction.original else []
    for message in (*own, *interaction.followups):
        if message.id == wanted and not message.deleted:
            return message
    raise refuse(10008)


def _edited(ask: Ask, interaction: Interaction, message: Message) -> Reply:
    apply_edit(message, ask.body or {}, ask.uploads)
    interaction.happened()
    return 200, _shown(ask, message)


def _removed(interaction: Interaction, message: Message) -> Reply:
    posting.remove([message])
    interaction.happened()
    return DONE
