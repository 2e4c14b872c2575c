"""Comparisons of symbolic lengths: nothing proved has a counterexample, every witness is one, z3 agrees, and torch shows the lengths."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
import torch
import z3
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from convt_lint.canonical import TooLarge, canonical, difference
from convt_lint.forms import shown
from convt_lint.proofs import PROVED, Domain, compare, never_equal
from convt_lint.symbolic import Dimension, Expression, Operation, Variable, ceil_div, evaluate, names, negated, substitute

K, U, L = Variable("k"), Variable("u"), Variable("L")


def op(left: Expression, kind: str, right: Expression) -> Operation:
    return Operation(kind, left, right)


def output_length(kernel: Expression, stride: Expression, padding: Expression, extra: Expression, length: Expression = L) -> Expression:
    """(L - 1)*stride - 2*padding + (kernel_size - 1) + output_padding + 1."""
    grown = op(op(op(length, "-", 1), "*", stride), "-", op(2, "*", padding))
    return op(op(grown, "+", op(kernel, "-", 1)), "+", op(extra, "+", 1))


LEAVES = st.one_of(st.integers(-6, 9), st.sampled_from([K, U, L]))


def deeper(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    return st.one_of(
        st.builds(Operation, st.sampled_from(["+", "-", "*", "min", "max"]), inner, inner),
        st.builds(Operation, st.sampled_from(["//", "%"]), inner, st.integers(1, 4)),
    )


EXPRESSIONS = st.recursive(LEAVES, deeper, max_leaves=7)
DOMAINS = st.builds(
    lambda least, span, modulus, residue: Domain(least, None if span is None else least + span, modulus, residue),
    st.integers(0, 4),
    st.sampled_from([None, None, 3, 10]),
    st.sampled_from([1, 1, 2, 4]),
    st.integers(0, 3),
)
COMPARISONS = st.sampled_from(["==", "<="])


def holds(kind: str, a: int, b: int) -> bool:
    return a == b if kind == "==" else a <= b


def to_z3(expression: Expression) -> Any:
    if isinstance(expression, int):
        return z3.IntVal(expression)
    if isinstance(expression, Variable):
        return z3.Int(str(expression.name))
    left, right = to_z3(expression.left), to_z3(expression.right)
    made = {
        "+": lambda: left + right,
        "-": lambda: left - right,
        "*": lambda: left * right,
        "//": lambda: left / right,  # of ints by a positive one z3 rounds down, as Python does
        "%": lambda: left % right,
        "min": lambda: z3.If(left <= right, left, right),
        "max": lambda: z3.If(left >= right, left, right),
    }
    return made[expression.kind]()


def counterexample(left: Expression, kind: str, right: Expression, domains: dict[str, Domain]) -> Any:
    """z3's verdict on whether the comparison can fail: sat, unsat or unknown."""
    solver = z3.Solver()
    solver.set("timeout", 300)
    for name, domain in domains.items():
        value = z3.Int(name)
        solver.add(value >= domain.least, value % domain.modulus == domain.residue % domain.modulus)
        if domain.most is not None:
            solver.add(value <= domain.most)
    solver.add(to_z3(left) != to_z3(right) if kind == "==" else to_z3(left) > to_z3(right))
    return solver.check()


@settings(max_examples=400, deadline=None)
@given(EXPRESSIONS, COMPARISONS, EXPRESSIONS, st.fixed_dictionaries({"k": DOMAINS, "u": DOMAINS, "L": DOMAINS}))
def test_verdicts_are_true(left: Expression, kind: str, right: Expression, domains: dict[str, Domain]) -> None:
    verdict = compare(left, kind, right, domains)
    if verdict.holds is False:
        assert verdict.witness is not None
        assert all(value in domains[str(name)] for name, value in verdict.witness.items())
        assert not holds(kind, evaluate(left, verdict.witness), evaluate(right, verdict.witness))
    elif verdict.holds:
        used = sorted(names(left) | names(right), key=str)
        for point in product(*(list(domains[str(name)].values(12)) for name in used)):
            values = dict(zip(used, point, strict=True))
            assert holds(kind, evaluate(left, values), evaluate(right, values))


@settings(max_examples=250, deadline=None)
@given(EXPRESSIONS, COMPARISONS, EXPRESSIONS, st.fixed_dictionaries({"k": DOMAINS, "u": DOMAINS, "L": DOMAINS}))
def test_z3_agrees(left: Expression, kind: str, right: Expression, domains: dict[str, Domain]) -> None:
    verdict = compare(left, kind, right, domains)
    used = {name: domain for name, domain in domains.items() if name in names(left) | names(right)}
    second = counterexample(left, kind, right, used)
    if verdict.holds is not None:
        assert second == z3.unknown or (second == z3.sat) == (verdict.holds is False)


