"""A collaborative file is read whole and typed, or refused with every fault named by its line and the way on."""
# ruff: noqa: E501 - a table of sentences reads best with one case on a line

import contextlib
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

import bot
from bot.domain.collaborative_file import reader
from bot.domain.collaborative_file.reader import FileFaults
from bot.domain.collaborative_file.shapes import CollaborativeFile

OPEN_DOOR = Path(bot.__file__).parent / "open_door.yaml"

PROMISED = """\
collaborative: {name: Open Door, topic: …, aim: …, timezone: America/New_York, starts: 2026-01-13, ends: 2026-12-09}
channels: {everyone: open-door, share: open-door-share, shoutouts: open-door-shoutouts, faculty: open-door-faculty}
people:            # faculty and coordinators
  - {email: imani@example.org, name: Dr. Imani Osei, roles: [chair, faculty]}
measures:
  - {code: OFFER3, name: Offered within 3 days, kind: process, unit: percent, shape: proportion, direction: up, goal: 85, baseline: 41,
     numerator: callers offered a first visit within 3 business days, denominator: first-time callers wanting one, due_day: 15}
     # optional: exclusions, strata: [language], lag_months: 2, baseline_months: 6, required: true
drivers:
  - {name: Open the front door, ideas: [Same-day walk-in block, One warm call]}
teams:
  - {name: Alder & Main Counseling, organization: Alder & Main, type: community_mental_health, timezone: America/Chicago,
     population_of_focus: Spanish-speaking adults, channel: team-alder-main, measures: all, coach: imani@example.org,
     members: [{email: ana@example.org, name: Ana Reyes, roles: [team_lead]}, {slack: U01ABC, roles: [data_lead]}]}
     # optional: sector, mandated: true, prior_experience: …, tier: minimum, deputy: ben@example.org, status: active
checkin: {every: week, weekday: monday, at: "09:00"}      # week | two_weeks | month
events:
  - {title: AP1 call, kind: call, starts: 2026-02-19T12:00, minutes: 60, repeats: "FREQ=MONTHLY;BYDAY=3TH;COUNT=3", join_url: https://…}
"""

EVERY_OPTION = """\
collaborative:
  name: Every Option
  timezone: Europe/Vienna
  holidays: [2026-05-01, "2026-05-14"]
  quiet_hours: 21:00-06:30
people:
  - {email: Imani@Example.org, slack: U0IMANI, roles: coach}
measures:
  - {code: TNA, name: Third next, kind: balancing, unit: days, direction: hold, goal: "10", strata: [language, payer],
     exclusions: none, lag_months: 2, baseline_months: 6, required: true, chart: run}
  - {code: ENG4, name: Four visits, kind: outcome, unit: percent, direction: up, numerator: kept, denominator: all}
drivers:
  - name: Stay connected
    ideas:
      - {code: 1.10, name: Two-way texts, evidence: two trials, tips: [at 72 h, at 24 h]}
      - Call back
    drivers: [{name: Reminders, ideas: [Ask the best time]}]
teams:
  - name: Casa Farol
    region: urban
    sector: community
    mandated: true
    prior_experience: none
    tier: minimum
    private: false
    holidays: [2026-06-19]
    measures: [TNA]
    coach: U0IMANI
    deputy: BEN@example.org
    status: "withdrawn(2026-06-30, grant ended)"
    members: [{email: ben@example.org}]
checkin: {every: day, where: dm, questions: [How is the work?]}
events:
  - {title: LS1, kind: session, starts: 2026-01-13T09:00, ends: 2026-01-14T16:00, host: Casa Farol, agenda: [one, two]}
  - {title: Far away, kind: office_hours, starts: "2026-01-13T09:00+09:00"}
"""


def test_the_promised_example_is_read_as_it_stands() -> None:
    file = read(PROMISED)

    assert file.collaborative.starts == date(2026, 1, 13)
    assert file.people[0].roles == ["chair", "faculty"]
    assert (file.measures[0].goal, file.measures[0].due_day) == (85.0, 15)
    assert [idea.name for idea in file.drivers[0].ideas] == ["Same-day walk-in block", "One warm call"]
    assert file.teams[0].measures is None
    assert [(member.email, member.slack) for member in file.teams[0].members] == [
        ("ana@example.org", None),
        (None, "U01ABC"),
    ]
    assert (file.checkin.every, file.checkin.at) == ("week", time(9))
    assert file.events[0].starts.astimezone(UTC) == datetime(2026, 2, 19, 17, tzinfo=UTC)


