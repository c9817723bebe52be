"""The composition root: which features there are, and how the Bolt app and the scheduler are put together from them."""

from collections.abc import Callable
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from slack_bolt import App, BoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot import routes, troubles
from bot.dispatching import Finding
from bot.domain.collaboratives import Workspace
from bot.kit import Kit
from bot.sending import gates
from handlers import (
    alert_lists,
    alert_questions,
    alerts,
    arrivals,
    asks,
    attendance,
    broadcasts,
    broadcasts_sent,
    calls,
    calls_for_others,
    callsheets,
    change_menus,
    changes,
    changes_edit,
    charts,
    checkin_settings,
    checkins,
    commitments,
    completeness,
    covers,
    digest,
    drafts,
    endings,
    engagement,
    engagement_rules,
    event_ends,
    event_forms,
    event_list,
    events,
    exit_talks,
    help,
    home,
    hours,
    idea_changes,
    idea_menus,
    idea_messages,
    idea_steals,
    ideas,
    launch,
    lines,
    measure_edit,
    measure_settings,
    measures,
    measures_file,
    medians,
    minutes,
    moments,
    participants,
    pauses,
    pdsa,
    pdsa_edit,
    pdsa_read,
    pdsa_stages,
    people,
    poll_forms,
    poll_settings,
    polls,
    pooled,
    preparations,
    presenting,
    privacy,
    privacy_afterwards,
    pulse,
    question_owners,
    questions,
    readiness,
    replies,
    retention,
    score_settings,
    scores,
    scores_given,
    seeds,
    sheets,
    shoutout_menus,
    shoutouts,
    sponsor_answers,
    sponsors,
    steal,
    strata,
    timeoff,
    upcoming,
    words,
)
from handlers import channels as channel_events
from jobs import alerts as alerts_job
from jobs import asks as asks_job
from jobs import attendance as attendance_job
from jobs import broadcasts as broadcasts_job
from jobs import calendar_files as calendar_files_job
from jobs import calls as calls_job
from jobs import channels as channel_job
from jobs import checkins as checkins_job
from jobs import clock as clock_job
from jobs import digest as digest_job
from jobs import drafts as drafts_job
from jobs import engagement as engagement_job
from jobs import inbox as inbox_job
from jobs import late as late_job
from jobs import measures as measures_job
from jobs import outbox as outbox_job
from jobs import pdsa as pdsa_job
from jobs import people as people_job
from jobs import pictures as pictures_job
from jobs import polls as polls_job
from jobs import questions as questions_job
from jobs import readiness as readiness_job
from jobs import scores as scores_job
from jobs import seeds as seeds_job
from jobs import sheets as sheets_job
from jobs import shoutouts as shoutouts_job
from jobs import team_reports as team_reports_job
from jobs import teams as teams_job
from jobs import uptime as uptime_job
from jobs import weekly as weekly_job

FEATURES = (
    pdsa, pdsa_stages, pdsa_edit, pdsa_read, drafts, home, timeoff, hours, launch, help, people, lines, privacy, words,
    channel_events, pauses, upcoming, checkins, checkin_settings, questions, question_owners, replies, seeds, asks,
    events, event_ends, event_forms, event_list, calls, calls_for_others, presenting, attendance, readiness,
    minutes, commitments, pulse, arrivals, preparations, participants, privacy_afterwards,
    polls, poll_forms, poll_settings, broadcasts, broadcasts_sent,
    measures, measures_file, measure_settings, measure_edit, charts, medians, moments, pooled, strata, completeness,
    sheets, shoutouts, shoutout_menus, ideas, idea_steals, idea_changes, idea_messages, idea_menus, steal,
    changes, changes_edit, change_menus,
    engagement, engagement_rules, alerts, alert_lists, alert_questions, callsheets, covers, digest, endings, exit_talks,
    retention, scores, scores_given, score_settings, sponsors, sponsor_answers,
)  # fmt: skip
Identity = Callable[[], Workspace]
A_MOMENT = 8.0  # seconds; a Slack that turns its clock through a stretch waits a little longer


def build(kit: Kit, identity: Identity) -> App:
    """The Bolt app with every feature registered; needs no Slack to be there."""
    client = WebClient(base_url=kit.settings.api_url, ssl=kit.slack.trust, retry_handlers=[])
    app = App(
        name="allteach",
        client=client,
        authorize=lambda: _authorized(kit, identity()),
        process_before_response=True,  # listeners run where their delivery runs; bot.link sends the ack at once
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
    )
    app.error(troubles.answering(kit))
    app.use(Finding(routes.recorded(FEATURES), kit))
    kit.hand_in = lambda payload: _dispatch(app, payload)
    return app


def schedule(kit: Kit, sender: outbox_job.Sender) -> BackgroundScheduler:
    """The alarm clock: what is due lies in our tables, it only ticks."""
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    outbox_job.register(scheduler, sender)
    for job in (
        uptime_job, inbox_job, measures_job, asks_job, pdsa_job, people_job, channel_job, teams_job, checkins_job,
        calls_job, calendar_files_job, polls_job, questions_job, seeds_job, drafts_job, late_job, pictures_job,
        sheets_job, weekly_job, shoutouts_job, attendance_job, readiness_job,
        engagement_job, digest_job, alerts_job, broadcasts_job, scores_job, team_reports_job,
    ):  # fmt: skip
        job.register(scheduler, kit)
    clock_job.register(scheduler, kit, lambda: live(kit, sender), sender.is_stopping)
    return scheduler


def sender(kit: Kit, pace: gates.Pace | None = None) -> outbox_job.Sender:
    """The sender, woken by every transaction that owes a letter."""
    made = outbox_job.Sender(kit, pace)
    kit.store.nudge = made.wake
    return made


def tick(kit: Kit) -> None:
    """Everything the clock starts that is due now, planned once: what the scheduler's jobs do between them."""
    uptime_job.beat(kit)
    people_job.match(kit)
    channel_job.advance(kit)
    measures_job.plan(kit)
    calls_job.plan(kit)
    calendar_files_job.send(kit)
    polls_job.plan(kit)
    attendance_job.freshen(kit)
    scores_job.plan(kit)
    asks_job.plan(kit)
    pdsa_job.freshen(kit)
    teams_job.freshen(kit)
    teams_job.follow(kit)
    checkins_job.plan(kit)
    checkins_job.freshen(kit)
    questions_job.pass_on(kit)
    questions_job.hand_on(kit)
    seeds_job.plan(kit)
    weekly_job.plan(kit)
    team_reports_job.plan(kit)
    shoutouts_job.close(kit)
    broadcasts_job.begin(kit)
    broadcasts_job.look_again(kit)
    broadcasts_job.tell(kit)
    inbox_job.replay(kit)
    drafts_job.flush(kit)
    sheets_job.take_up(kit)
    late_job.tell(kit)
    readiness_job.forget(kit)
    attendance_job.forget(kit)
    pictures_job.take_away(kit)
    engagement_job.settle(kit)
    digest_job.plan(kit)
    alerts_job.plan(kit)


def live(kit: Kit, sender: outbox_job.Sender) -> None:
    """Plan and say what is due at this moment; what Slack holds up for longer comes when it can."""
    tick(kit)
    sender.catch_up(A_MOMENT)


def _dispatch(app: App, payload: dict[str, Any]) -> None:
    app.dispatch(BoltRequest(mode="socket_mode", body=payload))


def _authorized(kit: Kit, workspace: Workspace) -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=None, team_id=workspace.id, bot_token=kit.settings.bot_token.get_secret_value(),
        bot_user_id=workspace.bot_user, bot_id=workspace.bot_id,
    )  # fmt: skip
