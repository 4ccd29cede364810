"""The Bot API methods that are modelled, each a function of the world and the call.
What is not here answers 404 and is a problem."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from tests.wire.telegram.call import Call
from tests.wire.telegram.methods import about, changing, delivery, doors, people, sending
from tests.wire.telegram.world import World

Method = Callable[[World, Call], Any] | Callable[[World, Call], Awaitable[Any]]

METHODS: Mapping[str, Method] = {
    "getMe": about.get_me,
    "getUpdates": delivery.get_updates,
    "setWebhook": delivery.set_webhook,
    "deleteWebhook": delivery.delete_webhook,
    "getWebhookInfo": delivery.webhook_info,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendDocument": sending.send_document,
    "sendMediaGroup": sending.send_media_group,
    "sendRichMessage": sending.send_rich_message,
    "forwardMessage": sending.forward_message,
    "forwardMessages": sending.forward_messages,
    "copyMessage": sending.copy_message,
    "copyMessages": sending.copy_messages,
    "sendChatAction": sending.send_chat_action,
    "editMessageText": changing.edit_text,
    "editMessageCaption": changing.edit_caption,
    "editMessageReplyMarkup": changing.edit_markup,
    "editMessageMedia": changing.edit_media,
    "deleteMessage": changing.delete_message,
    "deleteMessages": changing.delete_messages,
    "pinChatMessage": changing.pin_message,
    "unpinChatMessage": changing.unpin_message,
    "unpinAllChatMessages": changing.unpin_all,
    "setMessageReaction": changing.set_reaction,
    "answerCallbackQuery": changing.answer_callback,
    "getChat": about.get_chat,
    "getChatMember": people.get_member,
    "getChatAdministrators": people.get_administrators,
    "getChatMemberCount": people.count_members,
    "banChatMember": people.ban,
    "unbanChatMember": people.unban,
    "restrictChatMember": people.restrict,
    "promoteChatMember": people.promote,
    "banChatSenderChat": people.ban_sender_chat,
    "unbanChatSenderChat": people.unban_sender_chat,
    "setChatPermissions": people.set_permissions,
    "leaveChat": people.leave_chat,
    "createChatInviteLink": doors.create_link,
    "editChatInviteLink": doors.edit_link,
    "revokeChatInviteLink": doors.revoke_link,
    "exportChatInviteLink": doors.export_link,
    "approveChatJoinRequest": doors.approve,
    "declineChatJoinRequest": doors.decline,
    "answerChatJoinRequestQuery": doors.answer_query,
    "setMyCommands": about.set_commands,
    "deleteMyCommands": about.delete_commands,
    "getMyCommands": about.get_commands,
    "setMyDescription": about.set_description,
    "getMyDescription": about.get_description,
    "setMyShortDescription": about.set_short_description,
    "getMyShortDescription": about.get_short_description,
    "getFile": about.get_file,
}
BY_LOWER_CASE: Mapping[str, str] = {name.lower(): name for name in METHODS}
