"""A loopback Telegram Bot API that the real python-telegram-bot talks to: small, honest about what Telegram would do.

It keeps a world (people, bots, chats, messages, files), serves the Bot API on 127.0.0.1, refuses in Telegram's own
words, and is driven from the people's side. Nothing here imports a test runner: the tour and the benchmarks use it too.

```python
async with Telegram() as telegram:  # Telegram(clock=Clock(1_700_000_000)) stands still until clock.advance(hours=48)
    bot = telegram.bot("porter_bot")  # .token .id .username .commands .link("x") .revoke() .restore(); privacy=False
    una, alice = telegram.user("Una"), telegram.user("Alice", last_name="Lid", username="alice", language="en")
    chess = telegram.supergroup("Chess Society", creator=una)  # or group, channel; forum=True, username="chess"
    chess.promote(bot, can_delete_messages=True, can_restrict_members=True)  # added first when they are not in
    chess.add(alice)                                        # added by the creator, or by=...
    Bot(bot.token, base_url=telegram.api_url + "/bot", base_file_url=telegram.api_url + "/file/bot")
```

What people do (`Person`). `ImpossibleError` is raised where their own Telegram would not let them:
```python
    message = await alice.say(chess, "hello", photo=picture(), reply_to=other, quote="part", topic=topic)
    await alice.say(chess, document=File("a.pdf", b"..."))  # the text is the caption of a photo or document
    await alice.say(chess, poll=Poll("Who?", ["me", "you"]))
    await alice.say(chess, rich=["a paragraph"])            # a rich_message; more={"contact": {...}} adds raw fields
    await alice.say(chess, "hi", via=channel)               # in a channel's name; anonymous administrators just say
    album = await alice.album(chess, [picture(), picture()], caption="two")  # messages with one media_group_id
    await alice.edit(message, "hello!"); await alice.erase(message); await alice.react(message, "👍")
    await alice.forward(message, to=chess)                  # to a chat or to a bot
    await alice.start(bot, "verify_abc")                    # t.me/...?start=verify_abc
    await alice.writes(bot, "1234567")                      # privately; takes everything that say takes
    toast = await alice.press(message, "Acknowledge")       # by label, or data=...; a Toast(text, alert, url)
    knock = await alice.asks_to_join(chess, link, query=True)  # .state pending/approved/declined/withdrawn
    await alice.withdraw(knock)  #   .query_id .result .decided_by; query: to be answered in 10 s
    await alice.follow(link)  # any t.me link: joins (Chat), knocks (JoinRequest), starts a bot
    await alice.leave(chess); alice.block(bot); alice.unblock(bot); alice.deactivate()
    alice.inbox  # what bots wrote privately and did not delete, oldest first
    await alice.hears("part of a text")  # the newest such message there, waited for; also chess.hears
    alice.commands(bot, chess)                              # the commands a bot shows them there (or privately)
```

Chats (`Chat`): what is there, and what people in charge do (`by=` a person or bot; the creator unless said):
```python
    chess.messages, chess.said, chess.members, chess.pinned, chess.banned, chess.links, chess.knocks, chess.topics
    chess.visible_to(alice)                                 # the messages they can see
    chess.standing(alice)  # Standing: .status .rights .permissions .until .is_member .anonymous .present .may(right)
    chess.add(x); chess.promote(x, *named, **rights); chess.demote(x); chess.kick(x); chess.ban(x, until=0)
    chess.unban(x); chess.restrict(x, until=0, can_send_messages=True); chess.allow("can_send_messages")
    chess.pin(message); chess.topic("Openings"); chess.link(creates_join_request=True); chess.approve(x)
    chess.decline(x)
    chess.join_by_request, chess.protected = True, True; chess.guard = bot  # the guard gets the queries of requests
    new = group.upgrade()  # basic group to supergroup: the old id answers with migrate_to_chat_id
    await news.post("text"); news.discuss_in(chess)         # channels; posts arrive in the linked group from 777000
```

A `Message` reads as a person sees it: .text .caption .words (either) .entities (offsets in UTF-16) .styled (kind,
piece) .buttons (rows of Button(text, data, url)) .labels .picture .document .file .poll .reply_to .quote .topic .album
.origin .author (who really wrote it) .sender .sender_chat .edited_at .deleted .reactions .service .content (raw).

Waiting is for things, never for time (limit= only says when to give up with `UnheardError`, 10 s unless said):
```python
    await telegram.until(lambda: chess.standing(alice).status == "member")
    call = await telegram.called("deleteMessage", times=1)  # the last of the calls that were applied
    await telegram.settled()  # all updates confirmed, no call in flight (a confirmed update may still be handled!)
```

What happened: `telegram.journal.calls` (Call: .at .robot .method .args .files .answer .applied .refused),
`.applied("sendMessage")`, `.refused("sendMessage")`, `.polls`, `.deliveries` (.update_id .kind .payload .queued .sent
.confirmed). `telegram.problems` lists what broke the published description, in both directions, or is not
modelled here; tests assert that it is empty.

What goes wrong: each takes a method name, "*" (all but getUpdates) or "download", and times= (None: until cleared):
```python
    faults = telegram.faults
    faults.answer("sendMessage", status=502, body="<html>")  # not applied; applied=True: applied, then this
    faults.refuse("sendMessage", 403, "Forbidden: bot was blocked by the user")
    faults.flood("sendMessage", retry_after=3)
    faults.cut("sendMessage"); faults.delay("getMe", seconds=0.2); faults.silence("sendMessage")  # applied
    faults.reset_before("sendMessage"); faults.reset_after("sendMessage")  # connection reset: not applied, applied
    await telegram.go_down(); await telegram.come_back()    # connections are reset and new ones refused
    telegram.push(bot, {"message": {...}}); telegram.push_raw(bot, b'{"update_id": 7, "mess')  # anything, unchecked
    bot.updates.lose(1); bot.updates.repeat(1)              # the next ones
    bot.updates.renumber(7)  # the next id, as after a quiet week
    bot.updates.hold(); bot.updates.release(reverse=True)   # kept back, then sent in the wrong order
    telegram.limits.enforce()  # 30 a second, 1 a second per chat, 20 a minute per group; off until then
```

`tests.wire.telegram.client` has a `client(telegram, bot)` (a python-telegram-bot Bot) and a ready `society()` to try.

Where it differs from Telegram, knowingly: webhooks may be plain http on any port and get one update at a time; the
largest size of a picture is the bytes as sent; polling again and again with a short timeout is not slowed down; parse
modes, reply keyboards, inline mode, payments, stories and business accounts are not modelled (using them is a problem).
"""

from tests.wire.telegram.callbacks import Toast
from tests.wire.telegram.chat import Chat
from tests.wire.telegram.clock import Clock
from tests.wire.telegram.content import Button, File, Poll, picture
from tests.wire.telegram.errors import ImpossibleError, UnheardError
from tests.wire.telegram.joining import InviteLink, JoinRequest
from tests.wire.telegram.message import Message
from tests.wire.telegram.person import Person
from tests.wire.telegram.robot import Robot
from tests.wire.telegram.standing import Standing
from tests.wire.telegram.telegram import Telegram

__all__ = [
    "Button",
    "Chat",
    "Clock",
    "File",
    "ImpossibleError",
    "InviteLink",
    "JoinRequest",
    "Message",
    "Person",
    "Poll",
    "Robot",
    "Standing",
    "Telegram",
    "Toast",
    "UnheardError",
    "picture",
]
