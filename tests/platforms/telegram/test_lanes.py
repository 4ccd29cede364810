"""Which updates keep their order."""

from typing import Any

import pytest

from bot.platforms.telegram.lanes import lane_of

GROUP = {"id": -100, "type": "supergroup"}
ALICE = {"id": 7}
PRIVATE = {"id": 7, "type": "private"}


@pytest.mark.parametrize(
    ("update", "lane"),
    [
        ({"message": {"chat": GROUP, "from": ALICE}}, "-100"),
        ({"edited_message": {"chat": GROUP, "from": ALICE}}, "-100"),
        ({"my_chat_member": {"chat": GROUP, "from": ALICE}}, "-100"),
        ({"message": {"chat": PRIVATE, "from": ALICE}}, "7"),
        ({"callback_query": {"from": ALICE, "message": {"chat": PRIVATE}}}, "7"),
        ({"callback_query": {"from": ALICE, "message": {"chat": GROUP}}}, "press:7"),
        ({"callback_query": {"from": ALICE}}, "press:7"),
        ({"chat_join_request": {"chat": GROUP, "from": ALICE}}, "-100:7"),
        ({"chat_member": {"chat": GROUP, "from": {"id": 9}, "new_chat_member": {"user": ALICE}}}, "-100:7"),
        ({"something_new": {"id": "x"}}, "other"),
        ({"message": "not even an object"}, "other"),
    ],
)
def test_what_is_said_in_a_chat_keeps_its_order_and_a_press_does_not_wait_for_it(
    update: dict[str, Any], lane: str
) -> None:
    assert lane_of({"update_id": 1} | update) == lane
