"""Where size comments stand: a source's rows with the layers, the Sequentials and the other comments around them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from convt_lint.facts import CallSized, Fact, LayerApplied, LayerBuilt, LengthTouched, Path, Scenario, Site
from convt_lint.lengths import same, sized

MAX_ROWS = 60
"""How far from a layer a comment may stand that speaks of it."""


@dataclass(frozen=True, eq=False, slots=True)
class Place:
    """A layer's construction, or a run of a layer, at its rows."""

    site: Site
    layer: LayerBuilt
    path: Path
    is_run: bool

    @property
    def channels(self) -> tuple[object, object]:
        return self.layer.arguments.get("in_channels"), self.layer.arguments.get("out_channels")


class Page:
    """A source's rows, with the layers and comments on them."""

    def __init__(self, text: str, rows: Iterable[int], facts: list[Fact], supposed: list[tuple[Site, list[Fact]]]) -> None:
        self.lines = text.split("\n")
        self.rows = sorted(rows)
        self.built = _places(fact for fact in facts if isinstance(fact, LayerBuilt))
        self.run = _places(fact for fact in facts if isinstance(fact, LayerApplied))
        self.built_rows = {row for place in self.built for row in range(place.site.row, place.site.end_row + 1)}
        built = {id(place.site) for place in self.built}
        calls = {id(fact.site) for fact in facts if isinstance(fact, CallSized) and not _is_one_layer(fact, facts)}
        self.run = [place for place in self.run if id(place.site) not in built | calls]
        self.mentions, self.words = _rows_of(_ATTRIBUTES, self.lines), _rows_of(_WORDS, self.lines)
        self.ends: dict[int, int] = {}
        self.ran = {id(fact.layer.site) for fact in facts if isinstance(fact, LayerApplied)}
        """The layers that the code runs, by their places."""
        self.again = _run_again([fact for fact in facts if isinstance(fact, LayerApplied)], [found for _, found in supposed])
        self.touches: dict[int, list[LengthTouched]] = {}
        """What touches the lengths that a layer, or a run of one, takes and gives, by its place."""
        for fact in chain(facts, *(found for _, found in supposed)):
            if isinstance(fact, LengthTouched):
                for site in {id(fact.layer.site), id((fact.applied or fact.layer).site)}:
                    self.touches.setdefault(site, []).append(fact)
        self.sequences = [(site, [run for run in runs if isinstance(run, LayerApplied)]) for site, runs in supposed]
        real = [fact for fact in facts if isinstance(fact, LayerApplied) and not fact.path.trace and not fact.layer.path.trace]
        self.real = list(_scenarios(run for run in real if self.home(run.site)))  # what a module does at its end with a small input is but one use

    def touched(self, place: Place) -> list[LengthTouched]:
        """What touches the lengths that a layer, or a run of it, takes and gives."""
        return self.touches.get(id(place.site), [])

    def is_run_again(self, place: Place) -> bool:
        """Whether what a layer makes comes to it again: a size beside it may be that of all its runs."""
        return id(place.site) in self.again

    def is_run(self, place: Place) -> bool:
        """Whether the code is seen to run a layer."""
        return id(place.site) in self.ran

    def above(self, row: int) -> Place | None:
        """The last layer before a row, of the same Sequential or right above."""
        sequence = self.sequence(row)
        places = [place for place in (*self.built, *self.run) if place.site.end_row < row]
        place = max(places, key=lambda place: (place.site.end_row, place.site.row), default=None)
        if place is None or row - place.site.end_row > MAX_ROWS or self.is_shared(place):
            return None
        ends = self.sequence(place.site.row)
        if not self.keeps(place.site.end_row, row):
            return None
        if sequence is not None and ends is sequence:
            return None if self.noted(place.site.end_row, row) else place
        last = place.site.end_row if ends is None or ends.end_row >= row else ends.end_row
        return place if self.is_empty(last + 1, row) and not self.noted(place.site.end_row, row) else None

    def below(self, row: int) -> Place | None:
        """The first layer after a row, of the same Sequential or right below."""
        sequence = self.sequence(row)
        places = [place for place in (*self.built, *self.run) if place.site.row > row]
        place = min(places, key=lambda place: (place.site.row, -place.site.end_row), default=None)
        if place is None or place.site.row - row > MAX_ROWS or self.is_shared(place) or self.noted(row, place.site.row):
            return None
        begins = self.sequence(place.site.row)
        if sequence is not None and begins is sequence:
            return place if self.keeps(row, place.site.row) else None
        first = place.site.row if begins is None or begins.row <= row else begins.row
        return place if self.is_empty(row + 1, first) or self.opens(row, first) else None

    def code(self, first: int, last: int) -> str:
        """The code on some rows, without comments."""
        return " ".join(line.partition("#")[0] for line in self.lines[first - 1 : last])

    def leads_on(self, row: int, above: Place) -> bool:
        """Whether the code below a comment is something of its own, which the comment may introduce: it calls what changes sizes, or stands further out."""
        line = next((line for line in self.lines[row:] if line.partition("#")[0].strip()), "")
        code, indent = line.partition("#")[0], len(line) - len(line.lstrip())
        if not code.strip() or code.strip()[0] in ")]}":
            return False
        at = self.lines.index(line, row) + 1
        if any(place.site.row <= at <= place.site.end_row for place in (*self.built, *self.run)):
            return False
        outer = len(self.lines[above.site.row - 1]) - len(self.lines[above.site.row - 1].lstrip())
        return indent < outer or not keeps_sizes(code) or "=" in code or code.rstrip().endswith(":")

    def is_pure(self, first: int, last: int) -> bool:
        """Whether rows hold nothing that changes a length but transposed convolutions."""
        names = CALLED.findall(self.code(first, last))
        return all(NEUTRAL.fullmatch(name) or "ConvTranspose" in name or "conv_transpose" in name for name in names)

    def paragraph(self, row: int) -> int:
        """The last row of the code that follows a row without a blank line, a comment line or a step outwards."""
        last = row
        start = next((line for line in self.lines[row:] if line.strip()), "")
        indent = len(start) - len(start.lstrip())
        for index, line in enumerate(self.lines[row:], start=row + 1):
            if not line.strip() or line.lstrip().startswith("#") or len(line) - len(line.lstrip()) < indent:
                break
            last = index
        return last

    def block(self, row: int) -> list[int]:
        """The rows of comments alone that a row is among, or, beside code, right above and below it."""
        first = last = row
        while row - first <= MAX_ROWS and (step := self._step(first, -1)):
            first -= step
        while last - row <= MAX_ROWS and (step := self._step(last, 1)):
            last += step
        return [row for row in range(first, last + 1) if self.lines[row - 1].strip()]

    def _step(self, row: int, way: int) -> int:
        """How far the next comment that stands alone is from a row: one line, or two with a blank one between; else 0."""
        for step in (1, 2):
            at = row + step * way
            line = self.lines[at - 1].strip() if 0 < at <= len(self.lines) else "-"
            if line.startswith("#"):
                return step
            if line or not self.lines[row - 1].lstrip().startswith("#"):
                return 0
        return 0

    def names(self, row: int) -> frozenset[str]:
        """The names that a row of code binds, or passes first: what a comment there calls by them is what flows there."""
        code = self.code(row, row)
        return frozenset(name for pattern in (_BINDS, _PASSES) for name in pattern.findall(code))

    def is_repeated(self, place: Place) -> bool:
        """Whether a run stands in a loop: a comment there may be of all its rounds."""
        return place.is_run and self._is_in_loop(place.site.row)

    def is_single(self, place: Place) -> bool:
        """Whether a construction makes one layer, as far as the text tells: it stands in no loop, and no list of it is repeated."""
        row = place.site.row
        return MANY.search(self.code(row, place.site.end_row)) is None and not self.is_run_again(place) and not self._is_in_loop(row)

    def _is_in_loop(self, row: int) -> bool:
        """Whether a row stands in a loop of the function or class that it stands in."""
        indent = len(self.lines[row - 1]) - len(self.lines[row - 1].lstrip())
        for line in reversed(self.lines[: row - 1]):
            found = len(line) - len(line.lstrip())
            if line.strip() and found < indent:
                if _LOOPS.match(line):
                    return True
                if _DEFINES.match(line):
                    return False
                indent = found
        return False

    def upsamples(self, place: Place) -> bool:
        """Whether the Sequential or the class of a layer holds what makes lengths longer in another way."""
        sequence, home = self.sequence(place.site.row), self.home(place.site)
        code = self.code(sequence.row, sequence.end_row) if sequence is not None else ""
        return _UPSAMPLES.search(code + self.code(home or 1, self.end_of(home))) is not None

    def end_of(self, home: int) -> int:
        """The last row of the class or function that begins at a row; of the source, where there is none."""
        if home not in self.ends:
            self.ends[home] = self._end_of(home)
        return self.ends[home]

    def _end_of(self, home: int) -> int:
        if home == 0:
            return len(self.lines)
        indent = len(self.lines[home - 1]) - len(self.lines[home - 1].lstrip())
        inner = (row for row in range(home + 1, len(self.lines) + 1) if self.lines[row - 1].strip())
        return next((row - 1 for row in inner if len(self.lines[row - 1]) - len(self.lines[row - 1].lstrip()) <= indent), len(self.lines))

    def is_shared(self, place: Place) -> bool:
        """Whether another layer stands on the same line."""
        return sum(other.site.row == place.site.row for other in (*self.built, *self.run)) > 1

    def sequence(self, row: int) -> Site | None:
        """The innermost Sequential whose lines hold a row."""
        return min(self.around(row), key=lambda site: site.end_row - site.row, default=None)

    def around(self, row: int) -> list[Site]:
        """The Sequentials whose lines hold a row."""
        return [site for site, _ in self.sequences if site.row <= row <= site.end_row]

    def noted(self, first: int, last: int) -> bool:
        """Whether another size comment stands between two rows."""
        index = bisect_right(self.rows, first)
        return index < len(self.rows) and self.rows[index] < last

    def keeps(self, first: int, last: int) -> bool:
        """Whether nothing between two rows changes a length."""
        return all(keeps_sizes(line.partition("#")[0]) for line in self.lines[first : last - 1])

    def is_empty(self, first: int, last: int) -> bool:
        """Whether no code stands on the rows from `first` up to `last`."""
        return all(not line.strip() or line.lstrip().startswith("#") or SHOWS.match(line) for line in self.lines[first - 1 : last - 1])

    def opens(self, row: int, last: int) -> bool:
        """Whether nothing stands between two rows but what opens a bracket for the next."""
        return all(not line.strip() or line.lstrip().startswith("#") or line.rstrip().endswith(("(", "[")) for line in self.lines[row : last - 1])

    def following(self, place: Place) -> list[Place]:
        """A layer and those after it, of the same kind of place."""
        return [place, *(other for other in (self.run if place.is_run else self.built) if other.site.row > place.site.row)][:12]

    def alike(self, place: Place) -> list[Place] | None:
        """The constructions of a place's Sequential, else of its class; None where something there changes lengths in another way."""
        sequence, home = self.sequence(place.site.row), self.home(place.site)
        if sequence is not None:
            found = [other for other in self.built if self.sequence(other.site.row) is sequence]
            rows = range(sequence.row, sequence.end_row + 1)
        else:
            found = [other for other in self.built if self.home(other.site) == home and self.sequence(other.site.row) is None]
            rows = range(home or place.site.row, max((other.site.end_row for other in found), default=place.site.row) + 1)
        return None if any(_RESIZES.search(self.lines[row - 1].partition("#")[0]) for row in rows) else found

    def home(self, site: Site) -> int:
        """The row of the class, or of the function outside of classes, that holds a place; 0 where there is none."""
        rows = range(min(site.row, len(self.lines)), 0, -1)
        starts = [row for row in rows if _DEFINES.match(self.lines[row - 1]) and len(self.lines[row - 1]) - len(self.lines[row - 1].lstrip()) < site.column - 1]
        return next((row for row in starts if self.lines[row - 1].lstrip().startswith("class")), starts[-1] if starts else 0)

    def scenarios(self, place: Place) -> tuple[int, tuple[Scenario, ...]]:
        """How a layer is run: as the code of its class does for every input, else as part of its Sequential. The number names what belongs together."""
        real = [scenario for scenario in self.real if place.site in scenario and (place.is_run or scenario[place.site].site.column > 1)]
        if real:
            return self.home(place.site), tuple(real)
        sequences = [(site, runs) for site, runs in self.sequences if any(run.layer.site is place.site for run in runs)]
        if sequences:
            site, runs = max(sequences, key=lambda pair: len(pair[1]))
            return id(site), tuple(_scenarios(runs))
        return id(place.site), ()


