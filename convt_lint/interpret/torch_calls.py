"""Torch in the interpreter: transposed convolutions built and run, tensors created, and functions that leave a layer what it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from convt_lint.facts import NOT_GIVEN, CallProblem, Clash, FactValue, LayerApplied, LayerBuilt, Waypoint
from convt_lint.facts import Unknown as UnknownFact
from convt_lint.interpret import attributes, modules, sizes, tensors, touches, trials
from convt_lint.interpret.arguments import MISSING, Arguments
from convt_lint.interpret.modules import IDENTITY_METHODS, TAMPERING
from convt_lint.interpret.values import (
    DictObject,
    External,
    Layer,
    Length,
    ListObject,
    Module,
    Origin,
    Ref,
    Tensor,
    Text,
    Unknown,
    Value,
    is_exact,
    to_fact,
)
from convt_lint.lengths import Formula, Size, Symbol, differ, form, known, sized
from convt_lint.torch_api import LAYERS, Kind, LayerSpec
from convt_lint.torch_api.shapes import SOME_TENSOR, Refused
from convt_lint.torch_api.shapes import tensor as as_tensor

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator
    from convt_lint.interpret.machine import Machine


# -- building ----------------------------------------------------------------------------------------------------------------


def build(evaluator: Evaluator, spec: LayerSpec, arguments: Arguments, node: cst.Call, *, silent: bool = False) -> Value:
    """A transposed convolution is constructed, or its functional form called: states the fact, gives the layer or the output.

    `silent` builds a layer whose own forward is replaced: what torch's would refuse says nothing of it.
    """
    machine = evaluator.machine
    if any(name.rpartition(".")[0].endswith(f".{spec.name}") or name.endswith(f".{spec.name}") for name in machine.patched):
        return machine.unknown(f"{spec.name} (patched)", node)
    bound = bind(spec, arguments)
    values = bound.values
    if spec.kind is Kind.FUNCTION:
        values |= _of_weight(evaluator, values.get("weight"), values.get("groups"))
    machine.constructions[id(node)] = node
    named = (*((p.name, name) for p, name in zip(spec.parameters, arguments.names, strict=False) if name is not None),)
    fact = LayerBuilt(
        machine.site(node),
        spec,
        {name: as_fact(evaluator, value) for name, value in values.items()},
        bound.given,
        bound.problems,
        named,
        _literal(arguments, bound.slots),
        machine.resizes,
        path=machine.path(),
    )
    machine.excuse(fact.site, run=spec.kind is Kind.FUNCTION)
    if not (machine.mended and spec.kind is not Kind.FUNCTION) and not silent:
        machine.emit(fact)
    if spec.kind is Kind.FUNCTION:
        source = values.get("input")
        return run(evaluator, fact, source, NOT_GIVEN, node)
    return Layer(fact)


@dataclass(frozen=True)
class Binding:
    """A call bound to torch's signature: every parameter's value, the names given, what does not fit, and the values by slot."""

    values: dict[str, Value]
    given: frozenset[str]
    problems: tuple[CallProblem, ...]
    slots: dict[int | str, Value]


def bind(spec: LayerSpec, arguments: Arguments) -> Binding:
    """Binds a call's arguments to a layer's parameters."""
    parameters = spec.parameters
    values: dict[str, Value] = {}
    problems: list[CallProblem] = []
    slots: dict[int | str, Value] = {}
    for index, value in enumerate(arguments.positional):
        slots[index] = value
        if index >= len(parameters):
            problems.append(CallProblem("too many", f"{len(arguments.positional)} positional arguments"))
            break
        values[parameters[index].name] = value
    for name, value in arguments.keywords:
        slots[name] = value
        if spec.parameter(name) is None:
            if not (spec.kind is Kind.LAZY and name == "in_channels"):
                problems.append(CallProblem("unexpected", name))
        elif name in values:
            problems.append(CallProblem("duplicate", name))
        else:
            values[name] = value
    given = frozenset(values)
    for parameter in parameters:
        if parameter.name in values:
            continue
        if arguments.star or arguments.double_star:
            values[parameter.name] = _hidden(parameter.name, arguments)
        elif parameter.required:
            problems.append(CallProblem("missing", parameter.name))
            values[parameter.name] = _hidden(parameter.name, arguments)
        else:
            values[parameter.name] = parameter.default
    return Binding(values, given, tuple(problems), slots)


def _hidden(name: str, arguments: Arguments) -> Unknown:
    holder = "*args" if arguments.star else "**kwargs" if arguments.double_star else "no value"
    return Unknown(f"{name} ({holder})", ("hidden", name))


def _literal(arguments: Arguments, slots: Mapping[int | str, Value]) -> bool:
    return all(key in arguments.constant for key, value in slots.items() if is_exact(value) and not _is_flag(value))


def _is_flag(value: Value) -> bool:
    return value is None or isinstance(value, bool)


def _of_weight(evaluator: Evaluator, weight: Value, groups: Value) -> dict[str, Value]:
    """The geometry that a functional call takes from its weight: (in_channels, out_channels/groups, *kernel_size)."""
    if not isinstance(weight, Tensor) or weight.shape is None or len(weight.shape) < 3:
        unknown = Unknown("the weight's shape", ("weight", evaluator.machine.number(weight)))
        return {"kernel_size": unknown, "in_channels": unknown, "out_channels": unknown}
    channels_in, per_group, *kernel = weight.shape
    out = per_group * groups if isinstance(per_group, int) and isinstance(groups, int) else Unknown("groups", ("groups", evaluator.machine.number(weight)))
    return {"kernel_size": tuple(kernel), "in_channels": channels_in, "out_channels": out}


def as_fact(evaluator: Evaluator, value: Value) -> FactValue:
    """The value as rules see it; a list counts as the tuple that torch makes of it."""
    value = evaluator.machine.world.resolve(value)
    if isinstance(value, tuple):
        return to_fact(tuple(_scalar(evaluator, item) for item in value)) if len(value) <= MAX_ITEMS else to_fact(Text())
    if isinstance(value, Ref):
        content = evaluator.machine.world.get(value)
        if isinstance(content, ListObject) and content.items is not None and len(content.items) <= MAX_ITEMS:
            return to_fact(tuple(_scalar(evaluator, item) for item in content.items))
    if isinstance(value, External):
        return to_fact(evaluator.opaque_value(value))
    return to_fact(value)


MAX_ITEMS = 64


def _scalar(evaluator: Evaluator, value: Value) -> Value:
    """An item of a sequence given as an argument; sequences in sequences are not looked into (they may hold themselves)."""
    value = evaluator.machine.world.resolve(value)
    return evaluator.opaque_value(value) if isinstance(value, (External, Ref, tuple)) else value


# -- running -----------------------------------------------------------------------------------------------------------------


def apply(evaluator: Evaluator, layer: Layer, arguments: Arguments, node: cst.Call) -> Value:
    """`layer(x)` or `layer(x, output_size=...)`."""
    machine = evaluator.machine
    machine.excuse(layer.fact.site, run=True)
    if machine.mended:
        return machine.unknown(f"{layer.fact.layer.name} (changed after it was built)", node)
    source = arguments.get(0, "input")
    size = arguments.get(1, "output_size")
    if layer.fact in machine.world.tampered or source is MISSING:
        return machine.unknown(f"{layer.fact.layer.name}(…)", node)
    hidden = (arguments.star or arguments.double_star) and size is MISSING
    last = sizes.last_sizes(machine.world.resolve(size), layer.fact.layer.dims)
    stated: FactValue = NOT_GIVEN if size is MISSING else as_fact(evaluator, size if last is None else last)
    return run(evaluator, layer.fact, source, to_fact(machine.unknown("**kwargs", node)) if hidden else stated, node)


def is_layer(name: str) -> bool:
    """Whether a dotted name is one of torch's layers or containers that are followed."""
    return name in LAYERS or modules.is_module(name)


