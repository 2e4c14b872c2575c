"""`# noqa` means to the command exactly what it means to flake8: the same files through both give the same findings."""

from __future__ import annotations

import json
import random
from pathlib import Path, PurePath

import pytest
from surface import BAD_CALL, IMPORT, run, run_flake8

from convt_lint.linting import check_bytes
from convt_lint.runner import report_bytes
from convt_lint.selection import Selection
from convt_lint.suppression import Suppressions, may_suppress

COMMENTS = [
    "# noqa",
    "#noqa",
    "#  noqa",
    "# NoQA",
    "# noqa:CVT102",
    "# noqa: CVT102",
    "# noqa:  CVT102",
    "# noqa : CVT102",
    "# noqa: CVT1",
    "# noqa: CVT2",
    "# noqa: CVT",
    "# noqa: C",
    "# noqa: C1",
    "# noqa: cvt102",
    "# noqa: CVT1020",
    "# noqa:CVT102,E501",
    "# noqa: E501,CVT102",
    "# noqa: E501 CVT102",
    "# noqa: E501,,CVT102",
    "# noqa: E501, W291",
    "# noqa: E501; CVT102",
    "# noqa: E501 # noqa: CVT102",
    "# noqa:E501 because of CVT102",
    "# noqa: CVT102 because it must be",
    "# noqa because it must be",
    "# noqa, CVT2",
    "# noqa:",
    "# noqa: ",
    "# noqa:\tCVT102",
    "# noqa=CVT102",
    "# NOQA:CVT102",
    "# no qa",
    "# noqaCVT2",
    "# see # noqa",
    "# type: ignore # noqa: CVT102",
    "# ruff: noqa",
    "# flake8: noqa here",
    "# convt: exact",
]

STATEMENTS = {
    "first-row": f"a = [  # noqa\n    {BAD_CALL},\n]\n",
    "last-row": f"a = [\n    {BAD_CALL},\n]  # noqa: CVT102\n",
    "other-row": f"a = [\n    {BAD_CALL},\n    1,  # noqa: CVT1\n]\n",
    "other-code": f"a = [\n    {BAD_CALL},\n    1,  # noqa: E501\n]  # noqa: CVT102\n",
    "row-above": f"# noqa\n{BAD_CALL}\n",
    "row-below": f"{BAD_CALL}\n# noqa\n",
    "comment-inside": f"a = [\n    # noqa\n    {BAD_CALL},\n]\n",
    "string": f'a = ("# noqa", {BAD_CALL})\n',
    "long-string": f'a = """\n# noqa: CVT102\n""", {BAD_CALL}\n',
    "string-above": f'a = """\n# noqa\n"""\n{BAD_CALL}\n',
    "backslash": f"a = 1, \\\n    {BAD_CALL}  # noqa\n",
    "block": f"if True:  # noqa\n    {BAD_CALL}\n",
    "block-after": f"if True:\n    {BAD_CALL}\n    # noqa\n",
    "semicolon": f"{BAD_CALL}; {BAD_CALL}  # noqa: CVT102\n",
    "decorated": f"@str  # noqa\ndef f():\n    return {BAD_CALL}\n",
    "no-newline": f"{BAD_CALL}  # noqa",
    "no-newline-either": f"{BAD_CALL}",
    "form-feed": f"\f\n{BAD_CALL}  # noqa\n{BAD_CALL}\n",
    "unicode-line-end": f'a = "\u2028 \x85"; {BAD_CALL}  # noqa\n{BAD_CALL}\n',
    "lambda": f"f = lambda: (\n    {BAD_CALL}\n)  # noqa:CVT102\n",
}

FILES = {
    "all": "# flake8: noqa\n",
    "all-upper": "# FLAKE8: NOQA\n",
    "all-equals": "# flake8=noqa\n",
    "all-codes": "# flake8: noqa: CVT102\n",
    "all-other-codes": "# flake8: noqa: E501\n",
    "all-tight": "#flake8: noqa\n",
    "all-spaced": "   # flake8:   noqa\n",
    "all-more": "# flake8: noqa for now\n",
    "after-code": "x = 1  # flake8: noqa\n",
    "other-tool": "# ruff: noqa\n",
    "in-string": '"""\n# flake8: noqa\n"""\n',
    "later": "x = 1\n\n\n\n# flake8: noqa\n",
}


