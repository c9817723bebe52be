"""A collaborative for the measurements: five teams of two people and a coordinator, launched and everything said."""

from pathlib import Path

from tests.bench.acts import PEOPLE

HEAD = """
collaborative:
  {name: Bench, topic: speed, aim: "Quick enough.", timezone: America/New_York, starts: 2026-01-13, ends: 2026-12-09}
channels: {everyone: bench, share: bench-share, shoutouts: bench-shoutouts, faculty: bench-faculty}
people: [{email: pru@example.org, name: Pru Adebayo, roles: [coordinator]}]
drivers:
  - name: Open the front door
    ideas: [{code: "1.1", name: Same-day walk-in block}, {code: "1.2", name: One warm call}]
measures:
  - {code: OFFER3, name: Offered within 3 days, kind: process, unit: percent, shape: proportion, direction: up,
     goal: 85, baseline: 41, numerator: callers offered a visit in 3 days, denominator: first-time callers, due_day: 15}
teams:
"""
TEAM = """
  - {{name: Team {number}, organization: Clinic {number}, type: fqhc, timezone: America/Chicago,
     channel: team-{number}, measures: all,
     members: [{{email: {lead}@example.org, name: Ana {surname}, roles: [team_lead]}},
               {{email: {second}@example.org, name: Ben {surname}, roles: [data_lead]}}]}}
"""


def file(folder: Path) -> Path:
    """The collaborative as a file, for `allteach collaborative load`."""
    teams = range(1, len(PEOPLE) // 2 + 1)
    written = folder / "bench.yaml"
    written.write_text(HEAD + "".join(_team(number) for number in teams), encoding="utf-8")
    return written


def _team(number: int) -> str:
    surname = ("Reyes", "Castellano", "Hart", "Novak", "Santos")[number - 1]
    return TEAM.format(number=number, surname=surname, lead=PEOPLE[2 * number - 2], second=PEOPLE[2 * number - 1])
