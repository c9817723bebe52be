"""`allteach run`: starts, works, loses Slack and finds it again, and stops without dropping anything."""

import json
import signal
import socket
import threading
from pathlib import Path

import pytest
from sqlmodel import delete, select
from structlog.testing import capture_logs

from bot import settings
from bot.domain.collaboratives import Workspace
from bot.domain.pdsa import Cycle
from bot.errors import BotError
from bot.outbox import SENT, Letter
from bot.running import Running, opened
from bot.store import Store
from tests import town as towns
from tests.command_line import allteach, going
from tests.personas import PATIENCE, Control, Persona
from tests.town import Asleep, Town

PLAN = {"change": "Nadia calls 10 callers <!channel>", "prediction": "8 of 10 come", "due": "2026-02-10"}


@pytest.fixture
def ana_alone(town_asleep: Asleep, practice: Control) -> Persona:
    """Ana, with nobody who waits for the bot on her behalf."""
    return Persona("ana", town_asleep.users["ana"], practice, lambda: None)


def test_it_starts_says_where_it_is_works_and_stops_with_the_post_in_flight_finished(
    town_asleep: Asleep, practice: Control, ana_alone: Persona, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.setblocking(False)
        proxy = f"http://127.0.0.1:{elsewhere.getsockname()[1]}"
        given = {**town_asleep.environment(), "HTTPS_PROXY": proxy, "HTTP_PROXY": proxy}
        with going("run", at=tmp_path, **given) as bot:
            started = json.loads(bot.waits_for('"running"'))
            practice.fault("chat.postMessage", "slow", seconds=1.0)
            ana_alone.runs("/pdsa", "team-alder")
            ana_alone.waits_until(lambda: ana_alone.form)
            ana_alone.submits(**PLAN)
            ana_alone.waits_until(lambda: [call for call in practice.calls("chat.postMessage") if "fault" in call])
            for number in 30 * (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):  # a terminal that closes sends several
                bot.tell(number)

            assert bot.ends() == 0

        with pytest.raises(BlockingIOError):  # nobody asked the proxy for anything outside
            elsewhere.accept()
    assert (started["workspace"], started["slack"]) == ("Practice Slack", f"{town_asleep.practice.url}/api/")
    card = _letter(town_asleep, "pdsa:1")
    marks = [post["metadata"]["event_payload"]["key"] for post in practice.get("posts")["posts"] if post["metadata"]]
    assert (card.state, marks.count(card.mark)) == (SENT, 1)
    assert "cycle 1" in ana_alone.reads("team-alder")[-1]
    assert bot.out == []
    logged = "".join(bot.err)
    assert [json.loads(line)["event"] for line in bot.err][-1] == "stopped"
    assert "xoxb-" not in logged.replace("xoxb-…", "")
    assert "xapp-" not in logged.replace("xapp-…", "")
    assert "Nadia" not in logged


def test_it_waits_for_a_slack_that_is_down_and_works_when_it_is_back(
    town_asleep: Asleep, practice: Control, ana_alone: Persona, tmp_path: Path
) -> None:
    practice.post("down", down=True)

    with going("run", at=tmp_path, **town_asleep.environment()) as bot:
        bot.waits_for("socket.not_there_yet")
        practice.post("down", down=False)
        bot.waits_for('"running"')
        ana_alone.runs("/pdsa", "team-alder")
        ana_alone.waits_until(lambda: ana_alone.form)
        bot.tell(signal.SIGINT)

        assert bot.ends() == 0


def test_what_is_loaded_beside_it_is_carried_out_at_once(tmp_path: Path) -> None:
    (tmp_path / "town.yaml").write_text(towns.SMALL_TOWN, encoding="utf-8")
    with towns.asleep(stage="empty") as here, going("run", at=tmp_path, **here.environment()) as bot:
        control = Control(here.practice.url)
        pru, ana = (Persona(name, here.users[name], control, lambda: None) for name in ("pru", "ana"))
        bot.waits_for('"running"')

        allteach("collaborative", "load", "town.yaml", at=tmp_path, **here.environment())

        pru.waits_until(lambda: any("channels ready." in words for words in pru.hears()))
        assert ana.hears() == []
        bot.tell(signal.SIGTERM)
        assert bot.ends() == 0
        control.close()


def test_the_very_first_start_waits_until_slack_says_who_we_are(town: Town, ana: Persona) -> None:
    town.slack.post("down", down=True)
    with town.kit.store.transaction() as session:
        session.exec(delete(Workspace))
    bot, stopping = Running(town.kit), threading.Event()
    waiting = threading.Thread(target=bot.start, args=[stopping])

    waiting.start()
    ana.waits_until(lambda: [call for call in town.slack.calls("auth.test") if call["outcome"] == "down"])
    town.slack.post("down", down=False)

    ana.waits_until(bot.connected)
    waiting.join()  # else it would be stopped before it has begun to send, and go on sending
    bot.stop()


def test_stopped_while_it_waits_for_slack_it_begins_nothing(town: Town, ana: Persona) -> None:
    town.slack.post("down", down=True)
    bot, stopping = Running(town.kit), threading.Event()
    waiting = threading.Thread(target=bot.start, args=[stopping])

    with capture_logs() as logged:
        waiting.start()
        ana.waits_until(lambda: [one for one in logged if one["event"] == "socket.not_there_yet"])
        stopping.set()
        waiting.join(PATIENCE)

    assert not waiting.is_alive()
    assert not bot.connected()
    assert "running" not in [one["event"] for one in logged]


def test_a_second_one_on_the_same_file_is_refused_until_the_first_is_gone_even_killed(
    town_asleep: Asleep, tmp_path: Path
) -> None:
    with going("run", at=tmp_path, **town_asleep.environment()) as first:
        first.waits_for('"running"')
        second = allteach("run", at=tmp_path, **town_asleep.environment())

        assert (second.returncode, second.stdout) == (1, "")
        assert (
            second.stderr == "Allteach is already running on town.db. Stop that one first, or use another database.\n"
        )
        first.tell(signal.SIGKILL)
        first.ends()

    with going("run", at=tmp_path, **town_asleep.environment()) as third:
        third.waits_for('"running"')


@pytest.mark.parametrize("token", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
def test_a_token_that_slack_does_not_take_ends_the_start_with_its_name(town_asleep: Asleep, token: str) -> None:
    bot = Running(opened(settings.read(**{**town_asleep.environment(), token: "xoxb-town-revoked"})))

    with pytest.raises(BotError, match=f"Slack doesn't take {token} "):
        bot.start(threading.Event())

    bot.stop()


def test_a_record_that_cannot_be_opened_is_a_sentence(town_asleep: Asleep) -> None:
    nowhere = {**town_asleep.environment(), "ALLTEACH_DATABASE_URL": "sqlite:////nowhere/at.db"}

    with pytest.raises(BotError, match=r"^The database /nowhere/at\.db can't be opened \(No such file or directory\)"):
        opened(settings.read(**nowhere))


@pytest.mark.parametrize("how", [{}, {"abrupt": True}])
def test_a_socket_that_is_cut_is_opened_anew_and_acts_work_again(
    town: Town, ana: Persona, how: dict[str, object]
) -> None:
    town.slack.post("sockets/cut", **how)
    ana.waits_until(lambda: town.slack.get("state")["sockets"] == 1)

    ana.runs("/pdsa", "team-alder")
    ana.submits(**PLAN)

    assert "cycle 1" in ana.reads("team-alder")[-1]
    with town.record() as session:
        assert len(session.exec(select(Cycle)).all()) == 1


def _letter(town_asleep: Asleep, key: str) -> Letter:
    store = Store(town_asleep.database)
    with store.reading() as session:
        letter = session.exec(select(Letter).where(Letter.key == key)).one()
    store.close()
    return letter