def test_every_optional_key_is_read() -> None:
    file = read(EVERY_OPTION)

    assert file.collaborative.holidays == [date(2026, 5, 1), date(2026, 5, 14)]
    assert file.collaborative.quiet_hours == "21:00-06:30"
    assert (file.people[0].email, file.people[0].roles) == ("imani@example.org", ["coach"])
    assert [(measure.shape, measure.chart) for measure in file.measures] == [("value", "run"), ("proportion", None)]
    assert (file.drivers[0].ideas[0].code, file.drivers[0].ideas[0].tips) == ("1.10", ["at 72 h", "at 24 h"])
    assert file.drivers[0].drivers[0].ideas[0].name == "Ask the best time"
    team = file.teams[0]
    assert (team.tier, team.private, team.mandated, team.measures) == ("minimum", False, True, ["TNA"])
    assert team.status is not None
    assert (team.status.name, team.status.day, team.status.reason) == ("withdrawn", date(2026, 6, 30), "grant ended")
    assert (file.checkin.where, file.checkin.questions) == ("dm", ["How is the work?"])
    assert (file.events[0].length, file.events[0].agenda) == (timedelta(hours=31), "one\ntwo")
    assert file.events[1].starts.astimezone(UTC) == datetime(2026, 1, 13, 0, tzinfo=UTC)


def test_channels_without_a_name_are_called_after_what_they_are_for() -> None:
    file = read(EVERY_OPTION)

    assert file.common_channels == {
        "everyone": "every-option",
        "share": "every-option-share",
        "shoutouts": "every-option-shoutouts",
        "faculty": "every-option-faculty",
    }
    assert file.teams[0].channel_name == "team-casa-farol"


@pytest.mark.parametrize(
    ("plain", "quoted"),
    [
        ('at: "09:00"', "at: 09:00"),
        ('at: "09:00"', "at: '9:00'"),
        ("starts: 2026-01-13", "starts: '2026-01-13'"),
        ("starts: 2026-02-19T12:00", 'starts: "2026-02-19T12:00"'),
        ("starts: 2026-02-19T12:00", "starts: 2026-02-19 12:00:00"),
        ("starts: 2026-02-19T12:00", "starts: 2026-02-19T17:00Z"),
        ("goal: 85", "goal: '85'"),
        ("due_day: 15", 'due_day: "15"'),
        ("every: week,", "'every': \"week\","),
    ],
)
def test_quoted_or_not_means_the_same(plain: str, quoted: str) -> None:
    assert plain in PROMISED

    assert read(PROMISED.replace(plain, quoted)) == read(PROMISED)


