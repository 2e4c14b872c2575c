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
from dataclasses import replace
from itertools import islice, pairwise
from math import prod

from convt_lint.expectations.notation import Reading, read
from convt_lint.expectations.pages import MAKES, SHOWS, Page, Place, keeps_sizes
from convt_lint.expectations.shapes_in_text import Shape
from convt_lint.facts import CONVENTIONS, Claim, Fact, Multiple, RatioStated, Site, SizeComment, StatedSize
from convt_lint.geometry import output_length
from convt_lint.syntax.comments import Comment, comments

MAX_COMMENTS = 3_000
"""The first so many of a file are read; reading 1,000 takes some tenths of a second."""


def size_comments(text: str) -> list[tuple[Comment, Reading]]:
    """The comments of a source that state sizes."""
    candidates = islice((line.partition("#")[2] for line in text.splitlines() if "#" in line), MAX_COMMENTS)
    if not any(read(candidate) is not None for candidate in candidates):
        return []
    found = ((comment, read(comment.text)) for comment in islice(comments(text), MAX_COMMENTS) if "convt:" not in comment.text)
    return [(comment, reading) for comment, reading in found if reading is not None]


def expectations(text: str, stated: Iterable[tuple[Comment, Reading]], facts: Iterable[Fact], supposed: Iterable[tuple[Site, list[Fact]]]) -> list[Fact]:
    """The facts that size comments state of the layers and runs that `facts` hold (their sites must have rows)."""
    binder = _Binder(list(stated), Page(text, (comment.row for comment, _ in stated), list(facts), list(supposed)))
    return [fact for comment, reading in binder.stated if (fact := binder.bind(comment, reading)) is not None]


