"""A world: one way the code can have gone. Names and objects as they stand, and what was assumed to get there."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from typing import Any

from convt_lint.facts import Assumption, LayerApplied
from convt_lint.interpret.conditions import Condition, is_either, merged, possible, ways
from convt_lint.interpret.makers import runs_in
from convt_lint.interpret.values import (
    ClassObject,
    Container,
    CursorObject,
    DictObject,
    EndlessObject,
    External,
    Frame,
    GeneratorObject,
    Instance,
    Layer,
    ListObject,
    Module,
    Ref,
    SetObject,
    Tensor,
    Unknown,
    Value,
    View,
    same,
)
from convt_lint.symbolic import Dimension


class World:
    """The heap, and the assumptions under which it is as it is. Heap objects are never changed in place, so a copy is shallow."""

    __slots__ = ("_next", "assumptions", "checked", "conditions", "constraints", "heap", "inner", "known", "lost", "refuted", "tampered")

    def __init__(self) -> None:
        self.heap: dict[int, Any] = {}
        self.assumptions: dict[Assumption, Condition] = {}
        self.conditions: dict[Assumption, Condition] = {}
        self.checked: frozenset[Hashable] = frozenset()
        self.constraints: dict[Hashable, tuple[tuple[str, Any, bool], ...]] = {}
        self.known: dict[Hashable, Value] = {}
        self.lost: list[LayerApplied] | None = None
        """Runs of layers whose output is in nothing that is followed any more; None where nobody asks. Shared by all worlds of a run."""
        self.inner: frozenset[Assumption] = frozenset()
        self.tampered: frozenset[Any] = frozenset()
        self.refuted = False
        self._next = 0

    def copy(self) -> World:
        other = World()
        other.become(self)
        return other

    def become(self, other: World) -> None:
        """Takes over another world's state; both may go on independently."""
        self.heap = dict(other.heap)
        self.assumptions = dict(other.assumptions)
        self.checked = other.checked
        self.conditions = other.conditions  # shared by all worlds of a run: it only grows
        self.constraints = dict(other.constraints)
        self.known = dict(other.known)
        self.lost = other.lost
        self.tampered = other.tampered
        self.refuted = other.refuted
        self.inner = other.inner
        self._next = other._next

    def tick(self) -> int:
        """A number that is new in this world, and the same when a statement is run again from the same world."""
        self._next += 1
        return self._next

    def allocate(self, content: Any) -> Ref:
        key = self.tick()
        self.heap[key] = content
        return Ref(key)

    def get(self, ref: Ref) -> Any:
        return self.heap[ref.key]

    def set(self, ref: Ref, content: Any) -> None:
        self.heap[ref.key] = content

    # -- names ---------------------------------------------------------------------------------------------------------

    def bind(self, frame: Ref, name: str, value: Value) -> None:
        """Binds a name in a frame; one that a join has lost takes none."""
        self.bind_all(frame, {name: value})

    def bind_all(self, frame: Ref, values: dict[str, Value]) -> None:
        """Binds several names at once, for the price of one."""
        names = self.names(frame)
        if names is not None:
            self.set(frame, Frame({**names, **values}))

    def unbind(self, frame: Ref, name: str) -> None:
        names = self.names(frame)
        if names is not None:
            self.set(frame, Frame({k: v for k, v in names.items() if k != name}))

    def names(self, frame: Ref) -> dict[str, Value] | None:
        """The names of a frame, None where there is no such frame in this world."""
        content = self.heap.get(frame.key)
        return content.names if isinstance(content, Frame) else None

    def resolve(self, value: Value) -> Value:
        """The value itself, or what an assumption on this path has made of it."""
        if isinstance(value, Unknown) and value.term in self.known:
            return self.known[value.term]
        if isinstance(value, Tensor) and value.batch is not None and value.batch in self.known:
            rank = max(value.ranks) if self.known[value.batch] else min(value.ranks)
            lead = (Unknown("a size", ("size", value.batch, i), opaque=True) for i in range(rank - len(value.tail)))
            return Tensor((*lead, *value.tail))
        return value

    # -- assumptions ---------------------------------------------------------------------------------------------------

    def decide(self, condition: Condition) -> bool | None:
        """Whether the condition follows from what was assumed; None where both are possible."""
        had = self.constraints.get(condition.subject, ())
        if condition.op == "==" and all(op == "==" and not holds for op, _, holds in had):
            # A long chain of `elif x == …` asks this often.
            return False if any(operand == condition.operand for _, operand, _ in had) else None
        can = possible((*had, (condition.op, condition.operand, True)))
        cannot = possible((*had, (condition.op, condition.operand, False)))
        if can != cannot:
            return can
        return None

    def assume(self, condition: Condition, holds: bool, *, inner: bool = False) -> None:
        """Takes a condition as given; `inner` says that it was met inside a call."""
        if inner:
            self.inner |= {condition.assumption(holds)}
        entry = (condition.op, condition.operand, holds)
        self.constraints[condition.subject] = (*self.constraints.get(condition.subject, ()), entry)
        self.assumptions[condition.assumption(holds)] = condition
        if holds and condition.op in ("==", "is"):
            self.known[condition.subject] = condition.operand
        elif condition.guess:
            self.known[condition.subject] = False

    # -- ranks of values of which only the name is known ------------------------------------------------------------------

    def rank_of(self, owner: Hashable) -> int | None:
        """The rank that the code states of a value, or that follows from what takes it and which of its dimensions are read."""
        stated = self.known.get(("rank", owner))
        if stated is None:
            return next((rank for key, value in self.known.items() if value is True and (rank := _rank_asked(owner, key)) is not None), None)
        return int(stated)

    def state_rank(self, owner: Hashable, rank: int) -> bool:
        """Takes a value's rank as stated; False where this path rules it out."""
        for key, value in self.known.items():
            asked = _rank_asked(owner, key)
            if asked is not None and rank != (asked if value else asked - 1):
                return False
        if self.known.get(("rank", owner), rank) != rank:
            return False
        self.known[("rank", owner)] = rank
        return True

    def read_dimension(self, owner: Hashable, index: int) -> int | None:
        """Notes that the code reads a dimension, counted from the front; gives the rank where it is known."""
        read = self.known.get(("read", owner), frozenset())
        self.known[("read", owner)] = read | {index}
        return self.rank_of(owner)

    def batch_told(self, question: Hashable) -> bool | None:
        """Whether there is a batch axis, where the code has told by naming a value's dimensions; None where it has not."""
        if not (isinstance(question, tuple) and len(question) == 3 and question[0] == "batched" and isinstance(question[2], int)):
            return None
        _, owner, rank = question
        stated = self.known.get(("rank", owner))
        if stated is not None:
            return bool(stated == rank)
        return True if max(self.known.get(("read", owner), ()), default=-1) >= rank - 1 else None

    def same_sizes(self) -> tuple[tuple[Dimension, Dimension], ...]:
        """The dimensions read from the front before the rank was known, each with the size counted from the end that it is."""
        found: list[tuple[Dimension, Dimension]] = []
        for key, read in self.known.items():
            if isinstance(key, tuple) and key[0] == "read" and (rank := self.rank_of(key[1])) is not None:
                found += [(Dimension(key[1], index), Dimension(key[1], index - rank)) for index in sorted(read) if index < rank]
        return tuple(found)

    # -- forgetting ----------------------------------------------------------------------------------------------------

    def lose(self, *contents: Any, kept: Any = None) -> None:
        """Notes that values, or objects of the heap, go where they are not followed; `kept`: what is still known of them."""
        if self.lost is not None:
            left = runs_in(kept)
            self.lost += [applied for content in contents for key, applied in runs_in(content).items() if key not in left]

    def lose_held(self, owner: Ref) -> None:
        """Notes that other methods may take what an object holds, itself or in its lists and dicts."""
        content = self.heap.get(owner.key)
        if self.lost is not None and isinstance(content, Instance):
            self.lose(content, *(self.heap.get(value.key) for value in content.attributes.values() if isinstance(value, Ref)))

    def fresh(self, cause: str, *context: Hashable, bases: frozenset[Hashable] = frozenset(), opaque: bool = False) -> Unknown:
        return Unknown(cause, ("fresh", self.tick(), *context), bases, opaque)

    def havoc(self, value: Value, cause: str, *, deep: bool = True) -> None:
        """Forgets the content of what `value` refers to, because code that is not followed may have changed it."""
        seen: set[int] = set()
        pending = [value]
        while pending:
            item = pending.pop()
            if isinstance(item, tuple):
                pending += item
            if isinstance(item, View):
                pending.append(item.source)
            if not isinstance(item, Ref) or item.key in seen:
                continue
            seen.add(item.key)
            content = self.get(item)
            if isinstance(content, ListObject):
                pending += content.items or () if deep else ()
                self.set(item, ListObject(None))
            elif isinstance(content, DictObject):
                pending += content.items.values() if deep and content.items else ()
                self.set(item, replace(content, items=None))
            elif isinstance(content, Container):
                pending += content.items.values() if deep and content.items else ()
                self.set(item, Container(content.kind, None))
            elif isinstance(content, SetObject):
                self.set(item, ListObject(None))
            elif isinstance(content, (GeneratorObject, EndlessObject, CursorObject)):
                self.set(item, ListObject(None, once=True))
            elif isinstance(content, Instance):
                kept = {name: self._forget(name, v, item, cause) for name, v in content.attributes.items()}
                pending += [v for v in content.attributes.values() if isinstance(v, Ref)] if deep else []
                self.set(item, Instance(content.cls, kept, complete=False))

    def _forget(self, name: str, value: Value, owner: Ref, cause: str) -> Value:
        if isinstance(value, (Layer, Module, Ref, External)):
            return value
        return self.fresh(f"{name} ({cause})", owner.key, name, opaque=True)


