"""Calls: of functions and classes of the file, followed with their arguments; of torch's and Python's own through tables."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import libcst as cst

from convt_lint.expectations import asserts
from convt_lint.facts import Step
from convt_lint.interpret import attributes, builtin_calls, effects, modules, tensors, torch_calls
from convt_lint.interpret.machine import MAX_CALL_DEPTH, CallRecord, Fork, Machine, Raised
from convt_lint.interpret.values import (
    WIDE,
    Bound,
    ClassObject,
    Container,
    DictObject,
    External,
    Frame,
    Function,
    Instance,
    Layer,
    Method,
    Module,
    Partial,
    Ref,
    Super,
    Tensor,
    Unknown,
    Value,
    bases_of,
    is_exact,
    root,
    same,
)
from convt_lint.interpret.world import World, join, join_values, joinable
from convt_lint.syntax.walk import children, walk
from convt_lint.torch_api import LAYERS, table

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator

BUILTIN_NAMES = builtin_calls.NAMES
KNOWN_EXTERNALS = frozenset(LAYERS) | torch_calls.NAMES


@dataclass(frozen=True)
class Arguments:
    """The arguments of a call. `star` and `double_star` say that unknown further ones were passed.

    names: what stands in each positional slot, as written ("dilation" for `dilation` and `self.dilation`), None for other expressions.
    constant: the positions and keywords whose values are written out as constants.
    """

    positional: tuple[Value, ...] = ()
    keywords: tuple[tuple[str, Value], ...] = ()
    star: bool = False
    double_star: bool = False
    names: tuple[str | None, ...] = ()
    constant: frozenset[int | str] = frozenset()

    def with_first(self, value: Value) -> Arguments:
        shifted = frozenset(key + 1 if isinstance(key, int) else key for key in self.constant)
        return Arguments((value, *self.positional), self.keywords, self.star, self.double_star, (None, *self.names), shifted)

    def without_first(self) -> Arguments:
        shifted = frozenset(key - 1 if isinstance(key, int) else key for key in self.constant)
        return Arguments(self.positional[1:], self.keywords, self.star, self.double_star, self.names[1:], shifted)

    def values(self) -> tuple[Value, ...]:
        return (*self.positional, *(value for _, value in self.keywords))

    def get(self, position: int, name: str) -> Value:
        """The argument given at a position or by name; `MISSING` if there is none."""
        if position < len(self.positional):
            return self.positional[position]
        return next((value for key, value in self.keywords if key == name), MISSING)


MISSING: Any = object()


def evaluate_call(evaluator: Evaluator, node: cst.Call) -> Value:
    """The value of a call expression."""
    if isinstance(node.func, cst.Name) and node.func.value == "super" and "super" not in _bound_names(evaluator):
        return _super(evaluator, node)
    callee = evaluator.evaluate(node.func)
    silent = asserts.expects_failure(node.func, callee)
    evaluator.machine.muted += silent
    evaluator.machine.expecting += silent
    try:
        arguments = _arguments(evaluator, node)
        if silent:
            _run_expecting_failure(evaluator, arguments, node)
    finally:
        evaluator.machine.muted -= silent
        evaluator.machine.expecting -= silent
    asserts.from_call(evaluator, node, callee, arguments)
    return call(evaluator, callee, arguments, node)


def _bound_names(evaluator: Evaluator) -> Iterator[str]:
    for scope in evaluator.scopes:
        frame = evaluator.machine.world.heap.get(scope.key)
        if isinstance(frame, Frame):
            yield from (name for name in frame.names if isinstance(name, str))


def _run_expecting_failure(evaluator: Evaluator, arguments: Arguments, node: cst.Call) -> None:
    """What is handed to something that expects it to fail: functions run in silence, and layers are excused from running at all."""
    machine = evaluator.machine
    world = machine.world.copy()
    for value in arguments.values():
        if isinstance(value, Layer):
            machine.excused.add(value.fact.site)
        elif isinstance(value, (Function, Bound, Ref)):
            if isinstance(value, Function):
                machine.entered.add(id(value.node))
            with contextlib.suppress(Raised, Fork):
                call(evaluator, value, Arguments(arguments.positional[2:]), node)
            machine.world = world.copy()


def _arguments(evaluator: Evaluator, node: cst.Call) -> Arguments:
    positional: list[Value] = []
    names: list[str | None] = []
    keywords: dict[str, Value] = {}
    constant: set[int | str] = set()
    star = double_star = False
    for argument in node.args:
        value = evaluator.evaluate(argument.value)
        if argument.star == "*":
            items = evaluator.items(value)
            if items is None:
                star = True
            elif not star:
                positional += items
                names += [None] * len(items)
        elif argument.star == "**":
            content = evaluator.machine.world.get(value) if isinstance(value, Ref) else None
            items_of = content.items if isinstance(content, DictObject) else None
            if items_of is None or not all(isinstance(key, str) for key in items_of):
                double_star = True
            else:
                keywords.update({str(key): item for key, item in items_of.items()})
        elif argument.keyword is not None:
            keywords[argument.keyword.value] = value
            if is_constant(argument.value):
                constant.add(argument.keyword.value)
        elif not star:
            if is_constant(argument.value):
                constant.add(len(positional))
            positional.append(value)
            names.append(_written_name(argument.value))
    return Arguments(tuple(positional), tuple(keywords.items()), star, double_star, tuple(names), frozenset(constant))


def _written_name(node: cst.BaseExpression) -> str | None:
    if isinstance(node, cst.Name):
        return node.value
    return node.attr.value if isinstance(node, cst.Attribute) else None


def is_constant(node: cst.BaseExpression) -> bool:
    """Whether an expression is written out as a constant, names and calls apart."""
    if isinstance(node, (cst.Integer, cst.Float, cst.SimpleString)):
        return True
    if isinstance(node, cst.Name):
        return node.value in ("True", "False", "None")
    if isinstance(node, cst.UnaryOperation):
        return is_constant(node.expression)
    if isinstance(node, (cst.Tuple, cst.List)):
        return all(is_constant(element.value) for element in node.elements)
    return False


# -- functions -------------------------------------------------------------------------------------------------------------


def make_function(evaluator: Evaluator, node: cst.FunctionDef | cst.Lambda, name: str, *, owner: Ref | None = None, flavour: str = "function") -> Function:
    """The function that a `def` or `lambda` makes here: its defaults are evaluated now, its free names when it runs."""
    machine = evaluator.machine
    defaults: dict[str, Value] = {}
    for parameter in (*node.params.posonly_params, *node.params.params, *node.params.kwonly_params):
        if parameter.default is not None:
            defaults[parameter.name.value] = evaluator.evaluate(parameter.default)
    scopes = tuple(scope for scope in evaluator.scopes if not _is_class_scope(machine.world, scope))
    machine.captured.update(scope.key for scope in scopes)
    return Function(name, node, scopes, defaults, owner, flavour)


CLASS_SCOPE = "(class scope)"
SCOPE_OF = "(scope of) "


def _is_class_scope(world: World, scope: Ref) -> bool:
    frame = world.heap.get(scope.key)
    return isinstance(frame, Frame) and CLASS_SCOPE in frame.names


def bind_parameters(evaluator: Evaluator, function: Function, arguments: Arguments, node: cst.CSTNode) -> dict[str, Value]:
    """The names a call binds. Raises Raised where the arguments surely do not fit the signature."""
    params = function.node.params
    names = [p.name.value for p in (*params.posonly_params, *params.params)]
    bound: dict[str, Value] = dict(zip(names, arguments.positional, strict=False))
    extra = arguments.positional[len(names) :]
    keyword_names = {p.name.value for p in (*params.params, *params.kwonly_params)}
    spare: dict[str, Value] = {}
    for key, value in arguments.keywords:
        if key in keyword_names:
            if key in bound:
                raise Raised
            bound[key] = value
        else:
            spare[key] = value
    takes_star = isinstance(params.star_arg, cst.Param)
    if (extra and not takes_star) or (spare and params.star_kwarg is None):
        raise Raised
    for name in (*names, *(p.name.value for p in params.kwonly_params)):
        if name in bound:
            continue
        if arguments.star or arguments.double_star:
            bound[name] = evaluator.machine.unknown(f"parameter {name}", node)
        elif name in function.defaults:
            bound[name] = function.defaults[name]
        else:
            raise Raised
    if isinstance(params.star_arg, cst.Param):
        bound[params.star_arg.name.value] = evaluator.machine.unknown("*args", node) if arguments.star else extra
    if params.star_kwarg is not None:
        items = None if arguments.double_star else spare
        bound[params.star_kwarg.name.value] = evaluator.machine.world.allocate(DictObject(items))  # type: ignore[arg-type]
    return bound


def call_function(evaluator: Evaluator, function: Function, arguments: Arguments, node: cst.CSTNode) -> Value:
    """Runs a function of the file with its arguments."""
    machine = evaluator.machine
    repeated = sum(record.node is function.node for record in machine.calls)
    if len(machine.calls) >= MAX_CALL_DEPTH or repeated >= 2 or is_generator(machine, function.node) or not _worth_following(evaluator, function, arguments):
        for value in arguments.values():
            machine.world.havoc(value, f"{function.name} is not followed")
        effects.forget(evaluator, machine.world, f"{function.name} is not followed")
        return machine.unknown(f"{function.name}(…)", node, *arguments.values())
    bound = bind_parameters(evaluator, function, arguments, node)
    if not machine.muted:
        machine.entered.add(id(function.node))
    step = Step(_call_text(function, bound), machine.site(node))
    record = CallRecord(function.node, step, frozenset(machine.world.assumptions))
    frame = machine.world.allocate(Frame(bound))
    return run_function(evaluator, function, frame, record)


def _worth_following(evaluator: Evaluator, function: Function, arguments: Arguments) -> bool:
    """Whether a call can matter: the function has to do with a layer, or may compute a number from what it is given."""
    if function.node in evaluator.machine.relevant or isinstance(function.node, cst.Lambda):
        return True
    given = arguments.values()
    if function.owner is not None and given and isinstance(given[0], Ref):
        return True
    return not given or any(is_exact(value) or isinstance(value, _WORTH) for value in given)


_WORTH = (Ref, tuple, Layer, Module, Tensor, External, Function)


def _call_text(function: Function, bound: dict[str, Value]) -> str:
    shown = [f"{name}={text}" for name, value in bound.items() if name != "self" and (text := _shown(value)) and len(text) < 60]
    return f"{function.name}({', '.join(shown[:8])})"


def _shown(value: Value) -> str:
    """A value as a step of the way shows it; empty where it is not known."""
    if isinstance(value, Tensor) and value.shape is not None:
        sizes = [str(int(size)) if isinstance(size, int) else "?" for size in value.shape]
        return f"tensor of shape ({', '.join(sizes)})"
    return repr(value) if is_exact(value) else ""


def run_function(evaluator: Evaluator, function: Function, frame: Ref, record: CallRecord) -> Value:
    """Runs a function's body in a frame; several ways out become one value, or fork the statement that called."""
    machine = evaluator.machine
    outer = evaluator.scopes
    evaluator.scopes = (frame, *function.scopes)
    machine.calls.append(record)
    if function.owner is not None:
        machine.world.bind(frame, OWNER, function.owner)
    entry = machine.world
    try:
        results = list(_results(evaluator, function, entry.copy()))
    finally:
        evaluator.scopes = outer
        machine.calls.pop()
    if not results:
        machine.world = entry
        raise Raised
    value = _combine(evaluator, results, entry, function)
    machine.forget_frame(frame)
    return value


