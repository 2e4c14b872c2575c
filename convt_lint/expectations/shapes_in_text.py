"""Shapes in a text: `256 x 8 x 8`, `(B, 64, 2*L)`, `b, 16, 5, 5`, and the words and arrows between them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd
from typing import TypeAlias

from convt_lint.facts import Multiple, StatedSize
from convt_lint.syntax.expression_texts import parse_expression


@dataclass(frozen=True, slots=True)
class Dim:
    """A dimension as it is written, and its size where that can be read."""

    text: str
    size: StatedSize


Shape: TypeAlias = tuple[Dim, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A shape in the text: in brackets or not, as a product or a list, and where it ends."""

    shape: Shape
    kind: str
    start: int
    end: int
    other: bool = False


ARROW = "->"
Part: TypeAlias = "Found | str"
"""A shape, an arrow, or words."""

_NUMBER = r"\d+(?![\w.]|\s*(?:%|px\b|ch\b|k\b|ms\b|Hz\b))"
_NAME = r"[A-Za-z_](?:[A-Za-z_0-9.]*[A-Za-z_0-9])?'*"
_SIMPLE = rf"\d+(?:\^[23])?\s?\*\s?(?!x\b){_NAME}|\d+(?![xX]\b)[A-Za-z]{{1,3}}'*(?![\w])|(?!x\b){_NAME}|\d+(?:\^[23])?|\?|-1|None|\.\.\.|\*"
_TERM = rf"(?:{_SIMPLE}|\((?:[^()]{{1,40}})\))"
_DIM = rf"{_TERM}(?:\s?(?://|[*/+-])\s?{_TERM})*"
_DIM_RE = re.compile(_DIM)
_TIMES = re.compile(r"\s+[xX]\s+|[xX](?=[\d(?])|\s*[xX]\s*(?=\d)|\s+\*\s+(?=\d+[hwdcHWDC]?\b)")
_OPEN = {"(": ")", "[": "]", "<": ">"}
_COMPACT = re.compile(r"(?<![\w.])(?:[A-Za-z]|\d+)(?:[xX](?:[A-Za-z](?![A-Za-z])|\d+))+(?![\w])")


def parts_of(text: str) -> Iterator[Part]:
    """The shapes and arrows of a text, and the words between them."""
    position = 0
    words = ""
    while position < len(text):
        if text.startswith(ARROW, position):
            if words.strip(" ,:;.-"):
                yield words
            words = ""
            yield ARROW
            position += 2
            continue
        found = _shape_at(text, position) if _may_begin(text, position) else None
        if found is None:
            closed = _closing(text, position) if text[position] in _OPEN and _may_begin(text, position) else None
            skipped = closed is not None and "," in text[position:closed] and ARROW not in text[position:closed]
            end = closed + 1 if closed is not None and skipped else position + 1  # a list that is not understood is none in part
            words += text[position:end]
            position = end
            continue
        if words.strip():
            yield words
        words = ""
        yield found
        position = found.end
    if words.strip():
        yield words


def _may_begin(text: str, position: int) -> bool:
    character, before = text[position], text[position - 1] if position else " "
    if before == ":" and text[position - 2 : position - 1].isdigit():
        return False  # the time of day
    return not before.isalnum() and before not in "_./*^" and (character.isalnum() or character in "([<?_.-")


def _shape_at(text: str, position: int) -> Found | None:
    if text[position] in _OPEN:
        closed = _closing(text, position)
        inner = text[position + 1 : closed] if closed is not None else ""
        product = _product(text, position)
        if product is not None:
            return product
        if closed is None or not inner.strip() or ARROW in inner:
            return None
        dims = _listed(inner)
        at_arrow = text[:position].rstrip().endswith(ARROW) or text[closed + 1 :].lstrip().startswith(ARROW)
        kind = "brackets" if "," in inner else "product"
        return None if dims is None or (len(dims) < 2 and not at_arrow) else Found(dims, kind, position, closed + 1)
    return _product(text, position) or _bare_list(text, position) or _lone(text, position)


def _closing(text: str, position: int) -> int | None:
    depth = 0
    for index in range(position, len(text)):
        depth += (text[index] in "([<") - (text[index] in ")]>" and text[index - 1] != "-")
        if depth == 0:
            return index
    return None


def _listed(inner: str) -> Shape | None:
    """What stands in brackets: sizes with commas between, or a product; None for anything else."""
    while len(inner) > 1 and inner[0] in _OPEN and _closing(inner, 0) == len(inner) - 1:
        inner = inner[1:-1]
    product = _product(inner.strip(), 0)
    if product is not None and product.end == len(inner.strip()):
        return product.shape
    items = [item.strip() for item in _split(inner)]
    if len(items) > 1:
        if "^" in inner:
            return None
        items = [_FACTOR.sub("*", item) for item in items]
    if len(items) > 1 and not items[-1]:
        items.pop()
    dims = [_dim(item) for item in items]
    return None if None in dims or not dims else tuple(dim for dim in dims if dim is not None)


