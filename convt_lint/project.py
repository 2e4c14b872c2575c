"""What a project says of its code that the code does not say itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Project:
    """layers: rows of the shape table for layers and functions of its own, as text, by dotted name (see `torch_api.own`).

    inputs: the shapes of parameters, such as "(B, 80, L)", by "Class.method:parameter" or "function:parameter" (see `expectations.inputs`).
    """

    layers: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)


NOTHING_SAID = Project()
