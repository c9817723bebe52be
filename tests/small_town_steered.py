"""The small town with a director beside its coordinator."""

from tests.town import SMALL_TOWN

STEERED_BY_TWO = SMALL_TOWN.replace("roles: [chair, faculty]", "roles: [chair, faculty, director]")
