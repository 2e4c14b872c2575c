"""Findings that are there already: noqas written into files, which stay the programs that they were, and baselines, which outlive moved lines."""

from __future__ import annotations

import ast
import json
import os
import random
import stat
from collections.abc import Callable
from pathlib import Path, PurePath

import pytest
from surface import BAD, BAD_CALL, BROKEN, IMPORT, write_flake8_config
from test_suppression import COMMENTS, STATEMENTS

from convt_lint import lint_bytes
from convt_lint.cli import main
from convt_lint.flake8_plugin import Plugin
from convt_lint.noqas import Unwritable, with_noqas
from convt_lint.writing import is_stream

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def command(here: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs the command in this process: exit code, standard output, standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(("--no-cache", "--output-format=concise", *arguments))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


# ---- --add-noqa


def added(source: bytes) -> bytes:
    """A source with noqas for its findings."""
    changed, _, missed = with_noqas(source, lint_bytes(source, "a.py"))
    assert missed == []
    return changed


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{BAD_CALL}\n", f"{BAD_CALL}  # noqa: CVT102\n"),
        (f"{BAD_CALL} \t\r\nx = 1\r\n", f"{BAD_CALL}  # noqa: CVT102\r\nx = 1\r\n"),
        (f"{BAD_CALL}\rx = 1\n", f"{BAD_CALL}  # noqa: CVT102\rx = 1\n"),
        (BAD_CALL, f"{BAD_CALL}  # noqa: CVT102"),
        (f"{BAD_CALL}  # why\n", f"{BAD_CALL}  # why  # noqa: CVT102\n"),
        (f"{BAD_CALL}; nn.ConvTranspose1d(1, 1, 0)\n", f"{BAD_CALL}; nn.ConvTranspose1d(1, 1, 0)  # noqa: CVT102, CVT103\n"),
        (f"{BAD_CALL}  # noqa: E501\n", f"{BAD_CALL}  # noqa: E501, CVT102\n"),
        (f"{BAD_CALL}  # noqa:E501,W291 why\n", f"{BAD_CALL}  # noqa:E501,W291, CVT102 why\n"),
        (f"{BAD_CALL}  # noqa: E501, \n", f"{BAD_CALL}  # noqa: E501, CVT102\n"),
        (f"a = 1, \\\n    {BAD_CALL}, \\\n    2\n", f"a = 1, \\\n    {BAD_CALL}, \\\n    2  # noqa: CVT102\n"),
        (f'a = f"""{{{BAD_CALL}}} \n"""\n', f'a = f"""{{{BAD_CALL}}} \n"""  # noqa: CVT102\n'),
        (f'a = """\n""", {BAD_CALL}\n', f'a = """\n""", {BAD_CALL}  # noqa: CVT102\n'),
        (f"a = [\n    {BAD_CALL},\n    1,  # noqa: E501\n]\n", f"a = [\n    {BAD_CALL},  # noqa: CVT102\n    1,  # noqa: E501\n]\n"),
        ("# convt: nonsense 1\nnn.ConvTranspose1d(1, 1, 2)\n", "# convt: nonsense 1  # noqa: CVT002\nnn.ConvTranspose1d(1, 1, 2)\n"),
    ],
)
def test_where_a_noqa_is_written(before: str, after: str) -> None:
    for head, encoding in (("", "utf-8"), ("\ufeff", "utf-8"), ("# coding: latin-1\ne = 'é'\n", "latin-1")):
        assert added(f"{head}{IMPORT}{before}".encode(encoding)).decode(encoding) == f"{head}{IMPORT}{after}"


def test_a_file_stays_its_program_and_nothing_is_left_to_report() -> None:
    draw = random.Random(7)
    bodies = [*STATEMENTS.values(), *(f"a = {BAD_CALL}  {comment}\n" for comment in COMMENTS)]
    for _ in range(15):
        source = IMPORT + "".join(draw.sample([body if body.endswith("\n") else f"{body}\n" for body in bodies], 6))
        source = source.replace("\n", draw.choice(["\n", "\r\n"]))
        findings = lint_bytes(source.encode(), "a.py")
        changed, _, missed = with_noqas(source.encode(), findings)
        assert ast.dump(ast.parse(changed)) == ast.dump(ast.parse(source))
        assert [finding.row for finding in lint_bytes(changed, "a.py")] == missed
        assert with_noqas(changed, lint_bytes(changed, "a.py"))[0] == changed, "once is enough"


