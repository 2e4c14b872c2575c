"""What a name can hold in the interpreter.

Exact values are plain Python ones: int, float, bool, str, None, Ellipsis and tuples of values. Lists, dicts and instances live
on the world's heap, behind a `Ref`, because they change. Everything not understood is `Unknown`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import libcst as cst

from convt_lint import facts, forms
from convt_lint.lengths import Symbol
from convt_lint.symbolic import Expression
from convt_lint.torch_api.shapes import Row as ShapeRow
from convt_lint.torch_api.shapes import Tensor

__all__ = ["Tensor"]

Value: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Origin:
    """A dimension's source: the run of a layer whose output it measures, and the spatial axis."""

    applied: facts.LayerApplied
    axis: int

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Origin) and self.axis == other.axis and self.applied.like(other.applied)

    def __hash__(self) -> int:
        return hash((id(self.applied.site), self.axis))


class Length(int):
    """A known size of a tensor that remembers its way, and which layer's output it measures. Arithmetic on it gives plain ints."""

    origin: Origin | None
    trail: facts.Waypoint | None

    def __new__(cls, value: int, origin: Origin | None = None, trail: facts.Waypoint | None = None) -> Length:
        length = super().__new__(cls, value)
        length.origin = origin
        length.trail = trail
        return length


@dataclass(frozen=True, slots=True)
class Unknown(Symbol):
    """A value that is not known. Two with the same `term` are the same value.

    cause: the name or construct that stopped the interpreter, for people; bases: the free symbols it was computed from;
    size: how much the term holds, which is bounded;
    opaque: computed from known values by code that is not followed, so that no path may be chosen on it freely.
    """

    cause: str
    term: Hashable
    bases: frozenset[Hashable] = frozenset()
    opaque: bool = False
    origin: Origin | None = None
    size: int = 1
    trail: facts.Waypoint | None = None

    @property
    def form(self) -> Expression | None:
        return forms.size(self.term)

    @property
    def measures(self) -> bool:
        return isinstance(self.term, tuple) and self.term[0] == "form"

    @property
    def name(self) -> Hashable:
        return self.term

    def __str__(self) -> str:
        """What a message shows of it, as a size."""
        found = self.form
        return "?" if found is None else forms.shown(found)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unknown) and self.term == other.term

    def __hash__(self) -> int:
        return hash(self.term)


@dataclass(frozen=True, slots=True)
class External:
    """Something that an import or a builtin names, by its dotted name: torch.nn, torch.nn.ConvTranspose1d, builtins.len."""

    name: str


@dataclass(frozen=True, slots=True)
class Ref:
    """A list, dict, instance, class or frame on the heap."""

    key: int


@dataclass(frozen=True, slots=True)
class ListObject:
    """A list, or an iterator that is empty once read (`once`): its items, None where they are not known."""

    items: tuple[Value, ...] | None
    once: bool = False


@dataclass(frozen=True, slots=True)
class DictObject:
    """A dict with known keys, None where they are not known.

    A defaultdict's `factory` makes what is missing; `cls` is the dict class of the file whose keys are attributes too.
    """

    items: dict[Hashable, Value] | None
    factory: Value = None
    cls: Ref | None = None


@dataclass(frozen=True, slots=True)
class View:
    """`d.items()`, `d.keys()` or `d.values()`: what the dict holds when it is read."""

    source: Ref
    kind: str


@dataclass(frozen=True, slots=True)
class CursorObject:
    """`iter(x)` of a list or dict, which may change while it is read: how far it has been read."""

    source: Ref
    position: int = 0


@dataclass(frozen=True, slots=True)
class EndlessObject:
    """An iterator without end: `itertools.cycle` over items, or `count` from a start where there are none."""

    items: tuple[Value, ...] | None
    start: int = 0
    step: int = 1


@dataclass(frozen=True, slots=True)
class SetObject:
    """A set whose items are known; their order is not, so it is no iterable of known items."""

    items: frozenset[Hashable]