# -- joining -------------------------------------------------------------------------------------------------------------


def _matters(a: Value, b: Value) -> bool:
    """Whether two differing values are worth keeping two worlds apart: numbers, layers, tensors and what holds them."""
    return any(isinstance(v, (Layer, Module, Tensor, External, ListObject, DictObject, Container)) or _numeric(v) for v in (a, b))


def _numeric(value: Value) -> bool:
    if isinstance(value, tuple):
        return any(_numeric(item) for item in value)
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def differences(a: World, b: World) -> Iterable[tuple[Value, Value]]:
    """The pairs of values in which two worlds differ, in names and objects that both hold."""
    for key, content in a.heap.items():
        other = b.heap.get(key)
        if other is None or other is content or same(content, other):
            continue
        left, right = _parts(content), _parts(other)
        if left is None or right is None or type(content) is not type(other):
            yield content, other
            continue
        for name in left.keys() | right.keys():
            x, y = left.get(name), right.get(name)
            if not (name in left and name in right and same(x, y)):
                yield x, y


def _parts(content: Any) -> dict[str, Value] | None:
    if isinstance(content, Frame):
        return content.names
    if isinstance(content, Instance):
        return content.attributes
    if isinstance(content, Container):
        return content.items
    return None


def _rank_asked(owner: Hashable, key: Hashable) -> int | None:
    """The rank that a value has if it has a batch axis, where a key asks just that; None for other keys."""
    return key[2] if isinstance(key, tuple) and len(key) == 3 and key[0] == "batched" and key[1] == owner and isinstance(key[2], int) else None


