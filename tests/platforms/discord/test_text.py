from hypothesis import given
from hypothesis import strategies as st

from bot.model import MarkKind
from bot.platforms.discord.text import readable
from tests.platforms.discord.payloads import Names


def read(content: str, **mentioned: str) -> str:
    return readable(content, Names(), {key[1:]: name for key, name in mentioned.items()}).text


def test_mentions_read_as_the_names_people_see() -> None:
    content = "<@11> and <@!12>, see <#30>, <@&40>"

    text = read(content, _11="Alice")

    assert text == "@Alice and @Bobby, see #general, @Committee"


def test_what_is_not_known_is_said_to_be_unknown() -> None:
    content = "<@99> <#98> <@&97>"

    text = read(content)

    assert text == "@unknown user #unknown channel @unknown role"


def test_custom_emoji_and_commands_read_as_words() -> None:
    content = "<:wave:1> <a:party:2> </flag:3>"

    text = read(content)

    assert text == ":wave: :party: /flag"


def test_marks_count_code_points_not_utf_16() -> None:
    content = "😀😀 <@12> https://example.org/x ||hidden|| `<@12>`"

    found = readable(content, Names(), {})

    assert {(mark.kind, found.text[mark.start : mark.end]) for mark in found.marks} == {
        (MarkKind.MENTION, "@Bobby"),
        (MarkKind.LINK, "https://example.org/x"),
        (MarkKind.SPOILER, "||hidden||"),
        (MarkKind.CODE, "`<@12>`"),
    }


def test_a_mention_knows_whom_it_means() -> None:
    content = "hello <@12>"

    mark = readable(content, Names(), {}).marks[0]

    assert mark.target == "12"


def test_an_address_behind_words_is_not_lost() -> None:
    content = "[free tickets](https://example.org/prize) now"

    found = readable(content, Names(), {})

    assert found.text == "free tickets now"
    assert found.links == ("https://example.org/prize",)
    assert found.marks[0].target == "https://example.org/prize"


def test_a_mention_in_code_is_code() -> None:
    content = "```<@12>```"

    found = readable(content, Names(), {})

    assert found.text == content
    assert [mark.kind for mark in found.marks] == [MarkKind.CODE]


@given(st.text(alphabet="ab <@!&#:0123>[](`|)https:/.😀\n"))
def test_marks_always_lie_inside_the_text(content: str) -> None:
    found = readable(content, Names(), {})

    assert all(0 <= mark.start < mark.end <= len(found.text) for mark in found.marks)
