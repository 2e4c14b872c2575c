"""Each rule on facts of a few lines, no source file: what must be reported, and a longer table of what must not."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rule_facts import Facts, applied, built, expected, reports

from convt_lint.facts import AnalysisStopped, AnnotationMisread, CallProblem, Fact, Other, Path, Site, Unknown
from convt_lint.geometry import Axis, output_length
from convt_lint.rules import RULES, run_rules

ANY = Unknown("not followed")
SLIP = (("output_padding", "dilation"),)


def run_of(*lengths: int | None, output_size: Any = None, wanted: tuple[int | None, ...] = (), batched: bool | None = True, **arguments: Any) -> list[Fact]:
    """A layer, one run of it, and where `wanted` is given an assert over the output."""
    layer = built(arguments.pop("name", "ConvTranspose1d"), **arguments)
    run = applied(layer, *lengths, output_size=output_size, batched=batched)
    return [layer, run, *([expected(layer, wanted, run)] if wanted else [])]


def stated(wanted: tuple[int | None, ...], lengths: tuple[int | None, ...] = (), **arguments: Any) -> list[Fact]:
    """A layer with a directive at its construction."""
    layer = built(arguments.pop("name", "ConvTranspose1d"), **arguments)
    return [layer, expected(layer, wanted, None, lengths)]


REPORTED: dict[str, tuple[str, list[Fact], str]] = {
    "unreadable file": ("CVT001", [AnalysisStopped(Site(), "unbalanced bracket", "close it")], "unbalanced bracket"),
    "odd directive": ("CVT002", [AnnotationMisread(Site(), "twice", "no sizes")], "no sizes"),
    "negative": ("CVT101", [built(kernel_size=3, stride=2, output_padding=-1)], "but is -1"),
    "negative, nothing else known": ("CVT101", [built(kernel_size=ANY, stride=ANY, output_padding=-1)], "but is -1"),
    "negative on one axis": ("CVT101", [built("ConvTranspose2d", kernel_size=3, stride=2, output_padding=(0, -2))], "-2 on spatial axis 1"),
    "too large": ("CVT102", [built(kernel_size=3, stride=2, padding=1, output_padding=11)], "0..1 is legal"),
    "too large, kernel unknown": ("CVT102", [built(kernel_size=ANY, stride=2, output_padding=2)], "must be smaller than stride (2) or dilation (1)"),
    "too large for the default stride": ("CVT102", [built(kernel_size=3, output_padding=1)], "stride (1)"),
    "too large for stride and dilation": ("CVT102", [built(kernel_size=3, stride=2, dilation=3, output_padding=3)], "0..2 is legal"),
    "too large in a function call": ("CVT102", [built("conv_transpose1d", weight=Other("tensor"), stride=2, output_padding=2)], "0..1"),
    "too large in a lazy layer": ("CVT102", [built("LazyConvTranspose3d", out_channels=1, kernel_size=3, output_padding=1)], "0 is legal"),
    "too large on one axis": ("CVT102", [built("ConvTranspose2d", kernel_size=3, stride=(4, 2), output_padding=2)], "dilation (1) on spatial axis 1"),
    "too large on a known axis": ("CVT102", [built("ConvTranspose2d", kernel_size=3, stride=(ANY, 2), output_padding=2)], "on spatial axis 1"),
    "kernel of 0": ("CVT103", [built(kernel_size=0)], "kernel_size must be at least 1, not 0"),
    "kernel of False": ("CVT103", [built(kernel_size=False)], "kernel_size must be at least 1"),
    "stride of 0 on an axis": ("CVT103", [built("ConvTranspose2d", kernel_size=3, stride=(1, 0))], "0 on spatial axis 1"),
    "negative padding": ("CVT103", [built(kernel_size=3, padding=-1)], "padding must be at least 0, not -1"),
    "no channels": ("CVT103", [built(kernel_size=3, in_channels=0)], "in_channels must be at least 1"),
    "no groups in a function call": ("CVT103", [built("conv_transpose1d", groups=0)], "groups must be at least 1"),
    "stride of 0 hides output_padding": ("CVT103", [built(kernel_size=3, stride=0, output_padding=1)], "stride"),
    "groups and in_channels": ("CVT104", [built(in_channels=3, out_channels=4, kernel_size=3, groups=2)], "in_channels (3)"),
    "groups and both": ("CVT104", [built(in_channels=3, out_channels=5, kernel_size=ANY, groups=2)], "in_channels (3) and out_channels (5)"),
    "groups and a lazy layer's bias": ("CVT104", [built("LazyConvTranspose1d", out_channels=3, kernel_size=3, groups=2)], "out_channels (3)"),
    "more groups than lazy channels": ("CVT104", [built("LazyConvTranspose1d", out_channels=3, kernel_size=3, groups=4, bias=False)], "groups (4)"),
    "padding in words": ("CVT105", [built(kernel_size=3, padding="same", output_padding=11)], "words are for forward"),
    "padding_mode": ("CVT105", [built(kernel_size=3, padding_mode="reflect")], "'reflect'"),
    "two kernels in 1d": ("CVT106", [built(kernel_size=(3, 3), stride=2, output_padding=11)], "holds 2 values"),
    "one kernel in 2d": ("CVT106", [built("ConvTranspose2d", kernel_size=(3,))], "holds 1 value, but the layer has 2 spatial axes"),
    "unknown values of a wrong number": ("CVT106", [built("ConvTranspose2d", kernel_size=3, stride=(ANY, ANY, ANY))], "holds 3 values"),
    "empty tuple": ("CVT106", [built(kernel_size=3, padding=())], "holds 0 values"),
    "a stride of one with output_size": (
        "CVT106",
        run_of(10, 10, output_size=(20, 20), name="ConvTranspose2d", kernel_size=3, stride=(2,)),
        "with output_size= torch spreads no stride",
    ),
    "missing": ("CVT107", [built(problems=(CallProblem("missing", "kernel_size"),))], "kernel_size is missing"),
    "unexpected": ("CVT107", [built(kernel_size=3, output_padding=7, problems=(CallProblem("unexpected", "out_padding"),))], "no argument out_padding"),
    "float": ("CVT107", [built(kernel_size=3, padding=1.0)], "padding must be an int, not the float 1.0"),
    "bool": ("CVT107", [built(kernel_size=3, stride=True)], "not the bool True"),
    "bool in the first place": ("CVT107", [built("ConvTranspose2d", kernel_size=3, stride=(True, 2))], "a tuple holding the bool True"),
    "None": ("CVT107", [built(kernel_size=3, output_padding=None)], "not None"),
    "float channels": ("CVT107", [built(in_channels=64.0, kernel_size=3)], "in_channels must be an int"),
    "a channel of True with bias": ("CVT107", [built(out_channels=True, kernel_size=3)], "out_channels must be an int, not the bool True"),
    "bool groups": ("CVT107", [built(kernel_size=3, groups=True)], "groups must be an int"),
    "bias of a function": ("CVT107", [built("conv_transpose1d", bias=True)], "bias must be a tensor or None"),
    "partly unknown tuple": ("CVT107", [built("ConvTranspose2d", kernel_size=(ANY, 3.0))], "a tuple holding the float 3.0"),
    "order of Conv1d": ("CVT108", [built(kernel_size=3, stride=2, output_padding=1, names=SLIP)], "dilation stands in the slot of output_padding"),
    "order of Conv1d, and fatal": ("CVT108", [built(kernel_size=3, stride=2, output_padding=4, names=SLIP)], "torch refuses output_padding=4"),
    "order of the module in a function": (
        "CVT108",
        [built("conv_transpose1d", bias=ANY, stride=ANY, names=(("bias", "stride"), ("stride", "padding")))],
        "slot of bias",
    ),
    "bias and groups": ("CVT108", [built(kernel_size=3, groups=ANY, names=(("groups", "bias"),))], "bias stands in the slot of groups"),
    "all in the order of Conv1d": (
        "CVT108",
        [built(kernel_size=3, stride=2, output_padding=ANY, dilation=ANY, names=(*SLIP, ("dilation", "padding_mode")))],
        "padding_mode stands in the slot of dilation",
    ),
    "exchanged": ("CVT108", [built(kernel_size=3, stride=1, padding=2, names=(("stride", "padding"), ("padding", "stride")))], "slot of stride"),
    "assert": ("CVT201", run_of(10, kernel_size=3, stride=2, padding=1, wanted=(20,)), "from length 10 the output has length 19, not 20"),
    "directive": ("CVT201", stated((80,), (10,), kernel_size=8, stride=8, padding=1), "has length 78, not 80 (directive: as written)"),
    "assert on one axis": (
        "CVT201",
        run_of(10, 10, name="ConvTranspose2d", kernel_size=(3, 4), stride=2, padding=1, wanted=(20, 20)),
        "length 19 on spatial axis 0, not 20",
    ),
    "assert over output_size": ("CVT201", run_of(10, output_size=(19,), kernel_size=3, stride=2, padding=1, wanted=(20,)), "with its output_size="),
    "directive below one": ("CVT201", stated((5,), (10,), kernel_size=3, padding=6), "has length 0, not 5"),
    "unreachable": ("CVT202", stated((20,), kernel_size=3, stride=2, padding=1), "the nearest are 19 (from 10) and 21 (from 11)"),
    "unreachable, too short": ("CVT202", stated((3,), kernel_size=8, stride=2), "the shortest is 8 (from 1)"),
    "unreachable on an axis": ("CVT202", run_of(None, None, name="ConvTranspose2d", kernel_size=2, stride=2, wanted=(8, 9)), "9 on spatial axis 1"),
    "nothing left": ("CVT203", run_of(10, kernel_size=3, padding=6), "from length 10 the output has length 0"),
    "nothing left on an axis": ("CVT203", run_of(10, 4, name="ConvTranspose2d", kernel_size=3, padding=(0, 6)), "length -6 on spatial axis 1"),
    "nothing left, and asserted": ("CVT203", run_of(10, kernel_size=3, padding=6, wanted=(5,)), "length 0"),
    "nothing left with output_size": ("CVT203", run_of(10, output_size=(-3,), kernel_size=3, stride=2, padding=12), "length -3"),
    "size above": ("CVT204", run_of(10, output_size=(21,), kernel_size=3, stride=2, padding=1), "may be 19..20, not 21"),
    "size below": ("CVT204", run_of(10, output_size=(1, 1, 18), kernel_size=3, stride=2, padding=1), "may be 19..20, not 18"),
    "dilation does not widen": ("CVT204", run_of(10, output_size=(15,), kernel_size=3, dilation=3, padding=1), "may be 14, not 15"),
    "size on an axis": ("CVT204", run_of(10, 10, output_size=(20, 25), name="ConvTranspose2d", kernel_size=3, stride=2, padding=1), "19..20 on spatial axis 1"),
    "size, input unknown on the other axis": (
        "CVT204",
        run_of(None, 10, output_size=(20, 25), name="ConvTranspose2d", kernel_size=3, stride=2, padding=1),
        "19..20 on spatial axis 1",
    ),
    "size is an int": ("CVT204", run_of(None, output_size=20, kernel_size=ANY), "must be a sequence of lengths"),
    "size of another arity": ("CVT204", run_of(None, output_size=(1, 20), kernel_size=ANY), "must hold 1 (the lengths alone) or 3"),
    "whole shape without its batch": ("CVT204", run_of(10, output_size=(1, 1, 12), kernel_size=3, batched=False), "1 (the lengths alone) or 2"),
    "size holds a float": ("CVT204", run_of(None, output_size=(20.0,), kernel_size=ANY), "must hold ints"),
    "size asserted elsewhere": ("CVT204", run_of(10, output_size=(30,), kernel_size=3, stride=2, padding=1, wanted=(25,)), "not 30"),
}


@pytest.mark.parametrize(("code", "facts", "part"), REPORTED.values(), ids=REPORTED)
def test_reports_once_and_nothing_else(code: str, facts: list[Fact], part: str) -> None:
    found = reports(*facts)
    assert list(found) == [code]
    assert part in found[code].message
    assert "\n" not in found[code].message
    json.dumps(dict(found[code].evidence))


SILENT: dict[str, list[Fact]] = {
    "plain": [built(in_channels=1, out_channels=1, kernel_size=3)],
    "nothing known": [built(kernel_size=ANY, stride=ANY, padding=ANY, output_padding=ANY, dilation=ANY, groups=ANY, padding_mode=ANY)],
    "largest legal output_padding": [built(kernel_size=3, stride=2, output_padding=1)],
    "above stride, below dilation": [built(kernel_size=3, stride=2, dilation=3, output_padding=2)],
    "above dilation, below stride": [built(kernel_size=3, stride=4, dilation=1, output_padding=3)],
    "output_padding, stride unknown": [built(kernel_size=3, stride=ANY, output_padding=5)],
    "output_padding, dilation unknown": [built(kernel_size=3, stride=2, dilation=ANY, output_padding=5)],
    "output_padding never looked at": run_of(10, output_size=(20,), kernel_size=3, stride=2, padding=1, output_padding=11),
    "negative output_padding never looked at": run_of(10, output_size=(20,), kernel_size=3, stride=2, padding=1, output_padding=-1),
    "float output_padding never looked at": run_of(10, output_size=(20,), kernel_size=3, stride=2, padding=1, output_padding=0.5),
    "output_padding perhaps never looked at": run_of(10, output_size=ANY, kernel_size=3, stride=2, padding=1, output_padding=11),
    "legal on each axis": [built("ConvTranspose2d", kernel_size=3, stride=(2, 4), output_padding=(1, 3))],
    "illegal only if another axis counted": [built("ConvTranspose2d", kernel_size=3, stride=(2, 4), dilation=(4, 1), output_padding=3)],
    "tuple of one is spread": [built("ConvTranspose2d", kernel_size=3, stride=(2,), padding=(1,), output_padding=(1,), dilation=(1,))],
    "kernel of True is 1": [built(kernel_size=True)],
    "True beyond the first place is 1": [built("ConvTranspose2d", kernel_size=3, stride=(2, True))],
    "zero padding": [built(kernel_size=3, padding=0)],
    "a channel of True without bias": [built(in_channels=2, out_channels=True, kernel_size=3, bias=False)],
    "output_padding never looked at in 2d": run_of(9, 9, output_size=(9, 9), name="ConvTranspose2d", kernel_size=1, output_padding=(1, 1, 1)),
    "groups divide": [built(in_channels=6, out_channels=4, kernel_size=3, groups=2)],
    "groups, channels unknown": [built(in_channels=ANY, out_channels=ANY, kernel_size=3, groups=7)],
    "lazy rounds without bias": [built("LazyConvTranspose1d", out_channels=3, kernel_size=3, groups=2, bias=False)],
    "lazy, bias unknown": [built("LazyConvTranspose1d", out_channels=3, kernel_size=3, groups=2, bias=ANY)],
    "padding_mode zeros": [built(kernel_size=3, padding_mode="zeros")],
    "padding_mode is an object": [built(kernel_size=3, padding_mode=Other("enum"))],
    "bias may be anything": [built(kernel_size=3, bias="yes"), built(kernel_size=3, bias=None), built(kernel_size=3, bias=0)],
    "no bias of a function": [built("conv_transpose1d", bias=None, weight=Other("tensor"), input=Other("tensor"))],
    "None that a default stands for": [built(kernel_size=None, padding_mode=None, path=Path(with_defaults=True))],
    "object as stride": [built(kernel_size=3, stride=Other("tensor"))],
    "object in a tuple": [built("ConvTranspose2d", kernel_size=3, stride=(2, Other("tensor")))],
    "mirrored channels": [built(kernel_size=3, names=(("in_channels", "out_channels"), ("out_channels", "in_channels")))],
    "stride as kernel": [built(kernel_size=2, stride=2, names=(("kernel_size", "stride"), ("stride", "stride")))],
    "kernel as stride": [built(kernel_size=2, stride=2, names=(("kernel_size", "kernel_size"), ("stride", "kernel_size")))],
    "patch as both": [built(kernel_size=2, stride=2, names=(("kernel_size", "patch_size"), ("stride", "patch_size")))],
    "padding as output_padding": [built(kernel_size=3, stride=2, names=(("padding", "padding"), ("output_padding", "padding")))],
    "stride as padding": [built(kernel_size=3, stride=2, names=(("padding", "stride"),))],
    "in their own slots": [built(kernel_size=3, names=(("output_padding", "output_padding"), ("groups", "groups"), ("dilation", "dilation")))],
    "in its own slot as well": [built(kernel_size=3, stride=2, dilation=1, output_padding=1, names=(*SLIP, ("dilation", "dilation")))],
    "its own slot by keyword as well": [built(kernel_size=3, stride=2, dilation=1, output_padding=1, names=SLIP)],
    "function in its own order": [built("conv_transpose1d", names=(("bias", "bias"), ("stride", "stride"), ("groups", "groups"), ("dilation", "dilation")))],
    "expected length met": run_of(10, kernel_size=3, stride=2, padding=1, output_padding=1, wanted=(20,)),
    "expected, layer unknown": run_of(10, kernel_size=ANY, stride=2, wanted=(20,)),
    "expected on no axis": run_of(10, kernel_size=3, wanted=(None,)),
    "expected on the unknown axis alone": run_of(10, 10, name="ConvTranspose2d", kernel_size=(3, ANY), stride=2, padding=1, wanted=(19, 20)),
    "expected, output_size unknown": run_of(10, output_size=ANY, kernel_size=3, stride=2, padding=1, wanted=(20,)),
    "expected and given by output_size": run_of(10, output_size=(20,), kernel_size=3, stride=2, padding=1, wanted=(20,)),
    "directive met": stated((80,), (10,), kernel_size=16, stride=8, padding=4),
    "reachable": stated((21,), kernel_size=3, stride=2, padding=1),
    "unreachable but for output_size": run_of(None, output_size=(20,), kernel_size=3, stride=2, padding=1, wanted=(20,)),
    "one sample left": run_of(10, kernel_size=4, padding=6),
    "length perhaps below one": run_of(None, kernel_size=3, padding=60),
    "size in range": run_of(10, output_size=(20,), kernel_size=3, stride=2, padding=1),
    "whole shape in range": run_of(10, output_size=(5, 7, 19), kernel_size=3, stride=2, padding=1),
    "whole shape without a batch": run_of(10, output_size=(1, 12), kernel_size=3, batched=False),
    "whole shape, perhaps without a batch": run_of(10, output_size=(1, 12), kernel_size=3, batched=None),
    "size, input unknown": run_of(None, output_size=(100,), kernel_size=3, stride=2),
    "size, padding unknown": run_of(10, output_size=(100,), kernel_size=3, stride=2, padding=ANY),
    "size of None": run_of(10, output_size=None, kernel_size=3),
    "size unknown": run_of(10, output_size=ANY, kernel_size=3),
    "size partly unknown": run_of(10, 10, output_size=(ANY, 12), name="ConvTranspose2d", kernel_size=3),
    "size is an object": run_of(10, output_size=Other("size"), kernel_size=3),
    "size of True": run_of(1, output_size=(True,), kernel_size=1),
}
# "by keyword as well" needs the argument among those given, which positional names alone do not say
assert "dilation" in SILENT["its own slot by keyword as well"][0].given  # type: ignore[attr-defined]


@pytest.mark.parametrize("facts", SILENT.values(), ids=SILENT)
def test_silent(facts: list[Fact]) -> None:
    assert reports(*facts) == {}


ONE_CAUSE: dict[str, tuple[list[Fact], set[str]]] = {
    "a layer that cannot run has no lengths": (run_of(10, kernel_size=3, stride=2, padding=1, output_padding=11, wanted=(30,)), {"CVT102"}),
    "nor one with a bad call": (run_of(10, kernel_size=3, stride=2.0, wanted=(30,)), {"CVT107"}),
    "nor one with indivisible groups": (run_of(10, in_channels=3, kernel_size=3, groups=2, wanted=(30,)), {"CVT104"}),
    "nor an output_size": (run_of(10, output_size=(99,), kernel_size=(3, 3)), {"CVT106"}),
    "a negative number is not too small as well": ([built(kernel_size=3, stride=-1, output_padding=-1)], {"CVT101", "CVT103"}),
    "two causes are two findings": ([built(kernel_size=0, output_padding=1)], {"CVT102", "CVT103"}),
    "a wrong arity hides the numbers": ([built(kernel_size=(3, 3), stride=0, output_padding=-1)], {"CVT106"}),
    "one run with output_size does not excuse another": (
        [layer := built(kernel_size=3, stride=2, output_padding=2), applied(layer, 10, output_size=(21,)), applied(layer, 10)],
        {"CVT102"},
    ),
}


@pytest.mark.parametrize(("facts", "codes"), ONE_CAUSE.values(), ids=ONE_CAUSE)
def test_one_cause_one_finding(facts: list[Fact], codes: set[str]) -> None:
    assert set(reports(*facts)) == codes


def test_output_padding_too_large_names_what_is_reached_and_what_reaches_it() -> None:
    report = reports(*run_of(10, kernel_size=3, stride=2, padding=1, output_padding=11, wanted=(30,)))["CVT102"]
    assert report.message.startswith("ConvTranspose1d(kernel_size=3, stride=2, padding=1, output_padding=11): ")
    assert report.message.endswith("From length 10 this layer reaches 19..20, not 30")
    assert report.suggestions[0] == "To get 30 from 10: kernel_size=3, stride=3, padding=0"
    assert report.formula == "(10 - 1)*2 - 2*1 + 1*(3 - 1) + 11 + 1 = 30"
    assert report.probe is not None
    assert report.probe.arguments == {"stride": 2, "output_padding": 11, "dilation": 1}


def test_length_aimed_at_is_that_of_the_illegal_output_padding() -> None:
    report = reports(*run_of(10, kernel_size=3, stride=2, padding=1, output_padding=5))["CVT102"]
    assert report.message.endswith("reaches 19..20, not 24")
    assert _checked("To get 24 from 10: ", report.suggestions, Axis(3, 2, 1), 10, 24)


def test_length_mismatch_offers_output_padding_first() -> None:
    report = reports(*run_of(10, kernel_size=3, stride=2, padding=1, wanted=(20,)))["CVT201"]
    assert report.suggestions[0] == "output_padding=1 gives 20 from 10"
    assert report.formula == "(10 - 1)*2 - 2*1 + 1*(3 - 1) + 0 + 1 = 19"
    assert report.probe is not None
    assert (report.probe.claim, report.probe.lengths, report.probe.expected) == ("length", (10,), (20,))


def test_no_suggestion_without_output_padding_where_the_input_is_unknown() -> None:
    report = reports(built(kernel_size=3, stride=2, padding=1, output_padding=2))["CVT102"]
    assert report.suggestions == (
        "padding=0, output_padding=0 gives the length that was meant, for every input",
        "output_padding=1, the most that is legal here",
    )
    assert all(output_length(n, Axis(3, 2, 0, 0)) == output_length(n, Axis(3, 2, 1, 2)) for n in range(1, 20))


@pytest.mark.parametrize(
    ("facts", "code", "first"),
    [
        (run_of(10, kernel_size=3, padding=6), "CVT203", "padding=5 or less"),
        (run_of(10, output_size=(21,), kernel_size=3, stride=2, padding=1), "CVT204", "output_size=[20]"),
        (run_of(10, output_size=(2, 2, 9), kernel_size=3, stride=2, padding=1), "CVT204", "output_size=[2, 2, 19]"),
        (run_of(10, output_size=20, kernel_size=3, stride=2, padding=1), "CVT204", "output_size=[20]"),
        (stated((20,), kernel_size=3, stride=2, padding=1), "CVT202", "output_padding=1 gives 20 from 10"),
        (run_of(10, output_size=(19,), kernel_size=3, stride=2, padding=1, wanted=(20,)), "CVT201", "output_size=[20]"),
        ([built(kernel_size=5, stride=2, padding="same")], "CVT105", "padding=2, output_padding=1 gives 2*L from every length L"),
        ([built(kernel_size=3, padding=2.0)], "CVT107", "padding=2, written with // where it is computed"),
        ([built(problems=(CallProblem("unexpected", "out_padding"),))], "CVT107", "output_padding="),
        ([built("ConvTranspose2d", kernel_size=(3,))], "CVT106", "kernel_size=3"),
        ([built(in_channels=5, kernel_size=3, groups=2)], "CVT104", "in_channels=4 or 6"),
        ([built(kernel_size=3, stride=2, output_padding=1, names=SLIP)], "CVT108", "by keyword: dilation=dilation"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_first_suggestion(facts: list[Fact], code: str, first: str) -> None:
    assert reports(*facts)[code].suggestions[0] == first


def _checked(prefix: str, suggestions: tuple[str, ...], start: Axis, length: int, target: int) -> bool:
    """Every suggestion is a parameter set that takes `length` to `target`; there is at least one."""
    for text in suggestions:
        numbers = {name: int(value) for name, value in re.findall(r"(\w+)=(\d+)", text.removeprefix(prefix))}
        assert text.startswith(prefix)
        assert output_length(length, start._replace(**numbers)) == target
    return bool(suggestions)


HUGE = st.integers(-(10**30), 10**30) | st.integers(-2, 9)


@settings(deadline=None, max_examples=300)
@given(st.dictionaries(st.sampled_from(["kernel_size", "stride", "padding", "output_padding", "dilation", "groups"]), HUGE), HUGE, HUGE, st.none() | HUGE)
def test_any_ints_are_dealt_with_at_once(values: dict[str, int], length: int, wanted: int, size: int | None) -> None:
    layer = built(in_channels=4, out_channels=4, **{"kernel_size": 3, **values})
    run = applied(layer, length, output_size=None if size is None else (size,))
    for rule, report in run_rules(
        Facts([layer, run, expected(layer, (wanted,), run), expected(layer, (wanted,)), expected(layer, (wanted,), None, (length,))])
    ):
        assert report.message, rule.code
        json.dumps(dict(report.evidence))


HEADINGS = ["## What it does", "## Why is this bad", "## Example", "## Use instead", "## References"]


@pytest.mark.parametrize("code", RULES)
def test_documentation_has_its_parts(code: str) -> None:
    rule = RULES[code]
    text = type(rule).__doc__ or ""
    assert re.findall(r"^ *(## .*)$", text, re.MULTILINE) == HEADINGS
    assert len(re.findall(r"^ *```python$", text, re.MULTILINE)) == 2
    assert text.splitlines()[0].endswith(".")
    assert type(rule).__module__ == f"convt_lint.rules.{code.lower()}_{rule.name.replace('-', '_')}"


def test_codes_are_unique_and_in_order() -> None:
    assert list(RULES) == sorted({rule.code for rule in RULES.values()})


def test_no_facts_no_reports() -> None:
    assert run_rules(Facts()) == []
