"""Whether a size beside a layer is the layer's own: what else stands on its lines, around it in its Sequential, and where it is used.

A layer is often noted with the size that comes out of a crop, a blur or a pad that belongs to it. So what stands there has to be known to keep sizes,
or to be a layer of which nobody would count the size as this one's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from convt_lint.expectations.pages import CALLED, MAKES, NEUTRAL, Page, Place
from convt_lint.facts import Site


def speaks_for_itself(page: Page, place: Place) -> bool:
    """Whether a size beside a layer is its own: nothing else on its lines, around it, or where it is run, changes a length that may be counted as
    its, and it is run with no `output_size=` that the code does not tell."""
    if place.layer.resizable or not _is_whole(page, place.site):
        return False
    if place.is_run:
        return not _is_cropped(page, place.site)
    sites = {id(site): site for site in page.uses.get(id(place.layer.site), ())}.values()
    return (
        not any(_is_cropped(page, site) or not _goes_on_plainly(page, site) for site in sites)
        and _has_plain_neighbours(page, place)
        and _is_used_plainly(page, place)
    )


# -- a call and what follows it ---------------------------------------------------------------------------------------------------

_HARMLESS = re.compile(
    r"cat|concat|contiguous|detach|to|cuda|float|double|half|size|len|int|clone|append|isinstance|getattr|range|str|print|enumerate|zip|data_parallel|checkpoint|init\w*|apply"
)
_RESHAPES = re.compile(r"(?:un)?squeeze|view|reshape|permute|transpose|flatten|stack|mul|add|mean")
_CUTS = re.compile(r"(?:crop|trim|narrow|[Pp]ad\w*|slice|cut|split|chunk|chomp|shave|index_select|overlap\w*|blur)\w*\(", re.IGNORECASE)
_LAYERS = re.compile(
    r"(?:\w*_)?(?:bn|norm|act|non_?lin|relu|drop|conv|res|block|attn?|attention|out|final|last|head|up|deconv|convt|tconv|layer|fc|lin|proj|mlp|enc|dec|"
    r"main|net|body|mid|bottle|film|mrf|snake|tanh|sigmoid|model)\w*",
    re.IGNORECASE,
)


def _is_known(page: Page, name: str) -> bool:
    """Whether what is called by a name keeps sizes, or is a layer of its own. The name alone counts only where the file does not tell what it holds."""
    if name in page.held:
        return all(_is_plain_module(page, module) for module in page.held[name])
    return any(pattern.fullmatch(name) is not None for pattern in (NEUTRAL, _HARMLESS, _RESHAPES, _LAYERS)) and _CUTS.match(f"{name}(") is None


def _is_whole(page: Page, site: Site) -> bool:
    """Whether a call is all that its lines compute, save for what keeps sizes."""
    code = page.code(site.row, site.end_row)
    callee = re.match(r"[\w.]*?(\w+)\s*\(", page.lines[site.row - 1][site.column - 1 :])
    names = CALLED.findall(code)
    if callee is not None and callee[1] in names:
        names.remove(callee[1])
    return all(NEUTRAL.fullmatch(name) or _HARMLESS.fullmatch(name) for name in names) and re.search(r"\)\s*\[|\bfor\b.*\bin\b", code) is None


def _is_cropped(page: Page, site: Site) -> bool:
    """Whether what a call gives is cropped or padded where it stands, or on one of the next lines."""
    made = MAKES.match(page.lines[site.row - 1])
    code = page.code(site.row, site.end_row)
    if _SLICED.search(code) is not None or _CUTS.search(code) is not None:
        return True
    following = _following(page, site.end_row)
    name = "return" if made is None else rf"\b{made[1]}"
    if following and following[0].lstrip().startswith(("[", ".")):
        return True
    return any(re.search(rf"{name}\s*\[", line) is not None or _CUTS.search(line) is not None for line in following)


_SLICED = re.compile(r"\)\s*\[|\[[^\]]*:[^\]]*\]")


def _following(page: Page, row: int) -> list[str]:
    """The next lines of code behind a row."""
    code = (page.code(at, at) for at in range(row + 1, len(page.lines) + 1))
    return list(islice((line for line in code if line.strip()), 3))


def _goes_on_plainly(page: Page, site: Site) -> bool:
    """Whether what a call takes is not padded or cropped for it, and what it makes is handed on to nothing that is not known."""
    before = next((line for at in range(site.row - 1, 0, -1) if (line := page.code(at, at)).strip()), "")
    if _CUTS.search(before) is not None:
        return False
    made = MAKES.match(page.lines[site.row - 1])
    users = [] if made is None else [line for line in _following(page, site.end_row) if re.search(rf"\b{made[1]}\b", line)]
    return not users or all(_is_known(page, name) for name in CALLED.findall(users[0]))


# -- a layer in its Sequential ----------------------------------------------------------------------------------------------------

_MODULES = re.compile(r"\w*[Cc]onv\w*|Res\w*|\w*(?:Linear|Flatten|Unflatten|View|Reshape|Attention|Embedding)\w*")


def _has_plain_neighbours(page: Page, place: Place) -> bool:
    """Whether the modules around a layer in its Sequential, up to the next convolutions, keep sizes for certain."""
    first, last = place.site.row, place.site.end_row
    for site in sorted(page.around(first), key=lambda site: site.end_row - site.row):
        if not (_keep_sizes(page, range(last + 1, site.end_row + 1)) and _keep_sizes(page, range(first - 1, site.row, -1))):
            return False
        first, last = site.row, site.end_row
    code = (page.code(row, row) for row in range(last + 1, len(page.lines) + 1))
    after = next((line for line in code if line.strip()), "")
    return _ADDS.search(after) is None or all(name in ("append", "add_module", "extend") or _is_known(page, name) for name in CALLED.findall(after))


_ADDS = re.compile(r"\.(?:append|add_module|extend)\(|\+=\s*\[")


def _keep_sizes(page: Page, rows: range) -> bool:
    for row in rows:
        names = CALLED.findall(page.code(row, row))
        if any(_MODULES.fullmatch(name) for name in names) or row in page.built_rows:
            return True
        if not all(NEUTRAL.fullmatch(name) or (name[0].islower() and _is_known(page, name)) for name in names):
            return False
    return True


# -- a layer that a class holds -----------------------------------------------------------------------------------------------------

_HOLDS = re.compile(r"\s*self\.(\w+)\s*(?::[^=]*)?=(?!=)")
_NAMES = re.compile(r"\s*(\w+)\s*(?::[^=(]*)?=(?!=)")
_CUT_NAMES = re.compile(r"\w*(?:crop|trim|chomp|blur|shave|pad(?!ding))\w*", re.IGNORECASE)
_LOOP = re.compile(r"\s*(?:async\s+)?for\s+(.+?)\s+in\b")


def _is_used_plainly(page: Page, place: Place) -> bool:
    """Whether the uses of a layer that a class holds are seen, and hold nothing but what is known; of another layer, whether those that are seen do."""
    home = page.home(place.site)
    in_class = home > 0 and page.lines[home - 1].lstrip().startswith("class") and page.end_of(home) >= place.site.row
    held = _holder(page, place.site.row, home if in_class else 0, _HOLDS if in_class else _NAMES)
    uses = [] if held is None else list(_uses(page, held[1], held[0], "." if in_class else ""))
    if not uses and in_class:
        runs = re.search(r"\bdef (?:forward|__call__)\b", page.code(home, page.end_of(home))) is not None
        return held is None if runs else _BASES.search(page.lines[home - 1]) is not None
    return all(_is_plain(page, line, names) for line, names in uses)


_BASES = re.compile(r"\(\s*(?:torch\.)?(?:nn\.)?(?:Module|Sequential|object)\s*[,)]|^\s*class\s+\w+\s*:")


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


def _uses(page: Page, name: str, defined: int, mark: str) -> Iterator[tuple[str, frozenset[str]]]:
    """The lines that use an attribute, or a name, with what it is called there: where a loop runs over it, those that call what the loop names."""
    mention = re.compile(rf"{re.escape(mark) or '(?<![.])'}\b{name}\b(?!\s*(?::[^=]*)?=[^=])(?!\.(?!forward\b|register))")
    for row in page.mentions.get(name, ()) if mark else page.words.get(name, ()):
        code = page.code(row, row)
        if row == defined or mention.search(code) is None:
            continue
        loop = _LOOP.match(code)
        if loop is None:
            yield code, frozenset((name,))
            continue
        looped = frozenset(re.findall(r"\w+", loop[1]))
        inside = (page.code(at, at) for at in range(row + 1, page.end_of(row) + 1))
        yield from ((line, looped) for line in inside if not looped.isdisjoint(CALLED.findall(line)))


def _is_plain(page: Page, line: str, names: frozenset[str]) -> bool:
    """Whether a line that uses a layer computes nothing else that may be counted as the layer's."""
    if _CUT_NAMES.search(line) is not None or _ALIAS.search(line) is not None:
        return False
    if _SLICED.search(re.sub(rf"\.(?:{'|'.join(names)})\[", "(", line)) is not None:
        return False
    return all(called in names or _is_known(page, called) for called in CALLED.findall(line))


_ALIAS = re.compile(r"=\s*(?:self\.)?\w+\s*$|\bregister_\w*hook\b")
"""A layer under another name, or with what runs behind it."""


_RESIZES = re.compile(r"Pool|[Uu]psampl|interpolate|[Ss]huffle|repeat_interleave")


def _is_plain_module(page: Page, module: str) -> bool:
    """Whether a module keeps sizes or is a layer of its own: a class of the file by what stands in it, any other by its name."""
    if module in page.classes:
        code = page.code(page.classes[module], page.end_of(page.classes[module]))
        return not any(pattern.search(code) for pattern in (_SLICED, _CUTS, _CUT_NAMES, _RESIZES))
    return (_MODULES.fullmatch(module) or NEUTRAL.fullmatch(module)) is not None
