"""How a block of statements ends."""

from __future__ import annotations

from dataclasses import dataclass, field

from convt_lint.interpret.values import Value
from convt_lint.interpret.world import World

MAX_WORLDS = 6


@dataclass
class Flow:
    """How a block ends: worlds that go on after it, and those that left it early."""

    next: list[World] = field(default_factory=list)
    returns: list[tuple[World, Value]] = field(default_factory=list)
    breaks: list[World] = field(default_factory=list)
    continues: list[World] = field(default_factory=list)

    def take_exits(self, other: Flow) -> None:
        self.returns += other.returns
        self.breaks += other.breaks
        self.continues += other.continues