def write_cases(folder: Path) -> None:
    for number, comment in enumerate(COMMENTS):
        (folder / f"comment_{number:02}.py").write_text(f"{IMPORT}a = {BAD_CALL}  {comment}\n")
    for name, statement in STATEMENTS.items():
        (folder / f"statement_{name}.py").write_text(IMPORT + statement, encoding="utf-8")
    for name, head in FILES.items():
        (folder / f"file_{name}.py").write_text(f"{head}{IMPORT}{BAD_CALL}\n")
    (folder / "bom.py").write_text(f"\ufeff{IMPORT}{BAD_CALL}  # noqa\n{BAD_CALL}\n", encoding="utf-8")
    (folder / "crlf.py").write_bytes(f"{IMPORT}{BAD_CALL}  # noqa\n{BAD_CALL}\n".replace("\n", "\r\n").encode())
    (folder / "latin.py").write_bytes(f"# coding: latin-1\n{IMPORT}a = '\xe9', {BAD_CALL}  # noqa\nb = '\xe9', {BAD_CALL}\n".encode("latin-1"))
    (folder / "drawn.py").write_text(IMPORT + "".join(f"a{number} = {BAD_CALL}  {comment}\n" for number, comment in enumerate(drawn_comments(400))))


def drawn_comments(number: int) -> list[str]:
    pieces = ["#", " ", "noqa", "NOQA", ":", " :", "CVT102", "CVT1", "CVT2", "E501", ",", "\t", "cvt102", "C", "CVT", "1", "x", ";", "# noqa:", "# noqa"]
    draw = random.Random(20)
    return ["#" + "".join(draw.choices(pieces, k=draw.randint(1, 6))) for _ in range(number)]


def by_command(folder: Path) -> set[tuple[str, int, int, str]]:
    records = json.loads(run(".", "--output-format", "json", "--extend-select", "CVT003", cwd=folder).stdout)
    return {(r["filename"], r["location"]["row"], r["location"]["column"], f"{r['code']} {r['message']}") for r in records}


def by_flake8(folder: Path, config: Path) -> set[tuple[str, int, int, str]]:
    lines = run_flake8("--select=CVT0,CVT1,CVT2", "--format=%(path)s|%(row)d|%(col)d|%(code)s %(text)s", ".", cwd=folder, config=config).stdout.decode()
    parts = [line.split("|", 3) for line in lines.splitlines()]
    return {(path.removeprefix("./"), int(row), int(column), text) for path, row, column, text in parts}


def test_the_command_and_flake8_agree(tmp_path: Path) -> None:
    folder = tmp_path / "cases"
    folder.mkdir()
    write_cases(folder)
    command, flake8 = by_command(folder), by_flake8(folder, tmp_path / "flake8.cfg")
    assert command == flake8
    assert sum(text.startswith("CVT003") for *_, text in command) > 5
    command = {place for place in command if not place[-1].startswith("CVT003")}
    reported = {name for name, *_ in command}
    every = {path.name for path in folder.iterdir()}
    assert len(reported) > 25, "many spellings suppress nothing"
    assert len(every - reported) > 25, "and many do"
    drawn = [row for name, row, *_ in command if name == "drawn.py"]
    assert 50 < len(drawn) < 350


@pytest.mark.parametrize(
    ("comment", "hidden"),
    [("# noqa", True), ("# noqa: CVT102", True), ("# noqa: CVT1", True), ("# noqa:CVT102,E501", True), ("# noqa: CVT2", False), ("#noqa", False)],
)
def test_hides(comment: str, hidden: bool) -> None:
    assert Suppressions([f"{BAD_CALL}  {comment}\n"]).hides("CVT102", 1) is hidden


def test_file_that_has_no_tokens_is_read_row_by_row() -> None:
    suppressions = Suppressions(["x = (  # noqa\n", "y = 1\n"])
    assert suppressions.hides("CVT001", 1)
    assert not suppressions.hides("CVT001", 2)
    assert not suppressions.hides("CVT001", 99)


