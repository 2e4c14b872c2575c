"""The output formats, from findings alone."""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import replace
from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convt_lint.findings import Confirmation, Finding, Verdict
from convt_lint.output import Shown, Style, renderer
from convt_lint.output.full import MAX_WIDTH

FINDING = Finding(
    "CVT102",
    "output-padding-too-large",
    "ConvTranspose1d(output_padding=11): too large",
    PurePath("pkg/model.py"),
    2,
    8,
    2,
    13,
    formula="(10 - 1)*2 - 2*1 + 1*(3 - 1) + 11 + 1 = 30",
    suggestions=("kernel_size=3, stride=3, padding=0", "output_padding=1"),
    trace=("Generator(rates=[8, 5]) at line 40",),
    evidence={"stride": (2,), "reachable": range(19, 21), "factor": 0.5},
)
LINES = ["import nn\n", "layer = up(1)\n"]


def at(row: int, column: int, end_row: int, end_column: int, **changes: object) -> Finding:
    return dataclasses.replace(FINDING, row=row, column=column, end_row=end_row, end_column=end_column, formula="", suggestions=(), trace=(), **changes)


def confirmed(verdict: Verdict, detail: str = "output padding must be smaller") -> Finding:
    return dataclasses.replace(FINDING, confirmation=Confirmation(verdict, "cpu", detail))


def render(output_format: str, *items: Shown, style: Style | None = None) -> str:
    return "".join(renderer(output_format)(items, style or Style()))


def snippet(finding: Finding, *lines: str, style: Style | None = None) -> list[str]:
    """The source part of the full format, without the empty bars around it."""
    block = render("full", Shown(finding, lines), style=style).rstrip("\n").split("\n")
    assert block[1].strip() == "|"
    assert block[-1].strip() == "|"
    return block[2:-1]


def test_full_in_full() -> None:
    finding = confirmed(Verdict.CONFIRMED)
    assert render("full", Shown(finding, LINES)) == (
        "pkg/model.py:2:8: CVT102 ConvTranspose1d(output_padding=11): too large [confirmed]\n"
        "  |\n"
        "2 | layer = up(1)\n"
        "  |        ^^^^^ CVT102\n"
        "  |\n"
        "  = formula: (10 - 1)*2 - 2*1 + 1*(3 - 1) + 11 + 1 = 30\n"
        "  = help: kernel_size=3, stride=3, padding=0\n"
        "  = help: output_padding=1\n"
        "  = trace: Generator(rates=[8, 5]) at line 40\n"
        "  = confirmed on cpu: output padding must be smaller\n"
        "\n"
    )


def test_carets_under_tabs_wide_and_combining_characters() -> None:
    assert snippet(at(1, 2, 1, 5), "\tabc\n") == ["1 |     abc", "  |     ^^^ CVT102"]
    assert snippet(at(1, 3, 1, 6), "x\tabc\n") == ["1 | x   abc", "  |     ^^^ CVT102"]
    assert snippet(at(1, 4, 1, 7), "日本 abc\n") == ["1 | 日本 abc", "  |      ^^^ CVT102"]
    assert snippet(at(1, 1, 1, 3), "日本 abc\n") == ["1 | 日本 abc", "  | ^^^^ CVT102"]
    assert snippet(at(1, 4, 1, 7), "e\u0301 abc\n") == ["1 | e\u0301 abc", "  |   ^^^ CVT102"]


def test_an_empty_range_and_one_past_the_line_still_show_a_caret() -> None:
    assert snippet(at(1, 1, 1, 1), "abc\n") == ["1 | abc", "  | ^ CVT102"]
    assert snippet(at(1, 1, 1, 1), "\n") == ["1 |", "  | ^ CVT102"]
    assert snippet(at(1, 90, 1, 95), "abc\n") == ["1 | abc", "  |    ^ CVT102"]
    assert snippet(at(1, 3, 1, 2), "abc\n") == ["1 | abc", "  |   ^ CVT102"]


def test_rows_outside_the_source_show_no_source() -> None:
    for finding, lines in ((at(1, 1, 1, 1), ()), (at(9, 1, 9, 2), ("a\n",)), (at(0, 0, 0, 0), ("a\n",))):
        assert render("full", Shown(finding, lines)).count("\n") == 2
    assert "1 | a" in render("full", Shown(at(1, 1, 7, 4), ("a\n",)))


def test_range_over_several_lines() -> None:
    lines = ["x = up(\n", "    1,\n", ")\n"]
    assert snippet(at(1, 5, 3, 2), *lines) == ["1 |   x = up(", "  |  _____^", "2 | |     1,", "3 | | )", "  | |_^ CVT102"]


def test_the_middle_of_a_long_range_is_left_out() -> None:
    lines = ["up(\n", *(f"    {number},\n" for number in range(50)), ")\n"]
    drawn = snippet(at(1, 1, 52, 2), *lines)
    assert drawn[0] == " 1 |   up("
    assert ".. | |" in drawn
    assert drawn[-2:] == ["52 | | )", "   | |_^ CVT102"]
    assert len(drawn) < 14


@pytest.mark.parametrize("before", [0, 60, 500, 100_000])
@pytest.mark.parametrize("after", [0, 500])
def test_long_lines_are_cut_around_the_carets(before: int, after: int) -> None:
    line = "a" * before + "BAD" + "b" * after
    text, carets = snippet(at(1, before + 1, 1, before + 4), line + "\n")
    assert len(text) <= MAX_WIDTH + 10
    where = carets.index("^")
    assert text[where : where + 3] == "BAD"
    assert carets.count("^") == 3


