"""A cheap look at the bytes before LibCST gets them.

LibCST's parser recurses on the C stack and dies of deep nesting without a word (1,600 brackets; SIGSEGV), and its time is quadratic
in the length of an operator, call or attribute chain. What it can't take is refused here, with its place, and so are files of
far more statements than people write. What it takes at some risk, by the size of the stack and of the file, is told from what is certainly fine: that is
parsed in a process of its own (`isolation`). Literals of thousands of items are not refused: their items are blanked out and the literal's
value is unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of a kind a source may hold: `chain` counts the terms of an expression, `blocks` the levels of indentation, `kept_items` the items of a literal
    that can't be blanked out, and names, arguments and fields; `tokens` are those of this module's search, of which there is one for each 20 microseconds of
    the parser."""

    depth: int
    pattern_depth: int
    chain: int
    elifs: int
    lambdas: int
    kept_items: int
    statements: int
    blocks: int
    tokens: int


LAST = Bounds(
    depth=100, pattern_depth=7, chain=600, elifs=300, lambdas=200, kept_items=10_000, statements=15_000, blocks=100, tokens=1_000_000
)  # The parser takes a second for 10,000 items. The largest file of torch holds 5,000 statements.
"""What the parser can take, with a stack of 8 MB."""
SAFE = Bounds(depth=12, pattern_depth=3, chain=60, elifs=100, lambdas=20, kept_items=2_000, statements=5_000, blocks=12, tokens=40_000)
"""What costs the parser no more than half a megabyte of its stack and two seconds: all of 670 public files with a transposed convolution stay within 8, 3, 20,
59, 9, 255, 2,076, 9 and 16,346."""
MAX_ITEMS = 2000

ELIDED = b"__elided__"

_LINK = rb"\*\*|//|<<|>>|[-+*/%@&|^~.<>]|[=!]=|\b(?:and|or|not|if|in|is|lambda|await)\b"
_TOKEN = re.compile(
    rb"""
      (?P<comment>\#[^\r\n]*)
    | (?P<string>(?:\b[rRbBuUfFtT]{1,2})?(?:
          \"\"\"[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*\"\"\"
        | '''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''
        | "[^"\\\r\n]*(?:\\(?:\r\n|.)[^"\\\r\n]*)*"
        | '[^'\\\r\n]*(?:\\(?:\r\n|.)[^'\\\r\n]*)*'
      ))
    | (?P<open>[(\[{])
    | (?P<close>[)\]}])
    | (?P<elif>(?:(?<=\n)|(?<=\r))[ \t\f]*elif\b)
    | (?P<pattern>(?:(?<=\n)|(?<=\r)|\A)[ \t\f]*(?:case|del)\b)
    | (?P<newline>\\\r?\n|\r\n|\n|\r)
    | (?P<separator>[,:;])
    | (?P<link>"""
    + _LINK
    + rb""")
    """,
    re.VERBOSE | re.DOTALL,
)
_INSIDE = re.compile(rb"(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<link>" + _LINK + rb"|['\"])")
_INDENT = re.compile(rb"[ \t\f]*+(?![\r\n\#])")
"""Before a statement."""
_FORMATTED = re.compile(rb"[rR]?[fFtT][rR]?")
_WORD_BEFORE = re.compile(rb"[\w)\]}\"']\s*$")
_KEYWORD_BEFORE = re.compile(rb"\b(?:return|in|yield|not|and|or|if|else|is|await|assert|lambda|from|raise|print)\s*$")
_NAMES_FOLLOW = re.compile(rb"\b(?:import|def\s+\w+|class\s+\w+|del|with|global|for)\s*$")
_RELEVANT = re.compile(rb"(?i)conv_?transpose|convt:")


@dataclass(frozen=True, slots=True)
class Refusal:
    """What of a source is past some bounds, and where; row and column count from 1 (columns in bytes)."""

    reason: str
    row: int
    column: int


