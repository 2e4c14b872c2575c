"""Whether a size beside a layer is the layer's own: what else stands on its lines, around it in its Sequential, and where it is used.

A layer is often noted with the size that comes out of a crop, a blur or a pad that belongs to it. So what stands there has to be known to keep sizes,
or to be a layer of which nobody would count the size as this one's.
"""

from __future__ import annotations

import re

from convt_lint.expectations.pages import CALLED, NEUTRAL, Page, Place
from convt_lint.facts import LengthTouched, Site


def speaks_for_itself(page: Page, place: Place) -> bool:
    """Whether a size beside a layer is its own: nothing else on its lines, before it or behind it, changes a length that may be counted as its, and it
    is run with no `output_size=` that the code does not tell."""
    if place.layer.resizable or not _is_whole(page, place.site):
        return False
    if not all(_is_plain(touched) for touched in page.touched(place)):
        return False
    return place.is_run or page.is_run(place) or _is_unused(page, place)


# -- what is called ---------------------------------------------------------------------------------------------------------------

_HARMLESS = re.compile(
    r"cat|concat|contiguous|detach|to|cuda|float|double|half|size|len|int|clone|append|isinstance|getattr|range|str|print|enumerate|zip|data_parallel|checkpoint|init\w*|apply"
)
_RESHAPES = re.compile(r"(?:un)?squeeze|view|reshape|permute|transpose|flatten|stack|mul|add|mean")
_CUTS = re.compile(r"crop|trim|narrow|pad(?!ding)|slice|(?:^|_)cut|split|chunk|chomp|shave|overlap|blur", re.IGNORECASE)
_LAYERS = re.compile(
    r"(?:\w*_)?(?:bn|norm|act|non_?lin|relu|drop|conv|res|block|attn?|attention|out|final|last|head|up|deconv|convt|tconv|layer|fc|lin|proj|mlp|enc|dec|"
    r"main|net|body|mid|bottle|film|mrf|snake|tanh|sigmoid|model)\w*",
    re.IGNORECASE,
)
_MODULES = re.compile(r"\w*[Cc]onv\w*|Res\w*|\w*(?:Linear|Flatten|Unflatten|View|Reshape|Attention|Embedding)\w*")
_CONTAINERS = frozenset({"Sequential", "ModuleList", "ModuleDict"})
"""What these hold is not known where they are not followed."""
_SHAPERS = re.compile(
    r"\[…\].*|select|index_select|take\w*|(?:[Uu]n)?[Ff]old|interpolate|[Uu]psampl\w*|\w*[Pp]ool\w*|[Pp]ixel_?\w*|repeat\w*|tile|roll|diff|i?stft|\w*fft\w*|"
    r"[Rr]earrange|[Rr]educe|conv(?:_transpose)?[123]d"
)
"""What of torch's has no weights of its own and gives other lengths: it belongs to the layer before it."""


def _is_plain(touched: LengthTouched) -> bool:
    """Whether what an operation does to a layer's lengths cannot be meant by a size beside the layer."""
    if touched.keeps:
        return True
    if touched.before or touched.keeps is False:
        return _SHAPERS.fullmatch(touched.operation) is None and _CUTS.search(touched.operation) is None
    return _is_known(touched.operation)


def _is_known(name: str) -> bool:
    """Whether what is called by a name, and not followed, keeps sizes or is a layer of its own."""
    patterns = (_MODULES, NEUTRAL, _HARMLESS, _RESHAPES, _LAYERS)
    return name not in _CONTAINERS and _CUTS.search(name) is None and any(pattern.fullmatch(name) is not None for pattern in patterns)


def _is_whole(page: Page, site: Site) -> bool:
    """Whether a call is all that its lines compute, save for what keeps sizes."""
    code = page.code(site.row, site.end_row)
    callee = re.match(r"[\w.]*?(\w+)\s*\(", page.lines[site.row - 1][site.column - 1 :])
    names = CALLED.findall(code)
    if callee is not None and callee[1] in names:
        names.remove(callee[1])
    return all(NEUTRAL.fullmatch(name) or _HARMLESS.fullmatch(name) for name in names) and re.search(r"\)\s*\[|\bfor\b.*\bin\b", code) is None


# -- a layer that is not seen to run --------------------------------------------------------------------------------------------------

_HOLDS = re.compile(r"\s*self\.(\w+)\s*(?::[^=]*)?=(?!=)")
_NAMES = re.compile(r"\s*(\w+)\s*(?::[^=(]*)?=(?!=)")
_BASES = re.compile(r"\(\s*(?:torch\.)?(?:nn\.)?(?:Module|Sequential|object)\s*[,)]|^\s*class\s+\w+\s*:")


def _is_unused(page: Page, place: Place) -> bool:
    """Whether nothing in the source can run a layer: it is held by nothing that is used, nor by a class that others may complete."""
    home = page.home(place.site)
    in_class = home > 0 and page.lines[home - 1].lstrip().startswith("class") and page.end_of(home) >= place.site.row
    held = _holder(page, place.site.row, home if in_class else 0, _HOLDS if in_class else _NAMES)
    if held is not None and any(row != held[0] for row in (page.mentions if in_class else page.words).get(held[1], ())):
        return False
    runs = re.search(r"\bdef (?:forward|__call__)\b", page.code(home, page.end_of(home))) is not None
    return not in_class or (not runs and _BASES.search(page.lines[home - 1]) is not None)


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
