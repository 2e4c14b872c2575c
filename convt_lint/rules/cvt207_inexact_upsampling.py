from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from itertools import product

from convt_lint.facts import Assumption, Facts, SizeExpected
from convt_lint.forms import condition, holds, label, owners
from convt_lint.geometry import Axis, output_length, problems
from convt_lint.proofs import PROVED, compare
from convt_lint.rules import refusals
from convt_lint.rules.base import Report, Rule, on_axes
from convt_lint.symbolic import Expression, Operation, evaluate, names, written

Forms = tuple[Expression, ...]
MAX_VALUE = 24
MAX_VARIABLES = 3
LENGTH = 10


class InexactUpsampling(Rule):
    """The code states that every input length is multiplied by the stride, and for some values of the parameters it is not.

    ## What it does
    Reports a transposed convolution marked `# convt: exact` (L -> stride*L for every L) whose arguments are computed from names, where legal
    values of these names give another length. Says for which, and what is exact for all. Where the file builds the layer with known
    values, those are judged instead (CVT201), and conditions on the way (`assert (k - u) % 2 == 0`) are taken into account.

    ## Why is this bad
    `padding=(kernel_size - stride)//2` is exact for an even difference alone: with an odd one the output is a sample too long, at each of a
    vocoder's layers, and its waveform no longer fits the target.

    ## Example
    ```python
    import torch.nn as nn


    def up(k, u):
        return nn.ConvTranspose1d(64, 32, k, u, padding=(k - u) // 2)  # convt: exact
    ```

    ## Use instead
    ```python
    import torch.nn as nn


    def up(k, u):
        return nn.ConvTranspose1d(64, 32, k, u, padding=(k - u + 1) // 2, output_padding=(k - u) % 2)  # convt: exact
    ```

    ## References
    - [torch.nn.ConvTranspose1d](https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html)
    """

    code = "CVT207"
    name = "inexact-upsampling"

    def check(self, facts: Facts) -> Iterator[Report]:
        stated = [fact for fact in facts.of(SizeExpected) if fact.exact]
        decided = {id(fact.layer.site) for fact in stated if None not in fact.layer.axes()}
        for fact in stated:
            if id(fact.layer.site) in decided or refusals.malformed(fact.layer) or refusals.ignores_output_padding(fact.layer, facts):
                continue
            for axis, known in enumerate(fact.layer.axes()):
                forms = fact.layer.forms(axis) if known is None else None
                values = None if forms is None else _counterexample(forms, fact.path.assumptions)
                if forms is not None and values is not None:
                    yield _report(fact, axis, forms, values)
                    break


def _gap(forms: Forms) -> Expression:
    """L_out - stride*L, in which L does not occur."""
    kernel_size, stride, padding, extra, dilation = forms
    extent = Operation("+", Operation("*", dilation, Operation("-", kernel_size, 1)), 1)
    return Operation("+", Operation("-", Operation("-", extent, stride), Operation("*", 2, padding)), extra)


def _counterexample(forms: Forms, assumptions: frozenset[Assumption]) -> dict[Hashable, int] | None:
    """The smallest values for which torch takes the layer, the path is as assumed, and the factor is not exact."""
    variables = sorted(frozenset().union(*map(names, forms)), key=repr)
    conditions = _conditions(frozenset(variables), assumptions)
    gap = _gap(forms)
    if not 0 < len(variables) <= MAX_VARIABLES or conditions is None or compare(gap, "==", 0, {}) == PROVED:
        return None
    for point in sorted(product(range(MAX_VALUE + 1), repeat=len(variables)), key=lambda point: (sum(point), point)):
        values = dict(zip(variables, point, strict=True))
        axis = Axis(*(evaluate(form, values) for form in forms))
        if (
            evaluate(gap, values)
            and not problems(axis)
            and output_length(LENGTH, axis) >= 1
            and all(holds(item.term, values) is item.holds for item in conditions)
        ):
            return values
    return None


def _conditions(variables: frozenset[Hashable], assumptions: frozenset[Assumption]) -> list[Assumption] | None:
    """The assumptions that speak of the variables; None where one of them may, and is not understood."""
    related = frozenset(part for name in variables for part in owners(name))
    found: list[Assumption] = []
    for item in assumptions:
        if item.bases and not item.opaque and not item.bases & related:
            continue
        about = condition(item.term)
        if about is None or not names(about[0]) <= variables:
            return None
        found.append(item)
    return found


def _report(fact: SizeExpected, axis: int, forms: Forms, values: Mapping[Hashable, int]) -> Report:
    layer = fact.layer
    numbers = Axis(*(evaluate(form, values) for form in forms))
    given, wanted = output_length(LENGTH, numbers), LENGTH * numbers.stride
    known = ", ".join(f"{label(name)}={value}" for name, value in values.items())
    where = on_axes(layer, [axis])
    shown = ", ".join(f"{name}={written(form, label)}" for name, form in zip(Axis._fields, forms, strict=True) if form != Axis._field_defaults.get(name))
    return Report(
        fact,
        f"{layer.layer.name}({shown}){where}: not exact for every value: with {known} it gives {given} from {LENGTH}, not {wanted}",
        suggestions=_repair(forms, where),
        evidence={"values": {label(name): value for name, value in values.items()}, "length": LENGTH, "given": given, "wanted": wanted},
    )


def _repair(forms: Forms, where: str) -> tuple[str, ...]:
    """padding and output_padding that are exact whatever the kernel and the stride are, proved."""
    kernel_size, stride, _, _, dilation = forms
    if dilation != 1:
        return ()
    odd = Operation("-", kernel_size, stride)
    padding, extra = Operation("//", Operation("+", odd, 1), 2), Operation("%", odd, 2)
    if compare(_gap((kernel_size, stride, padding, extra, dilation)), "==", 0, {}) != PROVED:
        return ()
    k, s = written(kernel_size, label), written(stride, label)
    return (f"padding={written(padding, label)}, output_padding={written(extra, label)}{where} is exact for every {k} >= {s} >= 2",)
