"""What the parts of a collaborative file say about each other: names used twice, and references to nobody."""

from collections.abc import Iterable, Iterator

from bot.domain.collaborative_file.marked_yaml import Fault, Page, Path
from bot.domain.collaborative_file.values import channel_name, one_of, shown

COMMON = ("everyone", "share", "shoutouts", "faculty")


def faults(page: Page) -> Iterator[Fault]:
    """Every contradiction in the file, also where other faults keep it from being read."""
    yield from _people(page)
    yield from _contradictions(page)
    yield from _repeated(page)
    yield from _channels(page)
    yield from _references(page)
    yield from _pauses(page)


def _people(page: Page) -> Iterator[Fault]:
    """Everybody can be found by an address or id, and stands once in each list."""
    for group in _groups(page):
        seen: dict[str, Path] = {}
        for path in page.records(group):
            marks = _marks(page, path)
            if not marks:
                yield Fault(page.line(path), "This person needs `email` or `slack`, so that we can find them.")
            before = next((seen[mark] for mark in marks if mark in seen), None)
            if before:
                yield Fault(
                    page.line(path),
                    f"{marks[0]} stands in this list twice (first on line {page.line(before)}). "
                    "Keep one entry with all the roles.",
                )
            seen.update({mark: path for mark in marks if mark not in seen})


def _contradictions(page: Page) -> Iterator[Fault]:
    """Whoever stands in several places has one name, one address and one Slack id in all of them."""
    for key in ("email", "slack"):
        for other, word in (("name", "called"), ("slack" if key == "email" else "email", "known as")):
            first: dict[str, Path] = {}
            for path in _everybody(page):
                mark, value = page.text((*path, key)).casefold(), page.text((*path, other))
                if not (mark and value):
                    continue
                before = first.setdefault(mark, path)
                earlier = page.text((*before, other))
                if " ".join(earlier.casefold().split()) != " ".join(value.casefold().split()):
                    yield Fault(
                        page.line((*path, other)),
                        f"{page.text((*path, key))} is {word} {shown(value)} here and {shown(earlier)} on line "
                        f"{page.line((*before, other))}. Which is right?",
                    )


def _repeated(page: Page) -> Iterator[Fault]:
    """Names and codes that must be the only one of their kind."""
    yield from _twice(page, page.records(("teams",)), "name", "team")
    yield from _twice(page, page.records(("measures",)), "code", "measure")
    drivers = [*page.records(("drivers",))]
    drivers += [path for driver in list(drivers) for path in page.records((*driver, "drivers"))]
    yield from _twice(page, drivers, "name", "driver")
    yield from _twice(page, (idea for driver in drivers for idea in page.records((*driver, "ideas"))), "code", "idea")
    for driver in drivers:
        yield from _ideas(page, (*driver, "ideas"))
    yield from _events(page)
    yield from _organizations(page)


def _twice(page: Page, paths: Iterable[Path], key: str, noun: str) -> Iterator[Fault]:
    first: dict[str, Path] = {}
    for path in paths:
        word = " ".join(page.text((*path, key)).split())
        if not word:
            continue
        before = first.setdefault(word.casefold(), path)
        if before != path:
            yield Fault(
                page.line((*path, key)),
                f"There is already a {noun} {shown(word)} on line {page.line((*before, key))}. "
                f"Each {noun} needs its own {key}.",
            )


def _ideas(page: Page, ideas: Path) -> Iterator[Fault]:
    first: dict[str, Path] = {}
    entries = page.at(ideas)
    for position in range(len(entries) if isinstance(entries, list) else 0):
        path = (*ideas, position)
        name = page.text(path) or page.text((*path, "name"))
        before = first.setdefault(name.casefold(), path)
        if name and before != path:
            yield Fault(page.line(path), f"{shown(name)} is already on line {page.line(before)} under this driver.")


def _events(page: Page) -> Iterator[Fault]:
    first: dict[tuple[str, str], Path] = {}
    for path in page.records(("events",)):
        title, starts = page.text((*path, "title")), page.text((*path, "starts")).replace(" ", "T")
        before = first.setdefault((title.casefold(), starts), path)
        if title and before != path:
            yield Fault(page.line(path), f"{shown(title)} at this time is already on line {page.line(before)}.")


