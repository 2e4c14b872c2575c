"""The flake8 plugin: the command's findings at the command's places, light to import, and never the end of flake8's run."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from surface import BAD, BAD_CALL, GOOD, IMPORT, ROOT, environment, run, run_flake8

from convt_lint.flake8_plugin import Plugin

SOURCES = {
    "plain": BAD.encode(),
    "indented": f"{IMPORT}class A:\n    def f(self):\n        self.up = (1,\n            {BAD_CALL})\n".encode(),
    "wide-characters": f"{IMPORT}x = '日本語 é \U0001f600', {BAD_CALL}\n".encode(),
    "tabs": f"{IMPORT}def f():\n\treturn {BAD_CALL}\n".encode(),
    "bom": f"\ufefffrom torch import nn; {BAD_CALL}\n{BAD_CALL}\n".encode(),
    "latin-cookie": f"# -*- coding: latin-1 -*-\n{IMPORT}x = '\xe9\xe9', {BAD_CALL}\n".encode("latin-1"),
    "cp1251-cookie-second-row": f"#!/usr/bin/env python\n# vim: set fileencoding=cp1251 :\n{IMPORT}x = 'жж', {BAD_CALL}\n".encode("cp1251"),
    "utf-8-cookie": f"# coding: utf-8\n{IMPORT}x = 'é', {BAD_CALL}\n".encode(),
    "crlf": BAD.replace("\n", "\r\n").encode(),
    "no-final-newline": BAD.rstrip().encode(),
    "form-feed": f"{IMPORT}\f\nx = {BAD_CALL}\n".encode(),
}


def plugin_findings(lines: list[str]) -> list[tuple[int, int, str, type]]:
    return list(Plugin(ast.parse("".join(lines)), "model.py", lines).run())


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[list[str], list[str]]]:
    """For each source, what flake8 says and what the command says, from one run of each."""
    folder = tmp_path_factory.mktemp("sources")
    for name, source in SOURCES.items():
        (folder / f"{name}.py").write_bytes(source)
    config = tmp_path_factory.mktemp("config") / "flake8.cfg"
    flake8 = run_flake8("--select=CVT", "--extend-ignore=CVT3", ".", cwd=folder, config=config).stdout.decode().splitlines()
    records = json.loads(run(".", "--output-format=json", cwd=folder).stdout)
    command = [f"./{r['filename']}:{r['location']['row']}:{r['location']['column']}: {r['code']} {r['message']}" for r in records]
    return {name: tuple(sorted(line for line in lines if line.startswith(f"./{name}.py:")) for lines in (flake8, command)) for name in SOURCES}


@pytest.mark.parametrize("name", SOURCES)
def test_same_findings_at_the_same_places(both: dict[str, tuple[list[str], list[str]]], name: str) -> None:
    flake8, command = both[name]
    assert flake8
    assert flake8 == command
    assert all(" CVT102 " in line for line in command)


def test_rows_columns_and_text() -> None:
    ((row, column, text, kind),) = plugin_findings([IMPORT, f"x = {BAD_CALL}\n"])
    assert (row, column, kind) == (2, 4, Plugin)
    assert text.startswith("CVT102 ConvTranspose1d(")
    assert "\n" not in text


def test_standard_input(tmp_path: Path) -> None:
    result = run_flake8("--select=CVT", "--stdin-display-name=model.py", "-", cwd=tmp_path, config=tmp_path / "flake8.cfg", stdin=BAD.encode())
    assert result.stdout.decode().startswith("model.py:2:9: CVT102 ")
    assert result.returncode == 1


def test_default_selection_reports_these_codes_beside_flake8s_own(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(f"import os\n{BAD}")
    output = run_flake8("model.py", cwd=tmp_path, config=tmp_path / "flake8.cfg").stdout.decode()
    assert "F401" in output
    assert "CVT102" in output


def test_opt_in_rules_are_in_flake8s_default_ignore(tmp_path: Path) -> None:
    from flake8.options.manager import OptionManager

    manager = OptionManager(version="", plugin_versions="", parents=[], formatter_names=[])
    Plugin.add_options(manager)
    assert {"CVT003", "CVT3"} <= set(manager.extended_default_ignore)


def test_a_failure_of_the_analysis_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(source: bytes, path: object, selection: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr("convt_lint.linting.check_bytes", broken)
    ((row, column, text, _),) = plugin_findings([BAD])
    assert (row, column) == (1, 0)
    assert text == "CVT001 the analysis of this file failed (RecursionError: too deep)"


def modules_after(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment(), check=True, cwd=ROOT)
    return set(result.stdout.split())


def test_importing_the_plugin_costs_nothing() -> None:
    before = modules_after("import re, __future__")
    assert modules_after("import convt_lint.flake8_plugin") - before == {"convt_lint", "convt_lint.flake8_plugin"}


def test_libcst_is_imported_for_a_hit_alone() -> None:
    call = "from convt_lint.flake8_plugin import Plugin; assert len(list(Plugin(None, 'a.py', {lines!r}).run())) == {number}"
    unrelated = ["import torch\n", "x = torch.nn.Conv1d(1, 1, 3, stride=0)\n"]
    assert not {"libcst", "torch"} & modules_after(call.format(lines=unrelated, number=0))
    after = modules_after(call.format(lines=BAD.splitlines(keepends=True), number=1))
    assert "libcst" in after
    assert "torch" not in after


def test_lone_surrogates_and_odd_cookies_end_in_findings_or_silence() -> None:
    for lines in (["# coding: latin-1, coding: cp1251\n", *BAD.splitlines(True)], ["# coding=utf-7\n", *BAD.splitlines(True)]):
        assert [text[:6] for _, _, text, _ in plugin_findings(lines)] == ["CVT102"]
    odd = [*BAD.splitlines(True), "x = '\udc80'\n"]
    assert all(text.startswith("CVT") for _, _, text, _ in Plugin(ast.parse("0"), "a.py", odd).run())
    assert [text[:6] for _, _, text, _ in plugin_findings(GOOD.splitlines(True))] == ["CVT304"]  # which flake8 leaves out by default
    assert plugin_findings([]) == []
