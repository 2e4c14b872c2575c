"""Facts in one line each, for the tests of the rules: the interpreter's part, done by hand."""

from __future__ import annotations

from typing import Any

from convt_lint.facts import NOT_GIVEN, Fact, Facts, LayerApplied, LayerBuilt, Path, Site, SizeExpected, Unknown
from convt_lint.rules import Report, run_rules
from convt_lint.torch_api import LAYERS, LayerSpec

HOMES = {"conv": "torch.nn.functional.", "Conv": "torch.nn.", "Lazy": "torch.nn."}


def spec(name: str) -> LayerSpec:
    return LAYERS[HOMES[name[:4]] + name]


def built(name: str = "ConvTranspose1d", *, names: tuple[tuple[str, str], ...] = (), path: Path | None = None, problems: Any = (), **given: Any) -> LayerBuilt:
    """A layer with the arguments `given`, torch's defaults for the rest, Unknown for what is missing."""
    layer = spec(name)
    values = {p.name: given.get(p.name, Unknown("missing") if p.required else p.default) for p in layer.parameters}
    return LayerBuilt(Site(2, 6, 2, 40), layer, values, frozenset(given), problems, names, path=path or Path())


def applied(layer: LayerBuilt, *lengths: int | None, output_size: Any = NOT_GIVEN, batched: bool | None = True) -> LayerApplied:
    return LayerApplied(Site(3, 5, 3, 20), layer, lengths or (None,) * layer.layer.dims, output_size=output_size, batched=batched)


def expected(layer: LayerBuilt, wanted: tuple[int | None, ...], run: LayerApplied | None = None, lengths: tuple[int | None, ...] = ()) -> SizeExpected:
    nothing = (None,) * layer.layer.dims
    found = run.lengths if run is not None else lengths or nothing
    return SizeExpected(Site(4, 1, 4, 30), layer, wanted, found, "directive" if run is None else "assert", "as written", run)


def reports(*facts: Fact) -> dict[str, Report]:
    """What the rules say of the facts, by code; a code that reports twice fails the test."""
    found: dict[str, Report] = {}
    for rule, report in run_rules(Facts(list(facts))):
        assert rule.code not in found, f"{rule.code} reports twice"
        found[rule.code] = report
    return found
