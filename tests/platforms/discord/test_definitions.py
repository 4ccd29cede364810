from bot.model import Role
from bot.platforms.discord.definitions import definitions, digest
from bot.ports import CommandSpec

FLAG = CommandSpec(
    "flag",
    "Tell the committee about a message",
    (("why", "What is wrong", False), ("link", "Which", True)),
    "Flag to committee",
)
CASE = CommandSpec("case", "Show a case " + "x" * 120, (), roles=frozenset({Role.OFFICER}), in_private=True)


def test_a_command_with_a_menu_is_registered_twice() -> None:
    slash, menu = definitions([FLAG])

    assert (slash["type"], slash["name"], slash["contexts"]) == (1, "flag", [0])
    assert (menu["type"], menu["name"], menu["contexts"]) == (3, "Flag to committee", [0])
    assert "options" not in menu


def test_required_options_come_first_as_discord_demands() -> None:
    slash, _ = definitions([FLAG])

    assert [(one["name"], one["required"]) for one in slash["options"]] == [("link", True), ("why", False)]


def test_staff_commands_hint_who_may_see_them_and_work_in_private() -> None:
    (slash,) = definitions([CASE])

    assert slash["default_member_permissions"] == "8192"
    assert slash["contexts"] == [0, 1]
    assert len(slash["description"]) == 100


def test_the_same_commands_have_the_same_digest_and_others_another() -> None:
    same = digest(definitions([FLAG]), 1) == digest(definitions([FLAG]), 1)
    other = {digest(definitions([FLAG]), 1), digest(definitions([CASE]), 1), digest(definitions([FLAG]), 2)}

    assert same
    assert len(other) == 3
