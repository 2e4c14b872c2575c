"""Any source at all: drawn ones, damaged ones, random bytes, the files of Python and of the packages beside torch. None may end the checker, make it fail
inside, keep it for long, or tell different things under different hash seeds or numbers of processes.

Files that hold no transposed convolution are not even parsed, so a small network is put behind each.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path, PurePath
from random import Random

import pytest
from damage import bytes_damaged, damaged
from every_file import NETWORK, real_files, with_network
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_programs import FOLLOWED, UNFOLLOWED
from surface import ROOT, environment, run

from convt_lint.linting import check_bytes
from convt_lint.selection import ALL

SECONDS = 6.0  # for one source: what is meant is 2, on a machine that does nothing else
HEAD = "import torch\nfrom torch import nn\nfrom torch.nn import ConvTranspose1d as C\n"
FIXTURES = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "fixtures").rglob("*.py"))]
PROGRAMS = [*FIXTURES, *(HEAD + program for _, program in (*FOLLOWED, *UNFOLLOWED))]
SAMPLE = 25


def judged(source: bytes) -> list[tuple[str, int, int, str]]:
    """What is found in a source; fails where the checker fails itself, or takes too long."""
    began = time.process_time()
    result = check_bytes(source, PurePath("any.py"), ALL, unchecked=True)
    assert time.process_time() - began < SECONDS
    found = [(finding.code, finding.row, finding.column, finding.message) for finding in result.findings]
    assert not [message for *_, message in found if "the checker itself failed" in message]
    assert all(row >= 1 and column >= 1 for _, row, column, _ in found)
    return found


def test_the_network_behind_a_file_is_found() -> None:
    assert [code for code, *_ in judged(b"x = 1\n" + NETWORK) if code == "CVT102"] == ["CVT102"]


# --- drawn and damaged sources


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False), st.sampled_from(PROGRAMS), st.integers(1, 8))
def test_damaged_programs(rng: Random, program: str, steps: int) -> None:
    judged(damaged(program, rng, PROGRAMS, steps).encode("utf-8", "surrogatepass"))


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False), st.sampled_from(PROGRAMS))
def test_damaged_bytes(rng: Random, program: str) -> None:
    judged(bytes_damaged(program.encode(), rng))


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_random_bytes(noise: bytes, before: bool) -> None:
    mention = b"\nup = nn.ConvTranspose1d(1, 1, 3)\n"
    judged(noise + mention if before else mention + noise)


_ATOMS = st.sampled_from(
    [
        "0",
        "1",
        "-1",
        "2.5",
        "1e999",
        "None",
        "True",
        "...",
        "'a'",
        "b'a'",
        "x",
        "y",
        "self",
        "nn",
        "torch",
        "10**400",
        "x.shape",
        "nn.Module",
        "range(9)",
        "C(1, 1, 3)",
    ]
)


def _wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(["+", "-", "*", "/", "//", "%", "**", "<<", ">>", "&", "|", "^", "@", "<", "==", "in", "not in", "is", "and", "or", ":="])
    pairs = st.tuples(inner, operators, inner).map(lambda t: f"(x := {t[2]})" if t[1] == ":=" else f"({t[0]} {t[1]} {t[2]})")
    calls = st.tuples(inner, st.lists(st.one_of(inner, inner.map("*{}".format), inner.map("k={}".format)), max_size=3)).map(
        lambda t: f"({t[0]})({', '.join(sorted(t[1], key=lambda text: text.startswith('k=')))})"
    )
    shapes = ["[{0}, *{1}]", "({0}, {1})", "{{{0}: {1}}}", "{{{0}, {1}}}", "({0})[{1}]", "({0})[{1}:{1}]", "[{0} for x in {1}]", "{{x: {0} for x in {1} if x}}"]
    shapes += [
        "({0} if {1} else x)",
        "(lambda x={0}: {1})",
        "({0}).shape[{1}]",
        "f'{{{0}}} {{{1}!r:>3}}'",
        "(not {0}, -{1})",
        "C(1, {0}, {1})",
        "C(*{0}, **{1})",
    ]
    shapes += [
        "F.conv_transpose1d({0}, {1})",
        "C({0}, 1, 3)({1})",
        "torch.cat([{0}, {1}], dim=1)",
        "nn.Sequential({0}, C(1, 1, 3), {1})",
        "super().x({0}, {1})",
    ]
    return st.one_of(pairs, calls, *(st.tuples(inner, inner).map(lambda t, shape=shape: shape.format(*t)) for shape in shapes))


_EXPRESSIONS = st.recursive(_ATOMS, _wider, max_leaves=8)
_SIMPLE = st.one_of(
    _EXPRESSIONS,
    st.tuples(st.sampled_from(["x", "x.y", "x[0]", "x, y", "x, *y", "(x, [y, z])", "self.up"]), _EXPRESSIONS).map(lambda t: f"{t[0]} = {t[1]}"),
    st.tuples(st.sampled_from(["x", "x.y", "x[0]"]), st.sampled_from(["+=", "*=", "//=", "@=", "|=", "**="]), _EXPRESSIONS).map(" ".join),
    st.tuples(st.sampled_from(["return", "assert", "raise", "del x,", "yield", "x: int =", "x: C ="]), _EXPRESSIONS).map(" ".join),
    st.sampled_from(
        [
            "pass",
            "break",
            "continue",
            "global x",
            "nonlocal x",
            "from m import *",
            "import m.n as x",
            "# convt: 10 -> 20",
            "x = C(1, 1, 3)  # (1, 1, 8) -> (1, 1, 10)",
        ]
    ),
)


def _blocks(body: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[str]]:
    heads = [
        "if {}:",
        "while {}:",
        "for x in {}:",
        "with {} as x:",
        "def f(x={}, *a, **k):",
        "class A(nn.Module, metaclass={}):",
        "async def g(x: {}):",
        "else:",
        "try:",
    ]
    heads += [
        "except {} as x:",
        "finally:",
        "match {}:",
        "case [x, *_] if {}:",
        "case {{'a': x}}:",
        "def forward(self, x={}):",
        "def __init__(self, k={}):",
        "@d({})\ndef f():",
    ]
    block = st.tuples(st.sampled_from(heads), _EXPRESSIONS, body).map(
        lambda t: [*t[0].format(t[1]).split("\n"), *(f"    {line}" for part in t[2] for line in part.split("\n"))]
    )
    return st.lists(st.one_of(_SIMPLE, block.map("\n".join)), min_size=1, max_size=5)


_SOURCES = st.recursive(st.lists(_SIMPLE, min_size=1, max_size=4), _blocks, max_leaves=12).map(lambda lines: HEAD + "\n".join(lines) + "\n")


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(_SOURCES)
def test_drawn_sources(source: str) -> None:
    judged(source.encode())


# --- real files


def test_some_real_files() -> None:
    for path in Random(7).sample(real_files(), SAMPLE):
        judged(with_network(path))


def test_some_real_files_damaged() -> None:
    rng = Random(11)
    small = [path for path in rng.sample(real_files(), 10 * SAMPLE) if path.stat().st_size < 20_000]
    for path in small[:SAMPLE]:
        source = with_network(path).decode("utf-8", "replace")
        judged(damaged(source, rng, PROGRAMS, rng.randint(1, 6)).encode("utf-8", "surrogatepass"))


@pytest.mark.slow
def test_layers_of_torch_itself() -> None:
    """The files of torch that hold transposed convolutions, whole and damaged."""
    import torch

    rng = Random(13)
    files = [path for path in sorted(Path(torch.__file__).parent.rglob("*.py")) if b"ConvTranspose" in path.read_bytes()]
    assert len(files) > 20
    for path in files:
        source = path.read_text(encoding="utf-8")
        if len(source) < 150_000:
            judged(source.encode())
        if len(source) < 30_000:
            judged(damaged(source, rng, PROGRAMS, 4).encode("utf-8", "surrogatepass"))


# --- the same again


_CHILD = """
import json, sys
from pathlib import PurePath
from convt_lint.linting import check_bytes
from convt_lint.selection import ALL
told = []
for source in json.load(sys.stdin):
    result = check_bytes(source.encode("utf-8", "surrogatepass"), PurePath("any.py"), ALL, unchecked=True)
    told.append([str(result.findings), str(result.unchecked), result.constructions])
