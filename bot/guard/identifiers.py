"""The shapes that identifiers of a person take in writing: one function for each kind, answering what it found.

Precision comes before recall, since people stop reading a question that is asked for nothing. Every quantifier is
bounded or can't overlap its neighbor, so that looking takes time in proportion to the text.
"""

import re
from collections.abc import Iterator

# Numbers and addresses of all kinds

LINK = re.compile(r"https?://[^\s<>|]+", re.I)
LINKED_PERSON = re.compile(r"\b(?:patient|client|member|mrn|dob|chart|encounter|record)s?[\w=/?-]{0,20}\d{3}", re.I)
MENTION = re.compile(r"<[@#!][^<>]{1,100}>")

SSN = re.compile(r"(?<![\w.-])\d{3}(?P<gap> ?[-. ] ?)\d{2}(?P=gap)\d{4}(?![\w-])")
SSN_NAMED = re.compile(r"(?:\bssn|\bss ?#|\bsocial security (?:number|no\b|#))\D{0,25}\d{4}", re.I)

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64} ?@ ?[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.[a-z]{2,24}\b", re.I)
EMAIL_SPELLED = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64} ?[(\[]?\bat\b[)\]]? ?[\w-]{1,63} ?[(\[]?\bdot\b[)\]]? ?(?:com|org|net|edu|gov)\b", re.I
)

PHONE = re.compile(
    r"(?<![\w.$-])(?:\+? ?1 ?[-.]? ?)?(?:\( ?\d{3} ?\)|[2-9]\d\d) ?[-./]? ?\d{3} ?[-./]? ?\d{4}(?!\w|[-.,]\d)"
)
PHONE_SHORT = re.compile(r"[2-9]\d\d(?<![\w.$-]...)[-.]\d{4}(?![\w-])")
CUE_OF_A_PHONE = re.compile(
    r"\b(?:call|called|phoned?|tel|cell|mobile|text|texted|fax|faxed|dial|dialed|number|reached)\b[^.!?\d]*$", re.I
)
PHONE_ABROAD = re.compile(r"\+ ?\d[\d ().-]{7,20}")
PHONE_DIGITS = re.compile(r"1?[2-9]\d{9}")

LONG_NUMBER = re.compile(r"(?<![\w.,$-])\d{7,}(?![\w%]|[.,]\d)")
DAY_STAMP = re.compile(r"20[2-9]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
CARD = re.compile(r"(?<![\w-])\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4}(?![\w-])")
MEDICARE = re.compile(r"\b[1-9][A-Z][A-Z\d]\d-?[A-Z][A-Z\d]\d-?[A-Z]{2}\d\d\b")
LETTERED = re.compile(r"\b(?!PMC|NCT)[A-Z]{1,3}-?\d{6,12}\b")
CITED = re.compile(r"\b(?:PMID|ISBN|ISSN|DOI)\b:? ?[\d.-]{1,20}", re.I)
RECORD = re.compile(
    r"""\b(?P<label>mrn|medical[ ]record|record|chart|acct|account|member|policy|subscriber|medicaid|medicare|insurance
    |patient|pt|client|case|claim|encounter|plate|licen[sc]e|passport|serial|device|id)\b
    [ ]?(?P<sign>(?:id|no|nr|number|num)\b\.?|\#)?[ ]?(?:is[ ]|was[ ])?(?P<colon>[:=\#-]?)[ ]?
    (?P<number>[a-z\d][a-z\d-]{2,24})(?![\w-])""",
    re.X,
)
YEARS = re.compile(r"(?:19|20)\d\d(?:-\d{1,4}){0,2}")
LABELS_OF_ONE_PERSON = {"mrn", "medical record", "chart", "acct", "account", "member", "patient", "pt", "client", "id"}

STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR"
    "|PA|PR|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY"
)
STREET = re.compile(
    r"\d(?<![\w.,/-]\d)\d{0,5}[A-Z]? (?:[NSEW]{1,2}\.? )?(?:(?:[A-Z][\w'.-]{1,20}|\d{1,3}(?:st|nd|rd|th)) ){1,3}"
    r"(?:(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Court|Circle|Cir|Place|Terrace|Highway|Hwy|Parkway|Pkwy"
    r"|Drive|Way|Trail)\b|(?:Dr|Ct|Pl)\b\.?(?! [A-Z]))"
)
STREET_LOWER = re.compile(r"\d(?<![\w.,/-]\d)\d{0,4} (?:[nsew]\.? )?[a-z]{3,20} (?:street|avenue|boulevard)\b")
HOME = re.compile(r"[Aa](?<!\w[Aa])(?:(?<=A)pt\b\.?|partment) ?#?\d{1,4}[A-Z]?\b(?! ?(?:[ap]m\b|:))")
BOX = re.compile(r"[Pp](?<!\w[Pp])\.? ?[Oo]\.? [Bb]ox \d")
ZIP = re.compile(rf"[A-Z](?<!\w[A-Z])[A-Z](?<={STATES})\.?,? \d{{5}}(?:-\d{{4}})?(?![\w,])")

