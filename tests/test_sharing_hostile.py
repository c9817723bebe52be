"""What people and machines throw at sharing, finding, stealing and thanking: each is answered, and nothing breaks."""

from concurrent.futures import ThreadPoolExecutor

from sqlmodel import col, select

from bot.domain import shoutouts
from bot.domain.collaboratives import Collaborative
from bot.domain.idea_permissions import Permission
from bot.domain.people import Membership, Person
from bot.domain.shoutouts import Shoutout
from tests.cycling import card, cycles, last_sent, only_people_are_heard, sends_again
from tests.personas import Persona, texts
from tests.test_ideas import SHARE, asked, cards, said, shares
from tests.town import SMALL_TOWN, Town

GUESS = {"prediction": "5 of 10 come", "due": "2026-02-10"}
NOTHING, EVERYTHING = "Nothing here fits yet.", "There is no word in it to look for, so here is everything."
SEARCHES = {  # what is typed → what the window says of it
    '"': EVERYTHING, "*": EVERYTHING, "NEAR(": NOTHING, "🙂": EVERYTHING, "the of and": EVERYTHING, "' OR 'x'": NOTHING,
    "a" * 2000: NOTHING, "%": EVERYTHING, "<!channel>": NOTHING, "calling* NEAR(": "Calling back the same day",
}  # fmt: skip


def test_every_search_is_answered_and_what_is_stolen_comes_of_an_idea_that_stands(
    town: Town, ana: Persona, cleo: Persona
) -> None:
    shares(cleo)
    shares(cleo, title="A bell", what="A bell at the desk")
    for typed, told in SEARCHES.items():
        ana.runs(f"/steal {typed}", "team-alder")
        assert told in texts((ana.form or {"blocks": []})["blocks"]), typed[:20]
        ana.closes()

    kept, gone = cards(ana)
    only_people_are_heard(town)
    ana.presses("Steal this", gone)
    stale = last_sent(town)
    ana.closes()
    cleo.presses("Read all", gone)
    cleo.presses("Take it back")
    cleo.closes()
    sends_again(town, stale)
    assert "This idea was taken back by the team that shared it." in ana.whispers(SHARE)[-1]
    heard = len(cleo.hears())
    left = 'name: Prairie Bend, status: "withdrawn(2026-02-02, no staff)", organization'
    town.load(SMALL_TOWN.replace("name: Prairie Bend, organization", left))
    ana.presses("Steal this", kept)
    assert ana.submits(**GUESS)["ok"]

    assert "Stolen from Prairie Bend, with thanks: Calling back the same day" in card(ana, 1)
    assert "Tried by 1 team: 1 still testing" in texts(cards(ana)[0]["blocks"])
    assert (len(cycles(town)), len(cleo.hears())) == (1, heard), "nobody of a team that left is told"


def test_one_message_is_asked_about_once_and_thirty_are_thanked_as_teams(
    town: Town, ana: Persona, ben: Persona, cleo: Persona
) -> None:
    message = said(cleo, "We tape the numbers to the phone")
    with ThreadPoolExecutor(2) as hands:
        for person in (ana, ben):
            hands.submit(person.uses_on, "ideas.from_message", message, "small-town")
    town.bot.tick()
    told = sorted(person.whispers()[0][:24] for person in (ana, ben))
    assert told == ["Cleo Hart has been asked", "I ask Cleo Hart whether "]
    assert len(asked(cleo)) == 1
    with town.record() as session:
        assert len(session.exec(select(Permission)).all()) == 1

    rows = _thirty(town)
    only_people_are_heard(town)
    ana.runs("/shoutout")
    assert len(ana.looks_for("people", "kim")) == 30
    assert "10 at most" in str(ana.submits(people=rows, words="coming")["errors"]), "Slack takes no more"
    ana.submits(people=rows[:10], words="coming")
    by_hand = last_sent(town)
    chosen = by_hand["payload"]["view"]["state"]["values"]["people"]["shoutouts.people"]["selected_options"]
    by_hand["payload"]["view"]["id"] = "V0BYHAND"
    chosen.extend({**chosen[0], "value": row} for row in rows[10:])
    assert sends_again(town, by_hand)["errors"] == {"people": shoutouts.TOO_MANY}
    with town.record() as session:
        (given,) = session.exec(select(Shoutout)).all()
        assert len(shoutouts.thanked(session, given.id)) == 10


def _thirty(town: Town) -> list[str]:
    """So many people of another team, whom Slack knows."""
    with town.kit.store.transaction() as session:
        here = session.exec(select(Collaborative)).one()
        people = [
            Person(name=f"Kim {number}", workspace="T0PRACTICE", slack_user=f"U0KIM{number}") for number in range(30)
        ]
        session.add_all(people)
        session.flush()
        session.add_all(
            Membership(
                collaborative_id=here.id or 0,
                team_id=2,
                person_id=one.id or 0,
                roles=["member"],
                joined_at=town.kit.now(),
            )
            for one in people
        )
        kims = select(Person.id).where(col(Person.name).startswith("Kim "))
        return [str(row) for row in session.exec(kims.order_by(col(Person.id)))]
