"""Shout-outs: given with a reason, read by everybody, told to whoever is thanked, taken back or hidden."""

from collections.abc import Collection
from typing import Any

from sqlmodel import col, select

from bot.audit import Audit
from bot.domain import shoutouts
from bot.domain.activity import Act
from bot.domain.collaboratives import Collaborative
from bot.domain.people import Person
from bot.domain.shoutouts import Shoutout
from bot.domain.teams import Team
from bot.errors import FieldError
from tests.cycling import buttons, last_sent, learns, logs, only_people_are_heard, runs_it, sends_again
from tests.personas import Persona, texts
from tests.town import Town

REASON = "the walk-through that made us wince and then fix it"
CARD = "Shout-out: Cleo Hart of Prairie Bend thanks Ana Reyes of Alder &amp; Main"


def test_thanks_to_a_person_are_read_by_everybody_once_and_told_to_them(
    town: Town, ana: Persona, cleo: Persona
) -> None:
    pru, gil = town.people["pru"], town.people["gil"]
    only_people_are_heard(town)

    cleo.runs(f"/shoutout @ana for {REASON}", "team-prairie")
    assert cleo.filled_in()["people"] == [_row(town, "Ana Reyes")]
    assert cleo.filled_in()["words"] == REASON
    cleo.submits(value="learning")
    sends_again(town, last_sent(town))

    said = f"{CARD}: {REASON}. Data for learning, not judgment."
    what = "A shout-out is thanks for something done. Everybody in Small Town can give one; nobody counts whose."
    assert _shoutouts_in(pru, "small-town-shoutouts") == [said]
    assert _shoutouts_in(gil, "team-alder") == [f"{said} {what}"]
    (told,) = [text for text in ana.hears() if "thanks you" in text]
    assert told.startswith(f"Cleo Hart of Prairie Bend thanks you: {REASON}.")
    assert "You get this because somebody thanked you. It is your first shout-out" in told
    (confirmed,) = [text for text in cleo.hears() if text.startswith("Your shout-out")]
    assert "to Ana Reyes of Alder &amp; Main is in #small-town-shoutouts and #team-alder." in confirmed
    assert _acts(town) == [("shoutout.given", "Prairie Bend"), ("shoutout.received", "Alder & Main")]
    assert "Thanked once by others in the last 60 days" in texts(ana.opens_home()["blocks"])

    cleo.runs("/shoutout @ana and Alder & Main: the numbers")
    cleo.submits()

    assert _shoutouts_in(gil, "team-alder")[-1] == f"{CARD} and Alder &amp; Main: the numbers."
    assert (
        "thanks you, together with others: the numbers. You get this because somebody thanked you." in ana.hears()[-1]
    )
    assert "It is your first" not in ana.hears()[-1]


def test_guests_and_people_of_another_workspace_thank_and_are_thanked(town: Town, cleo: Persona) -> None:
    for name in ("gil", "olga"):
        guest = town.people[name]
        guest.presses("All actions", channel="team-alder")
        guest.presses("Give a shout-out")
        guest.looks_for("people", "prairie")
        guest.submits(people=[_row(town, "Cleo Hart")], words=f"the call with {name}")
        _thanks(town, cleo, {"gil": "Gil Santos", "olga": "Olga Novak"}[name])

        assert any(f"the call with {name}" in text for text in cleo.hears())
        assert any("Cleo Hart of Prairie Bend thanks you" in text for text in guest.hears())


def test_who_cannot_be_thanked_is_said_in_the_form_and_the_words_stay(town: Town, ana: Persona) -> None:
    town.slack.post("users", name="mallory", real_name="Mallory", email="mallory@example.org")
    cases = {
        "@allteach for": "Thank you, but a shout-out is for people",
        "#small-town for": "#small-town is a channel, not a team",
        "@channel for": "A group can't be thanked as one",
        "@nobody for": "@nobody isn't somebody of this collaborative",
        "@mallory for": "mallory isn't somebody of this collaborative",
        "@ana for": "Thanks go to others, so your own name isn't taken over.",
        "#team-alder for": "You're in Alder & Main yourself, and thanks go to others",
        "Alder & Main:": "You're in Alder & Main yourself, and thanks go to others",
        "Prairie Bend for": "",
        "#team-prairie because": "",
        "to @cleo and @Pru for": "",
        "": "",
    }
    told = {}
    for begins in cases:
        ana.runs(f"/shoutout {begins} the card")
        note = [block["text"]["text"] for block in (ana.form or {})["blocks"] if block.get("block_id") == "said"]
        told[begins] = (note, bool(ana.filled_in()["people"] or ana.filled_in()["teams"]), ana.filled_in()["words"])
        ana.closes()

    for begins, said in cases.items():
        note, chosen, words = told[begins]
        assert words == "the card", begins
        assert note[0].startswith(said) if said else not note, (begins, note)
        assert chosen is (not said and begins != ""), begins