IPV4 = re.compile(r"\d(?<![\w.]\d)(?<!ersion \d)\d{0,2}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?!\w|\.\d)")
MAC_OR_IPV6 = re.compile(
    r"(?<![\w:])(?:[\da-f]{2}[:-]){5}[\da-f]{2}(?![\w:])|(?<![\w:])(?:[\da-f]{1,4}:){7}[\da-f]{1,4}", re.I
)


def without_links(text: str) -> str:
    """Links and Slack's own mentions hold numbers that mean nothing here."""
    return MENTION.sub(" · ", LINK.sub(" · ", text))


def links_to_a_person(text: str) -> Iterator[str]:
    """Links whose address names one person's record."""
    return (link for link in LINK.findall(text) if LINKED_PERSON.search(link))


def social_security_numbers(text: str) -> Iterator[str]:
    """Nine digits in their usual groups, or any nine beside their name."""
    return _found(text, SSN, SSN_NAMED)


def email_addresses(text: str) -> Iterator[str]:
    """Addresses as typed, and as spelled out with *at* and *dot*."""
    if "@" in text:
        yield from _found(text, EMAIL)
    if "dot" in text.lower():
        yield from _found(text, EMAIL_SPELLED)


def phone_numbers(text: str) -> Iterator[str]:
    """Ten digits, numbers from abroad, and seven digits where the words before speak of a phone."""
    yield from _found(text, PHONE)
    yield from (one for one in _found(text, PHONE_ABROAD) if 8 <= _digits(one) <= 15)
    for one in PHONE_SHORT.finditer(text):
        if CUE_OF_A_PHONE.search(text[max(0, one.start() - 30) : one.start()]):
            yield one[0]


def record_numbers(text: str) -> Iterator[str]:
    """Numbers of charts, accounts, insurance and cards; citations and dates are left alone."""
    text = CITED.sub(" · ", text)
    for one in _found(text, LONG_NUMBER):
        if not (PHONE_DIGITS.fullmatch(one) or DAY_STAMP.fullmatch(one)):
            yield one
    yield from _found(text, CARD, MEDICARE, LETTERED)
    for record in RECORD.finditer(text.lower()):
        if _digits(record["number"]) >= _enough_digits(record) and not YEARS.fullmatch(record["number"]):
            yield record["number"]


def _enough_digits(record: re.Match[str]) -> int:
    """A label, a sign and four digits are enough; without the sign it takes more, since charts are also counted."""
    if record["sign"] or record["colon"] or record["label"] == "mrn":
        return 4
    return 5 if record["label"] in LABELS_OF_ONE_PERSON else 6


def addresses(text: str) -> Iterator[str]:
    """Streets with a number, homes, and postal codes."""
    return _found(text, STREET, STREET_LOWER, HOME, BOX, ZIP)


def network_addresses(text: str) -> Iterator[str]:
    """Four small numbers are a paragraph or a version, and no address."""
    for one in _found(text, IPV4):
        if 31 < max(int(part) for part in one.split(".")) < 256:
            yield one
    if text.count(":") + text.count("-") >= 5:
        yield from _found(text, MAC_OR_IPV6)


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)


def _found(text: str, *shapes: re.Pattern[str]) -> Iterator[str]:
    return (one[0] for shape in shapes for one in shape.finditer(text))
