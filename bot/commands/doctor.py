"""`allteach doctor`: what works and what needs a person, a line each; it looks, and changes nothing."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import make_url, text

from bot import schema
from bot.commands import checks, manifest
from bot.commands.checks import CANT_TELL, NEEDS_YOU, OK, Finding, Findings
from bot.errors import BotError
from bot.settings import Settings
from bot.slack import Declined, Slack, SlackTrouble
from bot.store import Store, sqlite_driver

Asked = dict[str, Any] | SlackTrouble
ONCE_SLACK_ANSWERS = "Ask again once Slack answers."
PATIENCE = 10.0  # seconds for each call to Slack
MOST_APART = 60.0  # seconds between Slack's clock and ours
UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"))
LEAST_FREE = 500_000_000  # bytes on the disk
BOT_TOKEN = "Copy the Bot User OAuth Token (xoxb-…) from OAuth & Permissions of the app at api.slack.com/apps."
SWAPPED = {"SLACK_BOT_TOKEN": "xapp-", "SLACK_APP_TOKEN": "xoxb-"}
APP_TOKEN = "Make one (xapp-…) with connections:write under Basic Information of the app at api.slack.com/apps."
OWN_FILE = "Is it the right file, and may Allteach write to it? A damaged one is restored from its newest backup."
SERVER = "Is it running, and does ALLTEACH_DATABASE_URL name it?"


def examine(settings: Settings) -> Findings:
    """Everything worth knowing, in the order in which one mends it."""
    slack = Slack(settings.api_url, settings.bot_token.get_secret_value(), timeout=PATIENCE)
    identity = _ask(slack, "auth.test")
    if isinstance(identity, dict | Declined):
        yield from _tokens(settings, identity)
        yield from _scopes(identity)
        yield _clock(settings, slack)
    else:
        way_on = "Look at the network, HTTPS_PROXY and SLACK_API_URL, and at status.slack.com."
        yield Finding(NEEDS_YOU, "slack", f"There is no answer from {slack.url} ({identity}). {way_on}")
        yield from _not_set(settings) or [Finding(CANT_TELL, "tokens", ONCE_SLACK_ANSWERS)]
        yield from (Finding(CANT_TELL, about, ONCE_SLACK_ANSWERS) for about in ("scopes", "clock"))
    yield from _record(settings, slack if isinstance(identity, dict) else None)
    slack.close()


def _ask(slack: Slack, method: str) -> Asked:
    try:
        return slack.call(method)
    except SlackTrouble as trouble:
        return trouble


def _tokens(settings: Settings, identity: Asked) -> Findings:
    who = f"{identity.get('user')} in {identity.get('team')}" if isinstance(identity, dict) else ""
    yield _token("SLACK_BOT_TOKEN", settings.bot_token.get_secret_value(), identity, f"The bot is {who}.", BOT_TOKEN)
    app_token = settings.app_token.get_secret_value()
    opened = _ask(Slack(settings.api_url, app_token, timeout=PATIENCE), "apps.connections.open")
    yield _token("SLACK_APP_TOKEN", app_token, opened, "The app may open its socket.", APP_TOKEN)


def _not_set(settings: Settings) -> list[Finding]:
    """A token that is empty, or in the other's place, needs no Slack to be seen."""
    given = (
        ("SLACK_BOT_TOKEN", settings.bot_token.get_secret_value(), BOT_TOKEN),
        ("SLACK_APP_TOKEN", settings.app_token.get_secret_value(), APP_TOKEN),
    )
    unset = [Finding(NEEDS_YOU, "tokens", f"{name} isn't set. {way_on}") for name, token, way_on in given if not token]
    wrong = [one for one in given if one[1].startswith(SWAPPED[one[0]])]
    return unset + [_token(name, token, {}, "", way_on) for name, token, way_on in wrong]


def _token(name: str, token: str, answer: Asked, works: str, way_on: str) -> Finding:
    if not token:
        return Finding(NEEDS_YOU, "tokens", f"{name} isn't set. {way_on}")
    if token.startswith(SWAPPED[name]):
        return Finding(NEEDS_YOU, "tokens", f"{name} holds the other token ({SWAPPED[name]}…). {way_on}")
    if isinstance(answer, dict):
        return Finding(OK, "tokens", f"{name} works. {works}")
    if isinstance(answer, Declined) and answer.error != "ratelimited":
        return Finding(NEEDS_YOU, "tokens", f"Slack doesn't take {name} ({answer.error}). {way_on}")
    return Finding(CANT_TELL, "tokens", f"Slack gave no clear answer to {name} ({answer}). Ask again in a minute.")


