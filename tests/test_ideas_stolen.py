"""Steal this: a test of one's own, filled in; the source is thanked, hears of it, and hears how it ended."""

import struct
from concurrent.futures import ThreadPoolExecutor

from bot.domain import spreads
from bot.domain.spreads import Spread, Step
from bot.drawing import spread as spread_pages
from tests.cycling import buttons, card, cycles, everything_stored, learns, runs_it
from tests.personas import Persona, texts
from tests.test_ideas import IDEA, SHARE, cards, kinds, shares
from tests.town import SMALL_TOWN, Town

GUESS = {"prediction": "5 of 10 come", "due": "2026-02-10"}


def test_an_idea_is_stolen_run_and_adopted_and_its_source_hears_each(
    town: Town, ana: Persona, ben: Persona, cleo: Persona
) -> None:
    shares(cleo, happened="7 of 9 came", snag="Calls after five", package="1.2 One warm call")

    ana.presses("Steal this", channel=SHARE)
    source = texts((ana.form or {})["blocks"])
    assert "From Prairie Bend: Calling back the same day\nWhat happened there: 7 of 9 came" in source
    assert "What didn't work: Calls after five\nPrairie Bend is thanked on your card, hears" in source
    ana.presses("More")
    assert (ana.filled_in()["change"], ana.filled_in()["idea"]) == (IDEA["what"], "2")
    assert ana.submits(**GUESS)["ok"]

    assert "Stolen from Prairie Bend, with thanks: Calling back the same day" in card(ben, 1)
    assert cleo.hears()[-1] == (
        "Alder &amp; Main took your idea “Calling back the same day”: Ana Reyes tests it as their cycle 1. When that "
        "ends, you hear what they learned. You get this because you shared it. To be stolen from is a compliment."
    )
    assert "Tried by 1 team: 1 still testing" in texts(cards(ana)[0]["blocks"])
    assert kinds(town) == ["idea.shared", "idea.stolen", "idea.given"]

    runs_it(ana)
    learns(ana, "A bell at the desk helps")
    ana.presses("Adopt")
    ana.submits()
    assert cleo.hears()[-1] == (
        "Alder &amp; Main tested your idea “Calling back the same day” and adopted it: they keep doing it. "
        "They learned: A bell at the desk helps. So far it was tried by 1 team: 1 adopted. "
        "You get this because you shared it."
    )
    assert "Tried by 1 team: 1 adopted" in texts(cards(cleo)[0]["blocks"])

    ben.presses("Share it")
    assert ben.submits(title="The bell")["ok"]
    assert "It goes back to an idea of Prairie Bend: Calling back the same day." in texts(cards(cleo)[1]["blocks"])
    cleo.presses("Who took it", cards(cleo)[0])
    chain = texts((cleo.form or {})["blocks"])
    assert "Alder & Main \ncycle 1: adopted (taken Mon 2 Feb 2026)" in chain
    assert "shared it again as “The bell”" in chain


def test_an_idea_that_is_adapted_twice_and_then_adopted_counts_as_adopted_after_three_cycles(
    town: Town, ana: Persona, cleo: Persona, pru: Persona
) -> None:
    shares(cleo)
    ana.presses("Steal this", channel=SHARE)
    ana.submits(**GUESS)
    for learned in ("Mornings are better", "Two callers are too few"):
        runs_it(ana)
        learns(ana, learned)
        ana.presses("Adapt")
        assert ana.submits(prediction="8 of 10 come", due="2026-02-10")["ok"]
        assert "Tried by 1 team: 1 adapted" in texts(cards(cleo)[0]["blocks"])
    assert "and adapted it: they change it and test again. They learned: Mornings are better" in cleo.hears()[-1]
    runs_it(ana)
    learns(ana, "Three callers do")
    ana.presses("Adopt")
    ana.submits()

    ended = [words for words in cleo.hears() if "tested your idea" in words]
    assert len(ended) == 2, "how the first ended and how all did, not of the one between"
    assert "and adopted it after 3 cycles: they keep doing it. They learned: Three callers do. So far" in ended[1]
    assert "Tried by 1 team: 1 adopted" in texts(cards(cleo)[0]["blocks"])
    cleo.presses("Who took it", channel=SHARE)
    chain = "adopted after 3 cycles: cycle 1: adapted → cycle 2: adapted → cycle 3: adopted (taken Mon 2 Feb 2026)"
    assert chain in texts((cleo.form or {})["blocks"])
    pru.runs("/steal calling")
    pru.chooses("steal.only", ["worked"])
    assert "Calling back the same day" in texts((pru.form or {})["blocks"])

    cleo.closes()
    channels = town.slack.get("see", user=cleo.user)["channels"]
    cleo.uses_on("privacy.report_message", cleo.dm()[-1], next(one["id"] for one in channels if one["is_im"]))
    assert "Three callers" not in str(cleo.dm()) + str(everything_stored(town))
    assert "Mornings are better" in str(cleo.dm())