def joinable(a: World, b: World) -> bool:
    """Whether joining loses nothing that matters for lengths."""
    return not any(_matters(x, y) for x, y in differences(a, b))


def join(a: World, b: World, place: Hashable) -> World:
    """One world that both can be: what they agree on stays, the rest is unknown; only common assumptions stay."""
    out = a.copy()
    out._next = max(a._next, b._next)
    for key, content in b.heap.items():
        mine = out.heap.get(key)
        if mine is None:
            out.heap[key] = content
        elif mine is not content and not same(mine, content):
            out.heap[key] = joined = _join_objects(mine, content, (place, key))
            out.lose(mine, content, kept=joined)
    out.assumptions = _assumed(a, b)
    out.checked = a.checked | b.checked
    out.constraints = {}
    for subject, entries in a.constraints.items():
        common = tuple(entry for entry in entries if entry in b.constraints.get(subject, ()))
        if common:
            out.constraints[subject] = common
    out.known = {term: value for term, value in a.known.items() if term in b.known and same(value, b.known[term])}
    out.tampered = a.tampered | b.tampered
    out.refuted = a.refuted or b.refuted
    out.inner = a.inner | b.inner
    return out


def _assumed(a: World, b: World) -> dict[Assumption, Condition]:
    """What is assumed where two worlds meet: what both did, and that it was one of the two."""
    if a.assumptions.keys() == b.assumptions.keys():
        return dict(a.assumptions)
    a.conditions.update(a.assumptions)
    a.conditions.update(b.assumptions)
    for fewer, more in ((a, b), (b, a)):
        # As after a loop, which may not turn at all: what the one assumes holds on every way of the other.
        if fewer.assumptions.keys() <= more.assumptions.keys() and not any(map(is_either, fewer.assumptions.values())):
            return dict(fewer.assumptions)
    common, either = merged([*ways(a.assumptions), *ways(b.assumptions)])
    # In an order that no hash decides: what either world assumes itself, then what was a part of one of several ways.
    order = [item for item in {**a.assumptions, **b.assumptions} if item in common]
    if len(order) < len(common):
        rest = common.difference(order)
        order += rest if len(rest) == 1 else [item for item in a.conditions if item in rest]
    known = {item: condition for item in order if (condition := a.conditions.get(item)) is not None}
    return known if either is None else {**known, either.assumption(True): either}


