"""Whatever people write, in whichever field: nobody is mentioned, nothing is markup, nothing Porter says is refused."""

from bot.model import EffectState
from bot.store import effects
from tests.abuse.nasty import aimed
from tests.stories.telegram.club import DELETE, NOTICE, UNION, WORD, Club

MENTIONS = {"mention", "text_mention"}


async def test_no_text_in_any_field_mentions_anybody_or_keeps_porter_from_speaking(club: Club) -> None:
    mallory = club.telegram.user(aimed(1)[0][:60], last_name=aimed(1)[1][:60], username="mallory_x")
    club.chess.add(mallory)
    for text in aimed(club.mona.id):
        message = await club.says(mallory, club.chess, text.encode("utf-8", "replace").decode().replace("\x00", ""))
        await club.alice.say(club.chess, "/flag " + text.encode("utf-8", "replace").decode()[:300], reply_to=message)
        await club.settled()
    card = await club.committee.hears("wrote")
    for label in (NOTICE, WORD, DELETE, UNION):
        await club.press(club.mona, card, label)

    calls = club.telegram.journal.calls
    async with club.house.app.store.read() as read:
        found = await effects.listed(read, list(EffectState), 10_000)
    refused = [one for one in found if one.state not in (EffectState.DONE, EffectState.READY)]
    said = [one for chat in (club.chess, club.committee) for one in chat.messages if one.sender == club.porter.account]
    marked = {str(entity["type"]) for one in said for entity in one.entities}
    assert said
    assert [call for call in calls if "parse_mode" in call.args] == []
    assert marked & MENTIONS == set()
    assert [one for one in refused if "not opened a chat" not in one.error] == []
