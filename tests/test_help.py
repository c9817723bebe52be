"""Every command answers help, in whatever case it is asked, and says that no command is needed."""

from tests.personas import Persona


def test_pdsa_tells_its_ways(ana: Persona) -> None:
    for line in ("/pdsa help", "/pdsa HELP", "/allteach pdsa help"):
        ana.runs(line)
        told = ana.whispers()[-1]
        for way in ("*/pdsa*", "*/pdsa list*", "*/pdsa 7*", "*/pdsa find phone calls*"):
            assert way in told, line
        assert "behind the buttons of your team card" in told
    assert len(ana.whispers()) == 3


def test_allteach_tells_its_ways(ana: Persona) -> None:
    for line in ("/allteach", "/allteach help", "/allteach Help"):
        ana.runs(line)
        told = ana.whispers()[-1]
        assert "*/allteach pdsa*" in told, line
        assert "You never need a command" in told


def test_allteach_home_opens_everything_at_once(ana: Persona) -> None:
    ana.runs("/allteach home")

    assert (ana.form or {})["title"]["text"] == "All actions"