def test_what_looks_like_a_noqa_in_a_string_is_left_alone() -> None:
    source = f'{IMPORT}a = "# noqa: E501", {BAD_CALL}\nb = {BAD_CALL}\n'.encode()
    changed, count, missed = with_noqas(source, lint_bytes(source, "a.py"))
    assert (count, missed) == (1, [2])
    assert changed == source[:-1] + b"  # noqa: CVT102\n"


@pytest.mark.parametrize("source", [BROKEN.encode(), b"# coding: ascii\n" + BAD.replace("\n", "  # \xe9\n").encode()], ids=["syntax", "encoding"])
def test_what_cannot_be_read_is_not_written(source: bytes) -> None:
    with pytest.raises(Unwritable):
        with_noqas(source, lint_bytes(BAD.encode(), "a.py"))


def test_add_noqa(command: Command, here: Path) -> None:
    (here / "a.py").write_text(BAD)
    (here / "a.py").chmod(0o751)
    (here / "link.py").symlink_to("a.py")
    (here / "real.txt").write_text(BAD)
    (here / "other.py").symlink_to("real.txt")
    (here / "note.md").write_text(f"```python\n{BAD}```\n")
    (here / "broken.py").write_text(BROKEN)
    code, out, err = command("--add-noqa", ".", "note.md")
    assert (code, out) == (2, "Added 2 noqa comments.\n")
    assert "broken.py: no noqa was written: it cannot be parsed\n" in err
    assert "note.md: no noqa was written: notebooks and documents are left as they are\n" in err
    assert (here / "a.py").read_text() == (here / "real.txt").read_text() == BAD.replace("11)", "11)  # noqa: CVT102")
    assert stat.S_IMODE((here / "a.py").stat().st_mode) == 0o751
    assert (here / "other.py").is_symlink()
    assert sorted(path.name for path in here.iterdir()) == ["a.py", "broken.py", "link.py", "note.md", "other.py", "real.txt"]
    assert command("a.py", "other.py") == (0, "All checks passed!\n", "")
    assert command("--add-noqa", "a.py") == (0, "Added 0 noqa comments.\n", "")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_add_noqa_keeps_the_owner(command: Command, here: Path) -> None:
    (here / "a.py").write_text(BAD)
    os.chown(here / "a.py", 1000, 1001)
    (here / "a.py").chmod(0o640)
    assert command("--add-noqa")[0] == 0
    status = (here / "a.py").stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (1000, 1001, 0o640)


def test_add_noqa_keeps_the_other_names_of_a_file(command: Command, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "a.py").write_text(BAD)
    os.link(here / "a.py", here / "b.txt")
    assert command("--add-noqa", "a.py")[0] == 0
    assert (here / "b.txt").read_text() == BAD.replace("11)", "11)  # noqa: CVT102")
    (here / "a.py").write_text(BAD)
    real, calls = Path.write_bytes, []

    def fails_once(path: Path, content: bytes) -> int:
        calls.append(content)
        if len(calls) == 1:
            real(path, content[:5])
            raise OSError(28, "No space left on device")
        return real(path, content)

    monkeypatch.setattr(Path, "write_bytes", fails_once)
    assert command("--add-noqa", "a.py")[::2] == (2, "convt-lint: error: a.py: no noqa was written: no space left on device\n")
    assert (here / "b.txt").read_text() == BAD


def test_add_noqa_needs_files(command: Command) -> None:
    with pytest.raises(SystemExit):
        command("--add-noqa", "-")


