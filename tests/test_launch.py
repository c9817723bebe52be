"""Launch: a preview of who gets what, one button for coordinators, and it happens once however often it is pressed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlmodel import select

from bot.audit import Audit
from bot.domain.collaboratives import Collaborative
from bot.outbox import Letter
from tests import commands
from tests import town as towns
from tests.personas import Persona, texts
from tests.town import SMALL_TOWN, Town

DIRECTED = SMALL_TOWN.replace("roles: [chair, faculty]", "roles: [chair, faculty, director]")
WELCOME = "welcome to Small Town."


@pytest.fixture
def loaded() -> Iterator[Town]:
    """Loaded, with a coordinator and a director, and not launched."""
    with towns.before_loading() as town:
        town.load(DIRECTED)
        yield town


def test_the_preview_tells_who_gets_what_and_nobody_has_got_it() -> None:
    with towns.before_loading() as town:
        town.load(SMALL_TOWN.replace("cleo@example.org", "cleo.hart@example.org"))
        pru = town.people["pru"]

        pru.presses("Preview and launch")

        assert pru.form
        said = texts(pru.form["blocks"])
        for promise in (
            "7 people get one welcome message now, at once, and are invited to their channels; 1 more when they come",
            "Alder & Main\n",
            "Ana Reyes (ana@example.org), Ben Castellano (ben@example.org)",
            "When they come: Cleo Hart (cleo.hart@example.org)",
            "6 of 6 ready",
            "The team card is posted now in\n",
            "#team-alder",
        ):
            assert promise in said, promise
        assert not _welcomed(town)


def test_a_coordinator_launches_from_home_and_everybody_is_welcomed_once(loaded: Town) -> None:
    pru = loaded.people["pru"]
    assert "Not launched yet: nobody but coordinators has heard from me." in texts(pru.opens_home()["blocks"])

    pru.presses_at_home("Launch")
    pru.submits()
    loaded.bot.tick()

    assert _welcomed(loaded) == set(loaded.people)
    assert "6 of 6 channels ready. Launched." in texts(pru.home["blocks"])
    assert "Launch" not in texts(pru.home["blocks"]).splitlines()
    with loaded.record() as session:
        launched = session.exec(select(Audit).where(Audit.act == "collaborative.launched")).one()
        collaborative = session.exec(select(Collaborative)).one()
    assert (launched.person_id, collaborative.launched_by) == (collaborative.launched_by, launched.person_id)


def test_the_form_sent_twice_launches_once(loaded: Town) -> None:
    pru = loaded.people["pru"]
    pru.presses("Preview and launch")
    pru.submits()

    loaded.slack.post("redeliver", times=2)
    loaded.bot.tick()

    assert _letters(loaded) == 8
    assert len([text for text in pru.hears() if WELCOME in text]) == 1
    assert not any("launched already" in text for text in pru.hears())


def test_two_coordinators_at_once_launch_once_and_the_second_is_told(loaded: Town) -> None:
    pru, imani = loaded.people["pru"], loaded.people["imani"]
    for one in (pru, imani):
        one.opens_home()
        one.presses_at_home("Launch")

    with ThreadPoolExecutor(2) as both:
        sent = [
            both.submit(loaded.slack.post, "act/submit", user=one.user, values={}) for one in (pru, imani)
        ]  # at the same moment
    assert all(one.result()["acked"] for one in sent)
    loaded.bot.tick()

    assert _letters(loaded) == 8
    told = [text for one in (pru, imani) for text in one.hears() if "was launched already, by" in text]
    assert len(told) == 1
    with loaded.record() as session:
        assert len(session.exec(select(Audit).where(Audit.act == "collaborative.launched")).all()) == 1


@pytest.mark.parametrize("who", ["ana", "tobias"])
def test_nobody_else_can_launch_whatever_they_press(loaded: Town, who: str) -> None:
    pru, other = loaded.people["pru"], loaded.people[who]
    pru.presses("Preview and launch")
    form = loaded.slack.get("see", user=pru.user)["modal"]
    them = {"team": {"id": "T0PRACTICE"}, "user": {"id": other.user, "team_id": "T0PRACTICE"}}
    button = {"type": "button", "action_id": "collaborative.preview", "block_id": "b", "value": "1", "action_ts": "1.1"}
    home = {"id": "V1", "type": "home", "blocks": [], "state": {"values": {}}}
    pressed = {**them, "type": "block_actions", "trigger_id": "1.2.x", "view": home, "actions": [button]}
    sent = {**them, "type": "view_submission", "view": {**form, "type": "modal"}}

    for payload in (pressed, sent):
        envelope = {"type": "interactive", "accepts_response_payload": True, "payload": payload}
        loaded.slack.post("redeliver", envelope=envelope)
        loaded.bot.settle()

    assert other.form is None
    assert _letters(loaded) == 0
    assert {"That's for a coordinator or the director. Ask one of them."} == set(other.hears())


def test_loading_with_launch_twice_launches_once(loaded: Town) -> None:
    first = loaded.load(DIRECTED, launch=True)
    again = loaded.load(DIRECTED, launch=True)

    assert first[-1] == "Small Town is launched: 8 people get a welcome, each once."
    assert again[-1] == "Small Town was launched on 2026-02-02; nobody is welcomed twice."
    assert _letters(loaded) == 8
    assert all(len([text for text in one.hears() if WELCOME in text]) == 1 for one in loaded.people.values())


def test_loaded_and_launched_beside_a_running_bot_the_command_needs_no_slack(
    loaded: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "town.yaml").write_text(DIRECTED, encoding="utf-8")
    monkeypatch.setenv("ALLTEACH_DATABASE_URL", str(loaded.kit.store.url))
    monkeypatch.setenv("ALLTEACH_CLOCK", "2026-02-02T15:00Z")

    done = commands.run("collaborative", "load", str(tmp_path / "town.yaml"), "--launch")

    assert (done.exit_code, done.stderr) == (0, "")
    assert "8 people get a welcome" in done.stdout
    assert not _welcomed(loaded)
    loaded.bot.tick()
    assert _welcomed(loaded) == set(loaded.people)


def test_the_welcome_says_what_it_asks_of_a_team_and_of_the_staff(town: Town) -> None:
    (to_ana,), (to_imani,) = (
        [words for words in town.people[name].hears() if WELCOME in words] for name in ("ana", "imani")
    )

    assert to_ana.startswith(f"Hello Ana, {WELCOME} You're here for Alder &amp; Main.")
    assert "about one message a week" in to_ana
    assert "First step, under a minute: log one small test." in to_ana
    assert to_imani.startswith(f"Hello Imani, {WELCOME} You're on its staff.")
    assert "only when something needs you" in to_imani
    assert "one message a week" not in to_imani


def test_whoever_is_added_by_a_later_file_is_welcomed_then(loaded: Town) -> None:
    loaded.load(DIRECTED, launch=True)
    zoe = loaded.slack.post("users", name="zoe", real_name="Zoe", email="zoe@example.org", tz="America/Chicago")["id"]

    loaded.load(
        DIRECTED.replace("[{email: cleo", "[{email: zoe@example.org, name: Zoe, roles: [member]}, {email: cleo")
    )

    new = Persona("zoe", zoe, loaded.slack, loaded.bot.settle)
    assert len([text for text in new.hears() if WELCOME in text]) == 1
    assert _letters(loaded) == 9


def _welcomed(town: Town) -> set[str]:
    return {name for name, one in town.people.items() if any(WELCOME in text for text in one.hears())}


def _letters(town: Town) -> int:
    with town.record() as session:
        return len(session.exec(select(Letter).where(Letter.message == "people/welcome")).all())