_RESIZES = re.compile(r"(?i)upsampl\w*\(|interpolate\(|pixelshuffle|repeat|unpool|(?<!transpose)\bfold\(|reshape|view\(")
SHOWS = re.compile(r"\s*(?:print|logging\.\w+|logger\.\w+)\((?:[^,]*[\"'],\s*)?(\w+)\.(?:shape|size\(\))\s*\)\s*$")
_DEFINES = re.compile(r"\s*(?:class|def|async def)\s")
MAKES = re.compile(r"\s*(\w+)\s*=[^=]")
_BINDS = re.compile(r"^\s*(?:self\.)?(\w+)\s*(?::[^=]*)?=(?!=)")
_PASSES = re.compile(r"\w\(\s*(\w+)\s*[,)]")
MANY = re.compile(r"\bfor\b.*\bin\b|\]\s*\*")
"""What makes several layers of one text: a comprehension, or a list that is repeated."""
_LOOPS = re.compile(r"\s*(?:async\s+)?(?:for|while)\b")
_UPSAMPLES = re.compile(r"(?i)(?<!def )\b(?:upsampl\w*|interpolate|pixelshuffle\w*|maxunpool\w*|pixel_shuffle)\(")
CALLED = re.compile(r"([A-Za-z_]\w*)\s*\(")
NEUTRAL = re.compile(
    r"(?:\w*(?:Norm|norm)(?:[123]d)?|\w*relu6?\w*|\w*ReLU6?|[CGS]?ELU|[a-z]?elu|GELU|gelu|SiLU|silu|Mish|mish|Swish|Tanh|tanh|Sigmoid|sigmoid|"
    r"Soft\w+|softmax|softplus|Hard\w+|LogSigmoid|Dropout[123]?d?|dropout[123]?d?|Identity|Snake\w*|print|Sequential|ModuleList|append|super|__init__)"
)