_FACTOR = re.compile(r"(?<=\d)\s+(?:[xX]\s+)?(?=[A-Za-z(])|(?<=[A-Za-z)])\s+[xX]\s+(?=\d)")
"""Between the factors of one size in a list: `2 x L`, `2 T`, `L x 2`."""


def _split(inner: str) -> list[str]:
    """The items between commas outside of brackets."""
    out, depth = [""], 0
    for character in inner:
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            out.append("")
        else:
            out[-1] += character
    return out


def _product(text: str, position: int) -> Found | None:
    """`256 x 8 x 8`, `(ngf*8) x 4 x 4`, `Nx1024x4x4`, `2h * 2w * 64ch`."""
    compact = _COMPACT.match(text, position)
    if compact is not None:
        pieces = re.split("[xX]", compact[0])
        rest = _TIMES.match(text, compact.end())
        if rest is None and (len(pieces) > 2 or all(piece.isdigit() for piece in pieces)) and any(piece.isdigit() for piece in pieces):
            return Found(tuple(Dim(piece, size_of(piece)) for piece in pieces), "product", position, compact.end())
    dims: list[Dim] = []
    end = position
    stars = _STARS.match(text, position)
    if stars is not None:
        found = [_dim(piece, tagged=True) for piece in re.split(r"\s?\*\s?", stars[0])]
        return Found(tuple(dim for dim in found if dim is not None), "product", position, stars.end()) if None not in found else None
    starred = _STARRED.match(text, position)
    if starred is not None:
        found = [_dim(piece) for piece in re.split(r"\s?\*\s?", starred[0])]
        numbers_alone = len(found) == 2  # `32*20` may be a shape, and may be 640
        shape = tuple(dim for dim in found if dim is not None)
        return Found(shape, "product", position, starred.end(), other=numbers_alone) if None not in found else None
    while True:
        match = _DIM_RE.match(text, end)
        if match is None:
            break
        piece = _until_times(match[0])
        dim = _dim(piece)
        if dim is None:
            break
        dims.append(dim)
        end += len(piece)
        aside = re.compile(r"\s?\([^()]*\)(?=\s*[xX]\s)").match(text, end)
        times = _TIMES.match(text, aside.end() if aside else end)
        if times is None:
            break
        end = times.end()
    whole = len(dims) > 1 and (len(dims) > 2 or all(_is_number(dim) for dim in dims)) and (end >= len(text) or not (text[end].isalnum() or text[end] == "_"))
    return Found(tuple(dims), "product", position, end) if whole else None


_STARS = re.compile(r"(?:\(\w+\)|\d+[hwdc]?)(?:\s?\*\s?\d+(?:[hwdc]|ch)?){2,}(?![\w*])")


_FACTORS = r"(?:\d*[A-Za-z]\w*'*|\d+|\?|\(\w+(?:\s?[*/]+\s?\w+)?\))"
_STARRED = re.compile(rf"(?:{_FACTORS}(?:\s?\*\s?{_FACTORS}){{2,}}|\d+\s?\*\s?\d+)(?=\s*(?:->|$|[.,;]?\s*$|[(#]))")
"""Sizes with stars between (`B * 64 * 10`), up to an arrow or the end; two numbers alone."""


def _is_number(dim: Dim) -> bool:
    """Whether a dimension holds a number, alone or beside a name."""
    return isinstance(dim.size, int) or (isinstance(dim.size, Multiple) and (dim.size.times, dim.size.over) != (1, 1))


def _until_times(piece: str) -> str:
    """A dimension up to an `x` or ` * ` inside it that multiplies sizes: `256x8` is two dimensions."""
    cut = re.search(r"(?<=[\d)])\s?[xX](?=[\d(])|\s\*\s(?=\d+[hwdcHWDC])|(?<=[A-Z])[xX](?=\d)", piece)
    return piece[: cut.start()] if cut else piece


_BARE = re.compile(rf"{_DIM}(?:\s*,\s*{_DIM}){{1,5}}")


def _bare_list(text: str, position: int) -> Found | None:
    """`b, 16, 5, 5`: three sizes or more, at least one of them a number, that begin with a name or are nothing but numbers."""
    match = _BARE.match(text, position)
    dims = None if match is None else _listed(match[0])
    if match is None or dims is None or len(dims) < 3 or (match.end() < len(text) and (text[match.end()].isalnum())):
        return None
    numbers = [isinstance(dim.size, int) for dim in dims]
    names = all(len(dim.text) <= 3 and dim.text.isupper() for dim in dims)
    whole = names or (sum(numbers) >= min(2, len(dims) - 1) and all(numbers[2:]))
    return Found(dims, "list", position, match.end()) if whole else None


