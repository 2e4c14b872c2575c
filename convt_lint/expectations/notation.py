"""How people write sizes: `256 x 8 x 8`, `(B, 64, 2*L)`, `62 -> 125`, `state size. (ngf*8) x 4 x 4`, `8x upsampling`.

Reads the text of a comment or of a line of a docstring, in whatever language the words around the numbers are, and says what shapes
stand there, in which order, and which of them is called an input or an output. Whether that is so of a layer is not asked here.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from convt_lint.expectations.shapes_in_text import ARROW, Dim, Found, Part, Shape, parts_of
from convt_lint.expectations.vocabulary import foreign
from convt_lint.facts import Multiple
from convt_lint.syntax.expression_texts import parse_quietly

MAX_TEXT = 300


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text states: one shape, or two or more of which each becomes the next; or how many times as long an output is (`ratio`).

    `role` is "in" or "out" where the text says whose shape a single one is; `follows`: an arrow stands before it; `bare`: it is a number that
    stands alone, or numbers as a product or a list without brackets; `brackets`: shapes stand in brackets, with commas.
    `lone`: the text is a single number and nothing else; `grows`: the ratio is said to be that of an upsampling.
    `words`: those of its words that are none of sizes: what it states may be of anything.
    """

    shapes: tuple[Shape, ...] = ()
    role: str = ""
    follows: bool = False
    ratio: int | None = None
    bare: bool = False
    brackets: bool = False
    lone: bool = False
    grows: bool = False
    words: frozenset[str] = frozenset()


@lru_cache(maxsize=4096)
def read(text: str) -> Reading | None:
    """What a comment states (its text, without the `#`); None where it states no size, or not for sure."""
    *before, later = _notes(text.lstrip("#"))  # of two comments in a row the later one holds
    if any(_is_code(_normal(first)) for first in before) or any(character in _FRACTIONS for character in later):
        return None
    text = _normal(later)
    if not text or len(text) > MAX_TEXT or not any(character.isdigit() or character.isalpha() for character in text):
        return None
    if is_hedged(text) or _is_code(text):
        return None
    if _LONE.fullmatch(text):
        return Reading(((Dim(text, int(text)),),), bare=True, lone=True)
    if _DECIMAL.search(text):
        return None  # a rate, or what is rounded
    parts = list(parts_of(text))
    if any(_is_cut_short(part, text) if isinstance(part, Found) else _MARK.search(part) for part in parts):
        return None
    parts = [replace(part, other=True) if isinstance(part, Found) and _is_other(part, text) else part for part in parts]
    chains = list(_chains(parts))
    chains = [chain for chain in chains if any(found.kind != "lone" for found in chain)] or chains
    found = _joined(chains, parts) if chains else _single(parts)
    if found is not None:
        return replace(found, words=foreign(" ".join(part for part in parts if isinstance(part, str))))
    if any(isinstance(part, Found) and not part.other and len(part.shape) > 1 for part in parts):
        return None
    return _ratio(text)


_DECIMAL = re.compile(r"\d\.\d")
_MARK = re.compile(r"[±†‡%?]|[+*]\s*$|\(\s*\*+\s*\)|\+/?-|[\[(]\s*(?:[-+]?\s*\d+|[?!]+)\s*[\])]")
"""What is written behind a number to say that it need not be so, or that a note tells more of it: `125 (-1)`, `125 ± 1`, `125 [1]`."""
_GOES_ON = re.compile(r"\s*[*/^](?!\s*$)|\s*\+\s?\w|\s*-\s?\d|(?<=\d)\(")


def _is_cut_short(found: Found, text: str) -> bool:
    """Whether what was read as a shape is the beginning of a longer formula: `(L - 1)*2 - 2 + 4`."""
    return _GOES_ON.match(text, found.end) is not None


def is_hedged(text: str) -> bool:
    """Whether a text says that what stands there need not be so."""
    return _HEDGE.search(text) is not None


def _notes(text: str) -> list[str]:
    """The comments in a comment, without those that are meant for tools (`noqa`, `type: ignore`)."""
    notes = re.split(r"(?<=\s)#+(?=\s|[(\[])", text)
    return [note for note in notes if not _TOOLS.match(note)] or [""]


def _ratio(text: str) -> Reading | None:
    """`8x upsampling`, `upsample 2x`, `doubles the length`; `x2` alone, which may mean many things."""
    for pattern in _UPSAMPLES:
        match = pattern.search(text)
        if match is not None:
            return Reading(ratio=int(next((group for group in match.groups() if group), "2")), grows=True)
    match = _TIMES_ALONE.search(text)
    return None if match is None else Reading(ratio=int(next(group for group in match.groups() if group)))


# -- the text ------------------------------------------------------------------------------------------------------------------

