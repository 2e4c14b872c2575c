"""From bytes to a LibCST module, or the reason why not."""

from __future__ import annotations

import ast
import codecs
import re
import warnings
from typing import NamedTuple

import libcst as cst

from convt_lint.facts import AnalysisStopped, Site
from convt_lint.syntax.guard import LAST, Bounds, Refusal, Risky, guard

SPLIT = "split the expression, or move the data to a file of its own"
_ENDING = re.compile(rb"^(?:return|break|continue)\b", re.MULTILINE)
_OUTSIDE = re.compile(r"outside function|outside loop|not properly in loop")
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")


class Parsed(NamedTuple):
    """A module, and what it was parsed from: the source, with its largest literals blanked out."""

    module: cst.Module
    source: bytes


def parse(source: bytes, bounds: Bounds = LAST) -> Parsed | AnalysisStopped:
    """Parses a source; AnalysisStopped says why and where it could not be. Raises Risky for one that could be, but not within the bounds."""
    nul = source.find(b"\0")
    if nul >= 0:
        return stopped("a null byte, which no Python source may hold", *_place(source, nul))
    problem = _undecodable(source)
    if problem is not None:
        return problem
    allowed = guard(source, bounds)
    if isinstance(allowed, Refusal):
        refused = guard(source)
        if not isinstance(refused, Refusal):
            raise Risky(allowed)
        return stopped(refused.reason, refused.row, refused.column, SPLIT)
    # LibCST takes a return outside of a function, at which all that follows would end.
    problem = misplaced(source) if _ENDING.search(source) is not None else None
    if problem is not None and _OUTSIDE.search(problem.reason) is not None:
        return problem
    try:
        return Parsed(cst.parse_module(allowed), allowed)
    except cst.ParserSyntaxError as error:
        return _without_tabs(allowed) or _syntax_error(source, error)
    except RecursionError:
        return stopped("nested too deeply", 1, 1)
    except Exception as error:  # whatever LibCST raises costs this file and no other
        return stopped(f"the parser failed: {_plain(str(error)) or type(error).__name__}", 1, 1)


def _without_tabs(source: bytes) -> Parsed | None:
    """The module with its indentation in spaces: LibCST is stricter than Python about a block indented with both."""
    if re.search(rb"^[ ]*\t", source, re.MULTILINE) is None or _python_error(source) is not None:
        return None
    expanded = re.sub(rb"(?m)^[ \t]+", lambda match: match[0].expandtabs(8), source)
    try:
        return Parsed(cst.parse_module(expanded), expanded)
    except Exception:
        return None


def _python_error(source: bytes) -> SyntaxError | None:
    """What Python itself has against a source; None where it accepts it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(source)
        except SyntaxError as error:
            return error
        except (ValueError, MemoryError, RecursionError):
            return None
    return None


def misplaced(source: str | bytes) -> AnalysisStopped | None:
    """What Python has against a source that it can parse, such as a `return` outside of a function; None where it has nothing, or cannot parse it. `await`
    outside of one is taken, as notebooks take it."""
    with warnings.catch_warnings(action="ignore"):
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return None
        try:
            compile(tree, "", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        except SyntaxError as error:
            return stopped(f"syntax error: {_plain(error.msg)}", error.lineno or 1, max(error.offset or 1, 1))
        except (ValueError, MemoryError, RecursionError):
            return None
    return None


def _syntax_error(source: bytes, error: cst.ParserSyntaxError) -> AnalysisStopped:
    """A syntax error in Python's own words where it has some, else in the parser's."""
    own = _python_error(source)
    if own is not None and own.lineno:
        return stopped(f"syntax error: {_plain(own.msg)}", own.lineno, max(own.offset or 1, 1))
    reason = error.message.splitlines()[0] if error.message else "not understood"
    return stopped(f"syntax error: {_plain(reason)}", max(error.raw_line, 1), max(error.raw_column + 1, 1))


def _plain(reason: str) -> str:
    return reason.strip().removeprefix("parser error: ").removeprefix("tokenizer error: ")[:200]


def _undecodable(source: bytes) -> AnalysisStopped | None:
    encoding = "utf-8"
    if not source.startswith(codecs.BOM_UTF8):
        for line in source.splitlines()[:2]:
            match = _COOKIE.match(line)
            if match is not None:
                encoding = match[1].decode("ascii", "replace")
                break
    try:
        codecs.lookup(encoding)
    except (LookupError, ValueError):
        return stopped(f"unknown encoding {encoding!r}", 1, 1, "use UTF-8")
    try:
        source.decode(encoding)
    except UnicodeDecodeError as error:
        return stopped(
            f"not valid {encoding}: byte 0x{source[error.start]:02x}",
            *_place(source, error.start),
            "save the file as UTF-8, or declare its encoding in the first line",
        )
    except Exception as error:
        return stopped(f"cannot be decoded as {encoding}: {_plain(str(error))}", 1, 1, "use UTF-8")
    return None


def _place(source: bytes, offset: int) -> tuple[int, int]:
    rows = source[:offset].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    return len(rows), len(rows[-1].decode("utf-8", "replace")) + 1


def stopped(reason: str, row: int, column: int, advice: str = "") -> AnalysisStopped:
    """What is said of a source that ends at a place, from 1."""
    return AnalysisStopped(Site(row, column, row, column), reason, advice)