def test_a_file_that_changes_meanwhile_is_not_written(command: Command, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from convt_lint import noqas

    (here / "a.py").write_text(BAD)
    monkeypatch.setattr(noqas, "read", lambda name: f"# new\n{BAD}".encode())
    assert command("--add-noqa")[2] == "convt-lint: error: a.py: no noqa was written: the file has changed meanwhile\n"
    assert (here / "a.py").read_text() == BAD


# ---- baselines


CAT = """\
import torch
from torch import nn
x = nn.ConvTranspose1d(8, 1, 4, 2, 1)(torch.randn(1, 8, 10))
y = torch.cat([x, torch.randn(1, 1, 21)], 1)
"""


@pytest.fixture
def project(here: Path, command: Command) -> Path:
    """Files with three findings, two of them alike, all in a baseline."""
    (here / "pkg").mkdir()
    (here / "a.py").write_text(f"{BAD}b = {BAD_CALL}\n")
    (here / "pkg" / "c.py").write_text(CAT)
    assert command("--write-baseline", "base.json") == (0, "Wrote 3 findings to base.json.\n", "")
    return here


def test_a_baseline_outlives_moved_lines(command: Command, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passed = (0, "All checks passed! (3 findings in the baseline)\n", "")
    assert command("--baseline", "base.json") == passed
    for name in ("a.py", "pkg/c.py"):
        (project / name).write_text("import os\n\n\n" + (project / name).read_text())
    assert command("--baseline", "base.json") == passed
    assert command("--baseline", "base.json", str(project)) == passed
    assert command()[0] == 1
    monkeypatch.chdir(project / "pkg")
    assert command("--baseline", "../base.json", "..") == passed


def test_what_is_new_is_told_although_it_is_like_what_is_known(command: Command, project: Path) -> None:
    (project / "a.py").write_text(f"{BAD}b = {BAD_CALL}\nc = {BAD_CALL}\n")
    code, out, err = command("--baseline", "base.json")
    assert (code, err) == (1, "")
    assert out.startswith("a.py:4:5: CVT102 ")
    assert out.endswith("Found 1 error. (3 findings in the baseline)\n")
    assert json.loads(_json(command, "--baseline", "base.json"))[0]["location"]["row"] == 4


def _json(command: Command, *arguments: str) -> str:
    return command(*arguments, "--output-format=json")[1]


def test_entries_that_are_found_no_more(command: Command, project: Path) -> None:
    (project / "a.py").write_text(BAD)
    note = "convt-lint: note: {} in the baseline that {} found no more; --write-baseline writes it anew\n"
    assert command("--baseline=base.json")[2] == note.format("1 finding", "is")
    assert command("--baseline=base.json", "pkg")[2] == "", "nothing is known of a file that was not looked at"
    assert command("--baseline=base.json", "--select=CVT2")[2] == "", "nor of a rule that was not run"
    (project / "a.py").write_text(BROKEN)
    assert command("--baseline=base.json")[2] == "", "nor of a file that cannot be analysed"
    (project / "a.py").unlink()
    assert command("--baseline=base.json")[2] == note.format("2 findings", "are")
    assert command("--write-baseline=base.json")[1] == "Wrote 1 finding to base.json.\n"
    assert command("--baseline=base.json") == (0, "All checks passed! (1 finding in the baseline)\n", "")


def test_a_baseline_is_the_same_on_every_machine(command: Command, project: Path) -> None:
    before = (project / "base.json").read_bytes()
    assert json.loads(before)["findings"][0].keys() == {"filename", "code", "message", "fingerprint"}
    assert command("--write-baseline", str(project / "base.json"), str(project))[0] == 0
    assert (project / "base.json").read_bytes() == before
    assert stat.S_IMODE((project / "base.json").stat().st_mode) == 0o666 & ~_mask()


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "base.json:1:2: no JSON: "),
        ("[]", "base.json: this is no baseline: it has no version"),
        ('{"version": 2}', "base.json: its version is 2; this convt-lint reads version 1"),
        ('{"version": 1}', "base.json: findings must be a list"),
        ('{"version": 1, "findings": [{"fingerprint": 1}]}', "base.json: findings[0] must have a fingerprint, a filename and a code"),
        ("[" * 100_000, "base.json: no JSON: "),
        (None, "base.json: no such file or directory; --write-baseline makes one"),
    ],
    ids=["cut", "list", "version", "empty", "entry", "deep", "missing"],
)
def test_a_broken_baseline_is_named(command: Command, here: Path, text: str | None, said: str) -> None:
    if text is not None:
        (here / "base.json").write_text(text)
    code, out, err = command("--baseline", "base.json")
    assert (code, out) == (2, "")
    assert err.startswith(f"convt-lint: error: {said}")


