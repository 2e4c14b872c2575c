"""Comments and strings told by a regular expression against Python's own tokenizer, over files of the standard library and the fixtures."""

from __future__ import annotations

import io
import random
import sysconfig
import tokenize
from pathlib import Path

import pytest

from convt_lint.syntax.comments import comments, strings_with

FIXTURES = Path(__file__).parent.parent / "fixtures"
SAMPLE = 150


def _texts(files: list[Path]) -> list[tuple[Path, str]]:
    found = []
    for file in files:
        try:
            with tokenize.open(file) as stream:
                found.append((file, stream.read()))
        except (SyntaxError, UnicodeDecodeError):
            continue
    return found


def _by_tokenize(text: str) -> tuple[list[tuple[str, int, int, bool]], list[tuple[int, int]]] | None:
    found, strings = [], []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            row, column = token.start
            if token.type == tokenize.COMMENT:
                found.append((token.string, row, column + 1, not token.line[:column].strip()))
            elif token.type == tokenize.STRING and ">>>" in token.string:
                strings.append((row, token.end[0]))
    except (tokenize.TokenError, SyntaxError):
        return None
    return found, strings


def _check(files: list[Path]) -> int:
    compared = 0
    for file, text in _texts(files):
        expected = _by_tokenize(text)
        if expected is not None:
            compared += 1
            assert [(c.text, c.row, c.column, c.alone) for c in comments(text)] == expected[0], file
            assert list(strings_with(text, ">>>")) == expected[1], file
    return compared


@pytest.fixture(scope="module")
def library() -> list[Path]:
    return sorted(Path(sysconfig.get_paths()["stdlib"]).rglob("*.py"))


def test_files_of_the_standard_library(library: list[Path]) -> None:
    assert _check(random.Random(0).sample(library, min(SAMPLE, len(library)))) > SAMPLE // 2


def test_fixtures() -> None:
    assert _check(sorted(FIXTURES.rglob("*.py"))) > 10


@pytest.mark.parametrize(
    "text",
    [
        's = "# no"  # yes\n',
        "s = 'it\\'s # no'  # yes\n",
        's = """a # no\n# no\n"""  # yes\nx = 1\n    # alone\n',
        "s = '''a\\''' # no\n'''  # yes\n",
        'f = f"{x:#x}"  # yes\n',
        "s = 'a\\\n# no'\n# yes\n",
        's = r"\\"  # yes\n',
        "#! first\n\n\t# tab\n",
        "s = b\"#\" b'#'  # yes",
    ],
)
def test_what_only_looks_like_one(text: str) -> None:
    expected = _by_tokenize(text)
    assert expected is not None
    assert [(c.text, c.row, c.column, c.alone) for c in comments(text)] == expected[0]