def test_nothing_in_a_source_or_a_message_acts_on_the_terminal() -> None:
    hostile = at(1, 1, 1, 2, message="say \033[2J\n\u202eyas \x07", filename=PurePath("a\n\033b\udcff.py"))
    line = "x = '\033[31m \u202e \x00 \x85'\n"
    for output_format in ("full", "concise"):
        text = render(output_format, Shown(hostile, [line]))
        assert all(char.isprintable() or char == "\n" for char in text)
        assert text.startswith("a\\n\\x1bb\\xff.py:1:1: CVT102 say \\x1b[2J\\n\\u202eyas \\x07\n")


def test_characters_that_the_stream_cannot_show_keep_the_carets_in_place() -> None:
    assert snippet(at(1, 3, 1, 6), "日é abc\n".replace(" ", ""), style=Style(encoding="ascii")) == ["1 | ??abc", "  |   ^^^ CVT102"]


@given(
    lines=st.lists(st.text(max_size=300), max_size=12),
    numbers=st.tuples(*[st.integers(-1, 320)] * 4),
    message=st.text(max_size=20),
    style=st.builds(Style, colour=st.booleans(), encoding=st.sampled_from(["utf-8", "ascii", "latin-1", "cp932", "no-such"])),
)
def test_any_place_in_any_text(lines: list[str], numbers: tuple[int, int, int, int], message: str, style: Style) -> None:
    row, column, end_row, end_column = numbers
    text = render("full", Shown(at(row % 15, column, end_row % 15, end_column, message=message), lines), style=style)
    bare = re.sub(r"\033\[[\d;]*m", "", text)
    assert all(char.isprintable() or char in "\n\u200c\u200d\u3000\xa0" for char in bare)
    assert all(len(line) <= 3 * MAX_WIDTH for line in bare.splitlines())
    assert ("^" in bare.partition("\n")[2]) >= (1 <= row % 15 <= len(lines))


def test_colour() -> None:
    coloured = render("full", Shown(confirmed(Verdict.REFUTED), LINES), style=Style(colour=True))
    plain = render("full", Shown(confirmed(Verdict.REFUTED), LINES))
    assert "\033[" in coloured
    assert "\033[" not in plain
    assert re.sub(r"\033\[[\d;]*m", "", coloured) == plain


def test_concise_marks_what_was_run() -> None:
    items = [Shown(FINDING), Shown(confirmed(Verdict.REFUTED)), Shown(confirmed(Verdict.UNDECIDED))]
    head = "pkg/model.py:2:8: CVT102 ConvTranspose1d(output_padding=11): too large"
    assert render("concise", *items) == f"{head}\n{head} [refuted]\n{head} [undecided]\n"


def test_json_records() -> None:
    shown = Shown(confirmed(Verdict.CONFIRMED), LINES, noqa_row=2)
    (record,) = json.loads(render("json", shown))
    assert record == {
        "cell": None,
        "code": "CVT102",
        "confirmation": {"verdict": "confirmed", "device": "cpu", "detail": "output padding must be smaller"},
        "devices": [],
        "end_location": {"row": 2, "column": 13},
        "evidence": {"stride": [2], "reachable": "range(19, 21)", "factor": 0.5},
        "filename": "pkg/model.py",
        "fix": None,
        "formula": "(10 - 1)*2 - 2*1 + 1*(3 - 1) + 11 + 1 = 30",
        "location": {"row": 2, "column": 8},
        "message": "ConvTranspose1d(output_padding=11): too large",
        "name": "output-padding-too-large",
        "noqa_row": 2,
        "severity": "error",
        "suggestions": ["kernel_size=3, stride=3, padding=0", "output_padding=1"],
        "trace": ["Generator(rates=[8, 5]) at line 40"],
        "url": None,
    }


def test_json_of_none_and_of_several() -> None:
    assert json.loads(render("json")) == []
    assert len(json.loads(render("json", Shown(FINDING), Shown(FINDING)))) == 2


def test_json_holds_any_evidence() -> None:
    evidence = {"nan": float("nan"), "huge": 10**5000, 3: {"a", "b"}, "none": None, "nested": [(1, {"x": True})], "odd": "\udcff"}
    text = render("json", Shown(dataclasses.replace(FINDING, evidence=evidence, filename=PurePath("\udcff\n.py"))))
    assert text.isascii()
    (record,) = json.loads(text)
    assert record["evidence"] == {"nan": "nan", "huge": hex(10**5000), "3": ["a", "b"], "none": None, "nested": [[1, {"x": True}]], "odd": "\udcff"}
    assert record["filename"] == "\udcff\n.py"


def test_github_annotations() -> None:
    assert render("github", Shown(FINDING)) == (
        "::error title=CVT102,file=pkg/model.py,line=2,col=8,endLine=2,endColumn=13::CVT102 ConvTranspose1d(output_padding=11): too large\n"
    )


def test_github_annotates_warnings_as_such() -> None:
    assert render("github", Shown(replace(FINDING, severity="warning"))).startswith("::warning ")


def test_github_escapes() -> None:
    finding = at(1, 1, 1, 2, message="100%: a\r\nb, c", filename=PurePath("a,b:c%\n.py"))
    assert render("github", Shown(finding)) == ("::error title=CVT102,file=a%2Cb%3Ac%25%0A.py,line=1,col=1,endLine=1,endColumn=2::CVT102 100%25: a%0D%0Ab, c\n")


def test_github_says_what_was_run_and_does_not_fail_on_a_refuted_finding() -> None:
    confirmed_line, refuted_line = render("github", Shown(confirmed(Verdict.CONFIRMED)), Shown(confirmed(Verdict.REFUTED))).splitlines()
    assert confirmed_line.startswith("::error ")
    assert confirmed_line.endswith("(confirmed on cpu: output padding must be smaller)")
    assert refuted_line.startswith("::notice ")
