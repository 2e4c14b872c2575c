"""What a flake8 run reports: flake8's own options first, and where they say nothing of these rules, the project's table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from convt_lint.codes import CODES
from convt_lint.config import BadConfig
from convt_lint.findings import Finding
from convt_lint.selection import Selection
from convt_lint.settings import Settings, settle, tables
from convt_lint.sources import Exclusion, decode_lines
from convt_lint.suppression import may_suppress, unsuppressed

if TYPE_CHECKING:
    from convt_lint.baseline import Baseline

__all__ = ["BadConfig", "Configured"]


@dataclass(frozen=True, slots=True)
class Configured:
    """The project's settings, with the prefixes that flake8's options select by name."""

    settings: Settings
    selected: tuple[str, ...]
    baseline: Baseline | None

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
        selected = tuple(prefix for prefix in named if prefix.startswith("CVT"))
        if not settings.baseline:
            return cls(settings, selected, None)
        from convt_lint.known import baseline_at

        return cls(settings, selected, baseline_at(settings.baseline))

    @property
    def off(self) -> list[str]:
        """The codes that flake8 leaves out unless its options select them."""
        return [code for code in CODES if code not in self.settings.selection]

    def selection(self, path: PurePath) -> Selection:
        """The rules that may report in a file; flake8 leaves out some of their findings."""
        table = self.settings.selection.at(path)
        return Selection(self.selected, (), replace(table, left_out=()), table.left_out)

    def findings(self, source: bytes, path: PurePath) -> Sequence[Finding]:
        """The findings in a source, from the rules that may report in it; none in a file that the table excludes, and none that its baseline knows."""
        if self._excludes(path):
            return ()
        from convt_lint.linting import check_bytes

        findings = check_bytes(source, path, self.selection(path), project=self.settings.project).findings
        if self.baseline is None or not findings:
            return findings
        # Those that a noqa hides are in no baseline, and flake8 hides them.
        return list(self.baseline.new(unsuppressed(findings, decode_lines(source)) if may_suppress(source) else findings))

    def _excludes(self, path: PurePath) -> bool:
        exclusion = self.settings.exclusion
        return Exclusion(exclusion.globs, True, (), home=exclusion.home).skips_given(path)
