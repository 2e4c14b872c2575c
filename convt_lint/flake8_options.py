"""What a flake8 run reports: flake8's own options first, and where they say nothing of these rules, the project's table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any

from convt_lint.codes import CODES
from convt_lint.config import BadConfig
from convt_lint.findings import Finding
from convt_lint.selection import Selection
from convt_lint.settings import Settings, settle, tables
from convt_lint.sources import Exclusion

__all__ = ["BadConfig", "Configured"]


@dataclass(frozen=True, slots=True)
class Configured:
    """The project's settings, with the prefixes that flake8's options select by name."""

    settings: Settings
    selected: tuple[str, ...]

    @classmethod
    def of(cls, options: Any) -> Configured:
        """What holds with these options of flake8's. Raises BadConfig."""
        try:
            here = Path.cwd()
        except OSError:
            here = None
        settings = settle(tables([], False, here), here)
        named = (*(options.select or ()), *(options.extend_select or ()))
        # A prefix such as C is meant for another plugin's rules.
        return cls(settings, tuple(prefix for prefix in named if prefix.startswith("CVT")))

    @property
    def off(self) -> list[str]:
        """The codes that flake8 leaves out unless its options select them."""
        return [code for code in CODES if code not in self.settings.selection]

    def selection(self, path: PurePath) -> Selection:
        """The rules that may report in a file; flake8 leaves out some of their findings."""
        table = self.settings.selection.at(path)
        return Selection(self.selected, (), replace(table, left_out=()), table.left_out)

    def findings(self, source: bytes, path: PurePath) -> Sequence[Finding]:
        """The findings in a source, from the rules that may report in it; none in a file that the table excludes."""
        if self._excludes(path):
            return ()
        from convt_lint.linting import check_bytes

        return check_bytes(source, path, self.selection(path), project=self.settings.project).findings

    def _excludes(self, path: PurePath) -> bool:
        exclusion = self.settings.exclusion
        return Exclusion(exclusion.globs, True, (), home=exclusion.home).skips_given(path)
