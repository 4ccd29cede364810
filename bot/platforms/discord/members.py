"""Who comes, who goes, and what becomes of our own standing: handed to the desk."""

import discord

from bot.desk import admission, arrivals, checkup, committee, removals
from bot.model import AccountRef, Asked, AuthorKind, Chat, ChatPurpose
from bot.parts import App
from bot.platforms.discord.kept import Kept
from bot.platforms.discord.read import NAME


def account(user: discord.User | discord.Member) -> AccountRef:
    """A member as an account."""
    kind = AuthorKind.SYSTEM if user.system else AuthorKind.BOT if user.bot else AuthorKind.PERSON
    return AccountRef(NAME, str(user.id), user.display_name, user.name, kind)


def bound(app: App, guild_id: int) -> Chat | None:
    """The members' chat of a server, if it is bound."""
    chat = app.chats.get((NAME, str(guild_id)))
    return chat if chat is not None and chat.purpose is ChatPurpose.MEMBERS else None


async def joined(app: App, member: discord.Member) -> None:
    """A newcomer, whether or not they have passed Discord's own screening; they see the welcome channel only."""
    chat = bound(app, member.guild.id)
    if chat is None or member.bot:
        return
    if holds(member, chat.member_role):
        await arrivals.handle_arrival(app, NAME, chat.external_id, account(member))
        return
    asked = Asked(account(member), chat.external_id, member.joined_at or app.now())
    await admission.handle_knock(app, asked)


async def changed(app: App, before: discord.Member, after: discord.Member) -> None:
    """A member's roles changed: now really in, when they gained the member role."""
    chat = bound(app, after.guild.id)
    if chat is None or after.bot:
        return
    if holds(after, chat.member_role) and not holds(before, chat.member_role):
        await arrivals.handle_arrival(app, NAME, chat.external_id, account(after), joined=False)


async def left(app: App, guild_id: int, user: discord.User | discord.Member) -> None:
    """Somebody left, or was taken out."""
    chat = bound(app, guild_id)
    if chat is not None and not user.bot:
        await arrivals.handle_departure(app, NAME, chat.external_id, account(user))


async def done_by_hand(app: App, client: discord.Client, entry: discord.AuditLogEntry) -> None:
    """Somebody other than us kicked or banned a member."""
    if entry.action not in (discord.AuditLogAction.kick, discord.AuditLogAction.ban) or entry.target is None:
        return
    if client.user is not None and entry.user_id == client.user.id:
        return
    target = AccountRef(NAME, str(entry.target.id))  # they may be gone: their name is the one that is known
    by = AccountRef(NAME, str(entry.user_id)) if entry.user is None else account(entry.user)
    await removals.handle_by_hand(app, NAME, str(entry.guild.id), target, by)


def holds(member: discord.Member, role: str) -> bool:
    """Whether a member holds a role."""
    return role != "" and any(str(one.id) == role for one in member.roles)


def told(guild_id: int) -> str:
    """The name under which is kept that the desk was told of our being in a server."""
    return f"discord:added:{guild_id}"


async def added(app: App, kept: Kept, guild: discord.Guild) -> None:
    """We were added to a server: the desk decides whether to stay."""
    await committee.handle_added(app, NAME, str(guild.id), guild.name, await _added_by(guild))
    await kept.save(told(guild.id), "1")


async def _added_by(guild: discord.Guild) -> AccountRef | None:
    """Who added us, where we may read it."""
    if not guild.me.guild_permissions.view_audit_log:
        return None
    async for entry in guild.audit_logs(limit=10, action=discord.AuditLogAction.bot_add):
        target = entry.target
        if entry.user is not None and isinstance(target, discord.User | discord.Member) and target.id == guild.me.id:
            return account(entry.user)
    return None


async def gone(app: App, kept: Kept, guild_id: int) -> None:
    """We were taken out of a server."""
    await committee.handle_gone(app, NAME, str(guild_id))
    await kept.save(told(guild_id), "")


async def compare(app: App, kept: Kept, client: discord.Client) -> None:
    """What happened to us while we were away: servers we were added to, and servers we were taken out of."""
    here = {str(guild.id) for guild in client.guilds}
    for (platform, chat), _ in list(app.chats.items()):
        if platform == NAME and chat not in here:
            await gone(app, kept, int(chat))
    for guild in client.guilds:
        unknown = (NAME, str(guild.id)) not in app.chats and not guild.unavailable
        if unknown and not await kept.load(told(guild.id)):
            await added(app, kept, guild)


async def rights_changed(app: App, guild_id: int) -> None:
    """Our rights, role or rank changed, or a channel's: the desk checks again."""
    if (NAME, str(guild_id)) in app.chats:
        await checkup.handle_rights(app, NAME, str(guild_id))


def same_standing(before: discord.Role, after: discord.Role) -> bool:
    """Whether a role still gives the same rights and rank."""
    return before.permissions == after.permissions and before.position == after.position