def test_a_reported_test_takes_the_word_of_its_end_and_the_idea_shared_from_it_with_it(
    town: Town, ana: Persona, cleo: Persona
) -> None:
    shares(cleo)
    ana.presses("Steal this", channel=SHARE)
    ana.submits(**GUESS)
    runs_it(ana)
    learns(ana, "The twins like the bell")
    ana.presses("Abandon")
    ana.submits()
    ana.presses("Share it")
    assert ana.submits(title="The bell")["ok"]

    channels = town.slack.get("see", user=cleo.user)["channels"]
    cleo.uses_on("privacy.report_message", cleo.dm()[-1], next(one["id"] for one in channels if one["is_im"]))

    assert "twins" not in str(cleo.dm() + cleo.messages(SHARE))
    assert "twins" not in str(everything_stored(town))
    assert len(cards(cleo)) == 1


def test_a_team_takes_an_idea_once_never_its_own_and_again_after_it_deleted_its_test(
    town: Town, ana: Persona, ben: Persona, cleo: Persona
) -> None:
    shares(cleo, package="1.2 One warm call")
    cleo.presses("Steal this", channel=SHARE)
    assert cleo.whispers(SHARE)[-1].startswith("This is your own team's idea.")

    for person in (ana, ben):
        person.presses("Steal this", channel=SHARE)
    with ThreadPoolExecutor(2) as hands:
        sent = [hands.submit(town.slack.post, "act/submit", user=person.user, values=GUESS) for person in (ana, ben)]
    town.bot.settle()
    second, first = sorted((answer.result() for answer in sent), key=lambda answer: answer["ok"])
    assert first["ok"]
    assert "Your team took this idea already: it is your cycle 1, still testing." in str(second["errors"])
    for person in (ana, ben):
        if person.form:
            person.closes()
    ben.presses("Steal this", channel=SHARE)
    refused = (ben.form or {})["blocks"]
    assert "Your team took this idea already: it is your cycle 1, still testing." in texts(refused)
    assert buttons(refused) == ["Open cycle 1"]
    ben.closes()
    (stolen,) = cycles(town)
    assert stolen.idea_id == 2, "the link to the change package came along, though the quick form doesn't show it"

    ana.presses("Edit", channel="team-alder")
    ana.presses("Delete this cycle")
    ana.closes()
    assert "Tried by" not in texts(cards(ana)[0]["blocks"])
    ben.presses("Steal this", channel=SHARE)
    assert ben.submits(**GUESS)["ok"]
    assert "Tried by 1 team: 1 still testing" in texts(cards(ana)[0]["blocks"])
    assert kinds(town).count("idea.stolen") == 1


def test_an_idea_that_is_taken_back_before_somebody_sent_their_form_is_nobodys_to_thank(
    town: Town, ana: Persona, cleo: Persona
) -> None:
    shares(cleo)
    ana.presses("Steal this", channel=SHARE)
    heard = len(cleo.hears())
    _takes_it_back(cleo)

    assert ana.submits(**GUESS)["ok"]

    assert ana.hears()[-1].startswith("Prairie Bend took this idea back while you were writing. Your test stands all")
    assert [cycle.change for cycle in cycles(town)] == [IDEA["what"]]
    assert "Stolen from" not in card(ana, 1)
    assert len(cleo.hears()) == heard
    assert kinds(town) == ["idea.shared"]


def test_a_stolen_test_goes_on_when_its_idea_is_edited_or_taken_back_and_its_owner_is_asked_as_of_any(
    town: Town, ana: Persona, cleo: Persona
) -> None:
    shares(cleo)
    ana.presses("Steal this", channel=SHARE)
    assert ana.submits(**GUESS)["ok"]
    cleo.presses("Read all", channel=SHARE)
    cleo.presses("Edit")
    cleo.submits(title="Calls before noon")
    _takes_it_back(cleo)

    assert "Stolen from Prairie Bend, with thanks: Calls before noon" in card(ana, 1)
    assert (
        "took this idea back. Who tests it already goes on. Tried by 1 team: 1 still testing." in ana.reads(SHARE)[-1]
    )
    town.later(days=8, hours=1)
    town.bot.tick()
    assert any("Your test (cycle 1) was to have run by Tue 10 Feb 2026" in words for words in ana.hears())
    ana.presses("We stopped it")
    ana.submits(learned="Nobody at the desk")
    assert "and stopped it early. They learned: Nobody at the desk." in cleo.hears()[-1]


