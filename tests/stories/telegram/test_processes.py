"""Two processes of Porter share one PostgreSQL and one token: one polls, the other takes over when it is killed."""

from tests.postgres import on_postgres
from tests.processes import Processes
from tests.stories.house import environment
from tests.stories.telegram.club import NOTICE, UNKIND, Club


@on_postgres
async def test_who_stands_by_takes_over_with_what_was_said_meanwhile(empty: Club) -> None:
    club = empty
    await club.bind()
    processes = Processes(club.folder, environment(club.folder, club.mailbox) | club.environ)
    first = await processes.start("all")
    message = await club.mallory.say(club.chess, UNKIND)
    second = await processes.start("all", "app.standing_by")
    polls = len(club.telegram.journal.polls)
    await first.kill()
    await club.alice.say(club.chess, "/flag", reply_to=message)
    await second.says("app.listening")
    card = await club.committee.hears("P-")
    await club.mona.press(card, NOTICE)
    await club.chess.hears("tolerated")
    await processes.close()

    assert polls
    assert len(club.telegram.journal.polls) > polls
    assert len(club.words_of_porter(club.chess)) == 1
