"""Geometry against torch itself: real layers run on the CPU are the oracle, geometry is what is tested.

oneDNN is off: where torch hands it a layer (batch or groups > 1, large inputs, 2d kernels above 3), an output of length zero is an
empty tensor and a negative one an obscure error; torch's own code refuses both alike.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from convt_lint import geometry
from convt_lint.geometry import Axis

LAYERS = {1: torch.nn.ConvTranspose1d, 2: torch.nn.ConvTranspose2d, 3: torch.nn.ConvTranspose3d}
pytestmark = pytest.mark.filterwarnings("ignore:Initializing zero-element tensors")
COMMON = settings(deadline=None, derandomize="CI" in os.environ)


@pytest.fixture(autouse=True, scope="module")
def plain_torch() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch.backends.mkldnn, "enabled", False)
        yield
    torch.set_num_threads(before)


def run(axes: Sequence[Axis], lengths: Sequence[int], output_size: Sequence[int] | None = None) -> torch.Tensor:
    """What torch makes of an input of ones with a kernel of ones: the output, or torch's own exception."""
    columns = zip(*axes, strict=True)
    layer = LAYERS[len(axes)](1, 1, bias=False, **dict(zip(Axis._fields, columns, strict=True)))  # type: ignore[arg-type]
    with torch.no_grad():
        layer.weight.fill_(1.0)
        output: torch.Tensor = layer(torch.ones(1, 1, *lengths), output_size=None if output_size is None else list(output_size))
    return output


def lengths_or_none(axes: Sequence[Axis], lengths: Sequence[int]) -> tuple[int, ...] | None:
    try:
        return tuple(run(axes, lengths).shape[2:])
    except RuntimeError:
        return None


def torch_length(axis: Axis, length: int) -> int | None:
    found = lengths_or_none([axis], [length])
    return None if found is None else found[0]


@st.composite
def legal_axes(draw: st.DrawFn) -> Axis:
    stride, dilation = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    return Axis(draw(st.integers(1, 5)), stride, draw(st.integers(0, 4)), draw(st.integers(0, max(stride, dilation) - 1)), dilation)


WILD_AXES = st.builds(Axis, st.integers(-1, 5), st.integers(-1, 4), st.integers(-1, 4), st.integers(-1, 6), st.integers(-1, 3))


@st.composite
def nearly_legal_axes(draw: st.DrawFn) -> Axis:
    """A legal axis with one parameter redrawn, so that one thing at most is wrong."""
    name = draw(st.sampled_from(Axis._fields))
    return draw(legal_axes())._replace(**{name: draw(st.integers(-2, 6))})


ANY_AXES = legal_axes() | nearly_legal_axes() | WILD_AXES


# --- the length, and what is refused


def check_forward(axes: Sequence[Axis], lengths: Sequence[int]) -> None:
    expected = tuple(geometry.output_length(length, axis) for length, axis in zip(lengths, axes, strict=True))
    runs = min(lengths) >= 1 and min(expected) >= 1 and not any(geometry.problems(axis) for axis in axes)
    assert lengths_or_none(axes, lengths) == (expected if runs else None)


@settings(COMMON, max_examples=2000)
@given(ANY_AXES, st.integers(0, 8))
@example(Axis(3, 2, 1, 11), 10)
@example(Axis(3, 2, 0, 2, 3), 10)
@example(Axis(3, 2, 0, 3, 3), 10)
@example(Axis(3, 1, 6), 10)
def test_forward_1d(axis: Axis, length: int) -> None:
    check_forward([axis], [length])


# Two or three axes are all legal too seldom unless most are drawn so.
MOSTLY_LEGAL = st.sampled_from([legal_axes(), legal_axes(), legal_axes(), nearly_legal_axes()]).flatmap(lambda strategy: strategy)


@settings(COMMON, max_examples=1000)
@given(st.lists(st.tuples(MOSTLY_LEGAL, st.integers(0, 5)), min_size=2, max_size=2))
def test_forward_2d(pairs: list[tuple[Axis, int]]) -> None:
    axes, lengths = zip(*pairs, strict=True)
    check_forward(axes, lengths)


