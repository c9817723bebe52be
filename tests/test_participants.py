"""A meeting tool's list dropped in the bot's conversation proposes who was at a call; a press counts them."""

from datetime import timedelta

from sqlmodel import col, select

from bot.domain import participant_list
from bot.domain.activity import Act
from bot.domain.attendance import Attendance
from bot.domain.participant_list import Participant
from bot.domain.people import Person
from tests.asking import form
from tests.calling import CALL, FORTNIGHT_BEFORE, cards, comes_up
from tests.checking_in import at
from tests.cycling import everything_stored, last_sent, only_people_are_heard, sends_again
from tests.personas import Json, Persona, texts
from tests.town import Town

ANA, BEN = Participant("Ana Reyes", "ana@example.org"), Participant("Castellano, Ben (he/him)", "")
ZOOM = (
    "Topic,ID,Host name,Duration (minutes),Start time,End time,Participants\n"
    "AP1 call,123 456,Pru Adebayo,62,02/19/2026 11:55:00 AM,02/19/2026 12:57:00 PM,4\n\n"
    "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest,In waiting room\n"
    "Ana Reyes,ana@example.org,02/19/2026 11:58,02/19/2026 12:20,22,No,No\n"
    "Ana R.,Ana@Example.org,02/19/2026 12:21,02/19/2026 12:57,36,No,No\n"
    '"Castellano, Ben (he/him)",,02/19/2026 12:00,02/19/2026 12:57,57,Yes,No\n'
    "Somebody Else,,02/19/2026 11:50,02/19/2026 11:51,1,Yes,Yes\n"
)
TEAMS = (
    "1. Summary\nMeeting title\tAP1 call\nAttended participants\t2\n\n2. Participants\n"
    "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole\n"
    "Ana Reyes\t2/19/26, 11:59:02 AM\t2/19/26, 12:57:00 PM\t57m 58s\tana@example.org\tana@example.org\tPresenter\n"
    "Castellano, Ben (he/him)\t2/19/26, 12:01:00 PM\t2/19/26, 12:57:00 PM\t56m\t\t\tAttendee\n\n"
    "3. In-Meeting Activities\nName\tJoin Time\tLeave Time\tDuration\nGil Santos\t1\t2\t3\n"
)
MEET = "First name;Last name;Email;Duration;Time joined;Time exited\nAna;Reyes;ana@example.org;57 min;12:00;12:57\n"
WEBINAR = (
    "Attendee Report\nTopic,Webinar ID,Actual Start Time,Actual Duration (minutes),# Registered\nAP1 call,1,2,3,4\n"
    "Host Details,,,,,\nAttended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes)\n"
    "Yes,Ana Reyes,ana@example.org,1,2,3\nAttendee Details,,,,,,\n"
    "Attended,User Name (Original Name),First Name,Last Name,Email,Registration Time,Join Time\n"
    'Yes,"Castellano, Ben (he/him)",Ben,Castellano,,1,2\nNo,Gil Santos,Gil,Santos,gil@example.org,1,\n'
)
ONLY_WHO = "Name\tEmail\tParticipant ID (UPN)\tRole\nAna Reyes\tana@example.org\tana@example.org\tPresenter\n"
LISTS = {
    WEBINAR.encode(): [ANA, BEN],
    ONLY_WHO.encode("utf-16"): [ANA],
    b"Name (Original Name),User Email,Total Duration (Minutes)\nAna Reyes,ana@example.org,57\n": [ANA],
    b"Name,Email,Duration,Time joined,Time exited\nAna Reyes,ana@example.org,57m,1,2\n": [ANA],
    ZOOM.encode(): [ANA, BEN],
    ZOOM.partition("\n\n")[2].replace("\n", "\r\n").encode("utf-8-sig"): [ANA, BEN],
    TEAMS.encode("utf-16"): [ANA, BEN],
    TEAMS.partition("2. Participants\n")[2].encode(): [ANA, BEN],
    MEET.encode(): [ANA],
    b"Full Name\tUser Action\tTimestamp\nAna Reyes\tJoined\t1\nAna Reyes\tLeft\t2\n": [Participant("Ana Reyes", "")],
    b"Name,Join time\n": [],
    b"month,measure,numerator,denominator\n2026-01,OFFER3,10,12\n": None,
    b"Name,DOB\nAna Reyes,1980-01-01\n": None,
    b"": None,
    b"PK\x03\x04xl/": None,
    b"\x00\x01": None,
}
DROPPED = (
    f"{ZOOM}Cleo's phone (Cleo Hart),,1,2,3,No,No\nNobody We Know,x@elsewhere.example,1,2,3,Yes,No\n"
    ",y@elsewhere.example,1,2,3,Yes,No\nPru,pru@example.org,1,2,3,No,No\n"
)