OWNER = "(class of the method)"


def _results(evaluator: Evaluator, function: Function, world: World) -> Iterator[tuple[World, Value]]:
    if isinstance(function.node, cst.Lambda):
        body = function.node.body
        yield from evaluator.machine.attempt(world, lambda: evaluator.evaluate(body))
        return
    assert evaluator.run_block is not None
    flow = evaluator.run_block(function.node.body.body, world)
    yield from flow.returns
    for after in flow.next:
        yield after, None


def _combine(evaluator: Evaluator, results: list[tuple[World, Value]], entry: World, function: Function) -> Value:
    machine = evaluator.machine
    world, value = results[0]
    rest: list[tuple[World, Value]] = []
    for other, result in results[1:]:
        if joinable(world, other) and (same(value, result) or not (_counts(value) or _counts(result))):
            world, value = join(world, other, id(function.node)), join_values(value, result, f"{function.name}(…)", id(function.node))
        else:
            rest.append((other, result))
    if rest and not machine.blurred:
        shared = set(entry.assumptions)
        for assumption, condition in world.assumptions.items():
            if assumption not in shared and not all(assumption in other.assumptions for other, _ in rest):
                machine.world = entry
                raise Fork(condition, inner=True)
        for other, _ in rest:
            for assumption, condition in other.assumptions.items():
                if assumption not in shared and assumption not in world.assumptions:
                    machine.world = entry
                    raise Fork(condition, inner=True)
    for other, result in rest:
        world, value = join(world, other, id(function.node)), join_values(value, result, f"{function.name}(…)", id(function.node))
    machine.world = world
    return value