@settings(COMMON, max_examples=600)
@given(st.lists(st.tuples(MOSTLY_LEGAL, st.integers(1, 3)), min_size=3, max_size=3))
def test_forward_3d(pairs: list[tuple[Axis, int]]) -> None:
    axes, lengths = zip(*pairs, strict=True)
    check_forward(axes, lengths)


@settings(COMMON, max_examples=500)
@given(legal_axes(), st.integers(1, 8))
def test_offset_is_what_is_left_of_stride_times_length(axis: Axis, length: int) -> None:
    found = torch_length(axis, length)
    if found is not None:
        assert found - axis.stride * length == geometry.offset(axis)


TORCH_WORDS = {
    "kernel_size": ("kernel size should be greater than zero", "negative dimension"),
    "stride": ("non-positive stride", "stride should be greater than zero"),
    "padding": ("negative padding",),
    "output_padding": ("negative output_padding", "output padding must be smaller than either stride or dilation"),
    "dilation": ("dilation should be greater than zero",),
}


@settings(COMMON, max_examples=800)
@given(nearly_legal_axes() | WILD_AXES)
def test_problems_holds_the_parameter_that_torch_complains_of(axis: Axis) -> None:
    wrong = geometry.problems(axis)
    if not wrong:
        return
    with pytest.raises(RuntimeError) as caught:
        run([axis], [8])
    blamed = [name for name, words in TORCH_WORDS.items() if any(word in str(caught.value) for word in words)]
    assert len(blamed) == 1, caught.value
    assert blamed[0] in wrong


@settings(COMMON, max_examples=300)
@given(WILD_AXES)
def test_every_problem_must_be_mended_before_torch_runs_the_layer(axis: Axis) -> None:
    legal = {"kernel_size": 3, "stride": 2, "padding": 0, "output_padding": 0, "dilation": 1}
    wrong = geometry.problems(axis)
    mended = axis._replace(**{name: legal[name] for name in wrong})
    if "stride" in wrong or "dilation" in wrong:  # output_padding is only judged where there is something to hold it against
        mended = mended._replace(output_padding=0)
    assert torch_length(mended, 12) is not None
    for name in wrong:
        assert torch_length(mended._replace(**{name: getattr(axis, name)}), 12) is None


@settings(COMMON, max_examples=200)
@given(st.integers(1, 6), st.integers(1, 6))
def test_legal_output_padding_is_what_torch_accepts(stride: int, dilation: int) -> None:
    accepted = [extra for extra in range(-2, 10) if torch_length(Axis(2, stride, 0, extra, dilation), 3) is not None]
    assert accepted == list(geometry.legal_output_padding(stride, dilation))


# --- ranges of lengths


def output_size_outcome(axes: Sequence[Axis], lengths: Sequence[int], sizes: Sequence[int]) -> str:
    try:
        output = run(axes, lengths, sizes)
    except ValueError:
        return "refused"
    except RuntimeError as error:
        return "empty" if "Output size is too small" in str(error) else str(error)
    return "accepted" if tuple(output.shape[2:]) == tuple(sizes) else f"gave {tuple(output.shape)}"


def output_size_verdict(axes: Sequence[Axis], lengths: Sequence[int], sizes: Sequence[int]) -> str:
    in_range = [size in geometry.output_size_range(length, axis) for size, length, axis in zip(sizes, lengths, axes, strict=True)]
    if not all(in_range):
        return "refused"
    return "accepted" if min(sizes) >= 1 else "empty"


@settings(COMMON, max_examples=200)
@given(legal_axes(), st.integers(-1, 9), st.integers(1, 6))
@example(Axis(3, 1, 0, 0, 3), 0, 10)
@example(Axis(3, 2, 1), 11, 10)
def test_output_size_range_1d(axis: Axis, output_padding: int, length: int) -> None:
    axis = axis._replace(output_padding=output_padding)  # legal or not: torch ignores it here
    least = geometry.output_length(length, axis) - output_padding
    for size in range(least - 3, least + 9):
        assert output_size_outcome([axis], [length], [size]) == output_size_verdict([axis], [length], [size])


@settings(COMMON, max_examples=500)
@given(st.lists(st.tuples(legal_axes(), st.integers(1, 5), st.integers(-1, 5)), min_size=2, max_size=2))
def test_output_size_range_2d(drawn: list[tuple[Axis, int, int]]) -> None:
    axes, lengths, _ = zip(*drawn, strict=True)
    sizes = [geometry.output_length(length, axis._replace(output_padding=0)) + step for axis, length, step in drawn]
    assert output_size_outcome(axes, lengths, sizes) == output_size_verdict(axes, lengths, sizes)


