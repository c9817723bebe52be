"""What the gallery shows: a small likely town, or one where every field is at its longest and means harm."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from bot.domain import pdsa, pdsa_facts
from bot.domain.collaboratives import Collaborative
from bot.domain.pdsa import Cycle
from bot.domain.pdsa_drafts import QUESTION
from bot.domain.people import Person
from bot.domain.teams import Channel, Team
from bot.outbox import Letter

Values = dict[str, Any]
NAME, LINE, TEXT = 80, 300, 3000  # the longest that a name, a line and a box take
DAY, NOW = date(2026, 2, 10), datetime(2026, 2, 3, 15, tzinfo=UTC)
STAGES = ("plan", "do", "study", "act")
IN_THE_WAY = "This workspace doesn't let apps create channels. Create it by hand and invite Allteach to it."
TOLD = {
    "change": "Nadia calls the next 10 callers within a day",
    "prediction": "8 of 10 come to their first visit",
    "question": "Does a warm call bring more people to a first visit?",
    "objective": "Fewer people lost before the first visit",
    "tasks": "Nadia, front desk, Monday to Friday before noon",
    "collecting": "Nadia ticks callers and visits on a sheet",
    "asked": "Two parents; we haven't heard from night workers yet",
    "happened": "9 called, 1 wrong number, 7 came",
    "problems": "The wrong number was on the referral",
    "results": "7 of 9 came, 78 %",
    "learned": "A call the same day is worth it",
    "next_step": "Both shifts call back the same day",
}
TOLD_SINCE = {"happened": "do", "problems": "do", "results": "study", "learned": "study", "next_step": "act"}
HOSTILE = (
    '<!channel> <@U0EVERY> "it\'s" \\ \\u003c!here\\u003e {{ 7 * 7 }} {% raw %} *_~`\n& 🌱 \u202etxet '
    "<https://x.example|IHI> "
)


@dataclass(frozen=True)
class Scene:
    """How much there is to show; `filling` takes the place of every word a person may have written."""

    filling: str = ""
    most_rows: int = 2
    number: int = 7

    def says(self, likely: str, most: int = TEXT) -> str:
        """The likely words, or as much filling as fits."""
        return (self.filling * most)[:most] if self.filling else likely

    def rows(self, most: int) -> range:
        """How many there are of what there can be `most` of."""
        return range(1, min(self.most_rows, most) + 1)

    def collaborative(self, number: int = 1, launched_at: datetime | None = None) -> Collaborative:
        """One that is about to be launched, or was."""
        return Collaborative(
            id=number,
            name=self.says("Open Door", NAME),
            aim=self.says("By December, 60 % of callers come to a fourth visit."),
            timezone="America/New_York",
            loaded_at=NOW,
            launched_at=launched_at,
        )

    def team(self, number: int = 3) -> Team:
        """A team with a population of focus."""
        return Team(
            id=number,
            collaborative_id=1,
            organization_id=1,
            name=self.says("Alder & Main Counseling", NAME),
            timezone="America/Chicago",
            population_of_focus=self.says("Spanish-speaking adults", LINE),
        )

    def pause(self) -> str:
        """What stands on the card of a team that pauses."""
        return f"The team takes a pause until Mon 1 Jun 2026: {self.says('we move to the new building', 200)}."

    def person(self, number: int) -> Person:
        """Somebody of the collaborative."""
        return Person(id=number, name=self.says(("Ana Reyes", "Ben Castellano")[number % 2], NAME))

    def channel(self, number: int) -> Channel:
        """A team's channel that isn't there yet; Slack takes no harmful letters in its name."""
        name = f"team-{number}".ljust(NAME if self.filling else 0, "w")
        return Channel(id=number, collaborative_id=1, purpose="team", name=name, private=True, problem=IN_THE_WAY)

    def letter(self, number: int) -> Letter:
        """A letter that Slack didn't take."""
        return Letter(
            id=number,
            key=f"pdsa:{number}",
            message="pdsa/card",
            to="team:3",
            due=NOW,
            written_at=NOW,
            problem=IN_THE_WAY,
        )

    def cycle(self, stage: str = "plan", decision: str = "", number: int = 0, **more: Any) -> Cycle:
        """A cycle with everything told that can be told at its stage."""
        reached = STAGES[: STAGES.index(stage) + 1]
        told = {name: self.says(likely) for name, likely in TOLD.items() if TOLD_SINCE.get(name, "plan") in reached}
        fixed: Values = {
            "id": number or self.number,
            "collaborative_id": 1,
            "team_id": 3,
            "number": number or self.number,
            "owner_id": 1,
            "stage": stage,
            "due": DAY,
            "decision": decision,
            "ticks": list(pdsa.TICKS) if decision == "adopt" else [],
            "started_at": NOW,
            "ran_at": NOW if stage != "plan" else None,
        }
        return Cycle(**{**fixed, **told, **more})

    def cycles(self) -> list[Cycle]:
        """One of every stage and decision."""
        return [
            self.cycle(),
            self.cycle(question=QUESTION, prediction=None),
            self.cycle("do"),
            self.cycle("study"),
            self.cycle("act", "adopt"),
            self.cycle("act", "adapt"),
            self.cycle("act", "abandon", stopped=True, next_step=""),
        ]

    def lines(self, most: int, team: int = 0) -> list[Values]:
        """Rows of a list of a team's cycles."""
        return pdsa_facts.lines([self.cycle(number=100 * team + number) for number in self.rows(most)])

    def staffed(self, most: int, teams: int = 160) -> list[Values]:
        """Collaboratives that somebody is on the staff of, as large as they get."""
        return [
            {
                "name": self.says("Open Door", NAME),
                "lines": self.glances(number, teams),
                "yours": "1 call now · 4 watch",
            }
            for number in self.rows(most)
        ]

    def glances(self, collaborative: int, most: int) -> list[Values]:
        """Rows of a list of teams: most at work, and one that pauses before its first cycle."""
        at_work = {
            "open": self.number,
            "moved": DAY,
            "standing": self.pause() if self.filling else "",
            "level": "call now",
        }
        at_rest = {"open": 0, "moved": None, "standing": self.pause(), "level": ""}
        return [
            {"team": self.team(1000 * collaborative + row), **(at_rest if row == 2 else at_work)}
            for row in self.rows(most)
        ]

    def choices(self, likely: str) -> list[tuple[str, str]]:
        """As many as a menu takes."""
        return [(str(number), self.says(f"{number}. {likely}", 75)) for number in self.rows(100)]


Faces = Callable[[Scene], list[Values]]  # the values of each face of a template
LIKELY = Scene()
FULLEST = tuple(Scene(filling, 1000, 9999) for filling in (HOSTILE, "&"))
