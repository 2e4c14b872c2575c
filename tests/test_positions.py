"""Places are found for a few statements as for the whole file: by LibCST's own provider, on sources of every kind."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from convt_lint.facts import Site
from convt_lint.syntax.positions import locate
from convt_lint.syntax.walk import forget, walk

PACKAGE = Path(__file__).parent.parent / "convt_lint"
FILES = [*sorted(PACKAGE.rglob("*.py"))[::6], *(Path(__file__).parent / f"{name}.py" for name in ("styles_networks", "test_types", "test_positions"))]

ODD = [
    "\n\n# head\n\nx = f(1); y = g(2)\n\n\n@one\n# between\n@two(3)\n\ndef h(a,\n      b):\n    return a\n# tail\n",
    "if x:\n    a(1)\nelif y:\n    b(2)\nelse:\n    c(3)\n\n\n\ntry:\n    d()\nexcept E:\n    pass\n",
    '"""Text.\n\nMore."""\n\nx = """a\nb""" + f(\n    1,\n)\n',
    "x = 1 + \\\n    f(2)\nwith a as b, \\\n        c as d:\n    e(1)\nfor i in j: k(i)\n",
    "class A:\n    '''Doc.'''\n\n    def b(self): return c(1)\n\n\nasync def d():\n    await e(f(1))\n",
    "if x:\n\ty(1)\n\tz(2)\n",
]


def _differences(text: str) -> list[object]:
    module = cst.parse_module(text)
    expected = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
    nodes = [node for node in walk(module) if isinstance(node, (cst.Call, cst.ClassDef, cst.FunctionDef, cst.Arg))][::7] or list(walk(module))[1:4]
    sites = [(node, Site()) for node in nodes]
    locate(module, text.encode(), sites)
    forget()
    return [
        (found, site)
        for node, site in sites
        if (found := expected[node])
        and (found.start.line, found.start.column + 1, found.end.line, found.end.column + 1) != (site.row, site.column, site.end_row, site.end_column)
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_as_the_whole_file_tells_them(path: Path) -> None:
    assert _differences(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("text", ODD)
def test_odd_layouts(text: str) -> None:
    assert _differences(text) == []
    assert _differences(text.replace("\n", "\r\n")) == []
