"""`def` and `class`: what a definition makes, and whether decorators, bases or a metaclass leave it what it is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import libcst as cst

from convt_lint.interpret import attributes, effects, functions
from convt_lint.interpret.flow import Flow
from convt_lint.interpret.values import Bound, ClassObject, External, Frame, Function, Ref, Unknown, Value
from convt_lint.interpret.world import World
from convt_lint.syntax.names import dotted

if TYPE_CHECKING:
    from convt_lint.interpret.statements import Executor

DECORATED = "(decorated) "
_FLAVOURS = {
    "staticmethod": {"staticmethod"},
    "classmethod": {"classmethod"},
    "property": {"property", "cached_property", "functools.cached_property"},
}
_PLAIN_DECORATORS = frozenset(
    {"builtins.staticmethod", "builtins.classmethod", "builtins.property", "abc.abstractmethod", "typing_extensions.override", "typing.override"}
)
_MAGIC = frozenset({"__getattribute__", "__getattr__", "__setattr__", "__new__", "__init_subclass__", "__class_getitem__"})


def define_function(executor: Executor, node: cst.FunctionDef, world: World) -> Flow:
    def action() -> None:
        function = functions.make_function(executor.evaluator, node, node.name.value, owner=_class_being_made(executor), flavour=_flavour(executor, node))
        plain = _is_plain(executor, node)
        if not any(known.node is node and known.scopes == function.scopes for known, _ in executor.functions):
            executor.functions.append((function, plain))
        value: Value = function
        if not plain and function.flavour == "function":
            value = Unknown(f"{node.name.value} (decorated)", (effects.DECORATED_TERM, id(node)), opaque=True)
            executor.machine.world.bind(executor.evaluator.scopes[0], f"{DECORATED}{node.name.value}", function)
            effects.forget(executor.evaluator, executor.machine.world, f"{node.name.value} is decorated")
        executor.machine.world.bind(executor.evaluator.scope_of(node.name.value), node.name.value, value)

    return Flow(executor.each(world, action))


def _class_being_made(executor: Executor) -> Ref | None:
    frame = executor.machine.world.heap.get(executor.evaluator.scopes[0].key)
    found = frame.names.get(functions.CLASS_SCOPE) if isinstance(frame, Frame) else None
    return found if isinstance(found, Ref) else None


def _flavour(executor: Executor, node: cst.FunctionDef) -> str:
    names = {dotted(d.decorator) for d in node.decorators}
    for flavour, spellings in _FLAVOURS.items():
        if names & spellings:
            return flavour
    return "function"


def _is_plain(executor: Executor, node: cst.FunctionDef) -> bool:
    """Whether no decorator can change what a call of the function does."""
    for decorator in node.decorators:
        value = executor.evaluator.evaluate(decorator.decorator)
        expression = decorator.decorator
        if isinstance(expression, cst.Call):
            value = executor.evaluator.evaluate(expression.func)
        if not (isinstance(value, External) and (value.name in _PLAIN_DECORATORS or value.name.startswith(("torch.", "functools.", "typing.")))):
            return False
    return True


def define_class(executor: Executor, node: cst.ClassDef, world: World) -> Flow:
    out = Flow()
    made: Ref | None = None
    for start, (bases, decorators) in executor.machine.attempt(world, partial(_heads, executor, node)):
        plain = not node.decorators and not node.keywords and all(_is_plain_base(executor, start, base) for base in bases)
        plain = plain and not any(isinstance(item, cst.FunctionDef) and item.name.value in _MAGIC for item in node.body.body)
        made = ref = start.allocate(ClassObject(node.name.value, node, bases, {}, plain))
        frame = start.allocate(Frame({functions.CLASS_SCOPE: ref}))
        outer = executor.evaluator.scopes
        executor.evaluator.scopes = (frame, *outer)
        try:
            part = executor.block(node.body.body, [start])
        finally:
            executor.evaluator.scopes = outer
        for after in part.next:
            names = {k: v for k, v in (after.names(frame) or {}).items() if isinstance(k, str) and k != functions.CLASS_SCOPE}
            after.set(ref, ClassObject(node.name.value, node, bases, names, plain))
            after.heap.pop(frame.key, None)
            value: Value = ref
            if any(isinstance(decorated, (Function, Bound)) for decorated in decorators):
                value = Unknown(f"{node.name.value} (decorated)", (effects.DECORATED_TERM, id(node)), opaque=True)
            after.bind(executor.evaluator.scopes[0], node.name.value, value)
            out.next.append(after)
    if made is not None and made not in executor.classes:
        executor.classes.append(made)
    return out


def _heads(executor: Executor, node: cst.ClassDef) -> tuple[tuple[Value, ...], list[Value]]:
    """A class's bases, and what decorates it or makes it (`metaclass=`)."""
    bases = tuple(executor.evaluator.evaluate(base.value) for base in node.bases if base.star == "")
    made_by = [executor.evaluator.evaluate(decorator.decorator) for decorator in node.decorators]
    for keyword in node.keywords:
        value = executor.evaluator.evaluate(keyword.value)
        if keyword.keyword is not None and keyword.keyword.value == "metaclass":
            made_by.append(value)
    return bases, [Bound(None, v) if isinstance(v, Ref) else v for v in made_by]


def _is_plain_base(executor: Executor, world: World, base: Value) -> bool:
    """Whether a base leaves data attributes of a class what they are: an Enum or a model of pydantic's does not."""
    content = world.get(base) if isinstance(base, Ref) else None
    return content.plain if isinstance(content, ClassObject) else attributes.is_transparent(base)
