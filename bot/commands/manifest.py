"""The Slack app manifest (schema version 2), from the code's own registrations."""

from typing import Any, Literal

from bot import app, routes

PLACEHOLDER = "https://allteach.example.org"
OWN_ADDRESS = (
    f"{PLACEHOLDER} stands for the address under which Slack reaches your bot from outside: put yours in its place "
    "everywhere above. Without such an address use --mode socket, which needs none."
)
COMMANDS = {
    "/pdsa": ("Log a small test of change (a PDSA cycle)", "[list | a cycle's number | find some words | help]"),
    "/data": ("Send your team's monthly numbers", "[june | fix | view | template | chart | help]"),
    "/share": ("Share an idea with all teams, also one that didn't work", "[what you did | help]"),
    "/steal": ("Find ideas of other teams, and steal them", "[some words | help]"),
    "/shoutout": ("Thank people or a team, for everybody to read", "[@person for … | a team for … | help]"),
    "/broadcast": ("Write to several teams at once", "[what you want to say | help]"),
    "/calls": ("See the calls and sessions to come, plan one, or find a time", "[new | poll | help]"),
    "/timeoff": ("Say when you're away, and be asked nothing", "[until 12 May | next week | back | help]"),
    "/allteach": (
        "Everything Allteach does",
        "[pdsa | data | share | steal | ask | shoutout | broadcast | calls | timeoff | home | help]",
    ),
}
SHORTCUTS = {
    "pdsa.new": ("global", "Log a PDSA cycle", "Write down a small test and what you predict"),
    "measures.new": ("global", "Send monthly data", "One form for the numbers that are due"),
    "ideas.new": ("global", "Share an idea", "Tell all teams what you tried and what happened"),
    "ideas.from_message": ("message", "Share this idea", "Share what stands here, once its author says yes"),
    "pdsa.from_message": ("message", "Log as a PDSA cycle", "Start a cycle with this message's words"),
    "shoutouts.from_message": ("message", "Give a shout-out", "Thank whoever wrote this message"),
    "replies.from_message": ("message", "This helped", "Keep an answer from the thread of your team's question"),
    "privacy.report_message": ("message", "Report patient details", "Have our copy taken down and a coordinator told"),
}
SCOPES = {
    "chat:write": "post the cards, questions and answers",
    "commands": (
        "offer /pdsa, /data, /share, /steal, /shoutout, /broadcast, /calls, /timeoff, /allteach and the shortcuts"
    ),
    "channels:manage": "create the collaborative's common channels and set their topics",
    "channels:read": "find a channel by its name, and see who is in it",
    "channels:join": "join a public channel that the collaborative adopts",
    "channels:history": "find our own message again after a dropped connection, and nothing else",
    "files:read": "read the tables of monthly numbers that people drop, and see when Slack can show an uploaded chart",
    "files:write": "upload the pictures that our messages show, template files, calendar files and pages to print",
    "groups:write": "create the private team and faculty channels and invite their members",
    "groups:read": "find a private channel that we were invited to, and see who is in it",
    "groups:history": "find our own message again in a private channel, and nothing else",
    "im:write": "open a direct message to ask a test's owner what happened",
    "im:history": "receive what people write to the bot, and find our own message again",
    "dnd:read": "leave people alone who have paused their notifications",
    "users:read": "know people's names and time zones",
    "users:read.email": "match the collaborative file's people by e-mail address",
    "pins:write": "pin the team card and the calendar",
}


def manifest(mode: Literal["socket", "http"] = "socket", url: str = PLACEHOLDER) -> dict[str, Any]:
    """What Slack's *Create from manifest* takes."""
    found = routes.recorded(app.FEATURES)
    over_http = {"request_url": f"{url}/slack/events"} if mode == "http" else {}
    menus_over_http = {"message_menu_options_url": f"{url}/slack/events"} if mode == "http" else {}
    return {
        "_metadata": {"major_version": 2},
        "display_information": {
            "name": "Allteach",
            "description": "Runs a learning collaborative between its learning sessions.",
            "background_color": "#1f5f5b",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Allteach", "always_online": True},
            "shortcuts": [_shortcut(name) for name in found.shortcuts],
            "slash_commands": [
                {**_command(name), **({"url": over_http["request_url"]} if over_http else {})}
                for name in found.commands
            ],
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": sorted(_subscribed(name) for name in found.events), **over_http},
            "interactivity": {"is_enabled": True, **over_http, **menus_over_http},
            "org_deploy_enabled": False,
            "socket_mode_enabled": mode == "socket",
            "token_rotation_enabled": False,
        },
    }


def _subscribed(event: str) -> str:
    """We listen to words written to us, never to what is written in channels."""
    return "message.im" if event == "message" else event


def _shortcut(name: str) -> dict[str, str]:
    kind, title, description = SHORTCUTS[name]
    return {"name": title, "type": kind, "callback_id": name, "description": description}


def _command(name: str) -> dict[str, Any]:
    description, usage = COMMANDS[name]
    return {"command": name, "description": description, "usage_hint": usage, "should_escape": name == "/shoutout"}
