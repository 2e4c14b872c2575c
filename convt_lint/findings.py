"""What the linter tells its user: a `Finding` and its parts. Every output format, and the confirmation, reads these alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import PurePath
from typing import Any


class Verdict(Enum):
    """What running the layer said of a finding."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The outcome of running the reported layer on `device`; `detail` holds torch's own words, or why it stayed undecided."""

    verdict: Verdict
    device: str
    detail: str


@dataclass(frozen=True, slots=True)
class Probe:
    """The experiment that can confirm or refute a finding: one layer, one run.

    `arguments` are the numbers that the finding speaks of, by torch's parameter names (others are chosen freely). `lengths`
    are the input's spatial lengths, None where any will do. `claim` is what must be seen: "fails" (constructor or forward
    raises), "length" (the output's spatial lengths differ from `expected`), or "unreachable" (no input length gives `expected`).
    """

    layer: str
    dims: int
    claim: str
    arguments: Mapping[str, Any]
    lengths: tuple[int | None, ...]
    output_size: tuple[int, ...] | int | None = None
    expected: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class LayerKind:
    """What sort of impossible layer a finding speaks of, by its name in `confirm.catalogue`, and the layer's number of spatial axes."""

    name: str
    dims: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One diagnostic. Rows and columns count from 1; `message` is one line, the rest is shown where there is room.

    formula: the arithmetic with its numbers; suggestions: what to write instead, best first; trace: the way the code took
    there; evidence: the numbers behind it, ready for JSON; cell: that of a notebook, where rows count from its first, else 0;
    noqa_row: where a noqa would stand, where only the linter can tell: in notebooks and documents; kind: None where the layer is like none that was
    tried on devices.
    """

    code: str
    name: str
    message: str
    filename: PurePath
    row: int
    column: int
    end_row: int
    end_column: int
    formula: str = ""
    suggestions: tuple[str, ...] = ()
    trace: tuple[str, ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)
    severity: str = "error"
    probe: Probe | None = None
    confirmation: Confirmation | None = None
    cell: int = 0
    noqa_row: int | None = None
    kind: LayerKind | None = None

    @property
    def sort_key(self) -> tuple[int, int, int, str, str]:
        return (self.cell, self.row, self.column, self.code, self.message)


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A construction that could not be decided, and the name or construct that stopped it."""

    layer: str
    cause: str
    row: int
    column: int
    cell: int = 0


@dataclass(frozen=True, slots=True)
class FileResult:
    """All that is known of one file: its findings by place, what stayed undecided, and how many constructions it holds.

    cells: the lines of a notebook's cells that hold findings, by number.
    """

    findings: tuple[Finding, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()
    constructions: int = 0
    cells: Mapping[int, tuple[str, ...]] = field(default_factory=dict, repr=False)
