"""What is attached to an idea of the change package: a link, with a title if somebody gave it one.

Files themselves stay in Slack or where they are, and each is linked (in Slack: *Copy link*), so that who may open it,
and which version, is decided in one place.
"""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

LINE = re.compile(r"(?:(?P<title>.*?\S)[ :–-]*\s)?(?P<url>https://[^\s<>\"\\]+)")


class Attachment(NamedTuple):
    """One line as it is shown: its title, the address itself where it has none, and where it leads."""

    title: str
    url: str


def of_line(line: str) -> Attachment | None:
    """`Script for the call: https://…`, or an address alone; None where the line is neither."""
    found = LINE.fullmatch(line.strip())
    return Attachment(found["title"] or found["url"], found["url"]) if found else None


def told(line: str) -> str:
    """What of it can be searched: the title, and what the address is called, not whose it is."""
    link = of_line(line)
    if link is None:
        return ""
    title = link.title if link.title != link.url else ""
    return f"{title} {urlsplit(link.url).path}".strip()
