"""users.*, team.info, dnd.info, auth.test and api.test: who is who."""

from typing import Any

from bot.sandbox import dnd, paging, shapes, turning
from bot.sandbox.arguments import Arguments, Refusal
from bot.sandbox.things import APP, BOT, BOT_USER, DOMAIN, TEAM, TEAM_NAME, User
from bot.sandbox.world import World

Json = dict[str, Any]


def auth_test(world: World, arguments: Arguments) -> Json:
    """auth.test: who the app is here."""
    return {
        "ok": True,
        "url": f"https://{DOMAIN}.slack.com/",
        "team": TEAM_NAME,
        "user": world.users[BOT_USER].name,
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "app_id": APP,
        "is_enterprise_install": False,
    }


def api_test(world: World, arguments: Arguments) -> Json:
    """api.test: what was sent comes back; an app that lives by the practice clock says with it when it is due."""
    if arguments.given("due"):
        turning.heard(world, at=arguments.number("at", 0), due=arguments.number("due", 0))
    if arguments.given("error"):
        return {"ok": False, "error": arguments.text("error"), "args": arguments.values}
    return {"ok": True, "args": arguments.values}


def team_info(world: World, arguments: Arguments) -> Json:
    """team.info: what the workspace is called."""
    team = {"id": TEAM, "name": TEAM_NAME, "domain": DOMAIN, "email_domain": "", "icon": {"image_default": True}}
    return {"ok": True, "team": {**team, "url": f"https://{DOMAIN}.slack.com/"}}


def info(world: World, arguments: Arguments) -> Json:
    """users.info: one person, if the app may see them."""
    return {"ok": True, "user": _shape(world, _person(world, arguments.required("user")))}


def list_all(world: World, arguments: Arguments) -> Json:
    """Everybody of this workspace, Slackbot and people who have left included; nobody of another one."""
    people = [_shape(world, person) for person in world.users.values() if person.joined and not person.is_external]
    return {**paging.answer("members", people, arguments), "cache_ts": int(world.clock.now().timestamp())}


def by_email(world: World, arguments: Arguments) -> Json:
    """users.lookupByEmail: people of another workspace are never found."""
    email = arguments.required("email").lower()
    for person in world.users.values():
        if person.email.lower() == email and person.joined and not person.deleted and not person.is_external:
            return {"ok": True, "user": _shape(world, person)}
    raise Refusal("users_not_found")


def do_not_disturb(world: World, arguments: Arguments) -> Json:
    """dnd.info: when a person, or the app itself, wants no notifications."""
    return dnd.info(world, _person(world, arguments.text("user") or BOT_USER))


def _person(world: World, user: str) -> User:
    person = world.users.get(user)
    if person is None or not person.joined:
        raise Refusal("user_not_found")
    if person.is_external and not any(BOT_USER in channel.members for channel in world.channels_of(user)):
        raise Refusal("user_not_visible")
    return person


def _shape(world: World, person: User) -> Json:
    scopes = world.app.scopes
    return shapes.user(world, person, email=scopes is None or "users:read.email" in scopes)
