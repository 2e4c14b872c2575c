from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby, product

from convt_lint import geometry
from convt_lint.dependence import FAR
from convt_lint.facts import INPUT, Assumption, Facts, LayerBuilt, ProductRefuted, ProductStated, SizeExpected
from convt_lint.forms import condition, holds, is_given, label, owners, touches
from convt_lint.geometry import Axis, output_length, problems
from convt_lint.lines import line
from convt_lint.proofs import PROVED, compare, period_of
from convt_lint.rules import refusals
from convt_lint.rules.base import Report, Rule, built_where, changes, describe, known_arguments, on_axes
from convt_lint.symbolic import Dimension, Expression, evaluate, names, written

Forms = tuple[Expression, ...]
MAX_VALUE = 24
MAX_PERIOD = 64
MAX_VARIABLES = 3
LENGTHS = range(10, 14)


class InexactUpsampling(Rule):
    """The code states that every input length is multiplied by the stride, and for some values of the parameters it is not.

    ## What it does
    Reports a transposed convolution marked `# convt: exact` (L -> stride*L for every L) whose arguments are computed from names, where legal
    values of these names give another length. Says for which, and what is exact for all. Where the file builds the layer with known
    values, those are judged instead (CVT201), and conditions on the way (`assert (k - u) % 2 == 0`) are taken into account.

    `assert np.prod(rates) == hop` states it of a network: reported where its `forward` returns the product times the input's length and
    some samples that are no whole number of frames, and where the product is another number.

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
        stated = [fact for fact in facts.of(SizeExpected) if any(fact.claim(axis) for axis in range(fact.layer.layer.dims))]
        decided = {id(layer.site) for layer in facts.of(LayerBuilt) if None not in layer.axes()}
        for fact in stated:
            if id(fact.layer.site) in decided or refusals.malformed(fact.layer) or refusals.ignores_output_padding(fact.layer, facts):
                continue
            for axis, known in enumerate(fact.layer.axes()):
                claim = _claim(fact, axis) if known is None else None
                span = fact.spans[axis] if fact.spans else (1, None)
                values = None if claim is None or touches(fact.path.checked, claim.variables()) else _counterexample(claim, fact.path.assumptions, span)
                if claim is not None and values is not None:
                    yield _report(fact, axis, claim, values)
                    break
        for product_of in facts.of(ProductRefuted):
            numbers = {"product": product_of.product, "stated": product_of.stated}
            yield Report(product_of, f"the product is {product_of.product}, not {product_of.stated} as stated here: this raises", evidence=numbers)
        for network in facts.of(ProductStated):
            surplus = _surplus(network)
            if surplus is not None and surplus % network.total:
                yield _of_network(network, surplus)


@dataclass(frozen=True, slots=True)
class _Claim:
    """A layer's geometry in the order of Axis, its input's length, and the length stated for its output; `exact`: stride times the input's."""

    forms: Forms
    length: Expression
    wanted: Expression
    exact: bool

    @property
    def given(self) -> Expression:
        """The length that the layer gives."""
        kernel_size, stride, padding, extra, dilation = self.forms
        return (self.length - 1) * stride - 2 * padding + dilation * (kernel_size - 1) + extra + 1

    def variables(self) -> frozenset[Hashable]:
        return frozenset().union(*map(names, (*self.forms, self.length, self.wanted)))


def _claim(fact: SizeExpected, axis: int) -> _Claim | None:
    forms, said = fact.layer.forms(axis), fact.claim(axis)
    if forms is None or said is None:
        return None
    length, wanted = said
    if wanted is not None and not _is_of_the_input(wanted, length, forms):
        return None
    return _Claim(forms, length, length * forms[1] if wanted is None else wanted, wanted is None)


def _is_of_the_input(wanted: Expression, length: Expression, forms: Forms) -> bool:
    """Whether a stated length is a formula in the layer's own input and arguments: else it relates the layer to something else."""
    arguments = frozenset().union(*map(names, forms))
    return not names(length).isdisjoint(names(wanted)) and names(wanted) <= names(length) | arguments


