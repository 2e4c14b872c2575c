"""What stands behind `# convt:` in a suppression: `ignore[CVT201] why`, `ignore-file[CVT2]`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from convt_lint.codes import CODES
from convt_lint.selection import UnknownCode, checked

_FORM = re.compile(r"ignore(?P<file>-file)?(?:\[(?P<codes>[^\]]*)\].*|(?:[\s:,;—–](?P<reason>.*))?)", re.DOTALL)
_CODE = re.compile(r"\s*[A-Za-z]{1,4}\d{1,3}\b")
EXPECTED = '"ignore[CVT201]" or "ignore-file[CVT2]", each with a reason behind it or not'


class Misread(ValueError):
    """The text is no suppression; the message says why."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a suppression says: the prefixes that it is meant for (all rules where there are none), and whether it is meant for the whole file."""

    codes: tuple[str, ...]
    whole_file: bool

    def covers(self, code: str) -> bool:
        return not self.codes or code.startswith(self.codes)


def is_meant(text: str) -> bool:
    """Whether what stands behind `# convt:` is meant as a suppression."""
    return re.match(r"ignore\b", text) is not None


def parse(text: str) -> Form:
    """Reads what stands behind `# convt:`. Raises Misread."""
    match = _FORM.fullmatch(text.strip())
    if match is None or _CODE.match(match["reason"] or ""):
        raise Misread("codes stand in brackets behind it")
    if match["codes"] is None:
        return Form((), match["file"] is not None)
    codes = [code.strip() for code in match["codes"].split(",")]
    if codes == [""]:
        raise Misread("there are no codes in the brackets")
    try:
        return Form(checked(codes, CODES), match["file"] is not None)
    except UnknownCode as error:
        raise Misread(str(error)) from None
