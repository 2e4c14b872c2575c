"""A rule's documentation, which is its class's docstring, as text. Imports no rule: what is at hand is given."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import TYPE_CHECKING

from convt_lint.output.base import BOLD, CYAN, Style

if TYPE_CHECKING:
    from convt_lint.rules import Rule


def markdown(rule: Rule) -> str:
    """The documentation as it is written."""
    return inspect.getdoc(rule) or ""


def section(rule: Rule, heading: str) -> str:
    """What the documentation says under a heading, in one paragraph."""
    _, _, rest = markdown(rule).partition(f"## {heading}\n")
    return " ".join(rest.partition("\n## ")[0].split())


def documentation(rule: Rule, style: Style) -> Iterator[str]:
    """A rule's markdown as lines for a terminal: headings stand out, code is indented."""
    yield style.paint(f"{rule.code} {rule.name}", BOLD)
    yield ""
    in_code = False
    for line in markdown(rule).splitlines():
        if line.lstrip().startswith("```"):
            in_code = not in_code
        elif in_code:
            yield f"    {line}".rstrip()
        elif line.startswith("#"):
            yield style.paint(line.lstrip("# "), BOLD, CYAN)
        else:
            yield line


def suppressing(rule: Rule, style: Style) -> Iterator[str]:
    """How to silence a rule in one place, as lines for a terminal."""
    yield from ("", style.paint("To suppress it", BOLD, CYAN))
    yield f"`# noqa: {rule.code}` at the end of the line. Ruff's RUF102 does not know the code, and its fix removes the comment, unless"
    yield 'ruff is told `lint.external = ["CVT"]`.'


def on_devices(rule: Rule, style: Style) -> Iterator[str]:
    """What devices do with the layers that a rule reports, as lines for a terminal; nothing where none was tried."""
    from convt_lint.confirm.catalogue import KINDS, described
    from convt_lint.device_tables import rows, sentence

    layers: dict[str, list[str]] = {}
    for kind in KINDS:
        if kind.code == rule.code:
            layers.setdefault(sentence(rows(kind.name)), []).append(described(kind))
    if layers:
        yield from ("", style.paint("On devices", BOLD, CYAN))
    for said, described_layers in layers.items():
        yield f"{' | '.join(described_layers)}:"
        yield f"    {said}"