def _counts(value: Value) -> bool:
    if isinstance(value, tuple):
        return any(_counts(item) for item in value)
    return isinstance(value, (Layer, Module, Tensor, Ref, External)) or (isinstance(value, (int, float)) and not isinstance(value, bool))


def is_generator(machine: Machine, node: cst.FunctionDef | cst.Lambda) -> bool:
    """Whether a function's own body yields."""
    known = machine.generators.get(id(node))
    if known is None:
        known = False
        pending: list[cst.CSTNode] = [node.body]
        while pending and not known:
            item = pending.pop()
            known = isinstance(item, cst.Yield)
            if not isinstance(item, (cst.FunctionDef, cst.Lambda, cst.ClassDef)):
                pending += children(item)
        machine.generators[id(node)] = known
    return known


# -- any callable ------------------------------------------------------------------------------------------------------------


def call(evaluator: Evaluator, callee: Value, arguments: Arguments, node: cst.Call) -> Value:
    """Calls a value."""
    machine = evaluator.machine
    callee = machine.world.resolve(callee)
    if isinstance(callee, External):
        return call_external(evaluator, callee, arguments, node)
    if isinstance(callee, Function):
        return call_function(evaluator, callee, arguments, node)
    if isinstance(callee, Bound):
        return _call_bound(evaluator, callee, arguments, node)
    if isinstance(callee, Partial):
        merged = tuple({**dict(callee.keywords), **dict(arguments.keywords)}.items())
        names = (*(None for _ in callee.arguments), *arguments.names)
        return call(
            evaluator, callee.function, Arguments((*callee.arguments, *arguments.positional), merged, arguments.star, arguments.double_star, names), node
        )
    if isinstance(callee, Method):
        return _call_method(evaluator, callee, arguments, node)
    if isinstance(callee, (Layer, Module)):
        return apply_layer(evaluator, callee, arguments, node)
    if isinstance(callee, Ref):
        content = machine.world.get(callee)
        if isinstance(content, Container):
            return modules.run_container(evaluator, content, arguments, node)
        if isinstance(content, ClassObject):
            return _construct(evaluator, callee, content, arguments, node)
        if isinstance(content, Instance):
            return _call_instance(evaluator, callee, content, arguments, node)
    return unfollowed(evaluator, callee, arguments, node)


