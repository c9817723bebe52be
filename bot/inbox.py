"""Deliveries seen: Slack may send anything twice, and none of it counts twice."""

import json
import zlib
from datetime import datetime
from typing import Any

from sqlalchemy import literal
from sqlmodel import JSON, Field, Session, SQLModel, col, select, update

from bot.statements import Upsert, index_of_some, table

RECEIVED, DONE = "received", "done"


class Delivery(SQLModel, table=True):
    """One event, click, command or submitted form, by the key Slack gives it; ids only, never what was typed."""

    __table_args__ = (
        index_of_some("delivery_left_over", "received_at", where="state = 'received'"),
        {"sqlite_with_rowid": False},  # its key is all it is found by
    )

    key: str = Field(primary_key=True)
    kind: str
    state: str
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    answer: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  # what the first delivery was answered
    tries: int = 0
    received_at: datetime
    sent: str = ""  # of a form: a checksum of what stood in it, too short to tell the words from


_DELIVERIES = table(Delivery).c
_COUNT = Upsert(Delivery, "key", changes=lambda _new: {"state": DONE}, only_where=_DELIVERIES.state == RECEIVED)
_NOTE = Upsert(Delivery, "key")


class Repeated(Exception):
    """The delivery already had its effect; `answer` is what the first one was told.

    Of a form that was changed before it was sent again, what was `changed` since had no effect.
    """

    def __init__(self, answer: dict[str, Any], *, changed: bool) -> None:
        super().__init__("already counted")
        self.answer, self.changed = answer, changed


def once(
    session: Session, key: str, kind: str, now: datetime, answer: dict[str, Any] | None = None, sent: str = ""
) -> None:
    """Count a delivery inside the transaction of its effect.

    Raises Repeated, with the first answer, when it was counted before.
    """
    if _COUNT(session, key=key, kind=kind, state=DONE, answer=answer or {}, received_at=now, sent=sent) == 0:
        first = session.get(Delivery, key)
        raise Repeated(first.answer if first else {}, changed=bool(first and first.sent and first.sent != sent))


def form_once(
    session: Session,
    body: dict[str, Any],
    kind: str,
    now: datetime,
    answer: dict[str, Any] | None = None,
    page: str = "",
) -> str:
    """Count a form that was sent, or a `page` of one; the key by which it may be `answered`.

    Raises Repeated, which knows whether the form was changed since.
    """
    key = form_key(body) + (f":{page}" if page else "")
    once(session, key, kind, now, answer, sent=_checksum(body["view"]))
    return key


def answered(session: Session, key: str, answer: dict[str, Any]) -> None:
    """What a repetition of this delivery is answered, where that was only known after its effect."""
    session.exec(update(Delivery).where(col(Delivery.key) == key).values(answer=answer))


def receive(session: Session, key: str, kind: str, payload: dict[str, Any], now: datetime) -> None:
    """Note an event whose effect is still to come, before Slack is told that we have it."""
    _NOTE(session, key=key, kind=kind, state=RECEIVED, payload=payload, received_at=now)


def left_over(session: Session, before: datetime, most_tries: int = 5) -> list[Delivery]:
    """Events that were received before `before` and never had their effect, oldest first."""
    received = col(Delivery.state) == literal(RECEIVED, literal_execute=True)  # in the words of the index
    waiting = select(Delivery).where(received, Delivery.received_at < before, Delivery.tries < most_tries)
    return list(session.exec(waiting.order_by(col(Delivery.received_at))))


def tried(session: Session, key: str) -> None:
    """Count one more attempt at an event's effect."""
    session.exec(update(Delivery).where(col(Delivery.key) == key).values(tries=col(Delivery.tries) + 1))


def count(session: Session, body: dict[str, Any], now: datetime) -> None:
    """Count an event inside the transaction of its effect; raises Repeated when it was counted before."""
    once(session, event_key(body), str(body["event"]["type"]), now)


def note(session: Session, body: dict[str, Any], now: datetime) -> None:
    """Note an event by its ids, so that it is handed in again should its effect not come about."""
    receive(session, event_key(body), str(body["event"]["type"]), traceable(body), now)


def event_key(body: dict[str, Any]) -> str:
    """Slack's own id of an event, the same in every repetition."""
    return f"event:{body['event_id']}"


def traceable(body: dict[str, Any]) -> dict[str, Any]:
    """What of an event may be kept: ids and kinds, never what was typed."""
    event = body["event"]
    names = (
        "type",
        "subtype",
        "user",
        "channel",
        "channel_type",
        "ts",
        "thread_ts",
        "tab",
        "team",
        "user_team",
        "inviter",
        "old_channel_id",
        "new_channel_id",
    )
    kept = {name: event[name] for name in names if isinstance(event.get(name), str)}
    if event.get("files"):
        kept["files"] = [{"id": one["id"]} for one in event["files"] if isinstance(one.get("id"), str)]
    if isinstance(event.get("user"), dict):
        kept["user"], kept["user_team"] = event["user"]["id"], event["user"].get("team_id")
    return {"type": "event_callback", "team_id": body.get("team_id"), "event_id": body.get("event_id"), "event": kept}


def click_key(body: dict[str, Any]) -> str:
    """One press of one button by one person, however often it is delivered."""
    action = body["actions"][0]
    return f"click:{body['user']['id']}:{action['action_id']}:{action.get('action_ts') or body.get('trigger_id')}"


def form_key(body: dict[str, Any]) -> str:
    """One form, from its opening to its saving."""
    return f"form:{body['view']['id']}"


def _checksum(view: dict[str, Any]) -> str:
    """The same for the same boxes with the same in them."""
    return f"{zlib.crc32(json.dumps(view.get('state'), sort_keys=True).encode()):08x}"
