"""`porter run` as a program of its own: what it does when its token is taken away while it runs."""

from tests.processes import alone
from tests.stories.discord.lodge import Lodge

LIMIT = 120.0  # seconds of the wall: a whole program has to start


async def test_a_revoked_token_ends_the_program_with_a_sentence_and_loses_nothing(empty: Lodge) -> None:
    await empty.bind()
    await empty.close()
    world, token = empty.world, empty.bot.token
    settings = {"TOKEN": token, "API_URL": world.api_url, "GATEWAY_URL": world.gateway_url}

    async with alone(empty.folder, {f"PORTER_DISCORD__{name}": value for name, value in settings.items()}) as porter:
        await world.until(lambda: "Flag to committee" in empty.alice.commands(empty.general), seconds=LIMIT)
        message = await empty.mallory.say(empty.general, "you play like a clown")
        await empty.alice.menu("Flag to committee", message)
        await world.until(lambda: empty.committee.messages, seconds=LIMIT)
        await empty.bot.renew_token()
        code = await porter.ended()
    await empty.mallory.say(empty.general, "I know where you live")
    await empty.begin_again()
    await world.until(lambda: "reports: 2" in empty.card.text, what="the report of what was said meanwhile")

    assert code == 1
    assert porter.printed.splitlines()[-1] == (
        "Discord no longer accepts the token. Put a new one into the configuration. "
        "Then start Porter again: nothing is lost, and what waits is done then."
    )
    assert "Traceback" not in porter.printed
    assert token not in porter.printed
    assert "I know where you live" in empty.card.text