def apply_layer(evaluator: Evaluator, layer: Value, arguments: Arguments, node: cst.Call) -> Value:
    """A layer of torch's, or a container on the heap, is run."""
    if isinstance(layer, Layer):
        return apply(evaluator, layer, arguments, node)
    if isinstance(layer, Module):
        return modules.apply(evaluator, layer, arguments, node)
    return modules.run_container(evaluator, evaluator.machine.world.get(layer), arguments, node)


def run(evaluator: Evaluator, fact: LayerBuilt, source: Value, size: FactValue, node: cst.Call) -> Value:
    """Runs a layer on an input: states the fact and gives the output, its dimensions marked with where they come from."""
    machine = evaluator.machine
    dims = fact.layer.dims
    try:
        tensor = (as_tensor(source) if isinstance(source, (Tensor, Symbol)) else SOME_TENSOR).of_ranks(dims + 1, dims + 2)
    except Refused as refusal:
        tensors.meet(evaluator, fact.layer.name, trials.clash_of(refusal), node, built=fact.site)
        raise tensors.refused(evaluator) from None
    channels, lengths = tensor.size(-dims - 1), tuple(tensor.size(axis - dims) for axis in range(dims))
    clash = _of_channels(fact, channels)
    if clash is not None:
        tensors.meet(evaluator, fact.layer.name, clash, node, built=fact.site, trial=trials.lost(clash, (channels, *lengths)))
        raise tensors.refused(evaluator)
    ints = tuple(int(v) if isinstance(v, int) else None for v in lengths)
    batched = None if tensor.shape is None else len(tensor.shape) == dims + 2
    applied = LayerApplied(machine.site(node), fact, ints, known(channels), size, batched, tuple(map(form, lengths)), path=machine.path())
    tensors.meet(evaluator, fact.layer.name, None, node, built=fact.site, trial=trials.of_layer(applied, channels, lengths))
    machine.emit(applied)
    touches.before(machine, applied, source, lengths, node)
    if applied.layer.runs() and applied.refuses_size():
        raise tensors.refused(evaluator)
    out = tuple(_dimension(machine, applied, axis, *pair) for axis, pair in enumerate(zip(applied.output_lengths(), lengths, strict=True)))
    out_channels = fact.arguments.get("out_channels")
    if isinstance(out_channels, int):
        channel: Value = Length(out_channels, None, Waypoint(out_channels, fact.layer.name, fact.site, getattr(channels, "trail", None)))
    else:
        channel = machine.unknown("out_channels", node)
    if machine.reshaped:
        return SOME_TENSOR
    if tensor.shape is None:
        ranks = (dims + 1, dims + 2)
        return Tensor(None, (channel, *out), ranks, tensors.batch_of(ranks, [tensor, *tensors.named(source)], machine.number(node)))
    lead = (machine.unknown("a size", node, opaque=True) if size is None else size for size in tensor.shape[: -dims - 1])
    return Tensor((*lead, channel, *out))


