"""argparse, as far as it says what `parse_args([])` gives: the defaults. What a command line gives is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from convt_lint.interpret.arguments import Arguments
from convt_lint.interpret.operators import Undefined, compute
from convt_lint.interpret.record_calls import namespace
from convt_lint.interpret.unfollowed import unfollowed
from convt_lint.interpret.values import ClassObject, External, Instance, Ref, Value, is_exact

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator

OPTIONS = "(options)"
_PARSER = External("argparse.ArgumentParser")
_HARMLESS = frozenset({"prog", "usage", "description", "epilog", "formatter_class", "add_help", "allow_abbrev", "exit_on_error"})
_FLAGS = {"store_true": False, "store_false": True}
_TYPES = {"builtins.int": int, "builtins.float": float, "builtins.str": str}


def _parser(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    if arguments.positional or arguments.double_star or {name for name, _ in arguments.keywords} - _HARMLESS or not isinstance(node, cst.Call):
        return NotImplemented
    world = evaluator.machine.world
    cls = world.allocate(ClassObject("ArgumentParser", node, (_PARSER,), {}, False))
    return world.allocate(Instance(cls, {OPTIONS: evaluator.new_dict({})}))


def method(evaluator: Evaluator, parser: Ref, content: Instance, name: str, arguments: Arguments, node: cst.Call) -> Value:
    """A method of a parser; what is not known of it makes the parser unknown."""
    held = content.attributes[OPTIONS]
    options = evaluator.machine.world.get(held).items
    if name in ("add_argument_group", "add_mutually_exclusive_group"):
        return parser
    if name == "add_argument" and options is not None:
        found = _option(evaluator, arguments, node)
        if found is not None:
            options = {**options, found[0]: found[1]}
            evaluator.machine.world.set(held, type(evaluator.machine.world.get(held))(options))
            return evaluator.machine.unknown("an argument", node)
    if name == "set_defaults" and options is not None and not arguments.double_star and not arguments.positional:
        evaluator.machine.world.set(held, type(evaluator.machine.world.get(held))({**options, **dict(arguments.keywords)}))
        return None
    if name in ("parse_args", "parse_known_args"):
        given = evaluator.items(arguments.positional[0]) if len(arguments.values()) == 1 and arguments.positional else None
        if given == () and options is not None:
            parsed = namespace(evaluator, {str(key): value for key, value in options.items()}, node)
            return parsed if name == "parse_args" else (parsed, evaluator.new_list(()))
        source = evaluator.machine.world.fresh(f"{name}()", evaluator.machine.number(node), bases=frozenset({("any", ("external", _PARSER.name))}))
        return unfollowed(evaluator, source, arguments, node)
    evaluator.machine.world.havoc(held, f"{name} is not followed")
    return unfollowed(evaluator, evaluator.machine.unknown(name, node), arguments, node)


def _option(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> tuple[str, Value] | None:
    """An option's name in the namespace and its default; None where they are not known."""
    given = dict(arguments.keywords)
    flags = arguments.positional
    if arguments.star or arguments.double_star or not flags or not all(isinstance(flag, str) and flag for flag in flags):
        return None
    longs = [flag for flag in flags if flag.startswith("--")]
    name = given.get("dest", (longs or flags)[0].lstrip("-").replace("-", "_"))
    action = given.get("action", "store")
    if not isinstance(name, str):
        return None
    if not flags[0].startswith("-") or action not in ("store", *_FLAGS) or isinstance(given.get("default"), External) or given.get("required"):
        return name, evaluator.machine.unknown(f"argument {name}", node)
    default = given.get("default", _FLAGS.get(action))
    kind = given.get("type")
    if isinstance(default, str) and kind is not None:
        convert = _TYPES.get(kind.name) if isinstance(kind, External) else None
        try:
            default = evaluator.machine.unknown(f"argument {name}", node) if convert is None else compute(convert, default)
        except Undefined:
            return None
    return name, default if is_exact(default) or isinstance(default, (Ref, tuple)) else evaluator.machine.unknown(f"argument {name}", node)


FUNCTIONS = {_PARSER.name: _parser}