class _Binder:
    """Says what each comment of a page states."""

    def __init__(self, stated: list[tuple[Comment, Reading]], page: Page) -> None:
        self.stated = stated
        self.page = page

    def bind(self, comment: Comment, reading: Reading) -> SizeComment | RatioStated | None:
        if reading.lone and not self.is_one_of_many(comment):
            return None
        if reading.ratio is not None:
            return self.ratio(comment, reading)
        here = [place for place in (*self.page.built, *self.page.run) if place.site.row <= comment.row <= place.site.end_row]
        if reading.prose and not reading.brackets:
            return None
        if len(reading.shapes) == 2 and reading.bare and any(place.site.row < comment.row < place.site.end_row for place in here):
            return None  # beside an argument: what it was before
        if comment.alone and not any(place.site.row < comment.row < place.site.end_row for place in here):
            return self.around(comment, reading)
        if len(here) == 1:
            return self.state(comment, reading, here[0], None, here[0])
        return None if here else self.beside(comment, reading)

    def beside(self, comment: Comment, reading: Reading) -> SizeComment | None:
        """A comment on a line of code that holds no layer: an activation's, a bracket's, that of what makes or shows the input of the next line."""
        code = self.page.lines[comment.row - 1][: comment.column - 1].rstrip()
        if code.endswith(("(", "[")) or (self.page.sequence(comment.row) is not None and keeps_sizes(code)):
            return self.around(comment, reading)
        shown = SHOWS.match(code)
        if shown is not None:
            above = self.page.above(comment.row)
            made = None if above is None else MAKES.match(self.page.lines[above.site.row - 1])
            return None if made is None or made[1] != shown[1] else self.state(comment, replace(reading, role="out"), None, above, None)
        if _SHOWS_MORE.match(code):
            return None
        made, below = MAKES.match(code), self.page.below(comment.row)
        if made is None or below is None or reading.role == "out" or re.search(rf"\(\s*{made[1]}\s*[,)]", self.page.lines[below.site.row - 1]) is None:
            return None
        return self.state(comment, replace(reading, role="in", follows=False), None, None, below)

    # -- a comment on a line of its own ------------------------------------------------------------------------------------

    def around(self, comment: Comment, reading: Reading) -> SizeComment | None:
        above, below = self.page.above(comment.row), self.page.below(comment.row)
        if above is not None and self.page.leads_on(comment.row, above):
            above = None
        place = above or below
        return None if place is None else self.state(comment, reading, None, above, below)

    # -- comments of which each layer has one ---------------------------------------------------------------------------------

    def is_one_of_many(self, comment: Comment, *, ratios: bool = False) -> bool:
        """Whether a number, or a ratio, stands behind each transposed convolution of a Sequential, and few of these numbers are the layer's own."""
        sequence = self.page.sequence(comment.row)
        places = [place for place in self.page.built if sequence is not None and self.page.sequence(place.site.row) is sequence]
        notes = {comment.row: reading for comment, reading in self.stated if not comment.alone and (reading.ratio is not None if ratios else reading.lone)}
        found = [(place, notes.get(place.site.row) or notes.get(place.site.end_row)) for place in places]
        if len(found) < 2 or any(reading is None for _, reading in found) or comment.row not in notes:
            return False
        if ratios:
            return True
        numbers = [reading.shapes[0][0].size for _, reading in found if reading is not None]
        own = sum(number in _numbers(place) for (place, _), number in zip(found, numbers, strict=True))
        return 2 * own < len(found) and _are_mostly_lengths(numbers, [place for place, _ in found])

    def ratio(self, comment: Comment, reading: Reading) -> RatioStated | None:
        """How many times as long a layer's output is said to be; None where that may be said of something else."""
        here = [place for place in self.page.built if place.site.row <= comment.row <= place.site.end_row]
        place = here[0] if len(here) == 1 else self.page.below(comment.row) if comment.alone and not here else None
        if place is None or place.is_run or reading.ratio is None or not (reading.grows or self.is_one_of_many(comment, ratios=True)):
            return None
        around = self.page.alike(place)
        if around is None or (not reading.grows and reading.ratio in _numbers(place)):
            return None
        strides = [[stride for stride in other.layer.integers("stride") if stride is not None] for other in around]
        if any(len(row) < place.layer.layer.dims for row in strides):
            return None
        firsts = [row[0] for row in strides]
        products = {prod(firsts[first:last]) for first in range(len(firsts)) for last in range(first + 1, len(firsts) + 1)}
        meant = {*products, *(product**place.layer.layer.dims for product in products), *(stride for row in strides for stride in row)}
        return RatioStated(place.site, place.layer, comment.row, comment.text.lstrip("#").strip(), reading.ratio, frozenset(meant), path=place.path)

    # -- what it states -----------------------------------------------------------------------------------------------------

    def state(self, comment: Comment, reading: Reading, own: Place | None, above: Place | None, below: Place | None) -> SizeComment | None:
        """A comment at a layer (`own`), or between two."""
        own, above, below = (None if place is None or not self.page.speaks_for_itself(place) else place for place in (own, above, below))
        subject = own or (above if above is not None else below)
        if subject is None or not reading.shapes or any(dim.size == 0 for shape in reading.shapes for dim in shape):
            return None
        alternatives: tuple[tuple[Claim, ...], ...] = ()
        readings: dict[str, tuple[Claim, ...]] = {}
        if len(reading.shapes) == 1:
            readings = dict(self.single(reading, own, above, below))
        elif len(reading.shapes) == 2:
            subject = own or below or subject
            alternatives = tuple(self.pairs(reading, own, above, below))
        elif own is None and below is not None:
            subject = below
            alternatives = tuple(self.chains(reading, below))
        foreign = _foreign_channels(reading, [place for place in (own, above, below) if place is not None])
        if not readings and not alternatives and foreign is None:
            return None
        target = next(iter(readings.values()))[0].target if readings else alternatives[0][-1].target if alternatives else subject.site
        subject = next(place for place in (*self.page.built, *self.page.run) if place.site is target)
        block, scenarios = self.page.scenarios(subject)
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
            foreign,
            path=subject.path,
        )

    def single(self, reading: Reading, own: Place | None, above: Place | None, below: Place | None) -> Iterator[tuple[str, tuple[Claim, ...]]]:
        """What one shape means under each convention."""
        shape = reading.shapes[0]
        if own is not None:
            meant: dict[str, tuple[Place | None, str]] = {"out": (own, "out"), "in": (own, "in"), "next": (own, "out")}
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
            claim = None if place is None else _claim(shape, place, role, bare=reading.bare, sure=_is_surely_meant(reading, own))
            if claim is not None:
                yield name, (claim,)

    def pairs(self, reading: Reading, own: Place | None, above: Place | None, below: Place | None) -> Iterator[tuple[Claim, ...]]:
        """What `a -> b` may mean: the layer's own input and output, or, on a line of its own, those of several layers in a row."""
        first, last = reading.shapes
        if len(first) != len(last):
            return
        if reading.bare and _are_channels(first, last, own or below or above):
            return
        bare = reading.bare or not reading.brackets or (own is not None and len(first) == own.layer.layer.dims)
        if (own is None and (below is None or not self.is_pure_below(below))) or _are_of_two_kinds(first, last):
            return
        if own is not None:
            ways = [(own, own)]
        else:
            ways = [(below, other) for other in self.page.following(below)] if below is not None else []
            ways += [(above, above)] if above is not None else []
        for start, end in ways:
            if len(first) == 1 and _are_no_lengths(first[0].size, last[0].size, start):
                continue
            one, two = _claim(first, start, "in", bare=bare), _claim(last, end, "out", bare=bare)
            if one is not None and two is not None:
                yield (one, two)

    def is_pure_below(self, below: Place) -> bool:
        """Whether what a comment above a layer may speak of, its Sequential or the lines up to the next blank one, holds nothing else that changes lengths."""
        sequence = self.page.sequence(below.site.row)
        if sequence is not None:
            return self.page.is_pure(sequence.row, sequence.end_row)
        return self.page.is_pure(below.site.row, max(self.page.paragraph(below.site.row - 1), below.site.end_row))

    def chains(self, reading: Reading, below: Place) -> Iterator[tuple[Claim, ...]]:
        """What `a -> b -> c` above layers may mean: the input of the first, and what each of the layers gives, if there are as many."""
        layers = self.page.alike(below)
        if layers is None or len(layers) != len(reading.shapes) - 1 or layers[0] is not below or len({len(shape) for shape in reading.shapes}) > 1:
            return
        if reading.bare and any(dim.size in place.channels for place in layers for shape in reading.shapes for dim in shape):
            return
        bare = reading.bare or not reading.brackets
        pairs = list(zip(reading.shapes, reading.shapes[1:], layers, strict=False))
        taken = [_claim(first, place, "in", bare=bare) for first, _, place in pairs]
        given = [_claim(second, place, "out", bare=bare) for _, second, place in pairs]
        for claims in ([claim for pair in zip(taken, given, strict=True) for claim in pair], [taken[0], *given]):
            if None not in claims:
                yield tuple(claim for claim in claims if claim is not None)


