"""Finding ideas to steal: `/steal` with some words, or a button at Home; what fits, page by page."""

from typing import Any

from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, forms
from bot.access import Actor
from bot.domain import idea_finds, idea_search
from bot.domain.idea_search import BEST, NEWEST, STOLEN, Found, Wish
from bot.kit import Kit
from bot.routes import Registrar

Body = dict[str, Any]
HELP = (
    "*/steal* shows the newest ideas of all teams, and those stolen most.\n"
    "*/steal* with some words finds ideas by them, also half a word or a misspelt one: */steal warm call*.\n"
    "In the window you can look by driver, by type of organization, and for what worked elsewhere.\n"
    "It is also at Home and behind All actions."
)
FILTERS = "filters"  # the block of the menus above what was found
MENUS = ("steal.driver", "steal.organization", "steal.order", "steal.only")
ORDERS = {BEST: "Best match first", STOLEN: "Most stolen first", NEWEST: "Newest first"}
WITHOUT_WORDS = {BEST: ORDERS[NEWEST], STOLEN: ORDERS[STOLEN]}  # nothing matches better than another
ONLY = {"untried": "Not yet tried by us", "worked": "Worked elsewhere"}
ALL = "all"  # the choice of a menu that leaves nothing out
PAGE, TOP = 6, 3
LONGEST = 200  # characters of what is looked for


def register(app: Registrar) -> None:
    """What people can do."""
    app.command("/steal")(command)
    app.action("steal.open")(open_window)
    app.view("steal.search")(search)
    app.action("steal.words")(look)
    for menu in MENUS:
        app.action(menu)(look)
    app.action("steal.back")(turn_page)
    app.action("steal.more")(turn_page)


def command(ack: Ack, body: Body, kit: Kit) -> None:
    """`/steal`, `/steal some words`, `/steal help`."""
    ack()
    words = str(body.get("text", "")).strip()
    if words.lower() == "help":
        return answers.say_to(kit, body, HELP)
    return _begin(body, kit, words)


def open_window(ack: Ack, body: Body, kit: Kit) -> None:
    """The newest ideas, and those stolen most."""
    ack()
    _begin(body, kit, "")


def search(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """Search in the open window: from its first page."""
    with kit.store.reading() as session:
        values = _window(session, access.actor(session, body), _asked(view))
    ack(response_action="update", view=kit.templates.render("steal/found", values))


def look(ack: Ack, body: Body, kit: Kit) -> None:
    """A menu was changed, or Enter pressed: the same as Search."""
    ack()
    _show(body, kit, 0)


def turn_page(ack: Ack, body: Body, kit: Kit) -> None:
    """The page that begins with this one."""
    ack()
    _show(body, kit, forms.pressed(body))


def _begin(body: Body, kit: Kit, words: str) -> None:
    with kit.store.reading() as session:
        values = _window(session, access.actor(session, body), {"words": words[:LONGEST]})
    answers.open_view(kit, body, "steal/found", values)


def _show(body: Body, kit: Kit, start: int) -> None:
    with kit.store.reading() as session:
        values = _window(session, access.actor(session, body), _asked(body["view"]), start)
    answers.replace_view(kit, body, "steal/found", values)


def _asked(view: Body) -> dict[str, Any]:
    """What stands in the window's box and menus."""
    return {"words": str(forms.values(view).get("words", ""))[:LONGEST], **forms.menus(view, FILTERS)}


def _window(session: Session, actor: Actor, asked: dict[str, Any], start: int = 0) -> dict[str, Any]:
    """Everything the window prints; without words and menus what is stolen most stands above what is newest."""
    here = [one.id or 0 for one in access.collaboratives_of(session, actor, "idea.read")]
    if not here:
        actor.must("idea.read", collaborative=actor.collaborative_ids[0])
    wish = _wish(actor, asked)
    found = idea_search.search(session, here, wish, start=start, most=PAGE)
    order = asked.get("steal.order", BEST)
    orders = ORDERS if wish.words else WITHOUT_WORDS
    overview = start == 0 and wish == Wish(teams=wish.teams, order=NEWEST)
    stolen = _stolen(session, actor, here, wish) if overview else []
    above = {line.id for line in stolen}
    return {
        "words": wish.words,
        "drivers": idea_finds.drivers(session, here),
        "driver": str(wish.driver or ""),
        "organizations": idea_finds.organizations(session, here),
        "organization": wish.organization,
        "orders": orders,
        "order": order if order in orders else BEST,
        "only": ONLY if actor.team_ids else {"worked": ONLY["worked"]},
        "chosen": [name for name in asked.get("steal.only", ()) if name in ONLY],
        "stolen": stolen,
        "found": [line for line in idea_finds.lines(session, found.rows, actor.team_ids) if line.id not in above],
        "apart": wish.order == NEWEST,
        "note": idea_finds.taken_as(wish.words, found.terms, loosely=found.loosely),
        **_pages(found, start),
    }


def _wish(actor: Actor, asked: dict[str, Any]) -> Wish:
    """What they look for; without words, what matches best is what is newest."""
    words, only = asked.get("words", ""), asked.get("steal.only", ())
    driver, order = str(asked.get("steal.driver", "")), asked.get("steal.order", BEST)
    order = order if order in ORDERS else BEST
    ours, kind = tuple(actor.team_ids), str(asked.get("steal.organization", ALL))
    return Wish(
        words=words, driver=int(driver) if driver.isdecimal() and len(driver) < 10 else None,
        organization="" if kind == ALL else kind, untried_by=ours if "untried" in only else (),
        worked="worked" in only, teams=ours, order=NEWEST if order == BEST and not words else order,
    )  # fmt: skip


def _stolen(session: Session, actor: Actor, here: list[int], wish: Wish) -> list[idea_finds.Line]:
    """The few that most teams took; none while nobody took any."""
    found = idea_search.search(session, here, Wish(teams=wish.teams, order=STOLEN), most=TOP)
    return [line for line in idea_finds.lines(session, found.rows, actor.team_ids) if line.tally]


def _pages(found: Found, start: int) -> dict[str, Any]:
    """Where this page stands, and the ways on from it."""
    last = start + len(found.rows)
    return {
        "count": f"{start + 1}–{last} of {found.of}" if found.of > PAGE else "",
        "before": start - PAGE if start else None,
        "after": last if last < found.of else None,
    }
