"""The directions of the house: who may know whom, who may ask the time, and that importing anything does nothing."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator

from tests import sources
from tests.sources import Function, Source

OUTSIDE_THE_DOMAIN = (
    "slack_bolt",
    "slack_sdk",
    "jinja2",
    "apscheduler",
    "structlog",
    "starlette",
    "uvicorn",
    "urllib3",
)
AROUND_THE_DOMAIN = ("bot.domain", "bot.errors", "bot.statements", "bot.times")
COMPOSING = ("bot.app", "bot.__main__", "bot.commands.ticking")
ASKING_THE_TIME = (
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "time.monotonic",
    "time.localtime", "time.gmtime", "func.now", "func.current_timestamp",
)  # fmt: skip
LATER = (
    "numpy", "matplotlib", "bot.domain.runchart_tables", "bot.drawing",
    "bot.domain.bgbb", "bot.domain.simplex", "bot.domain.stream_rows", "bot.domain.stream_scores",
)  # fmt: skip
ENVIRONMENT = ("os.environ", "os.getenv", "os.environb")
LOOK = """
import importlib, json, os, sys, threading
theirs, ours = json.loads(sys.stdin.read())
for name in theirs:
    importlib.import_module(name)
happened, importing = [], ""
TOUCHING = "os.mkdir", "os.utime", "socket.connect", "socket.bind", "sqlite3.connect", "subprocess.Popen"

class Watched(dict):
    def get(self, key, default=None):
        self.note(sys._getframe(1).f_code.co_filename)
        return super().get(key, default)
    def __getitem__(self, key):
        self.note(sys._getframe(1).f_code.co_filename)
        return super().__getitem__(key)
    def __iter__(self):
        self.note(sys._getframe(1).f_code.co_filename)
        return super().__iter__()
    def note(self, reader):
        if "site-packages" not in reader and reader.startswith(os.getcwd()) or "pydantic_settings" in reader:
            happened.append(f"{importing}: {reader} reads the environment")

def heard(event, arguments):
    written = event == "open" and (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if written or event in TOUCHING:
        happened.append(f"{importing}: {event} {arguments}")

threading.Thread.start = lambda thread: happened.append(f"{importing} starts {thread}")
os.environ = Watched(os.environ)
sys.addaudithook(heard)
for importing in ours:
    importlib.import_module(importing)
print(json.dumps(happened))
"""


def test_the_domain_knows_no_slack_no_templates_and_no_scheduler() -> None:
    strangers = [
        f"{source.at(node)} imports {name}"
        for source in sources.of("bot/domain")
        for name, node in source.imports
        if _within(name, OUTSIDE_THE_DOMAIN)
        or (_within(name, ("bot", "handlers", "jobs")) and not _within(name, AROUND_THE_DOMAIN))
    ]

    assert not strangers


def test_the_domain_never_asks_the_time() -> None:
    pure = (*sources.of("bot/domain"), *(one for one in sources.of("bot") if one.module == "bot.times"))

    assert not list(_mentions(pure, ASKING_THE_TIME))


def test_handlers_and_jobs_are_known_only_where_the_parts_are_put_together() -> None:
    outside = (one for one in sources.of("bot") if one.module not in COMPOSING)

    assert not list(_imports_of(outside, ("handlers", "jobs")))
    assert not list(_imports_of(sources.of("handlers"), ("jobs",)))
    assert not list(_imports_of(sources.of("jobs"), ("handlers",)))


def test_the_practice_slack_knows_nothing_of_ours_and_is_reached_only_by_its_address() -> None:
    inside = sources.of("bot/sandbox")
    strangers = [
        f"{source.at(node)} imports {name}"
        for source in inside
        for name, node in source.imports
        if _within(name, ("bot", "handlers", "jobs")) and not _within(name, ("bot.sandbox",))
    ]

    assert not strangers
    assert not list(_imports_of(sources.the_bot(), ("bot.sandbox",)))


def test_only_the_settings_read_the_environment() -> None:
    others = (one for one in sources.the_bot() if one.module != "bot.settings")

    assert not list(_mentions(others, ENVIRONMENT))


def test_importing_a_module_does_nothing() -> None:
    ours = [
        source.module
        for package in ("bot", "handlers", "jobs")
        for source in sources.of(package)
        if not source.module.startswith("bot.migrations")
    ]
    ours_and_theirs = [sorted(_libraries()), ours]

    look = subprocess.run(
        [sys.executable, "-B", "-c", LOOK],
        input=json.dumps(ours_and_theirs), capture_output=True, text=True, cwd=sources.ROOT, check=False,
    )  # fmt: skip

    assert look.returncode == 0, look.stderr
    assert json.loads(look.stdout) == []


def test_what_draws_and_what_computes_at_large_is_loaded_when_it_is_first_needed() -> None:
    others = (one for one in sources.the_bot() if not _within(one.module, LATER))
    at_once = [
        f"{source.at(node)} imports {name}"
        for source in others
        for name, node in source.imports
        if node in source.tree.body and _within(name, LATER)
    ]

    assert not at_once


def test_every_file_and_everything_public_says_what_it_is_for() -> None:
    silent = [
        place
        for package in ("bot", "handlers", "jobs", "tests")
        for source in sources.of(package)
        for place in _without_docstring(source)
    ]

    assert not silent


def _within(name: str, packages: Iterable[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def _imports_of(files: Iterable[Source], packages: tuple[str, ...]) -> Iterator[str]:
    for source in files:
        for name, node in source.imports:
            if _within(name, packages):
                yield f"{source.at(node)} imports {name}"


def _mentions(files: Iterable[Source], names: tuple[str, ...]) -> Iterator[str]:
    for source in files:
        for node in source.nodes:
            if isinstance(node, ast.Attribute) and ast.unparse(node) in names:
                yield f"{source.at(node)} uses {ast.unparse(node)}"
        for name, imported in source.imports:
            if name in names:
                yield f"{source.at(imported)} imports {name}"


def _libraries() -> set[str]:
    """Everything we import that isn't ours: what it does when imported is no business of this house."""
    found = {
        name if isinstance(node, ast.Import) else name.rpartition(".")[0]
        for source in sources.the_bot() + sources.of("bot/sandbox")
        for name, node in source.imports
        if not _within(name, ("bot", "handlers", "jobs", "pysqlite3"))
    }
    return found | {"pydantic_settings", "sqlalchemy.dialects.sqlite", "psycopg"}


def _without_docstring(source: Source) -> Iterator[str]:
    if not ast.get_docstring(source.tree):
        yield source.path
    if source.path.startswith("tests"):
        return
    for node in source.tree.body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            inside = node.body if isinstance(node, ast.ClassDef) else []
            for one in (node, *(part for part in inside if isinstance(part, Function))):
                if not one.name.startswith("_") and not _is_overload(one) and not ast.get_docstring(one):
                    yield f"{source.at(one)} {one.name}"


def _is_overload(node: Function | ast.ClassDef) -> bool:
    """Only its types are written there; what it is for stands where it is done."""
    return any(ast.unparse(one) == "overload" for one in node.decorator_list)
