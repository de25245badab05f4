"""Finds the regular expressions of the packages, and writes texts that cost a bad one more than its share.

Patterns in `pattern=` of Pydantic are no concern: its engine takes linear time by construction.
"""

import ast
import importlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, pairwise
from pathlib import Path
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any, AnyStr
from unittest.mock import patch

from prometheus_client import CollectorRegistry

from trackline_local.packages import FOLDERS, modules
from trackline_local.steps import ROOT

_WHOLE = {"finditer", "findall", "sub", "subn", "split"}
_ONCE = {"match", "fullmatch", "search"}
_SAMPLES = {ops.CATEGORY_DIGIT: "0", ops.CATEGORY_SPACE: " ", ops.CATEGORY_WORD: "a"}
_OTHER = "~"
_MOST_UNITS = 24


@dataclass(frozen=True)
class Found:
    """A pattern and the methods by which its module uses it. All of the latter that read a text to its end are
    `finditer` here."""

    module: str
    pattern: re.Pattern[Any]
    methods: frozenset[str]

    def __str__(self) -> str:
        return f"{self.module}: {self.pattern.pattern!r:.60}"


def find_all() -> list[Found]:
    # The gateway and the services never share a process, so that some of their metrics have the same names.
    with patch.object(CollectorRegistry, "register"):
        return [found for name in sorted(_names()) for found in in_module(importlib.import_module(name))]


def in_module(module: ModuleType) -> Iterator[Found]:
    """Yields the patterns among the module's values, and those that its functions give to `re`."""
    tree = ast.parse(Path(str(module.__file__)).read_text())
    for name, value in vars(module).items():
        for pattern in _patterns_in(value):
            yield Found(module.__name__, pattern, _methods(tree, name))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _is_of_re(node.func) and node.args:
            yield from _inline(module, node)


def hostile_texts(pattern: str, flags: int) -> Iterator[Callable[[int], str]]:
    """Yields makers of texts of a length. A text begins as the pattern does, repeats something that the pattern
    repeats, and ends as no match does."""
    pieces = list(_pieces(parser.parse(pattern, flags)))
    heads = list(dict.fromkeys(["", *accumulate(pieces)]))
    pairs = [first + second for first, second in pairwise(pieces)]
    units = list(dict.fromkeys([*pieces, *pairs, *heads[1:], " ", "a", "0", _OTHER, "a "]))[:_MOST_UNITS]
    for head in heads[:_MOST_UNITS]:
        for unit in units:
            yield partial(_text, head, unit)


def _text(head: str, unit: str, length: int) -> str:
    return head + unit * (length // len(unit)) + "\0"


def run(found: Found, text: str) -> None:
    """Uses the pattern as its module does."""
    subject: Any = text.encode("latin-1", "replace") if isinstance(found.pattern.pattern, bytes) else text
    for method in found.methods:
        used = getattr(found.pattern, method)(subject)
        if method == "finditer":
            for _ in used:
                pass


def source(pattern: AnyStr) -> str:
    return pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern


def _names() -> Iterator[str]:
    for folder in (one for one in FOLDERS if one != "deploy/local"):
        for path in (path for package in modules(folder) for path in (ROOT / folder / package).rglob("*.py")):
            if "import re\n" in path.read_text():
                yield ".".join(path.relative_to(ROOT / folder).with_suffix("").parts).removesuffix(".__init__")


def _patterns_in(value: Any) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from _patterns_in(list(value.values()))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _patterns_in(one)


def _methods(tree: ast.Module, name: str) -> frozenset[str]:
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name
    }
    return _plain(used) or frozenset({"search"})


def _plain(used: set[str]) -> frozenset[str]:
    return frozenset(used & _ONCE | ({"finditer"} if used & _WHOLE else set()))


def _is_of_re(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "re"


def _inline(module: ModuleType, call: ast.Call) -> Iterator[Found]:
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if methods := _plain({method}):
        given = {word.arg: word.value for word in call.keywords}
        try:
            pattern = _value(module, call.args[0])
            flags = _value(module, given["flags"]) if "flags" in given else 0
        except NameError:
            # It is made of a word that the function gets. Such a word is escaped.
            return
        yield Found(module.__name__, re.compile(pattern, flags), methods)


def _value(module: ModuleType, expression: ast.expr) -> Any:
    return eval(compile(ast.Expression(expression), "<pattern>", "eval"), dict(vars(module)))


def _pieces(tokens: Any) -> Iterator[str]:
    """Yields what matches each part of a pattern, in their order. Of a repeated part it is one round."""
    run_of_letters = ""
    for op, value in tokens:
        if op is ops.LITERAL:
            run_of_letters += chr(value)
            continue
        if run_of_letters:
            yield run_of_letters
            run_of_letters = ""
        yield from _piece(op, value)
    if run_of_letters:
        yield run_of_letters


def _piece(op: Any, value: Any) -> Iterator[str]:
    if op is ops.IN:
        yield from _of_class(value)
    elif op in (ops.ANY, ops.NOT_LITERAL):
        yield _OTHER
    elif op in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
        yield from _pieces(value[2])
    elif op is ops.SUBPATTERN:
        yield from _pieces(value[3])
    elif op is ops.ATOMIC_GROUP:
        yield from _pieces(value)
    elif op is ops.BRANCH:
        for one in value[1]:
            yield from _pieces(one)
    elif op is ops.ASSERT:
        yield from _pieces(value[1])


def _of_class(members: list[tuple[Any, Any]]) -> Iterator[str]:
    known = [letter for letter in map(_member, members[:6]) if letter]
    if members[0][0] is ops.NEGATE:
        yield _OTHER
    else:
        yield from known[:3]


def _member(member: tuple[Any, Any]) -> str:
    op, value = member
    if op is ops.LITERAL:
        return chr(value)
    if op is ops.RANGE:
        return chr(value[0])
    return _SAMPLES.get(value, _OTHER) if op is ops.CATEGORY else ""