_ARROWS = re.compile(r"\s*(?:[-–—=]+>|[→⇒⟶➜➔➝↦]|\bto\b(?=\s*[\[(]?\d+\s*[x,)\]]))\s*")
_LONE = re.compile(r"[1-9]\d{0,6}")
_TOOLS = re.compile(r"\s*(?:noqa|type:|pragma|pylint|pyright|mypy|ruff|fmt:|isort|yapf|nosec|flake8|expect:)", re.IGNORECASE)
_FRACTIONS = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⁄"
_UP = r"(?:up[\s-]?sampl\w*|upscal\w*|enlarg\w*)"
_UPSAMPLES = (
    re.compile(rf"^\W*(\d+)\s?[x倍]\s*{_UP}\b[^,;(]*$|^\W*{_UP}[^,;(\d]{{0,20}}?[\s:]x?\s?(\d+)\s?x?\W*$|[,;]\s*{_UP}\s+x?\s?(\d+)\s?x?\W*$", re.IGNORECASE),
    re.compile(r"\bdoubl(?:es|ed|ing|e)\b.{0,30}\b(?:sizes?|lengths?|resolution|H\b.{0,5}\bW)\b", re.IGNORECASE),
    re.compile(r"(?:放大|上采样)\s*(\d+)\s*倍"),
)
_TIMES_ALONE = re.compile(r"^\W*(?:[x*]\s?(\d+)|(\d+)\s?x)\W*$")
_FROM_TO = re.compile(r"^(\d+) to (\d+)$")
_POWERS = {"²": 2, "³": 3}
_HEDGE = re.compile(
    r"[~≈≃∼≤≥]|[<>]=|(?<![-–—=])>(?!\S*[\])>])|\?\s*$|\b(?:approx\w*|about|around|roughly|circa|ca\.|near(?:ly)?|almost|maybe|perhaps|probably|might|may|"
    r"e\.?g|i\.?e|"
    r"for example|suppose|assum\w+|if|when|unless|should|would|could|can|cannot|can't|won't|never|no longer|wrong|"
    r"bug|not|instead|up to|at (?:most|least)|previously|formerly|was|were|old|"
    r"theory|ideally|want\w*|needs?|targets?|desired|expected|keras|tf|tensorflow|jax|paper|TODO|FIXME|XXX|param\w*|or|after|before|with(?:out)?)\b",
    re.IGNORECASE,
)


def _normal(text: str) -> str:
    """The text in plain characters: full-width brackets, times signs and arrows as ASCII writes them."""
    text = "".join(f"^{_POWERS[character]}" if character in _POWERS else character for character in text)
    text = unicodedata.normalize("NFKC", text).strip().strip("#").strip()
    text = _ANY.sub("?", text.translate(_PLAIN))
    span = _FROM_TO.match(text)
    if span is not None and 2 * int(span[2]) >= 3 * int(span[1]):  # else a range
        text = f"{span[1]} -> {span[2]}"
    return _ARROWS.sub(" -> ", text).strip()


_ANY = re.compile(r"(?<=[x*])\s?-1(?=\s?[x*]\s?\d)")
"""A size that is left open in a product: `64x20x-1x64`."""
_PLAIN = str.maketrans({"×": "x", "✕": "x", "⨯": "x", "✖": "x", "·": "*", "−": "-", "′": "'", "’": "'", "、": ",", "【": "[", "】": "]"})


def _is_code(text: str) -> bool:
    """Whether a text is code that was commented out: Python that calls or assigns something."""
    if _CALL.search(text.replace("torch.Size(", "(")) and re.search(r"\.\w+\(|=|\)\s*,?\s*$", text):
        return True
    tree = parse_quietly(text.rstrip(","))
    if not isinstance(tree, ast.Module):
        return False
    if any(isinstance(node, (ast.Call, ast.Import, ast.ImportFrom, ast.Return, ast.Delete)) for node in ast.walk(tree)):
        return "torch.Size(" not in text and re.search(r"\w\(", text) is not None
    return any(isinstance(node, ast.Assign) and not isinstance(node.value, (ast.Tuple, ast.List)) for node in tree.body)


_CALL = re.compile(r"\b[A-Za-z_][\w.]*\.\w+\(|\b(?:print|range|len|int|zip|enumerate|super)\(|\b[A-Z]\w*(?:[1-3]d|Norm|ReLU|Conv\w*|Linear|Tanh|Sigmoid)\(")


# -- what the shapes are ------------------------------------------------------------------------------------------------------------

_OTHER_AFTER = re.compile(
    r"\s*[-\s]?\s*(?:kernel|(?:de)?conv\w*|filter|stride|pool\w*|patch|window|receptive|dilat\w*|pad\w*|block|layer|fps|Hz|bit|bytes?|GPU|groups?|heads?|times|"
    r"channels?|ch\b|features?|classes|tracks?|ups?\b|upsampl\w+|downsampl\w+|maps\b)",
    re.IGNORECASE,
)
_OTHER_BEFORE = re.compile(
    r"(?:kernel(?:[\s_]size)?|conv\w*|filters?|strides?|pool\w*|patch(?:es)?|window|receptive field|dilation|padding|channels?|ch|features?|within|range|"
    r"kernels|kernel[\s_]sizes|dilations|rates?|upsample_rates|scales|factors|res\w*blocks?|refs?|pp|pages|gpus|mean|std|weights?|epochs?|data\w*|"
    r"values?|values? in|version|v|fig\w*|eq\w*|sec\w*|table|page|step|stages?|blocks?|layers?|levels?|scale|"
    r"factor|axis|axes|dims?|通道数|bins?)\s*(?:of|:|=|is)?\s*$",
    re.IGNORECASE,
)
_CHANNELS = re.compile(r"(?:channels?|ch|features?|通道数|kernel(?:[\s_]size)?|strides?)\s*(?:of|:|=|is)?\s*$", re.IGNORECASE)
_RANGE = re.compile(r"[\[(]\s*(?:-\d|0|1)\s*,\s*\d\s*[\])]")


