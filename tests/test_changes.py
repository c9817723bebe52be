"""The change package: browsed, tested, edited in versions, and with each team's own way of doing an idea beside it."""

import pytest
from sqlmodel import col, select

from bot.domain.activity import Act
from bot.domain.changes import ChangeIdea, IdeaVersion
from tests import town as towns
from tests.cycling import TEST
from tests.personas import Persona, texts
from tests.town import Town

WALK_IN, PEER_CALL = "Same-day walk-in block", "One warm call"
BARE = "https://example.org/walk-in"
LINKS = f"Our script: https://slack.example/files/F1/script.pdf\n{BARE}"
MANY = "\n".join(f"    - {{name: Idea {number}}}" for number in range(70))


def opens(person: Persona, idea: str) -> str:
    """Open an idea from the window of the package; what its own window says."""
    browses(person)
    person.presses_beside(idea, "Open")
    return shown(person)


def browses(person: Persona) -> str:
    """Open the window of the package; what it says."""
    person.opens_home()
    person.presses_at_home("Change package")
    return shown(person)


def shown(person: Persona) -> str:
    """What the window on top says."""
    form = person.form
    assert form
    return " ".join(texts(form["blocks"]).split())


def test_an_idea_is_read_tested_and_counted_by_what_became_of_it(town: Town, ana: Persona, cleo: Persona) -> None:
    assert "Moves: Open the front door. No team has tested it yet." in opens(ana, WALK_IN)
    ana.presses("Test this")
    assert ana.filled_in()["change"] == WALK_IN
    ana.submits(**{**TEST, "change": "Two hours on Tuesdays"})
    ana.presses("We ran it")
    ana.submits(happened="9 came")
    ana.presses("What did we learn")
    ana.submits(learned="Tuesdays are quiet")

    assert "Tested by 1 team: 1 at it now." in opens(cleo, WALK_IN)

    ana.presses("Adopt")
    ana.submits()

    assert "Tested by 1 team: 1 adopted it." in opens(cleo, WALK_IN)
    assert "No team has tested it yet." in opens(cleo, PEER_CALL)


def test_how_a_team_does_it_stands_with_the_idea_for_all_and_nobody_writes_over_words_unseen(
    town: Town, ana: Persona, ben: Persona, cleo: Persona
) -> None:
    for person in (ana, ben):
        opens(person, WALK_IN)
        person.presses("How we do it")
    ana.submits(words="Spanish first")
    assert "How Alder & Main does it stands with “Same-day walk-in block” for all teams to read." in shown(ana)
    ben.submits(words="Mornings only")

    assert "Somebody of Alder & Main wrote here meanwhile: “Spanish first”." in str(ben.form)
    assert "How Alder & Main does it Spanish first" in opens(cleo, WALK_IN)
    with town.record() as session:
        assert session.exec(select(Act.team_id, Act.subject).where(Act.kind == "idea.adapted")).all() == [
            (1, "change:1")
        ]


def test_reported_words_go_and_the_idea_stays(town: Town, ana: Persona, cleo: Persona) -> None:
    opens(ana, WALK_IN)
    ana.presses("How we do it")
    ana.submits(words="The twins came first")

    opens(cleo, WALK_IN)
    cleo.presses("Report patient details")

    assert "the idea is shown without them" in shown(cleo)
    assert "twins" not in opens(cleo, WALK_IN)
    town.bot.settle()
    assert any("word about an idea of Alder &amp; Main was taken down" in told for told in ana.hears())
    with town.record() as session:
        assert "twins" not in str(session.connection().exec_driver_sql("SELECT words FROM adaptation").all())


def test_an_idea_is_edited_in_versions_and_a_second_editor_is_stopped(town: Town, pru: Persona) -> None:
    imani = town.people["imani"]
    for person in (pru, imani):
        opens(person, WALK_IN)
        person.presses("Edit")
    pru.submits(name="Same-day block", evidence="52 to 68 % in Ohio", tips="Start small\n\nTwo hours", links=LINKS)
    imani.submits(name="Walk-ins", evidence="", tips="", links="")

    assert "Somebody changed this idea while you wrote: it is version 2 now." in str(imani.form)
    told = opens(imani, "Same-day block")
    assert "What is known about it 52 to 68 % in Ohio Tips Start small Two hours Attachments Our script" in told
    assert shown_links(imani) == {"Our script": "https://slack.example/files/F1/script.pdf", BARE: BARE}
    assert "Version 2, by Pru Adebayo on Mon 2 Feb 2026." in told
    with town.record() as session:
        kept = session.exec(select(IdeaVersion).order_by(col(IdeaVersion.version))).all()
        assert [(one.version, one.words["name"]) for one in kept] == [(1, WALK_IN), (2, "Same-day block")]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"name": "same-day WALK-IN block"}, "Open the front door has an idea of this name already."),
        (
            {"name": "Texts", "links": "http://example.org"},
            "Each line ends with a link that begins with https://. This",
        ),
        (
            {"name": "Texts", "links": "https://a.example b"},
            "Each line ends with a link that begins with https://. This",
        ),
        ({"name": "Call Maria Lopez, born 3/4/1985"}, "Please take it out"),
    ],
)
def test_what_cannot_be_added_is_told_and_stays_in_the_form(
    town: Town, pru: Persona, words: dict[str, str], told: str
) -> None:
    browses(pru)
    pru.presses("Add an idea")
    pru.submits(driver="1", **words)

    assert told in str(pru.form)
    with town.record() as session:
        assert len(session.exec(select(ChangeIdea)).all()) == 2


def test_an_added_idea_can_be_chosen_in_a_cycle_and_only_faculty_and_coordinators_add(
    town: Town, ana: Persona, pru: Persona
) -> None:
    browses(pru)
    pru.presses("Add an idea")
    pru.submits(driver="1", name="Two-way texts", links="https://example.org/script")
    assert "https://example.org/script" in opens(ana, "Two-way texts")
    ana.presses("Test this")

    assert ana.filled_in()["change"] == "Two-way texts"
    browses(ana)
    assert "Add an idea" not in str(ana.form)


def test_a_file_that_is_loaded_again_leaves_an_idea_as_it_was_edited_and_says_so(town: Town, pru: Persona) -> None:
    opens(pru, WALK_IN)
    pru.presses("Edit")
    pru.submits(name="Same-day block", evidence="52 to 68 % in Ohio", tips="", links="")

    said = town.load(towns.SMALL_TOWN.replace('code: "1.1", ', ""))

    assert "Idea 1.1: its words stand as they were changed in Slack; the file says otherwise." in said
    assert "1.1 Same-day block" in browses(pru)
    assert WALK_IN not in shown(pru)


def test_many_ideas_come_in_pages() -> None:
    with towns.built() as town:
        town.load(towns.SMALL_TOWN.replace("drivers:", f"drivers:\n  - name: Many\n    ideas:\n{MANY}"))
        ana = town.people["ana"]

        first = browses(ana)
        ana.presses("More ideas")
        ana.presses("More ideas")
        last = shown(ana)

    assert "Idea 0" in first
    assert "Idea 69" not in first
    assert "Idea 69" in last
    assert "1.2 One warm call" in last


def shown_links(person: Persona) -> dict[str, str]:
    """The links of the window on top, by what they are called."""
    blocks = [block for block in (person.form or {"blocks": []})["blocks"] if block["type"] == "rich_text"]
    parts = [part for block in blocks for section in block["elements"] for part in section["elements"]]
    return {part["text"]: part["url"] for part in parts if part["type"] == "link"}