def _scopes(identity: Asked) -> Findings:
    granted = (
        identity["scopes"].replace(" ", "").split(",") if isinstance(identity, dict) and identity["scopes"] else []
    )
    if not granted:
        yield Finding(CANT_TELL, "scopes", "Slack tells them once the bot token works.")
        return
    lacking = [scope for scope in manifest.SCOPES if scope not in granted]
    for scope in lacking:
        what_for = f"{scope} isn't granted, and it takes that to {manifest.SCOPES[scope]}."
        yield Finding(NEEDS_YOU, "scopes", f"{what_for} Install the app again from `allteach manifest`.")
    if not lacking:
        yield Finding(OK, "scopes", f"All {len(manifest.SCOPES)} are granted.")


def _clock(settings: Settings, slack: Slack) -> Finding:
    if settings.clock == "slack":
        return Finding(OK, "clock", f"Allteach goes by Slack's own: {slack.now():%Y-%m-%d %H:%M} UTC there.")
    if settings.clock:
        return Finding(OK, "clock", f"A rehearsal, as if it were {settings.clock:%Y-%m-%d %H:%M} UTC.")
    apart = (slack.now() - datetime.now(UTC)).total_seconds()
    if abs(apart) <= MOST_APART:
        return Finding(OK, "clock", "This machine and Slack agree on the time.")
    how = f"{_length(abs(apart))} {'behind' if apart > 0 else 'ahead of'} Slack's"
    return Finding(NEEDS_YOU, "clock", f"This machine's clock is {how}. Set it by NTP: what is due goes by it.")


def _length(seconds: float) -> str:
    """So long, in the largest unit of which there are two: 90 seconds, 3 hours, 300 days."""
    size, unit = next((one for one in UNITS if seconds >= 2 * one[0]), (1, "second"))
    return f"{seconds / size:.0f} {unit}s"


def _record(settings: Settings, slack: Slack | None) -> Findings:
    url = make_url(settings.database_url)
    file = Path(url.database or "") if url.get_backend_name() == "sqlite" else None
    if file and not file.exists():
        yield Finding(
            OK,
            "database",
            f"{file} isn't there yet: the first `allteach collaborative load` or `allteach run` makes it.",
        )
        return
    try:
        store = Store(settings.database_url, wait=2.0)
        yield from _database(store)
        if schema.revision(store) == schema.head():
            with store.reading() as session:
                yield from checks.channels(session, slack)
                yield from checks.people(session)
                yield from checks.letters(session)
        store.close()
    except (BotError, OSError) as trouble:
        reason = str(getattr(trouble.__cause__, "orig", trouble)).splitlines()[0]
        way_on = OWN_FILE if file else SERVER
        yield Finding(NEEDS_YOU, "database", f"{url.render_as_string()} can't be read ({reason}). {way_on}")


def _database(store: Store) -> Findings:
    with store.reading() as session:
        connection = session.connection()
        journal = connection.execute(text("PRAGMA journal_mode")).scalar() if store.sqlite else "wal"
        server = "" if store.sqlite else connection.execute(text("SHOW server_version")).scalar()
    revision = schema.revision(store)
    engine = f"SQLite {sqlite_driver().sqlite_version}" if store.sqlite else f"PostgreSQL {server}"
    wanting = list(_wanting(store, revision, str(journal)))
    older = "" if revision == schema.head() else f", brought to {schema.head()} at the next start"
    sentence = f"{store.place} answers: revision {revision or 0}{older}, {engine}."
    yield from (Finding(NEEDS_YOU, "database", each) for each in wanting)
    if not wanting:
        yield Finding(OK, "database", sentence)


def _wanting(store: Store, revision: str | None, journal: str) -> list[str]:
    """Sentences about what a person has to see to."""
    newer = schema.NEWER.format(found=revision, head=schema.head())
    wanting = [newer] if revision and revision > schema.head() else []
    if journal != "wal":
        wanting.append(f"{store.path} can't keep a write-ahead log there. Move it to a disk of this machine.")
    if store.path and store.path.stat().st_mode & 0o077:
        wanting.append(f"Others on this machine may read it: chmod 600 {store.path}")
    if store.path and shutil.disk_usage(store.path.parent).free < LEAST_FREE:
        wanting.append(f"The disk of {store.path} is nearly full. Make room, or words can't be kept.")
    return wanting