def test_of_somebody_who_left_their_team_hears_and_of_a_team_that_left_nobody(
    town: Town, ana: Persona, cleo: Persona
) -> None:
    shares(cleo)
    _is_switched_off(town, cleo)
    assert "Questions? Ask in the thread." in texts(cards(ana)[0]["blocks"])

    ana.presses("Steal this", channel=SHARE)
    ana.submits(**GUESS)

    heard = [one for one in town.people["pru"].messages("team-prairie") if "took this team's idea" in one["text"]]
    assert "You get this because your team shared it." in heard[0]["text"]

    left = 'name: Prairie Bend, status: "withdrawn(2026-02-02, no staff)", organization'
    town.load(SMALL_TOWN.replace("name: Prairie Bend, organization", left))
    assert "Prairie Bend has left the collaborative; what they found stays." in texts(cards(ana)[0]["blocks"])
    runs_it(ana)
    learns(ana)
    ana.presses("Adopt")
    ana.submits()
    assert not any(" tested this team's idea" in words for words in town.people["pru"].reads("team-prairie"))


def test_faculty_see_the_chain_as_a_picture_with_the_same_in_words(town: Town, ana: Persona, cleo: Persona) -> None:
    shares(cleo)
    ana.presses("Steal this", channel=SHARE)
    ana.submits(**GUESS)
    imani = town.people["imani"]

    ana.presses("Who took it", channel=SHARE)
    assert "As a picture" not in texts((ana.form or {})["blocks"])
    imani.presses("Who took it", channel=SHARE)
    imani.presses("As a picture")

    image = next(block for block in imani.dm()[-1]["blocks"] if block["type"] == "image")
    assert image["alt_text"] == (
        "Who took “Calling back the same day” of Prairie Bend: tried by 1 team: 1 still testing. "
        "Alder & Main: cycle 1: still testing (taken Mon 2 Feb 2026)."
    )
    assert "The picture is on its way to your conversation with me." in texts((imani.form or {})["blocks"])


def test_the_tree_hangs_each_below_the_last_one_nearer_the_idea() -> None:
    steps = [Step(depth, f"Team {row}", "cycle 1: adopted") for row, depth in enumerate((1, 2, 3, 3, 1, 2))]
    spread = Spread("Calls", "Elm", "tried by 2 teams", steps, more=3)

    assert spreads.parents(spread) == [None, 0, 1, 1, None, 4]
    assert spreads.alt(spread).endswith("Team 5: cycle 1: adopted. And 3 more.")


def test_the_tree_is_drawn_without_slack_as_high_as_it_needs_and_the_same_each_time() -> None:
    steps = [Step(1 + row % 3, f"Team {row}", "cycle 1: adopted (taken Mon 2 Feb 2026)", "adopted") for row in range(6)]
    short, long = (Spread("Calls", "Elm", "tried by 2 teams", steps[:count]) for count in (2, 6))

    drawn = [spread_pages.png(one) for one in (short, long, long)]

    sizes = [struct.unpack(">II", png[16:24]) for png in drawn]
    assert all(png.startswith(b"\x89PNG") for png in drawn)
    assert (sizes[0][0], sizes[1][0]) == (1080, 1080)
    assert sizes[0][1] < sizes[1][1]
    assert drawn[1] == drawn[2]


def _takes_it_back(person: Persona) -> None:
    person.presses("Read all", channel=SHARE)
    person.presses("Take it back")
    person.closes()


def _is_switched_off(town: Town, person: Persona) -> None:
    user = {"id": person.user, "team_id": "T0PRACTICE", "name": person.name, "deleted": True, "profile": {}}
    event = {"type": "user_change", "user": user, "event_ts": "1.1"}
    payload = {"type": "event_callback", "team_id": "T0PRACTICE", "event_id": "EvOFF", "event": event}
    town.slack.post("redeliver", envelope={"type": "events_api", "payload": payload})
    town.bot.settle()