def _lone(text: str, position: int) -> Found | None:
    """A number or a name with a factor that stands alone, at an arrow."""
    match = _DIM_RE.match(text, position)
    if match is None or (match.end() < len(text) and (text[match.end()].isalnum() or text[match.end()] in "_.%")):
        return None
    before, after = text[:position].rstrip(), text[match.end() :].lstrip()
    if re.match(r"[:/]\d|/", text[match.end() :]):
        return None
    if not before.endswith(ARROW) and not after.startswith(ARROW):
        return None
    dim = _dim(match[0].split("^")[0]) if "^" in match[0] else _dim(match[0])
    if dim is None or dim.size is None or (isinstance(dim.size, Multiple) and len(dim.size.name) > 2 and (dim.size.times, dim.size.over) == (1, 1)):
        return None
    power = re.fullmatch(r"\d+\^([23])", match[0])
    shape = (dim,) * (int(power[1]) if power else 1)
    return Found(shape, "lone", position, match.end())


_UNIT = re.compile(r"\d+\s?(?:[kKMGs]|k?Hz|[kMGT]i?[bB]|[kM]?bps|m?s|dB|px|fps|bits?|ish|st|nd|rd|th|cm|mm|pt)")
_AXIS = re.compile(r"(\d+)\s?(?:[hwdcHWDC]|ch)")


def _dim(text: str, *, tagged: bool = False) -> Dim | None:
    """One dimension; None for what is none: words, prose. `tagged`: numbers bear the letters of their axes, where else `8c` is eight times c."""
    text = text.strip()
    axis = _AXIS.fullmatch(text)
    if axis is not None and text[-1] in "hwdc" and tagged:  # `8h * 8w * 32ch`
        return Dim(axis[1], int(axis[1]))
    named = re.fullmatch(rf"({_NAME})\s?[=:]\s?(\d+)", text)
    if named is not None:
        return Dim(named[2], int(named[2]))
    if _UNIT.fullmatch(text):
        return None
    if not text or len(text) > 60 or _DIM_RE.fullmatch(text) is None:
        return None
    return Dim(text, size_of(text))


def size_of(text: str) -> StatedSize:
    """A dimension's size; None for one that is left open, or that is more than a multiple of one name."""
    found = _linear(text.replace("^", "**"))
    if found is None:
        return None
    name, times, plus, over = found
    if name is None or times == 0:
        return plus // over if plus % over == 0 and 0 <= plus < 2**40 else None
    shared = gcd(times, plus, over)
    return Multiple(name, times // shared, plus // shared, over // shared)


Linear: TypeAlias = "tuple[str | None, int, int, int]"
"""name, times, plus and over of `(times*name + plus) / over`."""


def _linear(text: str) -> Linear | None:
    """The parts of a text such as `2L`, `L/2`, `(ngf*8)`, `2*T + 1`, `28`."""
    text = re.sub(r"(?<![\w.)])(\d+)\s?(?=[A-Za-z_(])", r"\1*", text).replace("'", "_prime")
    node = parse_expression(text)
    return None if node is None else _value(node)


def _value(node: ast.expr) -> Linear | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool) and abs(node.value) < 2**40:
        return None, 0, node.value, 1
    if isinstance(node, (ast.Name, ast.Attribute)):
        return ast.unparse(node), 1, 0, 1
    if not isinstance(node, ast.BinOp):
        return None
    left, right = _value(node.left), _value(node.right)
    if left is None or right is None or max(map(abs, (*left[1:], *right[1:]))) > 2**40:
        return None
    if isinstance(node.op, (ast.Add, ast.Sub)):
        return _sum(left, right, 1 if isinstance(node.op, ast.Add) else -1)
    if isinstance(node.op, ast.Mult):
        number, other = (left, right) if left[0] is None else (right, left)
        return (other[0], other[1] * number[2], other[2] * number[2], other[3] * number[3]) if number[0] is None else None
    if isinstance(node.op, (ast.Div, ast.FloorDiv)) and right[0] is None and right[2] > 0:
        return left[0], left[1] * right[3], left[2] * right[3], left[3] * right[2]
    return None


def _sum(left: Linear, right: Linear, sign: int) -> Linear | None:
    if left[0] is not None and right[0] is not None and left[0] != right[0]:
        return None
    (_, times, plus, over), (_, more, extra, under) = left, right
    return left[0] or right[0], times * under + sign * more * over, plus * under + sign * extra * over, over * under