def _join_objects(a: Any, b: Any, place: Hashable) -> Any:
    if isinstance(a, Frame) and isinstance(b, Frame):
        return Frame(_join_names(a.names, b.names, place))
    if isinstance(a, Instance) and isinstance(b, Instance) and a.cls == b.cls:
        return Instance(a.cls, _join_names(a.attributes, b.attributes, place), a.complete and b.complete)
    if isinstance(a, ListObject) and isinstance(b, ListObject):
        return ListObject(None)
    if isinstance(a, DictObject) and isinstance(b, DictObject):
        return DictObject(None, a.factory if same(a.factory, b.factory) else None, a.cls if a.cls == b.cls else None)
    if isinstance(a, Container) and isinstance(b, Container):
        alike = a.items is not None and b.items is not None and list(a.items) == list(b.items)
        return Container(a.kind, _join_names(a.items, b.items, place) if alike and a.items is not None and b.items is not None else None)
    if isinstance(a, ClassObject) and isinstance(b, ClassObject) and a.node is b.node:
        return ClassObject(
            a.name, a.node, a.bases, _join_names(a.namespace, b.namespace, place), plain=False, record=a.record if a.record is b.record else None
        )
    return Unknown("an object that differs by path", ("join", place))


def _join_names(a: dict[str, Value], b: dict[str, Value], place: Hashable) -> dict[str, Value]:
    return {name: join_values(a.get(name, _ABSENT), b.get(name, _ABSENT), name, (place, name)) for name in {**a, **b}}


_ABSENT = object()


def join_values(a: Value, b: Value, name: str, place: Hashable) -> Value:
    """The value both agree on, else an unknown one."""
    if same(a, b):
        return a
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        return join_tensors(a, b, name, place)
    bases: frozenset[Hashable] = frozenset()
    for value in (a, b):
        if isinstance(value, Unknown):
            bases |= value.bases
    return Unknown(f"{name} (differs by path)", ("join", place), bases | {("join", place)}, opaque=True)


def join_tensors(a: Tensor, b: Tensor, name: str, place: Hashable) -> Tensor:
    """The tensor that both can be: of the sizes on which they agree, counted from the end."""
    count = min(len(a.last), len(b.last))
    pairs = [(a.last[-i], b.last[-i]) for i in range(count, 0, -1)]
    sizes = tuple(join_values(x, y, f"a size of {name}", (place, name, i)) for i, (x, y) in enumerate(pairs))
    if a.rank is not None and a.rank == b.rank:
        return Tensor(sizes)
    known = [(tensor.rank,) if tensor.rank is not None else tensor.ranks for tensor in (a, b)]
    return Tensor(None, sizes, tuple(sorted({*known[0], *known[1]})) if all(known) else ())


def gather(worlds: list[World], limit: int, place: Hashable, keep: Callable[[World, World], bool] | None = None) -> list[World]:
    """Joins worlds that agree on all that matters, then the last ones until no more than `limit` are left."""
    out: list[World] = []
    for world in worlds:
        for index, other in enumerate(out):
            if joinable(other, world) and (keep is None or keep(other, world)):
                out[index] = join(other, world, place)
                break
        else:
            out.append(world)
    while len(out) > limit:
        last = out.pop()
        out[-1] = join(out[-1], last, place)
    return out
