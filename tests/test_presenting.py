"""Teams take turns in presenting at calls: whoever's last is longest ago is next, and a turn can be swapped."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from bot.domain import presenting
from bot.domain.events import Event, Meeting
from bot.domain.presenting import HOSTS, PRESENTS
from bot.domain.teams import Team
from tests.calling import CALL, cards, comes_up
from tests.checking_in import at
from tests.cycling import buttons, last_sent, only_people_are_heard, sends_again
from tests.personas import Persona, texts
from tests.town import Town

FORTNIGHT_BEFORE = datetime(2026, 2, 5, 14, tzinfo=UTC)
A_WEEK = timedelta(days=7)


def test_a_team_hears_of_its_turn_and_swaps_it_with_another(
    town: Town, ana: Persona, cleo: Persona, pru: Persona
) -> None:
    only_people_are_heard(town)
    comes_up(town)
    with town.kit.store.transaction() as session:
        session.get_one(Event, 1).presenters = 1
    at(town, FORTNIGHT_BEFORE - timedelta(days=6, hours=-2))
    assert [one for one in ana.messages("team-alder") if "it is your turn to present" in one["text"]]
    pru.runs("/calls")
    pru.presses_beside("AP1 call", "Change")
    pru.submits(at="13:00")
    assert pru.submits()["ok"]
    (told,) = [one for one in ana.messages("team-alder") if "it is your turn to present" in one["text"]]
    assert f"<!date^{int(CALL.timestamp()) + 3600}^" in told["text"]
    assert "Swap a turn" in buttons(told["blocks"])
    assert cards(ana) == []  # it comes a fortnight before, as every card
    at(town, FORTNIGHT_BEFORE + timedelta(hours=1))
    (told,) = [one for one in ana.messages("team-alder") if "it is your turn to present" in one["text"]]
    assert "Presenting: Alder & Main" in texts(cards(ana)[0]["blocks"])
    assert "Swap a turn" in buttons(cards(ana)[0]["blocks"])
    cleo.presses("Swap a turn", cards(cleo)[0])
    assert cleo.whispers()[-1].startswith("That's for the teams that have a turn at this call")

    ana.presses("Swap a turn", told)
    assert "Thu 19 Feb 12:00 PM CST." in texts((ana.form or {})["blocks"])  # where she is
    (others,) = ana.box("team")["element"]["option_groups"]
    assert [one["value"] for one in others["options"]] == ["2"]  # not her own team
    assert ana.submits(turn="presents:1", team="2")["ok"]
    sends_again(town, last_sent(town))

    assert "Presenting: Prairie Bend" in texts(cards(ana)[0]["blocks"])
    (changed,) = [one for one in ana.messages("team-alder") if "it was your turn to present" in one["text"]]
    assert "does it in your place." in changed["text"]
    assert changed["text"].endswith("and Alder &amp; Main was next.")
    assert buttons(changed["blocks"]) == []
    (word,) = swaps(ana, "team-alder")  # an edit tells nobody
    assert "Prairie Bend presents in your place, so you needn't prepare anything. Ana Reyes swapped it." in word
    at(town, FORTNIGHT_BEFORE + timedelta(hours=2))
    (asked,) = [one["text"] for one in cleo.messages("team-prairie") if "it is your turn to present" in one["text"]]
    assert "Ana Reyes swapped it to you. If it doesn't suit, Swap a turn finds another team." in asked
    pru.presses("Swap a turn", cards(pru)[0])
    assert pru.submits(turn="presents:2", team="1")["ok"]
    assert "Presenting: Alder & Main" in texts(cards(ana)[0]["blocks"])
    assert pru.hears()[-1].endswith("in place of Prairie Bend. Both read it in their channels.")
    at(town, FORTNIGHT_BEFORE + timedelta(hours=3))
    assert "it is your turn to present one test after all, in place of Prairie Bend." in swaps(ana, "team-alder")[1]
    assert "Alder &amp; Main presents in your place" in swaps(cleo, "team-prairie")[0]
    assert [len(swaps(one, team)) for one, team in ((ana, "team-alder"), (cleo, "team-prairie"))] == [2, 1]
    ana.presses("Report patient details", cards(ana)[0])
    said = [*swaps(ana, "team-alder"), *swaps(cleo, "team-prairie")]
    assert ["AP1 call" in one for one in said] == [False, False, False]  # also those that aren't so any more


def swaps(person: Persona, channel: str) -> list[str]:
    """What a team reads of swaps, oldest first."""
    return [one["text"] for one in person.messages(channel) if "was swapped." in one["text"]]


def test_over_the_year_every_team_has_as_many_turns_and_never_hosts_and_presents_at_once(town: Town) -> None:
    comes_up(town)
    with town.kit.store.transaction() as session:
        for name in ("Cedar", "Dogwood", "Elm"):
            session.add(Team(collaborative_id=1, organization_id=1, name=name, timezone="UTC"))
        event = session.get_one(Event, 1)
        event.presenters, event.hosts_in_turn, event.repeats = 1, True, "FREQ=WEEKLY;COUNT=10"
        session.flush()
        turns: dict[str, list[str]] = {PRESENTS: [], HOSTS: []}

        for week in range(10):
            date = Meeting(event, CALL + week * A_WEEK)
            for role, count in presenting.lacks(session, date):
                turns[role] += [team.name for team in presenting.assign(session, date, role, count, CALL)]

        times = [sorted(Counter(names).values()) for names in turns.values()]
        assert [(len(one), one[-1] - one[0] <= 1) for one in times] == [(5, True), (5, True)]
        assert all(one != other for one, other in zip(*turns.values(), strict=True))
        assert presenting.lacks(session, Meeting(event, CALL)) == []
        event.presenters = 6
        date = Meeting(event, CALL + 10 * A_WEEK)
        assert presenting.lacks(session, date) == [(PRESENTS, 5), (HOSTS, 1)]  # as many as there are teams
        assert len(presenting.assign(session, date, PRESENTS, 5, CALL)) == 5
        assert presenting.lacks(session, date) == [(HOSTS, 1)]
