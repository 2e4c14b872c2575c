"""What is left of a call that is not followed: an unknown result, and what it was given may have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from convt_lint.interpret import effects, touches
from convt_lint.interpret.arguments import Arguments
from convt_lint.interpret.values import WIDE, External, Method, Unknown, Value, bases_of, root

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator


def unfollowed(evaluator: Evaluator, callee: Value, arguments: Arguments, node: cst.CSTNode) -> Unknown:
    """The result of code that is not followed: unknown, and what it was given may have changed."""
    machine = evaluator.machine
    touches.by_call(machine, callee, arguments, node)
    for value in arguments.values():
        machine.world.havoc(value, "passed to code that is not followed")
    if any(effects.holds_code(evaluator, value) for value in (callee, *arguments.values())):
        effects.forget(evaluator, machine.world, "code that is not followed")
    cause = callee.cause if isinstance(callee, Unknown) else callee.name if isinstance(callee, (External, Method)) else "a call"
    operands = (*arguments.values(), callee)
    note_checked(evaluator, arguments, node)
    if isinstance(callee, External) and not arguments.values():
        return machine.world.fresh(f"{cause}()", machine.number(node), bases=frozenset({("any", ("external", callee.name))}))
    return machine.world.fresh(f"{cause}(…)", machine.number(node), bases=_call_bases(operands), opaque=not _is_free(callee, arguments))


_TELLING = ("builtins", "logging", "warnings", "time", "os")
"""Where functions that refuse no value have their home."""


def note_checked(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> None:
    """Notes what is handed to a call that stands alone: code that is not followed may refuse some of its values."""
    if node is evaluator.machine.standing_alone:
        evaluator.machine.world.checked |= bases_of(*arguments.values())


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


def unfollowed_pure(evaluator: Evaluator, callee: External, arguments: Arguments, node: cst.CSTNode) -> Unknown:
    """The unknown result of a call that changes none of its arguments."""
    machine, values = evaluator.machine, arguments.values()
    touches.by_call(machine, callee, arguments, node)
    if any(effects.holds_code(evaluator, value) for value in values):
        effects.forget(evaluator, machine.world, "code that is not followed")
    if callee.name.split(".")[0] not in _TELLING:
        note_checked(evaluator, arguments, node)
    cause = f"{callee.name.removeprefix('builtins.')}(…)"
    return machine.world.fresh(cause, machine.number(node), bases=_call_bases(values), opaque=bool(values) and not _is_free(callee, arguments))
