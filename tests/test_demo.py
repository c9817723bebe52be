"""`allteach demo`: one link, behind which everything is there already; a calm terminal; and a clean end."""

import os
import re
import signal
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.commands import demo as the_demo
from bot.errors import BotError
from bot.year import kept
from tests.command_line import Process, going
from tests.personas import Control, Persona, texts

PLAN = {"change": "Our driver asks about Tuesday", "prediction": "2 of 6 need a ride", "due": "2026-02-10"}


@dataclass(frozen=True)
class Demo:
    """The demo in a process of its own, as a newcomer has it."""

    process: Process
    link: str
    folder: Path
    slack: Control

    def person(self, name: str) -> Persona:
        users = self.slack.get("state")["users"]
        found = next(one["id"] for one in users if one.get("email") == f"{name}@example.org")
        return Persona(name, found, self.slack, lambda: None)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    browser = folder / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {folder}/opened\n')
    browser.chmod(0o755)
    screen = {
        "DISPLAY": ":9",
        "BROWSER": str(browser),
        "HTTP_PROXY": "http://127.0.0.1:9",
        "HTTPS_PROXY": "http://127.0.0.1:9",
    }
    with going("demo", "--port", str(_free_port()), at=folder, **screen) as process:
        link = re.search(r"http://\S+", process.waits_for("Open http"))
        assert link
        slack = Control(link[0].partition("/?")[0])
        yield Demo(process, link[0], folder, slack)
        slack.close()
        process.tell(signal.SIGINT)
        assert process.ends() == 0
        assert "".join(process.err) == ""  # nobody was troubled with anything
        with socket.socket() as there:
            assert there.connect_ex(("127.0.0.1", _port(link[0]))) != 0


def test_it_prints_one_link_and_opens_it(demo: Demo) -> None:
    demo.process.waits_for("Stop it")
    said = "".join(demo.process.out)

    assert said.startswith(
        f"Allteach is running in a practice Slack. Open {demo.link}\nUntil it stops its record is sqlite:///"
    )
    assert said.endswith("/practice.db\nStop it with Ctrl-C.\n")
    demo.person("ana").waits_until((demo.folder / "opened").exists)
    assert (demo.folder / "opened").read_text().strip() == demo.link


def test_behind_the_link_ana_finds_her_channels_her_team_card_and_her_welcome(demo: Demo) -> None:
    ana = demo.person("ana")
    assert demo.link.endswith(f"/?user={ana.user}")

    channels = {one["name"]: one for one in demo.slack.get("see", user=ana.user)["channels"]}

    assert {"team-alder-main", "open-door", "open-door-share", "open-door-shoutouts"} <= set(channels)
    (card,) = channels["team-alder-main"]["messages"]
    assert card["pinned"]
    assert "Next call\n" not in card["text"]
    assert "Next call: AP1 call: first predictions" in card["text"]
    assert all(
        words in texts(card["blocks"]) for words in ("Spanish-speaking adults", "Ana Reyes, team lead", "Coach: Tobias")
    )
    assert "lived experience" not in texts(card["blocks"])
    assert ana.hears()[0].startswith("Hello Ana, welcome to Open Door.")
    assert all(channels[name]["messages"] == [] for name in ("open-door", "open-door-share"))


def test_all_of_open_door_is_there_and_everybody_was_welcomed_once(demo: Demo) -> None:
    state = demo.slack.get("state")
    people = [one for one in state["users"] if one["email"]]

    named = {one["name"] for one in state["channels"] if not one["is_im"]}
    welcomed = [post for post in demo.slack.get("posts")["posts"] if "welcome to Open Door" in post["text"]]

    assert len(people) == 57
    assert len([name for name in named if name.startswith("team-")]) == 12
    assert len(welcomed) == len({post["channel"] for post in welcomed}) == 57
    assert state["now"].startswith("2026-02-01T17:0")  # five past noon in New York, past nine for every team


@pytest.mark.parametrize(("name", "channel"), [("paloma", "team-casa-farol"), ("winona", "team-three-herons")])
def test_a_guest_and_a_visitor_do_everything_from_their_team_card(demo: Demo, name: str, channel: str) -> None:
    person = demo.person(name)
    assert {one["name"] for one in demo.slack.get("see", user=person.user)["channels"]} == {channel, "Allteach"}

    def said(words: str) -> bool:
        return any(words in text for text in person.reads(channel))

    person.presses("Log a PDSA cycle", channel=channel)
    person.waits_until(lambda: person.form)
    person.submits(**PLAN)
    person.waits_until(lambda: said("cycle 1"))
    person.presses("We ran it", channel=channel)
    person.waits_until(lambda: person.form)
    person.submits(happened="4 needed a ride")
    person.waits_until(lambda: said("it ran"))
    person.presses("All actions", channel=channel)
    person.waits_until(lambda: person.form)
    assert PLAN["change"] in texts((person.form or {"blocks": []})["blocks"])
    person.closes()


def test_a_port_that_is_taken_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BotError) as refusal:
            the_demo.run(port, None, threading.Event(), open_browser=False)

    assert str(refusal.value).startswith(f"Port {port} can't be used here: something else listens there")
    assert f"allteach demo --port {port + 1}" in str(refusal.value)


def test_a_day_outside_its_year_is_refused_with_the_days_there_are() -> None:
    for day in [datetime(*day, tzinfo=UTC) for day in ((2026, 1, 4), (2026, 12, 10), (2028, 1, 1))]:
        with pytest.raises(BotError) as refusal:
            the_demo.run(the_demo.any_port(), day, threading.Event(), open_browser=False)

        assert "which goes from 5 January 2026 to 9 December 2026." in str(refusal.value), day


def test_a_day_is_kept_once_however_many_play_it_and_where_it_cannot_be_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    at, shelves = datetime(2026, 3, 2, 9, tzinfo=UTC), tmp_path / ".cache" / "allteach"
    played = shelves / "year-played" / "new-one"
    old, *others = (shelves / f"year-{number}" / "2026-02-03T0900" for number in range(kept.OTHERS + 1))
    for number, folder in enumerate((old, played, *others)):
        folder.mkdir(parents=True)
        os.utime(folder.parent, (number, number))

    def play(folder: Path) -> None:
        (folder / "day").write_text("played")

    def meanwhile(folder: Path) -> None:
        kept.of_day(at, play)
        play(folder)

    day = kept.of_day(at, meanwhile)

    assert [one.read_text() for one in day.iterdir()] == ["played"]
    assert (old.exists(), played.exists(), *(one.exists() for one in others)) == (False, *[True] * (kept.OTHERS + 1))
    assert kept.before(at) is None
    assert kept.before(datetime(2026, 3, 3, 9, tzinfo=UTC)) == (at, day)
    assert sorted(one.name for one in day.parent.iterdir()) == ["2026-03-02T0900"]
    monkeypatch.setenv("HOME", str(day / "day"))  # no folder
    with pytest.raises(BotError) as refusal:
        kept.of_day(at, play)
    assert "nothing can be written there (Not a directory). Give HOME a folder" in str(refusal.value)


def test_it_listens_on_this_machine_only(demo: Demo) -> None:
    with socket.socket() as here, socket.socket() as elsewhere:
        assert here.connect_ex(("127.0.0.1", _port(demo.link))) == 0
        assert elsewhere.connect_ex(("127.0.0.2", _port(demo.link))) != 0  # another address: there it is not to be had


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _port(link: str) -> int:
    return int(link.partition("/?")[0].rpartition(":")[2])