def _organizations(page: Page) -> Iterator[Fault]:
    """Two teams of one organization agree on what it is."""
    for key in ("type", "sector"):
        first: dict[str, Path] = {}
        for path in page.records(("teams",)):
            name, value = page.text((*path, "organization")), page.text((*path, key))
            if not (name and value):
                continue
            before = first.setdefault(name.casefold(), path)
            earlier = page.text((*before, key))
            if earlier != value:
                yield Fault(
                    page.line((*path, key)),
                    f"{name} has the {key} {shown(value)} here and {shown(earlier)} on line "
                    f"{page.line((*before, key))}. Which is right?",
                )


def _channels(page: Page) -> Iterator[Fault]:
    """No two purposes share a channel, also where its name is made from a team's."""
    first: dict[str, int] = {}
    for name, path in _channel_names(page):
        line = page.line(path)
        if not name:
            yield Fault(line, "No channel name can be made from this name. Please add `channel`.")
        elif name in first:
            yield Fault(line, f"The channel {name} is already used on line {first[name]}. Each needs its own.")
        first.setdefault(name, line)


def _channel_names(page: Page) -> Iterator[tuple[str, Path]]:
    collaborative = page.text(("collaborative", "name"))
    for purpose in COMMON:
        own = page.text(("channels", purpose))
        made = channel_name(collaborative if purpose == "everyone" else f"{collaborative}-{purpose}")
        if own or collaborative:
            yield own or made, ("channels", purpose) if own else ("collaborative", "name")
    seen: set[str] = set()
    for path in page.records(("teams",)):
        own, name = page.text((*path, "channel")), page.text((*path, "name"))
        if own or (name and name.casefold() not in seen):
            yield own or channel_name(f"team-{name}"), (*path, "channel" if own else "name")
        seen.add(name.casefold())


def _references(page: Page) -> Iterator[Fault]:
    """Coaches, deputies, measures and hosts are in the file."""
    codes = [page.text((*path, "code")) for path in page.records(("measures",))]
    names = [page.text((*path, "name")) for path in page.records(("teams",))]
    for team in page.records(("teams",)):
        yield from _someone(page, (*team, "coach"), ("people",), "among the people at the top. Add them there first")
        yield from _someone(page, (*team, "deputy"), (*team, "members"), "among this team's members. Add them first")
        yield from _codes(page, (*team, "measures"), codes)
    for event in page.records(("events",)):
        host = page.text((*event, "host"))
        if host and host.casefold() not in {name.casefold() for name in names}:
            near = one_of(names, host, likeness=0.66)
            yield Fault(page.line((*event, "host")), f"No team in this file is called {shown(host)}.{near}")


def _someone(page: Page, path: Path, group: Path, where: str) -> Iterator[Fault]:
    mark = page.text(path)
    known = [mark for person in page.records(group) for mark in _marks(page, person)]
    if mark and mark.casefold() not in {other.casefold() for other in known}:
        near = one_of(known, mark, likeness=0.9)
        yield Fault(page.line(path), f"{shown(mark)} isn't {where}.{near}")


def _codes(page: Page, path: Path, codes: list[str]) -> Iterator[Fault]:
    wanted = page.at(path)
    for position in range(len(wanted) if isinstance(wanted, list) else 0):
        code = page.text((*path, position))
        if code and code not in codes:
            yield Fault(page.line((*path, position)), f"No measure has the code {shown(code)}.{one_of(codes, code)}")


def _pauses(page: Page) -> Iterator[Fault]:
    """A pause always has an end; without a date of its own it is the collaborative's."""
    for team in page.records(("teams",)):
        if page.text((*team, "status")) == "paused" and not page.text(("collaborative", "ends")):
            yield Fault(
                page.line((*team, "status")),
                'A pause always has an end. Write its date, such as "paused(2026-06-01)", in quotes.',
            )


def _groups(page: Page) -> Iterator[Path]:
    yield ("people",)
    for team in page.records(("teams",)):
        yield (*team, "members")


def _everybody(page: Page) -> Iterator[Path]:
    for group in _groups(page):
        yield from page.records(group)


def _marks(page: Page, person: Path) -> list[str]:
    """What a person is known by: the e-mail address in lower case, the Slack id."""
    return [mark for mark in (page.text((*person, "email")).lower(), page.text((*person, "slack"))) if mark]
