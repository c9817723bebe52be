"""What `make bench` offers is what people send, so that it measures this bot and not the one of last month."""

from bot import gallery
from tests.bench.acts import Acts


def test_every_act_that_is_offered_can_be_made_and_the_form_is_todays() -> None:
    acts = Acts()

    made = [acts.helps(), acts.opens(), acts.submits(), acts.types(), acts.looks_home()]

    assert [kind for kind, _ in made] == [
        "slash_commands",
        "slash_commands",
        "interactive",
        "interactive",
        "events_api",
    ]
    answered = set(made[2][1]["view"]["state"]["values"])
    asked = {block["block_id"] for block in made[2][1]["view"]["blocks"] if block["type"] == "input"}
    assert answered == asked
    assert gallery.faces("pdsa/start")[0]["title"] == made[2][1]["view"]["title"]["text"]