def _rows_of(pattern: re.Pattern[str], lines: list[str]) -> dict[str, list[int]]:
    """The rows of the code that hold what a pattern finds, by its text."""
    found: dict[str, list[int]] = {}
    for row, line in enumerate(lines, start=1):
        for name in set(pattern.findall(line.partition("#")[0])):
            found.setdefault(name, []).append(row)
    return found


_WORDS = re.compile(r"(?<!\.)\b[A-Za-z_]\w*")
_ATTRIBUTES = re.compile(r"\.([A-Za-z_]\w*)")


def keeps_sizes(code: str) -> bool:
    """Whether a line of code calls nothing but what leaves the lengths of a tensor as they are."""
    return all(NEUTRAL.fullmatch(name) for name in CALLED.findall(code))


def _is_one_layer(call: CallSized, facts: list[Fact]) -> bool:
    """Whether a call does to sizes what the one transposed convolution in it does."""
    runs = [fact for fact in facts if isinstance(fact, LayerApplied) and fact.site is call.site and fact.path.assumptions == call.path.assumptions]
    if len({id(run.layer) for run in runs}) != 1 or runs[0].forms != call.inputs:
        return False
    return all(
        length is not None and (made := runs[0].layer.output_form(axis, length)) is not None and same(sized(made), None if out is None else sized(out))
        for axis, (length, out) in enumerate(zip(call.inputs, call.outputs, strict=True))
    )


