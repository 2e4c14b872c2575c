"""Python's own functions and methods, as far as sizes are computed with them."""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import libcst as cst

from convt_lint.interpret import attributes, operators, records
from convt_lint.interpret.arguments import MISSING, Arguments
from convt_lint.interpret.machine import Raised
from convt_lint.interpret.operators import Undefined
from convt_lint.interpret.values import (
    ClassObject,
    DictObject,
    External,
    Frame,
    Function,
    Instance,
    Layer,
    Length,
    ListObject,
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
    same,
)

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
    items = evaluator.items(value) if isinstance(value, (Ref, range)) else None
    return items if items is not None else value


def _len(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    if len(arguments.positional) != 1:
        return NotImplemented
    value = arguments.positional[0]
    items = evaluator.items(value)
    if items is not None:
        return len(items)
    if isinstance(value, Tensor) and value.shape:
        return value.shape[0]
    if isinstance(value, Unknown):
        return evaluator.machine.derived(f"len({value.cause})", "len", value)
    if isinstance(value, Ref):
        content = evaluator.machine.world.get(value)
        return len(content.items) if isinstance(content, SetObject) else evaluator.about("len(…)", value, node)
    return NotImplemented


def _list(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    value = arguments.positional[0] if arguments.positional else ()
    if isinstance(value, PartialShape):
        return value
    return evaluator.new_list(evaluator.items(value))


def _tuple(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    value = arguments.positional[0] if arguments.positional else ()
    if isinstance(value, PartialShape):
        return value
    items = evaluator.items(value)
    return items if items is not None else NotImplemented


def _reversed(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    items = evaluator.items(arguments.positional[0]) if len(arguments.positional) == 1 else None
    return evaluator.new_iterator(None if items is None else items[::-1])


def _reordered(order: Callable[[list[Value]], Any]) -> Handler:
    def handler(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
        items = evaluator.items(arguments.positional[0]) if len(arguments.positional) == 1 else None
        if arguments.keywords:
            return NotImplemented
        if items is None or len(arguments.values()) != 1:
            return evaluator.new_list(None)
        try:
            return evaluator.new_list(tuple(order(list(items))))
        except TypeError:
            return evaluator.new_list(None)

    return handler


def _sorted(items: list[Value]) -> list[Value]:
    if not all(is_exact(item) for item in items):
        raise TypeError
    return sorted(items)


def _range(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    values = [int(v) if isinstance(v, int) else None for v in arguments.positional]
    if values and None not in values and not (len(values) == 3 and values[2] == 0):
        return range(*[v for v in values if v is not None])
    return evaluator.new_list(None)


def _zip(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    columns = [evaluator.items(value) for value in arguments.positional]
    if arguments.star or any(column is None for column in columns):
        return evaluator.new_iterator(None)
    return evaluator.new_iterator(tuple(zip(*(column for column in columns if column is not None), strict=False)))


def _enumerate(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    items = evaluator.items(arguments.positional[0]) if arguments.positional else None
    start = arguments.get(1, "start")
    start = 0 if start is MISSING else start
    if items is None or not isinstance(start, int):
        return evaluator.new_iterator(None)
    return evaluator.new_iterator(tuple(enumerate(items, start)))


def _dict(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    world = evaluator.machine.world
    found: dict[Any, Value] = {}
    known = not (arguments.star or arguments.double_star) and len(arguments.positional) <= 1
    for value in arguments.positional:
        content = world.get(value) if isinstance(value, Ref) else None
        if isinstance(content, DictObject) and content.items is not None:
            found.update(content.items)
            continue
        pairs = evaluator.items(value)
        if pairs is not None and all(isinstance(pair, tuple) and len(pair) == 2 and is_exact(pair[0]) for pair in pairs):
            found.update(pairs)
        else:
            known = False
    found.update(arguments.keywords)
    return world.allocate(DictObject(found if known else None))


def _set(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    return evaluator.new_set(evaluator.items(arguments.positional[0]) if arguments.positional else ())


def _any_all(empty: bool) -> Handler:
    def handler(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
        items = evaluator.items(arguments.positional[0]) if len(arguments.positional) == 1 else None
        if items is None:
            return NotImplemented
        for item in items:
            truth = evaluator.truth(item)
            if truth is None:
                return NotImplemented
            if truth is not empty:
                return truth
        return empty

    return handler


def _getattr(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    if len(arguments.positional) < 2 or not isinstance(arguments.positional[1], str):
        return NotImplemented
    owner, name = arguments.positional[0], arguments.positional[1]
    found = attributes.get(evaluator, owner, name, node)
    if len(arguments.positional) == 3 and not isinstance(found, (External, Layer)):
        content = evaluator.machine.world.get(owner) if isinstance(owner, Ref) else None
        if not (isinstance(content, Instance) and name in content.attributes):
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
        content = evaluator.machine.world.get(owner) if isinstance(owner, Ref) else None
        if isinstance(content, Instance) and name in content.attributes:
            return True
        if isinstance(owner, Unknown):
            return evaluator.machine.derived(f"hasattr({owner.cause}, {name!r})", "hasattr", attributes.attribute_of_unknown(owner, name))
    return NotImplemented


_TYPES: dict[str, tuple[type, ...]] = {
    "builtins.int": (int,),
    "builtins.float": (float,),
    "builtins.str": (str, Text),
    "builtins.bool": (bool,),
    "builtins.tuple": (tuple,),
    "numbers.Number": (int, float),
    "numbers.Integral": (int,),
    "torch.Tensor": (Tensor,),
}


def _isinstance(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    if len(arguments.positional) != 2:
        return NotImplemented
    value, kinds = arguments.positional
    answers = [_is_instance(evaluator, value, kind) for kind in (kinds if isinstance(kinds, tuple) else (kinds,))]
    if any(answer is True for answer in answers):
        return True
    if all(answer is False for answer in answers):
        return False
    if isinstance(value, Unknown):
        return evaluator.machine.derived(f"isinstance({value.cause}, …)", "isinstance", value, kinds)
    return NotImplemented


def _is_instance(evaluator: Evaluator, value: Value, kind: Value) -> bool | None:
    """Whether a value is of a type; None where that is not known."""
    if isinstance(kind, Ref) and not isinstance(value, (Unknown, External)):
        return _is_of_class(evaluator, value, kind)
    if isinstance(value, Ref):
        content = evaluator.machine.world.get(value)
        if isinstance(content, Instance) and kind in attributes.lineage(evaluator, content.cls):
            return True
        if isinstance(content, ListObject) and isinstance(kind, External):
            return kind.name in ("builtins.list", "typing.List") if kind.name in _TYPES or kind.name.startswith("builtins.") else None
        return None
    if isinstance(value, Layer) and isinstance(kind, External):
        return True if kind.name.endswith(f".{value.fact.layer.name}") else None
    if not isinstance(kind, External) or isinstance(value, (Unknown, Layer, External, Function, Partial)):
        return None
    if kind.name in _TYPES:
        return isinstance(value, _TYPES[kind.name])
    return False if kind.name.startswith("builtins.") and kind.name != "builtins.object" else None


def _is_of_class(evaluator: Evaluator, value: Value, cls: Ref) -> bool | None:
    """Whether a value is an instance of a class of the file, or of one that derives from it."""
    if not isinstance(evaluator.machine.world.get(cls), ClassObject):
        return None
    content = evaluator.machine.world.get(value) if isinstance(value, Ref) else None
    kind = content.cls if isinstance(content, Instance) else getattr(value, "kind", None)
    if not isinstance(kind, Ref):
        return False if is_exact(value) or isinstance(content, (ListObject, DictObject, SetObject)) else None
    if cls in attributes.lineage(evaluator, kind):
        return True
    # What a method is run on may be of a class that derives from both.
    return None if isinstance(value, Ref) and value.key in evaluator.machine.entry_instances else False


def _print(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    return None


def _text(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    value = arguments.positional[0] if arguments.positional else ""
    return str(value) if isinstance(value, (int, str)) and not isinstance(value, Length) else Text()


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


def _is_code(evaluator: Evaluator, value: Value) -> bool:
    content = evaluator.machine.world.get(value) if isinstance(value, Ref) else value
    return isinstance(content, (External, Function, ClassObject, Instance))


def _exit(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    raise Raised


def _map(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    from convt_lint.interpret import calls

    items = evaluator.items(arguments.positional[1]) if len(arguments.positional) == 2 else None
    if items is None or len(items) > 64 or not isinstance(node, cst.Call):
        return NotImplemented
    return evaluator.new_iterator(tuple(calls.call(evaluator, arguments.positional[0], Arguments((item,)), node) for item in items))


def _prod(values: Any) -> Any:
    return math.prod(values)


def _bounded_pow(a: Any, b: Any, *rest: Any) -> Any:
    return operators.BINARY[cst.Power][1](a, b) if not rest else pow(a, b, *rest)


def _bounded_comb(*_: Any) -> Any:
    raise ValueError


def _int(value: Any = 0, *base: Any) -> Any:
    if isinstance(value, str) and len(value) > 50:
        raise ValueError
    return int(value, *base)


_MATH = ("ceil", "floor", "sqrt", "log", "log2", "log10", "gcd", "trunc", "isqrt", "fabs", "lcm", "exp", "fmod")
_SCALAR: dict[str, Callable[..., Any]] = {
    "builtins.min": min,
    "builtins.max": max,
    "builtins.abs": abs,
    "builtins.sum": sum,
    "builtins.int": _int,
    "builtins.float": float,
    "builtins.bool": bool,
    "builtins.round": round,
    "builtins.divmod": divmod,
    "builtins.pow": _bounded_pow,
    "math.prod": _prod,
    "numpy.prod": lambda values: _prod(values) if isinstance(values, tuple) else values,
    **{
        f"math.{name}": getattr(math, name) for name in ("ceil", "floor", "sqrt", "log", "log2", "log10", "gcd", "trunc", "isqrt", "fabs", "lcm", "exp", "fmod")
    },
    "math.pow": math.pow,
    "math.factorial": _bounded_comb,
}
FUNCTIONS: dict[str, Handler] = {
    **{name: _pure(name.rpartition(".")[2], function) for name, function in _SCALAR.items()},
    "builtins.len": _len,
    "builtins.list": _list,
    "builtins.tuple": _tuple,
    "builtins.dict": _dict,
    "collections.OrderedDict": _dict,
    "builtins.set": _set,
    "builtins.frozenset": _set,
    "builtins.sorted": _reordered(_sorted),
    "builtins.reversed": _reversed,
    "builtins.range": _range,
    "builtins.zip": _zip,
    "builtins.enumerate": _enumerate,
    "builtins.any": _any_all(False),
    "builtins.all": _any_all(True),
    "builtins.getattr": _getattr,
    "builtins.setattr": _setattr,
    "builtins.object.__setattr__": _set_on_object,
    "builtins.hasattr": _hasattr,
    "builtins.isinstance": _isinstance,
    "builtins.print": _print,
    "builtins.str": _text,
    "builtins.repr": _text,
    "builtins.map": _map,
    "functools.partial": _partial,
    "typing.cast": lambda evaluator, arguments, node: arguments.positional[1] if len(arguments.positional) == 2 else NotImplemented,
    "sys.exit": _exit,
    "builtins.exit": _exit,
    "builtins.quit": _exit,
    **dict.fromkeys(("builtins.exec", "builtins.eval", "builtins.globals", "builtins.locals", "builtins.vars"), _forget_names),
}


# -- methods of lists, dicts and strings -----------------------------------------------------------------------------------


def method(evaluator: Evaluator, receiver: Value, name: str, arguments: Arguments, node: cst.CSTNode) -> Value:
    """A method of a builtin value; NotImplemented for what is not known of it."""
    if isinstance(receiver, Ref):
        content = evaluator.machine.world.get(receiver)
        if isinstance(content, ListObject):
            return _list_method(evaluator, receiver, content, name, arguments, node)
        if isinstance(content, DictObject):
            return _dict_method(evaluator, receiver, content, name, arguments, node)
        return NotImplemented
    if isinstance(receiver, Row):
        found = records.row_method(evaluator, receiver, name, arguments, node)
        if found is not NotImplemented:
            return found
    if isinstance(receiver, str):
        return _text_method(receiver, name, arguments)
    if isinstance(receiver, PartialShape) or (isinstance(receiver, tuple) and name == "numel"):
        return evaluator.machine.unknown(f"{name}()", node)
    if isinstance(receiver, tuple) and name in ("index", "count") and is_exact(receiver) and is_exact(arguments.positional):
        try:
            return operators.compute(getattr(receiver, name), *arguments.positional)
        except Undefined:
            raise Raised from None
    return NotImplemented


_TEXT_METHODS = frozenset(["lower", "upper", "strip", "lstrip", "rstrip", "startswith", "endswith", "replace", "title", "capitalize", "isdigit"])


def _text_method(receiver: str, name: str, arguments: Arguments) -> Value:
    if name in _TEXT_METHODS and not arguments.keywords and all(isinstance(value, (str, int)) for value in arguments.positional):
        try:
            return operators.compute(getattr(receiver, name), *arguments.positional)
        except Undefined:
            return Text()
    return Text() if name in ("format", "join") else NotImplemented


def _list_method(evaluator: Evaluator, receiver: Ref, content: ListObject, name: str, arguments: Arguments, node: cst.CSTNode) -> Value:
    world, items, given = evaluator.machine.world, content.items, arguments.positional
    changed: tuple[Value, ...] | None
    if name in ("append", "extend", "insert", "reverse", "clear", "sort", "remove"):
        changed = _changed(evaluator, items, name, given, arguments)
        if changed is not None and len(changed) > operators.MAX_SEQUENCE:
            changed = None
        world.set(receiver, ListObject(changed))
        return None
    if name == "pop":
        index = given[0] if given else -1
        if items is None or not isinstance(index, int):
            world.set(receiver, ListObject(None))
            return evaluator.machine.unknown("an item of a list", node)
        if not -len(items) <= index < len(items):
            raise Raised
        position = index % len(items)
        world.set(receiver, ListObject(items[:position] + items[position + 1 :]))
        return items[index]
    if name == "copy":
        return evaluator.new_list(items)
    if name in ("index", "count") and items is not None and is_exact(items) and is_exact(given):
        try:
            return operators.compute(getattr(items, name), *given)
        except Undefined:
            raise Raised from None
    if name in ("index", "count", "__len__"):
        return evaluator.machine.unknown(f"{name}()", node)
    return NotImplemented


def _changed(evaluator: Evaluator, items: tuple[Value, ...] | None, name: str, given: tuple[Value, ...], arguments: Arguments) -> tuple[Value, ...] | None:
    """A list's items after a method that changes it; None where they are no longer known."""
    if name == "clear":
        return ()
    if items is None or arguments.keywords or arguments.star:
        return None
    if name == "append" and len(given) == 1:
        return (*items, given[0])
    if name == "extend" and len(given) == 1:
        more = evaluator.items(given[0])
        return None if more is None else items + more
    if name == "insert" and len(given) == 2 and isinstance(given[0], int):
        out = list(items)
        out.insert(given[0], given[1])
        return tuple(out)
    if name == "reverse":
        return items[::-1]
    if name == "sort" and is_exact(items):
        try:
            return tuple(sorted(items))
        except TypeError:
            return None
    if name == "remove" and len(given) == 1 and is_exact(items) and is_exact(given[0]):
        for index, item in enumerate(items):
            if same(item, given[0]):
                return items[:index] + items[index + 1 :]
    return None


def _dict_method(evaluator: Evaluator, receiver: Ref, content: DictObject, name: str, arguments: Arguments, node: cst.CSTNode) -> Value:
    world, items, given = evaluator.machine.world, content.items, arguments.positional
    if name in ("items", "keys", "values", "copy"):
        if name == "copy":
            return world.allocate(content)
        views: dict[str, Callable[[dict[Any, Value]], tuple[Value, ...]]] = {
            "items": lambda d: tuple(d.items()),
            "keys": lambda d: tuple(d),
            "values": lambda d: tuple(d.values()),
        }
        return evaluator.new_list(None if items is None else views[name](items))
    if name in ("get", "pop", "setdefault") and items is not None and given and is_exact(given[0]):
        key = given[0]
        default = given[1] if len(given) > 1 else None
        found = items.get(key, default)
        if name == "pop":
            if key not in items and len(given) == 1:
                raise Raised
            world.set(receiver, DictObject({k: v for k, v in items.items() if k != key}))
        elif name == "setdefault" and key not in items:
            world.set(receiver, DictObject({**items, key: default}))
        return found
    if name == "get":
        return evaluator.machine.unknown("an item of a dict", node)
    if name == "update":
        added = _dict(evaluator, arguments, node)
        more = world.get(added).items
        world.set(receiver, DictObject(None if items is None or more is None else {**items, **more}))
        return None
    return NotImplemented
