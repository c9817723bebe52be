"""What each of Slack's definite refusals means for a letter: later, otherwise, look it up, or a person sees to it."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Literal

from bot.sending import gates
from bot.sending.manners import TOO_FAST
from bot.slack import Declined

Step = Literal["post", "edit", "delete", "pin", "home"]
BREAKER_WAIT = timedelta(minutes=1)
HOURS = timedelta(hours=2)
GATES = {
    "chat.postMessage": gates.POSTS, "chat.update": gates.EDITS, "chat.delete": gates.DELETES,
    "pins.add": gates.PINS, "views.publish": gates.HOMES, "conversations.open": gates.OPENINGS,
    "dnd.info": gates.DND,
}  # fmt: skip


class Verdict(Enum):
    """What to do with the letter now."""

    LATER, PLAIN, ANEW, LOOK_UP, PARK, DONE = range(6)


@dataclass(frozen=True)
class Judgement:
    """A verdict, with the gate it closes and for how long, and the sentence for the coordinator."""

    verdict: Verdict
    wait: timedelta = timedelta()
    gate: str = gates.POSTS
    sentence: str = ""


WORKSPACE = {
    "token_revoked", "account_inactive", "invalid_auth", "not_authed", "token_expired",
    "accesslimited", "app_access_restricted", "not_allowed_token_type", "two_factor_setup_required", "access_denied",
    "org_login_required", "team_added_to_org",
}  # fmt: skip
UNSCOPED = "missing_scope"  # what this one method needs was not granted; chat:write is behind everything we post
LACKING = "The app lacks a permission for this. Install it again from its manifest, then try again."
PAYLOAD = {
    "msg_too_long", "msg_blocks_too_long", "invalid_blocks", "invalid_blocks_format", "no_text", "too_many_attachments",
    "metadata_too_large", "invalid_metadata_format", "invalid_metadata_schema", "invalid_arguments", "view_too_large",
}  # fmt: skip
DESTINATION = {
    "channel_not_found": "Slack doesn't show us this channel any more. Invite Allteach to it again, then try again.",
    "is_archived": "The channel is archived. Unarchive it, then try again.",
    "not_in_channel": "Allteach is not in the channel. Invite it, then try again.",
    "restricted_action": "The workspace doesn't let Allteach post there. An admin can allow it, then try again.",
    "messages_tab_disabled": "Allteach's messages tab is off. An admin can switch it on in the app's settings.",
    "ekm_access_denied": "The workspace's key management holds messages back. An admin can tell more.",
    "cannot_reply_to_message": "Slack doesn't let us reply there any more. Nothing more is needed.",
    "thread_not_found": "The message it would stand under is gone. Nothing more is needed.",
    "user_not_found": "Slack can't show us this person. Ask them to join one of the collaborative's channels.",
    "user_disabled": "This person's Slack account is switched off.",
    "cannot_dm_bot": "This is an app's account, not a person's. Take it out of the collaborative file.",
    "edit_window_closed": "The workspace doesn't let a message be edited this late. The record is right all the same.",
    "cant_update_message": "Slack doesn't let us edit this message any more. The record is right all the same.",
    "cant_delete_message": "Slack doesn't let us delete this message. A workspace admin can.",
}
OTHERWISE: dict[str, str] = {
    "post": "Slack did not take this message ({error}). Please tell Allteach's operator.",
    "edit": "Slack did not take the edit ({error}). The record is right all the same.",
    "delete": "Slack did not delete this message ({error}). A workspace admin can.",
    "home": "Slack did not take this person's Home ({error}). All actions on the team card offers the same.",
}


def verdict(refusal: Declined, step: Step, *, plain: bool = False) -> Judgement:
    """Judge one refusal; `plain` says that it was already tried as plain text."""
    error = refusal.error
    if error in TOO_FAST:
        gate = GATES.get(refusal.method, gates.POSTS)
        return Judgement(Verdict.LATER, timedelta(seconds=refusal.retry_after or 60), gate)
    if error == "message_limit_exceeded":
        return Judgement(Verdict.LATER, HOURS)
    if error in WORKSPACE or (error == UNSCOPED and refusal.method.startswith("chat.")):
        return Judgement(Verdict.LATER, BREAKER_WAIT, gates.BREAKER)
    if step == "pin" or (step == "delete" and error == "message_not_found"):
        return Judgement(Verdict.DONE)
    if step == "edit" and error == "message_not_found":
        return Judgement(Verdict.ANEW)
    if error in PAYLOAD and step in ("post", "edit") and not plain:
        return Judgement(Verdict.PLAIN)
    if error == UNSCOPED:
        return Judgement(Verdict.PARK, sentence=LACKING)
    for name, sentence in DESTINATION.items():
        if error.startswith(name):
            return Judgement(Verdict.PARK, sentence=sentence)
    definite = step != "post" or error in PAYLOAD  # a word nobody knows may come after the post was made
    return Judgement(Verdict.PARK if definite else Verdict.LOOK_UP, sentence=OTHERWISE[step].format(error=error))
