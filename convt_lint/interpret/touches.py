"""What becomes of a transposed convolution's output, and what made its input: noted where comments state sizes, which may be those behind a crop."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

import libcst as cst

from convt_lint.facts import ARGUMENT, HANDED, LayerApplied, LayerBuilt, LengthTouched
from convt_lint.interpret.arguments import Arguments
from convt_lint.interpret.makers import runs_of, tensors_in
from convt_lint.interpret.values import External, Function, Layer, ListObject, Method, Ref, Tensor, Unknown, Value
from convt_lint.lengths import Symbol
from convt_lint.syntax.names import dotted

if TYPE_CHECKING:
    from convt_lint.interpret.machine import Machine


def by_row(machine: Machine, operation: str, sources: Iterable[Tensor], result: Any, node: cst.CSTNode, along: Any = None) -> None:
    """Notes an operation of the shape table: what it takes of a layer's, and whether the lengths are still there in its result. `along`: the dimension that it
    works on, where it works on one."""
    if not machine.supposes:
        return
    for source in sources:
        for applied, sizes in runs_of(source):
            left = [after for tensor in tensors_in(result) for run, after in runs_of(tensor) if run is applied]
            keeps = any(len(after) >= len(sizes) for after in left) or not (isinstance(result, Symbol) or any(True for _ in tensors_in(result)))
            _note(machine, applied, operation, keeps or (operation.rpartition(".")[2] in _JOINS and _is_aside(machine, along, source, applied)), node)


_JOINS = frozenset({"cat", "concat", "concatenate"})


def _is_aside(machine: Machine, dim: Any, source: Tensor, applied: LayerApplied) -> bool:
    """Whether a dimension of what a layer made is its batch or its channels. That there is no batch is not taken for meant where it is only supposed."""
    if not isinstance(dim, int):
        return False
    if dim >= 0 and (source.rank is None or any(assumption.guess for assumption in machine.world.assumptions)):
        return dim < 2
    return (dim if dim < 0 else dim - (source.rank or 0)) < -applied.layer.layer.dims


def by_call(machine: Machine, callee: Value, arguments: Arguments, node: cst.CSTNode | None) -> None:
    """Notes a call that is not followed; `node` is None where the call is not written, as that of a module in a Sequential is not."""
    if not machine.supposes:
        return
    name = name_of(callee, node)
    if isinstance(callee, Method):
        arguments = arguments.with_first(callee.receiver)
    for value in arguments.values():
        content = machine.world.heap.get(value.key) if isinstance(value, Ref) else value
        items = content.items if isinstance(content, ListObject) else content if isinstance(content, tuple) else (value,)
        for tensor in tensors_in(items or ()):
            for applied, _ in runs_of(tensor):
                _note(machine, applied, name, None, node)


def before(machine: Machine, applied: LayerApplied, source: Value, lengths: Iterable[Value], node: cst.CSTNode) -> None:
    """Notes what changed the lengths of a layer's input last."""
    if not machine.supposes:
        return
    labels = {trail.label for length in lengths if (trail := getattr(length, "trail", None)) is not None and trail.applied is None}
    labels |= {made for value in (source, *lengths) if isinstance(value, Unknown) and (made := _name_made(value))}
    if isinstance(source, (Unknown, Tensor)) and _is_sliced(source.name):
        labels.add("[…]")
    if isinstance(source, Tensor) and not source.last and source.name is None:
        labels.add("")  # made of what is not known
    for label in sorted(labels):
        operation = label.rpartition(".")[2]
        machine.emit(LengthTouched(machine.site(node), applied.layer, operation, None, applied, before=True, path=machine.path()))


def by_change(machine: Machine, layer: LayerBuilt, operation: str) -> None:
    """Notes that a layer is not what it was built as from here on: something else runs with it."""
    if machine.supposes:
        machine.emit(LengthTouched(layer.site, layer, operation, None, path=machine.path()))


def by_handing_on(machine: Machine, arguments: Arguments, node: cst.CSTNode) -> None:
    """Notes layers that are handed to what is called: they become part of something else."""
    if not machine.supposes:
        return
    for value in arguments.values():
        content = machine.world.heap.get(value.key) if isinstance(value, Ref) else value
        items = content.items if isinstance(content, ListObject) else content if isinstance(content, tuple) else (value,)
        for item in items or ():
            if isinstance(item, Layer):
                machine.emit(LengthTouched(machine.site(node), item.fact, HANDED, None, path=machine.path()))


def lost(machine: Machine, runs: Iterable[LayerApplied]) -> None:
    """Notes runs whose output went where it is not followed: whatever becomes of it there."""
    for applied in {id(applied): applied for applied in runs}.values():
        machine.emit(LengthTouched(applied.site, applied.layer, "", None, applied, path=machine.path()))


_MADE = re.compile(r"(?:a size of )?(?:[\w.]*\.)?([^.(]+)\(…?\)$")


def _name_made(value: Unknown) -> str:
    """The name of the call that made an unknown value; empty where none did."""
    made = _MADE.match(value.cause)
    return "" if made is None else made[1]


def name_of(callee: Value, node: cst.CSTNode | None) -> str:
    """The name of what is called: of the class or function where that is known, else as the call writes it; empty where it has none, and for a function of
    the file, of which the name says nothing that its body does not say better."""
    if isinstance(callee, Function):
        return ""
    if isinstance(callee, (External, Method)):
        return callee.name.rpartition(".")[2]
    if isinstance(callee, Unknown) and callee.cause.startswith("parameter "):
        return f"{ARGUMENT}{callee.cause.rpartition('.')[2].removeprefix('parameter ')}"
    made = _name_made(callee) if isinstance(callee, Unknown) else ""
    if made or not isinstance(node, cst.Call):
        return made
    called = node.func
    while isinstance(called, cst.Subscript):
        called = called.value
    return dotted(called).rpartition(".")[2]


def _is_sliced(term: Hashable) -> bool:
    """Whether a name is that of an item of something unknown, by an index of more than one number or text."""
    if not (isinstance(term, tuple) and term[0] == "item"):
        return False
    index = term[2]
    return index[0] in ("opaque", "tuple") if isinstance(index, tuple) else isinstance(index, str) and "slice(" in index


def _note(machine: Machine, applied: LayerApplied, operation: str, keeps: bool | None, node: cst.CSTNode | None) -> None:
    site = applied.site if node is None else machine.site(node)
    machine.emit(LengthTouched(site, applied.layer, operation.rpartition(".")[2], keeps, applied, path=machine.path()))
