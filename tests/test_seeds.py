"""Where teams have shared nothing for ten days Allteach asks them something: one question, and no second in a row."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from bot import outbox
from bot.domain import seeds
from bot.domain.activity import record
from bot.domain.collaboratives import Collaborative
from bot.domain.pdsa import Cycle
from bot.domain.questions import Question
from bot.domain.teams import Team
from tests.checking_in import at
from tests.cycling import buttons
from tests.personas import Persona, texts
from tests.town import Town

SHARE = "small-town-share"
NEW_YORK = ZoneInfo("America/New_York")
THURSDAY = datetime(2026, 2, 12, 9, tzinfo=NEW_YORK)  # an hour before ten days have gone by since the launch
FRIDAY = THURSDAY + timedelta(days=1)  # the first nine o'clock after that
FIRST, SECOND = seeds.QUESTIONS["between"][:2]


def test_a_quiet_channel_is_asked_one_thing_and_nothing_more_before_somebody_shares(
    town: Town, ana: Persona, cleo: Persona, pru: Persona
) -> None:
    at(town, FRIDAY - timedelta(hours=47))
    pru.opens_home()
    pru.presses_at_home("Upcoming messages")
    assert "A question of mine to all teams" in texts((pru.form or {})["blocks"])
    at(town, THURSDAY + timedelta(minutes=1))
    assert _asked(cleo) == []

    for days in (0, 1, 5, 20):
        at(town, FRIDAY + timedelta(days=days, minutes=1))

    (said,) = _asked(cleo)
    assert said.startswith(f"A question to all teams: {FIRST} Answer stands in the thread. You get this because it has")
    ana.presses("Answer", channel=SHARE)
    assert "Allteach asks" in texts((ana.form or {})["blocks"])
    assert ana.submits(answer="We predicted too much")["ok"]
    assert "We predicted too much" in str(cleo.messages(SHARE)[-1])
    assert not any("We predicted too much" in text for text in ana.hears())
    at(town, FRIDAY + timedelta(days=29))
    assert len(_asked(cleo)) == 1
    at(town, FRIDAY + timedelta(days=34))
    assert SECOND in _asked(cleo)[-1]


def test_what_was_adopted_is_asked_about_and_goes_when_its_words_are_reported(
    town: Town, ana: Persona, cleo: Persona
) -> None:
    with town.kit.store.transaction() as session:
        team = session.exec(select(Team).where(Team.name == "Prairie Bend")).one()
        cycle = Cycle(
            collaborative_id=1, team_id=team.id or 0, number=1, owner_id=1, change="A same-day block.", prediction="8",
            due=FRIDAY.date(), stage="act", decision="adopt", started_at=town.kit.now(), decided_at=town.kit.now(),
        )  # fmt: skip
        session.add(cycle)
    at(town, FRIDAY + timedelta(minutes=1))
    asked = "Prairie Bend adopted “A same-day block”. What did it take, and who tried it too?"
    assert asked in _asked(ana)[-1]

    cleo.runs("/pdsa 1", "team-prairie")
    cleo.presses("Report patient details")

    assert _asked(ana) == []


@pytest.mark.parametrize("what", ["shared", "held back", "switched off", "the bot was away", "ended", "asked"])
def test_it_isnt_asked_where_somebody_shared_or_it_comes_too_late(
    town: Town, ana: Persona, pru: Persona, what: str
) -> None:
    at(town, FRIDAY - timedelta(hours=24))
    with town.kit.store.transaction() as session:
        if what == "shared":
            record(session, "idea.shared", team=2, person=1, subject="idea:1", now=town.kit.now())
        if what == "ended":
            session.get_one(Collaborative, 1).ends = THURSDAY.date()
        if what == "held back":
            letter = session.exec(select(outbox.Letter).where(outbox.Letter.message == "questions/seed")).one()
            outbox.hold(letter)
    if what == "switched off":
        pru.opens_home()
        pru.presses_at_home("Ask nothing when it's quiet")
        assert pru.hears()[-1].startswith("Where teams share nothing I don't ask them anything any more;")
        assert "Ask when it's quiet" in buttons(pru.home["blocks"])
    if what == "asked":
        ana.runs("/allteach ask Who helps?", "team-alder")
        ana.submits()

    if what == "the bot was away":  # for that day, a weekend and a bit
        at(town, FRIDAY + timedelta(days=3, hours=-2))
        assert _asked(ana) == []
        at(town, FRIDAY + timedelta(days=3, minutes=1))
        assert len(_asked(ana)) == 1
    else:
        for days in (0, 1, 3):
            at(town, FRIDAY + timedelta(days=days, minutes=1))
        assert _asked(ana) == []
    with town.record() as session:
        seeded = [one for one in session.exec(select(Question)) if one.team_id is None]
    assert len(seeded) == (1 if what in ("held back", "the bot was away") else 0)


def _asked(person: Persona) -> list[str]:
    return [text for text in person.reads(SHARE) if text.startswith("A question to all teams")]
