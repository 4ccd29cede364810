from typing import Any

from discord import ApplicationFlags, Permissions

from bot.platforms.discord import server
from bot.platforms.discord.server import HISTORY, SEND, VIEW, Server

ALL = Permissions.all().value & ~Permissions(administrator=True).value


def role(number: int, position: int, permissions: int = 0, **more: Any) -> dict[str, Any]:
    return {"id": str(number), "name": f"r{number}", "position": position, "permissions": str(permissions)} | more


def channel(number: int, **overwrites: tuple[int, int]) -> dict[str, Any]:
    rows = [
        {"id": target[1:], "type": 0, "allow": str(allow), "deny": str(deny)}
        for target, (allow, deny) in overwrites.items()
    ]
    return {"id": str(number), "name": f"c{number}", "type": 0, "permission_overwrites": rows}


def world(*channels: dict[str, Any], everyone: int = 0, roles: tuple[dict[str, Any], ...] = (), **more: Any) -> Server:
    guild = {"id": "1", "owner_id": "9", "roles": [role(1, 0, everyone), role(2, 1, VIEW), role(3, 5, ALL), *roles]}
    me = {"user": {"id": "50", "username": "porter"}, "roles": ["3"]}
    return Server(guild, channels, me, **more)


WELCOME = channel(20, _1=(VIEW | HISTORY, SEND), _3=(VIEW | SEND, 0))


def test_closed_means_that_everybody_sees_the_welcome_channel_only() -> None:
    found = world(WELCOME, channel(21))

    assert server.is_closed(found, "20", "2")


def test_a_channel_open_by_itself_or_by_the_server_is_not_closed() -> None:
    by_itself = world(WELCOME, channel(21, _1=(VIEW, 0)))
    by_server = world(WELCOME, everyone=VIEW)

    assert not server.is_closed(by_itself, "20", "2")
    assert not server.is_closed(by_server, "20", "2")
    assert [one["id"] for one in server.open_channels(by_itself, "20")] == ["21"]


def test_a_member_role_that_sees_nothing_does_not_count_as_closed() -> None:
    found = world(WELCOME, roles=(role(4, 1),))

    assert not server.is_closed(found, "20", "4")


def test_a_welcome_channel_is_read_by_all_and_written_by_us() -> None:
    found = world(WELCOME, channel(21, _1=(VIEW | HISTORY, 0)))

    assert [server.is_welcome(found, one) for one in ("20", "21", "404")] == [True, False, False]


def test_a_committees_channel_is_closed_to_everybody_but_open_to_us() -> None:
    found = world(channel(22, _1=(0, VIEW), _3=(VIEW | SEND, 0)), channel(23, _1=(0, VIEW)))

    assert [server.is_committees(found, one) for one in ("22", "23")] == [True, False]


def test_whether_the_committee_was_let_in_is_seen() -> None:
    without = world(channel(22, _1=(0, VIEW), _3=(VIEW, 0)))
    with_them = world(channel(22, _1=(0, VIEW), _3=(VIEW, 0), _7=(VIEW, 0)))

    assert not server.committee_is_let_in(without, "22")
    assert server.committee_is_let_in(with_them, "22")


def test_rights_that_only_everybody_gives_us_are_lacking() -> None:
    found = world(everyone=VIEW)
    found.guild["roles"][2]["permissions"] = str(ALL & ~VIEW)

    assert server.lacking(found) == ["View Channels"]


def test_a_member_role_above_ours_is_seen() -> None:
    found = world(roles=(role(8, 6),))

    assert [server.outranks(found, one) for one in ("2", "8")] == [True, False]


def test_other_roles_that_open_the_channels_are_named_but_bots_are_not() -> None:
    found = world(roles=(role(6, 2, VIEW), role(7, 2), role(8, 2, VIEW, managed=True), role(10, 2, 8)))

    assert server.roles_that_see(found, "2") == ["r3", "r6", "r10"]


def test_onboarding_that_gives_the_member_role_away_is_seen() -> None:
    prompts = [{"options": [{"role_ids": ["2"]}]}]

    on = world(onboarding={"enabled": True, "prompts": prompts})
    off = world(onboarding={"enabled": False, "prompts": prompts})

    assert server.onboarding_gives(on, "2")
    assert not server.onboarding_gives(off, "2")
    assert not server.onboarding_gives(on, "6")


def test_both_intents_must_be_on_limited_or_not() -> None:
    both = ApplicationFlags(gateway_guild_members_limited=True, gateway_message_content=True).value
    one = ApplicationFlags(gateway_guild_members=True).value

    assert server.intents_are_on(world(flags=both))
    assert not server.intents_are_on(world(flags=one))