@pytest.mark.parametrize(
    ("line", "was", "becomes", "sentence"),
    [
        (1, "topic:", "topics:", "“topics” isn't a key here. Did you mean topic?"),
        (1, "timezone: America/New_York, ", "", "This collaborative needs `timezone`."),
        (1, "America/New_York", "America/New_Yrok", "“America/New_Yrok” isn't a time zone we know. Did you mean America/New_York?"),
        (1, "starts: 2026-01-13", "starts: 13/1/2026", "“13/1/2026” isn't a date we can read. Write year, month and day, such as 2026-01-13."),
        (1, "2026-12-09", "2026-02-30", "“2026-02-30” isn't in the calendar."),
        (1, "2026-12-09", "2025-12-09", "It would end on 2025-12-09, before it starts on 2026-01-13. Are the two swapped?"),
        (1, "name: Open Door", "quiet_hours: late, name: X", "“late” isn't a span of quiet hours. Write it such as 20:00-07:00, or off."),
        (2, "everyone: open-door,", "everyone: Open Door,", "Channel names have up to 80 lower-case letters, digits, “-” and “_”; “Open Door” doesn't fit. open-door would."),
        (2, "share: open-door-share", "share: open-door", "The channel open-door is already used on line 2. Each needs its own."),
        (14, "email: ana@example.org", "email: ana", "“ana” isn't an e-mail address, such as ana@example.org."),
        (14, "email: ana@example.org, ", "", "This person needs `email` or `slack`, so that we can find them."),
        (4, "[chair, faculty]", "[chair, facutly]", "A role here is chair, faculty, director, improvement_advisor, coordinator or coach, not “facutly”. Did you mean faculty?"),
        (4, "[chair, faculty]", "[team_lead]", "team_lead is a role in a team: list this person in that team's members."),
        (4, "[chair, faculty]", "[team lead]", "team_lead is a role in a team: list this person in that team's members."),
        (4, "[chair, faculty]", "[teem_lead]", "A role here is chair, faculty, director, improvement_advisor, coordinator or coach, not “teem_lead”. Did you mean team_lead? That is a role in a team: list this person in that team's members."),
        (14, "[data_lead]", "[Data Lead, nurse]", "A role here is senior_leader, team_lead, tech_expert, data_lead, lived_experience or member, not “Data Lead”. Did you mean data_lead? A role here is senior_leader, team_lead, tech_expert, data_lead, lived_experience or member, not “nurse”."),
        (4, "[chair, faculty]", "[]", "`roles` needs at least one entry."),
        (4, ", roles: [chair, faculty]", "", "This person needs `roles`."),
        (6, "kind: process", "kind: proces", "`kind` can be outcome, process or balancing, not “proces”. Did you mean process?"),
        (6, "unit: percent", "unit: percents", "`unit` can be percent, rate, count or days, not “percents”. Did you mean percent?"),
        (6, "shape: proportion", "shape: line", "`shape` can be proportion, ratio or value, not “line”."),
        (6, "direction: up", "direction: sideways", "`direction` can be up, down or hold, not “sideways”."),
        (6, "goal: 85", "goal: 185", "A percent lies between 0 and 100; 185 doesn't."),
        (6, "baseline: 41", "baseline: 41%", "`baseline` is a number, and “41%” isn't. Write digits only, such as 85."),
        (6, "goal: 85", "goal: .nan", "`goal` is a number, and “.nan” isn't. Write digits only, such as 85."),
        (6, "denominator: first-time callers wanting one, ", "", "A proportion needs `numerator` and `denominator`: say in words what is counted in each."),
        (6, "code: OFFER3", "code: OFFER 3", "A code has up to 20 letters, digits, “.”, “-” and “_”; “OFFER 3” doesn't fit."),
        (7, "due_day: 15", "due_day: 31", "`due_day` is 28 at most, not “31”."),
        (7, "due_day: 15", "lag_months: two", "`lag_months` is a whole number, and “two” isn't."),
        (10, "[Same-day walk-in block, One warm call]", "[One warm call, One warm call]", "“One warm call” is already on line 10 under this driver."),
        (10, "ideas:", "idea:", "“idea” isn't a key here. Did you mean ideas?"),
        (13, "coach: imani@example.org", "coach: imanni@example.org", "“imanni@example.org” isn't among the people at the top. Add them there first. Did you mean imani@example.org?"),
        (13, "measures: all", "deputy: ben@example.org", "“ben@example.org” isn't among this team's members. Add them first."),
        (13, "measures: all", "measures: [OFER3]", "No measure has the code “OFER3”. Did you mean OFFER3?"),
        (13, "measures: all", "mandated: perhaps", "`mandated` is true or false, not “perhaps”."),
        (13, "measures: all", "tier: minimal", "`tier` can be full or minimum, not “minimal”. Did you mean minimum?"),
        (13, "channel: team-alder-main", "channel: open-door", "The channel open-door is already used on line 2. Each needs its own."),
        (14, "slack: U01ABC", "slack: ana", "“ana” isn't a Slack member id such as U01ABC (in the profile: Copy member ID)."),
        (14, "slack: U01ABC", "email: ANA@example.org", "ana@example.org stands in this list twice (first on line 14). Keep one entry with all the roles."),
        (14, "[data_lead]", "[coach]", "coach is a role on the staff: list this person under people."),
        (14, "ana@example.org", "imani@example.org", "imani@example.org is called “Ana Reyes” here and “Dr. Imani Osei” on line 4. Which is right?"),
        (16, "every: week", "every: fortnight", "`every` can be day, week, two_weeks or month, not “fortnight”."),
        (16, "monday", "munday", "`weekday` can be monday, tuesday, wednesday, thursday, friday, saturday or sunday, not “munday”. Did you mean monday?"),
        (16, "monday", "moonday", "`weekday` can be monday, tuesday, wednesday, thursday, friday, saturday or sunday, not “moonday”. Did you mean monday?"),
        (16, '"09:00"', "25:00", "“25:00” isn't a time of day. Write hours and minutes, such as 09:00 or 17:30."),
        (18, "kind: call", "kind: cal", "`kind` can be call, session, coaching, office_hours or congress, not “cal”. Did you mean call?"),
        (18, "2026-02-19T12:00", "2026-02-19", "“2026-02-19” isn't a date with a time. Write it such as 2026-02-19T12:00."),
        (18, "2026-02-19T12:00", "2026-03-08T02:30", "The clocks go forward on 2026-03-08: 02:30 doesn't come. Choose another time."),
        (18, "minutes: 60", "ends: 2026-02-19T11:00", "This ends at 2026-02-19 11:00, before it starts. Are `starts` and `ends` swapped?"),
        (18, "minutes: 60", "minutes: 60, ends: 2026-02-19T14:00", "By `minutes` and by `ends` this lasts differently long. Keep one of the two."),
        (18, "FREQ=MONTHLY", "FREQ=MONTLY", "“FREQ=MONTLY” can't be followed. FREQ is DAILY, WEEKLY, MONTHLY or YEARLY."),
        (18, "BYDAY=3TH", "BYDAY=3XX", "“BYDAY=3XX” can't be followed. BYDAY is a day such as TH, a numbered one such as 3TH or -1FR, or several with commas."),
        (18, "https://…", "zoom", "“zoom” isn't a link; one begins with https:// and has no spaces."),
        (18, "minutes: 60", "host: Alder and Main Counseling", "No team in this file is called “Alder and Main Counseling”. Did you mean Alder & Main Counseling?"),
    ],
)  # fmt: skip
def test_a_fault_has_its_line_and_the_way_on(line: int, was: str, becomes: str, sentence: str) -> None:
    assert was in PROMISED.splitlines()[line - 1] or was in PROMISED

    assert faults_of(_changed(line, was, becomes)) == [f"open.yaml:{line}: {sentence}"]


