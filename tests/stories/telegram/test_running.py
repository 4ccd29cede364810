"""`porter run` as a program of its own: what it does when its token is taken away, and when it is told to stop."""

from tests.processes import Process, alone
from tests.stories.telegram.club import UNKIND, Club
from tests.wire.telegram import Message

LIMIT = 120.0  # seconds of the wall: a whole program has to start


def settings(club: Club) -> dict[str, str]:
    """How the program finds this Telegram."""
    return {"PORTER_TELEGRAM__TOKEN": club.porter.token, "PORTER_TELEGRAM__API_URL": club.telegram.api_url}


async def reported(club: Club) -> Message:
    """What Mallory wrote is on a card that the running program posted."""
    message = await club.mallory.say(club.chess, UNKIND)
    await club.alice.say(club.chess, "/flag", reply_to=message)
    return await club.committee.hears(UNKIND, limit=LIMIT)


async def revoked(club: Club, porter: Process) -> int:
    """The token is taken away while the program runs; its exit code."""
    await reported(club)
    club.porter.revoke()
    return await porter.ended()


async def test_a_revoked_token_ends_the_program_with_a_sentence_and_loses_nothing(empty: Club) -> None:
    await empty.bind()
    await empty.close()

    async with alone(empty.folder, settings(empty)) as porter:
        code = await revoked(empty, porter)
    empty.porter.restore()
    await empty.mallory.say(empty.chess, "I know where you live")
    await empty.build()
    await empty.work()
    await empty.settled()

    assert code == 1
    assert porter.printed.splitlines()[-1] == (
        "Telegram no longer accepts Porter's token. Put a new one into the configuration. "
        "Then start Porter again: nothing is lost, and what waits is done then."
    )
    assert "Traceback" not in porter.printed
    assert empty.porter.token not in porter.printed
    assert "I know where you live" in empty.card.text
    assert "reports: 2" in empty.card.text


async def test_told_to_stop_the_program_ends_in_order(empty: Club) -> None:
    await empty.bind()
    await empty.close()

    async with alone(empty.folder, settings(empty)) as porter:
        await reported(empty)
        code = await porter.end()

    assert code == 0
    assert '"app.stopped"' in porter.printed
    assert "Traceback" not in porter.printed
