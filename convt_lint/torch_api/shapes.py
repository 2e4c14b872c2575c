"""What a shape rule is: a pure function from a call's values to the shape of what torch gives, or a refusal.

Values as rules see them: int, float, bool, str, None, Ellipsis, tuples (lists too come as tuples), slices, `Tensor`, and `Symbol` for
everything not known. A rule never guesses: a size that it cannot tell is None, a result that it cannot tell is `UNKNOWN`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from convt_lint.lengths import Size, Symbol, part


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor. `shape` holds the size of every dimension; None where the rank is not known.

    Then `tail` holds the sizes of the last dimensions, and `ranks` the ranks that are possible (empty: any that holds the tail). `batch`
    names the question which of two ranks it is; tensors that share the name have, or have not, a batch axis together. `name` is that of a
    tensor of which nothing else is known: its sizes get names of their own once a layer tells how many there are.
    """

    shape: tuple[Size, ...] | None
    tail: tuple[Size, ...] = ()
    ranks: tuple[int, ...] = ()
    batch: Hashable = None
    name: Hashable = None

    @property
    def last(self) -> tuple[Size, ...]:
        """The sizes of the last dimensions, all of them where the rank is known."""
        return self.tail if self.shape is None else self.shape

    @property
    def rank(self) -> int | None:
        return None if self.shape is None else len(self.shape)

    def may_have_rank(self, rank: int) -> bool:
        """Whether the tensor can have so many dimensions."""
        if self.shape is not None:
            return len(self.shape) == rank
        return rank in self.ranks if self.ranks else rank >= len(self.tail)

    def of_ranks(self, *ranks: int) -> Tensor:
        """The same tensor, known to have one of these ranks: with its shape where a single one is left. Raises Refused where none is."""
        left = tuple(rank for rank in ranks if self.may_have_rank(rank))
        if not left:
            raise Refused("rank", f"takes a tensor of {' or '.join(map(str, ranks))} dimensions, not of {self._shown_rank()}")
        if self.shape is not None:
            return self
        tail = self.tail if self.name is None else tuple(part(self.name, index) for index in range(1 - max(left), 0))
        if len(left) == 1:
            return Tensor((*(None,) * (left[0] - len(tail)), *tail))
        return Tensor(None, tail[-min(left) :], left, self.batch if left == self.ranks else None)

    def size(self, index: int) -> Size:
        """The size of a dimension, counted from the end where `index` is negative; None where it is not known.

        Raises Refused where there is no such dimension.
        """
        if self.shape is not None:
            if not -len(self.shape) <= index < len(self.shape):
                raise Refused("rank", f"means dimension {index} of a tensor that has {len(self.shape)}")
            return self.shape[index]
        if -len(self.tail) <= index < 0:
            return self.tail[index]
        if self.name is not None and index < 0:
            return part(self.name, index)
        ranks = [rank for rank in self.ranks if -rank <= index < rank]
        if self.ranks and not ranks:
            raise Refused("rank", f"means dimension {index} of a tensor that has {self._shown_rank()}")
        if index >= 0 and len(ranks) == 1 and ranks[0] - index <= len(self.tail):
            return self.tail[index - ranks[0]]
        return None

    def _shown_rank(self) -> str:
        return " or ".join(map(str, self.ranks)) if self.shape is None else str(len(self.shape))


class _Unknown(Symbol):
    __slots__ = ()


UNKNOWN = _Unknown()
"""A result of which nothing is known, not even that it is a tensor."""

SOME_TENSOR = Tensor(None)
"""A tensor of which nothing is known."""


class NotFollowed(Exception):
    """The rule cannot tell, or torch refuses the call for another reason than its shapes: nothing is known of the result."""


class Refused(Exception):
    """Torch refuses the call for its shapes, whatever is not known of it.

    kind: "channels" (the input's are not those of the layer), "empty" (nothing would be left), "rank", "features", "elements" or
    "sizes" (two sizes that must be equal are not). text: what is wrong, with the numbers, as it follows the name of the operation:
    "expects 64 channels, the input has 32". sizes: the sizes that do not fit, each with the words that say whose it is.
    """

    def __init__(self, kind: str, text: str, *sizes: tuple[str, Size]) -> None:
        super().__init__(kind, text)
        self.kind = kind
        self.text = text
        self.sizes = sizes


Values: TypeAlias = Mapping[str, Any]
Result: TypeAlias = Any
ShapeRule: TypeAlias = Callable[[Values], Result]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table. signature: the function's, or the constructor's of a module; inputs: the module's forward; both as Python
    writes them. rule: from the values of all these parameters to the result. attributes: a module's attributes that hold sizes
    or tensors, by name, from the values of its constructor."""

    signature: str
    rule: ShapeRule
    inputs: str = ""
    attributes: Callable[[Values], Mapping[str, Any]] | None = None


def tensor(value: Any) -> Tensor:
    """A value where torch takes nothing but a tensor. Raises NotFollowed for what is surely none."""
    if isinstance(value, Tensor):
        return value
    if isinstance(value, Symbol):
        return SOME_TENSOR if value.name is None else Tensor(None, name=value.name)
    raise NotFollowed


def per_axis(value: Any, dims: int) -> tuple[Size, ...]:
    """An argument that takes one int or one per spatial axis: its value on each axis, None where it is not known.

    One symbol for several axes may be a tuple.
    """
    if isinstance(value, tuple):
        if len(value) == 1:
            value = value * dims
        return tuple(item if isinstance(item, (int, Symbol)) else None for item in value) if len(value) == dims else (None,) * dims
    return (value if isinstance(value, int) or (dims == 1 and isinstance(value, Symbol)) else None,) * dims


def same_shape(values: Values) -> Result:
    """A rule: the result has the first tensor's shape."""
    return tensor(values["input"])