json.dump(told, sys.stdout)
"""


def test_the_same_under_another_hash_seed() -> None:
    rng = Random(17)
    chosen = rng.sample(PROGRAMS, SAMPLE)
    sources = json.dumps([*chosen, *(damaged(program, rng, PROGRAMS, 2) for program in chosen)]).encode()
    told = [
        subprocess.run([sys.executable, "-c", _CHILD], input=sources, cwd=ROOT, env=environment(PYTHONHASHSEED=seed), capture_output=True, check=True).stdout
        for seed in ("0", "4242")
    ]
    assert sum("CVT" in findings for findings, _, _ in json.loads(told[0])) > SAMPLE / 5
    assert told[0] == told[1]


def test_the_same_with_any_number_of_processes(tmp_path: Path) -> None:
    rng = Random(19)
    for index, program in enumerate(rng.sample(PROGRAMS, 2 * SAMPLE)):
        (tmp_path / f"p{index}.py").write_bytes(damaged(program, rng, PROGRAMS, 2).encode("utf-8", "surrogatepass"))
    told = [run("check", "--output-format=json", "--no-cache", f"--jobs={jobs}", "--select=CVT", ".", cwd=tmp_path) for jobs in (1, 2, 5)]
    assert told[0].stdout.count(b'"code"') > SAMPLE / 5
    assert {(done.stdout, done.returncode) for done in told} == {(told[0].stdout, told[0].returncode)}
