"""The practice Slack's files: uploaded by the app, looked at for a moment, and then shown as pictures."""

import io
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image
from slack_sdk import WebClient

from tests.sandbox_desk import Desk, at_desk
from tests.sandbox_shapes import Json, home, section


@pytest.fixture
def desk() -> Iterator[Desk]:
    with at_desk() as desk:
        desk.post("limits", file_seconds=0)
        yield desk


def png() -> bytes:
    """A small picture."""
    drawn = io.BytesIO()
    Image.new("RGB", (3, 2), "teal").save(drawn, "PNG")
    return drawn.getvalue()


def asked(address: str, body: bytes | None = None, token: str = "") -> tuple[int, bytes]:
    """What stands at an address, or what it says to these bytes."""
    parts = urlsplit(address)
    line = HTTPConnection(parts.netloc, timeout=5)
    try:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        line.request("GET" if body is None else "POST", parts.path, body, headers)
        response = line.getresponse()
        return response.status, response.read()
    finally:
        line.close()


def uploaded(desk: Desk, content: bytes, name: str = "chart.png", **more: Any) -> str:
    """The id of a file that is complete."""
    begun = desk.api("files.getUploadURLExternal", filename=name, length=len(content), **more)
    assert asked(begun["upload_url"], content)[0] == 200
    assert desk.api("files.completeUploadExternal", files=[{"id": begun["file_id"], "title": "A chart"}])["ok"]
    return str(begun["file_id"])


def picture(file: str) -> Json:
    return {"type": "image", "slack_file": {"id": file}, "alt_text": "Offered within 3 days: signal of improvement"}


def test_a_file_goes_through_slacks_own_client() -> None:
    with at_desk() as desk:
        client = WebClient(token="xoxb-1", base_url=f"{desk.url}/api/")

        answer = client.files_upload_v2(filename="chart.png", content=png(), title="Chart", alt_txt="A chart")

        file = desk.api("files.info", file=answer["files"][0]["id"])["file"]
    assert (file["title"], file["size"], file["alt_txt"], file["user"]) == ("Chart", len(png()), "A chart", "UALLTEACH")


def test_slack_takes_a_moment_to_see_what_a_file_is(desk: Desk) -> None:
    team = desk.channel("team")
    desk.post("limits", file_seconds=60)
    file = uploaded(desk, png())

    before = desk.api("files.info", file=file)["file"]
    refused = desk.api("chat.postMessage", channel=team, text="A chart", blocks=[picture(file)])
    desk.post("limits", file_seconds=0)
    after = desk.api("files.info", file=file)["file"]
    taken = desk.api("chat.postMessage", channel=team, text="A chart", blocks=[picture(file)])

    assert (before["mimetype"], before["filetype"]) == ("", "")
    assert (refused["error"], refused["response_metadata"]["messages"]) == (
        "invalid_blocks",
        ["[ERROR] invalid slack file [json-pointer:/blocks/0/slack_file]"],
    )
    assert (after["mimetype"], after["filetype"], after["pretty_type"]) == ("image/png", "png", "PNG")
    assert taken["message"]["blocks"][0]["slack_file"] == {"id": file}


def test_a_picture_may_stand_in_a_section_too_and_be_named_by_its_address(desk: Desk) -> None:
    team, file = desk.channel("team"), uploaded(desk, png())
    address = desk.api("files.info", file=file)["file"]["url_private"]
    beside = {**picture(file), "slack_file": {"url": address}}

    answer = desk.api("chat.postMessage", channel=team, text="A chart", blocks=[section("Look", accessory=beside)])

    assert answer["ok"]
    assert asked(address, token="xoxb-1") == (200, png())
    assert asked(address)[1].startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize("why", ["never heard of", "not complete", "deleted", "no picture"])
def test_what_is_no_picture_is_not_shown(desk: Desk, why: str) -> None:
    team, file = desk.channel("team"), "F0NEVER"
    if why == "not complete":
        file = desk.api("files.getUploadURLExternal", filename="a.png", length=3)["file_id"]
    elif why != "never heard of":
        file = uploaded(desk, png() if why == "deleted" else b"a,b\n1,2\n", "a.csv")
    if why == "deleted":
        assert desk.api("files.delete", file=file)["ok"]

    answer = desk.api("chat.postMessage", channel=team, text="A chart", blocks=[picture(file)])
    in_a_form = desk.api("views.publish", user_id=desk.person("ana"), view=home(picture(file)))

    assert answer["error"] == "invalid_blocks"
    assert in_a_form["response_metadata"]["messages"] == [
        "[ERROR] invalid slack file [json-pointer:/view/blocks/0/slack_file]"
    ]


@pytest.mark.parametrize(
    ("method", "values", "error"),
    [
        ("files.getUploadURLExternal", {"filename": "a.png"}, "invalid_arguments"),
        ("files.getUploadURLExternal", {"filename": "a.png", "length": 0}, "invalid_arguments"),
        ("files.getUploadURLExternal", {"filename": "a", "length": 9, "alt_txt": "a" * 1001}, "invalid_arguments"),
        ("files.completeUploadExternal", {}, "invalid_arguments"),
        ("files.completeUploadExternal", {"files": [{"id": "F0NEVER"}]}, "file_not_found"),
        ("files.completeUploadExternal", {"files": [{"id": "F0"}], "channel_id": "C0"}, "channel_not_found"),
        ("files.info", {"file": "F0NEVER"}, "file_not_found"),
        ("files.delete", {"file": "F0NEVER"}, "file_not_found"),
    ],
)
def test_what_slack_refuses_about_files_is_refused(desk: Desk, method: str, values: Json, error: str) -> None:
    assert desk.api(method, **values)["error"] == error


def test_bytes_are_taken_once_and_only_as_many_as_were_announced(desk: Desk) -> None:
    begun = desk.api("files.getUploadURLExternal", filename="a.png", length=len(png()))

    statuses = [asked(begun["upload_url"], body)[0] for body in (png()[1:], png(), png())]

    assert statuses == [400, 200, 400]


def test_files_need_their_scopes(desk: Desk) -> None:
    desk.post("app", scopes=["chat:write"])

    written = desk.api("files.getUploadURLExternal", filename="a.png", length=3)
    read = desk.api("files.info", file="F0")

    assert [(answer["error"], answer["needed"]) for answer in (written, read)] == [
        ("missing_scope", "files:write"),
        ("missing_scope", "files:read"),
    ]


def test_a_deleted_file_is_gone_for_good(desk: Desk) -> None:
    file = uploaded(desk, png())
    address = desk.api("files.info", file=file)["file"]["url_private"]

    desk.api("files.delete", file=file)

    assert desk.api("files.info", file=file)["error"] == "file_deleted"
    assert asked(address, token="xoxb-1")[0] == 404
