"""What tells a finding from another although the lines of its file move."""

from __future__ import annotations

import re
from collections import Counter
from hashlib import sha256

from convt_lint.findings import Finding

_PLACES = re.compile(r"\b(lines?|column|cell) \d+")
"""How messages speak of other places in the file."""


def placeless(message: str) -> str:
    """A message without the numbers of lines."""
    return _PLACES.sub(r"\1", message)


class Fingerprints:
    """The fingerprints of one run's findings, asked for in their order. Made of the path as it is shown, the code and the message without
    its line numbers; findings that are alike in these are numbered, so that no two have the same."""

    def __init__(self) -> None:
        self._seen: Counter[tuple[str, str, str]] = Counter()

    def of(self, finding: Finding, path: str) -> str:
        """The next finding's fingerprint: 32 hexadecimal digits."""
        key = path, finding.code, placeless(finding.message)
        self._seen[key] += 1
        text = "\0".join((*key, str(self._seen[key])))
        return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
