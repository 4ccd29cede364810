"""The check against Discord's published description: it finds what it should, and leaves alone what it should."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.wire.discord import Discord, spec
from tests.wire.discord.journal import Call
from tests.wire.discord.schema import Schemas
from tests.wire.discord.visitor import discord, staged

needs_description = pytest.mark.skipif(spec.load() is None, reason=f"needs {spec.NAME}; see API_DESCRIPTIONS")

PET = {
    "type": "object",
    "properties": {"type": {"const": 1}, "name": {"type": "string", "minLength": 2}, "friend": {"$ref": "#/pet"}},
    "required": ["name"],
}
STONE = {"type": "object", "properties": {"type": {"const": 2}, "weight": {"type": ["integer", "null"]}}}
DOCUMENT: dict[str, Any] = {"pet": PET, "stone": STONE, "thing": {"oneOf": [{"$ref": "#/pet"}, {"$ref": "#/stone"}]}}


def call(method: str, route: str, body: Any = None, **query: str) -> Call:
    asked = Call(method, route, query, body, (), "", datetime.now(UTC))
    asked.route = route
    return asked


@pytest.mark.parametrize(
    ("schema", "value", "problems"),
    [
        ("pet", {"name": "Rex"}, []),
        ("pet", {"name": "Rex", "friend": {"name": "Tom"}}, []),
        ("pet", {"name": "Rex", "friend": {"name": "T"}}, ["x.friend.name: breaks minLength 2 (T)"]),
        ("pet", {}, ["x: lacks name ({})"]),
        ("pet", {"name": 3}, ["x.name: is not string (3)"]),
        ("pet", {"name": "Rex", "tail": 1}, ["x.tail: undocumented"]),
        ("stone", {"weight": True}, ["x.weight: is not ['integer', 'null'] (True)"]),
        ("stone", {"weight": None}, []),
        ("thing", {"type": 2, "weight": 3}, []),
        ("thing", {"type": 2, "weight": "3"}, ["x.weight: is not ['integer', 'null'] (3)"]),
        ("thing", {"type": 1, "name": "Rex", "weight": 3}, ["x.weight: undocumented"]),
    ],
)
def test_a_schema_says_where_and_why_a_value_does_not_fit(schema: str, value: Any, problems: list[str]) -> None:
    assert Schemas(DOCUMENT).check({"$ref": f"#/{schema}"}, value, "x") == problems


@needs_description
@pytest.mark.parametrize(
    ("body", "part"),
    [
        ({"content": "x", "colour": "red"}, "body.colour: undocumented"),
        ({"content": "x" * 4001}, "body.content: breaks maxLength 4000"),
        ({"content": "x", "embeds": [{"title": 3}]}, "body.embeds[0].title"),
        ({"content": "x", "nonce": "x" * 26}, "body.nonce"),
    ],
)
def test_a_request_that_discord_does_not_document_is_found(body: dict[str, Any], part: str) -> None:
    description = spec.load()
    assert description is not None

    found = description.problems_of_request(call("POST", "/channels/{channel_id}/messages", body))

    assert len(found) == 1
    assert part in found[0]


@needs_description
def test_an_unknown_query_and_an_unknown_operation_are_found() -> None:
    description = spec.load()
    assert description is not None

    query = description.problems_of_request(call("GET", "/guilds/{guild_id}", with_cats="1"))
    operation = description.problems_of_request(call("GET", "/guilds/{guild_id}/cats"))

    assert query == ["GET /guilds/{guild_id}: query with_cats: undocumented"]
    assert operation == ["GET /guilds/{guild_id}/cats: no such operation is documented"]


@needs_description
def test_an_answer_of_ours_that_lacks_something_is_found() -> None:
    description = spec.load()
    assert description is not None
    asked = call("GET", "/gateway/bot")
    asked.status, asked.answer = 200, {"url": "wss://example.org/", "shards": 1}

    found = description.problems_of_answer(asked)

    assert len(found) == 1
    assert "answer: lacks session_start_limit" in found[0]


@needs_description
async def test_a_problem_of_a_live_call_is_remembered() -> None:
    async with staged() as stage:
        route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=stage.general.id)

        await stage.bot.http.request(route, json={"content": "x", "colour": "red"})

        assert stage.world.spec_checked
        assert stage.world.problems == ["POST /channels/{channel_id}/messages: body.colour: undocumented"]


@needs_description
def test_it_agrees_with_a_library_that_reads_all_of_json_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    description, document = spec.load(), spec.document()
    assert description is not None
    assert document is not None
    good = {"id": "1", "type": 0, "allow": "0", "deny": "0"}
    samples = [good, {**good, "type": 9}, {**good, "id": 1}, {"id": "1"}, [], None]

    ours = [not description.problems_of("ChannelPermissionOverwriteResponse", each) for each in samples]

    whole = {"$ref": "#/components/schemas/ChannelPermissionOverwriteResponse", "components": document["components"]}
    theirs = [jsonschema.Draft202012Validator(whole).is_valid(each) for each in samples]
    assert ours == theirs == [True, False, False, False, False, False]


async def test_a_world_is_served_from_one_port_of_this_machine() -> None:
    async with Discord() as world:
        addresses = {world.api_url, world.gateway_url, world.cdn_url}

        assert all(f"127.0.0.1:{world.port}" in each for each in addresses)
