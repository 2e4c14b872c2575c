"""The same source gives the same work and the same answer in every run: nothing hangs on a hash or an address."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Hashable, Iterator
from itertools import product
from pathlib import Path

import hypothesis.strategies as st
import libcst as cst
from hypothesis import given
from surface import ROOT, environment

from convt_lint.facts import Assumption, LayerApplied
from convt_lint.interpret.conditions import Condition, consensus
from convt_lint.interpret.program import interpret
from convt_lint.interpret.world import World, join
from convt_lint.symbolic import Dimension, names
from convt_lint.syntax.walk import walk

_CHILD = """
import libcst as cst, sys
from convt_lint.interpret.program import Program
program = Program()
program.run(cst.parse_module(sys.stdin.read()))
print(program.machine.steps)
"""

WAYS = """
from torch import nn


class Up(nn.Module):
    def __init__(self):
        self.up = nn.ConvTranspose1d(8, 8, 4, stride=2)

    def pick(self, x, a, c):
        if c:
            x = self.up(x)
        if a:
            if a == 1:
                return 4
            return 4

    def forward(self, x, a, c):
        x = self.pick(x, a, c)
"""


def test_the_same_work_under_any_hash_seed() -> None:
    steps = {
        subprocess.run([sys.executable, "-c", _CHILD], input=WAYS.encode(), cwd=ROOT, env=environment(PYTHONHASHSEED=str(seed)), capture_output=True).stdout
        for seed in range(6)
    }
    assert len(steps) == 1
    assert int(steps.pop()) > 0


def test_no_name_holds_an_address() -> None:
    """Names are put in order by what they hold, and people read formulas in that order."""
    seen = 0
    for path in sorted(Path(ROOT, "fixtures").rglob("*.py")):
        module = cst.parse_module(path.read_bytes())
        addresses = {id(node) for node in walk(module)}
        for fact in interpret(module, {}, supposes=True).facts:
            sizes = fact.forms if isinstance(fact, LayerApplied) else ()
            held = [*fact.path.assumptions, *(name for size in sizes if size is not None for name in names(size))]
            numbers = [number for name in held for number in _numbers(name)]
            seen += len(numbers)
            assert addresses.isdisjoint(numbers), path
    assert seen > 100


def _numbers(name: Hashable) -> Iterator[int]:
    """The numbers in a name."""
    if isinstance(name, int):
        yield name
    elif isinstance(name, (tuple, frozenset)):
        for part in name:
            yield from _numbers(part)
    elif isinstance(name, Dimension):
        yield from _numbers(name.owner)
    elif isinstance(name, Assumption):
        yield from _numbers(name.term)
        yield from _numbers(name.bases)


# -- where paths meet ----------------------------------------------------------------------------------------------------------


def test_what_two_worlds_share_stays_in_the_order_in_which_it_was_assumed() -> None:
    conditions = [Condition(("parameter", 0, name), "truthy", None, frozenset(), False, name) for name in "abcdefghij"]
    one, other = World(), World()
    for condition in conditions:
        one.assume(condition, True)
        other.assume(condition, True)
    for world, last in ((one, 1), (other, 2)):
        world.assume(Condition(("parameter", 0, "k"), "==", last, frozenset(), False, "k"), True)
    assert [condition.cause for condition in join(one, other, "here").assumptions.values()][:10] == list("abcdefghij")


LITERALS = st.tuples(st.sampled_from("abcd"), st.booleans())
PATHS = st.sets(st.frozensets(LITERALS, max_size=4).filter(lambda path: len({name for name, _ in path}) == len(path)), min_size=1, max_size=10)


def _assumed(path: frozenset[tuple[str, bool]]) -> frozenset[Assumption]:
    return frozenset(Assumption((name, "truthy", None), holds) for name, holds in path)


def _holds(paths: set[frozenset[Assumption]], values: dict[str, bool]) -> bool:
    return any(all(values[item.term[0]] is item.holds for item in path) for path in paths)  # type: ignore[index]


@given(PATHS)
def test_a_consensus_says_just_what_the_paths_say(drawn: set[frozenset[tuple[str, bool]]]) -> None:
    paths = set(map(_assumed, drawn))
    found = consensus(paths)
    for point in product((True, False), repeat=4):
        values = dict(zip("abcd", point, strict=True))
        assert _holds(found, values) is _holds(paths, values)
    assert not any(one < other for one in found for other in found)


def test_a_consensus_is_one_in_whatever_order_paths_come() -> None:
    a, b = Assumption(("a", "truthy", None), True), Assumption(("b", "truthy", None), True)
    not_a, not_b = Assumption(("a", "truthy", None), False), Assumption(("b", "truthy", None), False)
    assert consensus([frozenset({a, b}), frozenset({a, not_b}), frozenset({not_a, b})]) == {frozenset({a}), frozenset({b})}