def apply_layer(evaluator: Evaluator, layer: Value, arguments: Arguments, node: cst.Call) -> Value:
    """A layer of torch's, or a container, is run."""
    if isinstance(layer, Layer):
        return torch_calls.apply(evaluator, layer, arguments, node)
    if isinstance(layer, Module):
        return modules.apply(evaluator, layer, arguments, node)
    return call(evaluator, layer, arguments, node)


def unfollowed(evaluator: Evaluator, callee: Value, arguments: Arguments, node: cst.CSTNode) -> Unknown:
    """The result of code that is not followed: unknown, and what it was given may have changed."""
    machine = evaluator.machine
    for value in arguments.values():
        machine.world.havoc(value, "passed to code that is not followed")
    if any(effects.holds_code(evaluator, value) for value in (callee, *arguments.values())):
        effects.forget(evaluator, machine.world, "code that is not followed")
    cause = callee.cause if isinstance(callee, Unknown) else callee.name if isinstance(callee, (External, Method)) else "a call"
    operands = (*arguments.values(), callee)
    if isinstance(callee, External) and not arguments.values():
        return machine.world.fresh(f"{cause}()", id(node), bases=frozenset({("any", ("external", callee.name))}))
    return machine.world.fresh(f"{cause}(…)", id(node), bases=_call_bases(operands), opaque=not _is_free(callee, arguments))