@pytest.mark.parametrize(
    ("more", "line", "sentence"),
    [
        ("teams: []\n", 20, "“teams” stands here twice (first on line 11). Keep one."),
        ("goals: []\n", 20, "“goals” isn't a key here. There can be collaborative, channels, people, measures, drivers, teams, checkin, weekly and events."),
        ("  - {title: AP1 call, starts: '2026-02-19 12:00'}\n", 20, "“AP1 call” at this time is already on line 18."),
        ("  - {title: AP1 call\n", 21, "The file can't be read from here on (expected ',' or '}', but got '<stream end>'). Look at this line and the one above for a bracket or quote left open, a tab, or an uneven indent."),
        ("  - *anchor\n", 20, "“*anchor” repeats another part of the file. Please write that part out here."),
        ("  - !!python/name:os.system {title: X, starts: 2026-02-20T12:00}\n", 20, "“tag:yaml.org,2002:python/name:os.system” is a YAML tag. Please leave it off."),
        ("---\ncollaborative: {}\n", 20, "A second document begins here (“---”). Keep one collaborative in a file."),
        ("  - " + "[" * 30 + "]" * 30 + "\n", 20, "Lists and keys stand too deep inside each other here. Is a bracket left open?"),
        ("  - soon\n", 20, "An entry of `events` takes keys with values, such as “name: …”, not “soon”."),
    ],
)  # fmt: skip
def test_a_fault_added_below_is_found_there(more: str, line: int, sentence: str) -> None:
    found = faults_of(PROMISED + "\n" + more)

    assert f"open.yaml:{line}: {sentence}" in found


def test_two_teams_differ_in_name_channel_and_measures() -> None:
    second = """\
people: [{email: imani@example.org, roles: [coach]}, {email: IMANI@example.org, roles: [chair]}]
measures:
  - {code: A1, name: One, kind: process, unit: count, direction: up}
  - {code: a1, name: Two, kind: process, unit: count, direction: up}
teams:
  - {name: Casa Farol, organization: Casa, type: fqhc}
  - {name: casa farol, organization: Casa, type: hospital}
  - {name: Casa-Farol}
"""

    assert faults_of("collaborative: {name: Twice, timezone: UTC}\n" + second) == [
        "open.yaml:2: imani@example.org stands in this list twice (first on line 2). Keep one entry with all the roles.",
        "open.yaml:5: There is already a measure “a1” on line 4. Each measure needs its own code.",
        "open.yaml:8: Casa has the type “hospital” here and “fqhc” on line 7. Which is right?",
        "open.yaml:8: There is already a team “casa farol” on line 7. Each team needs its own name.",
        "open.yaml:9: The channel team-casa-farol is already used on line 7. Each needs its own.",
    ]


def test_all_faults_are_told_at_once_in_the_order_of_their_lines() -> None:
    text = PROMISED.replace("timezone: America/New_York", "timezone: Mars/Base").replace("kind: process", "kind: x")
    text = text.replace("coach: imani@example.org", "coach: who@example.org").replace('at: "09:00"', "at: noon")

    found = faults_of(text)

    assert [fault.split(":")[1] for fault in found] == ["1", "6", "13", "16"]


