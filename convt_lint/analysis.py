"""From a file's bytes to its facts. Imported only for files that hold a transposed convolution: this is where LibCST comes in."""

from __future__ import annotations

import io
import sys
import tokenize
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import PurePath

import libcst as cst

from convt_lint.expectations import comments, directives
from convt_lint.expectations.inputs import inputs_of
from convt_lint.facts import AnalysisStopped, ExampleShown, Fact, LayerBuilt, ShapesMeet, Site, SizeExpected
from convt_lint.interpret.program import Interpretation, interpret
from convt_lint.project import NOTHING_SAID, Project
from convt_lint.syntax.doctests import Doctests, Place, doctests
from convt_lint.syntax.guard import LAST, Bounds
from convt_lint.syntax.parsing import Parsed, parse
from convt_lint.syntax.positions import locate
from convt_lint.syntax.walk import walk
from convt_lint.torch_api import LAYERS
from convt_lint.torch_api.own import parse as parse_row

RECURSION_LIMIT = 12_000


@dataclass
class Analysis:
    """A file's facts, and what is needed to place them. `unreached` holds constructions that no path came to."""

    facts: list[Fact]
    source: bytes = b""
    module: cst.Module | None = None
    interpretation: Interpretation | None = None
    located: bool = False
    unreached: list[tuple[cst.CSTNode, str]] = field(default_factory=list)
    examples: Examples | None = None

    def locate(self) -> None:
        """Gives every fact its place; costs more than all the rest, so it is done once and only where something is reported."""
        if self.located or self.module is None or self.interpretation is None:
            return
        self.located = True
        with _deep():
            sites = [*self.interpretation.sites.values(), *((node, self.site(node)) for node, _ in self.unreached)]
            locate(self.module, self.source, sites)
        if self.examples is not None:
            self.examples.place(site for _, site in sites)

    def site(self, node: cst.CSTNode) -> Site:
        assert self.interpretation is not None
        return self.interpretation.sites.setdefault(id(node), (node, Site()))[1]


@dataclass
class Examples:
    """The examples in a source's docstrings, which stand behind its last row (`end`) as functions; `nodes`: the identities of their nodes."""

    end: int
    found: Doctests
    nodes: set[int]

    def place(self, sites: Iterable[Site]) -> None:
        """Moves the sites behind the end to where the examples stand."""
        for site in sites:
            if site.row > self.end + 1:
                start, end = self._at(site.row), self._at(site.end_row)
                site.row, site.column, site.end_row, site.end_column = start.row, start.column(site.column), end.row, end.column(site.end_column)

    def _at(self, row: int) -> Place:
        places = self.found.places
        return places[min(max(row - self.end - 2, 0), len(places) - 1)]


def _parsed(source: bytes, bounds: Bounds) -> tuple[Parsed | AnalysisStopped, Examples | None]:
    """The module, and the examples in its docstrings, which stand as functions behind its end."""
    text = _decoded(source) if b">>>" in source else None
    found = None if text is None else doctests(text)
    if text is not None and found is not None:
        text = text if text.endswith("\n") else f"{text}\n"
        longer = parse((text + found.code).encode("utf-8", "replace"), bounds)
        if isinstance(longer, Parsed):
            nodes = {id(node) for function in longer.module.body[-found.count :] for node in walk(function)}
            return longer, Examples(text.count("\n"), found, nodes)
    return parse(source, bounds), None


