"""For which lengths something works, told by trying: whole residue classes far out, where every size is linear, and the short lengths one by one.

Along one residue class of the period, sizes built with `+ - * // %` by constants, min and max are linear from some length on, and so two of
them that are equal at two lengths are equal at all. Far beyond all constants a class therefore fails for good, or works for good.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

FAR = 10**6
"""How many periods out a class is judged."""
MAX_PERIOD = 2048
MAX_SHOWN = 8
_FEW = 64
SCANNED = 4096
"""The longest length that is looked at one by one."""

Works = Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class Dependence:
    """The lengths that work. `residues` are those modulo `period` that do for long inputs; `short` the lengths that do besides.

    `good` and `bad` are a length that works (None where there is none) and one that does not.
    """

    period: int
    residues: tuple[int, ...]
    short: tuple[int, ...]
    good: int | None
    bad: int

    def said(self) -> str:
        """As it follows "runs only where the length is": "a multiple of 8", "one of 97..100"."""
        if not self.residues:
            return spans(self.short) if self.short else "nothing"
        return self._class() + (f", or {spans(self.short)}" if self.short else "")

    def _class(self) -> str:
        for divisor in range(2, self.period + 1):
            classes = {residue % divisor for residue in self.residues}
            if self.period % divisor == 0 and len(self.residues) * divisor == self.period * len(classes) and len(classes) <= MAX_SHOWN:
                return _modulo(sorted(classes), divisor)
        return f"one of {len(self.residues)} of every {self.period}"


def lengths_that_work(period: int, works: Works, near: int, admits: Works = lambda length: True) -> Dependence | None:
    """For which lengths `works` is true, of those that `admits` says come up at all; None where it is for all long ones, or where that takes
    too much work. Shown are lengths from `near` on."""
    if period > MAX_PERIOD:
        return None
    judged: dict[int, set[bool]] = {}
    for residue in range(period):
        far = [period * (FAR + turn) + residue for turn in (0, 1, 2)]
        if all(map(admits, far)):
            judged[residue] = set(map(works, far))
    if any(len(found) > 1 for found in judged.values()) or not any(False in found for found in judged.values()):
        return None
    residues = tuple(residue for residue, found in judged.items() if True in found)
    scanned = range(1, max(4 * period, _FEW) if residues else SCANNED + 1)
    short = tuple(length for length in scanned if length % period not in residues and admits(length) and works(length))
    good = next((length for length in range(near, near + 8 * period) if admits(length) and works(length)), None) if residues else short[0] if short else None
    start = good if residues and good is not None else near
    bad = next((length for length in range(start, start + 8 * period + len(short)) if admits(length) and not works(length)), None)
    return None if bad is None else Dependence(period, residues, short, good, bad)


def _modulo(classes: Sequence[int], divisor: int) -> str:
    if list(classes) == [0]:
        return "even" if divisor == 2 else f"a multiple of {divisor}"
    if divisor == 2:
        return "odd"
    return f"{spans(classes)} modulo {divisor}"


def spans(lengths: Iterable[int], last: str = "or") -> str:
    """ "97..100", "3", "4, 8..10 or 20"."""
    spans: list[list[int]] = []
    for length in lengths:
        if spans and spans[-1][-1] == length - 1:
            spans[-1].append(length)
        else:
            spans.append([length])
    shown = [str(span[0]) if len(span) == 1 else f"{span[0]}..{span[-1]}" for span in spans[:MAX_SHOWN]]
    if len(spans) > MAX_SHOWN:
        return f"{', '.join(shown)}, ..."
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {last} {shown[-1]}"