def test_whom_a_shoutout_may_thank() -> None:
    cases: list[tuple[Collection[int], Collection[int], str, str]] = [
        ([2], [], "", ""),
        ([], [9], "", ""),
        (range(10, 20), [], "", ""),
        ([], [], "people", shoutouts.NOBODY),
        ([2, 1], [], "people", shoutouts.NOT_ONESELF),
        ([], [9, 7], "teams", shoutouts.NOT_OWN_TEAM),
        (range(10, 40), [], "people", shoutouts.TOO_MANY),
        (range(10, 19), [8, 9], "people", shoutouts.TOO_MANY),
    ]
    for people, teams, box, sentence in cases:
        assert _fault(people, teams) == (box, sentence), (people, teams)


def test_the_form_is_checked_on_the_server_and_stays_open_with_its_words(town: Town, ana: Persona) -> None:
    ana.runs("/shoutout")
    nobody = ana.submits(words=REASON)
    assert ana.looks_for("people", "celo") == ["Cleo Hart · Prairie Bend"]
    assert "Ana Reyes · Alder & Main" not in ana.looks_for("people", "")  # no thanks to oneself
    assert ana.looks_for("people", "ana") == []  # and nobody else who is called a little like it
    ana.submits(people=[_row(town, "Cleo Hart")], words="the call to Maria Lopez, born 3/4/1985")

    assert nobody["errors"] == {"people": shoutouts.NOBODY}
    assert "Nothing is saved yet" in texts((ana.form or {})["blocks"])
    assert _given(town) == []

    ana.closes()
    ana.opens_home()
    ana.presses_at_home("Give a shout-out")
    ana.types("words", REASON)
    ana.closes()
    ana.presses_at_home("Give a shout-out")
    assert ana.filled_in()["words"] == REASON


def test_its_giver_takes_all_copies_back_within_ten_minutes_and_nobody_else_does(
    town: Town, ana: Persona, cleo: Persona
) -> None:
    pru = town.people["pru"]
    _thanks(town, cleo, "Ana Reyes")
    before = len(ana.hears())
    _thanks(town, cleo, "Ana Reyes", words="the other thing")

    only_first = next(message for message in cleo.dm() if "Undo takes back" in message["text"])
    town.later(minutes=9)
    cleo.presses("Undo", only_first)

    assert [text for text in _shoutouts_in(pru, "small-town-shoutouts") if REASON in text] == []
    assert [text for text in _shoutouts_in(ana, "team-alder") if REASON in text] == []
    assert [text for text in ana.hears() if REASON in text] == []
    assert len(ana.hears()) == before
    assert cleo.hears()[-1] == "Taken back. All copies of your shout-out go, and its words are removed."
    assert [one.words for one in _given(town)] == ["", "the other thing"]
    assert len(_acts(town)) == 2

    town.later(minutes=2)
    cleo.presses("Undo")  # the clock hasn't ticked since
    assert cleo.hears()[-1].startswith("Taking it back works for ten minutes, and they are over.")
    assert len(_shoutouts_in(pru, "small-town-shoutouts")) == 1

    town.bot.tick()
    town.bot.tick()
    stands = next(message for message in cleo.dm() if "Your shout-out to" in message["text"])
    assert "Undo" not in stands["text"]
    assert "Undo" not in buttons(stands["blocks"])
    assert "All actions" in buttons(stands["blocks"])


def test_a_coordinator_hides_one_with_a_line_in_the_trail_and_its_giver_hears_who(
    town: Town, ana: Persona, cleo: Persona
) -> None:
    pru, imani = town.people["pru"], town.people["imani"]
    _thanks(town, cleo, "Ana Reyes")

    for person in (imani, ana):
        person.opens_home()
        person.presses_at_home("Shout-outs")
        assert "Hide" not in buttons((person.form or {})["blocks"])
    pru.opens_home()
    pru.presses_at_home("Shout-outs")
    pru.presses("Hide")

    assert "None yet." in texts((pru.form or {})["blocks"])
    assert _shoutouts_in(pru, "small-town-shoutouts") == _shoutouts_in(ana, "team-alder") == []
    assert cleo.hears()[-1].startswith("Your shout-out to Ana Reyes of Alder &amp; Main isn't shown any more: Pru")
    assert _acts(town) == []
    with town.record() as session:
        assert [one.act for one in session.exec(select(Audit)) if one.act.startswith("shoutout.")] == [
            "shoutout.hidden"
        ]


def test_patient_details_in_one_are_taken_down_wherever_it_stands(town: Town, ana: Persona, cleo: Persona) -> None:
    _thanks(town, cleo, "Ana Reyes")

    ana.presses("Report patient details", channel="team-alder")

    assert "Receipt" in ana.whispers("team-alder")[-1]
    assert _shoutouts_in(ana, "team-alder") == []
    assert [one.words for one in _given(town)] == [""]
    assert any("shout-out" in text for text in cleo.hears())
    assert REASON not in str(cleo.dm())


