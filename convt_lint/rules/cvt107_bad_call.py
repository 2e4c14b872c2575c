from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from math import isfinite

from convt_lint.facts import CallProblem, Facts, FactValue, LayerBuilt
from convt_lint.findings import Probe
from convt_lint.rules import refusals
from convt_lint.rules.base import Report, Rule, describe, is_known, plain, probe, unique
from convt_lint.rules.kinds import kind_of


class BadCall(Rule):
    """The call does not fit the signature, or an argument is of a kind that torch refuses.

    ## What it does
    Reports missing, surplus, repeated and unknown arguments, and values of another kind where an int is needed: a float from
    a division, a bool, None, a string.

    ## Why is this bad
    The call raises a TypeError; for `stride`, `padding`, `output_padding` and `dilation` not in the constructor, which takes
    anything, but in `forward`. `kernel_size / 2` is a float even where it is whole.

    ## Example
    ```python
    import torch.nn as nn

    kernel_size = 4
    up = nn.ConvTranspose1d(64, 32, kernel_size, stride=2, padding=kernel_size / 4)
    ```

    ## Use instead
    ```python
    import torch.nn as nn

    kernel_size = 4
    up = nn.ConvTranspose1d(64, 32, kernel_size, stride=2, padding=kernel_size // 4)
    ```

    ## References
    - [torch.nn.ConvTranspose1d](https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html)
    - [torch.nn.functional.conv_transpose1d](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv_transpose1d.html)
    """

    code = "CVT107"
    name = "bad-call"

    def check(self, facts: Facts) -> Iterator[Report]:
        for layer in facts.of(LayerBuilt):
            if layer.problems:
                yield self._of_call(layer)
                continue
            slips = refusals.misplaced(layer)
            bad = {name: value for name, value in refusals.non_integers(layer).items() if name not in slips}
            if refusals.ignores_output_padding(layer, facts):
                bad.pop("output_padding", None)
            if bad:
                yield self._of_values(layer, bad, facts)

    def _of_call(self, layer: LayerBuilt) -> Report:
        return Report(
            layer,
            f"{describe(layer)}: {'; '.join(_said(problem) for problem in layer.problems)}",
            suggestions=unique([text for problem in layer.problems for text in _advice(layer, problem)]),
            evidence={"problems": [[problem.kind, problem.name] for problem in layer.problems]},
            probe=_unexpected(layer),
        )

    def _of_values(self, layer: LayerBuilt, bad: dict[str, FactValue], facts: Facts) -> Report:
        shown = [name for name, value in bad.items() if is_known(value)]
        parts = [f"{name} must be {_wanted(layer, name)}, not {_kind(value)}" for name, value in bad.items()]
        return Report(
            layer,
            f"{describe(layer, *shown)}: {'; '.join(parts)}",
            suggestions=unique([_as_int(name, value) for name, value in bad.items() if " int" in _wanted(layer, name)]),
            evidence={name: plain(value) for name, value in bad.items()},
            probe=probe(layer, "fails", bad) if len(shown) == len(bad) else None,
            kind=kind_of(layer, facts),
        )


def _said(problem: CallProblem) -> str:
    return {
        "missing": f"the argument {problem.name} is missing",
        "duplicate": f"the argument {problem.name} is given twice",
        "unexpected": f"there is no argument {problem.name}",
        "too many": "too many positional arguments",
    }.get(problem.kind, f"{problem.kind} argument {problem.name}")


def _advice(layer: LayerBuilt, problem: CallProblem) -> list[str]:
    names = [parameter.name for parameter in layer.layer.parameters]
    if problem.kind == "missing":
        return [f"add {problem.name}="]
    if problem.kind == "unexpected" and (near := get_close_matches(problem.name, names, n=1)):
        return [f"{near[0]}="]
    return [f"the arguments are ({', '.join(names)})"]


def _unexpected(layer: LayerBuilt) -> Probe | None:
    """An unknown keyword can be tried with any value; what else is wrong with a call cannot be told by arguments."""
    names = {problem.name: 1 for problem in layer.problems if problem.kind == "unexpected"}
    spec = layer.layer
    return Probe(spec.name, spec.dims, "fails", names, (None,) * spec.dims) if names else None


def _wanted(layer: LayerBuilt, name: str) -> str:
    parameter = layer.layer.parameter(name)
    if parameter is not None and parameter.per_axis:
        return "an int" if layer.layer.dims == 1 else f"an int or {layer.layer.dims} ints"
    return {"input": "a tensor", "weight": "a tensor", "bias": "a tensor or None", "device": "a torch.device", "dtype": "a torch.dtype"}.get(name, "an int")


def _kind(value: FactValue) -> str:
    if isinstance(value, tuple):
        odd = [item for item in value if not isinstance(item, int) or isinstance(item, bool)]
        return f"a tuple holding {_kind(next((item for item in odd if is_known(item)), value[0]))}" if value else "an empty tuple"
    return "None" if value is None else f"the {type(value).__name__} {value!r}"


def _as_int(name: str, value: FactValue) -> str:
    if isinstance(value, bool):
        return f"{name}={int(value)}"
    if not isinstance(value, float) or not isfinite(value):
        return ""
    return f"{name}={int(value)}, written with // where it is computed" if value.is_integer() else f"{name}={round(value)}, or another int"