class Risky(Exception):
    """A source may be more than the parser can take where it was to be parsed; the text says what of it, at `row` and `column` (from 1)."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason)
        self.row, self.column = refusal.row, refusal.column


class _Level:
    __slots__ = ("chain", "colon", "items", "opener", "start")

    def __init__(self, start: int, opener: bytes) -> None:
        self.start = start
        self.opener = opener
        self.items = 0
        self.chain = 0
        self.colon = False


def _place(source: bytes, offset: int) -> tuple[int, int]:
    head = source[:offset].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return head.count(b"\n") + 1, offset - max(source.rfind(b"\n", 0, offset), source.rfind(b"\r", 0, offset))


def _in_string(text: bytes, bounds: Bounds) -> str:
    """What is too much in the replacement fields of an f-string, which is an expression to the parser; empty where nothing is."""
    depth = links = fields = 0
    for match in _INSIDE.finditer(text):
        kind = match.lastgroup
        if kind == "open":
            depth += 1
            fields += 1
            if depth > bounds.depth:
                return f"more than {bounds.depth} nested brackets"
            if fields > bounds.kept_items:
                return f"more than {bounds.kept_items} fields in a text"
        elif kind == "close":
            depth = max(depth - 1, 0)
        links = 0 if depth == 0 else links + 1
        if links > bounds.chain:
            return f"an expression of more than {bounds.chain} terms"
    return ""


def guard(source: bytes, bounds: Bounds = LAST) -> Refusal | bytes:
    """Returns the source to parse (literals of more than MAX_ITEMS items blanked, rows and columns kept), or what of it is past the bounds."""
    levels = [_Level(0, b"")]
    blocks = [0]
    elifs = statements = line = 0
    in_pattern, lambdas = False, 0
    blanks: list[tuple[int, int, bytes]] = []

    def refuse(reason: str, offset: int) -> Refusal:
        return Refusal(reason, *_place(source, offset))

    for count, match in enumerate(_TOKEN.finditer(source)):
        kind, offset = match.lastgroup, match.start()
        level = levels[-1]
        if kind == "open":
            level.chain += 1
            levels.append(_Level(offset, match.group()))
            if len(levels) > bounds.depth:
                return refuse(f"more than {bounds.depth} nested brackets", offset)
            if in_pattern and len(levels) > bounds.pattern_depth + 1:
                return refuse(f"more than {bounds.pattern_depth} nested brackets in a case or del", offset)
        elif kind == "pattern":
            in_pattern = len(levels) == 1
            level.chain = 0
        elif kind == "close":
            if len(levels) > 1:
                levels.pop()
                if level.items > MAX_ITEMS:
                    blank = _blank(source, level, match.end())
                    if blank is not None:
                        blanks.append((level.start, match.end(), blank))
                    elif level.items > bounds.kept_items:
                        return refuse(f"more than {bounds.kept_items} items between two brackets", level.start)
        elif kind == "separator":
            if match.group() != b":" or level.opener == b"{":
                level.chain = 0
            level.items += match.group() == b","
            if match.group() == b";":
                statements += 1
            if len(levels) == 1 and level.items > bounds.kept_items:
                return refuse(f"more than {bounds.kept_items} items in one statement", offset)
            level.colon = level.colon or match.group() == b":"
        elif kind == "newline":
            if len(levels) == 1 and not match.group().startswith(b"\\"):
                level.chain = level.items = 0
                in_pattern, lambdas = False, 0
                indent = _INDENT.match(source, line)
                if indent is not None:
                    statements += 1
                    _enter(blocks, len(indent[0].expandtabs()))
                    if len(blocks) > bounds.blocks + 1:
                        return refuse(f"more than {bounds.blocks} nested blocks", line)
                line = match.end()
        elif kind == "elif":
            elifs += 1
            level.chain = 0
            if elifs > bounds.elifs:
                return refuse(f"more than {bounds.elifs} elif branches", offset)
        elif kind == "link":
            level.chain += 1
            lambdas += match.group() == b"lambda"
            if lambdas > bounds.lambdas:
                return refuse(f"more than {bounds.lambdas} lambdas in one statement", offset)
        elif kind == "string":
            level.chain += 1
            reason = _in_string(match.group(), bounds) if _FORMATTED.match(match.group()) is not None else ""
            if reason:
                return refuse(reason, offset)
        if count > bounds.tokens:
            return refuse(f"more than {bounds.tokens} tokens", offset)
        if statements > bounds.statements:
            return refuse(f"more than {bounds.statements} statements", offset)
        if levels[-1].chain > bounds.chain or level.chain > bounds.chain:
            return refuse(f"an expression of more than {bounds.chain} terms", offset)
    return _apply(source, blanks)


def _enter(blocks: list[int], width: int) -> None:
    """Keeps the widths of the blocks that a statement of some indentation stands in."""
    while width < blocks[-1]:
        blocks.pop()
    if width > blocks[-1]:
        blocks.append(width)


def _blank(source: bytes, level: _Level, end: int) -> bytes | None:
    """The literal's text with its items replaced by one unknown starred item, None where that would change its meaning or lose a layer."""
    text = source[level.start : end]
    if _RELEVANT.search(text):
        return None
    before = source[max(0, level.start - 200) : level.start]
    if _NAMES_FOLLOW.search(before) or source[end : end + 80].lstrip(b" \t").startswith((b"=", b":=")):
        return None
    follows_value = _WORD_BEFORE.search(before) is not None and _KEYWORD_BEFORE.search(before) is None
    if level.opener == b"[" and follows_value:
        return None
    star = b"**" if level.opener == b"{" and level.colon else b"*"
    tail = b"," if level.opener == b"(" and not follows_value else b""
    item = star + ELIDED + tail
    inside = re.sub(rb"[^\r\n]", b" ", text[1:-1])
    if inside[: len(item)].isspace() and not {10, 13} & set(inside[: len(item)]):
        inside = inside[len(item) :]
    return level.opener + item + inside + text[-1:]


def _apply(source: bytes, blanks: list[tuple[int, int, bytes]]) -> bytes:
    """Puts the blanked literals in, the outermost of nested ones only."""
    pieces: list[bytes] = []
    limit = len(source)
    for start, end, blank in sorted(blanks, key=lambda item: (-item[1], item[0])):
        if end <= limit:
            pieces += [source[end:limit], blank]
            limit = start
    pieces.append(source[:limit])
    return b"".join(reversed(pieces))
