"""What the types of organizations in a collaborative file are called where people read them; pure."""

NAMES = {
    "child_and_family": "Child and family services",
    "college": "College or university",
    "community_mental_health": "Community mental health center",
    "community_organization": "Community organization",
    "county": "County agency",
    "fqhc": "Federally qualified health center",
    "hospital": "Hospital",
    "nonprofit": "Nonprofit",
    "school_based": "School-based program",
    "substance_use_clinic": "Substance use clinic",
    "tribal_program": "Tribal program",
    "youth_program": "Youth program",
}
ABBREVIATIONS = frozenset({"cah", "ccbhc", "cmhc", "fqhc", "hmo", "ngo", "rhc", "sbhc", "va", "ymca", "ywca"})
NOT_GIVEN = "Not given"


def called(kind: str) -> str:
    """A type by its name; one that nobody named here as it was written, with abbreviations in capitals."""
    words = [word.upper() if word in ABBREVIATIONS else word for word in kind.replace("_", " ").split()]
    return NAMES.get(kind) or sentence_case(" ".join(words)) or NOT_GIVEN


def sentence_case(words: str) -> str:
    """The same with a capital in front."""
    return words[:1].upper() + words[1:]
