"""A cheap look at the bytes before LibCST gets them.

LibCST's parser recurses on the C stack and dies of deep nesting without a word (1,600 brackets; SIGSEGV), and its time is quadratic
in the length of an operator, call or attribute chain. What it can't take is refused here, with its place, and so are files of
far more statements than people write. Literals of thousands of items are not refused: their items are blanked out and the literal's
value is unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_DEPTH = 100
MAX_PATTERN_DEPTH = 7
MAX_CHAIN = 600
MAX_ELIFS = 300
MAX_LAMBDAS = 200
MAX_ITEMS = 2000
MAX_KEPT_ITEMS = 10_000
"""Of a literal that can't be blanked out, of names, arguments and fields: the parser needs a second for each 10,000."""
MAX_STATEMENTS = 15_000
"""Three times what the largest file of torch holds; the parser needs a second for them."""

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
_FORMATTED = re.compile(rb"[rR]?[fFtT][rR]?")
_WORD_BEFORE = re.compile(rb"[\w)\]}\"']\s*$")
_KEYWORD_BEFORE = re.compile(rb"\b(?:return|in|yield|not|and|or|if|else|is|await|assert|lambda|from|raise|print)\s*$")
_NAMES_FOLLOW = re.compile(rb"\b(?:import|def\s+\w+|class\s+\w+|del|with|global|for)\s*$")
_RELEVANT = re.compile(rb"(?i)conv_?transpose|convt:")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a source is not given to the parser, and where; row and column count from 1 (columns in bytes)."""

    reason: str
    row: int
    column: int


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


def _in_string(text: bytes) -> str:
    """What is too much in the replacement fields of an f-string, which is an expression to the parser; empty where nothing is."""
    depth = links = fields = 0
    for match in _INSIDE.finditer(text):
        kind = match.lastgroup
        if kind == "open":
            depth += 1
            fields += 1
            if depth > MAX_DEPTH:
                return f"more than {MAX_DEPTH} nested brackets"
            if fields > MAX_KEPT_ITEMS:
                return f"more than {MAX_KEPT_ITEMS} fields in a text"
        elif kind == "close":
            depth = max(depth - 1, 0)
        links = 0 if depth == 0 else links + 1
        if links > MAX_CHAIN:
            return f"an expression of more than {MAX_CHAIN} terms"
    return ""


def guard(source: bytes) -> Refusal | bytes:
    """Returns the source to parse (literals of more than MAX_ITEMS items blanked, rows and columns kept), or why it is refused."""
    levels = [_Level(0, b"")]
    elifs = statements = line = 0
    in_pattern, lambdas = False, 0
    blanks: list[tuple[int, int, bytes]] = []

    def refuse(reason: str, offset: int) -> Refusal:
        return Refusal(reason, *_place(source, offset))

    for match in _TOKEN.finditer(source):
        kind, offset = match.lastgroup, match.start()
        level = levels[-1]
        if kind == "open":
            level.chain += 1
            levels.append(_Level(offset, match.group()))
            if len(levels) > MAX_DEPTH:
                return refuse(f"more than {MAX_DEPTH} nested brackets", offset)
            if in_pattern and len(levels) > MAX_PATTERN_DEPTH + 1:
                return refuse(f"more than {MAX_PATTERN_DEPTH} nested brackets in a case or del", offset)
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
                    elif level.items > MAX_KEPT_ITEMS:
                        return refuse(f"more than {MAX_KEPT_ITEMS} items between two brackets", level.start)
        elif kind == "separator":
            if match.group() != b":" or level.opener == b"{":
                level.chain = 0
            level.items += match.group() == b","
            if match.group() == b";":
                statements += 1
            if len(levels) == 1 and level.items > MAX_KEPT_ITEMS:
                return refuse(f"more than {MAX_KEPT_ITEMS} items in one statement", offset)
            level.colon = level.colon or match.group() == b":"
        elif kind == "newline":
            if len(levels) == 1 and not match.group().startswith(b"\\"):
                level.chain = level.items = 0
                in_pattern, lambdas = False, 0
                statements += source[line:offset].lstrip()[:1] not in (b"", b"#")
                line = match.end()
        elif kind == "elif":
            elifs += 1
            level.chain = 0
            if elifs > MAX_ELIFS:
                return refuse(f"more than {MAX_ELIFS} elif branches", offset)
        elif kind == "link":
            level.chain += 1
            lambdas += match.group() == b"lambda"
            if lambdas > MAX_LAMBDAS:
                return refuse(f"more than {MAX_LAMBDAS} lambdas in one statement", offset)
        elif kind == "string":
            level.chain += 1
            reason = _in_string(match.group()) if _FORMATTED.match(match.group()) is not None else ""
            if reason:
                return refuse(reason, offset)
        if statements > MAX_STATEMENTS:
            return refuse(f"more than {MAX_STATEMENTS} statements", offset)
        if levels[-1].chain > MAX_CHAIN or level.chain > MAX_CHAIN:
            return refuse(f"an expression of more than {MAX_CHAIN} terms", offset)
    return _apply(source, blanks)


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
