"""Which files are Python, and which hold Python among other things, told by the suffix."""

from __future__ import annotations

import os
from pathlib import PurePath

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convt_lint.sources.texts import Text

NOTEBOOKS = (".ipynb",)
MARKDOWN = (".md", ".markdown", ".mdx", ".qmd", ".rmd")
RESTRUCTURED = (".rst",)


class Unfit(Exception):
    """A file that is not what its suffix promises; `row` and `column` say where."""

    def __init__(self, reason: str, row: int = 1, column: int = 1) -> None:
        super().__init__(reason)
        self.row = row
        self.column = column


def holds_code(path: str | PurePath) -> bool:
    """Whether a file holds Python among other things, instead of being Python."""
    return os.fspath(path).lower().endswith((*NOTEBOOKS, *MARKDOWN, *RESTRUCTURED))


def text_of(source: bytes, path: PurePath) -> Text:
    """The Python in a file for which `holds_code` is true. Raises Unfit."""
    suffix = path.suffix.lower()
    if suffix in NOTEBOOKS:
        from convt_lint.sources.notebooks import text_of as in_notebook

        return in_notebook(source)
    if suffix in MARKDOWN:
        from convt_lint.sources.markdown import text_of as in_markdown

        return in_markdown(source)
    from convt_lint.sources.rest import text_of as in_rest

    return in_rest(source)