def _is_free(callee: Value, arguments: Arguments) -> bool:
    """Whether a call's result can be anything: it rests on free symbols, and on no number of the file that it might judge."""
    values = arguments.values()
    source = callee.receiver if isinstance(callee, Method) else callee
    free = [value for value in (source, *values) if isinstance(value, Unknown)]
    if not free or any(value.opaque for value in free):
        return False
    return all(isinstance(value, (Unknown, str, bool, type(None))) for value in values)


def _call_bases(values: tuple[Value, ...]) -> frozenset[Any]:
    """The free symbols of a call's result: whatever can be reached from its arguments."""
    bases = bases_of(*values)
    return bases if bases == WIDE else frozenset(("any", base[1] if isinstance(base, tuple) and base[0] == "any" else root(base)) for base in bases)


def call_external(evaluator: Evaluator, callee: External, arguments: Arguments, node: cst.Call) -> Value:
    """Calls something imported or built in, by its dotted name."""
    name = callee.name
    if name in LAYERS:
        return torch_calls.build(evaluator, LAYERS[name], arguments, node)
    if name.endswith(".__init__") and is_torch_layer(name[: -len(".__init__")]) and arguments.positional:
        return _initialise(evaluator, name, arguments, node)
    for handlers in (torch_calls.FUNCTIONS, builtin_calls.FUNCTIONS):
        function = handlers.get(name)
        if function is not None:
            result = function(evaluator, arguments, node)
            if result is not NotImplemented:
                return result
            return unfollowed_pure(evaluator, callee, arguments, node)
    if modules.is_module(name):
        return modules.make(evaluator, name, arguments, node)
    row = table.function_row(name)
    if row is not None:
        return tensors.call(evaluator, name.removeprefix("torch.nn.functional."), row, arguments, node)
    if name.count(".") > 1 and name.startswith("builtins."):
        return unfollowed(evaluator, callee, arguments, node)
    if torch_calls.is_pure(name):
        return unfollowed_pure(evaluator, callee, arguments, node)
    return unfollowed(evaluator, callee, arguments, node)


def is_torch_layer(name: str) -> bool:
    """Whether a dotted name is one of torch's layers or containers that are followed."""
    return name in LAYERS or modules.is_module(name)


def unfollowed_pure(evaluator: Evaluator, callee: External, arguments: Arguments, node: cst.CSTNode) -> Unknown:
    """The unknown result of a call that changes none of its arguments."""
    values = arguments.values()
    if any(effects.holds_code(evaluator, value) for value in values):
        effects.forget(evaluator, evaluator.machine.world, "code that is not followed")
    cause = f"{callee.name.removeprefix('builtins.')}(…)"
    return evaluator.machine.world.fresh(cause, id(node), bases=_call_bases(values), opaque=bool(values) and not _is_free(callee, arguments))


def _call_bound(evaluator: Evaluator, callee: Bound, arguments: Arguments, node: cst.Call) -> Value:
    function = callee.function
    if isinstance(function, External):
        base, _, method = function.name.rpartition(".")
        if is_torch_layer(base) and method == "__init__":
            return _initialise(evaluator, function.name, arguments.with_first(callee.receiver), node)
        if is_torch_layer(base) and method in ("forward", "__call__"):
            return _apply_own_layer(evaluator, callee.receiver, arguments, node)
        if attributes.is_transparent(External(base)):
            return unfollowed_pure(evaluator, function, arguments, node)
        evaluator.machine.world.havoc(callee.receiver, f"{function.name} is not followed", deep=False)
        return unfollowed(evaluator, function, arguments, node)
    if isinstance(function, Unknown):
        evaluator.machine.world.havoc(callee.receiver, f"{function.cause} is not followed", deep=False)
        return unfollowed(evaluator, function, arguments, node)
    return call(evaluator, function, arguments.with_first(callee.receiver), node)


