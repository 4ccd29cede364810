"""False reports and brigading: reports add up to one case for people to look at, and never to anything done."""

import random

from bot.model import EffectKind, Place
from bot.store import cases, people
from tests.abuse import many
from tests.abuse.conftest import Clock
from tests.abuse.office import CHESS, Office, ref, words

ACTING = {
    EffectKind.REMOVE, EffectKind.TIMEOUT, EffectKind.DELETE, EffectKind.WARN, EffectKind.NOTICE,
    EffectKind.TELL_REMOVED, EffectKind.ASK_SECOND,
}  # fmt: skip
DANGER = "I will kill you tonight"
DULL = "pawn to e4"


async def report_many(office: Office, reporter: str, count: int) -> list[str]:
    """Somebody reports what so many different people said; the answers."""
    return [words(await office.flag(reporter, office.said(f"M{number}", DULL))) for number in range(count)]


async def test_no_number_of_reports_removes_warns_or_silences_anybody(office: Office) -> None:
    luck = random.Random(7)  # noqa: S311 - the same reports at every run, not a secret
    reports = many(120, 10_000)
    messages = [office.said(f"Subject{luck.randrange(12)}", DULL) for _ in range(40)]

    for _ in range(reports):
        await office.flag(
            f"Reporter{luck.randrange(400)}", luck.choice(messages), luck.choice(("", "ban them", "again"))
        )

    kinds = {one.kind for one in await office.effects()}
    print(f"reports={reports} automatic removals={len(kinds & ACTING)}")
    assert EffectKind.CARD in kinds
    assert kinds & ACTING == set()


async def test_a_brigade_makes_one_case_with_one_report_a_person(office: Office) -> None:
    message = office.said("Mallory")

    for _ in range(3):
        for number in range(20):
            await office.flag(f"Brigade{number}", message)
    case = await office.open_case("Mallory")
    async with office.app.store.read() as read:
        found = await cases.reports_of(read, case.id)
        everything = await cases.cases_open(read, case.society_id)

    assert len(found) == 20
    assert [one.id for one in everything] == [case.id]


async def test_who_reports_a_message_twice_is_told_that_it_is_kept(office: Office) -> None:
    message = office.said("Mallory")

    first, again = [words(await office.flag("Alice", message)) for _ in range(2)]

    assert first.startswith("Thank you. Your report is with the committee as P-")
    assert again.startswith("Thank you. You had reported that message already, and your report is kept as P-")


async def test_one_report_too_many_is_refused_in_plain_words_and_leaves_nothing(office: Office) -> None:
    most = office.app.settings.moderation.reports_per_hour

    said = await report_many(office, "Troll", most + 2)
    async with office.app.store.read() as read:
        account = await people.account(read, ref(f"M{most}"))

    assert [one[:9] for one in said[:most]] == ["Thank you"] * most
    assert all("this one was not kept: please report it again after 13:00" in one for one in said[most:])
    assert account is None


async def test_the_limit_is_remembered_by_the_hour_and_by_the_day(office: Office, clock: Clock) -> None:
    settings = office.app.settings.moderation
    hours = settings.reports_per_day // settings.reports_per_hour

    kept = []
    for hour in range(hours + 1):
        said = [
            await office.flag("Troll", office.said(f"M{hour}-{number}", DULL))
            for number in range(settings.reports_per_hour)
        ]
        kept.append(sum(words(one).startswith("Thank you") for one in said))
        clock.later(minutes=61)

    assert kept == [settings.reports_per_hour] * hours + [0]


async def test_a_report_about_danger_is_never_shed(office: Office) -> None:
    most = office.app.settings.moderation.reports_per_hour
    await report_many(office, "Alice", most)

    by_message = await office.flag("Alice", office.said("Mallory", DANGER))
    by_reason = await office.flag("Alice", office.said("Max", DULL), "he says he will follow me home")

    assert words(by_message).startswith("Thank you")
    assert words(by_reason).startswith("Thank you")


async def test_a_report_that_joins_an_open_case_is_taken_beyond_the_limit(office: Office) -> None:
    case = await office.case("Mallory")
    await report_many(office, "Bea", office.app.settings.moderation.reports_per_hour)

    said = await office.flag("Bea", office.said("Mallory", DULL))

    assert case.ref in words(said)


async def test_the_limit_is_each_persons_own(office: Office) -> None:
    await report_many(office, "Troll", office.app.settings.moderation.reports_per_hour + 1)

    said = await office.flag("Alice", office.said("Mallory", DULL, place=Place("discord", CHESS.chat, "111")))

    assert words(said).startswith("Thank you")
