"""What IPython adds to Python, taken out of a cell so that rows stay where they are: magics, shell commands and calls for help."""

from __future__ import annotations

import re
from textwrap import dedent

from convt_lint.sources.texts import is_python

PYTHON_CELLS = frozenset({"capture", "debug", "prun", "time"})
"""Cell magics that run the rest of the cell as a part of the notebook."""

Row = tuple[str, int]
"""A row of code, and how much further right it stands in the cell."""

_NUMBERED = re.compile(r"(?:(?:\[(?:nav|ins)\])? )?In \[\d+\]: |\s*\.{3,}: ?")
_PROMPTS = ((re.compile(r"[ \t]*>>>"), re.compile(r"[ \t]*(?:>>>|\.\.\.)[ \t]?")), (_NUMBERED, _NUMBERED))
"""What shows that a cell was pasted from a session, Python's or IPython's, and what is taken off all its lines then."""
_CELL_MAGIC = re.compile(r"%%(\w*)")
_TIMED = re.compile(r"(\s*)(%time\s+)(?=[^\s-])")
_ESCAPED = re.compile(r"\s*(?:[%!?]|[\w.%*]+\?{1,2}\s*;?\s*$)")
_ASSIGNED = re.compile(r"(\s*[^\s#=(!%][^#=(!%]*=\s*)(?:(%time\s+)(?=[^\s-])|[%!])")
_TOKEN = re.compile(r"#.*|\"\"\"|'''|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|[()\[\]{}]|\\$")


def rows_of_cell(lines: list[str]) -> list[Row]:
    """The rows of a cell's code, one for each line: without what IPython takes off first, an indentation of all lines and prompts, and without magics."""
    given = _dedented([(line, 0) for line in lines])
    rows = _without_magics(given)
    prompts = [prompt for first, prompt in _PROMPTS if any(first.match(line) for line, _ in given)]
    # What looks like a prompt in a string of a cell that Python reads is none.
    if prompts and not _is_python(rows):
        for prompt in prompts:
            stripped = _without_magics(_dedented([_without(prompt, row) for row in given]))
            if _is_python(stripped):
                return stripped
    return rows


def _without_magics(rows: list[Row]) -> list[Row]:
    found = without_magics([line for line, _ in rows])
    return [(row, shift + before) for (row, shift), (_, before) in zip(found, rows, strict=True)]


def _is_python(rows: list[Row]) -> bool:
    return is_python("\n".join(row for row, _ in rows))


def _without(prompt: re.Pattern[str], row: Row) -> Row:
    mark = prompt.match(row[0])
    return (row[0][mark.end() :], row[1] + mark.end()) if mark is not None else row


def _dedented(rows: list[Row]) -> list[Row]:
    made = dedent("\n".join(line for line, _ in rows)).split("\n")
    first = next((line for line in made if line.strip()), "")
    if first[:1] in (" ", "\t") and not first.lstrip().startswith("#"):
        # No Python begins so. Before IPython 9.5 the first line's indentation was what all lost that have it.
        made = [line.removeprefix(first[: len(first) - len(first.lstrip())]) for line in made]
    return [(new, shift + len(line) - len(new)) for new, (line, shift) in zip(made, rows, strict=True)]


def without_magics(lines: list[str]) -> list[Row]:
    """The rows of code, one for each line."""
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    magic = _CELL_MAGIC.match(lines[first]) if lines else None
    if magic is not None:
        return [("", 0)] * first + _under(magic[1], lines[first + 1 :])
    # What Python reads holds none of these, and a line may then well begin with a percent sign.
    return [(line, 0) for line in lines] if is_python("\n".join(lines)) else _Lines().read(lines)


def _under(magic: str, rest: list[str]) -> list[Row]:
    """The rows of a cell from its cell magic on."""
    if magic in PYTHON_CELLS:
        return [("", 0), *rows_of_cell(rest)] if rest else [("", 0)]
    rows = rows_of_cell(rest) if magic == "timeit" and rest else []
    if not any(row.strip() and not row.lstrip().startswith("#") for row, _ in rows):
        return [("", 0)] * (len(rest) + 1)
    # What is timed is run in a function: the notebook does not see the names that it binds.
    return [("def _timed():", 0), *((f" {row}", shift - 1) for row, shift in rows)]


class _Lines:
    """Reads lines in order, and knows whether a statement can begin on the next."""

    def __init__(self) -> None:
        self._depth = 0
        self._quote = ""
        self._joined = False

    def read(self, lines: list[str]) -> list[Row]:
        rows: list[Row] = []
        goes_on = False
        for line in lines:
            if goes_on:
                goes_on = line.endswith("\\")
                rows.append(("", 0))
                continue
            row = None if self._depth or self._quote or self._joined else _replaced(line)
            if row is None:
                row = (line, 0)
            elif _TIMED.match(line) is None:
                goes_on = line.endswith("\\")
            self._pass(row[0])
            rows.append(row)
        return rows

    def _pass(self, line: str) -> None:
        self._joined = False
        at = 0
        while at <= len(line):
            if self._quote:
                end = line.find(self._quote, at)
                if end < 0:
                    return
                at, self._quote = end + 3, ""
                continue
            token = _TOKEN.search(line, at)
            if token is None:
                return
            at = token.end()
            if token[0] in ('"""', "'''"):
                self._quote = token[0]
            elif token[0] in "([{":
                self._depth += 1
            elif token[0] in ")]}":
                self._depth = max(self._depth - 1, 0)
            elif token[0] == "\\":
                self._joined = True
                return


def _replaced(line: str) -> Row | None:
    """A line that only IPython understands as one that Python does, None for any other: what it computes is unknown, what %time runs is not."""
    if timed := _TIMED.match(line):
        return timed[1] + line[timed.end() :], len(timed[2])
    if _ESCAPED.match(line):
        return f"{line[: len(line) - len(line.lstrip())]}pass", 0
    assigned = _ASSIGNED.match(line)
    if assigned is None:
        return None
    if assigned[2]:
        return assigned[1] + " " * len(assigned[2]) + line[assigned.end() :], 0
    return f"{assigned[1]}get_ipython()", 0
