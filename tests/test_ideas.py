"""Ideas are shared from wherever somebody is, on one living card, and what others shared already is shown once."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import col, select

from bot.domain import idea_steals
from bot.domain.activity import Act
from bot.domain.pdsa import Cycle
from tests import town as towns
from tests.cycling import buttons, everything_stored, learns, logs, runs_it
from tests.personas import Json, Persona, texts
from tests.town import Town

SHARE = "small-town-share"
IDEA = {"title": "Calling back the same day", "what": "The front desk calls whoever left a message before noon"}


def test_the_form_opens_from_wherever_somebody_is_and_two_answers_are_enough(town: Town, ana: Persona) -> None:
    said = ana.writes("We ring them the same day now", channel="team-alder")
    message = next(one for one in ana.messages("team-alder") if one["ts"] == said["ts"])
    ana.opens_home()
    ways: dict[str, Callable[[], object]] = {
        "the command": lambda: ana.runs("/share"),
        "the command of workspaces where the name is taken": lambda: ana.runs("/allteach share"),
        "the global shortcut": lambda: ana.uses("ideas.new"),
        "Home": lambda: ana.presses_at_home("Share an idea"),
        "a message of one's own": lambda: ana.uses_on("ideas.from_message", message, "team-alder"),
    }

    for way, go in ways.items():
        go()
        required = [name for name in ana.boxes() if not ana.box(name).get("optional")]
        assert required == ["kind", "title", "what"], way
        ana.closes()
    ana.writes("We ring them the same day now")
    ana.presses("Share")
    assert ana.filled_in()["what"] == "We ring them the same day now"
    ana.closes()
    ana.uses_on("ideas.from_message", message, "team-alder")
    ana.looks_for("package", "warm")
    assert ana.submits(**IDEA, happened="7 of 9 came", kind="Yes, or in part", package="1.2 One warm call")["ok"]

    (card,) = cards(ana)
    assert card["text"] == (
        "Alder &amp; Main shares an idea: Calling back the same day. It worked, or in part. What they did: The front "
        "desk calls whoever left a message before noon. What happened: 7 of 9 came. Questions? Ask in the thread. "
        "Steal this opens a test of your own."
    )
    ana.uses_on("ideas.from_message", message, "team-alder")
    assert ana.whispers("team-alder")[-1].startswith("This message is shared already.")
    assert "Alder & Main · Ana Reyes · It worked, or in part · Open the front door · 1.2 One warm call" in texts(
        card["blocks"]
    )
    assert "Open the message" not in texts(card["blocks"])  # it stands in a channel that others can't open
    ana.presses("Read all", channel=SHARE)
    assert not {"Steal this", "Ours too"} & set(buttons((ana.form or {})["blocks"]))  # it is her own team's
    assert kinds(town) == ["idea.shared"]


def test_a_finished_cycle_is_shared_once_with_what_it_tells(town: Town, ana: Persona, ben: Persona) -> None:
    logs(ana)
    runs_it(ana, problems="The number on the referral was wrong")
    learns(ana)
    ana.presses("Abandon")
    ana.submits()

    ana.presses("Share it")
    told = ana.filled_in()
    assert (told["kind"], told["title"], told["what"]) == ("did_not_work", None, "Nadia calls the next 10 callers")
    assert told["happened"] == "9 called, 1 wrong number\nWe learned: 7 of 9 came"
    ben.presses("Share it")
    assert ana.submits(title="A wrong number", took="Half a day")["ok"]

    assert "cycle 1 is shared already" in str(ben.submits(title="Calls")).lower()
    (card,) = cards(ben)
    assert "It didn't work" in texts(card["blocks"])
    assert "Share it" not in str(ben.messages("team-alder"))
    ben.closes()
    ben.presses("Its idea", channel="team-alder")
    assert "A wrong number" in texts((ben.form or {})["blocks"])


def test_another_persons_message_is_shared_by_its_author_and_nothing_of_it_is_kept_before(
    town: Town, ana: Persona, ben: Persona, cleo: Persona, pru: Persona
) -> None:
    first, second = (said(cleo, words) for words in ("We tape the numbers to the phone", "And the nurse has a bell"))

    for person in (ana, ben):
        person.uses_on("ideas.from_message", first, "small-town")
    ana.uses_on("ideas.from_message", second, "small-town")
    town.bot.tick()

    assert ana.whispers()[0].startswith("I ask Cleo Hart whether it may be shared")
    assert ben.whispers()[0].startswith("Cleo Hart has been asked already, and hasn't answered yet. With their yes")
    assert "tape" not in str(everything_stored(town))
    assert len(asked(cleo)) == 2
    cleo.presses("Please don't", asked(cleo)[1])
    cleo.presses("Yes, share it", asked(cleo)[0])
    assert cleo.filled_in()["what"] is None
    assert cleo.submits(**IDEA)["ok"]

    no, yes = ana.hears()[-2:]
    assert no.startswith("Cleo Hart would rather leave the message where it stands. Thank you for asking; nothing of")
    assert yes.startswith("Cleo Hart shared the message that you found. It stands in #small-town-share. You get this")
    (card,) = cards(ana)
    assert "Cleo Hart wrote of it on Mon 2 Feb 2026" in texts(card["blocks"])
    assert f"p{first['ts'].replace('.', '')}|Open the message" in texts(card["blocks"])
    ben.uses_on("ideas.from_message", second, "small-town")
    assert ben.whispers()[-1].startswith("Cleo Hart would rather leave this message where it stands.")
    pru.uses_on("ideas.from_message", card, SHARE)
    assert pru.whispers(SHARE)[-1].startswith("That message is an app's")


def test_nobody_is_asked_before_the_launch() -> None:
    with towns.built(launched=False) as town:
        ana, olga = town.people["ana"], town.people["olga"]
        channel = next(one["id"] for one in town.slack.get("state")["channels"] if one["name"] == "team-alder")
        town.slack.post("act/invite", user=olga.user, channel=channel, invited=ana.user)
        olga.writes("We tape the numbers to the phone", channel="team-alder")
        message = next(one for one in ana.messages("team-alder") if "tape" in one["text"])

        ana.uses_on("ideas.from_message", message, "team-alder")
        town.bot.tick()

        assert ana.whispers("team-alder")[-1].startswith("The collaborative isn't launched yet")
        assert olga.hears() == []


def test_what_is_near_is_shown_once_and_a_team_adds_its_own_or_shares_all_the_same(
    town: Town, ana: Persona, cleo: Persona
) -> None:
    shares(cleo)

    ana.runs("/share")
    ana.submits(title="Same day calls", what="Our front desk calls everybody with a message before noon")
    assert "Prairie Bend: Calling back the same day" in texts((ana.form or {})["blocks"])
    ana.presses("Add ours to this one")
    assert ana.filled_in()["words"] == "Our front desk calls everybody with a message before noon"
    assert ana.submits()["ok"]
    assert ana.form is None

    (card,) = cards(cleo)
    assert "Ours too: Alder & Main" in texts(card["blocks"])
    ana.runs("/share")
    assert ana.filled_in()["what"] is None  # those words stand with the other idea now
    ana.submits(title="Same day calls", what="The front desk calls whoever left a message")
    assert ana.submits()["ok"]
    assert len(cards(ana)) == 2
    cleo.presses("Ours too", card)
    assert cleo.whispers(SHARE) == ["This is your own team's idea already."]
    assert kinds(town) == ["idea.shared", "idea.supported", "idea.shared"]


def test_what_is_shared_again_by_any_way_may_say_whose_idea_it_comes_from(
    town: Town, ana: Persona, cleo: Persona
) -> None:
    ana.runs("/share")
    assert "origin" not in ana.boxes(), "there is nothing yet that it could come from"
    ana.submits(title="A bell", what="A bell at the desk")
    shares(cleo)

    message = said(ana, "We call them back at noon, too")
    ana.uses_on("ideas.from_message", message, "small-town")
    assert ana.looks_for("origin", "") == ["Calling back the same day · Prairie Bend"]
    assert ana.looks_for("origin", "bell") == []  # their own
    assert ana.looks_for("origin", "caling bck") == ["Calling back the same day · Prairie Bend"]
    assert ana.submits(title="At noon", what="At noon", origin="Calling back the same day · Prairie Bend")["ok"]

    assert "It goes back to an idea of Prairie Bend: Calling back the same day." in texts(cards(cleo)[-1]["blocks"])
    cleo.presses("Who took it", cards(cleo)[-1])
    assert "It goes back to Prairie Bend: Calling back the same day" in texts((cleo.form or {})["blocks"])
    cleo.presses("Its chain")
    assert "shared it again as “At noon”" in texts((cleo.form or {})["blocks"])
    ana.runs("/share")
    ana.looks_for("origin", "")
    cleo.closes()
    cleo.presses("Read all", cards(cleo)[1])
    cleo.presses("Take it back")
    refused = ana.submits(title="At one", what="At one", origin="Calling back the same day · Prairie Bend")
    assert "This idea isn't there any more." in str(refused["errors"])


def test_an_idea_is_edited_with_its_history_and_taken_back(town: Town, ana: Persona, ben: Persona) -> None:
    shares(ana)
    ana.presses("Read all", channel=SHARE)
    ana.presses("Edit")
    ben.presses("Read all", channel=SHARE)
    ben.presses("Edit")

    assert ben.submits(happened="7 of 9 came")["ok"]
    ana.submits(happened="It rose")
    assert "Ben Castellano changed what happened to “7 of 9 came” while you were writing" in texts(
        (ana.form or {})["blocks"]
    )
    assert ana.submits()["ok"]

    (card,) = cards(ben)
    assert "It rose" in texts(card["blocks"])
    assert "edited" in texts(card["blocks"])
    ana.presses("Read all", channel=SHARE)
    assert "Ben Castellano, Mon 2 Feb 9:00 AM CST: changed what happened" in texts((ana.form or {})["blocks"])
    ana.presses("Take it back")
    ana.closes()
    assert cards(ben) == []
    assert "Alder &amp; Main took this idea back." in ben.reads(SHARE)[-1]
    ana.runs("/share")
    assert ana.submits(**IDEA)["ok"], "what was taken back may be shared again"


def test_patient_details_are_asked_about_and_a_reported_idea_goes_with_all_that_was_said_of_it(
    town: Town, ana: Persona, cleo: Persona
) -> None:
    ana.runs("/share")
    ana.submits(**IDEA, snag="Her SSN is 078-05-1120")
    assert "Social Security" in texts((ana.form or {})["blocks"])
    assert cards(ana) == []
    ana.submits(snag="The twins came late")
    cleo.presses("Ours too", channel=SHARE)
    cleo.submits(words="The twins here too")
    cleo.presses("Steal this", channel=SHARE)
    cleo.types("prediction", "5 of 10 twins")
    cleo.closes()

    cleo.presses("Report patient details", channel=SHARE)

    assert cards(ana) == []
    assert "twins" not in str(everything_stored(town))
    assert any("A shared idea of Alder &amp; Main was taken down" in words for words in ana.hears())


@pytest.mark.parametrize(
    ("decisions", "told"),
    [
        ([], ""),
        ([""], "tried by 1 team: 1 still testing"),
        (["adopt"] * 3 + ["adapt", "abandon"], "tried by 5 teams: 3 adopted · 1 adapted · 1 abandoned"),
    ],
)
def test_the_spread_counts_teams_by_what_became_of_it(decisions: list[str], told: str) -> None:
    assert idea_steals.tally([Cycle.model_construct(decision=one) for one in decisions]) == told


def shares(person: Persona, **more: Any) -> None:
    """Share the usual idea."""
    person.runs("/share")
    if "package" in more:
        person.looks_for("package", more["package"])
    assert person.submits(**{**IDEA, **more})["ok"]


def cards(person: Persona) -> list[Json]:
    """The cards of ideas in the channel where teams share."""
    return [one for one in person.messages(SHARE) if " shares an idea: " in one["text"]]


def asked(person: Persona) -> list[Json]:
    """What somebody was asked to allow, oldest first."""
    return [one for one in person.dm() if "worth sharing with all teams" in one["text"]]


def said(person: Persona, words: str) -> Json:
    """Write in everybody's channel."""
    ts = person.writes(words, channel="small-town")["ts"]
    return next(one for one in person.messages("small-town") if one["ts"] == ts)


def kinds(town: Town) -> list[str]:
    """The acts about ideas, in order."""
    with town.record() as session:
        return [one for one in session.exec(select(Act.kind).order_by(col(Act.id))) if one.startswith("idea.")]