def _initialise(evaluator: Evaluator, name: str, arguments: Arguments, node: cst.Call) -> Value:
    """`super().__init__(...)` of a subclass of a torch layer or container: the instance becomes that layer."""
    receiver = arguments.positional[0]
    world = evaluator.machine.world
    base = name.rpartition(".")[0]
    if base in LAYERS:
        own = _has_own_forward(evaluator, receiver)
        layer: Value = torch_calls.build(evaluator, LAYERS[base], arguments.without_first(), node, silent=own)
    else:
        layer = modules.make(evaluator, base, arguments.without_first(), node)
    if isinstance(receiver, Ref) and isinstance(world.get(receiver), Instance):
        content = world.get(receiver)
        world.set(receiver, Instance(content.cls, {**content.attributes, attributes.LAYER_SLOT: layer}, content.complete))
    return None


def _has_own_forward(evaluator: Evaluator, receiver: Value) -> bool:
    """Whether an instance's class replaces the layer's forward without calling it."""
    content = evaluator.machine.world.get(receiver) if isinstance(receiver, Ref) else None
    if not isinstance(content, Instance):
        return False
    if any(attributes.find_in_class(evaluator, content.cls, name)[0] is not None for name in ("_output_padding", "_conv_forward")):
        return True
    for name in ("forward", "__call__"):
        home, method = attributes.find_in_class(evaluator, content.cls, name)
        if home is not None and isinstance(method, Function):
            inner = (item.attr.value for item in walk(method.node) if isinstance(item, cst.Attribute))
            return not any(attribute in ("forward", "__call__") for attribute in inner)
    return False


def _apply_own_layer(evaluator: Evaluator, receiver: Value, arguments: Arguments, node: cst.Call) -> Value:
    content = evaluator.machine.world.get(receiver) if isinstance(receiver, Ref) else None
    layer = content.attributes.get(attributes.LAYER_SLOT) if isinstance(content, Instance) else None
    if layer is not None:
        return apply_layer(evaluator, layer, arguments, node)
    return unfollowed(evaluator, evaluator.machine.unknown("super().forward", node), arguments, node)


def _call_method(evaluator: Evaluator, callee: Method, arguments: Arguments, node: cst.Call) -> Value:
    machine = evaluator.machine
    receiver = callee.receiver
    content = machine.world.get(receiver) if isinstance(receiver, Ref) else None
    if callee.name == "apply" and (isinstance(receiver, (Layer, Module)) or isinstance(content, Container)):
        return _apply_to_all(evaluator, receiver, arguments, node)
    if isinstance(receiver, Layer):
        return torch_calls.layer_method(evaluator, receiver, callee.name, arguments, node)
    if isinstance(receiver, Module):
        return _module_method(evaluator, receiver, callee.name, arguments, node)
    if isinstance(content, Container):
        return modules.container_method(evaluator, receiver, content, callee.name, arguments, node)
    if isinstance(receiver, Tensor):
        return torch_calls.tensor_method(evaluator, receiver, callee.name, arguments, node)
    if isinstance(content, Instance):
        return _foreign_method(evaluator, receiver, content, callee.name, arguments, node)
    result = builtin_calls.method(evaluator, receiver, callee.name, arguments, node)
    if result is NotImplemented:
        machine.world.havoc(receiver, f"{callee.name} is not followed", deep=False)
        return unfollowed(evaluator, callee, arguments, node)
    return result


def _apply_to_all(evaluator: Evaluator, receiver: Value, arguments: Arguments, node: cst.CSTNode) -> Value:
    """`module.apply(function)`: the function, which is not followed, sees every module; the module itself comes back."""
    unfollowed(evaluator, evaluator.machine.unknown("apply", node), Arguments(arguments.positional), node)
    return receiver


def _module_method(evaluator: Evaluator, module: Module, name: str, arguments: Arguments, node: cst.Call) -> Value:
    """A method of a layer of the table."""
    if name in ("forward", "__call__"):
        return modules.apply(evaluator, module, arguments, node)
    if name in modules.IDENTITY_METHODS:
        return module
    if name in modules.TAMPERING:
        attributes.tamper(evaluator, module)
    return evaluator.machine.unknown(f"{name}()", node, opaque=True)


