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

from convt_lint.expectations import claims
from convt_lint.expectations.notation import Reading, is_hedged, read
from convt_lint.expectations.pages import MAKES, SHOWS, Page, Place, keeps_sizes
from convt_lint.expectations.surroundings import speaks_for_itself
from convt_lint.expectations.vocabulary import is_heading
from convt_lint.facts import CONVENTIONS, Claim, Fact, Meanings, RatioStated, Site, SizeComment, StatedSize
from convt_lint.syntax.comments import Comment, comments

MAX_COMMENTS = 3_000
"""The first so many of a file are read; reading 1,000 takes some tenths of a second."""
MAX_BLOCK = 12
"""Lines of comments that are read as one."""


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
        self.own: dict[int, bool] = {}
        self.has_rates = any(dim.size in claims.RATES for _, reading in stated for shape in reading.shapes for dim in shape if len(shape) == 1)

    def bind(self, comment: Comment, reading: Reading) -> SizeComment | RatioStated | None:
        if (reading.lone and not self.is_one_of_many(comment)) or not self.is_of_the_layer(comment, reading):
            return None
        if reading.ratio is not None:
            return self.ratio(comment, reading)
        here = [place for place in (*self.page.built, *self.page.run) if place.site.row <= comment.row <= place.site.end_row]
        if len(reading.shapes) == 2 and reading.bare and any(place.site.row < comment.row < place.site.end_row for place in here):
            return None  # beside an argument: what it was before
        if comment.alone and not any(place.site.row < comment.row < place.site.end_row for place in here):
            return self.around(comment, reading)
        if len(here) == 1:
            return None if self.page.is_repeated(here[0]) else self.state(comment, reading, here[0], None, here[0])
        return None if here else self.beside(comment, reading)

    def speaks_for_itself(self, place: Place) -> bool:
        """Whether a size beside a layer is the layer's own."""
        if id(place) not in self.own:
            self.own[id(place)] = speaks_for_itself(self.page, place)
        return self.own[id(place)]

    def is_of_the_layer(self, comment: Comment, reading: Reading) -> bool:
        """Whether nothing beside a size, nor in the lines of comments that it is one of, says that it is of something else."""
        block = self.page.block(comment.row)
        if len(block) > MAX_BLOCK:
            return False  # prose
        sequence = None if comment.alone else self.page.sequence(comment.row)
        if sequence is not None and sequence.row < comment.row:
            block = [*self.page.block(sequence.row), *block]  # a heading for all of it
        names = self.page.names(block[-1] + 1 if comment.alone and block else comment.row)
        lines = [self.page.lines[row - 1].strip() for row in block if row != comment.row]
        others = [line.lstrip("#").strip() for line in lines if line.startswith("#")]
        if not comment.alone:
            return reading.words <= names and not any(
                is_hedged(_MILD.sub(" ", text)) or (text.endswith(":") and not is_heading(text, names)) for text in others
            )
        readings = [read(text) for text in others]
        return reading.words <= names and all(
            not is_hedged(text) and (is_heading(text, names) if found is None else found.words <= names) for text, found in zip(others, readings, strict=True)
        )

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
            ratios_here = [reading.ratio or 1 for _, reading in found if reading is not None]
            return 1 not in ratios_here and not all(one > other for one, other in pairwise(ratios_here))  # else they tell what remains
        numbers = [reading.shapes[0][0].size for _, reading in found if reading is not None]
        own = sum(number in claims.numbers_of(place) for (place, _), number in zip(found, numbers, strict=True))
        return 2 * own < len(found) and claims.are_mostly_lengths(numbers, [place for place, _ in found])

    def ratio(self, comment: Comment, reading: Reading) -> RatioStated | None:
        """How many times as long a layer's output is said to be; None where that may be said of something else."""
        here = [place for place in self.page.built if place.site.row <= comment.row <= place.site.end_row]
        place = here[0] if len(here) == 1 else self.page.below(comment.row) if comment.alone and not here else None
        if place is None or place.is_run or reading.ratio is None or not (reading.grows or self.is_one_of_many(comment, ratios=True)):
            return None
        around = self.page.alike(place)
        if (
            around is None
            or not all(map(self.page.is_single, around))
            or self.page.upsamples(place)
            or (not reading.grows and reading.ratio in claims.numbers_of(place))
        ):
            return None
        strides = [[stride for stride in other.layer.integers("stride") if stride is not None] for other in around]
        if any(len(row) < place.layer.layer.dims for row in strides):
            return None
        firsts = [row[0] for row in strides]
        products = {prod(firsts[first:last]) for first in range(len(firsts)) for last in range(first + 1, len(firsts) + 1)}
        meant: set[int] = {*products, *(product**place.layer.layer.dims for product in products), *(stride for row in strides for stride in row)}
        if not reading.grows and 2 * sum(other.ratio in meant for other in self.ratios_of(around)) < len(around):
            return None  # they are of something else
        return RatioStated(place.site, place.layer, comment.row, comment.text.lstrip("#").strip(), reading.ratio, frozenset(meant), path=place.path)

    def ratios_of(self, places: list[Place]) -> list[Reading]:
        """What the ratios on the lines of layers are."""
        rows = {row for place in places for row in (place.site.row, place.site.end_row)}
        return [reading for comment, reading in self.stated if comment.row in rows and reading.ratio is not None]

    # -- what it states -----------------------------------------------------------------------------------------------------

    def state(self, comment: Comment, reading: Reading, own: Place | None, above: Place | None, below: Place | None) -> SizeComment | None:
        """A comment at a layer (`own`), or between two."""
        own, above, below = (None if place is None or not self.speaks_for_itself(place) else place for place in (own, above, below))
        subject = own or (above if above is not None else below)
        if subject is None or not reading.shapes or any(dim.size == 0 for shape in reading.shapes for dim in shape):
            return None
        if len(reading.shapes) == 2:
            subject = own or below or subject
        elif len(reading.shapes) > 2 and below is not None:
            subject = below
        layouts = {layout: self.meanings(reading, own, above, below, layout) for layout in claims.LAYOUTS}
        layouts = {layout: meant for layout, meant in layouts.items() if any(meant)}
        readings, alternatives = layouts.pop("first", ({}, ()))
        foreign = claims.foreign_channels(reading, [place for place in (own, above, below) if place is not None])
        if not readings and not alternatives and not layouts and foreign is None:
            return None
        targets = [
            next(iter(some.values()))[0].target if some else others[0][-1].target
            for some, others in ((readings, alternatives), *layouts.values())
            if some or others
        ]
        subject = next(place for place in (*self.page.built, *self.page.run) if place.site is (targets or [subject.site])[0])
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
            layouts,
            path=subject.path,
        )

    def meanings(self, reading: Reading, own: Place | None, above: Place | None, below: Place | None, layout: str) -> Meanings:
        """What a comment may mean where its shapes are laid out in one way."""
        if len(reading.shapes) == 1:
            return dict(self.single(reading, own, above, below, layout)), ()
        if len(reading.shapes) == 2:
            return {}, tuple(self.pairs(reading, own, above, below, layout))
        return {}, tuple(self.chains(reading, below, layout)) if own is None and below is not None else ()

    def single(self, reading: Reading, own: Place | None, above: Place | None, below: Place | None, layout: str) -> Iterator[tuple[str, tuple[Claim, ...]]]:
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
        told = [(place, role) for place, role in dict.fromkeys(meant.values()) if place is not None and claims.by_channels(shape, place, role, layout)]
        if told and len(told) < len(set(meant.values())) and not reading.role:
            meant = {name: kept if kept in told else told[0] for name, kept in meant.items()}
        for name, (place, role) in meant.items():
            if place is not None:
                found = claims.claim(shape, place, role, bare=reading.bare, sure=claims.is_surely_meant(reading, own), layout=layout)
                if found is not None:
                    yield name, (found,)

    def pairs(self, reading: Reading, own: Place | None, above: Place | None, below: Place | None, layout: str) -> Iterator[tuple[Claim, ...]]:
        """What `a -> b` may mean: the layer's own input and output, or, on a line of its own, those of several layers in a row."""
        first, last = reading.shapes
        if len(first) != len(last):
            return
        if reading.bare and claims.are_channels(first, last, own or below or above):
            return
        bare = reading.bare or not reading.brackets or (own is not None and len(first) == own.layer.layer.dims)
        if (own is None and (below is None or not self.is_pure_below(below))) or claims.are_of_two_kinds(first, last):
            return
        if own is not None:
            ways = [(own, own)]
        else:
            ways = [(below, other) for other in self.page.following(below)] if below is not None else []
            ways += [(above, above)] if above is not None else []
        if len(last) > 1 and any(tuple(dim.size for dim in last) == end.layer.integers("kernel_size") for _, end in ways):
            return  # how a kernel was changed, it may be
        for start, end in ways:
            if len(first) == 1 and self.are_no_lengths(first[0].size, last[0].size, start):
                continue
            one, two = claims.claim(first, start, "in", bare=bare, layout=layout), claims.claim(last, end, "out", bare=bare, layout=layout)
            if one is not None and two is not None:
                yield (one, two)

    def are_no_lengths(self, first: StatedSize, last: StatedSize, place: Place) -> bool:
        """Whether two numbers beside an arrow are no lengths of a layer, or rounded ones."""
        return claims.are_no_lengths(first, last, place) or (self.has_rates and claims.are_rounded(first, last, place))

    def is_pure_below(self, below: Place) -> bool:
        """Whether what a comment above a layer may speak of, its Sequential or the lines up to the next blank one, holds nothing else that changes lengths."""
        sequence = self.page.sequence(below.site.row)
        if sequence is not None:
            return self.page.is_pure(sequence.row, sequence.end_row)
        return self.page.is_pure(below.site.row, max(self.page.paragraph(below.site.row - 1), below.site.end_row))

    def chains(self, reading: Reading, below: Place, layout: str) -> Iterator[tuple[Claim, ...]]:
        """What `a -> b -> c` above layers may mean: the input of the first, and what each of the layers gives, if there are as many."""
        layers = self.page.alike(below)
        if layers is None or len(layers) != len(reading.shapes) - 1 or layers[0] is not below or len({len(shape) for shape in reading.shapes}) > 1:
            return
        if not all(map(self.speaks_for_itself, layers)):
            return
        if reading.bare and any(dim.size in place.channels for place in layers for shape in reading.shapes for dim in shape):
            return
        steps = zip(pairwise(reading.shapes), layers, strict=False)
        if any(len(one) == 1 == len(two) and self.are_no_lengths(one[0].size, two[0].size, place) for (one, two), place in steps):
            return
        bare = reading.bare or not reading.brackets
        pairs = list(zip(reading.shapes, reading.shapes[1:], layers, strict=False))
        taken = [claims.claim(first, place, "in", bare=bare, layout=layout) for first, _, place in pairs]
        given = [claims.claim(second, place, "out", bare=bare, layout=layout) for _, second, place in pairs]
        for way in ([claim for pair in zip(taken, given, strict=True) for claim in pair], [taken[0], *given]):
            if None not in way:
                yield tuple(claim for claim in way if claim is not None)


_SHOWS_MORE = re.compile(r"\s*(?:print|logging\.\w+|logger\.\w+|assert|self\.assert\w+)\b")
_MILD = re.compile(r"\b(?:with|up to)\b", re.IGNORECASE)
"""What hedges a size, but in the lines around code leaves those beside it as they are."""
