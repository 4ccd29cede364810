"""Methods about getting updates: polling, and webhooks."""

from typing import Any

from tests.wire.telegram.call import Call
from tests.wire.telegram.errors import JSON, RefusedError
from tests.wire.telegram.webhook import Webhook, check_webhook
from tests.wire.telegram.world import World

USE_DELETE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


async def get_updates(world: World, call: Call) -> Any:
    """getUpdates: the bodies as they were queued, unparsable ones too."""
    robot, limit = call.robot, min(max(call.integer("limit", 100), 1), 100)
    if robot.webhook is not None:
        raise RefusedError(409, USE_DELETE)
    if call.get("allowed_updates") is not None:
        robot.updates.allow(call.sequence("allowed_updates"))
    try:
        return await robot.updates.poll(call.integer("offset"), limit, float(call.integer("timeout")))
    except RefusedError as ended:
        raise (RefusedError(401, "") if robot.revoked else ended) from None


async def set_webhook(world: World, call: Call) -> bool:
    """setWebhook; an empty url deletes it. A poll that is open ends with 409."""
    url, secret = call.text("url"), call.text("secret_token")
    drop = call.flag("drop_pending_updates")
    if call.get("certificate") is not None or "certificate" in call.files:
        call.notes.append("setWebhook: certificates are not modelled here")
    check_webhook(url, secret)
    if call.get("allowed_updates") is not None:
        call.robot.updates.allow(call.sequence("allowed_updates"))
    await _remove(call, drop=drop)
    if url:
        call.robot.updates.end_poll("terminated by setWebhook request")
        call.robot.webhook = Webhook(world, call.robot, url, secret)
        call.robot.webhook.start()
    return True


async def delete_webhook(world: World, call: Call) -> bool:
    """deleteWebhook."""
    await _remove(call, drop=call.flag("drop_pending_updates"))
    return True


async def _remove(call: Call, *, drop: bool) -> None:
    if drop:
        call.robot.updates.drop()
    if call.robot.webhook is not None:
        await call.robot.webhook.stop()
        call.robot.webhook = None


def webhook_info(world: World, call: Call) -> JSON:
    """getWebhookInfo."""
    robot, hook = call.robot, call.robot.webhook
    info: JSON = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(robot.updates.due()),
    }
    info |= {"allowed_updates": list(robot.updates.allowed)} if robot.updates.allowed else {}
    return info | (hook.last_error() if hook else {})
