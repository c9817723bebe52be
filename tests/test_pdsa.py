"""A team logs, runs, studies and decides a PDSA cycle, as people do it in Slack."""

from tests.personas import Persona, texts
from tests.town import Town

TEST = {"change": "Nadia calls the next 10 callers", "prediction": "8 of 10 come", "due": "2026-02-10"}


def test_a_cycle_goes_from_plan_to_the_next_one_of_its_ramp(ana: Persona) -> None:
    ana.runs("/pdsa", "team-alder")
    ana.submits(**TEST)
    ana.presses("We ran it")
    ana.submits(happened="9 called, 1 wrong number")
    ana.presses("What did we learn")
    ana.submits(learned="7 of 9 came", matched="partly")
    ana.presses("Adapt")

    assert ana.filled_in()["change"] == TEST["change"]
    ana.submits(prediction="85 % reached")

    first, second = [message for message in ana.messages("team-alder") if "cycle" in message["text"]][-2:]
    assert "adapted" in texts(first["blocks"])
    assert "Cycle 2" in texts(second["blocks"])
