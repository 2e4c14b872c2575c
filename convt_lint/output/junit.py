"""A JUnit report: one suite a file, one failed case a finding, and one passed case for a file without any."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import PurePath
from xml.etree import ElementTree as Xml

from convt_lint.findings import Finding
from convt_lint.output.base import Shown, Style, confirmation_text, display_path, in_lines, is_refuted, printable

_TOOL = "convt-lint"


def render(items: Iterable[Shown], style: Style, clean: Iterable[PurePath] = ()) -> Iterator[str]:
    """The findings as XML, pure ASCII. A refuted one is a skipped case; characters that XML cannot hold are escaped as in Python."""
    groups = groupby((in_lines(item.finding) for item in items), key=lambda finding: finding.filename)
    suites = [_suite(path, list(findings)) for path, findings in groups]
    suites += [_suite(path, []) for path in clean]
    # Some readers take a report without a case for a run that broke.
    suites = suites or [_suite(PurePath(_TOOL), [])]
    root = Xml.Element("testsuites", {"name": _TOOL, **_totals(suites)})
    root.extend(suites)
    Xml.indent(root)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="us-ascii", xml_declaration=False).decode("ascii") + "\n"


def _totals(parts: Sequence[Xml.Element]) -> dict[str, str]:
    return {name: str(sum(int(part.attrib[name]) for part in parts)) for name in ("tests", "failures", "errors", "skipped")}


def _suite(path: PurePath, findings: Sequence[Finding]) -> Xml.Element:
    name = display_path(path)
    skipped = sum(map(is_refuted, findings))
    numbers = {"tests": max(len(findings), 1), "failures": len(findings) - skipped, "errors": 0, "skipped": skipped}
    suite = Xml.Element("testsuite", {"name": name, **{key: str(number) for key, number in numbers.items()}})
    for finding in findings:
        suite.append(_case(name, finding))
    if not findings:
        Xml.SubElement(suite, "testcase", {"name": "no findings", "classname": name, "file": name})
    return suite


def _case(path: str, finding: Finding) -> Xml.Element:
    # The place is part of the name: readers take cases with the same name for one.
    cell = finding.message.partition(": ")[0] if finding.cell else f"{finding.row}:{finding.column}"
    name = f"{finding.code} {finding.name} {cell}"
    case = Xml.Element("testcase", {"name": printable(name), "classname": path, "file": path, "line": str(finding.row)})
    message = printable(finding.message)
    if is_refuted(finding):
        Xml.SubElement(case, "skipped", {"message": f"{message} ({confirmation_text(finding)})"})
        return case
    failure = Xml.SubElement(case, "failure", {"message": message, "type": finding.severity})
    failure.text = "\n".join([f"{path}:{finding.row}:{finding.column}: {finding.code} {message}", *_remarks(finding)])
    return case


def _remarks(finding: Finding) -> Iterator[str]:
    if finding.formula:
        yield f"formula: {printable(finding.formula)}"
    yield from (f"help: {printable(text)}" for text in finding.suggestions)
    yield from (f"trace: {printable(text)}" for text in finding.trace)
    if outcome := confirmation_text(finding):
        yield outcome