def test_noqa_row_is_the_last_of_the_rows_that_belong_together() -> None:
    suppressions = Suppressions(['a = """\n', "  1\n", '"""\n', "b = 1, \\\n", "  2\n", "c = [\n", "]"])
    assert [suppressions.noqa_row(row) for row in range(9)] == [None, 3, 3, 3, 5, 5, 6, 7, None]


def test_files_without_the_word_are_not_tokenised() -> None:
    assert not may_suppress(b"x = 1  # nothing\n")
    assert may_suppress(b"x = 1  # NoQA\n")


# ---- `# convt: ignore`


def codes(*lines: str, select: tuple[str, ...] = ("CVT0", "CVT1", "CVT2"), ignore: tuple[str, ...] = ("CVT003",)) -> list[tuple[int, str]]:
    """What the command finds in a source, row by row (its import is row 1)."""
    source = "".join(f"{line}\n" for line in (IMPORT.strip(), *lines))
    return [(finding.row, finding.code) for finding in report_bytes(source.encode(), PurePath("a.py"), Selection(select, ignore)).findings]


@pytest.mark.parametrize(
    "comment",
    [
        "ignore",
        "ignore the caller pads",
        "ignore: the caller pads",
        "ignore[CVT102]",
        "ignore[CVT1] the caller pads",
        "ignore[cvt201, CVT102]: the caller pads, CVT3 too",
        "ignore[ALL]",
        "ignore-file",
        "ignore-file[CVT1] fixtures",
    ],
)
def test_convt_ignore(comment: str) -> None:
    assert codes(f"{BAD_CALL}  # convt: {comment}") == []
    assert codes(f"{BAD_CALL}  # other #convt :  {comment}  # noqa: E501") == []
    assert codes(f"# convt: {comment}", "", "# and", f"x = {BAD_CALL}") == []
    assert codes(f"x = '# convt: {comment}'; {BAD_CALL}") == [(2, "CVT102")]
    others = [(3, "CVT102")] if "file" not in comment else []
    assert codes(f"{BAD_CALL}  # convt: {comment}", BAD_CALL) == others, "it stands for its own line alone"


@pytest.mark.parametrize("comment", ["ignore[CVT2]", "ignore[CVT101]", "ignore-file[CVT103, CVT2]"])
def test_convt_ignore_of_other_rules_hides_nothing(comment: str) -> None:
    assert codes(f"{BAD_CALL}  # convt: {comment}") == [(2, "CVT102")]


@pytest.mark.parametrize(
    "comment", ["ignore CVT102", "ignore: CVT102", "ignore=CVT102", "ignore[CVT102", "ignore[]", "ignore[E501]", "ignore-files", "ignore(CVT102)"]
)
def test_convt_ignore_that_is_not_understood_is_told_and_hides_nothing(comment: str) -> None:
    assert codes(f"{BAD_CALL}  # convt: {comment}") == [(2, "CVT102"), (2, "CVT002")]


def test_convt_ignore_of_what_goes_over_several_lines() -> None:
    call = BAD_CALL.partition("(")[0]
    arguments = BAD_CALL.partition("(")[2].removesuffix(")")
    for comments in (("", "", ""), ("  # convt: ignore", "", ""), ("", "", "  # convt: ignore[CVT102]"), ("", "  # convt: ignore", "")):
        found = codes(f"a = {call}({comments[0]}", f"    {arguments}{comments[1]}", f"){comments[2]}")
        assert found == ([] if comments[0] or comments[2] else [(2, "CVT102")]), "the first and the last line count"
    assert codes("a = [", "    # convt: ignore[CVT102]", f"    {BAD_CALL},", f"    {BAD_CALL},", "]") == [(5, "CVT102")]
    assert codes('a = """', f'""", {BAD_CALL}  # convt: ignore') == []


