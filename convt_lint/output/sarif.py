"""SARIF 2.1.0, the OASIS standard for results of static analysis, as GitHub's code scanning and many editors read it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from convt_lint import __version__
from convt_lint.findings import Finding
from convt_lint.output import rule_texts
from convt_lint.output.base import Shown, Style, confirmation_text, in_lines, is_refuted, relative_path, well_formed
from convt_lint.output.fingerprints import Fingerprints
from convt_lint.output.json import plain, plain_confirmation, plain_devices
from convt_lint.selection import DEFAULT
from convt_lint.urls import information_url, rule_url

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
"""What paths are relative to: the directory in which the linter was run. The report does not say which, so that it is the same on every machine."""


def render(items: Iterable[Shown], style: Style, clean: Iterable[PurePath] = ()) -> Iterator[str]:
    """The findings as one SARIF log, pure ASCII, with the rules that occur in them."""
    findings = [item.finding for item in items]
    names = {finding.code: finding.name for finding in sorted(findings, key=lambda finding: finding.code)}
    indices = {code: index for index, code in enumerate(names)}
    root, fingerprints = os.getcwd(), Fingerprints()
    driver = {
        "name": "convt-lint",
        "version": __version__,
        **_known("informationUri", information_url()),
        "rules": [_rule(code, name) for code, name in names.items()],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The directory in which convt-lint was run."}}},
        "results": [_result(finding, indices[finding.code], root, fingerprints) for finding in findings],
    }
    yield json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, allow_nan=False) + "\n"


def _known(key: str, value: Any) -> dict[str, Any]:
    return {key: value} if value else {}


def _rule(code: str, name: str) -> dict[str, Any]:
    # The rules themselves are loaded where there are findings anyway.
    from convt_lint.rules import RULES

    described = {"id": code, "name": name, **_known("helpUri", rule_url(name))}
    rule = RULES.get(code)
    if rule is None:
        return described
    text = rule_texts.markdown(rule)
    return {
        **described,
        "shortDescription": {"text": text.partition("\n")[0]},
        "fullDescription": {"text": rule_texts.section(rule, "What it does"), "markdown": rule_texts.section(rule, "What it does")},
        "help": {"text": "\n".join(rule_texts.documentation(rule, Style())), "markdown": text},
        "defaultConfiguration": {"enabled": code in DEFAULT, "level": rule.severity},
    }


def _result(finding: Finding, index: int, root: str, fingerprints: Fingerprints) -> dict[str, Any]:
    uri, base = _uri(relative_path(finding.filename, root))
    refuted = is_refuted(finding)
    result = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": "note" if refuted else finding.severity,
        "message": {"text": well_formed(in_lines(finding).message)},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri, **_known("uriBaseId", base)}, "region": _region(in_lines(finding))}}],
        "partialFingerprints": {"convtLint/v1": fingerprints.of(finding, uri)},
        "properties": _well_formed(
            {
                "evidence": plain(finding.evidence),
                "formula": finding.formula or None,
                "suggestions": list(finding.suggestions),
                "trace": list(finding.trace),
                "confirmation": plain_confirmation(finding),
                "devices": plain_devices(finding),
            }
        ),
    }
    # Not all readers heed suppressions, hence the lower level too.
    return result | _known("suppressions", [{"kind": "external", "justification": confirmation_text(finding)}] if refuted else None)


def _well_formed(value: Any) -> Any:
    """The value with all its texts as UTF-8 can hold them: some readers refuse a whole report for one lone surrogate."""
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, dict):
        return {well_formed(key): _well_formed(item) for key, item in value.items()}
    return [_well_formed(item) for item in value] if isinstance(value, list) else value


def _uri(path: PurePath) -> tuple[str, str]:
    """The path as a URI and what it is relative to. Bytes that are no text are encoded as they are."""
    encoded = quote(os.fsencode(path.as_posix()), safe="/")
    if not path.is_absolute():
        return encoded, ROOT
    return ("file://" if encoded.startswith("/") else "file:///") + encoded, ""


def _region(finding: Finding) -> dict[str, int]:
    row, column = max(finding.row, 1), max(finding.column, 1)
    end_row = max(finding.end_row, row)
    return {"startLine": row, "startColumn": column, "endLine": end_row, "endColumn": max(finding.end_column, column if end_row == row else 1)}
