import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Run, Speech, Style
from bot.platforms.discord import write

STYLES = st.sampled_from([Style.PLAIN, Style.BOLD, Style.ITALIC, Style.CODE, Style.QUOTE])
SPEECH = st.builds(Speech, st.lists(st.builds(Run, st.text(min_size=1), STYLES), max_size=6).map(tuple))


def said(*runs: Run) -> str:
    return write.markup(runs)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**bold** _it_ ~~no~~ ||spoiler||", r"\*\*bold\*\* \_it\_ \~\~no\~\~ \|\|spoiler\|\|"),
        ("`code`", r"\`code\`"),
        ("<@123> <#1> <t:1:R>", r"\<@123\> \<#1\> \<t:1:R\>"),
        ("[click](https://example.org)", r"\[click\]\(https://example.org\)"),
        ("# big\n- list\n1. one\n> quote\n-# small", "\\# big\n\\- list\n1\\. one\n\\> quote\n\\-# small"),
        ("back\\slash", "back\\\\slash"),
        ("https://example.org/code_of_conduct_2026", "https://example.org/code_of_conduct_2026"),
        ("see https://example.org/a_b.", "see https://example.org/a_b."),
        ("well-known 3.5 #chess", "well-known 3.5 #chess"),
    ],
)
def test_peoples_words_are_shown_as_they_are(text: str, shown: str) -> None:
    escaped = write.escape(text)

    assert escaped == shown


@given(st.text())
def test_nothing_in_peoples_words_stays_markup(text: str) -> None:
    escaped = write.escape(text)

    outside = re.sub(r"\\[^0-9A-Za-z\s]", "", write.URL.sub("", escaped))
    assert not re.search(r"[*_~`|<>\[\]]", outside)


@given(st.text(alphabet=st.characters(blacklist_characters="\\")))
def test_escaping_can_be_read_back(text: str) -> None:
    escaped = write.escape(text)

    assert write.unescape(escaped) == text


def test_styles_become_discords_markup() -> None:
    text = said(
        Run("Hi "), Run("all", Style.BOLD), Run(" "), Run("now", Style.ITALIC), Run(" "), Run("a`b", Style.CODE)
    )

    assert text == "Hi **all** _now_ `` a`b ``"


def test_neighbours_in_bold_are_one_bold() -> None:
    text = said(Run("Hello ", Style.BOLD), Run("Alice", Style.BOLD))

    assert text == "**Hello Alice**"


def test_bold_stands_close_to_its_words() -> None:
    text = said(Run("a", Style.PLAIN), Run(" b ", Style.BOLD), Run("c"))

    assert text == "a **b** c"


def test_every_line_of_a_quote_is_quoted_and_starts_a_line() -> None:
    text = said(Run("They wrote: "), Run("one\n> two", Style.QUOTE))

    assert text == "They wrote: \n> one\n> \\> two"


@pytest.mark.parametrize(
    ("run", "shown"),
    [
        (Run("the Code", Style.LINK, "https://example.org/c"), "[the Code](<https://example.org/c>)"),
        (Run("https://example.org", Style.LINK, "https://example.org"), "<https://example.org>"),
        (Run("example.org", Style.LINK, "https://evil.example"), "example.org (<https://evil.example>)"),
        (Run("x", Style.LINK, "javascript:alert(1)"), "x \\(javascript:alert\\(1\\)\\)"),
        (Run("a]b", Style.LINK, "https://example.org/>x"), "[a\\]b](<https://example.org/%3Ex>)"),
    ],
)
def test_links_have_no_preview_and_cannot_be_broken_out_of(run: Run, shown: str) -> None:
    text = said(run)

    assert text == shown


def test_code_that_holds_fences_is_shown_as_words() -> None:
    text = said(Run("a``b", Style.CODE))

    assert text == "a\\`\\`b"


def test_nothing_to_say_is_no_message() -> None:
    found = write.contents(Speech((Run(" \n"),)))

    assert found == []


def test_a_long_text_is_split_at_lines() -> None:
    lines = "\n".join(f"line {number} " + "x" * 80 for number in range(60))

    found = write.contents(Speech((Run(lines),)))

    assert len(found) == 3
    assert "\n".join(found) == lines
    assert all(write.length(text) <= write.LIMIT for text in found)


def test_a_style_goes_on_after_a_split() -> None:
    found = write.contents(Speech((Run("word " * 900, Style.BOLD),)))

    assert len(found) == 3
    assert all(text.startswith("**word") and text.endswith("word**") for text in found)


def test_a_word_without_end_is_split_where_it_must() -> None:
    found = write.contents(Speech((Run("x" * 4500),)))

    assert [len(text) for text in found] == [2000, 2000, 500]


@given(SPEECH, st.integers(min_value=40, max_value=200))
def test_no_word_is_lost_and_no_part_is_too_long(speech: Speech, limit: int) -> None:
    found = write.contents(speech, limit)

    kept = re.sub(r"\W|_", "", "".join(found))
    assert kept == re.sub(r"\W|_", "", "".join(run.text for run in speech.runs))
    assert all(0 < write.length(text) <= limit for text in found)