def test_convt_ignore_holds_for_flake8_and_in_documents() -> None:
    lines = [IMPORT, f"a = {BAD_CALL}  # convt: ignore[CVT102] why\n", f"a = {BAD_CALL}  # noqa: CVT102\n"]
    assert [finding.row for finding in check_bytes("".join(lines).encode(), PurePath("a.py")).findings] == [3], "noqa is flake8's own to heed"
    text = f"```python\n{''.join(lines)}```\n\n```python\n# convt: ignore\n{BAD_CALL}\n{BAD_CALL}\n```\n"
    assert [finding.row for finding in check_bytes(text.encode(), PurePath("a.md")).findings] == [10]


# ---- unused suppressions (CVT003)


GOOD_CALL = "nn.ConvTranspose1d(1, 1, 4, stride=2, padding=1)"
EVERY = {"select": ("CVT",), "ignore": ()}


@pytest.mark.parametrize(
    ("line", "unused"),
    [
        (f"{GOOD_CALL}  # noqa: CVT102", True),
        (f"{GOOD_CALL}  # noqa: E501, CVT1", True),
        (f"{GOOD_CALL}  # noqa: CVT999", True),
        (f"{GOOD_CALL}  # convt: ignore[CVT102] why", True),
        (f"{GOOD_CALL}  # convt: ignore", True),
        (f"{GOOD_CALL}  # convt: ignore-file", True),
        (f"{BAD_CALL}  # noqa: CVT102, CVT2", True),
        (f"{BAD_CALL}  # convt: ignore[CVT102, CVT103]", True),
        ("x = 1  # noqa: CVT2", True),
        (f"{BAD_CALL}  # noqa: CVT102", False),
        (f"{BAD_CALL}  # noqa: CVT1, CVT", False),
        (f"{BAD_CALL}  # convt: ignore", False),
        (f"{BAD_CALL}  # convt: ignore[CVT1]", False),
        (f"{BAD_CALL}  # convt: ignore-file[CVT102]", False),
        (f"{GOOD_CALL}  # noqa", False),
        (f"{GOOD_CALL}  # noqa: E501", False),
        (f"{GOOD_CALL}  # noqa: C1", False),
        (f"{GOOD_CALL}  # noqa: CVT003", False),
        (f"{GOOD_CALL}  # noqa: CVT102, CVT003", False),
        (f"{GOOD_CALL}  # flake8: noqa: CVT102", False),
        (f"{GOOD_CALL}  # noqa: E501 # noqa: CVT102", False),
        (f"x = '# noqa: CVT102'; {GOOD_CALL}", False),
        (f"{GOOD_CALL.replace('4', 'k')}  # noqa: CVT102", False),
        (f"{GOOD_CALL.replace('4', 'k')}  # convt: ignore-file[CVT1]", False),
        ("nn.ConvTranspose1d(  # noqa: CVT102", False),
    ],
)
def test_unused_suppressions(line: str, unused: bool) -> None:
    assert ((2, "CVT003") in codes(line, **EVERY)) is unused
    assert (2, "CVT003") not in codes(line), "it is off by default"
    of_all = "CVT999" in line or line.endswith(("ignore", "ignore-file"))
    assert ((2, "CVT003") in codes(line, select=("CVT003",), ignore=())) is (unused and of_all), "of rules that are selected"


def test_unused_suppressions_are_told_with_their_place(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(f"{IMPORT}x = {GOOD_CALL}  # type: ignore # noqa: E501,CVT102\ny = {GOOD_CALL}  # convt: ignore[CVT2] why\n")
    (tmp_path / "b.py").write_text("x = 1  # noqa: CVT102\n")
    out = run("--extend-select=CVT003", "--output-format=concise", cwd=tmp_path).stdout.decode()
    assert f"a.py:2:{len(GOOD_CALL) + 22}: CVT003 CVT102 in the suppression '# noqa: E501,CVT102' suppresses nothing\n" in out
    assert f"a.py:3:{len(GOOD_CALL) + 7}: CVT003 the suppression '# convt: ignore[CVT2] why' suppresses nothing\n" in out
    assert "b.py:1:8: CVT003 the suppression '# noqa: CVT102' suppresses nothing\n" in out, "in files without a layer, too"