def _are_of_two_kinds(first: Shape, last: Shape) -> bool:
    """Whether one side of an arrow names what the other counts (`A, B -> 3, 5`), or holds a product of numbers (`196 -> 14 * 14`)."""
    kinds = [{type(dim.size) for dim in shape if dim.size is not None} for shape in (first, last)]
    return (len(first) == 1 and kinds[0] != kinds[1]) or (
        kinds == [{Multiple}, {int}] or any(isinstance(dim.size, int) and not dim.text.strip("()").isdigit() for dim in (*first, *last))
    )


def _are_no_lengths(first: StatedSize, last: StatedSize, place: Place) -> bool:
    """Whether two numbers beside an arrow cannot be a layer's lengths: they fall beside a stride, or are the pixels of an image."""
    if not isinstance(first, int) or not isinstance(last, int):
        return False
    strides = [stride for stride in place.layer.integers("stride") if stride is not None]
    return (last <= first and any(stride > 1 for stride in strides)) or (len(strides) > 1 and last == first * prod(strides))


def _are_mostly_lengths(numbers: list[StatedSize], places: list[Place]) -> bool:
    """Whether most of the numbers behind layers are what the layers make of the number before, or each its layer's input."""
    steps = list(pairwise(numbers))
    gaps = {other - one for one, other in steps if isinstance(one, int) and isinstance(other, int)}
    if len(gaps) == 1 and not all(_makes(place, *step) for place, step in zip(places[1:], steps, strict=False)):
        return False  # they count something
    counts = [sum(_makes(place, *step) for place, step in zip(layers, steps, strict=False)) for layers in (places[1:], places)]
    return len(steps) > 1 and 2 * max(counts) >= len(steps)


