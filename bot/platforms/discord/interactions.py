"""Commands, presses and forms sent back: handed to the desk, answered in time. Nothing about them is kept in memory,
so all of them work after a restart."""

import asyncio
from collections.abc import Awaitable, Callable

import discord
import structlog

from bot import commands, failpoints, logs
from bot.errors import PlatformError, PorterError
from bot.model import Answer, Run, Speech, Upload
from bot.parts import App
from bot.platforms.discord import calls
from bot.platforms.discord.answering import answer_in_time
from bot.platforms.discord.controls import FORM, PRESS
from bot.platforms.discord.errors import NETWORK
from bot.platforms.discord.files import Files
from bot.store.engine import UNWRITABLE
from bot.store.steady import steadily

MEGABYTE = 1_000_000
log = structlog.get_logger()

Direct = Callable[[Answer], Awaitable[object]]
Kind = discord.InteractionType


async def handle(app: App, interaction: discord.Interaction, files: Files, direct: Direct) -> None:
    """Do what an interaction asks, and answer it. A bug is logged under a reference that the person sees."""
    if interaction.type not in (Kind.application_command, Kind.component, Kind.modal_submit):
        return
    work = asyncio.create_task(_safely(app, lambda: _do(app, interaction, files)))
    try:
        await answer_in_time(interaction, work, app.wording, direct)
        failpoints.reach("discord.answered")
    except (Exception, asyncio.CancelledError) as error:
        if isinstance(error, asyncio.CancelledError):
            work.cancel()
            raise
        await _tell_of_bug(app, interaction, direct)


async def _safely(app: App, deed: Callable[[], Awaitable[Answer]]) -> Answer:
    try:
        answer = await steadily(deed)
        failpoints.reach("discord.answering")
        return answer
    except PorterError as error:
        return Answer(Speech((Run(str(error)),)))
    except UNWRITABLE:
        return Answer(app.wording.say("error.store", reference=logs.bug(log, "discord.store_failed")))
    except Exception:  # noqa: BLE001 - whatever breaks, the person is answered and the log has the traceback
        return Answer(app.wording.say("error.bug", reference=logs.bug(log, "discord.interaction_failed")))


async def _tell_of_bug(app: App, interaction: discord.Interaction, direct: Direct) -> None:
    """The answer could not be given a form: say so where we still can."""
    reference = logs.bug(log, "discord.answer_failed", interaction=str(interaction.id))
    words = Answer(app.wording.say("error.bug", reference=reference))
    try:
        text = words.speech.plain
        if interaction.response.is_done():
            await interaction.followup.send(text, ephemeral=True)
        else:
            await interaction.response.send_message(text, ephemeral=True)
    except NETWORK:
        await _by_message(words, direct)


async def _by_message(answer: Answer, direct: Direct) -> None:
    try:
        await direct(answer)
    except PlatformError as error:
        log.error("discord.answer_lost", code=error.code, why=str(error))


async def _do(app: App, interaction: discord.Interaction, files: Files) -> Answer:
    data = calls.data_of(interaction)
    if interaction.type is Kind.application_command:
        name = calls.command_name(data, commands.SPECS)
        if not name:
            return Answer(app.wording.say("platform.discord.unknown_command"))
        return await commands.run(app, calls.call(interaction, name))
    custom_id = str(data["custom_id"])
    if interaction.type is Kind.component:
        return await _press(app, interaction, custom_id)
    return await _submit(app, interaction, custom_id, files)


async def _press(app: App, interaction: discord.Interaction, custom_id: str) -> Answer:
    if custom_id.startswith(PRESS):
        return await commands.press(app, calls.pressed(interaction))
    form = await commands.form(app, custom_id.removeprefix(FORM)) if custom_id.startswith(FORM) else None
    if form is None:
        return Answer(app.wording.say("platform.discord.form_gone"))
    return Answer(form=form)


async def _submit(app: App, interaction: discord.Interaction, custom_id: str, files: Files) -> Answer:
    uploads, refused = await _take(app, interaction, files)
    answer = await commands.submit(app, calls.submitted(interaction, custom_id.removeprefix(FORM), uploads))
    if not refused.runs:
        return answer
    return Answer(answer.speech + refused, answer.buttons, answer.files, answer.form, answer.private)


async def _take(app: App, interaction: discord.Interaction, files: Files) -> tuple[list[Upload], Speech]:
    """The files of a form; and what to say of those that could not be taken, so that what was written is not lost."""
    limit = app.settings.moderation.attachment_megabytes * MEGABYTE
    taken: list[Upload] = []
    refused = Speech()
    for one in calls.handed_in(calls.data_of(interaction)):
        try:
            taken.append(Upload(one.name, one.media_type, await files.fetch(one.handle, limit)))
        except PlatformError as error:
            refused += app.wording.say("platform.discord.file_not_taken", file=one.name, why=str(error))
    return taken, refused
