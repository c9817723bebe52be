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
LETTERS = 4  # so short a type is an abbreviation


def called(kind: str) -> str:
    """A type by its name; one that nobody named here as it was written, and a short one as the letters that it is."""
    words = kind.replace("_", " ").strip()
    return NAMES.get(kind) or (words.upper() if len(words) <= LETTERS else sentence_case(words))


def sentence_case(words: str) -> str:
    """The same with a capital in front."""
    return words[:1].upper() + words[1:]