def _of_channels(fact: LayerBuilt, channels: Value) -> Clash | None:
    """The clash of an input's channels with the layer's in_channels, if they surely differ."""
    wanted = fact.arguments.get("in_channels")
    if not differ(channels, wanted):
        return None
    return Clash("channels", f"expects {wanted} channels, the input has {channels}", (trials.side("the input", channels),))


def _dimension(machine: Machine, applied: LayerApplied, axis: int, length: int | None, before: Value) -> Value:
    """An output's size on a spatial axis; `before` is the input's."""
    origin = Origin(applied, axis)
    trail = getattr(before, "trail", None)
    name = applied.layer.layer.name
    if length is not None and length >= 1:
        return Length(length, origin, Waypoint(length, name, applied.layer.site, trail, applied, axis))
    found = _formula(applied, axis)
    if isinstance(found, Formula):
        return trials.measured(found.expression, Waypoint(found.expression, name, applied.layer.site, trail, applied, axis), origin)
    term = ("length", machine.number(applied), axis)
    return Unknown("an output length", term, frozenset({term}), opaque=True, origin=origin)


def _formula(applied: LayerApplied, axis: int) -> Size:
    """An output's size on a spatial axis as a formula in what is not known; None where it cannot be told."""
    layer, length, size = applied.layer, applied.forms[axis], applied.output_size
    if size not in (NOT_GIVEN, None):
        asked = size[axis - layer.layer.dims] if isinstance(size, tuple) and len(size) >= layer.layer.dims else None
        return sized(asked.sure) if isinstance(asked, UnknownFact) and asked.sure is not None else None
    if length is None or not layer.runs():
        return None
    made = layer.output_form(axis, length)
    return None if made is None else sized(made)


