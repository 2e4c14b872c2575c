"""A call's arguments: evaluated at the call, bound to a signature of the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import libcst as cst

from convt_lint.interpret.machine import Raised
from convt_lint.interpret.values import DictObject, External, Function, Instance, Ref, Value

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator


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


def evaluate_arguments(evaluator: Evaluator, node: cst.Call) -> Arguments:
    positional: list[Value] = []
    names: list[str | None] = []
    keywords: dict[str, Value] = {}
    constant: set[int | str] = set()
    star = double_star = False
    for argument in node.args:
        value = _attributes_of(evaluator, argument.value) if argument.star == "**" else NotImplemented
        if value is NotImplemented:
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


def _attributes_of(evaluator: Evaluator, node: cst.BaseExpression) -> Value:
    """What `**vars(x)` and `**x.__dict__` pass on: the attributes of an object; NotImplemented where they are not all known."""
    from convt_lint.interpret import attributes

    if isinstance(node, cst.Attribute) and node.attr.value == "__dict__":
        inner = node.value
    elif isinstance(node, cst.Call) and len(node.args) == 1 and evaluator.evaluate(node.func) == External("builtins.vars"):
        inner = node.args[0].value
    else:
        return NotImplemented
    owner = evaluator.evaluate(inner)
    content = evaluator.machine.world.get(owner) if isinstance(owner, Ref) else None
    if not isinstance(content, Instance) or not content.complete or not attributes.is_bare(evaluator, content.cls):
        return evaluator.machine.unknown("the attributes of an object", node, owner)
    return evaluator.new_dict({**content.attributes})


def _written_name(node: cst.BaseExpression) -> str | None:
    if isinstance(node, cst.Name):
        return node.value
    return node.attr.value if isinstance(node, cst.Attribute) else None


def is_constant(node: cst.BaseExpression) -> bool:
    """Whether an expression is written out as a constant, names and calls apart."""
    kind = type(node)
    if kind is cst.Integer or kind is cst.Float or kind is cst.SimpleString:
        return True
    if kind is cst.Attribute or kind is cst.Call:  # most arguments are one of these: asked first, since `isinstance` is slow here
        return False
    if isinstance(node, cst.Name):
        return node.value in ("True", "False", "None")
    if isinstance(node, cst.UnaryOperation):
        return is_constant(node.expression)
    if isinstance(node, (cst.Tuple, cst.List)):
        return all(is_constant(element.value) for element in node.elements)
    return False


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
