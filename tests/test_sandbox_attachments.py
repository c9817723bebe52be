"""Files that people attach in the practice Slack: the app is told of them, and may fetch them with its token."""

import base64
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from tests.sandbox_desk import Desk, at_desk, listening
from tests.sandbox_shapes import Json

TABLE = "month,measure,value\n2026-01,TNA,9\n"


@pytest.fixture
def desk() -> Iterator[Desk]:
    with at_desk() as desk:
        desk.post("limits", file_seconds=0)
        yield desk


@pytest.fixture
def ana(desk: Desk) -> str:
    return desk.person("ana")


def test_a_file_reaches_the_app_and_is_fetched_with_its_token(desk: Desk, ana: str) -> None:
    with listening(desk) as ear:
        _attaches(desk, ana, "January numbers.csv")

    (event,) = (payload["event"] for payload in ear.events("message"))
    told = desk.api("files.info", file=event["files"][0]["id"])["file"]
    assert (event["subtype"], event["files"]) == ("file_share", [told])
    assert (told["name"], told["size"], told["filetype"], told["mimetype"]) == (
        "January numbers.csv", len(TABLE), "csv", "text/csv",
    )  # fmt: skip
    assert _fetched(told["url_private_download"], "xoxb-desk") == (200, TABLE.encode())
    assert desk.get("see", user=ana)["channels"][-1]["messages"][0]["files"] == [
        {"id": told["id"], "name": "January numbers.csv", "size": len(TABLE)}
    ]


def test_without_token_or_scope_it_is_not_handed_out(desk: Desk, ana: str) -> None:
    with listening(desk) as ear:
        _attaches(desk, ana)
    told = ear.events("message")[0]["event"]["files"][0]

    assert _fetched(told["url_private_download"], "nobody") == (200, b"<!DOCTYPE html><title>Sign in</title>")
    desk.post("app", scopes=["chat:write"])
    assert desk.api("files.info", file=told["id"])["error"] == "missing_scope"


def test_of_somebody_from_another_workspace_the_app_has_to_ask(desk: Desk) -> None:
    olga = desk.person("olga", team_id="T0OTHER")
    with listening(desk) as ear:
        _attaches(desk, olga)

    (file,) = ear.events("message")[0]["event"]["files"]
    assert file == {"id": file["id"], "mode": "file_access", "file_access": "check_file_info"}
    assert desk.api("files.info", file=file["id"])["file"]["name"] == "numbers.csv"


def test_it_is_gone_with_its_message(desk: Desk, ana: str) -> None:
    with listening(desk) as ear:
        ts = _attaches(desk, ana)["ts"]
    file = ear.events("message")[0]["event"]["files"][0]

    desk.act(ana, "delete_message", ts=ts)

    assert desk.api("files.info", file=file["id"])["error"] == "file_deleted"
    assert _fetched(file["url_private_download"], "xoxb-desk") == (404, b"")


def _attaches(desk: Desk, user: str, name: str = "numbers.csv") -> Json:
    content = base64.b64encode(TABLE.encode()).decode()
    return desk.act(user, "message", app=True, text="", files=[{"name": name, "content": content}])


def _fetched(url: str, token: str) -> tuple[int, bytes]:
    parts = urlsplit(url)
    with closing(HTTPConnection(parts.netloc, timeout=5)) as line:
        line.request("GET", parts.path, headers={"Authorization": f"Bearer {token}"})
        answer = line.getresponse()
        return answer.status, answer.read()
