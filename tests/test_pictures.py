"""Pictures in what the bot says: drawn beside it, uploaded once, and never in the way of the words."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from multiprocessing import active_children
from typing import Any

import pytest
import sqlmodel as sql
from structlog.testing import capture_logs

from bot import outbox
from bot.domain.measures import Measure
from bot.domain.people import Person
from bot.outbox import SENT
from bot.sending.pictures import GIVEN_UP, LATER, ROOM, WAITS, Picture, without
from bot.studio import NotDrawn, Studio
from bot.templates import unescape
from tests.charting import BETTER, filed, pictures
from tests.command_line import ROOT
from tests.personas import Json, Persona, texts
from tests.test_charts import chart
from tests.town import Town

DRAWS_AND_WAITS = """
from multiprocessing import active_children
from bot.charts import Chart
from bot.domain.runcharts import phases
from bot.studio import Studio
studio = Studio()
studio.png(Chart("Seen", ["Jan 2026"], [1], phases([1])))
print(active_children()[0].pid, flush=True)
input()
"""
UPLOADING = ("files.getUploadURLExternal", "upload", "files.completeUploadExternal", "files.info")


def asked(town: Town, person: Persona, occasion: str = "1") -> str:
    """Owe somebody Alder & Main's chart; the letter's key."""
    with town.kit.store.transaction() as session:
        measure = session.exec(sql.select(Measure.id).where(Measure.code == "OFFER3")).one() or 0
        row = session.exec(sql.select(Person.id).where(Person.email == f"{person.name}@example.org")).one() or 0
        outbox.say(
            session, "charts/one", key=f"chart:{occasion}", to=f"person:{row}", now=town.kit.now(), team=1,
            measure=measure, person=row,
        )  # fmt: skip
    return f"chart:{occasion}"


def calls(town: Town) -> list[str]:
    """What was asked of Slack about files, in order, and posts."""
    told = town.slack.get("calls")["calls"]
    return [one["method"] for one in told if one["method"] in (*UPLOADING, "chat.postMessage")]


def newest(person: Persona) -> Json:
    return person.dm()[-1]


def test_a_picture_is_uploaded_without_a_channel_and_shown_once_slack_can(town: Town, ana: Persona) -> None:
    filed(town.kit, BETTER)
    before = len(calls(town))
    town.slack.post("limits", file_seconds=0.2)
    asked(town, ana)

    town.bot.settle()

    (shown,) = pictures(newest(ana))
    file = town.practice.world.files[shown["slack_file"]["id"]]
    assert (file.content[:4], file.alt_text, file.title) == (
        b"\x89PNG",
        shown["alt_text"],
        "OFFER3 Offered within 3 days",
    )
    made = calls(town)[before:]
    assert made[:3] == [*UPLOADING[:3]]
    assert set(made[3:-1]) == {"files.info"}
    assert made[-1] == "chat.postMessage"
    assert len(made) > 5, "Slack was asked until it knew"
    arguments = town.slack.calls("files.completeUploadExternal")[-1]["arguments"]
    assert "channel_id" not in arguments


def test_the_same_picture_is_uploaded_once_and_another_one_once_the_numbers_are_others(
    town: Town, ana: Persona, pru: Persona
) -> None:
    filed(town.kit, BETTER)
    for number, person in enumerate((ana, pru)):
        asked(town, person, str(number))
    town.bot.settle()
    same = [pictures(newest(person))[0]["slack_file"] for person in (ana, pru)]

    filed(town.kit, [*BETTER[:-1], 90])
    with town.kit.store.transaction() as session:
        outbox.say_again(session, "chart:0", now=town.kit.now())
    town.bot.settle()

    assert same[0] == same[1]
    (edited,) = pictures(newest(ana))
    assert edited["slack_file"] != same[0]
    assert "90% in Jan 2026" in edited["alt_text"]
    assert calls(town).count("upload") == 2


def _no_scope(town: Town) -> None:
    with_files = town.practice.world.app.scopes or []
    town.slack.post("app", scopes=[scope for scope in with_files if not scope.startswith("files:")])


def _breaks(studio: Studio) -> None:
    """Whoever draws is killed."""
    studio.png(chart([1, 2, 3]))
    for worker in active_children():
        os.kill(worker.pid or 0, signal.SIGKILL)


NOT_TO_BE_HAD: dict[str, Callable[[Town], Any]] = {
    "no scope": _no_scope,
    "refused": lambda town: town.slack.fault("files.getUploadURLExternal", "error", error="file_uploads_disabled"),
    "not drawn": lambda town: _breaks(town.kit.studio),
    "refused in the message": lambda town: town.slack.fault("chat.postMessage", "error", error="invalid_blocks"),
}


@pytest.mark.parametrize("why", NOT_TO_BE_HAD)
def test_where_a_picture_cannot_be_had_the_words_go_out_and_say_so_and_the_same_message_gets_it_later(
    town: Town, ana: Persona, why: str
) -> None:
    filed(town.kit, BETTER)
    scopes = town.practice.world.app.scopes
    NOT_TO_BE_HAD[why](town)
    key = asked(town, ana)

    with capture_logs() as logged:
        town.bot.settle()

    told = newest(ana)
    assert pictures(told) == []
    assert "Show as text" in texts(told["blocks"])
    assert WAITS in texts(told["blocks"])
    assert unescape(told["text"]).endswith(WAITS)
    assert [text for text in ana.hears() if "OFFER3" in text] == [told["text"]]
    assert [line["event"] for line in logged if line["event"].startswith("picture.")]
    with town.record() as session:
        letter = outbox.of_key(session, key)
        assert letter
        assert (letter.ts, letter.plain, outbox.unsettled(session)) == (told["ts"], False, 0)
    town.slack.post("app", scopes=scopes)
    town.later(minutes=2)
    town.bot.settle()
    assert [(one["ts"], len(pictures(one))) for one in ana.dm() if "OFFER3" in one["text"]] == [(told["ts"], 1)]
    assert WAITS not in str(newest(ana))


@pytest.mark.parametrize("method", ["upload", "files.completeUploadExternal"])
def test_a_picture_that_may_be_had_a_moment_later_is_waited_for(town: Town, ana: Persona, method: str) -> None:
    filed(town.kit, BETTER)
    town.slack.fault(method, "429" if method == "files.completeUploadExternal" else "500_before", retry_after=1)
    asked(town, ana)

    town.bot.settle()

    assert len(pictures(newest(ana))) == 1
    assert [text for text in ana.hears() if "OFFER3" in text] == [newest(ana)["text"]]


def test_it_is_not_waited_for_without_end(town: Town, ana: Persona) -> None:
    filed(town.kit, BETTER)
    town.slack.post("limits", file_seconds=600)
    key = asked(town, ana)
    with town.kit.store.transaction() as session:
        letter = outbox.of_key(session, key)
        assert letter
        letter.tries = len(LATER)

    town.bot.settle()

    assert pictures(newest(ana)) == []
    assert "OFFER3" in newest(ana)["text"]
    assert unescape(newest(ana)["text"]).endswith(GIVEN_UP)
    long = {"text": f"{'w' * (ROOM - 3)}&amp;", "blocks": [{"type": "image", "slack_file": {"id": "F1"}}]}
    assert without(long, tries=0)["text"] == f"{'w' * (ROOM - 3)}… {WAITS}"  # no character of it is cut in two
    with town.record() as session:
        assert getattr(outbox.of_key(session, key), "state", "") == SENT


def test_a_picture_that_somebody_deleted_in_slack_is_uploaded_anew(town: Town, ana: Persona, pru: Persona) -> None:
    filed(town.kit, BETTER)
    asked(town, ana)
    town.bot.settle()
    gone = pictures(newest(ana))[0]["slack_file"]["id"]
    town.kit.slack.call("files.delete", file=gone)
    asked(town, pru, "2")

    town.bot.settle()

    assert pictures(newest(pru))[0]["slack_file"]["id"] != gone
    with town.record() as session:
        assert len(session.exec(sql.select(Picture)).all()) == 1


def test_a_post_that_nobody_saw_is_made_once_with_the_picture_uploaded_once(town: Town, ana: Persona) -> None:
    filed(town.kit, BETTER)
    town.slack.fault("chat.postMessage", "drop_after")
    asked(town, ana)

    town.bot.settle()

    assert [len(pictures(message)) for message in ana.dm() if "OFFER3" in message["text"]] == [1]
    assert calls(town).count("upload") == 1


def test_what_draws_is_set_up_anew_after_it_broke(town: Town) -> None:
    studio = town.kit.studio
    first = studio.png(chart([1, 2, 3]))
    _breaks(studio)

    with pytest.raises(NotDrawn):
        studio.png(chart([1, 2, 3]))
    again = studio.png(chart([1, 2, 3]))

    assert again == first


def test_nothing_draws_before_the_first_picture_or_after_the_bot_has_closed() -> None:
    before, studio = active_children(), Studio()
    assert active_children() == before

    studio.png(chart([1, 2, 3]))
    drawing = len(active_children()) - len(before)
    studio.close()

    assert drawing == 1
    assert active_children() == before


def test_what_draws_ends_with_the_bot_however_that_ends() -> None:
    bot = subprocess.Popen(
        [sys.executable, "-c", DRAWS_AND_WAITS], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, text=True
    )
    assert bot.stdout
    worker = os.pidfd_open(int(bot.stdout.readline()))

    bot.kill()
    ended, _, _ = select.select([worker], [], [], 10)

    os.close(worker)
    bot.stdout.close()
    bot.wait()
    assert ended
