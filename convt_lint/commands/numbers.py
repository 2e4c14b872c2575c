"""Numbers as options take them: 3, a range 2..5, and one for each axis, 3,4."""

from __future__ import annotations

import argparse

MOST = 2**31 - 1
"""torch's own bound on what a convolution takes."""


def per_axis(text: str) -> list[range]:
    """Reads "3", "2..5" or "3,4" into a range for each axis. Raises argparse.ArgumentTypeError, which says what is wrong."""
    return [_range(part.strip()) for part in text.strip("()[] ").split(",")]


def _range(text: str) -> range:
    first, dots, last = text.partition("..")
    low = number(first)
    high = number(last) if dots else low
    if high < low:
        raise argparse.ArgumentTypeError(f"{text!r} is an empty range")
    return range(low, high + 1)


def number(text: str) -> int:
    """Reads an int from 0 up to torch's bound."""
    digits = text.strip()
    if not digits.isascii() or not digits.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is no number of samples: write 3, 2..5, or 3,4 for two axes")
    if len(digits) > len(str(MOST)) or int(digits) > MOST:
        raise argparse.ArgumentTypeError(f"{digits[:20]} is more than torch takes ({MOST})")
    return int(digits)


def span(count: int) -> str:
    """A factor before a symbol: "" for 1, "5*" for 5."""
    return "" if count == 1 else f"{count}*"
