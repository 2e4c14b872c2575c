"""Markdown and reStructuredText: the Python of a document as one module, and silence about all that is none."""

from __future__ import annotations

import time
from pathlib import Path, PurePath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from surface import BAD, BAD_CALL, IMPORT, places_to_cut, run

from convt_lint import lint_bytes

MD = PurePath("notes.md")
RST = PurePath("notes.rst")


def found(text: str, path: PurePath = MD) -> list[tuple[int, int]]:
    """The places of the findings, all of them of the bad call."""
    findings = lint_bytes(text.encode(), path)
    assert all(finding.code == "CVT102" and finding.cell == 0 for finding in findings)
    return [(finding.row, finding.column) for finding in findings]


MARKDOWN = {
    "fence": (f"# Up\n\n```python\n{BAD}```\n", [(5, 9)]),
    "py": (f"```py\n{BAD}```\n", [(3, 9)]),
    "attributes": (f'``` {{.python title="up.py" linenums="1"}}\n{BAD}```\n', [(3, 9)]),
    "words-behind": (f"```python title=up\n{BAD}```\n", [(3, 9)]),
    "tildes": (f"~~~python\n{BAD}~~~~\n", [(3, 9)]),
    "capitals": (f"```Python\n{BAD}```\n", [(3, 9)]),
    "quarto": (f"```{{python}}\n#| echo: false\n{BAD}```\n", [(4, 9)]),
    "myst-cell": (f"```{{code-cell}} ipython3\n:tags: [hide]\n%time\n{BAD}```\n", [(5, 9)]),
    "myst-yaml": (f"```{{code-cell}} python\n---\ntags: [x]\n---\n{BAD}```\n", [(6, 9)]),
    "myst-block": (f"```{{code-block}} python\n:linenos:\n\n{BAD}```\n", [(5, 9)]),
    "testcode": (f"```{{testcode}}\n{BAD}```\n", [(3, 9)]),
    "list": (f"1. Do\n\n   ```python\n   {IMPORT}   layer = {BAD_CALL}\n   ```\n", [(5, 12)]),
    "list-item": (f"- ```python\n  {IMPORT}  layer = {BAD_CALL}\n  ```\n", [(3, 11)]),
    "quotation": (f"> ```python\n> {IMPORT}> layer = {BAD_CALL}\n> ```\n", [(3, 11)]),
    "quotation-ends": (f"> ```python\n> {IMPORT}\n```python\nlayer = {BAD_CALL}\n```\n", [(5, 9)]),
    "tabs": (f"\t```python\n\t{IMPORT}\tlayer = {BAD_CALL}\n\t```\n", [(3, 10)]),
    "unterminated": (f"```python\n{BAD}", [(3, 9)]),
    "crlf": (f"```python\n{BAD}```\n".replace("\n", "\r\n"), [(3, 9)]),
    "bom": (f"\ufeff```python\n{BAD}```\n", [(3, 9)]),
    "shell-line": (f"```python\n!pip install torch\n{BAD}```\n", [(4, 9)]),
    "across-blocks": (f"```python\n{IMPORT}```\n\nand\n\n```python\nlayer = {BAD_CALL}\n```\n", [(8, 9)]),
    "pycon": (f"```pycon\n>>> {IMPORT}>>> layer = {BAD_CALL}\n>>> layer\nConvTranspose1d(1)\n```\n", [(3, 13)]),
    "prompts-unnamed": (f"```\n>>> {IMPORT}>>> layer = {BAD_CALL}\n```\n", [(3, 13)]),
    "prompts-unfenced": (f"Such:\n\n    >>> {IMPORT}    >>> layer = {BAD_CALL}\n\ntext\n", [(4, 17)]),
    "prompts-go-on": (f"```python\n>>> {IMPORT}>>> x = [\n...   {BAD_CALL}]\n```\n", [(4, 7)]),
    "returns": (f"```python\n{BAD}return layer\n{BAD_CALL}\n```\n```python\nlayer = {BAD_CALL}\n```\n", [(3, 9), (8, 9)]),
    "noqa": (f"```python\n{IMPORT}layer = {BAD_CALL}  # noqa: CVT102\n```\n", []),
    "noqa-in-prose": (f"# flake8: noqa\n\nWrite `# noqa`.\n\n```python\n{BAD}```\n", [(7, 9)]),
    # ---- silence
    "other-language": (f"```js\n{BAD}```\n", []),
    "no-language": (f"```\n{BAD}```\n", []),
    "diff": (f"```diff\n{BAD}```\n", []),
    "output": (f"```text\n>>> {IMPORT}>>> {BAD_CALL}\n```\n", []),
    "pythonic-names": (f"```python-repl-of-mine\n{BAD}```\n", []),
    "prose": (BAD, []),
    "inline": (f"Write `{BAD_CALL}` or ```{BAD_CALL}```.\n", []),
    "comment": (f"<!--\n```python\n{BAD}```\n-->\n", []),
    "comment-unterminated": (f"<!-- x\n```python\n{BAD}```\n", []),
    "comment-closed": (f"<!-- x -->\n```python\n{BAD}```\n", [(4, 9)]),
    "nested": (f"````markdown\n```python\n{BAD}```\n````\n", []),
    "nested-tildes": (f"~~~\n```python\n{BAD}```\n~~~\n", []),
    "pseudo-code": (f"```python\n{BAD}```\n\n```python\nfor each layer:\n    ...\n```\n", [(3, 9)]),
    "elided": (f"```python\n{IMPORT}layer = nn.ConvTranspose1d(…)\n```\n", []),
    "shown-to-raise": (f"```pycon\n>>> {IMPORT}>>> layer = {BAD_CALL}\nTraceback (most recent call last):\nValueError: no\n```\n", []),
    "skipped-block-binds": (
        f"```python\n{IMPORT}k = 11\n```\n```python\nk = 0 ... or so\n```\n```python\nlayer = {BAD_CALL.replace('11', 'k')}\n```\n",
        [],
    ),
    "rebound": (f"```python\n{IMPORT}k = 11\n```\n```python\nk = 0\n```\n```python\nlayer = {BAD_CALL.replace('11', 'k')}\n```\n", []),
    "skipped-imports-hold": (f"```python\n{IMPORT}if so:\n```\n```python\nlayer = {BAD_CALL}\n```\n", [(6, 9)]),
}


