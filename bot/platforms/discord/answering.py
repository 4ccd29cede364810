"""Answering an interaction in time. Discord waits three seconds for a first word and fifteen minutes for the rest."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import aiohttp
import discord
import structlog

from bot.errors import PlatformError
from bot.model import Answer, Speech
from bot.platforms.discord import controls, write
from bot.platforms.discord.errors import NETWORK, platform_error
from bot.platforms.discord.speaking import Parcel, extras, parcels
from bot.wording import Wording

PATIENCE = 1.5  # seconds until we say that it takes longer
ALREADY_ANSWERED = 40060
log = structlog.get_logger()

Direct = Callable[[Answer], Awaitable[object]]


async def answer_in_time(
    interaction: discord.Interaction, work: asyncio.Task[Answer], wording: Wording, direct: Direct
) -> None:
    """Give the answer when it comes; say that it takes longer when it does not come soon. When Discord takes no more
    answers to the interaction, the person gets it by direct message."""
    try:
        await asyncio.wait({work}, timeout=PATIENCE)
        if work.done():
            await _first(interaction, await work, wording)
            return
        taken = await _acknowledge(lambda: interaction.response.defer(ephemeral=True, thinking=True))
        answer = await work
        if taken:
            await _later(interaction, answer, wording)
    except (*NETWORK, PlatformError) as error:
        await _fall_back(interaction, await work, wording, direct, platform_error(error))


async def _first(interaction: discord.Interaction, answer: Answer, wording: Wording) -> None:
    form = answer.form
    if form is not None and interaction.type is not discord.InteractionType.modal_submit:
        await _acknowledge(lambda: interaction.response.send_modal(controls.modal(form)))
        return
    answer = _as_message(answer, wording)
    if _is_empty(answer) and interaction.type is discord.InteractionType.component:
        await _acknowledge(interaction.response.defer)
        return
    head, *rest = parcels(_never_empty(answer, wording))
    if await _acknowledge(lambda: _respond(interaction, answer, head, wording)):
        await _follow(interaction, answer, rest)


async def _respond(interaction: discord.Interaction, answer: Answer, parcel: Parcel, wording: Wording) -> None:
    await interaction.response.send_message(
        parcel.text or None, ephemeral=answer.private, **extras(_never_empty(answer, wording), parcel)
    )


async def _later(interaction: discord.Interaction, answer: Answer, wording: Wording) -> None:
    """After the deferral, which only the asker sees: what is for all comes as a message of its own."""
    answer = _never_empty(_as_message(answer, wording), wording)
    if not answer.private:
        done = Answer(wording.say("platform.discord.done"))
        await _follow(interaction, done, parcels(done))
    await _follow(interaction, answer, parcels(answer))


async def _follow(interaction: discord.Interaction, answer: Answer, rest: list[Parcel]) -> None:
    for parcel in rest:
        more = extras(answer, parcel)
        if parcel.text:
            more["content"] = parcel.text
        await interaction.followup.send(ephemeral=answer.private, **more)


async def _acknowledge(respond: Callable[[], Awaitable[object]]) -> bool:
    """Say the first word; False when it was said already, by another run of the same interaction. A broken connection
    is tried once more: if the word had arrived, Discord tells."""
    try:
        await respond()
    except aiohttp.ClientError:
        return await _acknowledge_again(respond)
    except discord.HTTPException as error:
        if error.code != ALREADY_ANSWERED:
            raise
        log.info("discord.interaction_repeated")
        return False
    return True


async def _acknowledge_again(respond: Callable[[], Awaitable[object]]) -> bool:
    try:
        await respond()
    except discord.HTTPException as error:
        if error.code != ALREADY_ANSWERED:
            raise
    return True


def _as_message(answer: Answer, wording: Wording) -> Answer:
    """An answer whose form cannot open now: a message with a button that opens it."""
    if answer.form is None:
        return answer
    if not answer.speech.runs:
        answer = replace(answer, speech=wording.say("platform.discord.form_ready", title=answer.form.title))
    return controls.with_opener(answer, wording.text("platform.discord.open_form"))


def _is_empty(answer: Answer) -> bool:
    return not write.contents(answer.speech) and not answer.buttons and not answer.files


def _never_empty(answer: Answer, wording: Wording) -> Answer:
    """Discord takes no empty message."""
    speech: Speech = wording.say("platform.discord.done")
    return replace(answer, speech=speech) if _is_empty(answer) else answer


async def _fall_back(
    interaction: discord.Interaction, answer: Answer, wording: Wording, direct: Direct, error: PlatformError
) -> None:
    log.warning("discord.answer_late", interaction=str(interaction.id), code=error.code)
    try:
        await direct(_never_empty(_as_message(answer, wording), wording))
    except PlatformError as second:
        log.error("discord.answer_lost", interaction=str(interaction.id), code=second.code, why=str(second))
