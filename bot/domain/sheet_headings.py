"""The headings of a table of monthly numbers: which column holds what, and which ones no such table has."""

import re
from collections.abc import Sequence

COLUMNS = {  # what a column holds → how its heading may be called
    "month": ("month", "period", "reporting month", "reporting period"),
    "measure": ("measure", "measure code", "measure name", "code"),
    "numerator": ("numerator", "num"),
    "denominator": ("denominator", "denom", "den"),
    "value": ("value", "result", "percent"),
    "stratum": ("stratum", "strata"),
    "level": ("level", "group"),
    "note": ("note", "notes", "comment", "comments"),
}
CALLED = {called: column for column, names in COLUMNS.items() for called in names}
LONGEST = 80  # characters of a heading that are looked at
KNOWN = "month, measure, numerator, denominator, value, stratum, level and note"
ABOUT_PEOPLE = (  # what a heading that isn't ours speaks of; only to say so, since none of them is read
    ("a date of birth", r"dob|d ?o ?b|birth\w*|born|geburt\w*|nacimiento|naissance"),
    ("a record number", r"mrn|emr|ehr|charts?|records?|medical|ids?|identifier|case|account|policy|medicaid|medicare"),
    ("a Social Security number", r"ssn|social|ss"),
    ("an address", r"address|addr|street|city|zip\w*|postal|postcode|county|adresse|dirección|direccion"),
    ("a phone number or an e-mail address", r"phone|telephone|tel|mobile|cell|fax|e ?mail|email|mail"),
    ("a name", r"names?|first|last|surname|forename|initials|nombres?|apellidos?|nom|prénom|prenom|vorname|nachname"),
    ("a person served", r"patients?|clients?|persons?|people|member|child|consumer|resident|student|age|gender|sex"),
    ("a date in one person's care", r"date|visited|visit|admit\w*|admission|discharge\w*|dos|seen|diagnos\w*|dx"),
)  # fmt: skip


class NotOurs(ValueError):
    """Headings of another table than monthly numbers; the sentence names columns by their place, not their words."""


def columns(headings: Sequence[str]) -> list[str]:
    """What each column holds. Raises NotOurs for one that we don't know, ValueError for a table that isn't whole."""
    called = [_plain(heading) for heading in headings]
    strangers = {place: words for place, words in enumerate(called, 1) if words not in CALLED}
    if strangers:
        raise NotOurs(_of_strangers(strangers, len(called)))
    found = [CALLED[words] for words in called]
    twice = next((column for column in found if found.count(column) > 1), None)
    if twice:
        raise ValueError(f"Two columns are headed {twice}. One of each is read.")
    lacking = _lacking(set(found))
    if lacking:
        raise ValueError(f"There is no column for {lacking}. The columns are {KNOWN}.")
    return found


def _plain(heading: str) -> str:
    """In small letters, without what stands in brackets."""
    without_hint = re.sub(r"\(.*?\)|\[.*?\]", " ", heading[:LONGEST].casefold())
    return " ".join(re.sub(r"[_\-./:*]", " ", without_hint).split())


def _of_strangers(strangers: dict[int, str], width: int) -> str:
    """Which columns aren't ours, and what they seem to hold."""
    likely = {place: like for place, words in strangers.items() if (like := _speaks_of(words))}
    others = [str(place) for place in strangers if place not in likely]
    if likely:
        told = ", ".join(f"{like} (column {place})" for place, like in [*likely.items()][:4])
        return f"The headings speak of people: {told}. {_unknown(others) if others else ''}".strip()
    if len(strangers) == width:
        return f"The first line holds none of the headings that I read: {KNOWN}."
    return _unknown(others)


def _unknown(places: Sequence[str]) -> str:
    *before, last = places
    which = f"Columns {', '.join(before)} and {last} aren't" if before else f"Column {last} isn't"
    return f"{which} among those that I read: {KNOWN}."


def _speaks_of(words: str) -> str:
    return next((like for like, shape in ABOUT_PEOPLE if re.search(rf"\b({shape})\b", words)), "")


def _lacking(found: set[str]) -> str:
    if "month" not in found:
        return "the month"
    if "measure" not in found:
        return "the measure"
    if "value" in found or {"numerator", "denominator"} <= found:
        return ""
    lone = found & {"numerator", "denominator"}
    return {"numerator": "the denominator", "denominator": "the numerator"}[lone.pop()] if lone else "the numbers"
