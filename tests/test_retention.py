"""Who is still with us: counts by a printed rule, a curve from ten teams on, and groups of teams side by side."""

from datetime import date, timedelta

from bot.domain import gaps, organization_types, retention
from bot.domain.endings import Ending
from bot.domain.gaps import Going
from bot.domain.retention import Life
from bot.domain.teams import Organization, Team
from tests.personas import Persona, texts
from tests.town import Town


def test_the_curve_is_that_of_kaplan_and_meier() -> None:
    weeks = (
        *(Life(week, True) for week in (6, 6, 6, 7, 10, 13, 16, 22, 23)),
        *(Life(week, False) for week in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)),
    )  # 6-MP against placebo, Freireich et al. 1963, as printed in every textbook

    line = retention.line("6-MP", weeks)

    assert [(one.days, one.at_risk, one.left, round(one.part, 3)) for one in line.steps] == [
        (6, 21, 3, 0.857), (7, 17, 1, 0.807), (10, 15, 1, 0.753), (13, 12, 1, 0.690), (16, 11, 1, 0.627),
        (22, 7, 1, 0.538), (23, 6, 1, 0.448),
    ]  # fmt: skip
    assert (line.at(5), round(line.at(12), 3), round(line.now, 3)) == (1.0, 0.753, 0.448)
    assert retention.line("nobody left", [Life(9, False)]).now == 1.0
    assert [retention.percent(part) for part in (0.0, 0.001, 0.5, 0.999, 1.0)] == [0, 1, 50, 99, 100]


def test_groups_lie_side_by_side_as_counts_and_small_ones_together() -> None:
    def going(group: str, active: int) -> Going:
        return Going(group, {"active": (active, 1), "data": (active, 3)})

    teams = [
        *(going("fqhc", row % 2) for row in range(4)), *(going("school", 1) for _ in range(10)),
        going("hospital", 1), going("tribal", 0), going("other", 1),
    ]  # fmt: skip
    found = gaps.groups(teams)

    assert [(one.name, one.teams, gaps.line(one)) for one in found] == [
        ("school", 10, "active 10 of 10 (100%) · numbers within a week 10 of 30 (33%)"),
        ("fqhc", 4, "active 2 of 4 · numbers within a week 2 of 12"),
        ("other groups", 3, "active 2 of 3 · numbers within a week 2 of 9"),
    ]
    assert gaps.widest(found) == (
        "The widest gap, active: fqhc 2 of 4, school 10 of 10 (100%). "
        "The other groups, several small ones together, aren't compared."
    )
    for few in (2, 1):  # too few to stand there by themselves
        fewer = gaps.groups(teams[: 14 + few])
        assert [(one.name, one.teams) for one in fewer] == [("school", 10), ("other groups", 4 + few)]
    assert gaps.widest(found[:1]) == ""
    assert gaps.groups([]) == []
    assert [one.name for one in gaps.groups([going("hospital", 1)])] == ["all teams"]
    types = ("", "camp", "ymca_camp", "school_based", "FQHC")
    named = ["Not given", "Camp", "YMCA camp", "School-based program", "FQHC"]
    assert [organization_types.called(kind) for kind in types] == named


def test_faculty_reads_counts_then_a_curve_and_groups(town: Town, ana: Persona, pru: Persona) -> None:
    imani = town.people["imani"]
    imani.opens_home()
    imani.presses_at_home("Who is still with us")
    shown = texts((imani.form or {})["blocks"])
    assert "Teams enrolled: 2. With us: 2." in shown
    assert "of fewer, counts say more" in shown
    assert "Lapsed: 90 days without a contribution, after 3 contacts, one of them with the senior leader." in shown
    assert "Draw the curve" not in shown
    imani.presses("Who completes")
    assert (
        "Prairie Bend\nStill open: 0 of 0 learning sessions attended (two asked for); 0 of 0 data months in"
        in texts((imani.form or {})["blocks"])
    )
    imani.closes()
    ana.runs("/allteach retention")
    assert "That's for faculty and coordinators." in ana.whispers()[-1]

    _grown(town)
    town.later(days=90)
    pru.runs("/allteach retention")
    shown = texts((pru.form or {})["blocks"])
    assert "Teams enrolled: 14. With us: 9, 1 of them in a pause." in shown
    assert "Withdrew: 2. Lapsed: 1. Completed: 1. Go on as part of another team or elsewhere: 1." in shown
    assert "Retention: 11 of 14 teams neither withdrew nor lapsed (79%)." in shown
    assert "by type of organization:\nSchool: 7 of 7\nother groups: 4 of 7" in shown
    assert "The funding ended: 2\nnot told: 1\nThey go on as part of another team: 1" in shown
    pru.presses("Between groups")
    assert "all teams, 8 teams\n" in texts((pru.form or {})["blocks"])  # two others would stand by themselves
    assert "no two groups have 3 teams each" in texts((pru.form or {})["blocks"])
    pru.chooses("retention.by", "1:mandated")
    assert "By choice, 8 teams" in texts((pru.form or {})["blocks"])
    pru.closes()
    pru.presses("Draw the curve")
    assert "it comes as a direct message" in texts((pru.form or {})["blocks"])
    assert "All teams: 77% still with us after" in pru.hears()[-1]
    (picture,) = [block for block in pru.dm()[-1]["blocks"] if block["type"] == "image"]
    assert picture["alt_text"].startswith("All teams: 77% still with us after")


def _grown(town: Town) -> None:
    """Twelve more teams of schools and health centers, some of which left in one way or another."""
    now = town.kit.now()
    gone = {
        10: ("withdrawn", "money", 30), 11: ("withdrawn", "money", 60), 12: ("lapsed", "", 80),
        13: ("completed", "", 85), 14: ("withdrawn", "merged", 40),
    }  # fmt: skip
    with town.kit.store.transaction() as session:
        session.add(Organization(id=9, collaborative_id=1, name="Schools", type="school"))
        session.flush()
        for number in range(10, 22):
            how, reason, days = gone.get(number, ("paused" if number == 15 else "active", "", 0))
            day = (now + timedelta(days=days)).date() if how in ("withdrawn", "lapsed", "completed") else None
            session.add(Team(
                id=number, collaborative_id=1, organization_id=9 if number > 14 else 1, name=f"T{number}", status=how,
                status_until=day or (date(2026, 8, 1) if how == "paused" else None), timezone="UTC",
            ))  # fmt: skip
            session.flush()
            if day:
                session.add(Ending(team_id=number, how=how, day=day, reason=reason, by_id=1, at=now))
