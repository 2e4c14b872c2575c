"""The words that may stand beside a size.

Sizes are noted of many things: of skip connections, receptive fields, other versions. No list of those is ever complete, so the list is of the few
words that people use where they mean the layer's own sizes, and whatever stands beside another word is of something else.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_WORDS = re.compile(
    r"(?:inputs?|outputs?|in|out|sizes?|shapes?|dimensions?|lengths?|len|samples?|frames|time|states?|spatial|resolution|height|"
    r"from|to|into|up|upsampl\w*|the|of|is|an?|this|here|at|as|now|then|grow\w*|deconv\w*|ConvTranspose|transposed?|(?-i:[HWLT])|"
    r"tensor|gives|becomes|yields|returns?|results?|turns?|begins|each|RGB|px|"
    r"größe|ausgabe|eingabe|länge|taille|sortie|entrée|longueur|tamaño|salida|entrada|размер|выход|вход|длина|"
    r"形状|结果|[尺寸大小输出入长度变为得到的是出力入力サイズ출력입력크기]+)",
    re.IGNORECASE,
)
_HEADINGS = re.compile(r"decoder|generator|upsampling", re.IGNORECASE)
_LAYERS = re.compile(
    r"\b(?:layer|block|stage)\s*[#:]?\s*\d+\b"
    r"|\b(?:(?:first|second|third|fourth|fifth|last|final|this|the|each)\s+)?(?:(?:transposed?|deconv\w*|this|the|each|first|last)\s+)(?:layer|block|stage)\b",
    re.IGNORECASE,
)
"""Layers that are named by their place: `Layer 4: ...`, `first transposed layer`; the word alone may count them."""
_WORD = re.compile(r"(\d?)([^\W\d_]+)")
_AFTER_NUMBERS = frozenset(("st", "nd", "rd", "th", "d", "D", "x", "px", "h", "w", "ch"))


def foreign(text: str) -> frozenset[str]:
    """The words of a text that are none of sizes."""
    if "in/out" in text.lower():
        return frozenset(("in/out",))  # channels
    found = _WORD.findall(_LAYERS.sub(" ", text.replace("torch.Size", " ")))
    return frozenset(word for digit, word in found if not (word in _AFTER_NUMBERS if digit else _WORDS.fullmatch(word)))


def is_heading(text: str, names: Collection[str] = ()) -> bool:
    """Whether a line of a comment that states no size leaves those of its neighbours as they are: it holds only words of sizes, and of what is built."""
    return all(word in names or _HEADINGS.fullmatch(word) for word in foreign(text))


_LEADS = re.compile(r"maps?|takes|turns|transforms|converts|upscal\w*|forward|by|two|three|four|five|eight|[xy]|features?", re.IGNORECASE)


def is_lead(words: Collection[str]) -> bool:
    """Whether words that stand beside an arrow in a docstring say that it is what the function does: "Maps (B, 64, T) -> (B, 32, 2T)"."""
    return all(_LEADS.fullmatch(word) for word in words)