def _places(facts: Iterable[LayerBuilt | LayerApplied]) -> list[Place]:
    """The places at which layers are built or run; not those where several layers of different geometries are."""
    found: dict[int, list[LayerBuilt | LayerApplied]] = {}
    for fact in facts:
        found.setdefault(id(fact.site), []).append(fact)
    places = []
    for group in found.values():
        layers = [fact.layer if isinstance(fact, LayerApplied) else fact for fact in group]
        known = {layer.axes() for layer in layers}
        fact = min(group, key=lambda fact: (fact.path.with_defaults, len(fact.path.trace), len(fact.path.assumptions)))
        layer = fact.layer if isinstance(fact, LayerApplied) else fact
        if len(known) == 1 and None not in layer.axes():
            places.append(Place(fact.site, layer, fact.path, isinstance(fact, LayerApplied)))
    return sorted(places, key=lambda place: (place.site.row, place.site.column))


def _run_again(runs: list[LayerApplied], supposed: list[list[Fact]]) -> set[int]:
    """The places of layers of which one and the same runs more than once in a row, on other lengths."""
    found: set[int] = set()
    for group in (runs, *([fact for fact in facts if isinstance(fact, LayerApplied)] for facts in supposed)):
        seen: dict[tuple[int, Path], tuple[object, ...]] = {}
        for run in group:
            key = (id(run.layer), run.path)
            if seen.setdefault(key, run.forms) != run.forms:
                found.add(id(run.layer.site))
    return found


def _scenarios(runs: Iterable[LayerApplied]) -> Iterator[Scenario]:
    """The runs that can happen together, by what was assumed; a place that is run at several lengths is left out."""
    runs = list(runs)
    for assumed in dict.fromkeys(run.path.assumptions for run in runs):
        found: dict[Site, LayerApplied] = {}
        twice: set[Site] = set()
        for run in runs:
            if run.path.assumptions <= assumed:
                for site in {run.site, run.layer.site}:
                    if site in found and not _is_alike(found[site], run):
                        twice.add(site)
                    found[site] = run
        yield {site: run for site, run in found.items() if site not in twice}


def _is_alike(run: LayerApplied, other: LayerApplied) -> bool:
    """Whether two runs have the same lengths."""
    return (run.forms, run.output_size, run.layer.axes()) == (other.forms, other.output_size, other.layer.axes())