def _foreign_method(evaluator: Evaluator, receiver: Ref, content: Instance, name: str, arguments: Arguments, node: cst.Call) -> Value:
    """A method that the instance inherits from a class outside the file."""
    machine = evaluator.machine
    foreign = [base for base in attributes.lineage(evaluator, content.cls) if not isinstance(base, Ref)]
    if name == "__setattr__":
        machine.world.havoc(receiver, f"{name} is not followed", deep=False)
        return None
    if all(attributes.is_transparent(base) for base in foreign):
        slot = content.attributes.get(attributes.LAYER_SLOT)
        if isinstance(slot, Ref) and name in modules.CONTAINER_METHODS:
            return _call_method(evaluator, Method(slot, name), arguments, node)
        if name == "apply":
            return _apply_to_all(evaluator, receiver, arguments, node)
        if name in modules.IDENTITY_METHODS:
            return receiver
        if name in ("__setattr__", "register_module", "load_state_dict"):
            machine.world.havoc(receiver, f"{name} is not followed", deep=False)
            return None
        if name == "add_module" and len(arguments.positional) == 2 and isinstance(arguments.positional[0], str):
            attributes.put(evaluator, receiver, arguments.positional[0], arguments.positional[1])
            return None
        return unfollowed_pure(evaluator, External(name), arguments, node)
    machine.world.havoc(receiver, f"{name} is not followed", deep=False)
    return unfollowed(evaluator, Method(receiver, name), arguments, node)


# -- classes -----------------------------------------------------------------------------------------------------------------


def _construct(evaluator: Evaluator, ref: Ref, cls: ClassObject, arguments: Arguments, node: cst.Call) -> Value:
    machine = evaluator.machine
    _, maker = attributes.find_in_class(evaluator, ref, "__new__")
    if isinstance(maker, Function):
        return unfollowed(evaluator, machine.unknown(f"{cls.name}.__new__", node), arguments, node)
    home, initialiser = attributes.find_in_class(evaluator, ref, "__init__")
    foreign = [base for base in attributes.lineage(evaluator, ref) if not isinstance(base, Ref)]
    complete = cls.plain and all(attributes.is_transparent(base) for base in foreign)
    instance = machine.world.allocate(Instance(ref, {}, complete))
    if home is not None and isinstance(initialiser, Function):
        call_function(evaluator, initialiser, arguments.with_first(instance), node)
        return instance
    base = attributes.layer_base(evaluator, ref)
    if base is not None and isinstance(initialiser, External) and initialiser == base:
        _initialise(evaluator, f"{base.name}.__init__", arguments.with_first(instance), node)
        return instance
    if not all(attributes.is_transparent(base) for base in foreign) or not cls.plain:
        for value in arguments.values():
            machine.world.havoc(value, f"{cls.name} is not followed")
    return instance


def _call_instance(evaluator: Evaluator, ref: Ref, content: Instance, arguments: Arguments, node: cst.Call) -> Value:
    for name in ("__call__", "forward"):
        home, method = attributes.find_in_class(evaluator, content.cls, name)
        if home is not None and isinstance(method, Function):
            return call_function(evaluator, method, arguments.with_first(ref), node)
    layer = content.attributes.get(attributes.LAYER_SLOT)
    if layer is not None:
        return apply_layer(evaluator, layer, arguments, node)
    return unfollowed(evaluator, evaluator.machine.unknown("an object that is called", node), arguments, node)


def _super(evaluator: Evaluator, node: cst.Call) -> Value:
    machine = evaluator.machine
    values = [evaluator.evaluate(argument.value) for argument in node.args]
    if len(values) == 2 and isinstance(values[0], Ref):
        return Super(values[0], values[1])
    for scope in evaluator.scopes:
        frame = machine.world.heap.get(scope.key)
        if isinstance(frame, Frame) and OWNER in frame.names:
            receiver = next(iter(frame.names.values()), None)
            return Super(frame.names[OWNER], receiver)
    return machine.unknown("super()", node)