@pytest.mark.parametrize("case", MARKDOWN)
def test_markdown(case: str) -> None:
    text, places = MARKDOWN[case]
    assert found(text) == places


REST = {
    "code-block": (f".. code-block:: python\n\n   {IMPORT}   layer = {BAD_CALL}\n", [(4, 12)]),
    "code": (f".. code:: python3\n\n   {IMPORT}   layer = {BAD_CALL}\n", [(4, 12)]),
    "options": (f".. sourcecode:: python\n   :linenos:\n   :caption: x\n\n   {IMPORT}   layer = {BAD_CALL}\n", [(6, 12)]),
    "testcode": (f".. testcode:: group\n\n   {IMPORT}   layer = {BAD_CALL}\n", [(4, 12)]),
    "blank-lines": (f".. code-block:: python\n\n   {IMPORT}\n\n   layer = {BAD_CALL}\n\ntext\n", [(6, 12)]),
    "in-a-note": (f".. note::\n\n   .. code-block:: python\n\n      {IMPORT}      layer = {BAD_CALL}\n", [(6, 15)]),
    "prompts": (f"Such:\n\n>>> {IMPORT}>>> layer = {BAD_CALL}\n\ntext\n", [(4, 13)]),
    "doctest": (f".. doctest::\n\n   >>> {IMPORT}   >>> layer = {BAD_CALL}\n", [(4, 16)]),
    "prompts-in-a-block": (f".. code-block:: pycon\n\n   >>> {IMPORT}   >>> layer = {BAD_CALL}\n", [(4, 16)]),
    "across-blocks": (f">>> {IMPORT}\n.. code:: python\n\n   layer = {BAD_CALL}\n", [(5, 12)]),
    # ---- silence
    "other-language": (f".. code-block:: c\n\n   {IMPORT}   layer = {BAD_CALL}\n", []),
    "prompts-elsewhere": (f".. code-block:: console\n\n   >>> {IMPORT}   >>> layer = {BAD_CALL}\n", []),
    "literal-block": (f"Such::\n\n   {IMPORT}   layer = {BAD_CALL}\n", []),
    "comment": (f"..\n   .. code:: python\n\n      {IMPORT}      layer = {BAD_CALL}\n", []),
    "comment-words": (f".. see below\n   .. code:: python\n\n      {IMPORT}      layer = {BAD_CALL}\n", []),
    "test-output": (f".. testoutput::\n\n   >>> {IMPORT}   >>> layer = {BAD_CALL}\n", []),
    "pseudo-code": (f".. code:: python\n\n   {IMPORT}   up = nn.ConvTranspose1d(1 of them)\n", []),
}


@pytest.mark.parametrize("case", REST)
def test_rest(case: str) -> None:
    text, places = REST[case]
    assert found(text, RST) == places


def test_sizes_that_examples_print() -> None:
    text = f"```pycon\n>>> import torch\n>>> {IMPORT}"
    text += ">>> up = nn.ConvTranspose1d(16, 8, 4, 2, 1)\n>>> up(torch.randn(1, 16, 10)).shape\ntorch.Size([1, 8, 30])\n```\n"
    (finding,) = lint_bytes(text.encode(), MD)
    assert (finding.code, finding.row, finding.column, finding.end_column) == ("CVT208", 5, 5, 37)
    assert "the example prints another size" in finding.message
    assert lint_bytes(text.replace("30]", "20]").encode(), MD) == []


