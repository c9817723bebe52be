"""A file for one person, in their own conversation with us.

It goes out beside the outbox. Slack posts a file that people can open by itself, with the upload: that answers no
`ts`, takes no mark by which our post is recognized, and can't be edited, so it could neither be looked up after a crash
nor be said again under its key. Whoever asked and got none asks once more.
"""

from bot.domain.people import Person
from bot.kit import Kit


def send(kit: Kit, person: int, content: bytes, *, name: str, title: str, words: str) -> str:
    """Put it there, with words of our own above it; Slack's id of it. Raises SlackTrouble."""
    with kit.store.reading() as session:
        known = session.get_one(Person, person)
    channel = known.dm_channel or str(kit.slack.call("conversations.open", users=known.slack_user)["channel"]["id"])
    begun = kit.slack.call("files.getUploadURLExternal", filename=name, length=len(content))
    kit.slack.upload(str(begun["upload_url"]), content)
    named = [{"id": begun["file_id"], "title": title}]
    kit.slack.call("files.completeUploadExternal", files=named, channel_id=channel, initial_comment=words)
    return str(begun["file_id"])
