from __future__ import annotations

from collections.abc import Iterator

from convt_lint import geometry
from convt_lint.facts import CallExpected, Facts, LayerApplied, SizeExpected
from convt_lint.findings import Probe
from convt_lint.geometry import Axis
from convt_lint.rules import refusals
from convt_lint.rules.base import SHOWN, Report, Rule, built_where, changes, describe, formula, known_arguments, on_axes, probe, unique
from convt_lint.rules.cvt204_output_size_out_of_range import fault
from convt_lint.rules.reach import Lengths


class LengthMismatch(Rule):
    """For the known input the layer gives another length than the code expects.

    ## What it does
    Computes the output length of a run whose input length is known and holds it against what an assert or a `# convt:` directive
    states. Says which argument closes the gap.

    ## Why is this bad
    A legal layer with the wrong length is the most frequent trouble with transposed convolutions: nothing fails where the layer is
    written, and the sizes part later, in a loss, a skip connection or a concatenation.

    ## Example
    ```python
    import torch
    import torch.nn as nn

    up = nn.ConvTranspose1d(1, 1, kernel_size=3, stride=2, padding=1)
    y = up(torch.randn(1, 1, 10))
    assert y.shape[-1] == 20
    ```

    ## Use instead
    ```python
    import torch
    import torch.nn as nn

    up = nn.ConvTranspose1d(1, 1, kernel_size=3, stride=2, padding=1, output_padding=1)
    y = up(torch.randn(1, 1, 10))
    assert y.shape[-1] == 20
    ```

    ## References
    - [torch.nn.ConvTranspose1d: Shape](https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html)
    - Dumoulin and Visin, [A guide to convolution arithmetic for deep learning](https://arxiv.org/abs/1603.07285)
    """

    code = "CVT201"
    name = "length-mismatch"

    def check(self, facts: Facts) -> Iterator[Report]:
        for fact in facts.of(SizeExpected):
            if refusals.refused(fact.layer) or (fact.applied is not None and _fails(fact.applied)):
                continue
            given = _output_lengths(fact)
            pairs = zip(given, fact.expected, strict=True)
            if bad := [axis for axis, (got, wanted) in enumerate(pairs) if got is not None and wanted is not None and got != wanted]:
                yield self._report(fact, given, bad)
        for call in facts.of(CallExpected):
            if call.given is not None and not refusals.refused(call.layer):
                yield _of_call(call)

    def _report(self, fact: SizeExpected, given: Lengths, bad: list[int]) -> Report:
        layer, lengths = fact.layer, _input_lengths(fact)
        first = bad[0]
        alike = [axis for axis in bad if (lengths[axis], given[axis], fact.expected[axis]) == (lengths[first], given[first], fact.expected[first])]
        by_size = fact.applied is not None and refusals.takes_output_size(fact.applied)
        how = "with its output_size=" if by_size else f"from length {lengths[first]}"
        stated = f" ({fact.source}: {fact.text})" if fact.text else f" ({fact.source})"
        message = f"{describe(layer)}{built_where(layer, fact)}: {how} the output has length {given[first]}"
        message += f"{on_axes(layer, alike)}, not {fact.expected[first]}{stated}"
        axes = layer.axes()
        return Report(
            fact,
            message,
            formula="" if by_size else "; ".join(unique(_formula(lengths[axis], axes[axis]) for axis in bad)),
            suggestions=(_other_size(fact, bad),) if by_size else unique(text for axis in _one_of_each(fact, bad) for text in _closing(fact, axis, bad)),
            evidence={**known_arguments(layer), "lengths": list(lengths), "given": list(given), "expected": list(fact.expected), "axes": bad},
            probe=_probe(fact, bad, by_size),
        )


def _of_call(fact: CallExpected) -> Report:
    """A network gives another length than a directive at its call says."""
    layer = fact.layer
    start = "the output has" if fact.length is None else f"from length {fact.length} the output has"
    inexact = any(axis is not None and geometry.offset(axis) for axis in layer.axes())
    blamed = f"; the first layer on the way that is not exact is {describe(layer)}{built_where(layer, fact)}" if inexact else ""
    return Report(
        fact,
        f"{start} length {fact.given}{on_axes(layer, [fact.axis])}, not {fact.expected} (directive: {fact.text}){blamed}",
        evidence={"lengths": [fact.length], "given": [fact.given], "expected": [fact.expected], "axes": [fact.axis]},
    )


def _input_lengths(fact: SizeExpected) -> Lengths:
    return fact.lengths if fact.applied is None else fact.applied.lengths


def _output_lengths(fact: SizeExpected) -> Lengths:
    """The output's lengths in samples, None where not known."""
    if fact.applied is not None:
        return fact.applied.output_lengths()
    pairs = zip(fact.lengths, fact.layer.axes(), strict=True)
    return tuple(None if length is None or length < 1 or axis is None else geometry.output_length(length, axis) for length, axis in pairs)


def _fails(applied: LayerApplied) -> bool:
    """The run itself raises, which is reported where it stands."""
    empty = any(length is not None and length < 1 for length in (*applied.lengths, *applied.output_lengths()))
    return empty or fault(applied) is not None or bool(refusals.too_short_for_output_size(applied))


def _formula(length: int | None, axis: Axis | None) -> str:
    return "" if length is None or axis is None else formula(length, axis)


def _one_of_each(fact: SizeExpected, bad: list[int]) -> list[int]:
    """One of the axes that share all numbers."""
    axes, lengths = fact.layer.axes(), _input_lengths(fact)
    return list({(axes[axis], lengths[axis], fact.expected[axis]): axis for axis in reversed(bad)}.values())[::-1]


def _closing(fact: SizeExpected, axis: int, bad: list[int]) -> list[str]:
    """What gives the expected length on an axis, the least change first."""
    numbers, length, target = fact.layer.axes()[axis], _input_lengths(fact)[axis], fact.expected[axis]
    if numbers is None or length is None or target is None:
        return []
    where = on_axes(fact.layer, [axis]) if len(_one_of_each(fact, bad)) > 1 or len(bad) < fact.layer.layer.dims else ""
    found = [s for s in geometry.solutions(length, target, numbers, limit=3) if geometry.output_length(length, s) == target]
    return [f"{changes(numbers, solution)}{where} gives {target} from {length}" for solution in found]


def _other_size(fact: SizeExpected, bad: list[int]) -> str:
    """The output_size that gives the expected lengths, in words where the layer does not reach them."""
    size = list(fact.applied.output_lengths()) if fact.applied is not None else []
    for axis in bad:
        size[axis] = fact.expected[axis]
    for axis, (numbers, length) in enumerate(zip(fact.layer.axes(), _input_lengths(fact), strict=True)):
        if numbers is None or length is None or size[axis] not in geometry.output_size_range(length, numbers):
            return "the expected length in output_size=, where the layer allows it"
    return f"output_size={size}"


def _probe(fact: SizeExpected, bad: list[int], by_size: bool) -> Probe | None:
    lengths = _input_lengths(fact)
    expected = [wanted if axis in bad else None for axis, wanted in enumerate(fact.expected)]
    if not by_size:
        return probe(fact.layer, "length", SHOWN, lengths, expected=expected)
    size = [] if fact.applied is None else [length for length in fact.applied.output_lengths() if length is not None]
    if len(size) < len(expected) or None in lengths:
        return None
    return probe(fact.layer, "length", SHOWN, lengths, output_size=tuple(size), expected=expected)
