"""A small, honest Discord on 127.0.0.1 that the real discord.py talks to.

It keeps the state of a Discord (people, servers, channels, messages, commands), speaks REST v10, the gateway and the
CDN, and enforces what Discord enforces with Discord's own statuses and codes. A test drives the people; the program
under test is the bot. Nothing here imports pytest or the program, so benchmarks and tours may use it as well.

A story
```python
async with Discord() as discord:                              # listens on 127.0.0.1, a port of its own
    chess = discord.server("Chess Society", owner=discord.user("Una"))
    general = chess.channel("general")
    bot = discord.application("porter")                       # bot.token, bot.id, bot.user
    await chess.install(bot)                                  # joins with a managed role at the top of the list
    ...                                                       # start the bot with discord.api_url, discord.gateway_url
    await discord.connected(bot)                              # it identified and was told of its servers

    alice = await chess.join(discord.user("Alice"))
    message = await alice.say(general, "hello", files=[File("a.png", b"...")], reply_to=other)
    await alice.edit(message, "hello!")
    await alice.erase(message)
    await alice.forward(message, general)

    answer = await alice.slash(general, "escalate", reason="a threat")
    answer = await alice.menu("Flag to committee", message)
    answer = await alice.press(answer, "Take over")           # a label; or press(message, custom_id="c:7")
    answer = await alice.submit(answer, {"What happened?": "a threat", "Screenshots": [File("s.png", b"...")]})
    assert "sent" in answer.text and alice.inbox[-1].text == "..."
    assert discord.problems == [] and discord.pings == []
```
Acts on a *live* Discord are `async` and return when Discord has done it; building a world (`server`, `channel`, `role`,
`user`, `application`) is plain. Acts by people that Discord would refuse raise `Refusal` (`.status`, `.code`) in the
test; what a client would not even send (a missing option, a text too long for its field) raises ValueError.

Discord
  `Discord(clock=None)`; `async with`, or `await start()` and `await stop()`.
  `api_url` (ends in /api/v10) · `gateway_url` · `cdn_url` · `clock` · `journal` · `faults` · `limits` · `gateway`
  `user(name)` → User · `server(name, owner=user)` → Server · `application(name, intents=…, owner=None)` → Application
  (`intents`: the privileged ones switched on for it; GUILD_MEMBERS and MESSAGE_CONTENT unless told otherwise)
  `await connected(application)`: it has a session and was told of its servers
  `await until(lambda: condition, seconds=5.0)`: the condition is looked at whenever something happened here, without
  polling; `Unmet` after `seconds` of real time · `await quiet(seconds=0.05)`: nothing happened for that long
  `async with discord.down():` every connection is reset and none accepted until the block ends; the port stays
  `pings`: every Ping(`message`, `kind`, `target`) that a bot's message caused in a server (everyone, role, user, reply)
  `problems`: sentences: requests Discord does not document, unknown routes, answers that break its description, misuse
  of the gateway. A test asserts that it is empty. `spec_checked`: is the description at hand?
  `answer_within` (three seconds) · `private_openings` = (how many, timedelta): beyond it, opening one answers 40003

User (`discord.user("Alice")`)
  `id` · `name` · `mention` · `inbox` (what bots wrote to them) · `dms_closed` (settable: 50007; sharing no server with
  the bot: 50278) · `dm(application)` → Channel · `await write(application, text, files=())` → Message
  Every act of a Member below works for a User too, in a private Channel.

Member (`await chess.join(user, pending=False, roles=(), invite=None)`)
  everything of User · `user` · `roles` · `nick` · `pending` · `joined_at` · `timed_out_until` ·
  `present` (false once gone) · `permissions_in(channel)` · `sees(channel)`
  `await say(channel, text="", files=, reply_to=, stickers=, poll=)` → Message; `Blocked` where AutoMod steps in
  `await edit(message, text)` · `erase(message)` · `forward(message, channel)` · `pin(message)` ·
  `remove_file(message, name)`
  `await rename(nick)` · `leave()` · `pass_screening()` · `start_thread(channel, name, text="")` → Channel
  `commands(channel)` → the names offered to this person there (unknown or hidden ones raise `NotOffered`)
  `await slash(channel, name, **options)` · `menu(name, message)` · `member_menu(channel, name, member)`
  `await press(message_or_answer, label=None, custom_id=None)` · `pick(message_or_answer, values, custom_id=None)`
  `await submit(answer, {label: text, list of File, or list of choices})`
  Each of these gives an Answer and takes `patience=5.0` real seconds. What Discord resolves (a person, channel, role or
  file) is given as itself. A sub-command is named after a space: `slash(channel, "roster import", list=File(…))`.

Answer: what the person sees come back; it stays live while the bot edits, follows up or takes back
  `text` (everything readable in the newest thing said) · `message` (that Message, or None) · `said` (all, in order)
  `ephemeral` · `deferred` · `thinking` · `buttons` (labels) · `attachments` · `modal` (Modal or None) ·
  `gone` (taken back)
  `updated` (the pressed message was changed) · `error` ("The application did not respond" and the like, or "")
  `await more(patience=5.0)`: one more follow-up, edit or removal; `Unmet` when none comes
Modal: `title` · `custom_id` · `text` (text displays) · `fields` (label → Field: `kind`, `custom_id`, `required`,
  `value`,
  `description`, `placeholder`, `least`, `most`, `options`)

Message: `id` · `author` · `channel` · `content` · `text` (content, embeds, text displays; not the labels of buttons)
  `embeds` · `components` · `buttons` (Button: `label`, `custom_id`, `url`, `style`, `disabled`) · `button(label)`
  `attachments` · `reply_to` · `forwarded` (Snapshot) · `poll` · `stickers` · `pinned` · `edited_at` · `deleted`
  `ephemeral` · `pinged` (ids) · `flags` · `nonce` · `webhook` · `thread`
Attachment: `filename` · `data` · `content_type` · `description` · `url` (signed afresh, good for a day by the clock)
  · `size`
  and settable: `status` (what the CDN answers: 404, 415, 500 …) · `pretended_size` (bytes the CDN pours out instead)
  · `said_size` (what payloads claim) · `expire()`: every address given so far stops working

Server: `id` · `name` · `owner` · `members` · `roles` · `channels` · `bans` · `invites` · `automod` (all by id or code)
  `audit_log` (AuditEntry: `action`, `by`, `target_id`, `reason`) · `everyone` (Role) · `text(name)` finds a channel
  `member(user)` · `system_channel` (settable: join notices go there) · `mfa_level` · `verification_level`
  `channel(name, kind=ChannelKind.TEXT, overwrites={role or person: (allow, deny)}, parent=None)` → Channel
  `role(name, permissions=, below=None, above=None, mentionable=False)` → Role, just above @everyone unless told
  `await install(application, permissions=MODERATION, below=None)`: a bot joins with a managed role, at the top unless
  told
  `await join(user)` · `uninstall(application)` · and the deeds of the humans who run it (the owner, or `by=member`):
  `give(member, role)` · `take(member, role)` · `kick(member)` · `ban(user, reason="")` · `unban(user)` ·
  `time_out(member, seconds)` · `remove_channel(channel)` · `remove_role(role)` · `permit(role, permissions)` ·
  `purge(messages)`: another bot deletes them in bulk

Channel: `id` · `name` · `kind` · `server` · `parent` · `overwrites` · `messages` (standing now, oldest first) · `pins`
  `visible_to(person)` (with what was said only to them) · `whispers` (everything ephemeral)
  `await webhook_says(name, text)` · `await unfurl(message, title)`: Discord adds a link preview, which is no edit

Application: `id` · `token` · `user` · `commands(server=None)` as registered · `identifies` (how often) ·
  `flagged` (settable: private conversations answer 20026) · `await renew_token()`

journal: `calls(method=None, path=None)` → Call(`method`, `path`, `route`, `query`, `body`, `files`, `reason`, `status`,
  `answer`, `applied`, `at`); `applied(…)`: only those that were done · `events(name=None)` → Event(`name`, `data`,
  `at`)
  `await call(method, path, nth=1)` waits for it. Paths have one `*` for a segment: `"/channels/*/messages"`.
faults, on paths written so, each `times=1` (None: for ever); the first that fits a call is spent on it:
  `answer(method, path, status, body=None, content_type=…)` · `refuse(method, path, refuse(20026))` ·
  `delay(method, path, seconds)` · `reset_before(method, path)`: not done, no answer · `reset_after(method, path)`:
  done, no
  answer · `rate_limit(method, path, retry_after, scope="user", via=True)` · `clear()`
  (aiohttp itself repeats a GET, PUT or DELETE once when a kept-alive connection is cut; POST and PATCH it does not.)
limits: `set(method, path, limit, per)` and `everywhere(limit, per)` are real buckets with Discord's headers; `invalid`
  counts 401, 403 and 429 in ten minutes; at `ban_after` (10,000) the edge bans this address (429 without `Via`).
gateway: `sessions` · `resumes` · `heartbeats` · `await drop(code=1006)` · `ask_to_reconnect()` ·
  `invalidate(resumable=False)` · `forget_sessions()` · `miss(name, times=1)`: never delivered, not even on a resume ·
  `double(name, times=1)` · `hold()` and `release(reverse=False)`

`tests.wire.discord.visitor` holds the real discord.py against it: `async with visiting(world, application) as client`,
and `async with staged() as stage` (`world`, `chess`, `general`, `alice`, `application`, `bot`). Its clients remember
what they heard: `await stage.bot.hears("message")`.
"""

from tests.wire.discord.answers import Answer, Modal
from tests.wire.discord.applications import Application
from tests.wire.discord.channels import Channel
from tests.wire.discord.clock import Clock
from tests.wire.discord.flags import MODERATION, ChannelKind, Intent, Permission
from tests.wire.discord.messages import Attachment, File, Message, Poll, Sticker
from tests.wire.discord.people import Member, User
from tests.wire.discord.refusals import Blocked, NotOffered, Refusal, refuse
from tests.wire.discord.servers import Role, Server
from tests.wire.discord.waiting import Unmet
from tests.wire.discord.world import Discord

__all__ = [
    "MODERATION",
    "Answer",
    "Application",
    "Attachment",
    "Blocked",
    "Channel",
    "ChannelKind",
    "Clock",
    "Discord",
    "File",
    "Intent",
    "Member",
    "Message",
    "Modal",
    "NotOffered",
    "Permission",
    "Poll",
    "Refusal",
    "Role",
    "Server",
    "Sticker",
    "Unmet",
    "User",
    "refuse",
]
