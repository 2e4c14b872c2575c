"""Texts: their methods, and formatting, where the result is exact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from convt_lint.interpret import enums, operators
from convt_lint.interpret.arguments import Arguments
from convt_lint.interpret.machine import Raised
from convt_lint.interpret.operators import Undefined
from convt_lint.interpret.values import MEMBERS, Text, Unknown, Value, is_exact

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator

MAX_FIELD = 4
"""The most digits of a width in a format: `f"{x:>10000000}"` would be huge."""
MAX_REPLACED = 1_000_000
_EXACT = frozenset(
    {
        *("lower", "upper", "strip", "lstrip", "rstrip", "startswith", "endswith", "replace", "title", "capitalize", "swapcase", "casefold"),
        *("isdigit", "isnumeric", "isalpha", "isalnum", "isupper", "islower", "isidentifier", "find", "rfind", "count", "removeprefix", "removesuffix"),
        *("partition", "rpartition", "index", "rindex", "zfill", "__len__"),
    }
)
_LISTS = frozenset({"split", "rsplit", "splitlines"})


def plain_text(evaluator: Evaluator, value: Value) -> str | None:
    """`str(value)` where it is certain: a dimension or an enum's member may show itself otherwise."""
    if isinstance(value, MEMBERS):
        return enums.text_of(evaluator, value)
    if type(value) in (str, bool, int, float, type(None)):
        text = str(value)
        return text if len(text) <= operators.MAX_SEQUENCE else None
    return None


def formatted(evaluator: Evaluator, value: Value, conversion: str | None, spec: str) -> str | None:
    """What `{value!conversion:spec}` gives, None where it is not certain."""
    if conversion is None and not spec:
        return plain_text(evaluator, value)
    if type(value) not in (str, bool, int, float) or max(map(len, _numbers_in(spec)), default=0) > MAX_FIELD:
        return None
    shown: Any = value if conversion is None else repr(value) if conversion == "r" else str(value) if conversion == "s" else ascii(value)
    try:
        return format(shown, spec)
    except ValueError:
        raise Raised from None


def _numbers_in(spec: str) -> list[str]:
    return "".join(letter if letter.isdigit() else " " for letter in spec).split()


def formatted_string(evaluator: Evaluator, node: cst.FormattedString) -> Value:
    """An f-string. Its parts are evaluated in any case."""
    pieces: list[str | None] = []
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            text = part.value
            pieces.append(None if "\\" in text else text.replace("{{", "{").replace("}}", "}"))
            continue
        assert isinstance(part, cst.FormattedStringExpression)
        value = evaluator.evaluate(part.expression)
        spec = _spec(evaluator, part)
        pieces.append(None if spec is None or part.equal is not None else formatted(evaluator, value, part.conversion, spec))
    known = [piece for piece in pieces if piece is not None]
    return "".join(known) if len(known) == len(pieces) and sum(map(len, known)) < 1000 else Text()


def _spec(evaluator: Evaluator, part: cst.FormattedStringExpression) -> str | None:
    """The format after the colon, whose own fields are evaluated."""
    found: list[str] = []
    for item in part.format_spec or ():
        if isinstance(item, cst.FormattedStringText):
            found.append(item.value)
            continue
        assert isinstance(item, cst.FormattedStringExpression)
        text = plain_text(evaluator, evaluator.evaluate(item.expression))
        if text is None:
            return None
        found.append(text)
    return "".join(found)


def method(evaluator: Evaluator, receiver: str, name: str, arguments: Arguments, node: cst.CSTNode) -> Value:
    """A method of a known text; NotImplemented for what is not known of it."""
    text, given = str.__str__(receiver), arguments.positional
    if name == "join" and len(given) == 1:
        items = evaluator.items(given[0])
        if items is None or not all(isinstance(item, str) for item in items):
            return Text()
        size = sum(map(len, items)) + len(text) * len(items)
        return text.join(str.__str__(item) for item in items) if size < operators.MAX_SEQUENCE else Text()
    if name == "format":
        return _format(evaluator, text, arguments)
    if arguments.star or arguments.double_star or not all(is_exact(value) for value in arguments.values()):
        return Text() if name in _EXACT and not any(isinstance(value, Unknown) for value in arguments.values()) else NotImplemented
    if name == "replace" and len(text) * max((len(value) for value in given if isinstance(value, str)), default=0) > MAX_REPLACED:
        return Text()
    if name == "zfill" and not (given and isinstance(given[0], int) and given[0] < 10**MAX_FIELD):
        return Text()
    if name in _EXACT and not arguments.keywords:
        try:
            return operators.compute(getattr(text, name), *given)
        except Undefined:
            return evaluator.machine.unknown(f"{name}()", node)
    if name in _LISTS:
        try:
            return evaluator.new_list(tuple(getattr(text, name)(*given, **dict(arguments.keywords))))
        except (TypeError, ValueError):
            raise Raised from None
    return NotImplemented


def _format(evaluator: Evaluator, text: str, arguments: Arguments) -> Value:
    """`"{}_{name}".format(...)` of plain values, without formats of their own."""
    if arguments.star or arguments.double_star or any(mark in text for mark in (":", "!", "[", ".")):
        return Text()
    positional = [plain_text(evaluator, value) for value in arguments.positional]
    keywords = {name: plain_text(evaluator, value) for name, value in arguments.keywords}
    if None in positional or None in keywords.values() or len(text) + sum(len(item or "") for item in positional) > 1000:
        return Text()
    try:
        return text.format(*positional, **keywords)
    except (IndexError, KeyError, ValueError):
        raise Raised from None


def percent(evaluator: Evaluator, text: str, value: Value) -> Value:
    """`"%d_%s" % (3, "a")` of plain values, without widths."""
    values = value if isinstance(value, tuple) else (value,)
    if any(type(item) not in (int, str) for item in values) or len(text) > 1000:
        return Text()
    pieces = text.replace("%%", "").split("%")[1:]
    if any(not piece or piece[0] not in "ds" for piece in pieces):
        return Text()
    try:
        return text % tuple(values)
    except (TypeError, ValueError):
        raise Raised from None
