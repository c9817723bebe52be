"""The ways that writing points to one person: names beside words for a person served, their dates and their great ages.

A name or a date alone says nothing: teams write those all day. What makes it one person's is the word beside it. Shapes
begin with what is rare in a text (a capital, a digit, a cue), and what stands before it is read backwards from there.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

SERVED = re.compile(r"\b(?:[Pp]atient|[Cc]lient|inpatient|outpatient|[Cc]aller|[Cc]onsumer|[Vv]eteran|[Pp]t\b\.?)")
KIN = (
    r"(?:(?:grand|step|foster )?(?:mother|father|mom|mum|dad|son|daughter|child|ma|pa)|sister|brother|wife|husband|aunt"
    r"|uncle|niece|nephew|cousin|parents?|guardian|family)"
)
WORD = r"[^\W\d_][\w'-]{1,30}"
TWO_WORDS = rf"(?P<name>{WORD}(?: {WORD})?)"
NAME_FOLLOWS = [
    re.compile(rf"M(?<!\wM)(?:r|R\.|rs|RS|s|x|iss|ister)\b\.? ?{TWO_WORDS}"),
    re.compile(rf"Señora?\b\.? {TWO_WORDS}"),
    re.compile(rf" name(?:(?<=\b[Ff]ull name)|(?<=\b[Ff]irst name)|(?<=\b[Ll]ast name))\b(?: is| was|:)? {TWO_WORDS}"),
    re.compile(rf"(?:his|her|heir|'s) {KIN},? (?P<name>{WORD})"),
]
NAME_STANDS_BEFORE = [
    re.compile(rf"'s {KIN}\b"),
    re.compile(r" [A-Z]\.(?= [a-z])"),
    re.compile(r",? \(?\d{1,2} ?(?:yo\b|y/o\b|y\.o\.)"),
    re.compile(r", (?:an? )?\d{1,2}[- ]years?[- ]old\b"),
]
TITLED_LOWER = re.compile(r"m(?<!\wm)rs?\b\.? (?P<name>[^\W\d_]{3,30})")
NAMED = re.compile(rf" (?:named |name(?: is| was|:)? )?{TWO_WORDS}")
INITIALS = re.compile(r" (?:with (?:the )?)?(?:initials )?[A-Z]\. ?[A-Z]\.")
NOT_A_NAME = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays
    sundays mon tue tues wed thu thur thurs fri sat sun january february march april may june july august september
    october november december jan feb mar apr jun jul aug sep sept oct nov dec today tomorrow yesterday spanish
    english arabic somali vietnamese mandarin cantonese haitian creole portuguese russian french hmong korean deaf
    medicaid medicare medication health portal advisory council intake services service care safety experience
    navigator satisfaction centered access flow engagement education record records rights reported outcome outcomes
    survey feedback panel story stories voice voices partner partners information financial relations transport list
    contact outreach follow followup screening questionnaire protection identification medical home support success
    journey first letter handout form forms activation advocate advocates liaison representative hub line team group
    bill side plan part type option step vitamin hepatitis tier phase level class room unit ward wing schedule
    version appendix patient client caller person people child children baby kid kids youth teen student adult elder
    woman women man men female male boy girl parent parents mother father mom dad family veteran everyone everybody
    someone somebody nobody the this that these those he she they we our you it and but or if when then what who how
    why where no yes not all in on at by to for from with after before because so is was did does can will would
    should ask call text tell see dr mr mrs ms
    """.split()
)

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?"
    r"|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
PARTED_NUMBERS = re.compile(r"\d[-/.]\d")
DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
MM = r"(?:1[0-2]|0?[1-9])"
YEAR = r"(?:19|20)\d\d"
DATE_IN_DIGITS = (
    rf"(?:{YEAR}[-/.]{MM}[-/.]{DAY}|(?:{MM}[-/.]{DAY}|{DAY}[-/.]{MM})[-/.](?:{YEAR}|\d\d)"
    rf"|{DAY}(?: of)?[ -]?{MONTH}(?:,?[ -]?{YEAR})?)(?![\w/]|-\d)"
)
DATE = re.compile(rf"{DATE_IN_DIGITS}|{MONTH}[ -]?(?:the )?{DAY}(?:,?[ -]?{YEAR})?(?![\w/]|-\d)")
LONG_AGO = re.compile(r"(?<!\d)(?:19\d\d|20(?:0\d|1[0-5]))(?!\d)|^\d{1,2}/\d{1,2}/[3-9]\d$")
BIRTH = re.compile(
    r"(?:d\.? ?o\.? ?b(?![a-z])\.?|date of birth|birth[ -]?(?:date|day)|b-day|born(?![a-z]))"
    r"(?P<gap>[^!?\d]{0,30}+)(?=\d)"
)
BIRTH_DATE = re.compile(
    rf"{DATE_IN_DIGITS}|\d{{1,2}} \d{{1,2}} {YEAR}\b|{YEAR} \d{{1,2}} \d{{1,2}}\b|\d{{6}}(?:\d\d)?\b"
)
ENDS_IN_A_MONTH = re.compile(rf"\b{MONTH},?[ -]?(?:the )?$")

