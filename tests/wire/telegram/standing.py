"""What somebody is in a chat and what they may do there: the `ChatMember` objects of the Bot API."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from tests.wire.telegram.account import Account
from tests.wire.telegram.errors import JSON

Status = Literal["creator", "administrator", "member", "restricted", "left", "kicked"]

RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
GROUP_RIGHTS = ("can_pin_messages", "can_manage_topics", "can_manage_tags")
CHANNEL_RIGHTS = ("can_post_messages", "can_edit_messages", "can_manage_direct_messages")
MEDIA = ("audios", "documents", "photos", "videos", "video_notes", "voice_notes")
PERMISSIONS = (
    "can_send_messages",
    *(f"can_send_{kind}" for kind in MEDIA),
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
USUAL_PERMISSIONS = frozenset(PERMISSIONS) - {
    "can_change_info",
    "can_pin_messages",
    "can_manage_topics",
    "can_edit_tag",
}
FOREVER = 366 * 86400
SHORTEST = 30


@dataclass(frozen=True, slots=True)
class Standing:
    """`until` is the Unix time a ban or restriction ends, 0 for never.
    `rights` count for administrators, `permissions` for the restricted."""

    status: Status = "left"
    rights: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    until: int = 0
    is_member: bool = False
    anonymous: bool = False
    promoted_by: int = 0

    @property
    def present(self) -> bool:
        """Whether they are in the chat."""
        return self.status in ("creator", "administrator", "member") or (self.status == "restricted" and self.is_member)

    @property
    def in_charge(self) -> bool:
        """Whether they are an administrator or the creator."""
        return self.status in ("creator", "administrator")

    def may(self, right: str) -> bool:
        """Whether they hold an administrator's right."""
        return self.status == "creator" or (self.status == "administrator" and right in self.rights)

    def at(self, now: float) -> "Standing":
        """The standing with what has run out by `now` lifted."""
        if not self.until or now < self.until:
            return self
        if self.status == "kicked" or not self.is_member:
            return Standing()
        return Standing("member")

    def as_json(self, account: Account, *, viewer: int = 0, channel: bool = False) -> JSON:
        """The `ChatMember` of that account; `viewer` (an account id) decides `can_be_edited`."""
        member: JSON = {"status": self.status, "user": account.as_json()}
        if self.status == "creator":
            member["is_anonymous"] = self.anonymous
        elif self.status == "administrator":
            member |= {"can_be_edited": bool(viewer) and viewer == self.promoted_by, "is_anonymous": self.anonymous}
            member |= {right: right in self.rights for right in rights_of(channel)}
        elif self.status == "restricted":
            member |= {"is_member": self.is_member, "until_date": self.until} | permissions_json(self.permissions)
        elif self.status == "kicked":
            member["until_date"] = self.until
        return member


def rights_of(channel: bool) -> tuple[str, ...]:
    """The rights an administrator can have in a channel, or in a group."""
    return (*RIGHTS, *(CHANNEL_RIGHTS if channel else GROUP_RIGHTS))


def permissions_json(held: Iterable[str]) -> JSON:
    """A whole `ChatPermissions`: every permission true or false."""
    return {name: name in set(held) for name in PERMISSIONS}


def administrator(rights: Iterable[str], *, anonymous: bool = False, by: int = 0) -> Standing:
    """An administrator with those rights and the one every administrator has."""
    return Standing("administrator", frozenset({"can_manage_chat", *rights}), anonymous=anonymous, promoted_by=by)


def read_permissions(given: Mapping[str, object], *, independent: bool) -> frozenset[str]:
    """The permissions a `ChatPermissions` grants. Unless `independent`, some imply others,
    as the Bot API documents it."""
    held = {name for name in PERMISSIONS if given.get(name)}
    for missing, source in (
        ("can_react_to_messages", "can_send_messages"),
        ("can_edit_tag", "can_pin_messages"),
        ("can_manage_topics", "can_pin_messages"),
    ):
        if missing not in given and source in held:
            held.add(missing)
    if not independent:
        if held & {"can_send_other_messages", "can_add_web_page_previews"}:
            held |= {"can_send_messages", *(f"can_send_{kind}" for kind in MEDIA)}
        if "can_send_polls" in held:
            held.add("can_send_messages")
    return frozenset(held)


def end_of(until: int, now: float) -> int:
    """When something limited to `until` really ends: under 30 seconds or over 366 days from now is for ever (0)."""
    return until if SHORTEST <= until - now <= FOREVER else 0


def restricted(standing: Standing, permissions: frozenset[str], until: int) -> Standing:
    """The standing after a restriction; all permissions lift it."""
    if permissions >= frozenset(PERMISSIONS):
        return Standing("member") if standing.present else Standing()
    return replace(Standing("restricted"), permissions=permissions, until=until, is_member=standing.present)
