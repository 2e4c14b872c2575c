"""Notebooks: the cells as one module, what IPython adds taken out, and every place told as the user sees it."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import time
from pathlib import Path, PurePath
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from surface import BAD, BAD_CALL, GOOD, IMPORT, environment, places_to_cut, run

from convt_lint import lint_bytes
from convt_lint.flake8_plugin import Plugin
from convt_lint.sources.magics import without_magics

FIXTURES = Path(__file__).parent.parent / "fixtures"
NB = PurePath("nb.ipynb")


def notebook(*cells: str | dict[str, Any], **metadata: Any) -> dict[str, Any]:
    """A notebook of code cells; a dict is a cell as it is."""
    made = [cell if isinstance(cell, dict) else code(cell) for cell in cells]
    return {"cells": made, "metadata": {"language_info": {"name": "python"}, **metadata}, "nbformat": 4, "nbformat_minor": 5}


def code(source: str | list[str], **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source, **more}


def words(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def found(made: dict[str, Any] | bytes) -> list[tuple[int, int, int, str]]:
    """The findings as (cell, row, column, code)."""
    source = made if isinstance(made, bytes) else json.dumps(made).encode()
    return [(finding.cell, finding.row, finding.column, finding.code) for finding in lint_bytes(source, NB)]


def test_cells_are_one_module_and_all_of_them_count() -> None:
    made = notebook(words("# Upsampling"), IMPORT, code(["padding = 11\n", "\n", "stride = 2"]), code([f"up = {BAD_CALL.replace('=11', '=padding')}\n"]))
    assert found(made) == [(4, 1, 6, "CVT102")]


def test_texts_name_cell_and_line() -> None:
    layer = "\nup = nn.ConvTranspose1d(1, 1, 4, 2, 1)"
    use = "def use(n):\n    return nn.ConvTranspose1d(1, 1, 3, stride=2, output_padding=n)"
    made = notebook(f"import torch\n{IMPORT}", use, words(""), layer, "x = torch.randn(1, 1, 10)\ny = torch.cat([x, up(x)], 1)", "use(7)")
    called, met = lint_bytes(json.dumps(made).encode(), NB)
    assert called.trace == ("use(n=7) at cell 6, line 1",)
    assert "(ConvTranspose1d, cell 4, line 2)" in met.message
    assert any(text.startswith("ConvTranspose1d at cell 4, line 2: ") for text in met.suggestions)
    assert [(step["cell"], step["row"]) for step in met.evidence["sizes"][1]["way"]][-1] == (4, 2)


def test_size_comments_name_cell_and_line_and_end_with_their_cell() -> None:
    disagrees = notebook(IMPORT, words(""), "# 10 -> 30\n\nup = nn.ConvTranspose1d(1, 1, 2, 2)")
    (finding,) = lint_bytes(json.dumps(disagrees).encode(), NB)
    assert "the comment at cell 3, line 1 says" in finding.message
    assert (finding.evidence["comment_cell"], finding.evidence["comment_row"]) == (3, 1)
    assert found(notebook(IMPORT, "# 10 -> 30", "up = nn.ConvTranspose1d(1, 1, 2, 2)")) == []


def test_nbformat_3() -> None:
    cells = [{"cell_type": "code", "language": "python", "input": BAD.splitlines(keepends=True)}, {"cell_type": "code", "language": "ruby", "input": "x ="}]
    assert found({"metadata": {"name": ""}, "nbformat": 3, "worksheets": [{"cells": [words("")]}, {"cells": cells}]}) == [(2, 2, 9, "CVT102")]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["%matplotlib inline\n!pip install torch\n?nn\nnn.Module??\n" + BAD], [(1, 6, 9)]),
        (["files = !ls (\nx = %env HOME\n" + BAD], [(1, 4, 9)]),
        ([IMPORT + f"%time up = {BAD_CALL}"], [(1, 2, 12)]),
        ([IMPORT + f"up = %time {BAD_CALL}"], [(1, 2, 12)]),
        ([IMPORT + f"%time up = {BAD_CALL}  # noqa"], []),
        (["%%bash\nls (", IMPORT, f"%%capture out\n%%time\nup = {BAD_CALL}"], [(3, 3, 6)]),
        ([IMPORT, f"\n%%timeit -n 1\nup = {BAD_CALL}"], [(2, 3, 6)]),
        ([IMPORT + "n = 0", "%%timeit\nn = 11", f"up = {BAD_CALL.replace('11', 'n')}"], []),
        ([f"%%writefile model.py\n{BAD}", BAD], [(2, 2, 9)]),
        (["%%html\n<p>", BAD], [(2, 2, 9)]),
        (["!echo it's \\\n   [(\n" + BAD], [(1, 4, 9)]),
        (["x = (7\n% 2)\n!ls\n" + BAD], [(1, 5, 9)]),
        (['"""\n%not\n!this"""\n!ls\n' + BAD], [(1, 6, 9)]),
        (["x = 7 \\\n% 2\n!ls\n" + BAD], [(1, 5, 9)]),
        (["if True:\n    !ls\n    %cd ..\n" + BAD], [(1, 5, 9)]),
        (["await net.load()\nasync with a as b:\n    pass\n" + BAD], [(1, 5, 9)]),
        ([BAD.rstrip() + ";"], [(1, 2, 9)]),
        ([BAD.replace("\n", "\r\n")], [(1, 2, 9)]),
        ([IMPORT + f"if True:\n\tup = {BAD_CALL}"], [(1, 3, 7)]),
        ([IMPORT + f"s = '\ud800'; up = {BAD_CALL}"], [(1, 2, 15)]),
        ([f"{IMPORT}up = {BAD_CALL}  # noqa: CVT102"], []),
        ([BAD, "# flake8: noqa"], []),
        (["", "   \n", BAD], [(3, 2, 9)]),
        ([f"# -*- coding: latin-1 -*-\n{IMPORT}s = 'é'; up = {BAD_CALL}"], [(1, 3, 15)]),
        ([f"#!/usr/bin/python\n# coding: no-such\n{BAD}"], [(1, 4, 9)]),
        ([f"\n  {IMPORT}  # here\n  up = {BAD_CALL}"], [(1, 4, 8)]),
        ([f" {IMPORT}up = {BAD_CALL}"], [(1, 2, 6)]),
        ([IMPORT, f" %%time\nup = {BAD_CALL}", f"  %%time\n  up = {BAD_CALL}"], [(2, 2, 6), (3, 2, 8)]),
        ([f">>> {IMPORT}>>> if nn:\n...     up = {BAD_CALL}"], [(1, 3, 14)]),
        ([f"In [1]: {IMPORT}\nIn [2]: up = {BAD_CALL}"], [(1, 3, 14)]),
        ([f"In [1]: {IMPORT}   ...: up = {BAD_CALL}"], [(1, 2, 14)]),
        ([f'{IMPORT}%ls\ns = """\n>>> {BAD}"""\nup = {BAD_CALL}'], [(1, 7, 6)]),
    ],
)  # fmt: skip
def test_what_ipython_adds(cells: list[str], expected: list[tuple[int, int, int]]) -> None:
    assert found(notebook(*cells)) == [(*place, "CVT102") for place in expected]


def test_magics_move_no_row() -> None:
    lines = ["%%time", "!ls \\", "  [", "f?", "%time g()", "x = %time  h(1)", "x, y = !a", "x = 1"]
    rows = without_magics(lines)
    assert rows == [("", 0), ("pass", 0), ("", 0), ("pass", 0), ("g()", 6), ("x =        h(1)", 0), ("x, y = get_ipython()", 0), ("x = 1", 0)]


def test_a_broken_cell_costs_itself_alone() -> None:
    made = notebook(IMPORT, "k = 11", "import torch\ndef f(:\n    k = 2\nm, n = 3", f"up = {BAD_CALL.replace('11', 'k')}", BAD)
    assert found(made) == [(3, 2, 7, "CVT001"), (5, 2, 9, "CVT102")], "k may be anything after the broken cell"


@pytest.mark.parametrize("cell", ["return 3", "k = 2\nif k:\n    return", "for i in k:\n    pass\nelse:\n    break", "yield 3", "class A:\n    return"])
def test_a_cell_that_python_refuses_costs_itself_alone(cell: str) -> None:
    first, *rest = found(notebook(IMPORT, cell, BAD))
    assert (first[0], first[3], rest) == (2, "CVT001", [(3, 2, 9, "CVT102")])


@pytest.mark.parametrize("end", ["raise SystemExit", "sys.exit()", "exit()", "assert False, 'no further'", "k = 2; raise ValueError", "\x0craise X"])
def test_what_ends_a_cell_does_not_end_the_notebook(end: str) -> None:
    layer = f"up = {BAD_CALL}"
    assert found(notebook(IMPORT + "import sys", f"{end}\n{layer}", layer)) == [(3, 1, 6, "CVT102")], "nothing behind it runs in its cell"
    assert found(notebook(IMPORT + "import sys\nk = 11", f"{end}\nk = 3", f"up = {BAD_CALL.replace('11', 'k')}")) == [], "k may be anything"


def test_a_future_import_and_a_text_with_a_return_are_no_fault() -> None:
    assert found(notebook('"""\nreturn 3\n"""', f"from __future__ import annotations\nawait f()\n{BAD}")) == [(2, 4, 9, "CVT102")]


def test_a_broken_cell_that_declares_an_encoding() -> None:
    assert found(notebook("# coding: no-such\nx = (é", BAD)) == [(1, 2, 5, "CVT001"), (2, 2, 9, "CVT102")]


def test_what_only_the_parser_refuses_costs_its_cell_alone() -> None:
    assert found(notebook(IMPORT, f"x = {'[' * 150}{']' * 150}", BAD)) == [(2, 1, 104, "CVT001"), (3, 2, 9, "CVT102")]


def test_a_cell_is_no_continuation_of_the_one_before() -> None:
    assert [item[::3] for item in found(notebook(IMPORT, "x = (1,", "2)", BAD))] == [(2, "CVT001"), (3, "CVT001"), (4, "CVT102")]


@pytest.mark.parametrize(
    "metadata",
    [{"kernelspec": {"language": "R"}, "language_info": {}}, {"language_info": {"name": "julia"}}, {"language_info": {"name": "R"}, "kernelspec": 3}],
)
def test_other_kernels_are_not_looked_at(metadata: dict[str, Any]) -> None:
    assert found(notebook(BAD, "x <- (", **metadata)) == []


def test_cells_in_other_languages_are_not_looked_at() -> None:
    assert found(notebook(code("SELECT (", metadata={"vscode": {"languageId": "sql"}}), {"cell_type": "raw", "source": "("}, BAD)) == [(3, 2, 9, "CVT102")]


def test_outputs_are_no_code() -> None:
    output = {"output_type": "stream", "text": [BAD, "ConvTranspose1d(1, 1, 3)", "def f(:"]}
    assert found(notebook(code("def f(:", outputs=[output]), words(BAD))) == [], "no cell holds a layer: none is parsed"


@pytest.mark.parametrize(
    ("source", "place"),
    [
        (b'{"cells": [\n  "ConvTranspose1d(",\n  oops]}', (3, 3)),
        (b'["ConvTranspose1d("]', (1, 1)),
        (b'{"cells": 3, "x": "ConvTranspose1d("}', (1, 1)),
        (b'{\n"cells": ["ConvTranspose1d(\xff"]}', (2, 1)),
        (b'{"ConvTranspose1d(": ' + b"[" * 200_000, (1, 1)),
        (b'{"ConvTranspose1d(": ' + b"9" * 5000 + b"}", (1, 1)),
    ],
    ids=["no-json", "no-object", "no-cells", "not-utf-8", "deep", "long-number"],
)
def test_broken_notebooks_are_told_with_their_place(source: bytes, place: tuple[int, int]) -> None:
    (finding,) = lint_bytes(source, NB)
    assert (finding.code, finding.cell, finding.row, finding.column) == ("CVT001", 0, *place)
    assert "not a notebook" in finding.message


def test_odd_json_is_read_as_editors_read_it() -> None:
    text = json.dumps(notebook(BAD)).replace('"nbformat": 4', '"score": NaN, "nbformat": 3, "nbformat": 4')
    assert found(b"\xef\xbb\xbf" + text.encode()) == [(1, 2, 9, "CVT102")]
    odd = notebook({"cell_type": "code"}, code([1, BAD, None]), {"cell_type": "code", "source": 3})  # type: ignore[list-item]
    odd["cells"].append(None)
    assert found(odd) == [(2, 2, 9, "CVT102")]


def test_nul_costs_its_cell_alone() -> None:
    assert [item[::3] for item in found(notebook("x = '\0'", BAD))] == [(1, "CVT001"), (2, "CVT102")]


def test_huge_notebooks() -> None:
    plot = {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo" * 500_000}, "metadata": {}}
    made = notebook(*(code(f"x{index} = {index}", outputs=[]) for index in range(3000)), code("!ls", outputs=[plot] * 4), BAD)
    source = json.dumps(made).encode()
    start = time.process_time()
    assert found(source) == [(3002, 2, 9, "CVT102")]
    assert time.process_time() - start < 30


PROGRAMS = sorted(path for path in FIXTURES.glob("*.py"))


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(PROGRAMS), st.randoms(use_true_random=False))
def test_splitting_a_program_into_cells_changes_places_alone(path: Path, random: Any) -> None:
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines(keepends=True)
    cuts = sorted(random.sample(ends := places_to_cut(source), random.randint(0, min(len(ends), 6))))
    parts = ["".join(lines[start:end]) for start, end in zip([0, *cuts], [*cuts, len(lines)], strict=True)]
    cells: list[dict[str, Any]] = []
    first: dict[int, int] = {}
    for part, start in zip(parts, [0, *cuts], strict=True):
        cells += [words("between")] * random.randint(0, 2)
        cells.append(code(part if random.random() < 0.5 else part.splitlines(keepends=True)))
        first[len(cells)] = start
    whole = [(finding.code, finding.row, finding.column, finding.end_row, finding.end_column) for finding in lint_bytes(source.encode(), path)]
    split = [
        (finding.code, finding.row + first[finding.cell], finding.column, finding.end_row + first[finding.cell], finding.end_column)
        for finding in lint_bytes(json.dumps(notebook(*cells)).encode(), NB)
    ]
    assert split == whole


# ---- the ways in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "nb.ipynb").write_text(json.dumps(notebook(words("# Up"), IMPORT, f"# here\nlayer = {BAD_CALL}")))
    (tmp_path / "good.ipynb").write_text(json.dumps(notebook(GOOD)))
    return tmp_path


def test_the_command_finds_notebooks_and_shows_the_cell(folder: Path) -> None:
    done = run("--isolated", cwd=folder)
    shown = done.stdout.decode()
    assert done.returncode == 1
    assert shown.startswith("nb.ipynb:cell 3:2:9: CVT102 ConvTranspose1d(")
    assert f"\n2 | layer = {BAD_CALL}\n  |         ^^^" in shown
    again = run("--isolated", "--output-format", "concise", cwd=folder)
    assert again.stdout.decode().startswith("nb.ipynb:cell 3:2:9: CVT102 "), "the cache knows the clean one alone"


def test_json_has_ruffs_keys(folder: Path) -> None:
    (record,) = json.loads(run("--output-format", "json", cwd=folder).stdout)
    assert (record["cell"], record["location"], record["noqa_row"]) == (3, {"row": 2, "column": 9}, 2)
    (python,) = json.loads(run("-", "--output-format", "json", cwd=folder, stdin=BAD.encode()).stdout)
    assert (python["cell"], python["noqa_row"]) == (None, 2)


def test_github_tells_the_place_in_words(folder: Path) -> None:
    line = run("--output-format", "github", cwd=folder).stdout.decode()
    assert ",line=1,col=1,endLine=1,endColumn=1::cell 3:2:9: CVT102 " in line


def test_standard_input(folder: Path) -> None:
    source = (folder / "nb.ipynb").read_bytes()
    done = run("-", "--stdin-filename", "other.ipynb", "--output-format", "concise", cwd=folder, stdin=source)
    assert done.stdout.decode().startswith("other.ipynb:cell 3:2:9: CVT102 ")


def test_unchecked_layers_have_the_cells_place(tmp_path: Path) -> None:
    (tmp_path / "nb.ipynb").write_text(json.dumps(notebook(IMPORT, "\nup = nn.ConvTranspose1d(1, 1, k)")))
    assert "nb.ipynb:cell 2:2:6: unchecked ConvTranspose1d: " in run("--show-unchecked", cwd=tmp_path).stdout.decode()


def test_flake8_plugin_tells_the_place_in_words() -> None:
    text = json.dumps(notebook(IMPORT, f"layer = {BAD_CALL}"))
    ((row, column, message, _),) = Plugin(ast.parse("pass"), "nb.ipynb", text.splitlines(keepends=True)).run()
    assert (row, column) == (1, 0)
    assert message.startswith("CVT102 cell 2:1:9: ")


def test_nbqa(folder: Path) -> None:
    pytest.importorskip("nbqa")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    command = [sys.executable, "-m", "nbqa", "convt_lint", "nb.ipynb", "--output-format", "concise"]
    done = subprocess.run(command, cwd=folder, env=environment(PATH=path), capture_output=True, timeout=120)
    assert done.returncode == 1, done.stderr
    # nbQA counts the code cells alone.
    assert done.stdout.decode().startswith("nb.ipynb:cell_2:2:9: CVT102 "), done.stdout