SHORT_DATE = re.compile(rf"{MM}/{DAY}(?![\w/%])")
CUE_OF_A_SHORT_DATE = re.compile(
    r"\b(?:on|since|seen|came|visit|appt|\w{3,6}day|mon|tues?|wed|thu|thurs|fri|sat|sun) $"
)
PLANNED = re.compile(r"\b(?:by|until|till|before|starting|beginning|from|through|next) (?:the )?(?:on )?$")
STAY = re.compile(
    r"\b(?:admitted|discharged|hospitali[sz]ed|died|deceased|passed away|overdosed|miscarried|gave birth),?"
    r"(?: on| home)? $"
)
ONE_PERSON = re.compile(
    r"(?<!each )(?<!every )(?<!per )(?<!any )\b(?:patient|pt|client|inpatient|outpatient|caller)(?:'s)?\b"
    r"(?!-)(?! (?:satisfaction|experience|portal|advisory|council|safety|list|flow|volume|panel|education|engagement"
    r"|feedback|care|services?|level|data|story|voice|access)\b)(?! (?!was|has|is)[a-z]{2,20}s\b)"
)
HAPPENED = re.compile(
    r"\b(?:was|were|had|came|left|fell|died|saw|seen|went|got|began|told|gave|brought|took|spoke|no-show"
    r"|(?!(?:need|feed|speed|indeed|exceed|proceed)\b)[a-z]{2,20}ed)\b"
)
SENTENCE_END = re.compile(r"[.!?;](?<=[a-z\d)]{3}.) ")

NINETY = r"(?:9\d|1[01]\d)"
OLD = r"(?:[- ]?(?:years?|yrs?|y)[- ](?:old|o)\b| ?(?:yo\b|y/o\b|y\.o\.))"
GREAT_AGES = [
    re.compile(rf"{NINETY}{OLD}"),
    re.compile(rf"ninety(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?{OLD}"),
    re.compile(rf"(?:one |a )hundred(?: and \w{{3,9}})?{OLD}"),
    re.compile(
        rf"(?:aged?|age of|age is|age:|turned|turns|turning) {NINETY}\b"
        r"(?! ?(?:%|percent|\+|days?|minutes?|-|to\b|or\b|and (?:over|older|up|above)))"
    ),
    re.compile(r"in (?:his|her|their) (?:90'?s|nineties)\b"),
    re.compile(r"(?:born|dob)\b\D{0,12}(?:19[0-2]\d|193[0-5])\b"),
]
APART = re.compile(rf", {NINETY},")
APART_FROM_A_NAME = re.compile(rf", ?(?:{NINETY}|120)(?:, ?(?!of\b)(?=[a-z])| (?:years|yrs)\b)")
WITHIN_A_SENTENCE = re.compile(r"[\w,] [^ ]+$")
A_PERSON = re.compile(rf"\b(?:patient|pt|client|caller|veteran|resident|man|woman|gentleman|lady|elder|{KIN})$")
A_GROUP = re.compile(r"\b(?:over|above|than|under) (?:the )?$")


def dates_of_birth(text: str) -> Iterator[str]:
    """With a word for birth, any date; without one, a full date so long ago that it is hardly a date of the work."""
    text = text.lower()
    for label in _at_word_starts(BIRTH, text):
        if BIRTH_DATE.match(text, label.end()) or ENDS_IN_A_MONTH.search(label["gap"]):
            yield label[0]
    for date in _dates(text):
        if LONG_AGO.search(date[0]):
            yield date[0]


def dates_of_care(text: str) -> Iterator[str]:
    """An exact date in a sentence that tells what happened to one person; dates of plans and of many people aren't."""
    text = text.lower()
    story: Story | None = None
    for date in _dates_that_are_not_plans(text):
        story = story or Story(text)
        if STAY.search(text[max(0, date.start() - 40) : date.start()]) or story.is_of_one_person(date):
            yield date[0]