@settings(COMMON, max_examples=300)
@given(ANY_AXES, st.integers(0, 6))
def test_reachable_lengths_are_those_of_all_output_paddings(axis: Axis, length: int) -> None:
    found = {torch_length(axis._replace(output_padding=extra), length) for extra in range(-1, 8)} - {None}
    assert set(geometry.reachable_lengths(length, axis)) == found


def test_the_article_reaches_19_and_20_only() -> None:
    assert list(geometry.reachable_lengths(10, Axis(3, 2, 1, 11))) == [19, 20]


# --- samples that receive nothing but the bias


@settings(COMMON, max_examples=500)
@given(legal_axes(), st.integers(1, 6))
def test_silent_tail_is_what_no_kernel_reaches(axis: Axis, length: int) -> None:
    tail = geometry.silent_tail(axis)
    if torch_length(axis, length) is None or not tail:
        return
    reached = (run([axis], [length])[0, 0] != 0).tolist()
    assert not any(reached[len(reached) - tail :])
    assert all(reached[len(reached) - tail - 1 : len(reached) - tail])


@settings(COMMON, max_examples=500)
@given(legal_axes())
@example(Axis(3, 2, 0, 0, 2))
def test_gaps_are_zeros_where_every_tap_has_an_input(axis: Axis) -> None:
    extent = axis.dilation * (axis.kernel_size - 1) + 1
    length = 2 * extent + 8
    output = run([axis._replace(padding=0, output_padding=0)], [length])[0, 0]
    inner = output[extent - 1 : (length - 1) * axis.stride + 1]
    assert geometry.has_gaps(axis) == bool((inner == 0).any())


# --- backwards


@settings(COMMON, max_examples=100)
@given(legal_axes())
@example(Axis(3, 2, 1))
@example(Axis(2, 1, 4))
def test_input_length_and_nearest_lengths_against_all_inputs(axis: Axis) -> None:
    given_by = {output: length for length in range(1, 31) if (output := torch_length(axis, length)) is not None}
    for target in range(-2, max(given_by)):
        assert geometry.input_length(target, axis) == given_by.get(target)
        below = max((output for output in given_by if output < target), default=None)
        above = min(output for output in given_by if output > target)
        assert geometry.nearest_output_lengths(target, axis) == (below, above)


@settings(COMMON, max_examples=300)
@given(ANY_AXES, st.integers(-3, 40))
def test_an_illegal_axis_gives_no_length(axis: Axis, target: int) -> None:
    wrong = geometry.problems(axis)
    if not wrong:
        return
    assert geometry.input_length(target, axis) is None
    with pytest.raises(ValueError, match=wrong[0]):
        geometry.nearest_output_lengths(target, axis)


# --- the inverse


@settings(COMMON, max_examples=500)
@given(st.integers(1, 12), st.integers(1, 60), ANY_AXES)
@example(10, 30, Axis(3, 2, 1, 11))
@example(1, 60, Axis(4))
def test_every_solution_runs_and_gives_the_target(length: int, target: int, axis: Axis) -> None:
    found = geometry.solutions(length, target, axis)
    assert [torch_length(solution, length) for solution in found] == [target] * len(found)
    assert len(set(found)) == len(found) <= 5
    assert found[:2] == geometry.solutions(length, target, axis, limit=2)


def changes(axis: Axis, solution: Axis) -> set[str]:
    return {name for name in Axis._fields if getattr(axis, name) != getattr(solution, name)}


@settings(COMMON, max_examples=300)
@given(st.integers(1, 8), st.integers(1, 40), legal_axes())
def test_the_least_change_comes_first(length: int, target: int, axis: Axis) -> None:
    found = geometry.solutions(length, target, axis, limit=10**6)
    if torch_length(axis, length) == target:
        assert found[0] == axis
    elif any(torch_length(axis._replace(output_padding=extra), length) == target for extra in range(7)):
        assert changes(axis, found[0]) == {"output_padding"}
    paddings = range(axis.dilation * (axis.kernel_size - 1) + 1)
    by_padding = any(torch_length(axis._replace(padding=p, output_padding=o), length) == target for p in paddings for o in range(4))
    assert not by_padding or any(changes(axis, solution) <= {"padding", "output_padding"} for solution in found)