@dataclass(frozen=True, slots=True)
class ClassObject:
    """A class of the file: its namespace, bases, and whether its data attributes can be trusted (no decorator, no foreign metaclass).

    node: the `class` statement, or the call that makes the class (`namedtuple(…)`); record: what Python writes for it, if it is one.
    """

    name: str
    node: cst.ClassDef | cst.Call
    bases: tuple[Value, ...]
    namespace: dict[str, Value]
    plain: bool
    record: Record | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A field of a dataclass or NamedTuple. `default` and `factory` are `NO_VALUE` where there is none; `stored` is False for an InitVar."""

    name: str
    default: Value
    factory: Value
    init: bool = True
    keyword_only: bool = False
    stored: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """What makes a class a record: kind is "dataclass", "named tuple" or "enum"; an enum's `members` are by name, aliases among them."""

    kind: str
    fields: tuple[Field, ...] = ()
    members: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Initialiser:
    """The `__init__` that `@dataclass` writes: it takes these fields."""

    fields: tuple[Field, ...]


NO_VALUE: Any = object()


class Row(tuple[Any, ...]):
    """An instance of a NamedTuple class: a tuple that knows its class."""

    kind: Ref

    def __new__(cls, items: Iterable[Value], kind: Ref) -> Row:
        row = super().__new__(cls, items)
        row.kind = kind
        return row


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an Enum class."""

    kind: Ref
    name: str
    value: Value


class IntMember(int):
    """A member of an IntEnum: a number that knows its class and name."""

    kind: Ref
    name: str

    def __new__(cls, value: int, kind: Ref, name: str) -> IntMember:
        member = super().__new__(cls, value)
        member.kind, member.name = kind, name
        return member


class TextMember(str):
    """A member of a StrEnum or of a `(str, Enum)`: a text that knows its class and name."""

    kind: Ref
    name: str

    def __new__(cls, value: str, kind: Ref, name: str) -> TextMember:
        member = super().__new__(cls, value)
        member.kind, member.name = kind, name
        return member


MEMBERS = (Member, IntMember, TextMember)


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a class of the file. `complete` is False once code that is not followed may have set attributes."""

    cls: Ref
    attributes: dict[str, Value]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Frame:
    """The names of a function, class body or module."""

    names: dict[str, Value]


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function or lambda of the file with its closure: the frames to look names up in, innermost first."""

    name: str
    node: cst.FunctionDef | cst.Lambda
    scopes: tuple[Ref, ...]
    defaults: dict[str, Value] = field(default_factory=dict)
    owner: Ref | None = None
    flavour: str = "function"
    setter: Function | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Function) and self.node is other.node and self.scopes == other.scopes

    def __hash__(self) -> int:
        return hash((id(self.node), self.scopes))


@dataclass(frozen=True, slots=True)
class GeneratorObject:
    """A generator that has not begun: its function, and the frame that holds its arguments."""

    function: Function
    frame: Ref
    call: cst.CSTNode


@dataclass(frozen=True, slots=True)
class Bound:
    """A function or method with its first argument: a method of an instance, a list or a dict, or `super()`'s."""

    receiver: Value
    function: Value


@dataclass(frozen=True, slots=True)
class Method:
    """A method, by name, of a value that is no instance of the file: a list, a string, a layer, a tensor."""

    receiver: Value
    name: str


@dataclass(frozen=True, slots=True)
class Super:
    """`super()` in a method: looks names up in the bases after `cls`, for `receiver`."""

    cls: Ref
    receiver: Value


@dataclass(frozen=True, slots=True)
class Partial:
    """functools.partial: a callable with some of its arguments."""

    function: Value
    arguments: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A transposed convolution that was built. Each construction on each path is its own."""

    fact: facts.LayerBuilt


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """A layer other than a transposed convolution: its short name, its row of the table, its constructor's values, and where it was built."""

    name: str
    row: ShapeRow
    values: dict[str, Value]
    site: facts.Site


@dataclass(frozen=True, slots=True)
class Container:
    """torch's Sequential, ModuleList or ModuleDict (`kind`): its modules by name, None where they are not known."""

    kind: str
    items: dict[str, Value] | None


@dataclass(frozen=True, slots=True)
class Array:
    """A NumPy array; only its shape is followed, as that of the tensor that can be made of it."""

    tensor: Tensor


@dataclass(frozen=True, slots=True)
class PartialShape:
    """The shape of a tensor whose rank is not known."""

    tensor: Tensor

    @property
    def tail(self) -> tuple[Value, ...]:
        return self.tensor.tail


@dataclass(frozen=True, slots=True)
class Text:
    """A string whose content is not known."""


SCALARS = (int, float, str, bytes, type(None), type(Ellipsis), Member)


def is_exact(value: Value) -> bool:
    """True for a value known in full: a scalar, or a tuple of such."""
    if isinstance(value, tuple):
        return all(is_exact(item) for item in value)
    return isinstance(value, SCALARS)


