"""Python's own functions and methods, as far as sizes are computed with them."""

from __future__ import annotations

import builtins
import json
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import libcst as cst

from convt_lint.interpret import attributes, containers, modules, operators, protocols, records, texts
from convt_lint.interpret.arguments import Arguments
from convt_lint.interpret.machine import Raised
from convt_lint.interpret.operators import Undefined
from convt_lint.interpret.ordering import any_order
from convt_lint.interpret.values import (
    MEMBERS,
    ClassObject,
    DictObject,
    External,
    Frame,
    Function,
    Instance,
    Layer,
    Length,
    ListObject,
    Module,
    Partial,
    PartialShape,
    Ref,
    Row,
    SetObject,
    Tensor,
    Text,
    Unknown,
    Value,
    is_exact,
)
from convt_lint.torch_api import LAYERS

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator

NAMES = frozenset(name for name in dir(builtins) if not name.startswith("_")) | {"__import__", "__name__", "__file__"}
Handler = Callable[["Evaluator", "Arguments", cst.CSTNode], Value]


def _pure(name: str, function: Callable[..., Any]) -> Handler:
    """A function of exact scalars and sequences of them. The same unknown arguments give the same unknown result."""

    def handler(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
        if arguments.star or arguments.double_star or arguments.keywords:
            return NotImplemented
        values = [_sequence(evaluator, value) for value in arguments.positional]
        if all(is_exact(value) for value in values):
            try:
                return operators.compute(function, *values)
            except Undefined:
                return evaluator.machine.unknown(f"{name} of these values", node)
        if any(isinstance(value, (Ref, Function, Text)) for value in values):
            return NotImplemented
        operands = [value if is_exact(value) or isinstance(value, tuple) else evaluator.opaque_value(value) for value in values]
        cause = next((value.cause for value in operands if isinstance(value, Unknown)), f"{name}(…)")
        return evaluator.machine.derived(cause, name, *operands)

    return handler


def _sequence(evaluator: Evaluator, value: Value) -> Value:
    items = any_order(evaluator, value) if isinstance(value, (Ref, range)) else None
    return items if items is not None else value


def _getattr(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    if len(arguments.positional) < 2 or not isinstance(arguments.positional[1], str):
        return NotImplemented
    owner, name = arguments.positional[0], arguments.positional[1]
    has = attributes.has(evaluator, owner, name)
    if len(arguments.positional) == 3 and has is False:
        return arguments.positional[2]
    found = attributes.get(evaluator, owner, name, node)
    if len(arguments.positional) == 3 and has is None and not isinstance(found, (External, Layer)):
        return evaluator.machine.derived(getattr(found, "cause", name), "getattr", found, "default")
    return found


def _setattr(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    if len(arguments.positional) != 3:
        return NotImplemented
    owner, name, value = arguments.positional
    if isinstance(name, str):
        attributes.put(evaluator, owner, name, value)
    elif isinstance(owner, Layer):
        attributes.tamper(evaluator, owner)
    else:
        evaluator.machine.world.havoc(owner, "setattr with a name that is not known", deep=False)
    return None


def _set_on_object(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    """`object.__setattr__(self, "name", value)`, past what the class says of it."""
    if len(arguments.positional) != 3:
        return NotImplemented
    owner, name, value = arguments.positional
    content = evaluator.machine.world.get(owner) if isinstance(owner, Ref) else None
    if not isinstance(name, str) or not isinstance(content, Instance):
        return _setattr(evaluator, arguments, node)
    _, defined = attributes.find_in_class(evaluator, content.cls, name)
    if defined is not None and not is_exact(defined):
        return _setattr(evaluator, arguments, node)
    evaluator.machine.world.set(owner, Instance(content.cls, {**content.attributes, name: value}, content.complete))
    return None


def _hasattr(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    if len(arguments.positional) == 2 and isinstance(arguments.positional[1], str):
        owner, name = arguments.positional
        has = attributes.has(evaluator, owner, name)
        if has is not None:
            return has
        if isinstance(owner, Unknown):
            return evaluator.machine.derived(f"hasattr({owner.cause}, {name!r})", "hasattr", attributes.attribute_of_unknown(owner, name))
    return NotImplemented


_TYPES: dict[str, tuple[type, ...]] = {
    "builtins.int": (int,),
    "builtins.float": (float,),
    "builtins.str": (str, Text),
    "builtins.bool": (bool,),
    "numbers.Number": (int, float),
    "numbers.Integral": (int,),
    "torch.Tensor": (Tensor,),
}


def _isinstance(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    if len(arguments.positional) != 2:
        return NotImplemented
    value, kinds = arguments.positional
    answers = [is_instance(evaluator, value, kind) for kind in (kinds if isinstance(kinds, tuple) else (kinds,))]
    if any(answer is True for answer in answers):
        return True
    if all(answer is False for answer in answers):
        return False
    if isinstance(value, Unknown):
        return evaluator.machine.derived(f"isinstance({value.cause}, …)", "isinstance", value, kinds)
    return NotImplemented


def is_instance(evaluator: Evaluator, value: Value, kind: Value) -> bool | None:
    """Whether a value is of a type; None where that is not known."""
    if isinstance(kind, Ref) and not isinstance(value, (Unknown, External)):
        return _is_of_class(evaluator, value, kind)
    if isinstance(value, Ref):
        return _is_object(evaluator, value, kind) if isinstance(kind, External) else None
    if isinstance(value, (Layer, Module)) and isinstance(kind, External):
        return _is_layer(value.fact.layer.name if isinstance(value, Layer) else value.name, kind.name)
    if not isinstance(kind, External) or isinstance(value, (Unknown, External, Function, Partial)):
        return None
    if kind.name in _TYPES:
        return isinstance(value, _TYPES[kind.name])
    return False if kind.name.startswith("builtins.") and kind.name != "builtins.object" else None


def _is_layer(name: str, kind: str) -> bool | None:
    """Whether a layer of torch's, by its short name, is of a type; None where that is not known."""
    if kind in ("torch.nn.Module", "torch.nn.modules.Module", "torch.nn.modules.module.Module") or kind == f"torch.nn.{name}":
        return True
    if kind.startswith("builtins.") or kind == "torch.Tensor":
        return False
    home, _, short = kind.rpartition(".")
    plain = home == "torch.nn" and not short.startswith("_") and not name.startswith("Lazy")
    return False if plain and (kind in LAYERS or modules.is_module(kind)) else None


_CONTAINERS = {
    ListObject: frozenset({"builtins.list", "typing.List"}),
    DictObject: frozenset({"builtins.dict", "typing.Dict", "collections.abc.Mapping", "collections.abc.MutableMapping"}),
    SetObject: frozenset({"builtins.set", "builtins.frozenset"}),
}


def _is_object(evaluator: Evaluator, value: Ref, kind: External) -> bool | None:
    """Whether something on the heap is of a type of Python's or of a library."""
    content = evaluator.machine.world.get(value)
    named = _TYPES.keys() | frozenset().union(*_CONTAINERS.values())
    if isinstance(content, Instance):
        order = attributes.lineage(evaluator, content.cls)
        if kind in order:
            return True
        inside = value.key not in evaluator.machine.entry_instances and all(attributes.is_transparent(base) for base in order if not isinstance(base, Ref))
        return False if inside and kind.name in named else None
    if isinstance(content, ListObject) and content.once:
        return False if kind.name in named else None
    if type(content) not in _CONTAINERS:
        return None
    if kind.name in _CONTAINERS[type(content)]:
        return None if isinstance(content, SetObject) else True
    return False if kind.name in named or (kind.name.startswith("builtins.") and kind.name != "builtins.object") else None


def _is_of_class(evaluator: Evaluator, value: Value, cls: Ref) -> bool | None:
    """Whether a value is an instance of a class of the file, or of one that derives from it."""
    if not isinstance(evaluator.machine.world.get(cls), ClassObject):
        return None
    content = evaluator.machine.world.get(value) if isinstance(value, Ref) else None
    kind = content.cls if isinstance(content, (Instance, DictObject)) else getattr(value, "kind", None)
    if not isinstance(kind, Ref):
        return False if is_exact(value) or isinstance(content, (ListObject, DictObject, SetObject)) else None
    if cls in attributes.lineage(evaluator, kind):
        return True
    # What a method is run on may be of a class that derives from both.
    return None if isinstance(value, Ref) and value.key in evaluator.machine.entry_instances else False


def _json(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    """json.loads of a text that is written out."""
    text = arguments.positional[0] if len(arguments.positional) == 1 and not arguments.keywords else None
    if not isinstance(text, str):
        return NotImplemented
    try:
        return _of_json(evaluator, json.loads(text))
    except (ValueError, RecursionError):
        raise Raised from None


def _of_json(evaluator: Evaluator, data: Any) -> Value:
    if isinstance(data, dict):
        return evaluator.machine.world.allocate(DictObject({key: _of_json(evaluator, value) for key, value in data.items()}))
    if isinstance(data, list):
        return evaluator.new_list(tuple(_of_json(evaluator, item) for item in data))
    return data


def _print(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    return None


def _text(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    value = arguments.positional[0] if arguments.positional else ""
    text = texts.plain_text(evaluator, value) if len(arguments.values()) == 1 else None
    return Text() if text is None else text


def _repr(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    value = arguments.positional[0] if len(arguments.positional) == 1 else None
    return repr(value) if type(value) in (int, str, bool, float) and len(str(value)) < 100 else Text()


def _partial(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    if not arguments.positional or arguments.star or arguments.double_star:
        return NotImplemented
    return Partial(arguments.positional[0], arguments.positional[1:], arguments.keywords)


def _forget_names(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    """exec, globals and kin can rebind any name; vars(x) any attribute of x."""
    machine = evaluator.machine
    for value in arguments.values():
        if isinstance(value, Layer):
            attributes.tamper(evaluator, value)
        machine.world.havoc(value, "vars", deep=False)
    for scope in evaluator.scopes:
        frame = machine.world.heap.get(scope.key)
        if isinstance(frame, Frame):
            kept = {
                name: value if _is_code(evaluator, value) else machine.world.fresh(f"{name} (exec)", scope.key, name) for name, value in frame.names.items()
            }
            machine.world.set(scope, Frame(kept))
    return machine.unknown("exec", node)


def _run_text(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    """exec and eval can do anything to whatever a name leads to."""
    world = evaluator.machine.world
    for scope in evaluator.scopes:
        for value in (world.names(scope) or {}).values():
            world.havoc(value, "exec")
    return _forget_names(evaluator, arguments, node)


def _type(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    """`type(x)` of an object or member of a class of the file, and of numbers and texts."""
    value: Value = arguments.positional[0] if len(arguments.values()) == 1 and arguments.positional else None
    content = evaluator.machine.world.get(value) if isinstance(value, Ref) else None
    if isinstance(content, Instance):
        return content.cls
    if isinstance(value, (Row, *MEMBERS)):
        return value.kind
    if type(value) in (int, float, str, bool, tuple):
        return External(f"builtins.{type(value).__name__}")
    kinds = {ListObject: "list", DictObject: "dict", SetObject: "set"}
    plain = isinstance(content, (ListObject, DictObject, SetObject)) and not getattr(content, "once", False) and getattr(content, "factory", None) is None
    return External(f"builtins.{kinds[type(content)]}") if plain else NotImplemented


def _callable(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    value = arguments.positional[0] if len(arguments.positional) == 1 else None
    content = evaluator.machine.world.get(value) if isinstance(value, Ref) else None
    if isinstance(value, (Function, Partial, Layer)) or isinstance(content, ClassObject):
        return True
    if is_exact(value) or isinstance(content, (ListObject, DictObject, SetObject)):
        return False
    return True if protocols.special(evaluator, value, "__call__") is not None else NotImplemented


def _delattr(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    owner, name = arguments.positional if len(arguments.positional) == 2 else (None, None)
    if not isinstance(name, str):
        return NotImplemented
    attributes.delete(evaluator, owner, name)
    return None


def _is_code(evaluator: Evaluator, value: Value) -> bool:
    content = evaluator.machine.world.get(value) if isinstance(value, Ref) else value
    return isinstance(content, (External, Function, ClassObject, Instance))


def _exit(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    raise Raised


def _with_start(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    """`math.prod` with a start."""
    start: Value = dict(arguments.keywords).get("start")
    if start is None:
        return _pure("prod", math.prod)(evaluator, arguments, node)
    items = any_order(evaluator, arguments.positional[0]) if len(arguments.positional) == 1 and start is not None else None
    if items is None or not is_exact(items) or not is_exact(start):
        return NotImplemented
    try:
        return operators.compute(lambda: math.prod(items, start=start))
    except Undefined:
        return evaluator.machine.unknown("a product", node)


def _bounded_pow(a: Any, b: Any, *rest: Any) -> Any:
    return operators.BINARY[cst.Power][1](a, b) if not rest else pow(a, b, *rest)


def _small(function: Callable[..., int]) -> Callable[..., int]:
    """A function that is only computed for small arguments."""

    def bounded(*values: int) -> int:
        if any(value > MAX_FACTORIAL for value in values):
            raise ValueError
        return function(*values)

    return bounded


def _int(value: Any = 0, *base: Any) -> Any:
    if isinstance(value, str) and len(value) > 50:
        raise ValueError
    return value if isinstance(value, Length) and not base else int(value, *base)


_MATH = ("ceil", "floor", "sqrt", "log", "log2", "log10", "gcd", "trunc", "isqrt", "fabs", "lcm", "exp", "fmod", "hypot", "copysign")
MAX_FACTORIAL = 50
_SCALAR: dict[str, Callable[..., Any]] = {
    "builtins.min": min,
    "builtins.max": max,
    "builtins.abs": abs,
    "builtins.int": _int,
    "builtins.float": float,
    "builtins.bool": bool,
    "builtins.round": round,
    "builtins.divmod": divmod,
    "builtins.pow": _bounded_pow,
    "math.prod": math.prod,
    "numpy.prod": lambda values: math.prod(values) if isinstance(values, tuple) else values,
    **{f"math.{name}": getattr(math, name) for name in _MATH},
    "math.pow": math.pow,
    "math.factorial": _small(math.factorial),
    "math.comb": _small(math.comb),
    "math.perm": _small(math.perm),
    "builtins.ord": ord,
    "builtins.chr": chr,
}
FUNCTIONS: dict[str, Handler] = {
    **{name: _pure(name.rpartition(".")[2], function) for name, function in _SCALAR.items()},
    "math.prod": _with_start,
    "builtins.getattr": _getattr,
    "builtins.setattr": _setattr,
    "builtins.object.__setattr__": _set_on_object,
    "builtins.hasattr": _hasattr,
    "builtins.isinstance": _isinstance,
    "builtins.print": _print,
    "builtins.type": _type,
    "builtins.callable": _callable,
    "builtins.delattr": _delattr,
    "builtins.str": _text,
    "builtins.repr": _repr,
    "functools.partial": _partial,
    "json.loads": _json,
    "typing.cast": lambda evaluator, arguments, node: arguments.positional[1] if len(arguments.positional) == 2 else NotImplemented,
    "sys.exit": _exit,
    "builtins.exit": _exit,
    "builtins.quit": _exit,
    **dict.fromkeys(("pytest.skip", "pytest.fail", "pytest.xfail", "pytest.exit"), _exit),
    **dict.fromkeys(("builtins.exec", "builtins.eval"), _run_text),
    **dict.fromkeys(("builtins.globals", "builtins.locals", "builtins.vars"), _forget_names),
}


_NUMBER_METHODS = frozenset({"bit_length", "is_integer", "conjugate"})


# -- methods of lists, dicts and strings -----------------------------------------------------------------------------------


def method(evaluator: Evaluator, receiver: Value, name: str, arguments: Arguments, node: cst.CSTNode) -> Value:
    """A method of a builtin value; NotImplemented for what is not known of it."""
    if isinstance(receiver, Ref):
        return containers.method(evaluator, receiver, name, arguments, node)
    if isinstance(receiver, Row):
        found = records.row_method(evaluator, receiver, name, arguments, node)
        if found is not NotImplemented:
            return found
    if isinstance(receiver, str):
        return texts.method(evaluator, receiver, name, arguments, node)
    if isinstance(receiver, (int, float)) and name in _NUMBER_METHODS and not arguments.values():
        return operators.compute(getattr(receiver, name))
    if isinstance(receiver, PartialShape) or (isinstance(receiver, tuple) and name == "numel"):
        return evaluator.machine.unknown(f"{name}()", node)
    if isinstance(receiver, tuple) and name in ("index", "count") and is_exact(receiver) and is_exact(arguments.positional):
        try:
            return operators.compute(getattr(receiver, name), *arguments.positional)
        except Undefined:
            raise Raised from None
    return NotImplemented
