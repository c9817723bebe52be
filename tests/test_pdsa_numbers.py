"""Cycles are numbered team-wide, without gaps and twins, also when everybody submits at once."""

from concurrent.futures import ThreadPoolExecutor

from tests.cycling import TEST, cards, cycles, last_sent, logs, only_people_are_heard, sends_again
from tests.personas import Json, Persona
from tests.town import Town

ROUNDS = 5


def test_numbers_have_no_gaps_and_no_twins_when_everybody_submits_at_once(town: Town) -> None:
    together = [town.people[name] for name in ("ana", "ben", "gil", "olga", "cleo")]

    with ThreadPoolExecutor(len(together)) as hands:
        for _ in range(ROUNDS):
            for person in together:
                person.presses("Log a PDSA cycle")
            answers = list(hands.map(lambda person: _submits(town, person), together))
            assert all(answer["ok"] for answer in answers), answers
            town.bot.settle()

    assert [cycle.number for cycle in cycles(town)] == list(range(1, 4 * ROUNDS + 1))
    assert [cycle.number for cycle in cycles(town, "Prairie Bend")] == list(range(1, ROUNDS + 1))
    assert {cycle.owner_id for cycle in cycles(town)} != {cycles(town)[0].owner_id}
    said = [post for post in town.slack.get("posts")["posts"] if ", cycle " in post["text"]]
    assert len(said) == 5 * ROUNDS


def test_a_form_that_arrives_four_times_is_one_cycle_with_one_card(town: Town, ana: Persona) -> None:
    only_people_are_heard(town)
    logs(ana)
    sent = last_sent(town)
    with ThreadPoolExecutor(3) as hands:
        answers = list(hands.map(lambda _: sends_again(town, sent), range(3)))

    assert answers == [{}] * 3  # it closes
    assert [cycle.number for cycle in cycles(town)] == [1]
    assert len(cards(ana)) == 1
    logs(ana)
    assert [cycle.number for cycle in cycles(town)] == [1, 2]


def test_a_refused_form_uses_up_no_number(town: Town, ana: Persona) -> None:
    logs(ana)
    ana.runs("/pdsa", "team-alder")
    assert not ana.submits(**{**TEST, "due": "2026-01-01"})["ok"]
    ana.submits(**{**TEST, "change": "Patient Zebulon Quagmire came"})
    ana.closes()
    logs(ana)

    assert [cycle.number for cycle in cycles(town)] == [1, 2]


def _submits(town: Town, person: Persona) -> Json:
    """As any other submit, but without waiting for what the bot says after it."""
    return town.slack.post("act/submit", user=person.user, values=TEST)