def _is_other(found: Found, text: str) -> bool:
    """Whether what looks like a shape is something else: a kernel, a range of values, a count of channels, a date."""
    before, after = text[: found.start], text[found.end :]
    at_arrow = after.lstrip().startswith(ARROW) or before.rstrip().endswith(ARROW)
    others = _OTHER_BEFORE if not at_arrow or found.kind == "lone" else _CHANNELS
    if found.kind != "brackets" and (_OTHER_AFTER.match(after) or others.search(before)):
        return True
    if found.kind == "brackets" and (
        (not at_arrow and _RANGE.fullmatch(text[found.start : found.end])) or _OTHER_BEFORE.search(before) or re.match(r"\s*(?:kernel|conv)", after)
    ):
        return len(found.shape) < 3 or not any(isinstance(dim.size, int) for dim in found.shape)
    return all(dim.size is None for dim in found.shape) or (found.kind != "brackets" and _says_nothing(found.shape) and len(before.strip()) > 12)


def _says_nothing(shape: Shape) -> bool:
    """Whether a shape names its axes and no more: `(batch, channels, length)`."""
    return all(not isinstance(dim.size, int) and not (isinstance(dim.size, Multiple) and not dim.size.plain) for dim in shape)


def _chains(parts: list[Part]) -> Iterator[list[Found]]:
    """The shapes that arrows join, two or more at a time."""
    chain: list[Found] = []
    for before, part in zip(["", *parts], parts, strict=False):
        if isinstance(part, Found):
            chain = [*chain, part] if before == ARROW else [part]
        if part != ARROW and not isinstance(part, Found):
            chain = []
        if len(chain) > 1:
            yield chain


def _joined(chains: list[list[Found]], parts: list[Part]) -> Reading | None:
    """The one chain of a text, if there is one alone and nothing else that is a shape."""
    longest = max(chains, key=len)
    others = [
        part for part in parts if isinstance(part, Found) and part not in longest and not part.other and part.kind != "lone" and not _says_nothing(part.shape)
    ]
    if others or any(found.other for found in longest) or all(_says_nothing(found.shape) for found in longest):
        return None
    return Reading(
        tuple(found.shape for found in longest),
        bare=all(found.kind == "lone" for found in longest),
        brackets=any(found.kind == "brackets" for found in longest),
    )


_IN = re.compile(
    r"\b(?:inputs?|in|from|takes)\b\s*(?:shape|size|dims?|is|tensor|of|the|\([^)]*\)|\s)*[:=\s]*\(?$|输入[^,。]*$|入力[^,。]*$|입력[^,。]*$", re.IGNORECASE
)
_OUT = re.compile(
    r"\b(?:outputs?|out|gives|returns?|becomes|result|yields)\b\s*(?:shape|size|dims?|is|tensor|of|the|\([^)]*\)|\s)*[:=\s]*\(?$|输出[^,。]*$|出力[^,。]*$|출력[^,。]*$|结果[^,。]*$",
    re.IGNORECASE,
)


def _single(parts: list[Part]) -> Reading | None:
    """One shape, or two that are labelled input and output."""
    found = [(index, part) for index, part in enumerate(parts) if isinstance(part, Found) and not part.other]
    telling = [(index, part) for index, part in found if not _says_nothing(part.shape)]
    chosen = telling if telling else found[:1]
    roles = [_role(parts, index) for index, _ in chosen]
    if len(chosen) == 2 and (roles == ["in", "out"] or [str(parts[index - 1]).strip() for index, _ in chosen if index] == ["x:", "y:"]):
        return Reading((chosen[0][1].shape, chosen[1][1].shape))
    if len(chosen) != 1 or (_says_nothing(chosen[0][1].shape) and len(chosen[0][1].shape) < 3):
        return None
    index, part = chosen[0]
    follows = index > 0 and parts[index - 1] == ARROW
    role = roles[0] or ("out" if follows else "")
    if part.kind == "lone" and index != 1:
        return None  # an arrow that begins the text, and the number that follows it
    return replace(Reading((part.shape,), role, follows), bare=part.kind != "brackets", brackets=part.kind == "brackets")


def _role(parts: list[Part], index: int) -> str:
    before = parts[index - 1] if index else ""
    if not isinstance(before, str) or before == ARROW:
        return ""
    words = before.strip()
    return "in" if _IN.search(words) else "out" if _OUT.search(words) else ""