LINEAR = st.recursive(
    st.one_of(st.integers(-6, 9), st.sampled_from([K, U])),
    lambda inner: st.one_of(
        st.builds(Operation, st.sampled_from(["+", "-"]), inner, inner),
        st.builds(Operation, st.just("*"), st.integers(-3, 3), inner),
        st.builds(Operation, st.sampled_from(["//", "%"]), inner, st.integers(1, 3)),
    ),
    max_leaves=5,
)


@settings(max_examples=400, deadline=None)
@given(LINEAR, LINEAR)
def test_equality_of_linear_forms_is_always_decided(left: Expression, right: Expression) -> None:
    assert compare(left, "==", right, {}).holds is not None
    assert compare(left, "==", op(op(left, "+", right), "-", right), {}) == PROVED


@settings(max_examples=300, deadline=None)
@given(EXPRESSIONS, st.integers(1, 9), st.integers(1, 9), st.integers(1, 9))
def test_substitution_and_evaluation_agree(expression: Expression, k: int, u: int, length: int) -> None:
    values = {"k": k, "u": u, "L": length}
    assert substitute(expression, values) == evaluate(expression, values)
    moved = substitute(expression, {"k": op(K, "+", 2)})
    assert evaluate(moved, values) == evaluate(expression, {**values, "k": k + 2})
    assert evaluate(negated(expression), values) == -evaluate(expression, values)


CHAINS = {
    "half the difference": (op(op(K, "-", U), "//", 2), 0, op(op(L, "*", U), "+", op(op(K, "-", U), "%", 2)), {}),
    "its repair": (op(op(op(K, "-", U), "+", 1), "//", 2), op(op(K, "-", U), "%", 2), op(L, "*", U), {}),
    "an even difference": (op(op(K, "-", U), "//", 2), 0, op(L, "*", U), {"k": Domain(1, None, 2, 0), "u": Domain(1, None, 2, 0)}),
}


@pytest.mark.parametrize("name", CHAINS)
def test_what_is_proved_of_vocoder_layers_is_what_torch_does(name: str) -> None:
    padding, extra, wanted, domains = CHAINS[name]
    assert compare(output_length(K, U, padding, extra), "==", wanted, domains) == PROVED
    for k, u in product(range(1, 17), range(1, 10)):
        values = {"k": k, "u": u, "L": 5}
        if k < u or any(values[str(key)] not in domain for key, domain in domains.items()) or evaluate(extra, values) >= u:
            continue
        layer = nn.ConvTranspose1d(1, 1, k, u, evaluate(padding, values), evaluate(extra, values))
        with torch.no_grad():
            assert layer(torch.zeros(1, 1, 5)).shape[-1] == evaluate(wanted, values)


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 9), st.integers(1, 6), st.integers(0, 3), st.integers(0, 2))
def test_a_refuted_length_is_another_one_in_torch(kernel: int, stride: int, padding: int, extra: int) -> None:
    verdict = compare(output_length(kernel, stride, padding, extra), "==", op(L, "*", stride), {})
    if extra >= stride:
        return
    length = 6 if verdict.witness is None else verdict.witness["L"]
    real = (length - 1) * stride - 2 * padding + kernel + extra
    if real < 1:
        return
    with torch.no_grad():
        shown = nn.ConvTranspose1d(1, 1, kernel, stride, padding, extra)(torch.zeros(1, 1, length)).shape[-1]
    assert (shown == length * stride) == (verdict.holds is True)


def test_floors_have_a_period() -> None:
    floored = op(op(L, "//", 8), "*", 8)
    assert compare(floored, "==", L, {}).witness == {"L": 1}
    assert compare(floored, "==", L, {"L": Domain(1, None, 8, 0)}) == PROVED
    assert compare(floored, "<=", L, {}) == PROVED
    assert compare(ceil_div(L, 8), "==", negated(op(negated(L), "//", 8)), {}) == PROVED
    assert compare(op(op(L, "//", 2), "//", 3), "==", op(L, "//", 6), {}) == PROVED


def test_min_and_max() -> None:
    assert compare(op(K, "max", U), "<=", op(K, "+", U), {}) == PROVED
    assert compare(op(op(K, "min", U), "+", op(K, "max", U)), "<=", op(K, "+", U), {}).holds in (True, None)
    assert compare(op(K, "min", 4), "<=", 4, {}) == PROVED
    assert compare(op(K, "max", 4), "==", 4, {"k": Domain(1, 4)}) == PROVED
    assert compare(op(K, "max", 4), "==", 4, {}).witness == {"k": 5}


