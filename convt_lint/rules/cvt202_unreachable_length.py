from __future__ import annotations

from collections.abc import Iterator

from convt_lint import geometry
from convt_lint.facts import CallExpected, Facts, SizeExpected
from convt_lint.geometry import Axis
from convt_lint.lengths import differ, sized
from convt_lint.rules import refusals
from convt_lint.rules.base import SHOWN, Report, Rule, built_where, changes, describe, known_arguments, on_axes, probe
from convt_lint.symbolic import Expression, evaluate, names


class UnreachableLength(Rule):
    """No input length gives the expected output length.

    ## What it does
    Where the input's length is not known, the output's is still `stride*L + c` for some whole L >= 1. Reports an expected length
    that is not among these, with the nearest ones that are and the inputs that give them.

    ## Why is this bad
    The statement can never hold: whatever is put in, the sizes differ.

    ## Example
    ```python
    import torch.nn as nn

    up = nn.ConvTranspose1d(64, 32, kernel_size=3, stride=2, padding=1)  # convt: -> 20
    ```

    ## Use instead
    ```python
    import torch.nn as nn

    up = nn.ConvTranspose1d(64, 32, kernel_size=3, stride=2, padding=1, output_padding=1)  # convt: -> 20
    ```

    ## References
    - [torch.nn.ConvTranspose1d: Shape](https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html)
    """

    code = "CVT202"
    name = "unreachable-length"

    def check(self, facts: Facts) -> Iterator[Report]:
        for fact in facts.of(SizeExpected):
            if refusals.refused(fact.layer) or (fact.applied is not None and refusals.takes_output_size(fact.applied)):
                continue
            lengths = fact.lengths if fact.applied is None else fact.applied.lengths
            rows = enumerate(zip(lengths, fact.layer.axes(), fact.expected, strict=True))
            found = [(index, axis, wanted) for index, (length, axis, wanted) in rows if length is None and axis is not None and wanted is not None]
            if bad := [row for row in found if geometry.input_length(row[2], row[1]) is None]:
                yield self._report(fact, bad)
            elif composed := [
                (index, form, wanted) for index, _, wanted in found if (form := _output(fact, index)) is not None and differ(sized(form), wanted)
            ]:
                yield _of_composition(fact, *composed[0])
        for call in facts.of(CallExpected):
            if call.given is None and not refusals.refused(call.layer):
                message = f"no input length gives {call.expected}{on_axes(call.layer, [call.axis])} (directive: {call.text})"
                yield Report(call, message, evidence={"expected": [call.expected], "axes": [call.axis]})

    def _report(self, fact: SizeExpected, bad: list[tuple[int, Axis, int]]) -> Report:
        layer = fact.layer
        _, axis, target = bad[0]
        alike = [index for index, other, wanted in bad if (other, wanted) == (axis, target)]
        below, above = geometry.nearest_output_lengths(target, axis)
        near = " and ".join(f"{length} (from {geometry.input_length(length, axis)})" for length in (below, above) if length is not None)
        stated = f" ({fact.source}: {fact.text})" if fact.text else f" ({fact.source})"
        message = f"{describe(layer)}{built_where(layer, fact)}: no input length gives {target}{on_axes(layer, alike)}{stated}; the nearest are {near}"
        if below is None:
            message = message.replace("the nearest are", "the shortest is")
        shift = geometry.offset(axis)
        general = f"{axis.stride}*L" + (f" {'-' if shift < 0 else '+'} {abs(shift)}" if shift else "")
        return Report(
            fact,
            message,
            formula=f"{general} = {target} holds for no whole L >= 1",
            suggestions=_closing(axis, target, on_axes(layer, alike)),
            evidence={**known_arguments(layer), "expected": list(fact.expected), "axes": [index for index, _, _ in bad], "nearest": [below, above]},
            probe=probe(layer, "unreachable", SHOWN, expected=[target if index in alike else None for index in range(layer.layer.dims)]),
        )


def _output(fact: SizeExpected, axis: int) -> Expression | None:
    """The output's length on a spatial axis, as it hangs on what came before the layer; None where that is not known."""
    length = fact.applied.forms[axis] if fact.applied is not None and fact.applied.forms else None
    return None if length is None else fact.layer.output_form(axis, length)


def _of_composition(fact: SizeExpected, axis: int, form: Expression, target: int) -> Report:
    """The layer alone could give the length, but not after the layers before it."""
    layer, general = fact.layer, str(sized(form))
    stated = f" ({fact.source}: {fact.text})" if fact.text else f" ({fact.source})"
    where = on_axes(layer, [axis])
    message = f"{describe(layer)}{built_where(layer, fact)}: after the layers before it, no input length gives {target}{where}{stated}"
    return Report(
        fact,
        message,
        formula=f"{general} = {target} holds for no length",
        suggestions=_nearest_composed(form, target),
        evidence={**known_arguments(layer), "expected": list(fact.expected), "axes": [axis], "length": general},
    )


def _nearest_composed(form: Expression, target: int) -> tuple[str, ...]:
    """The lengths next to the target that some input gives, where they hang on one length alone."""
    variables = list(names(form))
    if len(variables) != 1:
        return ()
    given = {evaluate(form, {variables[0]: length}): length for length in range(4 * target + 64, 0, -1)}
    near = (max((size for size in given if 1 <= size < target), default=None), min((size for size in given if size > target), default=None))
    return tuple(f"{size} comes from {given[size]}" for size in near if size is not None)


def _closing(axis: Axis, target: int, where: str) -> tuple[str, ...]:
    """The output_padding, else the padding, with which some input length gives the target."""
    extra = (target - geometry.offset(axis._replace(output_padding=0))) % axis.stride
    by_padding = [axis._replace(padding=axis.padding + step) for step in (1, -1, 2, -2)]
    for trial in (axis._replace(output_padding=extra), *by_padding):
        length = geometry.input_length(target, trial)
        if length is not None:
            return (f"{changes(axis, trial)}{where} gives {target} from {length}",)
    return ()
