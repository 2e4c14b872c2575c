"""Whether a source can hold a transposed convolution at all, told from its bytes: most files cost a search, and are never parsed.

A construction or its function is called, handed on, put in a table, derived from, or named in a string. What only asks whether something is one
(`isinstance(m, nn.ConvTranspose1d)`), imports it, or speaks of it in a comment, builds none.
"""

from __future__ import annotations

import re

_NAME = re.compile(rb"(?:ConvTranspose|conv_transpose)(?:[123]d)?(?!\w)|(?<=['\"])(?:Lazy)?(?:ConvTranspose|conv_transpose)")
"""A name of torch's, or what a string begins with, whatever is made of it (`f"ConvTranspose{n}d"`): `self.conv_transpose1` is none."""
_DIRECTIVE = re.compile(rb"#\s*convt\s?:")
_WORD = re.compile(rb"[\w.]*")
_ASKS = re.compile(rb"\b(?:isinstance|issubclass)\s*$")
_CALLEE = re.compile(rb"[\w)\]]")
_IMPORT = re.compile(rb"\s*(?:from\s+[\w.]+\s+)?import\s[\w\s,.()]*$")
MAX_BACK = 2000
"""How far back the bracket is looked for in which a name stands."""


def may_hold(source: bytes) -> bool:
    """Whether a source has to be parsed: it may build or run a transposed convolution, or holds a directive."""
    # Three plain searches take a third of the time of the expressions, which are then needed for few files.
    if b"ConvTranspose" not in source and b"conv_transpose" not in source:
        return b"convt" in source and _DIRECTIVE.search(source) is not None
    return any(not _is_mention(source, match.start()) for match in _NAME.finditer(source)) or _DIRECTIVE.search(source) is not None


def _is_mention(source: bytes, at: int) -> bool:
    """Whether a name at an offset only speaks of the layer."""
    line = source.rfind(b"\n", 0, at) + 1
    before = source[line:at]
    if before.lstrip()[:1] == b"#":
        return True
    word = _WORD.match(source, at)
    end = at if word is None else word.end()
    after = source[end : end + 40].lstrip(b" \t")
    if after[:1] == b"(":
        return False
    if _IMPORT.fullmatch(before) is not None:
        return not after.startswith(b"as ")
    return _asks(source, at)


def _asks(source: bytes, at: int) -> bool:
    """Whether a name stands among the arguments of `isinstance`, in a tuple or alone."""
    depth = levels = 0
    for index in range(at - 1, max(at - MAX_BACK, -1), -1):
        character = source[index]
        if character in b")]}":
            depth += 1
        elif character in b"([{":
            if depth:
                depth -= 1
                continue
            if _ASKS.search(source, max(index - 40, 0), index) is not None:
                return True
            levels += 1
            if levels > 1 or character != b"("[0] or (index > 0 and _CALLEE.match(source, index - 1)):
                return False
        elif character in b"'\"#":
            return False
    return False
