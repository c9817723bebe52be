"""The README is a tested part: its tables, its tree, its commands and its pictures are those of the code."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from bot.__main__ import cli
from bot.commands import demo, manifest
from bot.domain import sheet_headings
from bot.domain.collaborative_file import marked_yaml, reader
from bot.domain.collaborative_file.shapes import CollaborativeFile, Entry
from bot.domain.people import STAFF_ROLES, TEAM_ROLES
from bot.domain.teams import STATUSES
from bot.settings import Settings
from tests.command_line import allteach
from tests.sources import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
LEFT_OUT = ("__pycache__", ".egg-info", "build", "dist")


def test_the_environment_table_is_that_of_the_settings() -> None:
    fields = Settings.model_fields.values()

    wanted = [f"| `{field.alias}` |{_default(field.default)} | {field.description} |" for field in fields]

    assert _rows("Environment") == wanted, "the rows should be:\n" + "\n".join(wanted)


def test_the_command_table_is_that_of_the_command_line() -> None:
    told = dict(map(_command, _rows("Commands")))

    assert set(told) == set(_commands())
    for name, command in _commands().items():
        options = [one for one in command.params if isinstance(one, TyperOption)]
        arguments = [_shown(one) for one in command.params if isinstance(one, TyperArgument)]
        assert told[name].startswith(f"| `{' '.join(['allteach', name, *arguments])}` |"), name

        lacking = [option.opts[0] for option in options if not _mentions(told[name], option)]
        known = {spelling for option in options for spelling in (*option.opts, *option.secondary_opts)}

        assert not lacking, name
        assert set(re.findall(r"(--[a-z-]+)", told[name])) <= known, name


def test_the_newest_change_it_tells_is_that_of_the_version_one_has(tmp_path: Path) -> None:
    (newest, *_) = re.findall(r"^- \*\*([\d.]+)\*\*", _section("Changelog"), re.MULTILINE)

    assert allteach("--version", at=tmp_path).stdout == f"allteach {newest}\n"


def test_commands_in_the_text_are_those_of_the_command_line() -> None:
    for line in re.findall(r"`allteach ([^`]+)`", README):
        name, command = next((each for each in _commands().items() if line.startswith(each[0])), ("", None))
        known = {spelling for one in command.params for spelling in one.opts} if command else set()

        assert name, line
        assert set(re.findall(r"--[a-z-]+", line)) <= known, line


@pytest.mark.parametrize(
    ("command", "what_comes_after_it"),
    [("tick --dry-run", "There is no database"), ("demo --port 65536", "Port 65536 can't be used")],
)
def test_the_example_of_an_instant_is_taken(tmp_path: Path, command: str, what_comes_after_it: str) -> None:
    (row,) = [row for name, row in map(_command, _rows("Commands")) if command.startswith(name)]
    (example,) = re.findall(r"`--at ([^`]+)`", row)

    done = allteach(*command.split(), "--at", example, at=tmp_path)

    assert done.stderr.startswith(what_comes_after_it)


def test_whoever_tries_the_demo_learns_when_its_clock_starts_and_who_coordinates_there() -> None:
    told = " ".join(README.partition("\n| A cycle")[0].split())
    (coordinator,) = [one.name for one in reader.open_file(demo.OPEN_DOOR).people if "coordinator" in one.roles]

    assert f"{coordinator}, who coordinates" in told
    assert f"{demo.OPENS:%A} {demo.OPENS.day} {demo.OPENS:%B %Y at %H:%M}" in told


def test_whoever_reads_about_launching_learns_where_it_can_be_looked_at() -> None:
    (step,) = re.findall(r"^6\. .*?(?=\n\n)", _section("On a real Slack in ten minutes"), re.DOTALL | re.MULTILINE)

    assert "**Launch**" in step
    assert "`make demo` is launched already" in step
    assert "`allteach tick --dry-run`" in step


def test_the_collaborative_file_it_shows_is_taken_and_has_every_key_there_is() -> None:
    reader.read(_shown_file(), "README.md")

    keys = list(_keys(CollaborativeFile, [marked_yaml.read(_shown_file()).tree]))
    assert not {key for key, _ in keys} - {key for key, shown in keys if shown}


def test_the_collaborative_file_it_shows_names_every_value_one_can_choose() -> None:
    told = set(re.findall(r"[a-z_]+", _shown_file()))

    assert not {*_choices(CollaborativeFile), *STAFF_ROLES, *TEAM_ROLES, *STATUSES} - told


def test_the_scope_table_is_that_of_the_manifest() -> None:
    wanted = [f"| `{scope}` | {reason} |" for scope, reason in sorted(manifest.SCOPES.items())]

    assert _rows("For your security reviewer") == wanted, "the rows should be:\n" + "\n".join(wanted)


def test_the_columns_of_a_file_of_numbers_are_those_that_are_read() -> None:
    table = README.partition("## Monthly numbers from a file")[2].partition("## Commands")[0]

    unnamed = {name for names in sheet_headings.COLUMNS.values() for name in names if name not in table}

    assert not unnamed


def test_the_tree_is_the_one_on_the_disk() -> None:
    told = dict(_tree())

    assert set(told[""]) == _folders("")
    for folder, inside in told.items():
        assert set(inside) <= _folders(folder) | _files(folder), folder
        assert not inside or set(inside) >= _folders(folder), f"{folder} has more folders than the README tells"


def test_what_one_is_told_to_make_can_be_made() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    first = re.search(r"```\n(.*?)```", README, re.DOTALL)

    assert first
    assert re.findall(r"^make ([a-z-]+)", first[1], re.MULTILINE) == ["demo", "test"]
    assert set(re.findall(r"`make ([a-z-]+)`", README)) <= targets


def test_pictures_and_files_it_points_to_are_there_and_pictures_are_told_in_words() -> None:
    pictures = re.findall(r'<img src="([^"]+)"[^>]*? alt="([^"]+)"', README)
    pictures += [(place, words) for words, place in re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", README)]
    files = re.findall(r"(?<!!)\[[^\]]+\]\((?!https?:|#)([^)#]+)", README)

    assert len(pictures) >= 2
    assert len(pictures) == README.count("<img ") + README.count("![")
    assert not [place for place in (*(place for place, _ in pictures), *files) if not (ROOT / place).is_file()]
    assert all(len(words) > 40 for _, words in pictures)


@pytest.mark.parametrize("folder", ["handlers", "jobs", "templates", "bot/domain", "tests"])
def test_files_named_in_the_text_exist(folder: str) -> None:
    named = re.findall(rf"`({folder}/[a-z_0-9/.]+)`", README)

    assert not [name for name in named if not re.search(r"\bx\b|_x\.", name) and not (ROOT / name).exists()]


def _section(heading: str) -> str:
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", README, re.DOTALL | re.MULTILINE)
    assert found, f"the README has no section {heading}"
    return found[1]


def _rows(heading: str) -> list[str]:
    """The rows of the section's table, without its head."""
    lines = [re.sub(r"\s+", " ", line.strip()) for line in _section(heading).splitlines() if line.startswith("|")]
    assert lines, f"the section {heading} has no table"
    return lines[2:]


