"""Numbers as options take them: 3, a range 2..5, and one for each axis, 3,4."""

from __future__ import annotations

import argparse

MOST = 2**31 - 1
"""torch's own bound on what a convolution takes."""
_ONE = "one number, such as 3"
_PER_AXIS = "3, 2..5, or 3,4 for two axes"


def per_axis(text: str) -> list[range]:
    """Reads "3", "2..5" or "3,4" into a range for each axis. Raises argparse.ArgumentTypeError, which says what is wrong."""
    return [_range(part.strip()) for part in text.strip("()[] ").split(",")]


def _range(text: str) -> range:
    first, dots, last = text.partition("..")
    low = number(first, text, _PER_AXIS)
    high = number(last, text, _PER_AXIS) if dots else low
    if high < low:
        raise argparse.ArgumentTypeError(f"{text!r} is an empty range")
    return range(low, high + 1)


def number(text: str, whole: str | None = None, wanted: str = _ONE) -> int:
    """Reads an int from 0 up to torch's bound. For the message: `whole` is what the text is part of, `wanted` what may be written there."""
    digits = text.strip()
    if digits[:1] == "-" and _is_decimal(digits[1:]):
        raise argparse.ArgumentTypeError(f"{digits[:20]} is less than 0")
    if not _is_decimal(digits):
        raise argparse.ArgumentTypeError(f"{(text if whole is None else whole)!r} is no number of samples: write {wanted}")
    if len(digits) > len(str(MOST)) or int(digits) > MOST:
        raise argparse.ArgumentTypeError(f"{digits[:20]} is more than torch takes ({MOST})")
    return int(digits)


def _is_decimal(text: str) -> bool:
    return text.isascii() and text.isdigit()


def span(count: int) -> str:
    """A factor before a symbol: "" for 1, "5*" for 5."""
    return "" if count == 1 else f"{count}*"
