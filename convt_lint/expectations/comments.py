"""Size comments: what people note beside a layer, bound to the layer that it speaks of.

    nn.ConvTranspose2d(64, 32, 4, 2, 1),  # 32 x 14 x 14
    # state size. (ngf*4) x 8 x 8
    x = self.up(x)  # (B, 64, 2*L)

On a layer's own lines a shape is its output or, more rarely, its input; on a line of its own between two layers it is what flows from one to
the other, or what the next one gives. Which of these an author means is left open here: every reading is stated, and the rule speaks only
where none can be true. The channels, where a shape has them and the layer's two differ, tell which it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from convt_lint.expectations.notation import Reading, Shape, read
from convt_lint.facts import CONVENTIONS, Claim, Fact, LayerApplied, LayerBuilt, Path, Scenario, Site, SizeComment, StatedSize
from convt_lint.syntax.comments import Comment, comments


def size_comments(text: str) -> list[tuple[Comment, Reading]]:
    """The comments of a source that state sizes."""
    if not any(read(line.partition("#")[2]) is not None for line in text.splitlines() if "#" in line):
        return []
    found = ((comment, read(comment.text)) for comment in comments(text) if "convt:" not in comment.text)
    return [(comment, reading) for comment, reading in found if reading is not None]


def expectations(text: str, stated: Iterable[tuple[Comment, Reading]], facts: Iterable[Fact], supposed: Iterable[tuple[Site, list[Fact]]]) -> list[Fact]:
    """The facts that size comments state of the layers and runs that `facts` hold (their sites must have rows)."""
    page = _Page(text, list(stated), list(facts), list(supposed))
    return [fact for comment, reading in page.stated if (fact := page.bind(comment, reading)) is not None]


@dataclass(frozen=True, eq=False, slots=True)
class _Place:
    """A layer's construction, or a run of a layer, at its rows."""

    site: Site
    layer: LayerBuilt
    path: Path
    is_run: bool

    @property
    def channels(self) -> tuple[object, object]:
        return self.layer.arguments.get("in_channels"), self.layer.arguments.get("out_channels")