def _shown_file() -> str:
    found = re.search(r"```yaml\n(.*?)```", _section("The collaborative file"), re.DOTALL)
    assert found, "the section The collaborative file shows none"
    return found[1]


def _keys(shape: type[BaseModel], entries: list[Any]) -> Iterator[tuple[str, bool]]:
    """Every key there can be, and whether one of these entries has it."""
    for name, entry in shape.model_fields.items():
        below = [one[name] for one in entries if isinstance(one, dict) and name in one]
        yield f"{shape.__name__}.{name}", bool(below)
        for inner in _parts(entry.annotation, lambda part: isinstance(part, type) and issubclass(part, Entry)):
            yield from _keys(inner, [one for each in below for one in (each if isinstance(each, list) else [each])])


def _choices(shape: type[BaseModel]) -> Iterator[str]:
    """Every value of every key that takes one of a few."""
    for entry in shape.model_fields.values():
        for chosen in _parts(entry.annotation, lambda part: get_origin(part) is Literal):
            yield from get_args(chosen)
        for inner in _parts(entry.annotation, lambda part: isinstance(part, type) and issubclass(part, Entry)):
            yield from _choices(inner)


def _parts(annotation: Any, wanted: Callable[[Any], bool]) -> Iterator[Any]:
    """The parts of a type that are wanted."""
    if wanted(annotation):
        yield annotation
        return
    for part in get_args(annotation):
        yield from _parts(part, wanted)


def _default(value: Any) -> str:
    """A default as one would set it."""
    if value is None or value == "" or (hasattr(value, "get_secret_value") and not value.get_secret_value()):
        return ""
    if isinstance(value, tuple):
        return " `" + "-".join(f"{one:%H:%M}" for one in value) + "`"
    return f" `{value}`"


def _command(row: str) -> tuple[str, str]:
    """A row's command, without its options and arguments, and all that the row says."""
    words = re.findall(r"`allteach ([^`]+)`", row)[0].split()
    return " ".join(word for word in words if re.fullmatch(r"[a-z]+", word)), row


def _commands() -> dict[str, TyperCommand]:
    """Every command of the command line by its name."""
    root = get_command(cli)
    assert isinstance(root, TyperGroup)
    return dict(_leaves("", root))


def _leaves(before: str, group: TyperGroup) -> Iterator[tuple[str, TyperCommand]]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from _leaves(f"{before}{name} ", command)
        else:
            assert isinstance(command, TyperCommand)
            yield f"{before}{name}", command


def _shown(argument: TyperArgument) -> str:
    """An argument as one is told it."""
    name = str(argument.name).upper()
    return name if argument.required else f"[{name}]"


def _mentions(row: str, option: TyperOption) -> bool:
    return any(spelling in row for spelling in (*option.opts, *option.secondary_opts))


def _tree() -> Iterator[tuple[str, list[str]]]:
    """Folder → what is shown in it; the first folder is the repository itself."""
    found = re.search(r"```\n(.*?)```", _section("The house"), re.DOTALL)
    assert found, "the section The house has no tree"
    top: list[str] = []
    inside: dict[str, list[str]] = {}
    for line in filter(str.strip, found[1].splitlines()):
        name = line.split()[0].rstrip("/")
        if line.startswith(" "):
            inside[top[-1]].append(name)
        else:
            top.append(name)
            inside[name] = []
    yield "", top
    yield from inside.items()


def _folders(where: str) -> set[str]:
    return {path.name for path in (ROOT / where).iterdir() if path.is_dir() and not _is_left_out(path.name)}


def _files(where: str) -> set[str]:
    return {path.name for path in (ROOT / where).iterdir() if path.is_file() and not _is_left_out(path.name)}


def _is_left_out(name: str) -> bool:
    return name.startswith(".") or name.endswith(LEFT_OUT)
