"""Whether an object can come to a transposed convolution, so that its methods are worth a run of their own.

`relevance` tells from names alone which classes are. Where the class itself names no layer, the object is looked at, as `__init__` left it, and no run is
spent on the encoder of a model for which only the decoder has a layer. What is not understood counts as a way to one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from convt_lint.interpret import attributes
from convt_lint.interpret.makers import runs_in
from convt_lint.interpret.relevance import Relevance
from convt_lint.interpret.values import (
    Array,
    Bound,
    ClassObject,
    Container,
    DictObject,
    External,
    Function,
    Instance,
    ListObject,
    Method,
    Module,
    Partial,
    PartialShape,
    Ref,
    Tensor,
    Text,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator
    from convt_lint.interpret.world import World

_TEXT = re.compile(r"transpose", re.IGNORECASE)
"""What a string holds that may be a layer's name or a piece of one."""
_PLAIN = (bool, float, bytes, type(None), type(Ellipsis), Text)


class Reach:
    """What can be come to in a world."""

    def __init__(self, evaluator: Evaluator, relevance: Relevance, world: World) -> None:
        self._evaluator = evaluator
        self._relevance = relevance
        self._world = evaluator.machine.world = world  # where bases are looked for, too
        self._classes: dict[int, bool] = {}

    def leads_on(self, *values: Value) -> bool:
        """Whether a transposed convolution may be among values and all that they hold, or be built or run by their methods."""
        pending, seen = [*values], set()
        while pending:
            value = self._world.resolve(pending.pop())
            if isinstance(value, Ref):
                if value.key not in seen:
                    seen.add(value.key)
                    pending.append(self._world.heap.get(value.key))
                continue
            held = self._held(value)
            if held is None:
                return True
            pending += held
        return False

    def _held(self, value: Any) -> Iterable[Value] | None:
        """What a value, or an object of the heap, holds; None where it may be, build or run a layer, or hold one where it is not looked for."""
        if isinstance(value, (Unknown, int)):
            return () if getattr(value, "origin", None) is None else None
        if isinstance(value, str):
            return () if _TEXT.search(value) is None else None
        if isinstance(value, _PLAIN):
            return ()
        if isinstance(value, tuple):
            return value
        if isinstance(value, Instance):
            return None if self._acts(value.cls) else value.attributes.values()
        if isinstance(value, ListObject):
            return value.items or ()
        if isinstance(value, (DictObject, Container)):
            return [part for pair in (value.items or {}).items() for part in pair]
        if isinstance(value, Module):
            return value.values.values()
        if isinstance(value, External):
            return None if self._relevance.is_named(value.name.rpartition(".")[2]) else ()
        if isinstance(value, ClassObject):
            return None if value.node in self._relevance else value.namespace.values()
        if isinstance(value, Function):
            return None if len(value.scopes) > 1 or self._relevance.acts(value.node) else value.defaults.values()
        if isinstance(value, Bound):
            return value.receiver, value.function
        if isinstance(value, Method):
            return (value.receiver,)
        if isinstance(value, Partial):
            return value.function, *value.arguments, *(argument for _, argument in value.keywords)
        if isinstance(value, (Tensor, Array, PartialShape)):
            return None if runs_in(value.tensor if isinstance(value, PartialShape) else value) else ()
        return None

    def _acts(self, cls: Ref) -> bool:
        """Whether a class holds a layer, or a method of it, other than the `__init__` that has run, names what builds or runs one."""
        if cls.key not in self._classes:
            self._classes[cls.key] = False  # while its own namespace is looked at
            self._classes[cls.key] = self.leads_on(*(value for namespace in self._lineage(cls) for name, value in namespace.items() if name != "__init__"))
        return self._classes[cls.key]

    def _lineage(self, cls: Ref) -> Iterator[dict[str, Value]]:
        """The namespaces of a class and of its bases in the file."""
        for base in attributes.lineage(self._evaluator, cls):
            content = self._world.heap.get(base.key) if isinstance(base, Ref) else None
            if isinstance(content, ClassObject):
                yield content.namespace