def test_what_is_beyond_the_bounds_is_unknown_or_refuted() -> None:
    large = op(op(K, "//", 9_973), "*", 9_973)
    assert compare(large, "==", K, {}).holds is False
    assert compare(op(op(large, "+", op(U, "//", 7_919)), "-", op(U, "//", 7_919)), "<=", K, {}).holds is not False
    power: Expression = K
    for _ in range(12):
        power = op(power, "*", power)
    assert compare(power, "==", op(power, "+", 0), {}).holds in (True, None)


@pytest.mark.parametrize(("kind", "right"), [("//", 0), ("%", -2), ("//", K)])
def test_divisors_are_positive_literals(kind: str, right: Expression) -> None:
    with pytest.raises(ValueError, match="positive literal"):
        Operation(kind, K, right)


# -- one form, and sizes that are never equal ------------------------------------------------------------------------------------

POINTS = list(product(range(-3, 12, 2), repeat=3))


@settings(max_examples=500, deadline=None)
@given(EXPRESSIONS)
def test_the_form_has_the_value_of_the_expression(expression: Expression) -> None:
    try:
        form = canonical(expression)
    except TooLarge:
        return
    for k, u, length in POINTS:
        values = {"k": k, "u": u, "L": length}
        assert evaluate(form, values) == evaluate(expression, values)
    assert canonical(form) == form


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (op(op(op(L, "*", 2), "-", 2), "//", 2), op(L, "-", 1)),
        (op(op(L, "//", 2), "//", 3), op(L, "//", 6)),
        (op(L, "-", op(L, "%", 8)), op(8, "*", op(L, "//", 8))),
        (op(op(op(L, "+", 1), "//", 2), "-", 1), op(op(L, "-", 1), "//", 2)),
        (Operation("max", op(L, "+", 1), L), op(L, "+", 1)),
        (op(K, "*", op(U, "+", L)), op(op(L, "*", K), "+", op(U, "*", K))),
    ],
)
def test_what_is_equal_for_every_value_has_one_form(one: Expression, other: Expression) -> None:
    assert canonical(one) == canonical(other)
    assert difference(one, other) == 0


@settings(max_examples=400, deadline=None)
@given(EXPRESSIONS, st.one_of(st.integers(-5, 40), EXPRESSIONS), st.sampled_from([(1, 1, 1), (None, None, 1), (None, None, None)]))
def test_what_is_never_equal_is_equal_nowhere(left: Expression, right: Expression, bounds: tuple[int | None, ...]) -> None:
    least = dict(zip(("k", "u", "L"), bounds, strict=True))
    if not never_equal(left, right, lambda name: least[str(name)]):
        return
    starts = [-6 if bound is None else bound for bound in bounds]
    for k, u, length in product(*(range(start, start + 12) for start in starts)):
        values = {"k": k, "u": u, "L": length}
        assert evaluate(left, values) != evaluate(right, values)
    if not names(op(left, "-", right)):
        return
    solver = z3.Solver()
    solver.set("timeout", 2000)
    solver.add(to_z3(left) == to_z3(right), *(z3.Int(name) >= bound for name, bound in least.items() if bound is not None))
    assert solver.check() != z3.sat


@pytest.mark.parametrize(
    ("left", "right", "never"),
    [
        (op(L, "-", 2), L, True),
        (op(op(2, "*", L), "+", 1), 30, True),
        (op(2, "*", L), L, True),
        (op(2, "*", L), 30, False),
        (op(2, "*", op(L, "//", 2)), L, False),
        (op(2, "*", op(L, "//", 2)), op(L, "-", 1), False),
        (op(2, "*", op(L, "//", 2)), op(L, "+", 2), True),
        (op(L, "//", 3), op(L, "+", 1), True),
        (op(op(4, "*", K), "+", op(6, "*", U)), 9, True),
    ],
)
def test_sizes_that_are_never_equal(left: Expression, right: Expression, never: bool) -> None:
    assert never_equal(left, right, lambda name: 1) is never


def test_names_of_names_are_put_in_order_in_bounded_time() -> None:
    variable = Variable("x")
    for index in range(60):
        variable = Variable(Dimension(("item", ("form", Operation("*", variable, variable)), index), -1))
    assert len(variable.key) < 1000


def test_a_formula_that_nobody_reads_is_not_shown() -> None:
    size: Expression = Variable(Dimension(("parameter", 0, "x"), -1))
    assert shown(2 * size + 1) == "2*x.shape[-1] + 1"
    long = [Variable(Dimension(("parameter", 0, name), -1)) for name in ("input_spectrogram", "conditioning_features", "speaker_embedding")]
    assert shown(2 * long[0] + 2 * long[1] + 4 * long[2] + 3).endswith(" + 4*speaker_embedding.shape[-1] + 3")  # long names, and few of them
    for _ in range(20):
        size = Operation("max", size, Operation("//", size + 3, 2)) if size.size < 100 else size
    assert shown(size) == "…"
