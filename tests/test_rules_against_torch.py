"""The rules against real layers on the CPU: a rule reports something if and only if torch raises, in the constructor or in forward.

Where the two must differ:

- an empty output is torch's alone to find where a number is not known: a function's kernel is its weight's, which no fact holds, and
  a bool that torch takes for a number (kernel_size=True) is not followed;
- an output of length 0 is an empty tensor without a word where oneDNN computes it (several groups, kernels above 3 by 3), and CVT203 all the same;
- dilation=0 passes in oneDNN where the kernel is a single sample, which dilation does not touch, and is CVT103 all the same.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from rule_facts import applied, built, expected

from convt_lint.facts import NOT_GIVEN, Facts, LayerApplied, Other
from convt_lint.geometry import Axis, output_length
from convt_lint.rules import Report, run_rules
from convt_lint.rules.refusals import below_least, numbers

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.filterwarnings("ignore:Initializing zero-element tensors")

QUICK = settings(deadline=None, derandomize=False, suppress_health_check=list(HealthCheck))
DIMS = st.integers(1, 3)
ODD = st.sampled_from([True, False, 2.0, 0.5, None, "same", "2", "", (), (2.0,), ((2,),), (None,)])
LEAST = {"kernel_size": 1, "stride": 1, "padding": 0, "output_padding": 0, "dilation": 1}
MOST = {"kernel_size": 4, "stride": 4, "padding": 3, "output_padding": 3, "dilation": 3}


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Any:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@st.composite
def per_axis(draw: st.DrawFn, name: str, dims: int, odd: bool) -> Any:
    """A value for a per-axis argument: legal in kind and arity, or (odd) of any kind, arity and sign."""
    number = st.integers(LEAST[name] - 2 * odd, MOST[name])
    if not odd:
        return draw(number | st.tuples(*[number] * dims) | (number if name == "kernel_size" else st.tuples(number)))
    some = st.lists(number | st.booleans() | st.just(2.0), max_size=4).map(tuple)
    return draw(number | ODD | some | st.tuples(*[number | st.booleans() | st.just(2.0)] * dims))


@st.composite
def arguments(draw: st.DrawFn, dims: int, names: list[str]) -> dict[str, Any]:
    """Values for some of the arguments `names` (the required ones always); at most two are drawn from all that can be written."""
    odd = set(draw(st.lists(st.sampled_from(names), max_size=2)))
    found: dict[str, Any] = {}
    for name in names:
        required = name in ("kernel_size", "in_channels", "out_channels")
        if not required and name not in odd and draw(st.booleans()):
            continue
        if name in LEAST:
            found[name] = draw(per_axis(name, dims, name in odd))
        elif name == "padding_mode":
            found[name] = draw(st.sampled_from(["reflect", "same", "", None, 0, ("zeros",)]) if name in odd else st.just("zeros"))
        elif name == "bias":
            found[name] = draw(st.sampled_from([True, False, None, 0, "x"]))
        elif name == "groups":
            found[name] = draw(st.integers(-1, 5) | ODD if name in odd else st.integers(1, 2))
        else:
            found[name] = draw(st.integers(-1, 4) | ODD if name in odd else st.sampled_from([2, 4]))
    return found


def whole(value: Any, default: int = 2) -> int:
    """A number of channels that an input can have: the value where it is one."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 1 else default


def verdict(run: LayerApplied) -> dict[str, Report]:
    return {rule.code: report for rule, report in run_rules(Facts([run.layer, run]))}


def outcome(call: Any) -> Any:
    """The output's shape, or the exception that the constructor or forward raises."""
    try:
        return tuple(call().shape)
    except (RuntimeError, TypeError, ValueError, IndexError) as error:
        return error


def lenient_backend(run: LayerApplied, codes: set[str], shape: tuple[int, ...]) -> bool:
    """What oneDNN lets pass and the plain code for one group and small kernels refuses: empty outputs, and no dilation of one sample."""
    kernels = numbers(run.layer, "kernel_size")[-2:]
    if run.layer.arguments["groups"] == 1 and not (len(kernels) == 2 and all(kernel is not None and kernel > 3 for kernel in kernels)):
        return False
    if codes == {"CVT203"}:
        return 0 in shape[-run.layer.layer.dims :]
    return codes == {"CVT103"} and below_least(run.layer).keys() == {"dilation"} and 0 in numbers(run.layer, "dilation")


