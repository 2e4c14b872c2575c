"""Shapes in docstrings: how they are read in each style, what of them is wrong by torch, and docstrings that draw no finding."""

from __future__ import annotations

import textwrap
from pathlib import PurePath

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convt_lint.expectations.docstring_texts import parse
from convt_lint.linting import check_bytes

HEAD = """\
import torch
import torch.nn as nn
import torch.nn.functional as F


"""


def findings(body: str) -> list[tuple[int, str, str]]:
    """Row (of `body`), code and message of each finding."""
    result = check_bytes((HEAD + textwrap.dedent(body).lstrip("\n")).encode(), PurePath("x.py"))
    return [(finding.row - HEAD.count("\n"), finding.code, finding.message) for finding in result.findings]


# -- reading -----------------------------------------------------------------------------------------------------------------------

STYLES = {
    "google": """Does it.

        Args:
            x (Tensor): Input (INPUT).
            other (int): A number.

        Returns:
            Tensor: Output (OUTPUT).
        """,
    "google, types with shapes": """Does it.

        Args:
            x (torch.Tensor of shape (INPUT)): Input
                that goes on for a line.

        Returns:
            torch.Tensor of shape (OUTPUT)
        """,
    "numpy": """Does it.

        Parameters
        ----------
        x : torch.Tensor, shape (INPUT)
            The input.
        other : int

        Returns
        -------
        y : torch.Tensor
            Of shape (OUTPUT).
        """,
    "rest": """Does it.

        :param x: the input (INPUT)
        :param int other: a number
        :type x: Tensor
        :return: the output (OUTPUT)
        :rtype: Tensor
        """,
    "epydoc": """Does it.
        @param x: the input (INPUT)
        @return: the output (OUTPUT)
        """,
    "shape": """Does it.

        Shape:
            - Input: :math:`(INPUT)`
            - Output: :math:`(OUTPUT)`
        """,
    "shape, numpy": """Does it.

        Shape
        -----
        Input: ``(INPUT)``
        Output: ``(OUTPUT)``
        """,
    "shape of names": """Does it.

        Shapes:
            * x: (INPUT)
            * output: (OUTPUT)
        """,
    "plain": """Does it.

        Input shape: (INPUT)
        Output shape: (OUTPUT)
        """,
    "brackets": """Does it.
        x: [INPUT]
        returns: [OUTPUT]
        """,
    "arrow": """(INPUT) -> (OUTPUT)""",
    "arrow, unicode": """Does it.

        (INPUT) → (OUTPUT)
        """,
}


def _docstring(style: str, taken: str, given: str) -> str:
    return STYLES[style].replace("INPUT", taken).replace("OUTPUT", given)


@pytest.mark.parametrize("style", STYLES)
def test_styles_are_read(style: str) -> None:
    documented = parse(_docstring(style, "B, 16, T", "B, 8, 2*T"))
    assert documented.output is not None
    assert [dim.text for dim in documented.output.shape] == ["B", "8", "2*T"]
    taken = [[dim.text for dim in shape] for name, shape in documented.inputs.items() if name in ("", "x")]
    assert taken == [["B", "16", "T"]] or style == "brackets"


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    parse(text)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(STYLES)), st.lists(st.sampled_from(["\n", " ", "(", ")", "[", "T", "2", ",", ":", "-", "    "]), max_size=12), st.randoms())
def test_a_damaged_docstring_can_be_read(style: str, junk: list[str], random: object) -> None:
    text = _docstring(style, "B, 16, T", "B, 8, 2*T")
    for piece in junk:
        at = random.randrange(len(text))  # type: ignore[attr-defined]
        text = text[:at] + piece + text[at:]
    parse(text)


# -- against torch --------------------------------------------------------------------------------------------------------------------

LAYERS = st.tuples(st.integers(1, 9), st.integers(1, 5), st.integers(0, 4), st.integers(1, 3)).filter(lambda it: it[0] > 0)


def _module(numbers: tuple[int, int, int, int], docstring: str, tail: str = "self.up(x)") -> str:
    kernel, stride, padding, dilation = numbers
    body = textwrap.indent(f'"""{docstring}"""', " " * 8)
    return (
        "class Up(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        f"        self.up = nn.ConvTranspose1d(16, 8, {kernel}, stride={stride}, padding={padding}, dilation={dilation})\n\n"
        f"    def forward(self, x, other=None):\n{body}\n        return {tail}\n"
    )


