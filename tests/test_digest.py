"""The weekly digest: on Monday at eight everybody who looks after teams reads one screen, their own teams first."""

from datetime import UTC, datetime

from tests.cycling import buttons, logs
from tests.personas import Json, Persona, texts
from tests.town import Town

ASKED = "You get this because you asked for it."
WEEKLY = "You get this once a week, on Monday, because you look after teams here."


def at(town: Town, moment: datetime) -> None:
    town.turn_clock(moment)
    town.bot.tick()


def digests(person: Persona) -> list[Json]:
    return [one for one in person.dm() if one["text"].endswith((ASKED, WEEKLY))]


def test_on_monday_at_eight_each_reads_once_whom_to_call_and_praise_and_acts_on_it(town: Town, ana: Persona) -> None:
    imani, pru, tobias, cleo = (town.people[name] for name in ("imani", "pru", "tobias", "cleo"))
    logs(ana)
    ana.runs("/share")
    ana.submits(title="Four stickers", what="On a bookmark")
    at(town, datetime(2026, 2, 8, 20, tzinfo=UTC))
    pru.opens_home()
    pru.presses_at_home("Upcoming messages")
    shown = texts((pru.form or {})["blocks"])
    assert "The weekly digest" in shown
    assert "Why: once a week whoever looks after teams hears how they go." in shown
    pru.closes()

    at(town, datetime(2026, 2, 9, 7, 5, tzinfo=UTC))  # eight in Stockholm
    assert [len(digests(one)) for one in (tobias, imani, ana)] == [1, 0, 0]
    assert "To praise: Alder &amp; Main (yours): They shared an idea" in digests(tobias)[0]["text"]
    at(town, datetime(2026, 2, 9, 13, 5, tzinfo=UTC))
    town.bot.tick()
    (first,) = digests(imani)
    assert first["text"] == (
        "Small Town. To praise: Alder &amp; Main: They shared an idea. New ideas: “Four stickers” (Alder &amp; Main). "
        f"Tests: 1 planned. {WEEKLY}"
    )
    assert len(digests(pru)) == 1
    imani.presses("Thank them", first)
    assert "Alder & Main" in texts((imani.form or {})["blocks"])
    assert imani.filled_in()["teams"] == ["1"]
    imani.closes()

    at(town, datetime(2026, 2, 16, 13, 5, tzinfo=UTC))
    second = digests(imani)[-1]
    assert "Small Town. To call: Prairie Bend, in touch, Hasn't started yet: one person, not active" in second["text"]
    assert "Prairie Bend" not in digests(tobias)[-1]["text"]  # he coaches another team
    imani.presses("I'll call", second)
    second = digests(imani)[-1]
    assert "Dr. Imani Osei calls." in second["text"]
    assert "Already spoke" in buttons(second["blocks"])
    at(town, datetime(2026, 2, 23, 13, 5, tzinfo=UTC))
    assert digests(imani)[-1]["text"] == (
        f"Small Town. Nothing changed since Mon 16 Feb 2026: 2 teams, still to call: Prairie Bend. {WEEKLY}"
    )

    imani.presses("As a picture", digests(imani)[-1])
    (picture,) = [block for block in imani.dm()[-1]["blocks"] if block["type"] == "image"]
    assert picture["alt_text"].startswith(
        "Teams by weeks, Small Town, 2 Feb 2026 to 23 Feb 2026. Week of 23 Feb 2026: 0 of"
    )
    ana.presses("Read all", channel="small-town-share")
    ana.presses("Take it back")
    assert "Four stickers" not in digests(imani)[0]["text"]
    imani.runs("/allteach digest")
    assert digests(imani)[-1]["text"].endswith(ASKED)
    cleo.runs("/allteach digest")
    assert "That's for the coaches of teams and faculty." in cleo.whispers()[-1]
