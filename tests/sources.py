"""Our own source code, as the tests that hold the house together read it."""

import ast
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
Function = ast.FunctionDef | ast.AsyncFunctionDef


def changed_at() -> float:
    """When one of our files was changed last, in seconds since 1970."""
    folders = ("bot", "handlers", "jobs", "templates", "tests")
    ours = (path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix != ".pyc")
    return max(path.stat().st_mtime for path in ours if path.is_file())


@dataclass(frozen=True)
class Source:
    """One file: its name as Python imports it, its place, and what is written in it."""

    module: str
    path: str
    tree: ast.Module

    def at(self, node: ast.expr | ast.stmt) -> str:
        """Where that stands, for a sentence about it."""
        return f"{self.path}:{node.lineno}"

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Everything that is written in it, in one list."""
        return list(ast.walk(self.tree))

    @cached_property
    def imports(self) -> list[tuple[str, ast.stmt]]:
        """Every module and name imported, wherever in the file."""
        whole = [(alias.name, node) for node in self.nodes if isinstance(node, ast.Import) for alias in node.names]
        return whole + [
            (f"{node.module}.{alias.name}", node)
            for node in self.nodes
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        ]

    @cached_property
    def calls(self) -> list[tuple[str, ast.Call]]:
        """Every call, with the dotted name of what is called."""
        return [(ast.unparse(node.func), node) for node in self.nodes if isinstance(node, ast.Call)]

    @cached_property
    def functions(self) -> list[Function]:
        """The functions at the top of the file."""
        return [node for node in self.tree.body if isinstance(node, Function)]

    @cached_property
    def texts(self) -> list[tuple[str, ast.Constant]]:
        """Every text in the code, docstrings left out."""
        docstrings = {id(node.value) for node in self.nodes if isinstance(node, ast.Expr)}
        constants = (node for node in self.nodes if isinstance(node, ast.Constant) and id(node) not in docstrings)
        return [(node.value, node) for node in constants if isinstance(node.value, str)]


@cache
def of(package: str) -> tuple[Source, ...]:
    """Every file of one of our packages."""
    return tuple(_read(path) for path in sorted((ROOT / package).rglob("*.py")))


def the_bot() -> tuple[Source, ...]:
    """What runs on a Slack: everything but the practice Slack and the migrations."""
    ours = (*of("bot"), *of("handlers"), *of("jobs"))
    return tuple(one for one in ours if not one.module.startswith(("bot.sandbox", "bot.migrations")))


def _read(path: Path) -> Source:
    place = path.relative_to(ROOT)
    module = ".".join(place.with_suffix("").parts).removesuffix(".__init__")
    return Source(module, str(place), ast.parse(path.read_text(encoding="utf-8")))