def _decoded(source: bytes) -> str | None:
    """The text of a source in UTF-8; None in any other encoding, or where it is broken."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        return _text(source, "utf-8") if encoding in ("utf-8", "utf-8-sig") else None
    except (SyntaxError, UnicodeDecodeError):
        return None


def _text(source: bytes, encoding: str) -> str:
    return source.decode(encoding).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def shown_by_example(fact: Fact, source: str = "docstring") -> Fact:
    """A size that an example prints, as what its `source` shows; any other fact itself."""
    if isinstance(fact, SizeExpected) and fact.source == "assert":
        return ExampleShown(fact.site, replace(fact, source=source), path=fact.path)
    return ExampleShown(fact.site, fact, path=fact.path) if isinstance(fact, ShapesMeet) and fact.operation == "assert" else fact


@contextmanager
def _deep() -> Iterator[None]:
    """LibCST's own code generation and the interpreter recurse once a level; the guard bounds the levels, not to Python's default."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, RECURSION_LIMIT))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def analyse(source: bytes, project: Project = NOTHING_SAID, path: PurePath | None = None, bounds: Bounds = LAST) -> Analysis:
    """The facts of one source. `path` tells which module it is for what the project says of it by name.

    Raises Risky for a source that can be parsed, but is past the bounds.
    """
    with _deep():
        parsed, examples = _parsed(source, bounds)
        if isinstance(parsed, AnalysisStopped):
            return Analysis([parsed])
        module = parsed.module
        text = source.decode(module.encoding, "replace").removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        sizes = comments.size_comments(text)
        interpretation = interpret(
            module,
            {name: parse_row(text) for name, text in project.layers.items()},
            inputs_of(project.inputs, path or PurePath()),
            supposes=bool(sizes),
            directed="convt:" in text or bool(sizes),
        )
    analysis = Analysis(interpretation.facts, parsed.source, module, interpretation, examples=examples)
    if examples is not None and interpretation.constructions:
        inside = {site for key, (_, site) in interpretation.sites.items() if key in examples.nodes}
        analysis.facts = [shown_by_example(fact) if fact.site in inside else fact for fact in analysis.facts]
    if sizes and interpretation.constructions:
        analysis.locate()
        analysis.facts = [*analysis.facts, *comments.expectations(text, sizes, interpretation.facts, interpretation.supposed)]
    if "convt:" in text:
        analysis.locate()
        analysis.facts = [*analysis.facts, *directives.expectations(text, interpretation.facts)]
    return analysis


def find_unreached(analysis: Analysis) -> None:
    """Adds the calls that look like constructions and that no path came to: in code that cannot run, or past a bound."""
    if analysis.module is None or analysis.interpretation is None:
        return
    short = {name.rpartition(".")[2] for name in LAYERS}
    reached = analysis.interpretation.constructions
    why = "the bound on the analysis was reached" if analysis.interpretation.exhausted else "no path that can be followed leads here"
    nodes = list(walk(analysis.module))
    short -= {node.name.value for node in nodes if isinstance(node, (cst.ClassDef, cst.FunctionDef))}
    short -= {name for node in nodes if isinstance(node, cst.ImportFrom) for name in _imported_elsewhere(node)}
    for node in nodes:
        if isinstance(node, cst.Call) and id(node) not in reached:
            name = node.func.attr.value if isinstance(node.func, cst.Attribute) else node.func.value if isinstance(node.func, cst.Name) else ""
            if name in short:
                analysis.unreached.append((node, why))


def _imported_elsewhere(node: cst.ImportFrom) -> Iterator[str]:
    """The names that an import takes from a package other than torch."""
    root: cst.BaseExpression | None = node.module
    while isinstance(root, cst.Attribute):
        root = root.value
    if isinstance(node.names, cst.ImportStar) or (not node.relative and isinstance(root, cst.Name) and root.value == "torch"):
        return
    for alias in node.names:
        name = alias.asname.name if alias.asname is not None else alias.name
        if isinstance(name, cst.Name):
            yield name.value


def undecided(fact: LayerBuilt) -> str:
    """What keeps a construction's geometry from being known: the first cause in the order of the signature, empty if it is known."""
    for name in ("kernel_size", "stride", "padding", "output_padding", "dilation"):
        value = fact.arguments.get(name)
        items = value if isinstance(value, tuple) else (value,)
        for item in items:
            cause = getattr(item, "cause", "") or getattr(item, "kind", "")
            if cause:
                return f"{name}: {cause}"
    return ""