def test_where_a_file_breaks_off_what_is_wrong_above_that_line_is_told_in_the_same_wave() -> None:
    text = PROMISED.replace("kind: process", "kind: x").replace("coach: imani@example.org", "coach: [imani@example.org")

    found = faults_of(text)

    assert [fault.split(":")[1] for fault in found] == ["6", "14"]
    assert found[0] == "open.yaml:6: `kind` can be outcome, process or balancing, not “x”."
    assert found[1].startswith("open.yaml:14: The file can't be read from here on")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "A collaborative file begins with “collaborative:”."),
        ("- a\n- b\n", "A collaborative file begins with “collaborative:”."),
        ("teams: []\n", "The file needs `collaborative`."),
        ("x" * 2_000_001, "The file is larger than 2 MB. Is it a collaborative file?"),
        ("a: \x01", "The file has characters that YAML can't hold (unacceptable character #x0001: special characters are not allowed)."),
        ('a: "\\UFFFFFFFF"', "The file has an escape such as \\U that stands for no character."),
        ('collaborative: {name: "a\\0b", timezone: UTC}', "There is a character here that nobody can see. Please type this text again."),
    ],
)  # fmt: skip
def test_what_is_no_collaborative_file_is_said_so(text: str, sentence: str) -> None:
    assert faults_of(text) == [f"open.yaml:1: {sentence}"]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (None, ": The file can't be opened: No such file or directory."),
        (
            "collaborative:\n  name: Café".encode("latin-1"),
            ":2: The file isn't UTF-8 text here. Please save it as UTF-8.",
        ),
        (b"x" * 3_000_000, ":1: The file is larger than 2 MB. Is it a collaborative file?"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_so(content: bytes | None, fault: str, tmp_path: Path) -> None:
    path = tmp_path / "open.yaml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(FileFaults) as refusal:
        reader.open_file(path)

    assert str(refusal.value) == f"{path}{fault}"


def test_windows_files_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "open.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + PROMISED.replace("\n", "\r\n").encode())

    assert reader.open_file(path) == read(PROMISED)


def test_a_pause_has_an_end() -> None:
    head = "collaborative: {name: Pause, timezone: UTC}\nteams:\n"

    dated = read(head + '  - {name: A, status: "paused(2026-06-01)"}\n')
    undated = faults_of(head + "  - {name: A, status: paused}\n")

    assert dated.teams[0].status is not None
    assert dated.teams[0].status.day == date(2026, 6, 1)
    assert undated == [
        'open.yaml:3: A pause always has an end. Write its date, such as "paused(2026-06-01)", in quotes.'
    ]


@settings(max_examples=150, deadline=None)
@given(some.integers(0, len(PROMISED) - 1), some.integers(0, 40), some.text(max_size=6))
def test_whatever_is_typed_is_read_or_refused_in_words(start: int, length: int, typed: str) -> None:
    text = PROMISED[:start] + typed + PROMISED[start + length :]

    with contextlib.suppress(FileFaults):
        assert read(text).collaborative.name


def test_open_door_is_whole() -> None:
    file = reader.open_file(OPEN_DOOR)

    assert (len(file.people), len(file.measures), len(file.teams), len(file.events)) == (8, 8, 12, 13)
    assert [idea.code for driver in file.drivers for idea in driver.ideas] == [
        f"{driver}.{idea}" for driver in range(1, 5) for idea in range(1, 5)
    ]
    assert all(3 <= len(team.members) <= 5 and team.coach and team.deputy for team in file.teams)
    for role in ("team_lead", "data_lead"):
        assert all(any(role in member.roles for member in team.members) for team in file.teams)
    assert file.checkin.every == "month"
    lagging = {measure.code: measure for measure in file.measures}["ENG4"]
    assert (lagging.lag_months, lagging.strata, lagging.baseline, lagging.goal) == (
        2,
        ["preferred language", "age band", "payer"],
        38,
        60,
    )
    calls = [event.starts for event in file.events if event.kind == "call"]
    assert all(call.weekday() == 3 and 15 <= call.day <= 21 and call.hour == 12 for call in calls)


def read(text: str) -> CollaborativeFile:
    """Read a file that has no faults."""
    return reader.read(text, "open.yaml")


def faults_of(text: str) -> list[str]:
    """What the file's reader is told, line by line."""
    with pytest.raises(FileFaults) as refusal:
        read(text)
    return str(refusal.value).splitlines()


def _changed(line: int, was: str, becomes: str) -> str:
    """The promised example with one thing changed, on that line where it stands there, else where it first stands."""
    lines = PROMISED.splitlines(keepends=True)
    if was not in lines[line - 1]:
        return PROMISED.replace(was, becomes, 1)
    lines[line - 1] = lines[line - 1].replace(was, becomes, 1)
    return "".join(lines)