MAX_NODES = 25_000


def fits(value: Value) -> bool:
    """Whether a tuple, its tuples unfolded, is of a size worth following (one that holds another twice doubles with every step)."""
    pending = [value]
    seen = 0
    while pending:
        item = pending.pop()
        seen += 1
        if seen > MAX_NODES:
            return False
        if isinstance(item, tuple):
            pending += item
    return True


def same(a: Value, b: Value) -> bool:
    """Equality that tells 1 from True and 1.0, and a dimension from a number."""
    if a is b:
        return True
    if isinstance(a, Length) or isinstance(b, Length):
        return _same_size(a, b)
    if type(a) is not type(b):
        return False
    if isinstance(a, (Row, IntMember, TextMember)) and (a.kind != b.kind or getattr(a, "name", "") != getattr(b, "name", "")):
        return False
    if isinstance(a, tuple):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, Tensor):
        return a.ranks == b.ranks and same(a.shape, b.shape) and same(a.tail, b.tail)
    if isinstance(a, Container):
        if a.items is None or b.items is None:
            return a.kind == b.kind and a.items is b.items
        return a.kind == b.kind and list(a.items) == list(b.items) and _same_names(a.items, b.items)
    if isinstance(a, DictObject):
        if a.items is None or b.items is None:
            return a.items is b.items
        return a.cls == b.cls and same(a.factory, b.factory) and a.items.keys() == b.items.keys() and all(same(v, b.items[k]) for k, v in a.items.items())
    if isinstance(a, ListObject):
        if a.items is None or b.items is None:
            return a.items is b.items
        return a.once == b.once and same(a.items, b.items)
    if isinstance(a, Frame):
        return _same_names(a.names, b.names)
    if isinstance(a, Instance):
        return a.cls == b.cls and a.complete == b.complete and _same_names(a.attributes, b.attributes)
    if isinstance(a, float) and a != a:
        return bool(b != b)
    return bool(a == b)


def _same_size(a: Value, b: Value) -> bool:
    """Whether two sizes are the same number of the same layer's output; how they came about is no matter."""
    if not isinstance(a, int) or not isinstance(b, int) or isinstance(a, bool) or isinstance(b, bool):
        return False
    return int(a) == int(b) and getattr(a, "origin", None) == getattr(b, "origin", None)


def _same_names(a: dict[str, Value], b: dict[str, Value]) -> bool:
    return a.keys() == b.keys() and all(same(v, b[k]) for k, v in a.items())


def term_of(value: Value) -> Hashable:
    """A hashable name for a value, the same for the same value."""
    if isinstance(value, Unknown):
        return value.term
    if isinstance(value, tuple):
        return ("tuple", *map(term_of, value))
    if isinstance(value, SCALARS):
        return (type(value).__name__, value)
    try:
        hash(value)
    except TypeError:
        return ("object", id(value))
    return ("value", value)


MAX_TERM = 60


def size_of(*values: Value) -> int:
    """How much a term made of these values holds."""
    return 1 + sum(value.size if isinstance(value, Unknown) else size_of(*value) if isinstance(value, tuple) else 1 for value in values)


def root(term: Hashable) -> Hashable:
    """The free symbol that an access path starts from."""
    while isinstance(term, tuple) and len(term) == 3 and term[0] in ("attr", "item"):
        term = term[1]
    return term


MAX_BASES = 12
WIDE: frozenset[Hashable] = frozenset({("wide",)})
"""Stands for more free symbols than are worth keeping apart."""


def bases_of(*values: Value) -> frozenset[Hashable]:
    """The free symbols from which a result of a computation on `values` follows."""
    found: set[Hashable] = set()
    for value in values:
        if isinstance(value, Unknown):
            found |= value.bases
        elif isinstance(value, tuple):
            found |= bases_of(*value)
        if len(found) > MAX_BASES:
            return WIDE
    return frozenset(found)


def to_fact(value: Value) -> facts.FactValue:
    """The value as rules see it."""
    if isinstance(value, Length):
        return int(value)
    if isinstance(value, (bool, int, float, str)) or value is None:
        return value
    if isinstance(value, tuple):
        return tuple(to_fact(item) for item in value)
    if isinstance(value, Unknown):
        return facts.Unknown(value.cause, forms.expression(value.term), forms.size(value.term))
    if isinstance(value, Text):
        return facts.Unknown("a text")
    return facts.Unknown(f"a {type(value).__name__.lower()}")