def _lengths(numbers: tuple[int, int, int, int]) -> dict[int, int]:
    kernel, stride, padding, dilation = numbers
    layer = torch.nn.ConvTranspose1d(16, 8, kernel, stride=stride, padding=padding, dilation=dilation)
    found = {}
    for length in (*range(1, 24), 1000, 1001):
        try:
            found[length] = layer(torch.zeros(1, 16, length)).shape[-1]
        except RuntimeError:
            continue
    return found


@settings(max_examples=250, deadline=None)
@given(LAYERS, st.sampled_from(sorted(set(STYLES) - {"brackets"})), st.integers(1, 5), st.integers(-2, 2))
def test_a_stated_formula_is_wrong_where_torch_never_gives_it(numbers: tuple[int, int, int, int], style: str, times: int, plus: int) -> None:
    stated = f"{times}*T" + (f" {'-' if plus < 0 else '+'} {abs(plus)}" if plus else "") if times > 1 or plus else "T"
    found = findings(_module(numbers, _docstring(style, "B, 16, T", f"B, 8, {stated}")))
    lengths = _lengths(numbers)
    never = not any(times * length + plus == out for length, out in lengths.items())
    reported = [message for _, code, message in found if code == "CVT208"]
    if reported:
        assert never, reported
    elif never and stated != "T":
        raise AssertionError(f"{stated} is never given, and not reported: {lengths}")


def _gives(layer: torch.nn.ConvTranspose1d, length: int, expected: int) -> bool:
    try:
        return layer(torch.zeros(1, 16, length)).shape[-1] == expected
    except RuntimeError:
        return False


@settings(max_examples=200, deadline=None)
@given(LAYERS, st.sampled_from(sorted(set(STYLES) - {"brackets"})), st.integers(1, 40), st.integers(1, 120), st.booleans())
def test_a_stated_number_is_wrong_where_torch_gives_another(numbers: tuple[int, int, int, int], style: str, length: int, stated: int, right: bool) -> None:
    kernel, stride, padding, dilation = numbers
    layer = torch.nn.ConvTranspose1d(16, 8, kernel, stride=stride, padding=padding, dilation=dilation)
    try:
        out = layer(torch.zeros(1, 16, length)).shape[-1]
    except RuntimeError:
        return
    stated = out if right else stated
    if 16 in (length, stated) or 8 in (length, stated):
        return  # may be channels: another reading
    if stated != out and _gives(layer, 16, stated):
        return  # true of an input of length 16: the docstring may write it channels last
    found = findings(_module(numbers, _docstring(style, f"B, 16, {length}", f"B, 8, {stated}")))
    assert any(code == "CVT208" for _, code, _ in found) is (stated != out), (found, out)


@settings(max_examples=120, deadline=None)
@given(LAYERS, st.integers(1, 20), st.integers(-3, 3), st.sampled_from(["{}.shape", "print({}.shape)", "{}.size()", "print({}.size())", "tuple({}.shape)"]))
def test_what_an_example_prints_is_held_against_torch(numbers: tuple[int, int, int, int], length: int, more: int, call: str) -> None:
    kernel, stride, padding, dilation = numbers
    layer = torch.nn.ConvTranspose1d(16, 8, kernel, stride=stride, padding=padding, dilation=dilation)
    try:
        out = layer(torch.zeros(1, 16, length)).shape[-1]
    except RuntimeError:
        return
    if out + more < 1:
        return
    printed = f"(1, 8, {out + more})" if call.startswith("tuple") else f"torch.Size([1, 8, {out + more}])"
    docstring = f"Doubles.\n\n>>> up = Up()\n>>> x = torch.randn(1, 16, {length})\n>>> {call.format('up(x)')}\n{printed}\n"
    body = textwrap.indent(f'"""{docstring}"""', "    ")
    source = f"class Up(nn.Module):\n{body}\n\n" + _module(numbers, "Runs it.").partition("\n")[2]
    found = findings(source)
    assert [(row, code) for row, code, _ in found] == ([(6, "CVT208")] if more else []), found


# -- programs ------------------------------------------------------------------------------------------------------------------------

