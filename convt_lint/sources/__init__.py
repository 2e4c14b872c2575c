"""Where Python text comes from: files, standard input, and the notebooks and documents that hold some.

`files` finds and reads them. `notebooks`, `markdown` and `rest` take the code out of a file, as a `Text` that knows the way back; they are imported only
where such a file is met.
"""

from __future__ import annotations

from convt_lint.sources.exclusion import EXCLUDED_DIRECTORIES, Exclusion
from convt_lint.sources.files import STDIN, SUFFIXES, Discovery, Target, Unreadable, decode_lines, discover, read, read_stdin
from convt_lint.sources.kinds import Unfit, holds_code, text_of

__all__ = [
    "EXCLUDED_DIRECTORIES",
    "STDIN",
    "SUFFIXES",
    "Discovery",
    "Exclusion",
    "Target",
    "Unfit",
    "Unreadable",
    "decode_lines",
    "discover",
    "holds_code",
    "read",
    "read_stdin",
    "text_of",
]