class _Page:
    """A source's rows, with the layers and comments on them."""

    def __init__(self, text: str, stated: list[tuple[Comment, Reading]], facts: list[Fact], supposed: list[tuple[Site, list[Fact]]]) -> None:
        self.lines = text.splitlines()
        self.stated = stated
        self.rows = {comment.row for comment, _ in stated}
        self.built = _places(fact for fact in facts if isinstance(fact, LayerBuilt))
        self.run = _places(fact for fact in facts if isinstance(fact, LayerApplied))
        built = {id(place.site) for place in self.built}
        self.run = [place for place in self.run if id(place.site) not in built]
        self.sequences = [(site, [run for run in runs if isinstance(run, LayerApplied)]) for site, runs in supposed]
        self.real = list(_scenarios(fact for fact in facts if isinstance(fact, LayerApplied) and not fact.path.trace and not fact.layer.path.trace))

    def bind(self, comment: Comment, reading: Reading) -> SizeComment | None:
        here = [place for place in (*self.built, *self.run) if place.site.row <= comment.row <= place.site.end_row]
        if comment.alone and not any(place.site.row < comment.row < place.site.end_row for place in here):
            return self.around(comment, reading)
        if len(here) == 1:
            return self.state(comment, reading, here[0], None, here[0])
        return None if here else self.beside(comment, reading)

    def beside(self, comment: Comment, reading: Reading) -> SizeComment | None:
        """A comment on a line of code that holds no layer: an activation's, a bracket's, that of what makes or shows the input of the next line."""
        code = self.lines[comment.row - 1][: comment.column - 1].rstrip()
        if code.endswith(("(", "[")) or (self.sequence(comment.row) is not None and _keeps_sizes(code)):
            return self.around(comment, reading)
        if _SHOWS.match(code):
            above = self.above(comment.row)
            return None if above is None else self.state(comment, reading, None, above, None)
        made, below = _MAKES.match(code), self.below(comment.row)
        if made is None or below is None or reading.role == "out" or re.search(rf"\(\s*{made[1]}\s*[,)]", self.lines[below.site.row - 1]) is None:
            return None
        return self.state(comment, replace(reading, role="in", follows=False), None, None, below)

    # -- a comment on a line of its own ------------------------------------------------------------------------------------

    def around(self, comment: Comment, reading: Reading) -> SizeComment | None:
        above, below = self.above(comment.row), self.below(comment.row)
        place = above or below
        return None if place is None else self.state(comment, reading, None, above, below)

    def above(self, row: int) -> _Place | None:
        """The last layer before a row, of the same Sequential or right above."""
        sequence = self.sequence(row)
        places = [place for place in (*self.built, *self.run) if place.site.end_row < row]
        place = max(places, key=lambda place: (place.site.end_row, place.site.row), default=None)
        if place is None or self.is_shared(place):
            return None
        ends = self.sequence(place.site.row)
        if not self.keeps(place.site.end_row, row):
            return None
        if sequence is not None and ends is sequence:
            return None if self.noted(place.site.end_row, row) else place
        last = place.site.end_row if ends is None or ends.end_row >= row else ends.end_row
        return place if self.is_empty(last + 1, row) and not self.noted(place.site.end_row, row) else None

    def below(self, row: int) -> _Place | None:
        """The first layer after a row, of the same Sequential or right below."""
        sequence = self.sequence(row)
        places = [place for place in (*self.built, *self.run) if place.site.row > row]
        place = min(places, key=lambda place: (place.site.row, -place.site.end_row), default=None)
        if place is None or self.is_shared(place) or self.noted(row, place.site.row):
            return None
        begins = self.sequence(place.site.row)
        if sequence is not None and begins is sequence:
            return place if self.keeps(row, place.site.row) else None
        first = place.site.row if begins is None or begins.row <= row else begins.row
        return place if self.is_empty(row + 1, first) or self.opens(row, first) else None

    def is_shared(self, place: _Place) -> bool:
        """Whether another layer stands on the same line."""
        return sum(other.site.row == place.site.row for other in (*self.built, *self.run)) > 1

    def sequence(self, row: int) -> Site | None:
        """The innermost Sequential whose lines hold a row."""
        around = [site for site, _ in self.sequences if site.row <= row <= site.end_row]
        return min(around, key=lambda site: site.end_row - site.row, default=None)

    def noted(self, first: int, last: int) -> bool:
        """Whether another size comment stands between two rows."""
        return any(first < row < last for row in self.rows)

    def keeps(self, first: int, last: int) -> bool:
        """Whether nothing between two rows changes a length."""
        return all(_keeps_sizes(line.partition("#")[0]) for line in self.lines[first : last - 1])

    def is_empty(self, first: int, last: int) -> bool:
        """Whether no code stands on the rows from `first` up to `last`."""
        return all(not line.strip() or line.lstrip().startswith("#") or _SHOWS.match(line) for line in self.lines[first - 1 : last - 1])

    def opens(self, row: int, last: int) -> bool:
        """Whether nothing stands between two rows but what opens a bracket for the next."""
        return all(not line.strip() or line.lstrip().startswith("#") or line.rstrip().endswith(("(", "[")) for line in self.lines[row : last - 1])

    # -- what it states -----------------------------------------------------------------------------------------------------

    def state(self, comment: Comment, reading: Reading, own: _Place | None, above: _Place | None, below: _Place | None) -> SizeComment | None:
        """A comment at a layer (`own`), or between two."""
        subject = own or (above if above is not None else below)
        if subject is None or not reading.shapes:
            return None
        alternatives: tuple[tuple[Claim, ...], ...] = ()
        readings: dict[str, tuple[Claim, ...]] = {}
        if len(reading.shapes) == 1:
            readings = dict(self.single(reading, own, above, below))
        elif len(reading.shapes) == 2:
            subject = own or below or subject
            alternatives = tuple(self.pairs(reading, own, above, below))
        if not readings and not alternatives:
            return None
        target = next(iter(readings.values()))[0].target if readings else alternatives[0][-1].target
        subject = next(place for place in (*self.built, *self.run) if place.site is target)
        block, scenarios = self.scenarios(subject)
        alone = len(reading.shapes) == 1 and len(reading.shapes[0]) == subject.layer.layer.dims and not reading.role
        return SizeComment(
            subject.site,
            subject.layer,
            comment.row,
            comment.text.lstrip("#").strip(),
            (block, own is None),
            readings,
            scenarios,
            alternatives,
            alone,
            _foreign_channels(reading, [place for place in (own, above, below) if place is not None]),
            path=subject.path,
        )

    def single(self, reading: Reading, own: _Place | None, above: _Place | None, below: _Place | None) -> Iterator[tuple[str, tuple[Claim, ...]]]:
        """What one shape means under each convention."""
        shape = reading.shapes[0]
        if own is not None:
            meant: dict[str, tuple[_Place | None, str]] = {"out": (own, "out"), "in": (own, "in"), "next": (own, "out")}
        else:
            meant = {"out": (above, "out") if above is not None else (below, "in")}
            meant["in"] = meant["out"]
            meant["next"] = (below, "out") if below is not None else (above, "out")
        if reading.role == "in":
            place = own or below or above
            meant = dict.fromkeys(CONVENTIONS, (place, "in" if own or below else "out"))
        elif reading.role == "out" and own is None and above is None:
            meant = dict.fromkeys(CONVENTIONS, (below, "out"))
        elif reading.role == "out" and own is not None:
            meant = dict.fromkeys(CONVENTIONS, (own, "out"))
        told = [(place, role) for place, role in dict.fromkeys(meant.values()) if place is not None and _by_channels(shape, place, role)]
        if told and len(told) < len(set(meant.values())) and not reading.role:
            meant = {name: kept if kept in told else told[0] for name, kept in meant.items()}
        for name, (place, role) in meant.items():
            claim = None if place is None else _claim(shape, place, role, bare=reading.bare)
            if claim is not None:
                yield name, (claim,)

    def pairs(self, reading: Reading, own: _Place | None, above: _Place | None, below: _Place | None) -> Iterator[tuple[Claim, ...]]:
        """What `a -> b` may mean: the layer's own input and output, or, on a line of its own, those of several layers in a row."""
        first, last = reading.shapes
        if len(first) != len(last):
            return
        if reading.bare and _are_channels(first, last, own or below or above):
            return
        bare = reading.bare or not reading.brackets
        if own is not None:
            ways = [(own, own)]
        else:
            ways = [(below, other) for other in self.following(below)] if below is not None else []
            ways += [(above, above)] if above is not None else []
        for start, end in ways:
            one, two = _claim(first, start, "in", bare=bare), _claim(last, end, "out", bare=bare)
            if one is not None and two is not None:
                yield (one, two)

    def following(self, place: _Place) -> list[_Place]:
        """A layer and those after it, of the same kind of place."""
        return [place, *(other for other in (self.run if place.is_run else self.built) if other.site.row > place.site.row)][:12]

    def home(self, site: Site) -> int:
        """The row of the class, or of the function outside of classes, that holds a place; 0 where there is none."""
        rows = range(min(site.row, len(self.lines)), 0, -1)
        starts = [row for row in rows if _DEFINES.match(self.lines[row - 1]) and len(self.lines[row - 1]) - len(self.lines[row - 1].lstrip()) < site.column - 1]
        return next((row for row in starts if self.lines[row - 1].lstrip().startswith("class")), starts[-1] if starts else 0)

    def scenarios(self, place: _Place) -> tuple[int, tuple[Scenario, ...]]:
        """How a layer is run: as the code of its class does for every input, else as part of its Sequential. The number names what belongs together."""
        real = [scenario for scenario in self.real if place.site in scenario and (place.is_run or scenario[place.site].site.column > 1)]
        if real:
            return self.home(place.site), tuple(real)
        sequences = [(site, runs) for site, runs in self.sequences if any(run.layer.site is place.site for run in runs)]
        if sequences:
            site, runs = max(sequences, key=lambda pair: len(pair[1]))
            return id(site), tuple(_scenarios(runs))
        return id(place.site), ()


