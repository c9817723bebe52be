"""A town's letters without its people: cycles are saved with their cards, the sender delivers, and Slack is counted."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, delete, select, update

from bot import outbox
from bot.cards import broadcast_copies
from bot.domain import broadcasts, pdsa
from bot.domain.audiences import Audience
from bot.domain.broadcasts import Broadcast
from bot.domain.pdsa import Cycle
from bot.domain.pdsa_drafts import CycleDraft
from bot.domain.people import Person
from bot.domain.teams import Channel, Team
from bot.kit import Kit
from bot.outbox import SENDING, Letter
from bot.sending import gates
from bot.sending.claims import Claim
from bot.sending.gates import Gate
from bot.sending.posting import EVENT_TYPE
from bot.sending.ready import Terms
from bot.studio import Drawn, Studio, draw
from jobs.outbox import Sender
from tests import town as towns
from tests.charting import BETTER, filed
from tests.personas import Control
from tests.town import Asleep

Json = dict[str, Any]
PATIENT = {"ALLTEACH_SEND_TIMEOUT": "1", "ALLTEACH_SETTLE": "1", "ALLTEACH_LEASE": "2.2"}
QUICK = {"ALLTEACH_SEND_TIMEOUT": "0.4", "ALLTEACH_SETTLE": "0.5", "ALLTEACH_LEASE": "0.9"}

ALDER, PRAIRIE = "Alder & Main", "Prairie Bend"


class Here(Studio):
    """Draws without a process of its own."""

    def png(self, drawn: Drawn) -> bytes:
        """The picture."""
        return draw(drawn)


class PostOffice:
    """Saves, says and delivers on a town's record; `seen_in_slack` and `posts_of` tell what came of it."""

    def __init__(self, environment: dict[str, str], pace: gates.Pace = gates.UNPACED) -> None:
        """`environment` is what a bot would be told of the town."""
        self.slack = Control(environment["SLACK_API_URL"].removesuffix("/api/"))
        self.kit: Kit = towns.warm(**environment)
        self.kit.studio = Here()
        self.sender = Sender(self.kit, pace)
        self.kit.store.nudge = self.sender.wake
        self.kit.slack.call("auth.test")  # reads Slack's clock
        self._before = 0

    def saves(self, change: str = "Nadia calls back", team: str = ALDER) -> str:
        """Save a cycle and say its card, in one transaction, as a submitted form does; returns the card's key."""
        with self.kit.store.transaction() as session:
            row = session.exec(select(Team).where(Team.name == team)).one()
            owner = session.exec(select(Person).where(Person.email == "ana@example.org")).one()
            draft = CycleDraft(change=change, prediction="8 of 10", due=date(2026, 3, 2))
            cycle = pdsa.start(session, draft, team=row, owner=owner.id or 0, now=self.kit.now())
            key = f"pdsa:{cycle.id}"
            outbox.say(session, "pdsa/card", key=key, to=f"team:{row.id}", now=self.kit.now(), cycle=cycle.id or 0)
        return key

    def settles_in(self, here: Asleep) -> None:
        """Count calls from now on."""
        self.practice, self.anas_id = here.practice, here.users["ana"]
        self._before = len(self.slack.get("calls")["calls"])

    def edits(self, key: str, change: str) -> None:
        """Change the cycle's words and say its card again."""
        with self.kit.store.transaction() as session:
            letter = self._letter(session, key)
            session.get_one(Cycle, letter.about["cycle"]).change = change
            outbox.say(session, "pdsa/card", key=key, to=letter.to, now=self.kit.now(), cycle=letter.about["cycle"])

    def tells(self, person: str, key: str) -> str:
        """Owe a person, whose conversation with us isn't known yet, a direct message about a cycle's card."""
        with self.kit.store.transaction() as session:
            cycle = self._letter(session, key).about["cycle"]
            row = session.exec(select(Person).where(Person.email == f"{person}@example.org")).one()
            row.dm_channel = None
            outbox.say(
                session, "pdsa/card", key=f"{key}:dm:{person}", to=f"person:{row.id}", now=self.kit.now(), cycle=cycle
            )
        return f"{key}:dm:{person}"

    def prompts(self, person: str, key: str) -> str:
        """Have the clock send a person a message about a cycle's card now."""
        with self.kit.store.transaction() as session:
            cycle = self._letter(session, key).about["cycle"]
            row = session.exec(select(Person.id).where(Person.email == f"{person}@example.org")).one()
            outbox.plan(
                session, "pdsa/card", key=f"{key}:prompt:{person}", to=f"person:{row}", at=self.kit.now(), why="due",
                now=self.kit.now(), cycle=cycle,
            )  # fmt: skip
        return f"{key}:prompt:{person}"

    def everywhere(self, key: str) -> list[str]:
        """Owe the card to every other channel too."""
        with self.kit.store.transaction() as session:
            letter = self._letter(session, key)
            places = session.exec(
                select(Channel.id).where(col(Channel.team_id).is_distinct_from(int(letter.to[5:])))
            ).all()
            for place in places:
                outbox.say(
                    session, "pdsa/card", key=f"{key}:{place}", to=f"channel:{place}", now=self.kit.now(),
                    cycle=letter.about["cycle"],
                )  # fmt: skip
        return [f"{key}:{place}" for place in places]

    def charts(self) -> str:
        """Owe Ana the chart of what her team sent."""
        filed(self.kit, BETTER)
        with self.kit.store.transaction() as session:
            person = session.exec(select(Person.id).where(Person.email == "ana@example.org")).one() or 0
            outbox.say(
                session, "charts/one", key="chart:1:1", to=f"person:{person}", now=self.kit.now(), team=1, measure=1,
                person=person,
            )  # fmt: skip
        return "chart:1:1"

    def broadcasts(self, words: str = "Hello, {team}") -> int:
        """Send one to all teams whose minute is over; returns its row."""
        with self.kit.store.transaction() as session:
            person = session.exec(select(Person.id).where(Person.email == "pru@example.org")).one() or 0
            sent = Broadcast(
                collaborative_id=1, person_id=person, form="V1", words=words, drafted_at=self.kit.now(),
                goes_at=self.kit.now(), audience=Audience().model_dump(mode="json"),
            )  # fmt: skip
            session.add(sent)
            session.flush()
            return sent.id or 0

    def edits_broadcast(self, row: int, words: str) -> None:
        """Have every copy read like this."""
        with self.kit.store.transaction() as session:
            sent = session.get_one(Broadcast, row)
            broadcasts.edit(session, sent, words, by=sent.person_id)
            broadcast_copies.say_anew(session, sent, self.kit.now())

    def recalls_broadcast(self, row: int) -> None:
        """Have every copy deleted."""
        with self.kit.store.transaction() as session:
            sent = session.get_one(Broadcast, row)
            broadcasts.recall(session, sent, self.kit.now())
            broadcast_copies.recall(session, sent, self.kit.now())

    def shows_home(self, person: str) -> str:
        """Owe a person their Home."""
        with self.kit.store.transaction() as session:
            row = session.exec(select(Person.id).where(Person.email == f"{person}@example.org")).one()
            outbox.say(session, "home/view", key=f"home:{row}", to=f"home:{row}", now=self.kit.now(), person=row or 0)
        return f"home:{row}"

    def answers(self, key: str) -> str:
        """Owe a reply in the thread of a card."""
        with self.kit.store.transaction() as session:
            letter = self._letter(session, key)
            outbox.answer(
                session, "pdsa/card", key=f"{key}:reply", to=letter.to, under=key, now=self.kit.now(),
                cycle=letter.about["cycle"],
            )  # fmt: skip
        return f"{key}:reply"

    def pins(self, key: str) -> str:
        """Owe a message that is to stay in sight."""
        with self.kit.store.transaction() as session:
            letter = self._letter(session, key)
            outbox.pin(
                session, "pdsa/card", key=f"{key}:pin", to=letter.to, now=self.kit.now(), cycle=letter.about["cycle"]
            )
        return f"{key}:pin"

    def recalls(self, key: str) -> None:
        """Take it back."""
        with self.kit.store.transaction() as session:
            outbox.recall(session, key, self.kit.now())

    def claims(self) -> Claim:
        """Claim the next letter, as a sender does before anything else."""
        claim = self.sender.claim()
        assert claim, "nothing can go now"
        return claim

    def delivers(self, claim: Claim, after: float = 0.0) -> None:
        """Go on with a letter that was claimed so many seconds ago."""
        self.sender.deliver(claim, time.monotonic() - after)

    def has_settled(self) -> None:
        """As if everything that is to be looked for had been so for long enough."""
        long_ago = datetime.now(UTC) - timedelta(minutes=5)
        with self.kit.store.transaction() as session:
            session.exec(update(Letter).where(col(Letter.check_at).is_not(None)).values(check_at=long_ago))

    def lease_is_over(self) -> None:
        """As if whoever holds a letter had died so long ago that it may be looked for."""
        long_ago = datetime.now(UTC) - timedelta(minutes=5)
        with self.kit.store.transaction() as session:
            session.exec(update(Letter).where(col(Letter.state) == SENDING).values(lease_until=long_ago))
        self.sender.settle()
        self.has_settled()

    def posts_by_hand(self, claim: Claim) -> str:
        """Slack takes the letter, and whoever posted it is not there to hear so; returns its time."""
        answer = self.kit.slack.call(
            "chat.postMessage", channel=claim.channel, thread_ts=claim.thread_ts, text="as it was then",
            metadata={"event_type": EVENT_TYPE, "event_payload": {"key": claim.mark}},
        )  # fmt: skip
        return str(answer["ts"])

    def passes_a_minute(self) -> None:
        """As if a minute had gone by for everything that waits."""
        with self.kit.store.transaction() as session:
            session.exec(delete(Gate))
            session.exec(update(Letter).values(not_before=None))

    @property
    def terms(self) -> Terms:
        """What the sender's claims are made under."""
        times = self.kit.settings
        return Terms(times.send_timeout, times.lease, times.settle, gates.UNPACED, times.quiet_hours)

    def letter(self, key: str) -> Letter:
        """The letter as the record has it now."""
        with self.kit.store.reading() as session:
            return self._letter(session, key)

    def letters(self) -> list[Letter]:
        """Every letter about a cycle."""
        with self.kit.store.reading() as session:
            return list(session.exec(select(Letter).where(Letter.message == "pdsa/card").order_by(col(Letter.id))))

    def posts_of(self, key: str) -> int:
        """How often Slack took it as a new message."""
        mark = self.letter(key).mark
        return sum(mark_of(post) == mark for post in self.slack.get("posts")["posts"])

    def seen_in_slack(self, key: str) -> list[Json]:
        """The messages that carry it and that are there now."""
        letter = self.letter(key)
        if letter.channel is None:
            return []
        found = self.slack.get("state", channel=letter.channel)["messages"]
        return [message for message in found if mark_of(message) == letter.mark]

    def in_order(self, team: str = ALDER) -> list[str]:
        """The marks of a team channel's messages, oldest first."""
        return [mark for message in self.channel(team) if (mark := mark_of(message))]

    def channel(self, team: str = ALDER) -> list[Json]:
        """What stands in a team's channel."""
        found: list[Json] = self.slack.get("state", channel=self.channel_id(team))["messages"]
        return found

    def channel_id(self, team: str = ALDER) -> str:
        with self.kit.store.reading() as session:
            joined = select(Channel).join(Team).where(Team.name == team, Channel.team_id == Team.id)
            return str(session.exec(joined).one().slack_id)

    def calls(self, method: str) -> list[Json]:
        """The calls of one method since the office opened."""
        return [call for call in self.slack.get("calls")["calls"][self._before :] if call["method"] == method]

    def use_token(self, token: str) -> None:
        """Have the bot call with another token from now on."""
        self.kit.slack.token = token

    def close(self) -> None:
        self.sender.stop()
        self.hangs_up()

    def hangs_up(self) -> None:
        """Let go of every connection; the next act opens new ones."""
        self.kit.slack.close()
        self.kit.store.close()
        self.slack.close()

    def _letter(self, session: Session, key: str) -> Letter:
        letter = outbox.of_key(session, key)
        assert letter, f"nothing was ever said under {key}"
        return letter


def mark_of(message: Json) -> str:
    """Whose letter a message is; empty for what people wrote."""
    metadata = message.get("metadata") or {}
    return str(metadata.get("event_payload", {}).get("key", ""))


@contextmanager
def opened_office(pace: gates.Pace = gates.UNPACED, times: Mapping[str, str] = PATIENT) -> Iterator[PostOffice]:
    """A post office in a town of its own."""
    with towns.asleep() as here:
        office = PostOffice({**here.environment(), **times}, pace)
        office.settles_in(here)
        try:
            yield office
        finally:
            office.close()