def compare(run: LayerApplied, result: Any, told: str) -> None:
    reported = verdict(run)
    event(f"{'reported ' + '+'.join(reported) if reported else 'runs'}")
    if isinstance(result, Exception):
        unknown_number = None in run.layer.axes() and re.search("Output size is too small|memory descriptor|negative dimension", str(result))
        assert reported or unknown_number, f"torch refuses {told}: {result!r}"
    elif reported:
        assert lenient_backend(run, set(reported), result), f"torch runs {told}: {reported}"
    else:
        lengths = zip(run.output_lengths(), result[-run.layer.layer.dims :], strict=True)
        assert all(computed in (None, real) for computed, real in lengths), f"{told} gives {result}"


MODULE_NAMES = ["in_channels", "out_channels", "kernel_size", "stride", "padding", "output_padding", "groups", "bias", "dilation", "padding_mode"]


@settings(QUICK, max_examples=1500)
@given(st.data())
def test_modules(data: st.DataObject) -> None:
    dims = data.draw(DIMS)
    values = data.draw(arguments(dims, MODULE_NAMES))
    lengths = data.draw(st.tuples(*[st.integers(1, 5)] * dims))
    name = f"ConvTranspose{dims}d"
    given_input = torch.zeros(1, whole(values["in_channels"]), *lengths)
    result = outcome(lambda: getattr(torch.nn, name)(**values)(given_input))
    compare(applied(built(name, **values), *lengths), result, f"{name}({values}) on {lengths}")


@settings(QUICK, max_examples=500)
@given(st.data())
def test_lazy_modules(data: st.DataObject) -> None:
    dims = data.draw(DIMS)
    values = data.draw(arguments(dims, MODULE_NAMES[1:]))
    lengths = data.draw(st.tuples(*[st.integers(1, 5)] * dims))
    name = f"LazyConvTranspose{dims}d"
    given_input = torch.zeros(1, whole(values.get("groups"), 1) * 2, *lengths)
    result = outcome(lambda: getattr(torch.nn, name)(**values)(given_input))
    compare(applied(built(name, **values), *lengths), result, f"{name}({values}) on {lengths}")


@settings(QUICK, max_examples=500)
@given(st.data())
def test_functions(data: st.DataObject) -> None:
    dims = data.draw(DIMS)
    values = data.draw(arguments(dims, ["stride", "padding", "output_padding", "groups", "dilation"]))
    if data.draw(st.integers(0, 9)) == 0:
        values["bias"] = data.draw(st.sampled_from([None, True, False, 0, 1.0, "x", (1,)]))
    lengths = data.draw(st.tuples(*[st.integers(1, 5)] * dims))
    kernels = data.draw(st.tuples(*[st.integers(1, 4)] * dims))
    name = f"conv_transpose{dims}d"
    channels = whole(values.get("groups"), 1) * 2
    weight, given_input = torch.zeros(channels, 2, *kernels), torch.zeros(1, channels, *lengths)
    function = getattr(torch.nn.functional, name)
    result = outcome(lambda: function(given_input, weight, **values))
    layer = built(name, input=Other("tensor"), weight=Other("tensor"), **values)
    compare(applied(layer, *lengths), result, f"{name}({values}), kernel {kernels}, on {lengths}")


@st.composite
def legal_axis(draw: st.DrawFn) -> Axis:
    stride, dilation = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    return Axis(draw(st.integers(1, 4)), stride, draw(st.integers(0, 2)), draw(st.integers(0, max(stride, dilation) - 1)), dilation)


def keywords(axes: list[Axis]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(getattr(axis, name) for axis in axes) for name in Axis._fields}


