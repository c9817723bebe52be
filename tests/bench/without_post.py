"""The yardstick for saving: a bare Bolt app that parses a form, saves a cycle and its act, renders a card, no post."""

import json
import sys
import threading
from datetime import UTC, date, datetime
from typing import Any

from jinja2 import Environment
from pydantic import BaseModel
from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from sqlalchemy import Engine, event
from sqlmodel import Field, Session, SQLModel, create_engine

from bot.store import sqlite_driver
from tests.bench.processes import wait_to_be_stopped

CARD = """{"text": "Cycle {{ id }}", "blocks": [
  {"type": "header", "text": {"type": "plain_text", "text": "Cycle {{ id }} · planned"}},
  {"type": "section", "text": {"type": "plain_text", "text": {{ change | tojson }}}},
  {"type": "section", "text": {"type": "plain_text", "text": {{ prediction | tojson }}}},
  {"type": "context", "elements": [{"type": "plain_text", "text": "by {{ due }} · {{ scale }}"}]},
  {"type": "actions", "elements": [
    {"type": "button", "action_id": "ran", "text": {"type": "plain_text", "text": "We ran it"}, "value": "{{ id }}"},
    {"type": "button", "action_id": "edit", "text": {"type": "plain_text", "text": "Edit"}, "value": "{{ id }}"}]}]}"""


class PlainCycle(SQLModel, table=True):
    """A cycle with nothing around it."""

    id: int | None = Field(default=None, primary_key=True)
    person: str
    change: str
    prediction: str
    question: str
    due: date
    scale: str
    at: datetime


class PlainAct(SQLModel, table=True):
    """Its line in the ledger."""

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    cycle_id: int = Field(foreign_key="plaincycle.id")
    person: str
    at: datetime


class PlainDraft(BaseModel):
    """The form."""

    change: str
    prediction: str
    question: str
    due: date
    scale: str


def main(url: str, database: str) -> None:
    """Connect."""
    SocketModeHandler(build(url, database), "xapp-plain").connect()
    wait_to_be_stopped()


def build(url: str, database: str) -> App:
    """Save first, acknowledge after, as we do; one writer at a time, as we do."""
    engine, writing = _engine(database), threading.Lock()
    SQLModel.metadata.create_all(engine, tables=[PlainCycle.__table__, PlainAct.__table__])  # type: ignore[attr-defined]  # SQLModel's
    card = Environment(autoescape=False).from_string(CARD)
    app = App(client=WebClient("xoxb-plain", base_url=f"{url}/api/"), process_before_response=True)

    @app.view("pdsa.start")
    def submitted(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        draft = PlainDraft.model_validate(_values(view))
        person, now = str(body["user"]["id"]), datetime.now(UTC)
        with writing, Session(engine, expire_on_commit=False) as session:
            cycle = PlainCycle(person=person, at=now, **draft.model_dump())
            session.add(cycle)
            session.flush()
            assert cycle.id is not None
            session.add(PlainAct(kind="started", cycle_id=cycle.id, person=person, at=now))
            session.commit()
        json.loads(card.render(id=cycle.id, **draft.model_dump()))
        ack()

    return app


def _values(view: dict[str, Any]) -> dict[str, Any]:
    elements = {block: next(iter(boxes.values())) for block, boxes in view["state"]["values"].items()}
    return {block: _value(element) for block, element in elements.items()}


def _value(element: dict[str, Any]) -> Any:
    if element.get("selected_option"):
        return element["selected_option"]["value"]
    return element.get("value") or element.get("selected_date")


def _engine(database: str) -> Engine:
    engine = create_engine(database, module=sqlite_driver())

    def connected(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    event.listen(engine, "connect", connected)
    return engine


if __name__ == "__main__":
    main(*sys.argv[1:])
