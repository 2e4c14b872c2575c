"""Every fixture states on its own lines what is expected there: `# expect: CVT102`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from convt_lint.linting import check_bytes

FIXTURES = Path(__file__).parent.parent / "fixtures"
EXPECTED = re.compile(r"# expect: ([A-Z0-9, ]+)")


def expected(path: Path) -> list[tuple[int, str]]:
    found = []
    for row, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        match = EXPECTED.search(line)
        if match is not None:
            found += [(row, code.strip()) for code in match[1].split(",")]
    return found


@pytest.mark.parametrize(
    "path",
    [*sorted(FIXTURES.glob("*.py")), FIXTURES / "article.md", *(FIXTURES / "lengths" / f"{name}.py" for name in ("hop", "stated"))],
    ids=lambda path: path.stem,
)
def test_fixture(path: Path) -> None:
    result = check_bytes(path.read_bytes(), path)
    assert [(finding.row, finding.code) for finding in result.findings] == expected(path)


def test_first_example_of_the_article_says_what_can_be_reached() -> None:
    path = FIXTURES / "article_example_1.py"
    (finding,) = check_bytes(path.read_bytes(), path).findings
    assert "reaches 19..20, not 30" in finding.message
    assert any(suggestion.startswith("To get 30 from 10: kernel_size=3, stride=3, padding=0") for suggestion in finding.suggestions)


def test_the_article_as_a_notebook() -> None:
    path = FIXTURES / "article.ipynb"
    (finding,) = check_bytes(path.read_bytes(), path).findings
    assert (finding.cell, finding.row, finding.column, finding.code) == (3, 2, 12, "CVT102")
    assert "reaches 19..20, not 30" in finding.message