@settings(QUICK, max_examples=500)
@given(st.data())
def test_output_size(data: st.DataObject) -> None:
    dims = data.draw(DIMS)
    axes = [data.draw(legal_axis()) for _ in range(dims)]
    lengths = data.draw(st.tuples(*[st.integers(1, 5)] * dims))
    values: dict[str, Any] = dict(keywords(axes))
    if data.draw(st.integers(0, 4)) == 0:  # which torch never looks at
        values["output_padding"] = data.draw(st.integers(-1, 9) | ODD)
    if data.draw(st.integers(0, 9)) == 0:  # which torch spreads only without output_size
        values[data.draw(st.sampled_from(["stride", "padding", "dilation"]))] = (1,)
    batched = data.draw(st.booleans())
    near = [output_length(length, axis) + data.draw(st.integers(-1, axis.stride)) - axis.output_padding for length, axis in zip(lengths, axes, strict=True)]
    extra = [7] * data.draw(st.sampled_from([0, 0, 1, 2, 3]))
    size = data.draw(st.just((*extra, *near)) | st.sampled_from([None, 20, 20.0, "20", (), (True,), (2.0,) * dims, (None,) * dims, ("x",) * dims]))
    name = f"ConvTranspose{dims}d"
    given_input = torch.zeros((1, 1, *lengths) if batched else (1, *lengths))
    result = outcome(lambda: getattr(torch.nn, name)(1, 1, **values)(given_input, output_size=size))
    layer = built(name, in_channels=1, out_channels=1, **values)
    compare(applied(layer, *lengths, output_size=size, batched=batched), result, f"{name}({values}) on {lengths}, output_size={size!r}, batched={batched}")


def suggested(text: str, axis: Axis) -> Axis | None:
    """The axis that a suggestion with `name=number` parts describes; None for one in words."""
    numbers = {name: int(number) for name, number in re.findall(r"\b(kernel_size|stride|padding|output_padding|dilation)=(\d+)", text)}
    return axis._replace(**numbers) if numbers and " from " in text else None


def real_length(axis: Axis, length: int) -> int:
    return int(torch.nn.ConvTranspose1d(1, 1, **axis._asdict())(torch.zeros(1, 1, length)).shape[-1])


@settings(QUICK, max_examples=400)
@given(legal_axis(), st.integers(1, 8), st.integers(-6, 12))
def test_suggestions_close_the_gap(axis: Axis, length: int, gap: int) -> None:
    given_length = output_length(length, axis)
    layer = built(in_channels=1, out_channels=1, **axis._asdict())
    run = applied(layer, length)
    if given_length < 1 or gap == 0 or given_length + gap < 1:
        return
    found = {rule.code: report for rule, report in run_rules(Facts([layer, run, expected(layer, (given_length + gap,), run)]))}
    assert list(found) == ["CVT201"]
    for text in found["CVT201"].suggestions:
        changed = suggested(text, axis)
        assert changed is not None
        assert real_length(changed, length) == given_length + gap


@settings(QUICK, max_examples=400)
@given(legal_axis(), st.integers(1, 8), st.integers(0, 6))
def test_suggestions_for_an_illegal_output_padding_reach_what_was_meant(axis: Axis, length: int, above: int) -> None:
    illegal = axis._replace(output_padding=max(axis.stride, axis.dilation) + above)
    layer = built(in_channels=1, out_channels=1, **illegal._asdict())
    target = output_length(length, illegal)
    found = verdict(applied(layer, length, output_size=NOT_GIVEN))
    assert list(found) == ["CVT102"]
    for text in found["CVT102"].suggestions:
        changed = suggested(text.replace(f"To get {target} from {length}: ", " from "), axis._replace(output_padding=0, dilation=1))
        assert changed is not None
        assert real_length(changed, length) == target


@settings(QUICK, max_examples=300)
@given(legal_axis(), st.integers(1, 40))
def test_unreachable_means_for_no_input(axis: Axis, target: int) -> None:
    layer = built(in_channels=1, out_channels=1, **axis._asdict())
    found = {rule.code: report for rule, report in run_rules(Facts([layer, expected(layer, (target,))]))}
    reached = [length for length in range(1, target + 20) if output_length(length, axis) == target]
    assert list(found) == ([] if reached else ["CVT202"])
    if reached:
        assert real_length(axis, reached[0]) == target
    for text in found["CVT202"].suggestions if found else ():
        changed, length = suggested(text, axis), int(text.rsplit(" ", 1)[1])
        assert changed is not None
        assert real_length(changed, length) == target
