"""Whatever people write, in whichever field: nobody is pinged, and nothing Porter has to say is refused by Discord."""

from collections.abc import Iterator
from typing import Any

from bot.model import EffectState
from bot.store import effects
from tests.abuse.nasty import aimed
from tests.stories.discord.lodge import Lodge
from tests.wire.discord import Permission

SPEAKING = ("/channels/*/messages", "/channels/*/messages/*", "/interactions/*/*/callback", "/webhooks/*/*")


def spoken(lodge: Lodge) -> Iterator[dict[str, Any]]:
    """Every message that Porter sent or changed, as it was handed over."""
    for path in SPEAKING:
        for call in [*lodge.world.journal.calls("POST", path), *lodge.world.journal.calls("PATCH", path)]:
            body = (call.body or {}).get("data", call.body) or {}
            if "content" in body:
                yield body


async def stuck(lodge: Lodge) -> list[str]:
    """Effects that did not come true."""
    async with lodge.house.app.store.read() as read:
        found = await effects.listed(read, list(EffectState), 10_000)
    return [
        f"{one.kind}: {one.state} {one.error}"
        for one in found
        if one.state not in (EffectState.DONE, EffectState.READY)
    ]


async def test_no_text_in_any_field_pings_anybody_or_keeps_porter_from_speaking(empty: Lodge) -> None:
    lodge = empty
    pinging = lodge.chess.role("Committee pings", Permission.MENTION_EVERYONE, mentionable=True)
    await lodge.chess.give(lodge.chess.member(lodge.bot.user), pinging)  # so that nothing but Porter's care forbids it
    texts = aimed(lodge.mona.id, pinging.id)
    lodge.chess.name = texts[0][:90]
    await lodge.bind()
    await lodge.work()
    for text in texts:
        await lodge.mallory.rename(text[:32].replace("\n", " ") or None)
        message = await lodge.mallory.say(lodge.general, text.replace("\x00", "")[:2000])
        await lodge.settled()
        await lodge.alice.slash(lodge.general, "ask-union", question=text[:1500])
        await lodge.alice.menu("Flag to committee", message)
        await lodge.carded()
    for label in ("1 · Public notice", "2 · Private word", "3 · Delete", "Timeout", "4 · Report to the Union"):
        await lodge.mona.press(lodge.card, label)
        await lodge.settled()
    await lodge.mona.slash(lodge.committee, "history", case=lodge.reference)

    said = list(spoken(lodge))
    assert len(said) > 20
    assert [one for one in said if one.get("allowed_mentions", {}).get("parse") != []] == []
    assert await stuck(lodge) == []
    reasons = {one.reason for one in lodge.chess.audit_log if one.by == lodge.bot.user}
    assert reasons <= {"", lodge.reference}
