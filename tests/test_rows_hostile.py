"""No row of the shape table is brought down by what it is called with: it answers, refuses, or says that it is not followed."""

from __future__ import annotations

from importlib import import_module

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convt_lint.lengths import Symbol
from convt_lint.torch_api import signatures, table
from convt_lint.torch_api.shapes import SOME_TENSOR, UNKNOWN, NotFollowed, Refused, Row, Tensor

SIZES = st.one_of(st.none(), st.integers(0, 9), st.sampled_from([10**30, UNKNOWN]))
TENSORS = st.one_of(
    st.just(SOME_TENSOR),
    st.lists(SIZES, max_size=5).map(lambda sizes: Tensor(tuple(sizes))),
    st.lists(SIZES, max_size=3).map(lambda sizes: Tensor(None, tuple(sizes), (len(sizes), len(sizes) + 1))),
)
SCALARS = st.one_of(
    st.integers(-3, 9),
    st.sampled_from(
        [10**400, -(10**400), 0.0, -1.5, 2.5, 1e308, float("inf"), float("-inf"), float("nan"), True, False, None, "", "same", "ij,jk->ik", ..., UNKNOWN]
    ),
)
VALUES = st.recursive(st.one_of(SCALARS, TENSORS), lambda inner: st.lists(inner, max_size=4).map(tuple), max_leaves=6)
REST = st.lists(VALUES, max_size=4).map(tuple)


def rows(family: str) -> list[Row]:
    module = import_module(f"convt_lint.torch_api.rows.{family}")
    return [row for kind in (module.MODULES, module.FUNCTIONS, module.METHODS) for _, row in sorted(kind.items())]


@pytest.mark.parametrize("family", table.FAMILIES)
def test_rules_answer_whatever_they_are_called_with(family: str) -> None:
    @settings(max_examples=400, deadline=None)
    @given(st.data(), st.sampled_from(rows(family)))
    def check(data: st.DataObject, row: Row) -> None:
        formals = [formal for text in (row.signature, row.inputs) for formal in signatures.formals(text)]
        values = {formal.name: data.draw(REST if formal.way == "rest" else VALUES, label=formal.name) for formal in formals}
        try:
            result = row.rule(values)
        except (Refused, NotFollowed):
            return
        assert not isinstance(result, Tensor) or all(size is None or isinstance(size, (int, Symbol)) for size in result.last)

    check()
