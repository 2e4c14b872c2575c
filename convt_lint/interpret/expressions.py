"""Expressions: from a LibCST node to a value, in the machine's current world."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import libcst as cst

from convt_lint.interpret import (
    attributes,
    calls,
    comparisons,
    comprehensions,
    containers,
    enums,
    functions,
    generators,
    modules,
    operators,
    protocols,
    tensors,
    texts,
)
from convt_lint.interpret.machine import Machine
from convt_lint.interpret.operators import Undefined
from convt_lint.interpret.values import (
    ClassObject,
    Container,
    CursorObject,
    DictObject,
    External,
    Frame,
    Function,
    GeneratorObject,
    Instance,
    Layer,
    ListObject,
    Module,
    Ref,
    SetObject,
    Tensor,
    Text,
    Unknown,
    Value,
    View,
    fits,
    is_exact,
    term_of,
)
from convt_lint.syntax.walk import children

MAX_ITEMS = 5_000


class Evaluator:
    """Evaluates expressions for one file. `scopes` are the frames that names are looked up in, innermost first."""

    def __init__(self, machine: Machine, star_imports: Sequence[str] = ()) -> None:
        self.machine = machine
        self.star_imports: list[str] = list(star_imports)
        self.scopes: tuple[Ref, ...] = ()
        self.lambdas: list[Function] = []
        self.run_block: Callable[[Sequence[cst.CSTNode], Any], Any] | None = None
        self._handlers: dict[type[cst.CSTNode], Callable[[Any], Value]] = {}

    # -- entry points --------------------------------------------------------------------------------------------------

    def evaluate(self, node: cst.BaseExpression) -> Value:
        """The value of an expression; Unknown for what is not understood, after its parts were evaluated for their effects."""
        self.machine.step()
        kind = type(node)
        handler = self._handlers.get(kind)
        if handler is None:
            handler = self._handlers[kind] = getattr(self, f"_{kind.__name__}", self._anything_else)
        return self.machine.world.resolve(handler(node))

    def truth(self, value: Value) -> bool | None:
        """The truth of a value. Forks the path where it is not known; None where forking has been given up."""
        value = self.machine.world.resolve(value)
        if isinstance(value, (Layer, Module, Function)):
            return True
        if isinstance(value, Ref):
            content = self.machine.world.get(value)
            if isinstance(content, ListObject) and content.once:
                return True
            if isinstance(content, (ListObject, DictObject, SetObject)) and content.items is not None:
                return bool(content.items)
            if isinstance(content, Container) and content.items is not None:
                return bool(content.items)
            if isinstance(content, Instance):
                return protocols.truth(self, value)
            if isinstance(content, ClassObject):
                return True
            return self.machine.decide(self.about("the truth of an object", value))
        if is_exact(value) or isinstance(value, tuple):
            return bool(value)
        if not isinstance(value, Unknown):
            value = self.opaque_value(value)
        return self.machine.decide(value)

    def about(self, cause: str, ref: Ref, node: cst.CSTNode | None = None) -> Unknown:
        """A new unknown value that follows from an object's content, which may change between two looks at it."""
        return self.machine.world.fresh(cause, self.machine.number(node), bases=frozenset({("object", ref.key)}), opaque=True)

    def opaque_value(self, value: Value) -> Unknown:
        """A value that is used as a number or condition but is none that is followed: an import's, a tensor."""
        if isinstance(value, Unknown):
            return value
        if isinstance(value, External):
            term = ("external", value.name)
            return Unknown(f"{value.name} (imported)", term, frozenset({term}))
        return replace(self.machine.derived(f"a {type(value).__name__.lower()}", "opaque", value), opaque=True)

    # -- atoms ---------------------------------------------------------------------------------------------------------

    def _anything_else(self, node: cst.CSTNode) -> Value:
        for child in children(node):
            if isinstance(child, cst.BaseExpression):
                self.evaluate(child)
        return self.machine.unknown(f"a {type(node).__name__}", node)

    def _Name(self, node: cst.Name) -> Value:
        value = self.lookup(node.value, node)
        if isinstance(value, Layer):
            self.machine.named.pop(id(value.fact), None)
        return value

    def lookup(self, name: str, node: cst.CSTNode | None = None) -> Value:
        """What a name is bound to, from the innermost scope outwards."""
        if name in ("True", "False", "None"):
            return {"True": True, "False": False, "None": None}[name]
        world = self.machine.world
        for scope in self.scopes:
            frame = world.heap.get(scope.key)
            if isinstance(frame, Frame) and name in frame.names:
                return frame.names[name]
        if name == "__name__":
            return "__main__"
        if name in calls.BUILTIN_NAMES:
            return External(f"builtins.{name}")
        for module in reversed(self.star_imports):
            if calls.is_known(f"{module}.{name}"):
                return External(f"{module}.{name}")
            if module.split(".")[0] != "torch":
                break
        term = ("name", name)
        return Unknown(name, term, frozenset({term}), opaque=not self.star_imports)

    def _Integer(self, node: cst.Integer) -> Value:
        return int(node.value, 0) if len(node.value) < 80 else self.machine.unknown("a huge number", node)

    def _Float(self, node: cst.Float) -> Value:
        return node.evaluated_value

    def _Imaginary(self, node: cst.Imaginary) -> Value:
        return self.machine.unknown("a complex number", node)

    def _Ellipsis(self, node: cst.Ellipsis) -> Value:
        return ...

    def _SimpleString(self, node: cst.SimpleString) -> Value:
        text = node.value
        if text[0] in "'\"" and "\\" not in text and text[:3] not in ("'''", '"""'):
            return text[1:-1] if len(text) <= operators.MAX_SEQUENCE else Text()
        try:
            value = node.evaluated_value
        except (ValueError, SyntaxError):
            return Text()
        return value if isinstance(value, str) and len(value) <= operators.MAX_SEQUENCE else Text()

    def _ConcatenatedString(self, node: cst.ConcatenatedString) -> Value:
        parts: list[Value] = []
        current: cst.BaseExpression = node
        while isinstance(current, cst.ConcatenatedString):
            parts.append(self.evaluate(current.left))
            current = current.right
        parts.append(self.evaluate(current))
        if all(isinstance(part, str) for part in parts):
            return "".join(parts)
        return Text()

    def _FormattedString(self, node: cst.FormattedString) -> Value:
        return texts.formatted_string(self, node)

    # -- collections ---------------------------------------------------------------------------------------------------

    def elements(self, nodes: Iterable[cst.BaseElement]) -> tuple[Value, ...] | None:
        """The values of elements, stars unpacked; None where a star's items are not known."""
        out: list[Value] = []
        known = True
        for element in nodes:
            value = self.evaluate(element.value)
            if isinstance(element, cst.StarredElement):
                items = self.items(value)
                if items is None:
                    known = False
                else:
                    out += items
            else:
                out.append(value)
        return tuple(out) if known and len(out) <= operators.MAX_SEQUENCE else None

    def items(self, value: Value, *, whole: bool = True, body: Iterable[cst.CSTNode] = ()) -> tuple[Value, ...] | None:
        """The items of an iterable, None where they are not known.

        whole: it is read to its end at once; body: what runs between one item and the next.
        """
        value = self.machine.world.resolve(value)
        if isinstance(value, tuple):
            return value
        if isinstance(value, str):
            return tuple(value)
        if isinstance(value, Tensor):
            found = tensors.slices(value)
            if found is None:
                self.machine.world.lose(value)
            return found
        if isinstance(value, range):
            return tuple(value) if len(value) <= MAX_ITEMS else None
        if isinstance(value, View):
            content = self.machine.world.heap.get(value.source.key)
            return containers.view_items(content, value.kind)
        if isinstance(value, Ref):
            content = self.machine.world.get(value)
            if isinstance(content, ListObject):
                if content.once:
                    self.machine.world.set(value, ListObject(() if content.items is not None else None, once=True))
                return content.items
            if isinstance(content, DictObject) and content.items is not None:
                return tuple(content.items)
            if isinstance(content, SetObject) and len(content.items) <= 1:
                return tuple(content.items)
            if isinstance(content, CursorObject):
                self.machine.world.set(value, ListObject((), once=True))
                items = self.items(content.source)
                return None if items is None else items[content.position :]
            if isinstance(content, GeneratorObject):
                return generators.consume(self, value, content, whole=whole, body=body)
            if isinstance(content, Container):
                return modules.items(content)
            if isinstance(content, Instance):
                slot = content.attributes.get(attributes.LAYER_SLOT)
                return self.items(slot) if isinstance(slot, Ref) else protocols.items(self, value)
            if isinstance(content, ClassObject) and content.record is not None and content.record.kind == "enum":
                return enums.distinct(content.record)
        return None

    def new_list(self, items: tuple[Value, ...] | None) -> Ref:
        return self.machine.world.allocate(ListObject(items))

    def new_dict(self, items: dict[Any, Value] | None) -> Ref:
        return self.machine.world.allocate(DictObject(items))

    def new_iterator(self, items: tuple[Value, ...] | None) -> Ref:
        """An iterator over these items, which can be read once."""
        items = items if items is None or fits(items) else None
        return self.machine.world.allocate(ListObject(items, once=True))

    def _Tuple(self, node: cst.Tuple) -> Value:
        items = self.elements(node.elements)
        return items if items is not None and fits(items) else self.machine.unknown("a tuple with unknown items", node)

    def _List(self, node: cst.List) -> Value:
        return self.new_list(self.elements(node.elements))

    def _Set(self, node: cst.Set) -> Value:
        return self.new_set(self.elements(node.elements))

    def new_set(self, items: tuple[Value, ...] | None) -> Value:
        """A set of these items; an unknown value where they are not all known."""
        if items is None or not all(is_exact(item) for item in items):
            return self.machine.unknown("a set", None)
        return self.machine.world.allocate(SetObject(frozenset(items)))

    def _Dict(self, node: cst.Dict) -> Value:
        found: dict[Any, Value] = {}
        known = True
        for element in node.elements:
            if isinstance(element, cst.StarredDictElement):
                value = self.evaluate(element.value)
                content = self.machine.world.get(value) if isinstance(value, Ref) else None
                if isinstance(content, DictObject) and content.items is not None:
                    found.update(content.items)
                else:
                    known = False
            elif isinstance(element, cst.DictElement):
                key, value = self.evaluate(element.key), self.evaluate(element.value)
                if is_exact(key):
                    found[key] = value
                else:
                    known = False
        return self.machine.world.allocate(DictObject(found if known else None))

    def _Starred(self, node: cst.StarredElement) -> Value:
        return self.evaluate(node.value)

    # -- operators -----------------------------------------------------------------------------------------------------

    def _BinaryOperation(self, node: cst.BinaryOperation) -> Value:
        rights: list[cst.BinaryOperation] = []
        current: cst.BaseExpression = node
        while isinstance(current, cst.BinaryOperation):
            rights.append(current)
            current = current.left
        value = self.evaluate(current)
        for step in reversed(rights):
            value = self.binary(type(step.operator), value, self.evaluate(step.right), step)
        return value

    def binary(self, kind: type[cst.BaseBinaryOp], left: Value, right: Value, node: cst.CSTNode) -> Value:
        """`left op right`. Two unknown operands give the same unknown each time."""
        if isinstance(left, Tensor) or isinstance(right, Tensor):
            symbol = "@" if kind is cst.MatrixMultiply else operators.BINARY[kind][0] if kind in operators.BINARY else ""
            return tensors.operate(self, symbol, left, right, node)
        if kind not in operators.BINARY:
            return self.machine.unknown("an operator", node, left, right)
        symbol, function = operators.BINARY[kind]
        if symbol == "%" and isinstance(left, str) and not isinstance(right, Ref):
            return texts.percent(self, left, right)
        if is_exact(left) and is_exact(right):
            try:
                return operators.compute(function, left, right)
            except Undefined:
                return self.machine.unknown("an operation that fails or is too large", node)
        made = protocols.binary(self, kind, left, right, node) if isinstance(left, Ref) or isinstance(right, Ref) else NotImplemented
        if made is not NotImplemented:
            return made
        joined = self._sequence_operation(symbol, left, right)
        if joined is not None:
            return joined
        a, b = self.operand(left), self.operand(right)
        cause = next((v.cause for v in (a, b) if isinstance(v, Unknown)), "an operation")
        return self.machine.derived(cause, symbol, a, b)

    def operand(self, value: Value) -> Value:
        """A value as an operand: exact, or an unknown that stands for it."""
        return value if is_exact(value) else self.opaque_value(value)

    def _sequence_operation(self, symbol: str, left: Value, right: Value) -> Value | None:
        """Lists, tuples, sets and dicts of values: concatenation, repetition, union."""
        if symbol in ("|", "&", "-", "^") and isinstance(left, Ref) and isinstance(right, Ref):
            ours, theirs = self.machine.world.get(left), self.machine.world.get(right)
            if isinstance(ours, SetObject) and isinstance(theirs, SetObject):
                return self.machine.world.allocate(SetObject(operators.compute(operators.BY_SYMBOL[symbol], ours.items, theirs.items)))
        if symbol == "|" and isinstance(left, Ref) and isinstance(right, Ref):
            one, other = self.machine.world.get(left), self.machine.world.get(right)
            if isinstance(one, DictObject) and isinstance(other, DictObject):
                known = one.items is not None and other.items is not None
                return self.machine.world.allocate(DictObject({**(one.items or {}), **(other.items or {})} if known else None, one.factory))
        if symbol == "+" and isinstance(left, tuple) and isinstance(right, tuple) and len(left) + len(right) <= operators.MAX_SEQUENCE:
            return left + right
        if isinstance(left, Ref) or isinstance(right, Ref):
            a, b = (self._list_items(value) for value in (left, right))
            if symbol == "+" and a is not None and b is not None and len(a) + len(b) <= operators.MAX_SEQUENCE:
                return self.new_list(a + b)
            if symbol == "*" and a is not None and isinstance(right, int) and len(a) * right <= operators.MAX_SEQUENCE:
                return self.new_list(a * min(max(right, 0), operators.MAX_SEQUENCE))
            if symbol == "*" and b is not None and isinstance(left, int) and len(b) * left <= operators.MAX_SEQUENCE:
                return self.new_list(b * min(max(left, 0), operators.MAX_SEQUENCE))
            if symbol in "+*" and any(isinstance(v, Ref) and isinstance(self.machine.world.get(v), ListObject) for v in (left, right)):
                return self.new_list(None)
        elif isinstance(left, tuple) and isinstance(right, int) and symbol == "*" and len(left) * right <= operators.MAX_SEQUENCE:
            return left * min(max(right, 0), operators.MAX_SEQUENCE)
        return None

    def _list_items(self, value: Value) -> tuple[Value, ...] | None:
        if isinstance(value, Ref):
            content = self.machine.world.get(value)
            return content.items if isinstance(content, ListObject) else None
        return None

    def _UnaryOperation(self, node: cst.UnaryOperation) -> Value:
        value = self.evaluate(node.expression)
        if isinstance(node.operator, cst.Not):
            if isinstance(value, Unknown):
                return self.machine.negation(value)
            truth = self.truth(value)
            return self.machine.unknown("a condition", node, value) if truth is None else not truth
        symbol, function = operators.UNARY[type(node.operator)]
        if isinstance(value, Tensor):
            return value
        if is_exact(value):
            try:
                return operators.compute(function, value)
            except Undefined:
                return self.machine.unknown("an operation that fails", node)
        value = self.opaque_value(value)
        return self.machine.derived(value.cause, f"unary{symbol}", value)

    def _BooleanOperation(self, node: cst.BooleanOperation) -> Value:
        left = self.evaluate(node.left)
        truth = self.truth(left)
        wants_right = isinstance(node.operator, cst.And)
        if truth is None:
            right = self.evaluate(node.right)
            return self.machine.unknown("a condition", node, left, right)
        return self.evaluate(node.right) if truth is wants_right else left

    def _Comparison(self, node: cst.Comparison) -> Value:
        left = self.evaluate(node.left)
        result: Value = True
        for target in node.comparisons:
            right = self.evaluate(target.comparator)
            result = comparisons.compare(self, operators.COMPARISONS[type(target.operator)], left, right, node)
            if target is not node.comparisons[-1]:
                truth = self.truth(result)
                if truth is None:
                    return self.machine.unknown("a condition", node, left, right)
                if not truth:
                    return False
            left = right
        return result

    def _IfExp(self, node: cst.IfExp) -> Value:
        truth = self.truth(self.evaluate(node.test))
        if truth is None:
            a, b = self.evaluate(node.body), self.evaluate(node.orelse)
            return a if term_of(a) == term_of(b) else self.machine.unknown("a conditional expression", node, a, b)
        return self.evaluate(node.body if truth else node.orelse)

    def _NamedExpr(self, node: cst.NamedExpr) -> Value:
        value = self.evaluate(node.value)
        if isinstance(node.target, cst.Name):
            self.machine.world.bind(self._own_scope(), node.target.value, value)
        return value

    def _own_scope(self) -> Ref:
        """The innermost scope that is no comprehension's: where `:=` binds."""
        for scope in self.scopes:
            frame = self.machine.world.heap.get(scope.key)
            if isinstance(frame, Frame) and comprehensions.SCOPE not in frame.names:
                return scope
        return self.scopes[-1]

    def _Await(self, node: cst.Await) -> Value:
        return self.evaluate(node.expression)

    def _Yield(self, node: cst.Yield) -> Value:
        value = node.value
        if isinstance(value, cst.From):
            generators.note(self, self.items(self.evaluate(value.item)))
        else:
            generators.note(self, (None if value is None else self.evaluate(value),))
        return self.machine.unknown("a value sent to a generator", node)

    # -- access --------------------------------------------------------------------------------------------------------

    def _Attribute(self, node: cst.Attribute) -> Value:
        return attributes.get(self, self.evaluate(node.value), node.attr.value, node)

    def _Subscript(self, node: cst.Subscript) -> Value:
        value = self.evaluate(node.value)
        return attributes.subscript(self, value, self.indices(node), node)

    def indices(self, node: cst.Subscript) -> Value:
        """What stands in a subscript's brackets: one index, or a tuple of them."""
        indices = [self._index(element.slice) for element in node.slice]
        return indices[0] if len(indices) == 1 and node.slice[0].comma.__class__ is not cst.Comma else tuple(indices)

    def _index(self, node: cst.BaseSlice) -> Value:
        if isinstance(node, cst.Index):
            return self.evaluate(node.value)
        assert isinstance(node, cst.Slice)
        parts = tuple(None if part is None else self.evaluate(part) for part in (node.lower, node.upper, node.step))
        if all(part is None or isinstance(part, int) for part in parts):
            return slice(*(part if part is None else int(part) for part in parts))
        return slice(*map(self.machine.world.resolve, parts))

    # -- functions and comprehensions ----------------------------------------------------------------------------------

    def _Lambda(self, node: cst.Lambda) -> Value:
        function = functions.make_function(self, node, "lambda")
        self.lambdas.append(function)
        return function

    def _Call(self, node: cst.Call) -> Value:
        return calls.evaluate_call(self, node)

    def _ListComp(self, node: cst.ListComp) -> Value:
        return self.new_list(comprehensions.comprehend(self, node.for_in, lambda: self.evaluate(node.elt)))

    def _GeneratorExp(self, node: cst.GeneratorExp) -> Value:
        return self.new_iterator(comprehensions.comprehend(self, node.for_in, lambda: self.evaluate(node.elt)))

    def _SetComp(self, node: cst.SetComp) -> Value:
        return self.new_set(comprehensions.comprehend(self, node.for_in, lambda: self.evaluate(node.elt)))

    def _DictComp(self, node: cst.DictComp) -> Value:
        pairs = comprehensions.comprehend(self, node.for_in, lambda: (self.evaluate(node.key), self.evaluate(node.value)))
        if pairs is None or not all(is_exact(key) for key, _ in pairs):
            return self.machine.world.allocate(DictObject(None))
        return self.machine.world.allocate(DictObject(dict(pairs)))