_SHOWS = re.compile(r"\s*(?:print|logging\.\w+|logger\.\w+)\(.*(?:shape|size)")
_DEFINES = re.compile(r"\s*(?:class|def|async def)\s")
_MAKES = re.compile(r"\s*(\w+)\s*=[^=]")
_CALLED = re.compile(r"([A-Za-z_]\w*)\s*\(")
_NEUTRAL = re.compile(
    r"(?:\w*(?:Norm|norm)(?:[123]d)?|\w*relu6?\w*|\w*ReLU6?|[CGS]?ELU|[a-z]?elu|GELU|gelu|SiLU|silu|Mish|mish|Swish|Tanh|tanh|Sigmoid|sigmoid|"
    r"Soft\w+|softmax|softplus|Hard\w+|LogSigmoid|Dropout[123]?d?|dropout[123]?d?|Identity|Snake\w*|print|Sequential|ModuleList|append|super|__init__)"
)


def _keeps_sizes(code: str) -> bool:
    """Whether a line of code calls nothing but what leaves the lengths of a tensor as they are."""
    return all(_NEUTRAL.fullmatch(name) for name in _CALLED.findall(code))


def _places(facts: Iterable[LayerBuilt | LayerApplied]) -> list[_Place]:
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
            places.append(_Place(fact.site, layer, fact.path, isinstance(fact, LayerApplied)))
    return sorted(places, key=lambda place: (place.site.row, place.site.column))


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


