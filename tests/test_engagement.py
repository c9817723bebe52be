"""How a team is still with us: levels and reasons by printed rules, out of a ledger that is never counted wrong."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlmodel import Session, col, select

from bot import schema, times
from bot.domain import (
    activity,
    alerts,
    engagement,
    engagement_evidence,
    engagement_facts,
    engagement_priors,
    engagement_scope,
    engagement_terms,
    engagement_words,
    expected,
    points,
)
from bot.domain.absences import Absence
from bot.domain.activity import Act, WeeklyActs, week_of
from bot.domain.checkins import CheckIn
from bot.domain.collaborative_file import reader
from bot.domain.collaboratives import Collaborative
from bot.domain.engagement import Facts, Rules, Stream
from bot.domain.entries import Entry
from bot.domain.events import EventChange
from bot.domain.expected import Expected
from bot.domain.loading import loader
from bot.domain.pauses import Pause
from bot.domain.people import Membership
from bot.domain.rolls import Roll
from bot.domain.rsvps import Invited
from bot.domain.scores import Score, Scoring
from bot.domain.teams import Team
from bot.store import Store
from tests import calling, checking_in, cycling
from tests.personas import Persona, texts
from tests.sources import ROOT
from tests.town import Town

NOW = datetime(2026, 12, 30, 15, tzinfo=UTC)  # in the last days of a year of 53 weeks
BEGUN = datetime(2026, 1, 5, 15, tzinfo=UTC)
RULES = Rules()
ACTS = ("pdsa.ran", "data.filed", "data.corrected", "idea.shared", "shoutout.received", "data.coached", "call.counted")
THREE_MONTHS_AGO = datetime(2026, 9, 30, 15, tzinfo=UTC)
STEADY = (True,) * 25


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Two teams that were launched in January."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('engagement')}/record.db")
    schema.upgrade(store)
    with store.transaction() as session:
        loader.load(session, reader.open_file(ROOT / "tests" / "small_town.yaml"), now=BEGUN)
        here = session.get_one(Collaborative, 1)
        here.launched_at, here.ends = BEGUN, date(2027, 6, 1)
        session.get_one(Team, 2).region = "US"
    yield store
    store.close()


def test_the_level_is_that_of_the_printed_rules() -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"outcomes": STEADY}, ""),
        ({"outcomes": (*STEADY, False)}, "watch"),
        ({"outcomes": (*STEADY, False, False)}, "call"),
        ({"outcomes": (*STEADY, False, False, False)}, "now"),
        ({"outcomes": (True, False, True, True) * 5 + (False, False)}, ""),
        ({"outcomes": (True, False, True, True) * 5 + (False,) * 3}, "call"),
        ({"outcomes": (True, False, False) * 5 + (False,) * 9}, ""),
        ({"outcomes": (True, False, False, False)}, ""),  # one met makes no habit
        ({"outcomes": (*STEADY, False, False), "kind": "call"}, ""),  # of calls, only the chance tells
        ({"outcomes": STEADY, "chance": 0.79, "kind": "call"}, "watch"),
        ({"outcomes": STEADY, "chance": 0.5, "kind": "call"}, "watch"),
        ({"outcomes": STEADY, "chance": 0.49}, "call"),
        ({"outcomes": (*STEADY, False), "chance": 0.29}, "now"),
    ]
    for stream, level in cases:
        assert engagement.level(Stream(**{"kind": "checkin", **stream}), RULES) == level, stream

    milder = Rules(watch_missed=2, call_missed=4, now_missed=6)
    assert engagement.level(Stream("data", (*STEADY, False, False, False)), milder) == "watch"


def test_a_team_is_at_the_level_of_its_highest_and_the_reasons_are_the_facts() -> None:
    checkins, calls = Stream("checkin", (*STEADY, False, False)), Stream("call", (False, False))
    facts = Facts(
        1, (Stream("data", (True, True)), calls, checkins), people=5, active=1, last=date(2026, 12, 1), worked=9
    )

    signal = engagement.judged(facts, RULES)

    assert (signal.level, signal.standing) == ("call", "active")
    assert signal.reasons == (
        "missed 2 of 2 calls", "one of five people active",
        "data within a week of the last two due dates", "missed 2 of the last 4 check-ins",
    )  # fmt: skip
    assert engagement_evidence.evidence(checkins, RULES) == (
        "made 25 of 25, then missed the last two; of teams with this habit that miss two, about a third come back "
        "within eight weeks"
    )
    assert engagement_evidence.evidence(calls, RULES) == ""
    assert [one.percent for one in (replace(calls, chance=each) for each in (0.02, 0.5, 0.999))] == [10, 50, 97]
    assert engagement.judged(replace(facts, at_rest=True, quiet=90), RULES).level == ""


def test_silent_passive_and_never_started_are_as_they_are_printed() -> None:
    cases = [
        ({"last": date(2026, 12, 20), "quiet": 10, "no_numbers": 10, "no_move": 60, "worked": 10}, ("", "active")),
        ({"last": date(2026, 12, 20), "quiet": 1, "no_numbers": 31, "no_move": 60, "worked": 30}, ("", "not active")),
        ({"last": date(2026, 12, 20), "quiet": 10, "no_numbers": 50, "no_move": 60}, ("", "passive")),
        ({"last": date(2026, 11, 20), "quiet": 30, "no_numbers": 10, "no_move": 60}, ("call", "silent")),
        ({"last": date(2026, 10, 20), "quiet": 45, "no_numbers": 10, "no_move": 60}, ("now", "silent")),
        ({"last": None, "quiet": 31, "no_numbers": 31, "no_move": 31}, ("call", "never started")),
        ({"last": None, "quiet": 3, "no_numbers": 3, "no_move": 3}, ("", "not active yet")),
    ]
    for facts, told in cases:
        signal = engagement.judged(Facts(1, people=1, **facts), RULES)  # type: ignore[arg-type]
        assert (signal.level, signal.standing) == told, facts
    figures = engagement_terms.figures(RULES)
    assert "30 days without a contribution: silent, call" in figures
    assert "1 due date missed in a row by a firm habit: watch" in figures
    known = Facts(1, (Stream("checkin", (True,) * 4), Stream("call", (*STEADY, False))), people=1)
    assert engagement.reasons(known)[::2] == (
        "missed 1 of the last 4 calls", "the last four check-ins answered, or answered for by a test that had moved",
    )  # fmt: skip
    may = date(2026, 6, 15)
    for numbers, words in (
        (((), 0, 0, None), ""),
        (((True, False, True), 0, 0, None), "data within a week of the last due date"),
        (((True,) * 6, 0, 0, None), "data within a week of the last four due dates"),
        (((True,) * 6, 0, 0, may), "data due on Mon 15 Jun 2026 not in yet"),
        (((True, False), 1, 0, None), "data in, more than a week after its due date"),
        (((True, False), 1, 1, None), "data not in yet"),
        (((True, False), 1, 1, may), "data of the last two months not in yet"),
    ):
        assert engagement_words.numbers(*numbers) == words, numbers
    assert engagement_words.check_ins((True,), may) == (
        "the last check-in answered, or answered for by a test that had moved, that of Mon 15 Jun 2026 still open"
    )
    assert engagement_words.check_ins((), may) == "check-in of Mon 15 Jun 2026 still open"
    assert engagement.reasons(Facts(1)) == ("nobody in the team", "no contribution yet")


A_DAY = some.integers(0, 359).map(lambda day: BEGUN + timedelta(days=day, hours=day % 9))
HISTORIES = some.fixed_dictionaries(
    {
        "acts": some.lists(
            some.tuples(some.sampled_from(ACTS), some.sampled_from((1, 2)), some.sampled_from((4, 5, 6)), A_DAY),
            max_size=25,
        ),
        "taken_back": some.sets(some.sampled_from(ACTS), max_size=2),
        "expected": some.lists(
            some.tuples(
                some.sampled_from((1, 2)), some.sampled_from(expected.KINDS), A_DAY,
                some.sampled_from(("met", "met", "missed", "excused", "unknown", "open")),
            ),
            max_size=40,
        ),
        "pauses": some.lists(some.tuples(some.sampled_from((1, 2)), A_DAY, some.integers(0, 60)), max_size=2),
        "away": some.lists(some.tuples(some.integers(4, 8), A_DAY, some.integers(0, 90)), max_size=6),
    }
)  # fmt: skip


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORIES)
def test_weeks_and_signals_equal_what_a_count_of_the_whole_ledger_gives(record: Store, history: dict[str, Any]) -> None:
    with record.rehearsal() as session:
        _lived(session, history)

        acts = session.exec(select(Act)).all()
        weeks = {(one.week, one.team_id, one.kind): (one.done, one.last_at) for one in session.exec(select(WeeklyActs))}
        assert weeks == {
            key: (len(theirs), max(one.at for one in theirs))
            for key in {(week_of(one.at), one.team_id, one.kind) for one in acts}
            if (theirs := [one for one in acts if (week_of(one.at), one.team_id, one.kind) == key])
        }
        at_once = engagement_facts.by_team(session, NOW)
        assert set(at_once) == {1, 2}
        for number in (1, 2):
            team = session.get_one(Team, number)
            assert engagement_facts.of_team(session, team, NOW) == at_once[number] == _recounted(session, team)


def _lived(session: Session, history: dict[str, Any]) -> None:
    for kind, team, person, at in history["acts"]:
        activity.record(session, kind, team=team, person=person, subject=kind, now=at)
    for kind in history["taken_back"]:
        activity.take_back(session, col(Act.subject) == kind, col(Act.team_id) == 1)
    for number, (team, kind, at, outcome) in enumerate(history["expected"]):
        session.add(_due_on(at.date(), team=team, kind=kind, source=number, outcome=outcome))
    for team, at, days in history["pauses"]:
        session.add(Pause(team_id=team, first=at.date(), back=at.date() + timedelta(days=days)))
    for person, at, days in history["away"]:
        back = at.date() + timedelta(days=days)
        session.add(Absence(person_id=person, first=at.date(), back=back, written_at=at))
    session.flush()


def _recounted(session: Session, team: Team) -> Facts:
    """The facts by looking at every row of the record, one after the other."""
    acts = [one for one in session.exec(select(Act)) if one.team_id == team.id]
    own = [one for one in acts if one.kind not in ("shoutout.received", "data.coached")]
    recent = [one for one in own if week_of(one.at) >= week_of(NOW) - timedelta(weeks=26)] or own
    days = {
        name: max((one.at.date() for one in recent if one.kind.startswith(name)), default=None)
        for name in ("", "data.filed", "pdsa.")
    }
    members = {one.person_id for one in session.exec(select(Membership)) if one.team_id == team.id}
    off = _off(session, team, members)

    def since(begin: date) -> int:
        days = (begin + timedelta(days=count + 1) for count in range((NOW.date() - begin).days))
        return sum(day not in off for day in days)

    streams = []
    for kind in expected.KINDS:
        of_kind = [one for one in session.exec(select(Expected)) if (one.team_id, one.kind) == (team.id, kind)]
        rows = sorted(
            (one for one in of_kind if one.outcome not in ("open", "unknown")), key=lambda one: (one.due, one.id)
        )
        counted = [one for one in rows if one.outcome != "excused"]
        met = tuple(one.outcome == "met" for one in counted)
        stream = Stream(kind, met, len(rows) - len(counted))
        if stream.habit is not None:
            (chance,) = engagement_priors.chances(session, session.get_one(Collaborative, 1), kind, [met])
            stream = replace(stream, chance=chance)
        waits = max((one.due for one in of_kind if one.outcome == "open" and one.due < NOW.date()), default=None)
        at_work = waits and (expected.at_work(session, team, waits) if kind == "data" else since(waits))
        if at_work and kind != "call":
            stream = replace(stream, waits=waits)
        streams.append(stream)

    def newest(kind: str) -> int:
        rows = [one for one in session.exec(select(Expected)) if (one.team_id, one.kind) == (team.id, kind)]
        counted = sorted(
            (one for one in rows if one.outcome in ("met", "missed")), key=lambda one: (one.due, one.id or 0)
        )
        return sum(one.outcome == "met" and one.due >= THREE_MONTHS_AGO.date() for one in counted[-3:])

    begun = BEGUN.date()
    worked = max(
        (one.at.date() for one in recent if one.kind.startswith(("data.filed", "pdsa.", "call."))), default=None
    )
    return Facts(
        team=team.id or 0, streams=tuple(streams), people=len(members),
        active=len({
            one.person_id
            for one in own
            if timedelta(0) <= NOW - one.at <= timedelta(days=30) and one.kind != "call.counted"
        }),
        last=days[""], last_move=days["pdsa."],
        worked=since(worked) if worked else None,
        calls_met=newest("call"), months_in=newest("data"),
        moves=sum(one.kind.startswith("pdsa.") and THREE_MONTHS_AGO <= one.at <= NOW for one in own),
        quiet=since(days[""] or begun), begun=since(begun),
        no_numbers=since(days["data.filed"] or begun), no_move=since(days["pdsa."] or begun),
    )  # fmt: skip


def _off(session: Session, team: Team, members: set[int]) -> set[date]:
    """Every day on which nobody of the team could do anything."""

    def each(first: date, back: date) -> set[date]:
        return {first + timedelta(days=count) for count in range((back - first).days)}

    paused = [each(one.first, one.back) for one in session.exec(select(Pause)) if one.team_id == team.id]
    away: dict[int, set[date]] = {person: set() for person in members}
    for one in session.exec(select(Absence)):
        if one.person_id in members:
            away[one.person_id] |= each(one.first, one.back)
    public = {date.fromisoformat(day) for day in times.public_holidays(team.region)}
    return public.union(*paused) | set.intersection(*away.values())


def test_what_is_odd_about_a_team_or_its_acts_makes_no_wrong_signal(record: Store) -> None:
    june = datetime(2026, 6, 15, 15, tzinfo=UTC)

    def did(session: Session, kind: str, at: datetime, team: int = 1, person: int = 4) -> None:
        activity.record(session, kind, team=team, person=person, subject=kind, now=at)

    def all_away(session: Session) -> None:
        for person in (4, 5, 6, 7):
            session.add(Absence(person_id=person, first=BEGUN.date(), back=date(2026, 7, 1), written_at=BEGUN))

    def renamed(session: Session) -> None:
        did(session, "pdsa.ran", june)
        session.get_one(Team, 1).name = "Alder & Main and Elm"

    def moved(session: Session) -> None:
        did(session, "idea.shared", june - timedelta(days=60))
        session.add(Collaborative(
            id=2, name="Elsewhere", timezone="UTC", loaded_at=BEGUN, launched_at=BEGUN,
            engagement={"silent_days": 90, "silent_now_days": 99, "passive_days": 366},
        ))  # fmt: skip
        session.flush()
        session.get_one(Team, 1).collaborative_id = 2

    def reinstated(session: Session) -> None:
        did(session, "pdsa.ran", june - timedelta(days=100))
        session.add(Pause(team_id=1, first=date(2026, 3, 9), back=date(2026, 6, 12)))  # so its time away is kept

    def withdrawn(session: Session) -> None:
        session.get_one(Team, 1).status = "withdrawn"

    def twice(session: Session) -> None:
        for _ in range(2):
            did(session, "data.filed", june - timedelta(days=3))

    cases: list[tuple[Callable[[Session], None], datetime, str, list[str]]] = [
        (lambda _: None, BEGUN + timedelta(days=3), "not active yet", []),  # no history yet
        (lambda _: None, BEGUN + timedelta(days=31), "never started", ["silent"]),
        (all_away, june, "not active yet", []),
        (renamed, june, "active", ["active"]),
        (moved, june, "not active", []),  # the rules are those of where it is now
        (reinstated, june, "active", ["active"]),
        (withdrawn, june, "at rest", ["paused"]),
        (twice, june, "active", ["active"]),
        # January's numbers are corrected in June: an act of June, and of nothing that makes a team active
        (lambda session: did(session, "data.corrected", june), june, "passive", ["passive"]),
        (lambda session: did(session, "data.corrected", june), datetime(2026, 2, 3, tzinfo=UTC), "not active yet", []),
        (
            lambda session: did(session, "data.filed", june),
            datetime(2026, 2, 3, tzinfo=UTC),
            "not active yet",
            [],
        ),
    ]
    for change, now, standing, terms in cases:
        with record.rehearsal() as session:
            change(session)
            session.flush()
            team = session.get_one(Team, 1)
            rules = engagement_scope.rules_of(session.get_one(Collaborative, team.collaborative_id))

            facts = engagement_facts.of_team(session, team, now)

            told = (engagement.standing(facts, rules), engagement_terms.standing(facts, rules))
            assert told == (standing, terms), change
            every = engagement_facts.by_team(session, now)
            assert every.get(1, facts) == facts
            assert (1 in every) == (change is not withdrawn)
            reasons = {one.reason for one in alerts.watch(session, now) if one.team_id == 1}
            assert reasons - {"never_started"} <= {*terms}, change
            begun = facts.last is None and facts.begun >= RULES.first_days and not facts.at_rest
            assert ("never_started" in reasons) == begun, change

    with record.rehearsal() as session:
        did(session, "pdsa.ran", june, team=2, person=8)  # one person, and the only team of its collaborative
        facts = engagement_facts.of_team(session, session.get_one(Team, 2), june)
        assert engagement.reasons(facts)[0] == "one person, active"
        assert engagement_terms.rates([facts], RULES)[0].words == "1 of 1 team (100 %)"

    scored: list[tuple[list[float | None], tuple[bool, int]]] = [
        ([3.0, 2.5], (True, 0)), ([3.0, 2.5, 3.0], (False, 0)), ([3.0, 3.0, None], (False, 60)),
        ([None, None, None], (False, 119)), ([3.0, None, 2.0], (True, 0)),
    ]  # fmt: skip
    for values, known in scored:
        with record.rehearsal() as session:
            for month, own in enumerate(values, 2):
                turn = Scoring(team_id=1, period=str(month), opens=date(2026, month, 11), closes=date(2026, 12, 1))
                session.add(turn)
                session.flush()
                for side, said in (("faculty", 1.0), ("own", own)):
                    if said:
                        by: dict[str, Any] = {"scoring_id": turn.id, "person_id": 4, "at": june}
                        session.add(Score(side=side, value=said, **by))
            session.flush()
            facts = engagement_facts.of_team(session, session.get_one(Team, 1), datetime(2026, 6, 11, tzinfo=UTC))
            assert (facts.score_fell, facts.unscored) == known, values
    for back, waits in ((date(2026, 3, 15), date(2026, 3, 15)), (date(2026, 3, 16), None)):  # back on the day, or after
        with record.rehearsal() as session:
            session.add(Pause(team_id=1, first=date(2026, 3, 10), back=back))
            session.add(Absence(person_id=8, first=date(2026, 3, 10), back=back, written_at=BEGUN))  # all of the second
            for row in (1, 2):
                session.add(_due_on(date(2026, 3, 15), team=row, kind="data", source=row, outcome="open"))
            session.flush()
            both = engagement_facts.by_team(session, datetime(2026, 3, 20, tzinfo=UTC))
            assert [one.waits for row in (1, 2) for one in both[row].streams if one.kind == "data"] == [waits, waits]
    with record.rehearsal() as session:  # the whole turn lay in a pause: nothing was asked for
        session.add(Scoring(team_id=1, period="ap1", opens=date(2026, 4, 28), closes=date(2026, 5, 27)))
        session.add(Pause(team_id=1, first=date(2026, 4, 1), back=date(2026, 6, 1)))
        session.flush()
        assert engagement_facts.of_team(session, session.get_one(Team, 1), june).unscored == 0


def test_the_terms_of_rates_are_as_they_are_printed(record: Store) -> None:
    calls = Stream("call", (True, False, False))
    well: dict[str, Any] = {"last": date(2026, 6, 1), "worked": 5}
    enough: dict[str, Any] = {"calls_met": 2, "months_in": 2, "moves": 2}
    cases: list[tuple[Facts, list[str]]] = [
        (Facts(1, **well), ["active"]),
        (Facts(1, last=date(2026, 6, 1), worked=29), ["active"]),
        (Facts(1, last=date(2026, 6, 1), worked=30), []),  # said something, and did nothing of it
        (Facts(1, last=date(2026, 6, 1)), []),
        (Facts(1, **well, **enough), ["active", "engaged"]),
        *((Facts(1, **well, **{**enough, one: 1}), ["active"]) for one in enough),
        (Facts(1, **well, no_numbers=45, no_move=44), ["active"]),
        (Facts(1, **well, no_numbers=45, no_move=45), ["active", "passive"]),
        (Facts(1, (calls,), **well, months_out=2), ["active", "at risk"]),
        (Facts(1, (calls,), **well, months_out=1), ["active"]),
        (Facts(1, **well, no_move=45, heavy=2), ["active", "at risk"]),
        (Facts(1, **well, left=("senior_leader",), heavy=1), ["active"]),
        (Facts(1, **well, left=("senior_leader",), heavy=2), ["active", "at risk"]),
        (Facts(1, **well, score_fell=True, unscored=59), ["active"]),
        (Facts(1, **well, heavy=2, unscored=60), ["active", "at risk"]),
        (Facts(1, last=date(2026, 6, 1), quiet=30, worked=30), ["silent"]),
        (Facts(1, **enough, at_rest=True, quiet=90, heavy=2, left=("team_lead",)), ["paused"]),
    ]
    for facts, terms in cases:
        assert engagement_terms.standing(facts, RULES) == terms, facts

    own = Rules(active_days=10, engaged_calls=3, risk_signs=1)
    assert engagement_terms.standing(Facts(1, **well, **enough, heavy=2), own) == ["active", "at risk"]
    assert "any 1 of: 2 calls missed in a row; numbers of 2 months not in;" in " ".join(engagement_terms.printed(own))
    assert "in the last 3 months at 3 or more of the newest 3 calls" in " ".join(engagement_terms.printed(own))


def test_a_prior_is_fitted_on_own_teams_once_there_is_a_history(record: Store) -> None:
    with record.rehearsal() as session:
        here = session.get_one(Collaborative, 1)
        assert engagement_priors.refit(session, here, "call", NOW) is None
        for team in range(3, 13):
            session.add(Team(id=team, collaborative_id=1, organization_id=1, name=f"T{team}", timezone="UTC"))
        session.flush()
        for number in range(200):
            due, outcome = date(2026, 1, 1) + timedelta(days=number), "met" if number % 20 < 12 else "missed"
            session.add(_due_on(due, team=3 + number % 10, kind="call", source=number, outcome=outcome))
        session.flush()
        before = engagement_priors.chances(session, here, "call", [(True, True, False)])

        fitted = engagement_priors.refit(session, here, "call", NOW)

        assert fitted
        assert (fitted.teams, fitted.fitted_on) == (10, NOW.date())
        assert engagement_priors.chances(session, here, "call", [(True, True, False)]) != before
        assert ("call", NOW.date()) not in [(kind, NOW.date()) for _, kind in engagement_priors.due(session, NOW)]


def test_what_is_expected_is_met_or_missed_once_its_time_is_over_and_never_changed_after(
    town: Town, ana: Persona, cleo: Persona
) -> None:
    calling.comes_up(town)
    checking_in.asked(town)
    town.bot.tick()
    waiting = {(team, kind, "open") for team in (1, 2) for kind in ("call", "checkin")}
    assert waiting <= {*_expected(town)}

    checking_in.answers(ana)
    town.bot.tick()
    assert (1, "checkin", "met") in _expected(town)
    with town.kit.store.transaction() as session:
        for team, day in ((1, date(2026, 2, 17)), (2, date(2026, 3, 2))):
            session.add(Pause(team_id=team, first=day, back=day + timedelta(days=1)))
        activity.record(
            session, "call.attended", team=2, person=8, subject=f"event:{calling.FIRST}", now=town.kit.now()
        )
        session.add(Roll(event_id=1, planned=calling.CALL, by_id=4, at=town.kit.now()))
    checking_in.at(town, datetime(2026, 3, 2, 20, tzinfo=UTC))
    assert {(2, "checkin", "missed"), (1, "call", "missed"), (2, "call", "met")} <= {*_expected(town)}

    checking_in.at(town, datetime(2026, 3, 10, 20, tzinfo=UTC))
    assert {(1, "data", "missed"), (2, "data", "excused")} <= {*_expected(town)}
    before = [one for one in _expected(town) if one[2] != "open"]
    assert "data not in yet" in _reasons(town)
    with town.kit.store.transaction() as session:  # January's numbers, a week after their time
        january = Entry(1, date(2026, 1, 1), "value", 18, 20)
        points.file(session, team=session.get_one(Team, 1), person=4, entries=[january], now=town.kit.now())
    town.turn_clock(datetime(2026, 3, 1, 20, tzinfo=UTC))  # and the clock is turned back
    town.bot.tick()
    town.bot.tick()

    assert [one for one in _expected(town) if one[2] != "open"] == before
    assert "data in, more than a week after its due date" in _reasons(town)
    with town.record() as session:
        assert engagement_facts.of_team(session, session.get_one(Team, 1), town.kit.now()).months_in == 1
    with town.record() as session:
        acts = session.exec(select(col(Act.kind), col(Act.week)).where(Act.kind == "data.filed")).all()
    assert acts == [("data.filed", date(2026, 3, 9))]


def test_a_check_in_that_is_taken_back_was_never_expected_and_its_number_may_be_anothers(record: Store) -> None:
    with record.rehearsal() as session:
        day = date(2026, 2, 2)
        told: dict[str, Any] = {
            "since": day,
            "opens": day,
            "closes": day + timedelta(days=7),
            "day": day,
            "every": "week",
        }
        for team in (1, 2):
            session.add(CheckIn(id=team, team_id=team, **told))
        session.flush()
        expected.note(session)
        for team in (1, 2):
            session.delete(session.get_one(CheckIn, team))
        session.flush()
        session.add(CheckIn(id=1, team_id=2, **told))
        session.flush()

        settled = expected.settle(session, NOW)

        assert [(one.team_id, one.outcome) for one in settled] == [(2, "missed")]
        assert [one.source for one in session.exec(select(Expected))] == [1]


def test_coach_and_faculty_open_a_team_down_to_its_acts_and_the_team_sees_the_facts(town: Town, ana: Persona) -> None:
    tobias, planned = town.people["tobias"], datetime(2026, 9, 17, 16, tzinfo=UTC)
    with town.kit.store.transaction() as session:
        for number, outcome in enumerate(["met"] * 9 + ["missed"] * 2):
            due = date(2026, 1, 5) + timedelta(days=2 * number)
            session.add(_due_on(due, team=1, kind="checkin", source=900 + number, outcome=outcome))
        session.add(_due_on(date(2026, 1, 15), team=1, kind="call", source=990, outcome="unknown"))
        session.add(Invited(id=991, event_id=1, planned=planned, team_id=1))
        session.add(EventChange(event_id=1, planned=planned, person_id=4, changed_at=town.kit.now()))
        session.add(_due_on(date(2026, 1, 20), team=1, kind="call", source=991, outcome="excused"))
        activity.record(session, "pdsa.ran", team=1, person=4, subject="cycle:1", now=town.kit.now())
        activity.record(session, "idea.shared", team=1, person=4, subject="idea:1", now=BEGUN - timedelta(weeks=20))
        session.add(_due_on(date(2026, 1, 15), team=1, kind="data", source=0, outcome="met"))
        opens, closes = date(2026, 1, 5), date(2026, 2, 9)
        session.add(
            CheckIn(id=900, team_id=1, since=date(2025, 12, 1), opens=opens, closes=closes, day=opens, every="month")
        )
    cycling.logs(ana)  # on 2 February

    tobias.opens_home()
    tobias.presses_at_home("Cycles")
    tobias.presses("How they are going")
    page = _window(tobias)
    assert (
        "Level: call now, because of the check-ins. It is the highest of how long nothing came at all and of each kind "
        "below, which stands for itself. One of four people active; data within a week of the last due date; "
        "missed 2 of the last 4 check-ins." in page
    )
    assert (
        "Check-ins: call now\n9 of all 11 check-ins so far: made 9 of 9, then missed the last two; of teams with"
        in page
    )
    assert "If 8 more check-ins came, the chance that we hear from them in one of these is " in page
    assert "It takes its rhythm for steady" in page
    tobias.presses("What these words mean")
    assert "30 days without a contribution: silent, call" in _window(tobias)
    assert len((tobias.form or {})["blocks"]) > 9  # a paragraph each
    tobias.closes()
    tobias.presses("What they did")
    assert "tests run: 1" in _window(tobias)
    assert "Week of Mon 18 Aug 2025 · ideas shared: 1" in _window(tobias)  # however long ago

    ana.opens_home()
    ana.presses_at_home("What faculty see about us")
    ours = _window(ana)
    assert "9 of all 11 check-ins so far." in ours
    assert "Last contribution on Mon 2 Feb 2026, 0 days ago." in ours
    assert "One of four people active" in ours
    assert not any(word in ours for word in ("Level", "chance", "call now"))
    ana.presses_beside("Calls and sessions", "Due dates")
    assert "Thu 15 Jan 2026 · a call: not known: nobody called the roll" in _window(ana)
    assert "Tue 20 Jan 2026 · AP1 call: not counted: it was canceled" in _window(ana)
    ana.closes()
    ana.presses_beside("Check-ins", "Due dates")
    assert "Mon 5 Jan 2026 · check-in: answered for by a test that moved on Mon 2 Feb 2026, since the" in _window(ana)
    assert "Sun 25 Jan 2026 · check-in: not answered" in _window(ana)
    ana.closes()
    ana.presses_beside("Monthly numbers", "Due dates")
    assert "Thu 15 Jan 2026 · numbers: something came within a week of that day" in _window(ana)


def test_coordinators_set_the_rules_and_they_stand_beside_what_they_decide(town: Town) -> None:
    pru, imani = town.people["pru"], town.people["imani"]
    pru.opens_home()
    pru.presses_at_home("🔔 Alerts")
    pru.presses_at_home("Who covers, what was no worry, and rules")
    pru.presses("Rules")
    assert pru.filled_in()["silent_days"] == "30"

    assert pru.submits(silent_days="0")["errors"]["silent_days"]
    assert pru.submits(silent_days="40", watch_missed="2")["ok"]

    imani.opens_home()
    imani.presses_at_home("Cycles")
    imani.presses("How they are going")
    imani.presses("What these words mean")
    assert "40 days without a contribution: silent, call" in _window(imani)
    with town.record() as session:
        assert session.get_one(Collaborative, 1).engagement == {"silent_days": 40, "watch_missed": 2}


def _window(person: Persona) -> str:
    return texts((person.form or {"blocks": []})["blocks"])


def _expected(town: Town) -> list[tuple[int, str, str]]:
    with town.record() as session:
        rows = session.exec(select(Expected).order_by(col(Expected.id))).all()
    return [(one.team_id, one.kind, one.outcome) for one in rows]


def _reasons(town: Town) -> tuple[str, ...]:
    with town.record() as session:
        return engagement.reasons(engagement_facts.of_team(session, session.get_one(Team, 1), town.kit.now()))


def _due_on(due: date, *, team: int, kind: str, source: int, outcome: str) -> Expected:
    return Expected(team_id=team, kind=kind, source=source, due=due, closes=due, outcome=outcome)