@settings(COMMON, max_examples=300)
@given(st.integers(2, 12), st.integers(1, 60), ANY_AXES)
def test_a_longer_target_always_has_a_modest_solution(length: int, more: int, axis: Axis) -> None:
    found = geometry.solutions(length, length + more, axis)
    assert found
    assert all(solution.kernel_size <= max(8, 2 * axis.kernel_size, 4 * solution.stride) for solution in found)


@settings(COMMON, max_examples=300)
@given(st.integers(2, 12), st.integers(1, 12), legal_axes())
def test_whole_ratios_have_a_solution_without_bare_samples(length: int, ratio: int, axis: Axis) -> None:
    if axis.dilation > 1 or geometry.silent_tail(axis) or geometry.has_gaps(axis):
        return
    first = geometry.solutions(length, ratio * length, axis)[0]
    alone = changes(axis, first) <= {"output_padding"}
    assert alone or not (geometry.silent_tail(first) or geometry.has_gaps(first))


@pytest.mark.parametrize(
    ("length", "target", "axis", "first"),
    [
        pytest.param(10, 30, Axis(3, 2, 1, 11), Axis(3, 3, 0), id="article 1: illegal output_padding"),
        pytest.param(10, 30, Axis(3, 2, 1), Axis(3, 3, 0), id="article 1: no output_padding"),
        pytest.param(7, 15, Axis(2, 2), Axis(2, 2, 0, 1), id="article 2: output_padding alone, silent tail or not"),
        pytest.param(12, 25, Axis(4, 2, 1, 1), Axis(4, 2, 1, 1), id="article 3: right as it is"),
        pytest.param(10, 80, Axis(16, 8, 3), Axis(16, 8, 4), id="padding alone"),
        pytest.param(10, 500, Axis(3, 2, 1), Axis(50, 50, 0), id="a stride rather than a huge kernel"),
        pytest.param(10, 40, Axis(0, 0, -1, -1, 0), Axis(4, 4), id="nothing legal to start from"),
        pytest.param(1, 4, Axis(3), Axis(4), id="one sample: only the kernel counts"),
        pytest.param(10**6, 3 * 10**6, Axis(4, 2, 1), Axis(4, 3, 1, 1), id="long signals"),
    ],
)
def test_first_solution(length: int, target: int, axis: Axis, first: Axis) -> None:
    assert geometry.solutions(length, target, axis)[0] == first


def test_usual_upsamplers_are_offered() -> None:
    found = geometry.solutions(10, 80, Axis(7, 4, 1))
    assert Axis(16, 8, 4) in found  # kernel_size=2*stride, padding=stride/2


@settings(COMMON, max_examples=300)
@given(st.integers(1, 60), legal_axes())
def test_one_sample_is_not_moved_by_any_stride(target: int, axis: Axis) -> None:
    found = geometry.solutions(1, target, axis)
    assert {solution.stride for solution in found} <= {axis.stride}


@pytest.mark.parametrize(("length", "target", "limit"), [(0, 5, 5), (-3, 5, 5), (5, 0, 5), (5, -1, 5), (5, 10, 0), (10**6, 1, 5)])
def test_no_solution(length: int, target: int, limit: int) -> None:
    assert geometry.solutions(length, target, Axis(3, 2, 1), limit=limit) == []


HUGE = st.integers() | st.integers(-(10**40), 10**40)


@settings(COMMON, max_examples=500)
@given(HUGE, HUGE, st.builds(Axis, HUGE, HUGE, HUGE, HUGE, HUGE))
def test_integers_of_any_size(length: int, target: int, axis: Axis) -> None:
    for solution in geometry.solutions(length, target, axis):
        assert not geometry.problems(solution)
        assert geometry.output_length(length, solution) == target
    if not geometry.problems(axis):
        below, above = geometry.nearest_output_lengths(target, axis)
        assert target < above
        assert below is None or below < target
        given_by = geometry.input_length(above, axis)
        assert given_by is not None
        assert geometry.output_length(given_by, axis) == above
    reachable = geometry.reachable_lengths(length, axis)
    assert reachable.start >= 1 or not reachable
