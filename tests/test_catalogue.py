"""Every sentence that an answer can hold has its Norwegian, with the same places to fill in.

The sources are walked. Whatever is given to an argument or field called `message` or `summary` is a key of the
catalogue, be it a text, a name that was given a text in the same function, or one of two. So are the texts of errors
that parsers raise, which are shown with a capital letter, and those of tables called MESSAGES.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

import reskontro
from reskontro.platform.languages import norwegian, text

SOURCES = Path(reskontro.__file__).parent
AREAS = ("kernel/problems.py", "http", "ledger")
NAMES = frozenset({"message", "summary"})
NOT_FOR_CALLERS = frozenset({"Endpoint"})  # a summary of it is documentation, in English
# Messages that are put together while running.
COMPUTED = ("A number with at most 2 decimals is wanted", "A number with at most 4 decimals is wanted")

TREES = {
    path.relative_to(SOURCES): ast.parse(path.read_text(encoding="utf-8"))
    for area in AREAS
    for path in ([SOURCES / area] if area.endswith(".py") else sorted((SOURCES / area).rglob("*.py")))
}


def takers() -> dict[str, set[int]]:
    """What takes messages: the name of a function or class, and where among its positional arguments."""
    found: dict[str, set[int]] = defaultdict(set)
    for tree in TREES.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                names = [arg.arg for arg in node.args.args if arg.arg not in {"self", "cls"}]
                found[node.name] |= {at for at, name in enumerate(names) if name in NAMES}
            elif isinstance(node, ast.ClassDef):
                fields = [
                    n.target.id for n in node.body if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)
                ]
                made = [n for n in node.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"]
                names = [arg.arg for arg in made[0].args.args[1:]] if made else fields
                found[node.name] |= {at for at, name in enumerate(names) if name in NAMES}
    return {name: places for name, places in found.items() if name not in NOT_FOR_CALLERS}


TAKERS = takers()


def texts_of(node: ast.expr | None, names: dict[str, list[ast.expr]]) -> Iterator[str]:
    match node:
        case ast.Constant(value=str() as found):
            yield found
        case ast.Name(id=name):
            for value in names.get(name, ()):
                yield from texts_of(value, {})
        case ast.IfExp(body=one, orelse=other):
            yield from texts_of(one, names)
            yield from texts_of(other, names)
        case ast.BoolOp(values=values):
            for value in values:
                yield from texts_of(value, names)


def assigned(scope: ast.AST) -> dict[str, list[ast.expr]]:
    names: dict[str, list[ast.expr]] = {}
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    names.setdefault(target.id, []).append(node.value)
    return names


def messages_of(call: ast.Call, names: dict[str, list[ast.expr]], *, shown: bool) -> Iterator[str]:
    function = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if function in {"ValueError", "WireError"} and shown and call.args:
        for found in texts_of(call.args[0], names):
            yield found[:1].upper() + found[1:]
    if function in NOT_FOR_CALLERS:
        return
    for position in TAKERS.get(function, ()):
        if position < len(call.args):
            yield from texts_of(call.args[position], names)
    for keyword in call.keywords:
        if keyword.arg in NAMES:
            yield from texts_of(keyword.value, names)


def defaults_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    arguments = function.args.args
    for argument, default in zip(reversed(arguments), reversed(function.args.defaults), strict=False):
        if argument.arg in NAMES:
            yield from texts_of(default, {})


def messages() -> dict[str, set[str]]:
    """Message to the modules that it stands in."""
    found: dict[str, set[str]] = defaultdict(set)
    for message in COMPUTED:
        found[message].add("what is computed")
    for path, tree in TREES.items():
        whole = assigned(ast.Module([node for node in tree.body if isinstance(node, ast.Assign)], []))
        texts: list[str] = []
        for table in whole.get("MESSAGES", ()):
            texts += [m for value in getattr(table, "values", ()) for m in texts_of(value, {})]
        for scope in [tree, *(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))]:
            names = whole if scope is tree else whole | assigned(scope)
            texts += [] if isinstance(scope, ast.Module) else defaults_of(scope)
            for node in ast.walk(scope):
                if isinstance(node, ast.Call):
                    texts += messages_of(node, names, shown="http" in path.parts)
        for message in texts:
            found[message].add(str(path))
    return {message: places for message, places in found.items() if message}


FOUND = messages()


def test_the_walk_finds_what_is_known_to_be_there():
    for known in (
        "The request cannot be understood",
        "Customer created",
        "A date YYYY-MM-DD is wanted",
        "The year of birth and the date of birth do not agree",
        "Unknown query parameter {name}",
    ):
        assert known in FOUND


@pytest.mark.parametrize("message", sorted(FOUND))
def test_every_message_has_its_norwegian(message):
    assert message in norwegian(), f"{message!r} of {', '.join(sorted(FOUND[message]))} is not in locale/nb.po"
    assert places(norwegian()[message]) == places(message)


def places(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def test_the_catalogue_is_sorted_and_whole():
    with files("reskontro").joinpath("locale/nb.po").open("rb") as file:
        entries = [m for m in read_po(file, locale="nb") if m.id]
    keys = [str(m.id) for m in entries]
    assert keys == sorted(keys)
    assert len(keys) == len(set(keys))
    assert [m.id for m in entries if not m.string or m.fuzzy] == []


def test_norwegian_is_norwegian():
    suspicious = re.compile(r"\b(the|is|are|not|wanted|of)\b")
    assert [english for english, norsk in norwegian().items() if suspicious.search(norsk)] == []


def test_a_message_that_is_filled_in_is_filled_in_after_translation():
    assert text("no", "Unknown query parameter {name}", {"name": "shoe"}) == "Ukjent parameter shoe"
    assert text("en", "Unknown query parameter {name}", {"name": "shoe"}) == "Unknown query parameter shoe"