def _by_channels(shape: Shape, place: _Place, role: str) -> bool:
    """Whether a shape's channels are those of a layer's input or output."""
    channels = place.channels[role == "out"]
    return isinstance(channels, int) and any(dim.size == channels for dim in _channel_dims(shape, place.layer.layer.dims))


def _channel_dims(shape: Shape, dims: int) -> Shape:
    """The dimensions of a shape that may be its channels: before the spatial ones, or behind them."""
    extra = len(shape) - dims
    return (shape[0],) if extra == 1 else (shape[1], shape[-1]) if extra == 2 else ()


def _foreign_channels(reading: Reading, places: list[_Place]) -> int | None:
    """The channels of a shape, where they are a number that none of the layers has (nor, were the channels last, the last number)."""
    shape = reading.shapes[-1]
    dims = places[0].layer.layer.dims
    if len(shape) - dims not in (1, 2):
        return None
    stated, last = shape[-dims - 1].size, shape[-1].size
    known = [channels for place in places for channels in place.channels]
    numbers = isinstance(stated, int) and all(isinstance(channels, int) for channels in known)
    return stated if numbers and isinstance(stated, int) and stated not in known and last not in known else None


def _claim(shape: Shape, place: _Place, role: str, *, bare: bool) -> Claim | None:
    """The spatial sizes that a shape states of a layer's input or output; None where it cannot be told which they are."""
    dims = place.layer.layer.dims
    extra = len(shape) - dims
    sizes: tuple[StatedSize, ...]
    if len(shape) == 1 and bare:
        sizes = (shape[0].size,) * dims
    elif extra == 0 and (dims != 2 or bare):
        sizes = tuple(dim.size for dim in shape)
    elif extra in (1, 2):
        channels = place.channels[role == "out"]
        first, last = shape[extra - 1].size, shape[-1].size
        foreign = isinstance(channels, int) and isinstance(first, int) and first not in place.channels
        behind = foreign and last == channels and (dims == 1 or len({dim.size for dim in shape[extra - 1 : -1]}) == 1)
        sizes = tuple(dim.size for dim in (shape[extra - 1 : -1] if behind else shape[extra:]))
        if foreign and not behind and extra == 1 and (dims == 1 or len(set(sizes)) > 1):
            return None  # numbers of which none is the layer's channels: which is which?
    else:
        return None
    return Claim(place.layer, place.site, role, sizes) if any(size is not None for size in sizes) else None


def _are_channels(first: Shape, last: Shape, place: _Place | None) -> bool:
    """Whether two numbers are the channels of a layer, or may be because they are not known."""
    if place is None or len(first) != 1 or len(last) != 1:
        return False
    return all(not isinstance(channels, int) or size == channels for size, channels in zip((first[0].size, last[0].size), place.channels, strict=True))
