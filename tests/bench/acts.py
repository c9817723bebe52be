"""What people do in a measurement: Slack's payloads of commands, buttons, typing, forms and Home."""

import itertools
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from bot import gallery
from bot.templates import Templates
from tests.bench.slack import TEAM, user_id

Json = dict[str, Any]
Act = tuple[str, Json]
PEOPLE = tuple(f"person{number}" for number in range(10))  # two in each of five teams
CHANGE = "Nadia calls the next 10 callers within a day, from the list at the front desk, and notes who picks up."
PREDICTION = "7 of 10 will pick up, and 5 will come to a first visit within the week."


class Acts:
    """Payloads, each new; people take turns."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._forms = [Templates().render("pdsa/start", _as_opened(team)) for team in range(1, len(PEOPLE) // 2 + 1)]

    def helps(self) -> Act:
        """`/pdsa help`, which reads and writes nothing."""
        return self._command("help")

    def opens(self) -> Act:
        """`/pdsa`, which opens the form."""
        return self._command("")

    def submits(self) -> Act:
        """The quick form, filled in and sent."""
        number = next(self._numbers)
        return "interactive", {
            **self._person(number),
            "type": "view_submission",
            "view": self._view(number, f"V{number}"),
            "response_urls": [],
        }

    def types(self) -> Act:
        """Another letter in the form's first box."""
        number = next(self._numbers)
        view = self._view(number, f"V0{number % len(PEOPLE)}")
        action = {
            "type": "plain_text_input",
            "block_id": "change",
            "action_id": "value",
            "value": CHANGE,
            "action_ts": f"{number}.0",
        }
        container = {"type": "view", "view_id": view["id"]}
        return "interactive", {
            **self._person(number),
            "type": "block_actions",
            "container": container,
            "view": view,
            "actions": [action],
        }

    def looks_home(self) -> Act:
        """Somebody opens their Home."""
        number = next(self._numbers)
        event = {"type": "app_home_opened", "user": user_id(_name(number)), "tab": "home", "channel": f"D{number}"}
        return "events_api", {
            "type": "event_callback",
            "team_id": TEAM,
            "api_app_id": "A0BENCH",
            "event_id": f"Ev{number}",
            "event": event,
            "event_time": 1_770_000_000,
            "authorizations": [{"team_id": TEAM, "user_id": "U0BENCH", "is_bot": True}],
        }

    def mixed(self) -> Act:
        """The next thing somebody does on a busy morning: one act in five is a form sent."""
        turn = next(self._numbers) % 5
        return (self.submits, self.opens, self.types, self.looks_home, self.helps)[turn]()

    def _command(self, text: str) -> Act:
        number = next(self._numbers)
        name = _name(number)
        return "slash_commands", {
            "token": "x",
            "team_id": TEAM,
            "team_domain": "bench",
            "channel_id": "C0OTHER",
            "channel_name": "general",
            "user_id": user_id(name),
            "user_name": name,
            "command": "/pdsa",
            "text": text,
            "api_app_id": "A0BENCH",
            "is_enterprise_install": "false",
            "response_url": "",
            "trigger_id": f"{number}.1.x",
        }

    def _person(self, number: int) -> Json:
        name = _name(number)
        return {
            "team": {"id": TEAM, "domain": "bench"},
            "user": {"id": user_id(name), "username": name, "name": name, "team_id": TEAM},
            "api_app_id": "A0BENCH",
            "token": "x",
            "trigger_id": f"{number}.1.x",
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _view(self, number: int, view_id: str) -> Json:
        return {
            **self._forms[number % len(PEOPLE) // 2],
            "id": view_id,
            "team_id": TEAM,
            "state": {"values": _filled_in()},
            "hash": "1.x",
            "previous_view_id": None,
            "root_view_id": view_id,
            "app_id": "A0BENCH",
            "external_id": "",
            "bot_id": "B0BENCH",
        }


def _name(number: int) -> str:
    return PEOPLE[number % len(PEOPLE)]


def _as_opened(team: int) -> Json:
    quick = gallery.faces("pdsa/start")[0]
    return {**quick, "meta": json.dumps({"team": team, "subject": "new"}), "form": {**quick["form"], "due": _due()}}


def _filled_in() -> Json:
    option = {"text": {"type": "plain_text", "text": "one person"}, "value": "one_person"}
    return {
        "change": {"value": {"type": "plain_text_input", "value": CHANGE}},
        "prediction": {"value": {"type": "plain_text_input", "value": PREDICTION}},
        "due": {"value": {"type": "datepicker", "selected_date": _due()}},
        "scale": {"value": {"type": "radio_buttons", "selected_option": option}},
        "question": {"value": {"type": "plain_text_input", "value": "Will it happen as we predict?"}},
    }


def _due() -> str:
    return (datetime.now(UTC) + timedelta(days=7)).date().isoformat()