def test_texts_name_lines_of_the_document() -> None:
    text = f"# Up\n\n```python\nimport torch\n{IMPORT}up = nn.ConvTranspose1d(1, 1, 4, 2, 1)\n```\n\n"
    text += "```python\nx = torch.randn(1, 1, 10)\ny = torch.cat([x, up(x)], 1)\n```\n"
    (finding,) = lint_bytes(text.encode(), MD)
    assert (finding.row, finding.code) == (11, "CVT206")
    assert "(ConvTranspose1d, line 6)" in finding.message


def test_documents_are_looked_at_when_they_are_named(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "up.md").write_text(f"```python\n{BAD}```\n")
    (tmp_path / "a.py").write_text("x = 1\n")
    concise = ("--output-format", "concise", "--no-cache")
    assert run(*concise, cwd=tmp_path).returncode == 0
    for named in (["docs/up.md"], ["--extend-include", "*.md"], ["--extend-include", "docs/*", "docs"]):
        assert run(*concise, *named, cwd=tmp_path).stdout.startswith(b"docs/up.md:3:9: CVT102 "), named
    (tmp_path / "pyproject.toml").write_text('[tool.convt_lint]\nextend-include = ["*.md"]\n')
    assert run(*concise, cwd=tmp_path).stdout.startswith(b"docs/up.md:3:9: CVT102 ")
    (tmp_path / "pyproject.toml").write_text('[tool.convt_lint]\nextend-include = "*.md"\n')
    wrong = run(*concise, cwd=tmp_path)
    assert (wrong.returncode, b"must be a list of globs" in wrong.stderr) == (2, True)


def test_full_output_shows_the_documents_line(tmp_path: Path) -> None:
    (tmp_path / "up.md").write_text(f"- ```python\n  {IMPORT}  layer = {BAD_CALL}\n  ```\n")
    shown = run("up.md", cwd=tmp_path).stdout.decode()
    assert f"\n3 |   layer = {BAD_CALL}\n  |           ^^^" in shown


FENCES = st.sampled_from(
    ["```python\n", "~~~py\n", "```\n", "~~~\n", "````\n", "<!--\n", "-->\n", "> ", "   ", "- ", ">>> ", "... ", ".. code:: python\n", "..\n"]
)
PARTS = st.lists(
    st.one_of(FENCES, st.sampled_from([BAD, IMPORT, BAD_CALL, "def f(:\n", "\n", '"""', "(", "\\\n", "\t", "\0", "x = 1\n", ":a: b\n", "---\n"])), max_size=25
)


@settings(max_examples=150, deadline=None)
@given(PARTS, st.sampled_from([MD, RST]))
def test_whatever_stands_in_a_document(parts: list[str], path: PurePath) -> None:
    text = "".join(parts)
    lines = text.replace("\r\n", "\n").split("\n")
    for finding in lint_bytes(text.encode(), path):
        assert finding.code == "CVT102"
        assert lines[finding.row - 1][finding.column - 1 :].startswith("nn.ConvTranspose1d("), finding


@pytest.mark.parametrize(
    "part", ["```python\nx = (\n```\n", ">>> x\n", "> ```python\n> y = 1\n", "```\n", "<!-- -->\n", "```python\n" + "a " * 50 + "\n```\n", "- " * 50 + "\n"]
)
@pytest.mark.parametrize("path", [MD, RST], ids=["md", "rst"])
def test_long_documents_take_their_time_alone(part: str, path: PurePath) -> None:
    source = (f"```python\n{BAD}```\n" + part * 3000).encode()
    start = time.process_time()
    lint_bytes(source, path)
    assert time.process_time() - start < 20


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(sorted((Path(__file__).parent.parent / "fixtures").glob("*.py"))), st.randoms(use_true_random=False), st.sampled_from(["md", "rst"]))
def test_splitting_a_program_into_blocks_changes_places_alone(path: Path, random: object, kind: str) -> None:
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    ends = places_to_cut(source)
    cuts = sorted(random.sample(ends, random.randint(0, min(len(ends), 6))))  # type: ignore[attr-defined]
    document: list[str] = []
    where: dict[tuple[int, int], tuple[int, int]] = {}
    for start, end in zip([0, *cuts], [*cuts, len(lines)], strict=True):
        indent = random.choice(["   ", "      "]) if kind == "rst" else random.choice(["", "   "])  # type: ignore[attr-defined]
        document += [".. code:: python", ""] if kind == "rst" else ["Some words.", "", f"{indent}```python"]
        for row in range(start, end):
            document.append(f"{indent}{lines[row]}" if lines[row] else "")
            where[len(document), len(indent)] = (row + 1, 0)
        document += ["", "Text."] if kind == "rst" else [f"{indent}```", ""]
    rows = {row: (original, shift) for (row, shift), (original, _) in where.items()}
    split = [
        (finding.code, rows[finding.row][0], finding.column - rows[finding.row][1], rows[finding.end_row][0], finding.end_column - rows[finding.end_row][1])
        for finding in lint_bytes("\n".join(document).encode(), PurePath(f"x.{kind}"))
    ]
    assert split == [(finding.code, finding.row, finding.column, finding.end_row, finding.end_column) for finding in lint_bytes(source.encode(), path)]