def _counterexample(claim: _Claim, assumptions: frozenset[Assumption], span: tuple[int, int | None]) -> dict[Hashable, int] | None:
    """The smallest values for which torch takes the layer, the path is as assumed, and the output is not what is stated. `span`: the least and the
    largest length that it is stated for."""
    variables = sorted(claim.variables(), key=repr)
    lengths = [name for name in variables if name == INPUT.name or isinstance(name, Dimension)]
    chosen = [name for name in variables if name not in lengths]
    conditions = _conditions(frozenset(variables) - {INPUT.name}, assumptions)
    if not 0 < len(chosen) <= MAX_VARIABLES or len(lengths) > 1 or conditions is None or not all(map(is_given, (*chosen, *lengths))):
        return None
    if compare(claim.given, "==", claim.wanted, {}) == PROVED:
        return None
    usual = [length for length in LENGTHS if length >= span[0] and (span[1] is None or length <= span[1])]
    tried = usual or range(span[0], min(span[0] + len(LENGTHS), (span[1] or span[0] + len(LENGTHS)) + 1))
    points = product(*(tried if name in lengths else range(MAX_VALUE + 1) for name in variables))
    for point in sorted(points, key=lambda point: (sum(point), point)):
        values = dict(zip(variables, point, strict=True))
        axis, length = Axis(*(evaluate(form, values) for form in claim.forms)), evaluate(claim.length, values)
        runs = length >= 1 and not problems(axis) and output_length(length, axis) >= 1
        if runs and output_length(length, axis) != evaluate(claim.wanted, values) and all(holds(item.term, values) is item.holds for item in conditions):
            return values
    return None


def _conditions(variables: frozenset[Hashable], assumptions: frozenset[Assumption]) -> list[Assumption] | None:
    """The assumptions that speak of the variables; None where one of them may, and is not understood."""
    related = frozenset(part for name in variables for part in owners(name.owner if isinstance(name, Dimension) else name))
    found: list[Assumption] = []
    for item in assumptions:
        if item.guess or (item.bases and not item.opaque and not item.bases & related):
            continue
        about = condition(item.term)
        if about is None or not names(about[0]) <= variables:
            return None
        found.append(item)
    return found


def _report(fact: SizeExpected, axis: int, claim: _Claim, values: Mapping[Hashable, int]) -> Report:
    layer = fact.layer
    length, given, wanted = (evaluate(form, values) for form in (claim.length, claim.given, claim.wanted))
    known = ", ".join(f"{label(name)}={value}" for name, value in values.items() if name != INPUT.name and not isinstance(name, Dimension))
    where = on_axes(layer, [axis])
    pairs = zip(Axis._fields, claim.forms, strict=True)
    shown = ", ".join(f"{name}={written(form, label)}" for name, form in pairs if form != Axis._field_defaults.get(name))
    text = "not exact" if claim.exact else f"not {written(claim.wanted, label)} samples ({fact.source})"
    return Report(
        fact,
        f"{layer.layer.name}({shown}){where}{built_where(layer, fact)}: {text} for every value: with {known} it gives {given} from {length}, not {wanted}",
        suggestions=_repair(claim, where),
        evidence={"values": {label(name): value for name, value in values.items()}, "length": length, "given": given, "wanted": wanted},
    )


def _surplus(fact: ProductStated) -> int | None:
    """How many samples more than `total` times its input's the output has, if that is so for every long input."""
    period = period_of(fact.output)
    if period > MAX_PERIOD:
        return None
    found = {evaluate(fact.output, {fact.name: length}) - fact.total * length for length in range(FAR * period, (FAR + 2) * period + 1)}
    return found.pop() if len(found) == 1 else None


def _of_network(fact: ProductStated, surplus: int) -> Report:
    layer, axis = fact.layer, fact.layer.axes()[-1]
    length = label(fact.name)
    given = f"{fact.total}*{length} {'-' if surplus < 0 else '+'} {abs(surplus)}"
    steps = [size for size, _ in groupby([_FRAMES, *(place.size for place in fact.trail.at({fact.name: _FRAMES}, {}).way())])]
    message = f"{describe(layer)}: the code states {fact.total} samples for each frame ({line(fact.stated.row)}), but forward returns {given}"
    exact = [] if axis is None else [s for s in geometry.solutions(_FRAMES, _FRAMES * axis.stride, axis) if s.stride == axis.stride and geometry.offset(s) == 0]
    return Report(
        fact,
        f"{message}; {_FRAMES} frames come as {' -> '.join(map(str, steps))}",
        suggestions=tuple(f"{changes(axis, s)} makes it {axis.stride}*L for every L" for s in exact[:1] if axis is not None),
        evidence={**known_arguments(layer), "frame": fact.total, "surplus": surplus, "lengths": steps},
    )


_FRAMES = 10


def _repair(claim: _Claim, where: str) -> tuple[str, ...]:
    """padding and output_padding that give what is stated whatever the kernel and the stride are, proved."""
    kernel_size, stride, _, _, dilation = claim.forms
    odd = kernel_size - stride
    padding, extra = (odd + 1) // 2, odd % 2
    repaired = replace(claim, forms=(kernel_size, stride, padding, extra, dilation))
    if dilation != 1 or compare(repaired.given, "==", claim.wanted, {}) != PROVED:
        return ()
    k, s = written(kernel_size, label), written(stride, label)
    return (f"padding={written(padding, label)}, output_padding={written(extra, label)}{where} is exact for every {k} >= {s} >= 2",)
