"""Our own source code, as the tests that hold the house together read it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One file: its name as Python imports it, its place, and what is written in it."""

    module: str
    path: str
    tree: ast.Module

    def at(self, node: ast.expr | ast.stmt) -> str:
        """Where that stands, for a sentence about it."""
        return f"{self.path}:{node.lineno}"

    def imports(self) -> Iterator[tuple[str, ast.stmt]]:
        """Every module and name imported, wherever in the file."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Every call, with the dotted name of what is called."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func), node

    def functions(self) -> Iterator[Function]:
        """The functions at the top of the file."""
        return (node for node in self.tree.body if isinstance(node, Function))

    def texts(self) -> Iterator[tuple[str, ast.Constant]]:
        """Every text in the code, docstrings left out."""
        docstrings = {id(node.value) for node in ast.walk(self.tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                yield node.value, node


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
