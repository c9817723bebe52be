"""Every command answers help, in whatever case it is asked, and says that no command is needed."""

import pytest

from tests.personas import Persona


@pytest.mark.parametrize("line", ["/pdsa help", "/pdsa HELP", "/allteach pdsa help"])
def test_pdsa_tells_its_ways(ana: Persona, line: str) -> None:
    ana.runs(line)

    (told,) = ana.whispers()
    for way in ("*/pdsa*", "*/pdsa list*", "*/pdsa 7*", "*/pdsa find"):
        assert way in told
    assert "behind the buttons of your team card" in told


@pytest.mark.parametrize("line", ["/allteach", "/allteach help", "/allteach Help"])
def test_allteach_tells_its_ways(ana: Persona, line: str) -> None:
    ana.runs(line)

    (told,) = ana.whispers()
    assert "*/allteach pdsa*" in told
    assert "You never need a command" in told


def test_allteach_home_opens_everything_at_once(ana: Persona) -> None:
    ana.runs("/allteach home")

    assert (ana.form or {})["title"]["text"] == "All actions"