def layer_method(evaluator: Evaluator, layer: Layer, name: str, arguments: Arguments, node: cst.Call) -> Value:
    """A method of a transposed convolution."""
    if name in ("forward", "__call__"):
        return apply(evaluator, layer, arguments, node)
    if name in IDENTITY_METHODS:
        return layer
    if name in TAMPERING:
        attributes.tamper(evaluator, layer)
    return evaluator.machine.unknown(f"{name}()", node)


# -- torch's functions -------------------------------------------------------------------------------------------------------


def _first(evaluator: Evaluator, arguments: Arguments, node: cst.Call) -> Value:
    """Wrappers that give back the module they are given, as far as lengths go."""
    value = arguments.positional[0] if arguments.positional else next((v for k, v in arguments.keywords if k in ("module", "model")), None)
    if isinstance(value, (Layer, Module, Ref)) and not (isinstance(value, Ref) and isinstance(evaluator.machine.world.get(value), (ListObject, DictObject))):
        return value
    return evaluator.machine.unknown("a wrapped module", node, *arguments.values())


def _size(evaluator: Evaluator, arguments: Arguments, node: cst.Call) -> Value:
    items = evaluator.items(arguments.positional[0]) if len(arguments.positional) == 1 else None
    return items if items is not None else evaluator.machine.unknown("torch.Size", node, *arguments.values())


_NORMS = ("weight_norm", "spectral_norm", "remove_weight_norm", "remove_spectral_norm")
FUNCTIONS: dict[str, Callable[..., Value]] = {
    **{f"torch.nn.utils.{name}": _first for name in _NORMS},
    **{f"torch.nn.utils.{home}.{name}": _first for home in ("parametrizations", "weight_norm", "spectral_norm") for name in _NORMS},
    "torch.nn.utils.parametrize.register_parametrization": lambda evaluator, arguments, node: _parametrized(evaluator, arguments, node),
    "torch.nn.utils.parametrize.remove_parametrizations": _first,
    "torch.nn.utils.skip_init": lambda evaluator, arguments, node: _skip_init(evaluator, arguments, node),
    "torch.compile": _first,
    "torch.nn.DataParallel": _first,
    "torch.nn.parallel.DistributedDataParallel": _first,
    "torch.jit.trace": _first,
    "torch.jit.script": _first,
    "torch.Size": _size,
}
NAMES = frozenset(FUNCTIONS)


def _parametrized(evaluator: Evaluator, arguments: Arguments, node: cst.Call) -> Value:
    """register_parametrization(module, "weight", …) keeps the weight's shape, which torch checks unless told that this is `unsafe`."""
    module = _first(evaluator, arguments, node)
    if any(name == "unsafe" for name, _ in arguments.keywords) or len(arguments.positional) > 3:
        attributes.tamper(evaluator, module)
    return module


def _skip_init(evaluator: Evaluator, arguments: Arguments, node: cst.Call) -> Value:
    """torch.nn.utils.skip_init(nn.ConvTranspose1d, ...) builds the layer without filling its weights."""
    from convt_lint.interpret import calls

    if not arguments.positional:
        return NotImplemented
    return calls.call(evaluator, arguments.positional[0], arguments.without_first(), node)


_PURE_ROOTS = frozenset({"torch", "einops", "numpy", "math", "logging", "warnings", "os", "time"})
_HARMLESS = (
    *("len", "min", "max", "abs", "sum", "print", "repr", "str", "int", "float", "bool", "isinstance", "issubclass", "hash", "id", "type"),
    *("format", "callable", "all", "any", "ord", "chr", "round", "divmod", "pow", "hasattr", "input", "open", "super", "object", "range", "bytes"),
)
_PURE_BUILTINS = frozenset(f"builtins.{name}" for name in _HARMLESS)


def is_pure(name: str) -> bool:
    """Whether a function is known to change none of the lists and objects it is given, and to give none of them back."""
    return name in _PURE_BUILTINS or name.split(".")[0] in _PURE_ROOTS
