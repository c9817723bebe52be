"""The table of everything the bot says: message name → the function that gathers its values, or None to say nothing."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlmodel import Session

from bot import offering, outbox, times
from bot.cards import (
    afterwards_voice,
    alert_cards,
    alert_reminders,
    attendance_words,
    broadcast_cards,
    calendar_cards,
    call_cards,
    call_declines,
    callsheet_cards,
    chart_letters,
    completeness,
    cover_cards,
    digest_grids,
    ending_voice,
    event_news,
    idea_cards,
    measure_voice,
    measure_words,
    moment_cards,
    poll_cards,
    pooled_charts,
    presenting_cards,
    privacy_voice,
    question_voice,
    score_cards,
    sheet_words,
    shoutout_cards,
    sponsor_cards,
    strata_charts,
    team_charts,
    weekly_cards,
)
from bot.domain import (
    ask_facts,
    asks,
    checkin_facts,
    checkin_plans,
    checkins,
    pdsa_facts,
    people,
    rhythm,
    team_facts,
    teams,
)
from bot.domain.checkins import CheckIn
from bot.domain.collaboratives import Collaborative
from bot.domain.events import EventChange
from bot.domain.pdsa import Cycle
from bot.domain.people import Person
from bot.domain.teams import Team
from bot.homes import screen
from bot.kit import Kit
from bot.planning import late

Values = dict[str, Any]
About = Mapping[str, int]
Gather = Callable[[Session, About, Kit], Values | None]


def gather(session: Session, message: str, about: About, kit: Kit) -> Values | None:
    """Fresh values for a letter that is about to go out; None where its reason is gone."""
    return MESSAGES[message](session, about, kit)


def _card(session: Session, about: About, kit: Kit) -> Values | None:
    cycle = session.get(Cycle, about["cycle"])
    return pdsa_facts.card(session, cycle, kit.now()) if cycle and not cycle.purged_at else None


def _asks(session: Session, about: About, kit: Kit) -> Values | None:
    person, day = about["person"], date.fromordinal(about["day"])
    letter = outbox.of_key(session, asks.letter_key(person, day))
    said = letter is not None and letter.ts is not None
    values = ask_facts.day(session, person, day, kit.now(), said=said)
    return {**values, "a_week": kit.settings.asks_a_week} if values else None


def _checkin(session: Session, about: About, kit: Kit) -> Values | None:
    check_in = session.get(CheckIn, about["checkin"])
    if check_in is None or session.get_one(Team, check_in.team_id).status in teams.GONE:
        return None
    return checkin_facts.card(session, check_in)


def _for_the_coach(session: Session, about: About, kit: Kit) -> Values | None:
    check_in = session.get(CheckIn, about["checkin"])
    told = checkins.answer_of(session, about["checkin"])
    if check_in is None or told is None or told.purged_at:
        return None
    reads, _ = checkin_facts.reader(session, session.get_one(Team, check_in.team_id))
    return checkin_facts.for_the_coach(session, check_in, told, about["person"]) if about["person"] in reads else None


def _changed_date(session: Session, about: About, kit: Kit) -> Values | None:
    change = session.get(EventChange, about["change"])
    if change is None:
        return None
    letter = outbox.of_key(session, event_news.key(about))
    if about["version"] < change.version and (letter is None or letter.ts is None):
        return None  # the newer one tells it
    return event_news.told(session, change, about, kit.now())


def _team(session: Session, about: About, kit: Kit) -> Values | None:
    team = session.get(Team, about["team"])
    if team is None:
        return None
    today, here = times.local_day(kit.now(), team.timezone), attendance_words.on_now(session, team, kit.now())
    numbers = "" if team.has_left else measure_words.stands(session, team, today)
    return {**team_facts.card(session, team, kit.now()), "numbers": numbers, "here": here}


def _home(session: Session, about: About, kit: Kit) -> Values | None:
    return screen.of_person(session, about, kit)


def _skipped(session: Session, about: About, kit: Kit) -> Values | None:
    collaborative = session.get(Collaborative, about["collaborative"])
    return late.gather(session, collaborative, date.fromordinal(about["day"])) if collaborative else None


def _welcome(session: Session, about: About, kit: Kit) -> Values | None:
    person, collaborative = session.get(Person, about["person"]), session.get(Collaborative, about["collaborative"])
    if person is None or collaborative is None:
        return None
    return {
        "name": people.first_name(person.name),
        "collaborative": collaborative,
        "often": rhythm.EVERY[checkin_plans.settings(collaborative).every],
        **team_facts.place(session, person, collaborative),
    }


def _progress(session: Session, about: About, kit: Kit) -> Values | None:
    collaborative = session.get(Collaborative, about["collaborative"])
    return team_facts.progress(session, collaborative) if collaborative else None


def _help(session: Session, about: About, kit: Kit) -> Values | None:
    return {"word": "", "nearest": ""}


def _guarded(session: Session, about: About, kit: Kit) -> Values | None:
    return {}


MESSAGES: Mapping[str, Gather] = {
    **afterwards_voice.MESSAGES,
    **ending_voice.MESSAGES,
    **sponsor_cards.MESSAGES,
    "pdsa/card": _card,
    **alert_cards.VOICE,
    **alert_reminders.VOICE,
    **callsheet_cards.VOICE,
    **cover_cards.VOICE,
    "scores/due": score_cards.due,
    "asks/day": _asks,
    "charts/one": team_charts.one_asked,
    "charts/page": team_charts.all_asked,
    "pooled/chart": pooled_charts.asked,
    "strata/chart": strata_charts.asked,
    "charts/replaced": chart_letters.replaced,
    "completeness/grid": completeness.pictured,
    "moments/told": moment_cards.told,
    "ideas/card": idea_cards.card,
    "ideas/stolen": idea_cards.word_of_theft,
    "ideas/ended": idea_cards.word_of_end,
    "ideas/permission": idea_cards.question,
    "ideas/answered": idea_cards.question,
    "ideas/picture": idea_cards.picture,
    "checkins/card": _checkin,
    "checkins/coach": _for_the_coach,
    "measures/month": measure_voice.month,
    "measures/look": measure_voice.look,
    "measures/thanks": measure_voice.thanks,
    "questions/faculty": question_voice.asked,
    "questions/peers": question_voice.asked,
    "questions/yours": question_voice.yours,
    "questions/passed": question_voice.passed,
    "questions/asked": question_voice.asked,
    "questions/answered": question_voice.asked,
    "questions/again": question_voice.awaited,
    "questions/seed": question_voice.seed,
    "replies/post": question_voice.reply,
    "replies/told": question_voice.reply,
    "replies/thanks": question_voice.reply,
    "replies/kept": question_voice.reply,
    **broadcast_cards.VOICE,
    **digest_grids.VOICE,
    "calls/card": call_cards.card,
    "calls/named": call_cards.named,
    "calls/declined": call_declines.declined,
    "presenting/swapped": presenting_cards.swap_told,
    "presenting/turn": presenting_cards.turn,
    "calls/reminder": call_cards.reminder,
    "events/changed": _changed_date,
    "events/edited": event_news.edited,
    "events/calendar": calendar_cards.card,
    "polls/card": poll_cards.card,
    "polls/result": poll_cards.result,
    "sheets/card": sheet_words.answered,
    "shoutouts/card": shoutout_cards.card,
    "shoutouts/told": shoutout_cards.told,
    "shoutouts/given": shoutout_cards.given,
    "shoutouts/hidden": shoutout_cards.hidden,
    "weekly/post": weekly_cards.post,
    "teams/card": _team,
    "home/view": _home,
    "people/welcome": _welcome,
    "channels/progress": _progress,
    "late/skipped": _skipped,
    "help/allteach": _help,
    "words/offer": offering.gather,
    "words/guarded": _guarded,
    "privacy/author": privacy_voice.purged,
    "privacy/coordinator": privacy_voice.purged,
}