def _makes(place: Place, length: object, size: object) -> bool:
    """Whether a layer makes one length into another, on some axis."""
    return isinstance(length, int) and any(axis is not None and output_length(length, axis) == size for axis in place.layer.axes())


def _numbers(place: Place) -> set[object]:
    """The numbers of a layer that a number beside it may mean: its channels, their ratio, its kernel, groups."""
    taken, given = place.channels
    found: set[object] = {taken, given, place.layer.arguments.get("groups"), *place.layer.per_axis("kernel_size"), *place.layer.per_axis("dilation")}
    if isinstance(taken, int) and isinstance(given, int) and taken > 0 and given > 0:
        found |= {taken // given, given // taken}
    return {number for number in found if isinstance(number, int) and number > 1}


def _by_channels(shape: Shape, place: Place, role: str) -> bool:
    """Whether a shape's channels are those of a layer's input or output."""
    channels = place.channels[role == "out"]
    return isinstance(channels, int) and any(dim.size == channels for dim in _channel_dims(shape, place.layer.layer.dims))


def _channel_dims(shape: Shape, dims: int) -> Shape:
    """The dimensions of a shape that may be its channels: before the spatial ones, or behind them."""
    extra = len(shape) - dims
    return (shape[0],) if extra == 1 else (shape[1], shape[-1]) if extra == 2 else ()


_SHOWS_MORE = re.compile(r"\s*(?:print|logging\.\w+|logger\.\w+|assert|self\.assert\w+)\b")


def _foreign_channels(reading: Reading, places: list[Place]) -> int | None:
    """The channels of a shape, where they are a number that none of the layers has (nor, were the channels last, the last number)."""
    if len(reading.shapes) > 1:
        return None
    shape = reading.shapes[0]
    dims = places[0].layer.layer.dims
    if len(shape) - dims not in (1, 2) or (len(shape) - dims == 1 and (dims == 1 or len({dim.size for dim in shape[1:]}) > 1)):
        return None
    stated, last = shape[-dims - 1].size, shape[-1].size
    known = [channels for place in places for channels in place.channels]
    numbers = isinstance(stated, int) and all(isinstance(channels, int) for channels in known)
    return stated if numbers and isinstance(stated, int) and stated not in known and last not in known else None


def _is_surely_meant(reading: Reading, own: Place | None) -> bool:
    """Whether a shape whose channels are not the layer's is of the layer all the same: it is called its output, or stands on its line with nothing but
    a name for the batch before it."""
    first = reading.shapes[0][0].size
    return reading.role == "out" or (own is not None and not reading.prose and not isinstance(first, int))


def _claim(shape: Shape, place: Place, role: str, *, bare: bool, sure: bool = False) -> Claim | None:
    """The spatial sizes that a shape states of a layer's input or output; None where it cannot be told which they are. `sure`: whatever its channels."""
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
        if extra == 2 and _is_weight(shape, place):
            return None
        behind = foreign and last == channels and (dims == 1 or len({dim.size for dim in shape[extra - 1 : -1]}) == 1)
        sizes = tuple(dim.size for dim in (shape[extra - 1 : -1] if behind else shape[extra:]))
        if foreign and not behind and not (sure and (extra == 2 or len(set(sizes)) == 1)):
            return None  # numbers of which none is the layer's channels are of something else
    else:
        return None
    return Claim(place.layer, place.site, role, sizes) if any(size is not None for size in sizes) else None


def _is_weight(shape: Shape, place: Place) -> bool:
    """Whether a shape is that of a layer's weight."""
    return tuple(dim.size for dim in shape) == (*place.channels, *place.layer.per_axis("kernel_size"))


def _are_channels(first: Shape, last: Shape, place: Place | None) -> bool:
    """Whether two numbers are the channels of a layer, or may be because they are not known."""
    if place is None or len(first) != 1 or len(last) != 1:
        return False
    return all(not isinstance(channels, int) or size == channels for size, channels in zip((first[0].size, last[0].size), place.channels, strict=True))