def _dates_that_are_not_plans(text: str) -> Iterator[re.Match[str]]:
    for date in _dates(text):
        if not PLANNED.search(text[max(0, date.start() - 18) : date.start()]):
            yield date
    for date in _at_word_starts(SHORT_DATE, text) if "/" in text else ():
        before = text[max(0, date.start() - 18) : date.start()]
        if CUE_OF_A_SHORT_DATE.search(before) or STAY.search(before):
            yield date


def _dates(text: str) -> Iterator[re.Match[str]]:
    """Every date; a text without a month and without two parted numbers has none, which is seen sooner."""
    if PARTED_NUMBERS.search(text) or any(month in text for month in MONTHS):
        yield from _at_word_starts(DATE, text)


class Story:
    """Where a text speaks of one person, where it tells what happened, and where its sentences end."""

    def __init__(self, text: str) -> None:
        self._people = [one.start() for one in ONE_PERSON.finditer(text)]
        self._happened = [one.start() for one in HAPPENED.finditer(text)] if self._people else []
        self._ends = [one.start() for one in SENTENCE_END.finditer(text)] if self._happened else []

    def is_of_one_person(self, date: re.Match[str]) -> bool:
        """Both stand in the date's own sentence, and near it."""
        if not self._happened:
            return False
        after = bisect_left(self._ends, date.end())
        start = max(date.start() - 70, self._ends[after - 1] if after else 0)
        end = min(date.end() + 50, self._ends[after] if after < len(self._ends) else date.end() + 50)
        return _any_between(self._people, start, end) and _any_between(self._happened, start, end)


def _any_between(places: list[int], start: int, end: int) -> bool:
    first = bisect_left(places, start)
    return first < len(places) and places[first] < end


def ages_over_89(text: str) -> Iterator[str]:
    """One person's age; *90 and over* is a group, and the way the law itself would have it written."""
    text = text.lower()
    for shape in GREAT_AGES:
        for age in _at_word_starts(shape, text):
            if not A_GROUP.search(text[max(0, age.start() - 12) : age.start()]):
                yield age[0]
    for age in APART.finditer(text):
        if A_PERSON.search(text[max(0, age.start() - 20) : age.start()]):
            yield age[0]


def names(text: str) -> Iterator[str]:
    """Names beside a title, a word for a person served, a relative or an age; a name alone may be anybody's."""
    for shape in NAME_FOLLOWS:
        yield from _names(_leading(one["name"].split(" ")) for one in shape.finditer(text))
    for shape in NAME_STANDS_BEFORE:
        yield from _names(_trailing(text[max(0, one.start() - 64) : one.start()]) for one in shape.finditer(text))
    yield from _names(_aged(text[max(0, one.start() - 64) : one.start()]) for one in APART_FROM_A_NAME.finditer(text))
    yield from (one["name"] for one in TITLED_LOWER.finditer(text) if one["name"] not in NOT_A_NAME)
    for served in SERVED.finditer(text):
        if named := NAMED.match(text, served.end()):
            yield from _names([_leading(named["name"].split(" "))])
        if initials := INITIALS.match(text, served.end()):
            yield served[0] + initials[0]


def _names(candidates: Iterable[list[str]]) -> Iterator[str]:
    return (" ".join(words) for words in candidates if words)


def _leading(words: list[str]) -> list[str]:
    """The words up to the first that isn't written as a name is."""
    others = (place for place, word in enumerate(words) if not _is_name(word))
    return words[: next(others, len(words))]


def _trailing(before: str) -> list[str]:
    last_two = [word.lstrip("(\"“'") for word in before.split(" ")[-2:]]
    return _leading(last_two[::-1])[::-1]


def _aged(before: str) -> list[str]:
    """The name that a bare age is set off from; one word that begins a sentence has its capital from that."""
    words = _trailing(before)
    return words if len(words) == 2 or WITHIN_A_SENTENCE.search(before) else []


def _is_name(word: str) -> bool:
    written_as_a_name = word[:1].isupper() and word[-1:].isalpha() and any(letter.islower() for letter in word)
    return written_as_a_name and word.casefold().removesuffix("'s") not in NOT_A_NAME


def _at_word_starts(shape: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Matches that don't begin in the middle of a word, a number or a range; asked afterwards, since that is faster."""
    for one in shape.finditer(text):
        before = text[one.start() - 1] if one.start() else " "
        if not (before.isalnum() or before in "_/.-"):
            yield one