SILENT = {
    "torch's own markup": 'r"""\n    Shape:\n        - Input: :math:`(N, 16, L)`\n        - Output: :math:`(N, 8, 2 \\times L + 1)`\n    """',
    "a factor with a cross": '"""(B, 16, T) -> (B, 8, 2 x T + 1)"""',
    "references": '"""\n        Returns:\n            see [3, 5, 7]\n        """',
    "years": '"""\n        Returns:\n            loss, as in (Smith, 2019, 2021)\n        """',
    "the letter again": '"""(B, 16, T) -> (B, 8, T)"""',
    "another letter": '"""(B, 16, T) -> (B, 8, L)"""',
    "a prime": '"""(B, 16, T) -> (B, 8, T\')"""',
    "a name of the code's": '"""(B, 16, T) -> (B, 8, T * hop)"""',
    "about": '"""(B, 16, T) -> about (B, 8, 2T)"""',
    "right": '"""(B, 16, T) -> (B, 8, 2T + 1)"""',
    "right, in numbers": '"""(B, 16, 10) -> (B, 8, 21)"""',
    "another example's numbers": '"""Returns: (B, 8, 21)"""',
    "channels last": '"""(B, T, 16) -> (B, 2T + 1, 8)"""',
    "several outputs": '"""\n        Returns:\n            y (B, 8, 2T)\n            z (B, 8, T)\n        """',
    "a hedge": '"""\n        Returns:\n            (B, 8, 2T) if the input is even\n        """',
    "a kernel": '"""A (3, 3) kernel doubles it."""',
    "raises": '"""\n        Raises:\n            ValueError: for (B, 8, 2T)\n        """',
}


@pytest.mark.parametrize("name", SILENT)
def test_silent(name: str) -> None:
    source = _module((3, 2, 0, 1), "REPLACED").replace('"""REPLACED"""', SILENT[name])
    assert findings(source) == []


@pytest.mark.parametrize("call", ["self.up(x).flatten(1)", "torch.flatten(self.up(x), 1)", "self.up(x).flatten(start_dim=1)"])
@pytest.mark.parametrize("stated", ["(B, 168)", "(B, 16T)"])
def test_dimensions_that_are_joined(call: str, stated: str) -> None:
    assert findings(_module((3, 2, 0, 1), f"Args:\n    x: (B, 16, 10)\n\nReturns:\n    {stated}\n", call)) == []


def test_a_crop_after_the_layer_makes_it_right() -> None:
    assert findings(_module((5, 2, 1, 1), "(B, 16, T) -> (B, 8, 2T)", "self.up(x)[..., :-1]")) == []


def test_one_right_return_is_enough() -> None:
    source = _module((5, 2, 1, 1), "(B, 16, T) -> (B, 8, 2T)", "self.up(x)[..., :-1] if other else self.up(x)")
    assert findings(source) == []


def test_an_example_that_is_expected_to_fail() -> None:
    source = '''
    def up(x):
        """
        >>> nn.ConvTranspose1d(1, 1, 3, stride=2, output_padding=5)(torch.randn(1, 1, 10))
        Traceback (most recent call last):
        RuntimeError: output padding must be smaller
        """
        return nn.ConvTranspose1d(1, 1, 3)(x)
    '''
    assert findings(source) == []


def test_an_example_imports_what_stands_in_its_own_file() -> None:
    source = '''
    def up(x):
        """
        >>> from package.layers import up
        >>> up(torch.randn(1, 1, 10)).shape
        torch.Size([1, 1, 20])
        """
        return nn.ConvTranspose1d(1, 1, 3, stride=2)(x)
    '''
    assert [(row, code) for row, code, _ in findings(source)] == [(4, "CVT208")]


def test_a_bad_layer_in_an_example_is_one_in_code() -> None:
    source = '''
    """
        >>> nn.ConvTranspose1d(1, 1, 3, stride=2, output_padding=5)
    """
    '''
    assert [(row, code) for row, code, _ in findings(source)] == [(2, "CVT102")]


def test_what_is_broken_in_an_example_harms_nothing() -> None:
    source = '''
    def up(x):
        """
        >>> for i in (
        >>> print(")
        >>> up(torch.randn(1, 1, 10)).shape
        torch.Size([1, 1, 20])
        """
        return nn.ConvTranspose1d(1, 1, 3, stride=2)(x)
    '''
    assert [(row, code) for row, code, _ in findings(source)] == [(5, "CVT208")]