def test_one_may_be_tied_to_a_test_that_all_may_read_and_to_an_idea_and_to_nothing_else(
    town: Town, ana: Persona, cleo: Persona
) -> None:
    logs(ana)
    cleo.runs("/shoutout")
    assert "cycle" not in cleo.boxes()
    cleo.closes()
    runs_it(ana)
    learns(ana)
    ana.presses("Abandon", channel="team-alder")
    ana.submits()
    ana.runs("/share")
    ana.submits(title="Four stickers", what="On a bookmark")

    _thanks(town, cleo, "Ana Reyes", cycle="1")
    assert "About cycle 1 of Alder &amp; Main: Nadia calls" in _shoutouts_in(ana, "team-alder")[-1]
    _thanks(town, cleo, "Ana Reyes", words="the stickers", idea="1")
    assert "About the idea “Four stickers” of Alder &amp; Main." in _shoutouts_in(ana, "team-alder")[-1]


def test_the_shortcut_on_a_message_chooses_its_author_and_leaves_the_words_theirs(
    town: Town, ana: Persona, cleo: Persona
) -> None:
    logs(ana)
    cleo.writes("We cut the forms to four pages", "small-town")
    (words,) = [one for one in ana.messages("small-town") if one["text"].startswith("We cut")]
    ana.uses_on("shoutouts.from_message", words, "small-town")

    assert ana.filled_in()["people"] == [_row(town, "Cleo Hart")]
    assert not ana.filled_in().get("words")
    ana.closes()
    imani = town.people["imani"]
    (card,) = [one for one in imani.messages("team-alder") if "We try" in one["text"]]
    imani.uses_on("shoutouts.from_message", card, "team-alder")
    assert imani.filled_in()["teams"] == ["1"]


def test_whoever_is_away_hears_of_it_once_they_are_back(town: Town, ana: Persona, cleo: Persona) -> None:
    ana.runs("/timeoff until 5 Feb")

    _thanks(town, cleo, "Ana Reyes")

    assert not [text for text in ana.hears() if "thanks you" in text]
    assert len(_shoutouts_in(ana, "team-alder")) == 1
    town.later(days=2, hours=23)
    town.bot.tick()
    assert not [text for text in ana.hears() if "thanks you" in text]
    town.later(hours=1)
    town.bot.tick()
    assert [text for text in ana.hears() if "thanks you" in text]


def test_faculty_see_which_teams_nobody_outside_has_thanked_in_sixty_days(
    town: Town, ana: Persona, ben: Persona
) -> None:
    imani, cleo = town.people["imani"], town.people["cleo"]
    waiting = "Not thanked in the last 60 days"
    _thanks(town, ben, "Ana Reyes", words="staying late")

    assert _window(imani)[2:4] == ["Alder & Main: not thanked yet", "Prairie Bend: not thanked yet"]
    assert waiting not in _window(ana)
    _thanks(town, cleo, "Ana Reyes")
    assert "Prairie Bend: not thanked yet" in _window(imani)
    assert not [line for line in _window(imani) if line.startswith("Alder & Main: ")]
    town.later(days=61)
    assert "Alder & Main: last thanked on Mon 2 Feb 2026" in _window(imani)


def test_before_the_launch_nobody_is_thanked_and_after_the_end_one_still_may(town: Town, ana: Persona) -> None:
    with town.kit.store.transaction() as session:
        there = session.exec(select(Collaborative)).one()
        launched, there.launched_at = there.launched_at, None
        session.add(there)
    ana.runs("/shoutout")
    assert ana.form is None
    assert ana.whispers()[-1].startswith("Shout-outs begin with the launch of Small Town")

    with town.kit.store.transaction() as session:
        there = session.exec(select(Collaborative)).one()
        there.launched_at, there.ends = launched, there.starts
        session.add(there)
    _thanks(town, ana, "Cleo Hart")
    assert len(_given(town)) == 1


def _thanks(town: Town, by: Persona, whom: str, words: str = REASON, **more: Any) -> None:
    by.runs("/shoutout")
    by.looks_for("people", whom)
    by.submits(people=[_row(town, whom)], words=words, **more)


def _fault(people: Collection[int], teams: Collection[int]) -> tuple[str, str]:
    try:
        shoutouts.check(people, teams, giver=1, own=[7])
    except FieldError as error:
        return error.field, str(error)
    return "", ""


def _window(person: Persona) -> list[str]:
    person.opens_home()
    person.presses_at_home("Shout-outs")
    return [line for line in texts((person.form or {})["blocks"]).splitlines() if line]


def _row(town: Town, name: str) -> str:
    with town.record() as session:
        return str(session.exec(select(Person.id).where(Person.name == name)).one())


def _given(town: Town) -> list[Shoutout]:
    with town.record() as session:
        return list(session.exec(select(Shoutout).order_by(col(Shoutout.id))))


def _acts(town: Town) -> list[tuple[str, str]]:
    with town.record() as session:
        found = select(Act.kind, Team.name).join(Team).where(col(Act.kind).startswith("shoutout."))
        return [(kind, team) for kind, team in session.exec(found.order_by(col(Act.id)))]


def _shoutouts_in(person: Persona, channel: str) -> list[str]:
    return [text for text in person.reads(channel) if text.startswith("Shout-out: ")]
