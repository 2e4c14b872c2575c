"""Whether a size beside a layer is the layer's own: what else stands on its lines, around it in its Sequential, and where it is used.

A layer is often noted with the size that comes out of a crop, a blur or a pad that belongs to it. So what stands there has to be known to keep sizes,
or to be a layer of which nobody would count the size as this one's.
"""

from __future__ import annotations

import re

from convt_lint.expectations.callees import is_plain
from convt_lint.expectations.pages import CALLED, MANY, NEUTRAL, Page, Place
from convt_lint.facts import HANDED, Site


def speaks_for_itself(page: Page, place: Place) -> bool:
    """Whether a size beside a layer is its own: nothing else on its lines, before it or behind it, changes a length that may be counted as its, and it
    is run with no `output_size=` that the code does not tell."""
    if place.layer.resizable or not _is_whole(page, place.site):
        return False
    if not place.is_run and page.is_run_again(place):
        return False
    touches = page.touched(place)
    if not all(is_plain(touched) for touched in touches if touched.operation != HANDED):
        return False
    return place.is_run or page.is_run(place) or (not any(touched.operation == HANDED for touched in touches) and _is_unused(page, place))


_BESIDE = re.compile(
    r"cat|concat|contiguous|detach|to|cuda|float|double|half|size|len|int|clone|append|isinstance|getattr|range|str|print|enumerate|zip|data_parallel|checkpoint|init\w*|apply"
)
"""What may be called on a layer's lines."""


def _is_whole(page: Page, site: Site) -> bool:
    """Whether a call is all that its lines compute, save for what keeps sizes."""
    code = page.code(site.row, site.end_row)
    callee = re.match(r"[\w.]*?(\w+)\s*\(", page.lines[site.row - 1][site.column - 1 :])
    names = CALLED.findall(code)
    if callee is not None and callee[1] in names:
        names.remove(callee[1])
    return all(NEUTRAL.fullmatch(name) or _BESIDE.fullmatch(name) for name in names) and not _SLICED.search(code) and not MANY.search(code)


_SLICED = re.compile(r"\)\s*\[")


# -- a layer that is not seen to run --------------------------------------------------------------------------------------------------

_HOLDS = re.compile(r"\s*self\.(\w+)\s*(?::[^=]*)?=(?!=)")
_NAMES = re.compile(r"\s*(\w+)\s*(?::[^=(]*)?=(?!=)")
_BASES = re.compile(r"\(\s*(?:torch\.)?(?:nn\.)?(?:Module|Sequential|object)\s*[,)]")
_UNFINISHED = re.compile(r"NotImplemented|\babstract")


def _is_unused(page: Page, place: Place) -> bool:
    """Whether nothing in the source can run a layer: it is held by nothing that is used, nor by a class that others may complete."""
    home = page.home(place.site)
    in_class = home > 0 and page.lines[home - 1].lstrip().startswith("class") and page.end_of(home) >= place.site.row
    held = _holder(page, place.site.row, home if in_class else 0, _HOLDS if in_class else _NAMES)
    if held is not None and any(row != held[0] for row in (page.mentions if in_class else page.words).get(held[1], ())):
        return False
    if not in_class:
        return True
    code, head = page.code(home, page.end_of(home)), page.lines[home - 1]
    finished = re.search(r"\bdef (?:forward|__call__)\b", code) is not None or _UNFINISHED.search(code) is not None
    derived = any(row != home for row in page.words.get(re.split(r"[\s(:]+", head.strip())[1], ()))
    return not finished and not derived and _BASES.search(head) is not None


def _holder(page: Page, row: int, home: int, pattern: re.Pattern[str]) -> tuple[int, str] | None:
    """The attribute, or the name, that a statement around a row binds, and where it begins."""
    indent = 1 << 30
    for index in range(row, home, -1):
        line = page.lines[index - 1]
        found = len(line) - len(line.lstrip())
        if not line.strip() or line.lstrip().startswith("#") or (index != row and found >= indent and line.strip()[0] not in ")]}"):
            continue
        holds = pattern.match(line)
        if holds is not None:
            return index, holds[1]
        if re.match(r"\s*(?:def|class|for|if|with)\b", line):
            return None
        indent = min(indent, found)
    return None