def test_nothing_is_written_of_half_a_run(command: Command, project: Path) -> None:
    before = (project / "base.json").read_bytes()
    assert command("--write-baseline=base.json", "a.py", "nope.py")[0] == 2
    assert (project / "base.json").read_bytes() == before
    assert command("--write-baseline=no/base.json")[::2] == (2, "convt-lint: error: no/base.json: No such file or directory\n")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_baseline_is_written_into_pipes_and_devices(command: Command, project: Path) -> None:
    text = (project / "base.json").read_bytes()
    os.mkfifo(project / "pipe")
    reader = os.open(project / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    assert command("--write-baseline=pipe")[0] == 0
    assert os.read(reader, 10_000) == text
    os.close(reader)
    assert stat.S_ISFIFO((project / "pipe").stat().st_mode)
    with open(project / "out", "w+b") as out:
        assert command(f"--write-baseline=/dev/fd/{out.fileno()}") == (0, "", "")
        assert out.read() == text
    assert command("--write-baseline=pkg")[2] == "convt-lint: error: pkg: Is a directory\n"


@pytest.mark.parametrize(("path", "held"), [("/dev/stdout", True), ("/dev/fd/7", True), ("/proc/self/fd/1", True), ("/dev/shm/base.json", False)])
def test_files_in_memory_are_no_streams(path: str, held: bool) -> None:
    assert is_stream(path) is held


def test_a_baseline_knows_files_behind_links_of_folders(command: Command, project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    link = tmp_path_factory.mktemp("links") / "l"
    link.symlink_to(project)
    assert command("--baseline", "base.json", str(link / "pkg" / "c.py"))[1] == "All checks passed! (1 finding in the baseline)\n"
    assert command("--baseline", "base.json", str(link))[1] == "All checks passed! (3 findings in the baseline)\n"
    assert command("--write-baseline", "again.json", str(link))[0] == 0
    assert (project / "again.json").read_bytes() == (project / "base.json").read_bytes()


def test_the_table_names_a_baseline_for_the_command_and_flake8(
    command: Command, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from flake8.main.cli import main as flake8

    monkeypatch.setattr(Plugin, "_configured", None)
    write_flake8_config(project / "flake8.cfg")
    (project / "pyproject.toml").write_text('[tool.convt_lint]\nbaseline = "base.json"\n')
    (project / "a.py").write_text(f"{BAD}n = {BAD_CALL}  # noqa: CVT102\nb = {BAD_CALL}\nc = {BAD_CALL}\n")
    monkeypatch.chdir(project / "pkg")
    assert command("..")[1].startswith("../a.py:5:5: CVT102")
    monkeypatch.chdir(project)
    flake8(["--jobs=1", "--config=flake8.cfg", "--select=CVT1,CVT2", "."])
    assert [line.rpartition(": CVT102")[0] for line in capsys.readouterr().out.splitlines()] == ["./a.py:5:5"]
    assert command("--write-baseline=base.json")[1] == "Wrote 4 findings to base.json.\n"
    (project / "base.json").unlink()
    assert flake8(["--config=flake8.cfg", "."]) == 1
    assert "base.json: no such file or directory" in capsys.readouterr().out


def test_fingerprints_of_notebooks_do_not_hang_on_the_numbers_of_cells() -> None:
    from convt_lint.output.fingerprints import Fingerprints

    def fingerprints(*cells: str) -> set[str]:
        notebook = {"cells": [{"cell_type": "code", "source": cell, "metadata": {}, "outputs": []} for cell in cells], "nbformat": 4, "metadata": {}}
        found = lint_bytes(json.dumps(notebook).encode(), PurePath("a.ipynb"))
        assert len(found) == 1
        return {Fingerprints().of(finding, "a.ipynb") for finding in found}

    head, rest = CAT.rsplit("\n", 2)[0] + "\n", CAT.splitlines()[-1]
    assert fingerprints(head, rest) == fingerprints("a = 1", head, "b = 2", rest)
