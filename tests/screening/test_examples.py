import pytest

from bot import resources
from bot.model import Level
from bot.screening import Screen, examples, packs
from bot.screening.packs import Example, Rule

from .said import chat, said

RULES = [rule for pack in packs.read([resources.rules()]).packs for rule in pack.rule]
HITS = [pytest.param(rule, example, id=f"{rule.id}-{n}") for rule in RULES for n, example in enumerate(rule.hits)]
MISSES = [pytest.param(rule, example, id=f"{rule.id}-{n}") for rule in RULES for n, example in enumerate(rule.misses)]
CONDUCT = {"sexual_harassment", "discrimination", "abuse", "threat", "bullying"}


@pytest.mark.parametrize(("rule", "example"), HITS)
def test_a_rule_hits_its_own_example(screen: Screen, rule: Rule, example: Example) -> None:
    hits = examples.hits(screen, rule, example)

    assert rule.id in {hit.rule for hit in hits}


@pytest.mark.parametrize(("rule", "example"), MISSES)
def test_a_rule_leaves_alone_what_only_sounds_like_it(screen: Screen, rule: Rule, example: Example) -> None:
    hits = examples.hits(screen, rule, example)

    assert rule.id not in {hit.rule for hit in hits}


@pytest.mark.parametrize("kind", sorted(CONDUCT))
def test_messages_of_each_kind_of_conduct_reach_people(screen: Screen, kind: str) -> None:
    texts = [text for of, text in chat() if of == kind]

    found = [text for text in texts if screen.screen(said(text)).level is not Level.NONE]

    assert len(found) / len(texts) >= 0.9


def test_ordinary_student_talk_reaches_nobody(screen: Screen) -> None:
    texts = [text for kind, text in chat() if kind == "ok"]

    reached = [text for text in texts if screen.screen(said(text)).level is not Level.NONE]

    assert not reached


def test_every_kind_of_conduct_has_rules_whose_reason_is_a_sentence() -> None:
    kinds = {rule.kind.value for rule in RULES}

    assert kinds >= CONDUCT | {"mild", "spam", "raid"}
    assert all(rule.why[0].isupper() and rule.why.endswith(".") for rule in RULES)


def test_swearing_alone_is_named_and_not_flagged(screen: Screen) -> None:
    verdict = screen.screen(said("well that was a shit day, fuck this weather"))

    assert verdict.level is Level.NONE
    assert {hit.kind.value for hit in verdict.hits} == {"mild"}
