from typing import Any

import pytest
from discord import Permissions

from bot.platforms.discord import rights

VIEW = Permissions(view_channel=True).value
SEND = Permissions(send_messages=True).value


def role(number: int, position: int, **given: bool) -> dict[str, Any]:
    return {
        "id": str(number),
        "position": position,
        "permissions": str(Permissions(**given).value),
        "name": f"r{number}",
    }


def member(number: int, *roles: int, name: str = "Mallory") -> dict[str, Any]:
    return {"user": {"id": str(number), "username": name}, "roles": [str(one) for one in roles]}


GUILD = {
    "id": "1",
    "owner_id": "90",
    "roles": [
        role(1, 0, view_channel=True),
        role(2, 1),
        role(3, 2, moderate_members=True, kick_members=True),
        role(4, 2),
        role(5, 3),
        role(6, 1, administrator=True),
    ],
}
PORTER = member(50, 3, name="Porter")


def test_a_member_below_us_can_be_timed_out_and_removed() -> None:
    mallory = member(60, 2)

    bars = rights.timeout_bar(GUILD, mallory, PORTER), rights.kick_bar(GUILD, mallory, PORTER)

    assert bars == ("", "")


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (member(90, 2), "owns this server"),
        (member(60, 5), "a role as high as Porter's or higher"),
        (member(60, 3), "a role as high as Porter's or higher"),
        (member(60, 6), "is an administrator"),
    ],
)
def test_owners_administrators_and_higher_roles_are_refused_before_trying(who: dict[str, Any], words: str) -> None:
    bar = rights.timeout_bar(GUILD, who, PORTER)

    assert words in bar
    assert bar.startswith("Mallory")


def test_an_administrator_with_a_low_role_can_still_be_removed() -> None:
    bar = rights.kick_bar(GUILD, member(60, 6), PORTER)

    assert bar == ""


def test_of_two_roles_in_one_position_the_older_is_higher() -> None:
    bar = rights.kick_bar(GUILD, member(60, 4), PORTER)

    assert bar == ""


def test_without_the_right_porter_says_which_it_lacks() -> None:
    bar = rights.timeout_bar(GUILD, member(60, 2), member(50, 5))

    assert "“Timeout Members”" in bar


def test_channel_rights_follow_everyone_then_roles_then_the_member() -> None:
    overwrites = [
        {"id": "1", "type": 0, "allow": "0", "deny": str(VIEW)},
        {"id": "2", "type": 0, "allow": str(VIEW | SEND), "deny": "0"},
        {"id": "60", "type": 1, "allow": "0", "deny": str(SEND)},
    ]

    found = rights.channel_rights(GUILD, member(60, 2), overwrites)

    assert (found.view_channel, found.send_messages) == (True, False)


def test_owners_and_administrators_pass_every_overwrite() -> None:
    overwrites = [{"id": "1", "type": 0, "allow": "0", "deny": str(VIEW)}]

    found = [rights.channel_rights(GUILD, who, overwrites).view_channel for who in (member(90), member(60, 6))]

    assert found == [True, True]


def test_what_is_lacking_is_named_as_in_discords_settings() -> None:
    granted = Permissions.all()
    granted.update(manage_messages=False, pin_messages=False)

    assert rights.missing(granted) == ["Manage Messages", "Pin Messages"]
