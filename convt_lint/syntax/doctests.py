"""Doctests as code: the examples of a source's docstrings as functions behind its end, and where their rows stand.

>>> up = Up(16, 8)                                    def _doctest_12():
>>> up(torch.randn(1, 16, 10)).shape          ->          up = Up(16, 8)
torch.Size([1, 8, 20])                                    assert (up(torch.randn(1, 16, 10)).shape) == (1, 8, 20)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from convt_lint.syntax.comments import strings_with
from convt_lint.syntax.expression_texts import parse_quietly

_PROMPT = re.compile(r"(\s*)>>>(?: |$)(.*)")
_MORE = re.compile(r"\s*\.\.\.(?: |$)(.*)")
_SIZE = re.compile(r"(?:torch\.)?Size\((\[[\d, ]*\])\)|([(\[][\d, ]*[)\]])")
_IMPORT = re.compile(r"from\s+(?!torch\b)[\w.]+\s+import\s+([\w, ]+)$")
MAX_ROWS = 400


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row of code stands in the source: its row, how much further right, and the columns between which it stands."""

    row: int
    shift: int
    first: int
    last: int

    def column(self, column: int) -> int:
        return min(max(column + self.shift, self.first), self.last)


@dataclass(frozen=True, slots=True)
class Doctests:
    """Examples as code to put behind a source, `count` functions of it, and where each of its rows stands there."""

    code: str
    count: int
    places: list[Place] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Example:
    """Statements of one docstring: the lines after the prompts, the row and the column of the first, and what is printed."""

    lines: list[str]
    row: int
    column: int
    printed: str


def doctests(text: str) -> Doctests | None:
    """The examples in a source's docstrings; None where there are none."""
    if ">>>" not in text:
        return None
    lines = text.splitlines()
    own = frozenset(re.findall(r"^(?:class|def)[ \t]+(\w+)", text, re.MULTILINE))
    code: list[str] = []
    places: list[Place] = []
    for first, last in strings_with(text, ">>>"):
        examples = [example for example in _examples(lines, first, last) if "Traceback" not in example.printed]
        if any(map(_matters, examples)) and sum(len(example.lines) for example in examples) <= MAX_ROWS:
            code.append(f"def _doctest_{first}():")
            places.append(Place(first, 0, 1, 1))
            for example in examples:
                made, added = statement(example, own)
                code += [f"    {line}" for line in made]
                places += _places(example, added)
    return Doctests("\n".join(["", *code, ""]), sum(line.startswith("def ") for line in code), places) if code else None


def _matters(example: Example) -> bool:
    """Whether an example may say something of sizes: it prints some, or holds a transposed convolution itself."""
    text = " ".join((*example.lines, example.printed))
    return _SIZE.search(text) is not None or "ConvTranspose" in text or "conv_transpose" in text


def _examples(lines: list[str], first: int, last: int) -> Iterator[Example]:
    row = first
    while row <= last:
        prompt = _PROMPT.match(lines[row - 1])
        row += 1
        if prompt is None:
            continue
        start, body = row - 1, [prompt[2]]
        while row <= last and (more := _MORE.match(lines[row - 1])) is not None:
            body.append(more[1])
            row += 1
        printed: list[str] = []
        while row <= last and lines[row - 1].strip(" \t\"'") and _PROMPT.match(lines[row - 1]) is None:
            printed.append(lines[row - 1].strip(" \t\"'"))
            row += 1
        yield Example(body, start, len(prompt[1]) + 5, " ".join(printed))


def _places(example: Example, added: int) -> Iterator[Place]:
    """Where an example's lines stand; `added`: how much stands in the code before the first, and not in the source."""
    for index, line in enumerate(example.lines):
        shift = example.column - 5 - (added if index == 0 else 0)
        yield Place(example.row + index, shift, example.column, example.column + len(line))


def statement(example: Example, own: frozenset[str]) -> tuple[list[str], int]:
    """An example's lines as code, and how much is added to the first: one that prints a shape becomes an assert. What is no Python becomes nothing,
    as many lines of it."""
    nothing = ["pass", *[""] * (len(example.lines) - 1)]
    source = "\n".join(example.lines)
    tree = parse_quietly(source)
    if not isinstance(tree, ast.Module):
        return nothing, 0
    imported = _IMPORT.match(source.strip())
    if imported is not None and {name.strip() for name in imported[1].split(",")} <= own:
        return nothing, 0
    node = tree.body[0] if len(tree.body) == 1 else None
    if not isinstance(node, ast.Expr):
        return (example.lines if tree.body else nothing), 0
    comment = source.rpartition("#")[2] if "#" in example.lines[-1] else ""
    shape = _shape(example.printed) or _shape(comment.strip())
    value = node.value
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "print" and len(value.args) == 1 and not value.keywords:
        value = value.args[0]
    written = ast.get_source_segment(source, value) if shape is not None else None
    if written is None:
        return example.lines, 0
    made = f"assert ({written}) == {shape}".split("\n")
    return [*made, *[""] * (len(example.lines) - len(made))], len("assert (") - value.col_offset


def _shape(text: str) -> str | None:
    """A printed shape as a tuple's text."""
    match = _SIZE.fullmatch(text)
    numbers = re.findall(r"\d+", (match[1] or match[2])) if match is not None else []
    return f"({', '.join(numbers)},)" if numbers and all(len(number) < 12 for number in numbers) else None
