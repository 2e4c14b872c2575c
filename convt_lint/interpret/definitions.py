"""`def` and `class`: what a definition makes, and whether decorators, bases or a metaclass leave it what it is."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import libcst as cst

from convt_lint.interpret import attributes, effects, enums, functions, records
from convt_lint.interpret.arguments import Arguments
from convt_lint.interpret.flow import Flow
from convt_lint.interpret.targets import scope_of
from convt_lint.interpret.values import Bound, ClassObject, External, Frame, Function, Initialiser, Partial, Ref, Unknown, Value
from convt_lint.interpret.world import World
from convt_lint.syntax.names import dotted

if TYPE_CHECKING:
    from convt_lint.interpret.statements import Executor

DECORATED = "(decorated) "
_FLAVOURS = {
    "staticmethod": {"staticmethod"},
    "classmethod": {"classmethod"},
    "property": {"property"},
    "cached property": {"cached_property", "functools.cached_property"},
}
_KEEPING = frozenset(
    {
        *("builtins.staticmethod", "builtins.classmethod", "builtins.property", "abc.abstractmethod", "abc.abstractproperty", "enum.unique"),
        *("jaxtyping.jaxtyped", "beartype.beartype", "typeguard.typechecked", "torchtyping.patch_typeguard"),
        *("functools.wraps", "functools.lru_cache", "functools.cache", "functools.cached_property", "functools.total_ordering"),
    }
)
_KEEPING_ROOTS = ("torch.", "typing.", "typing_extensions.")
_MAGIC = frozenset({"__getattribute__", "__getattr__", "__setattr__", "__new__", "__init_subclass__", "__class_getitem__"})


def define_function(executor: Executor, node: cst.FunctionDef, world: World) -> Flow:
    def action() -> None:
        evaluator = executor.evaluator
        name = node.name.value
        decorators = [_decorator(executor, decorator) for decorator in node.decorators]
        function = functions.make_function(evaluator, node, name, owner=_class_being_made(executor), flavour=_flavour(node))
        plain = all(_keeps(decorator) for decorator in decorators)
        executor.hold_function(function, plain=plain)
        value = _as_setter(executor, node, function) or _decorated(executor, node, function, decorators)
        if value is None:
            value = Unknown(f"{name} (decorated)", (effects.DECORATED_TERM, executor.machine.number(node)), opaque=True)
            effects.forget(evaluator, executor.machine.world, f"{name} is decorated")
        executor.machine.world.bind(scope_of(evaluator, name), name, value)
        if value is not function and function.flavour == "function":
            executor.machine.world.bind(evaluator.scopes[0], f"{DECORATED}{name}", function)

    return Flow(executor.each(world, action))


def _decorator(executor: Executor, node: cst.Decorator) -> Value:
    """What a decorator is: the function that is called with what is decorated; for torch's and Python's own, their name."""
    value = executor.evaluator.evaluate(node.decorator)
    if isinstance(node.decorator, cst.Call) and not isinstance(value, (Function, Bound, Ref)) and records.options_of(value) is None:
        maker = executor.evaluator.evaluate(node.decorator.func)
        return maker if isinstance(maker, External) else value
    return value


def _keeps(decorator: Value) -> bool:
    """Whether a decorator leaves what a call of the function does as it is."""
    return isinstance(decorator, External) and (decorator.name in _KEEPING or decorator.name.startswith(_KEEPING_ROOTS))


def _decorated(executor: Executor, node: cst.FunctionDef, function: Function, decorators: list[Value]) -> Value:
    """The function that decorators of the file make of one; None where that is not followed."""
    value: Value = function
    for decorator, at in zip(reversed(decorators), reversed(node.decorators), strict=True):
        if _keeps(decorator):
            continue
        if dotted(at.decorator) in _FLAVOURS[function.flavour] if function.flavour in _FLAVOURS else False:
            continue
        value = _called(executor, decorator, value, at)
        if not isinstance(value, (Function, Partial)):
            return None
    if isinstance(value, Function) and value is not function and function.flavour != "function":
        outermost = dotted(node.decorators[0].decorator) in _FLAVOURS[function.flavour]
        return replace(value, flavour=function.flavour) if outermost else None
    return value


def _called(executor: Executor, decorator: Value, value: Value, node: cst.CSTNode) -> Value | None:
    """What a function of the file gives back for what it decorates."""
    if isinstance(decorator, Function):
        return functions.call_function(executor.evaluator, decorator, Arguments((value,)), node)
    if isinstance(decorator, Bound) and isinstance(decorator.function, Function):
        return functions.call_function(executor.evaluator, decorator.function, Arguments((decorator.receiver, value)), node)
    return None


def _as_setter(executor: Executor, node: cst.FunctionDef, function: Function) -> Function | None:
    """The property to which `@name.setter` adds a setter."""
    name = node.name.value
    if len(node.decorators) != 1 or dotted(node.decorators[0].decorator) != f"{name}.setter":
        return None
    held = (executor.machine.world.names(executor.evaluator.scopes[0]) or {}).get(name)
    return replace(held, setter=function) if isinstance(held, Function) and held.flavour == "property" else None


def _class_being_made(executor: Executor) -> Ref | None:
    frame = executor.machine.world.heap.get(executor.evaluator.scopes[0].key)
    found = frame.names.get(functions.CLASS_SCOPE) if isinstance(frame, Frame) else None
    return found if isinstance(found, Ref) else None


def _flavour(node: cst.FunctionDef) -> str:
    names = {dotted(d.decorator) for d in node.decorators}
    return next((flavour for flavour, spellings in _FLAVOURS.items() if names & spellings), "function")


# -- classes -----------------------------------------------------------------------------------------------------------------


def define_class(executor: Executor, node: cst.ClassDef, world: World) -> Flow:
    out = Flow()
    made: Ref | None = None
    for start, (bases, decorators, keywords) in executor.machine.attempt(world, partial(_heads, executor, node)):
        plain = keywords <= {"total"} and all(_is_plain_base(start, base) for base in bases)
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
            for end, value in executor.machine.attempt(after, partial(_finished, executor, node, ref, decorators)):
                end.bind(executor.evaluator.scopes[0], node.name.value, value)
                out.next.append(end)
    if made is not None:
        executor.hold_class(made)
    return out


def _finished(executor: Executor, node: cst.ClassDef, ref: Ref, decorators: list[Value]) -> Value:
    """A class whose body has run, after what Enum, NamedTuple and its decorators make of it."""
    evaluator, machine = executor.evaluator, executor.machine
    content = machine.world.get(ref)
    if records.is_named_tuple(content.bases):
        machine.world.set(ref, records.named_tuple_of(evaluator, machine.world, ref))
    elif enums.is_enum(evaluator, ref):
        machine.world.set(ref, enums.enum_of(evaluator, machine.world, ref))
    value: Value = ref
    for decorator, at in zip(reversed(decorators), (*reversed(node.decorators), node), strict=False):
        if value != ref:
            break
        if records.options_of(decorator) is not None:
            machine.world.set(ref, records.dataclass_of(evaluator, machine.world, ref, decorator))
        elif isinstance(decorator, (Function, Bound)):
            value = _called(executor, decorator, ref, at)
        elif not _keeps(decorator):
            content = machine.world.get(ref)
            namespace = {name: held for name, held in content.namespace.items() if not isinstance(held, Initialiser)}
            machine.world.set(ref, replace(content, namespace=namespace, plain=False, record=None))
    if value != ref:
        value = Unknown(f"{node.name.value} (decorated)", (effects.DECORATED_TERM, executor.machine.number(node)), opaque=True)
    return value


def _heads(executor: Executor, node: cst.ClassDef) -> tuple[tuple[Value, ...], list[Value], set[str]]:
    """A class's bases, what decorates it or makes it (`metaclass=`), and its other keywords."""
    bases = tuple(_base(executor, base.value) for base in node.bases if base.star == "")
    made_by = [_decorator(executor, decorator) for decorator in node.decorators]
    keywords: set[str] = set()
    for keyword in node.keywords:
        value = executor.evaluator.evaluate(keyword.value)
        name = keyword.keyword.value if keyword.keyword is not None else "**"
        if name != "metaclass":
            keywords.add(name)
        elif value != External("abc.ABCMeta"):
            made_by.append(value if isinstance(value, External) else Bound(None, value))
    return bases, [Bound(None, v) if isinstance(v, Ref) else v for v in made_by], keywords


def _base(executor: Executor, node: cst.BaseExpression) -> Value:
    """A base of a class: a class of the file or something imported; Python may refuse anything else, and nothing is known of it."""
    value, machine = executor.evaluator.evaluate(node), executor.machine
    if isinstance(value, (External, Unknown)) or (isinstance(value, Ref) and isinstance(machine.world.get(value), ClassObject)):
        return value
    return machine.unknown("a base that is no class of the file", node)


def _is_plain_base(world: World, base: Value) -> bool:
    """Whether a base leaves data attributes of a class what they are: an Enum or a model of pydantic's does not."""
    content = world.get(base) if isinstance(base, Ref) else None
    return content.plain if isinstance(content, ClassObject) else attributes.is_transparent(base)