def test_lists_of_the_usual_tools_are_known_whatever_their_dress() -> None:
    assert {content: participant_list.read(content) for content in LISTS} == LISTS


def test_a_coordinators_list_is_proposed_counted_with_a_press_and_nothing_more_of_it_is_kept(
    town: Town, ana: Persona, ben: Persona, cleo: Persona, pru: Persona
) -> None:
    comes_up(town)
    only_people_are_heard(town)
    at(town, FORTNIGHT_BEFORE)
    at(town, CALL + timedelta(minutes=10))
    ana.presses("I'm here", cards(ana)[0])
    at(town, CALL + timedelta(days=1))

    pru.attaches(DROPPED, "participants.csv")

    (proposal,) = proposals(pru)
    assert "I know 4 people on it; they haven't been counted yet." in proposal["text"]
    assert "It seems to be of AP1 call, <!date^1771520400^" in proposal["text"]
    people = "Ana Reyes (Alder &amp; Main), Ben Castellano (Alder &amp; Main), Cleo Hart (Prairie Bend), Pru Adebayo"
    assert f"Proposed: {people}. Not found here: Nobody We Know, somebody without a name." in proposal["text"]
    assert "elsewhere.example" not in str(everything_stored(town))
    assert counted(town) == [("tap", "ana")]
    pru.presses("Another date", proposal)
    assert "AP1 call · Thu 19 Feb 12:00 PM EST" in str(form(pru))
    pru.submits(which=f"1:{int(CALL.timestamp())}")
    pru.presses("Count them", proposals(pru)[0])
    pressed = last_sent(town)
    sends_again(town, pressed)

    assert proposals(pru)[0]["text"].startswith("4 people counted as having been at AP1 call.")
    assert "Here: 2 of 2 teams, 4 people.\nAlder & Main (2), Prairie Bend (1)" in texts(cards(ana)[0]["blocks"])
    assert counted(town) == [("tap", "ana"), ("file", "ben"), ("file", "cleo"), ("file", "pru")]
    assert [act.at <= CALL + timedelta(hours=1) for act in acts(town)] == [True] * 3
    assert "Nobody We Know" not in str(everything_stored(town))
    sends_again(town, pressed | {"payload": {**pressed["payload"], "trigger_id": "another"}}, cleo)
    assert "That's for whoever dropped the file." in cleo.hears()[-1]

    pru.attaches(DROPPED, "participants.csv")
    pru.presses("Leave it", proposals(pru)[1])
    assert "Nobody was counted, and nothing of your file is kept." in proposals(pru)[1]["text"]
    pru.attaches(DROPPED, "participants.csv")
    at(town, CALL + timedelta(days=2, minutes=1))
    assert "Nobody pressed Count them for a day" in proposals(pru)[2]["text"]
    assert "Nobody We Know" not in str(everything_stored(town))
    ben.attaches(ZOOM, "participants.csv")
    assert "Nothing of your file was filed, and nothing of it is kept." in ben.hears()[-1]
    assert "Coordinators drop those here, and the roll is proposed from them" in ben.hears()[-1]
    assert "Please delete the file here in Slack too" in ben.hears()[-1]
    pru.attaches("Who,When\nAna Reyes,2026\n", "people.csv")
    assert "As a list of participants I can't read it either" in pru.hears()[-1]


def proposals(pru: Persona) -> list[Json]:
    """What was answered to each list, oldest first."""
    told = ("list of participants", "counted", "Count them")
    return [one for one in pru.dm() if one.get("bot") and any(words in one["text"] for words in told)]


def acts(town: Town) -> list[Act]:
    """The acts of whoever was there."""
    with town.record() as session:
        return list(session.exec(select(Act).where(Act.kind == "call.attended")))


def counted(town: Town) -> list[tuple[str, str]]:
    """Who was noted, and how."""
    with town.record() as session:
        found = session.exec(select(Attendance, Person).join(Person, col(Person.id) == Attendance.person_id))
        return [(one.how, person.name.split()[0].lower()) for one, person in found]
