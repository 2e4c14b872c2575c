"""The command: what it reads, what it prints, its exit codes, and that no input ends a run early."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path, PurePath

import pytest
from surface import BAD, BAD_CALL, BROKEN, GOOD, IMPORT, ROOT, environment, run

import convt_lint
import convt_lint.confirm
from convt_lint import lint_bytes, lint_paths
from convt_lint.cli import main
from convt_lint.codes import CODES
from convt_lint.findings import Confirmation, FileResult, Finding, Unchecked, Verdict
from convt_lint.rules import RULES
from convt_lint.selection import DEFAULT_SELECT, Selection, UnknownCode, choose

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def command(here: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs the command in this process: exit code, standard output, standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        try:
            code = main(arguments)
        except SystemExit as stop:
            code = int(stop.code or 0)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")


# ---- findings and exit codes


def test_findings_end_with_one(command: Command, here: Path) -> None:
    write(here, bad=BAD, good=GOOD)
    code, out, err = command("bad.py", "good.py")
    assert code == 1
    assert out.startswith("bad.py:2:9: CVT102 ")
    assert f"2 | layer = {BAD_CALL}\n" in out
    assert "^" * len(BAD_CALL) + " CVT102" in out
    assert out.endswith("Found 1 error.\n")
    assert err == ""


def test_full_shows_the_arithmetic_and_what_to_write_instead(command: Command, here: Path) -> None:
    write(here, bad=BAD)
    _, out, _ = command("bad.py")
    assert "= help: " in out


def test_nothing_found_ends_with_zero(command: Command, here: Path) -> None:
    write(here, good=GOOD)
    assert command("good.py") == (0, "All checks passed!\n", "")


def test_check_is_the_default_command_and_the_current_directory_the_default_path(command: Command, here: Path) -> None:
    write(here, bad=BAD)
    expected = command("check", ".")
    assert expected[0] == 1
    assert command() == command("check") == command(".") == expected


def test_options_and_paths_in_any_order(command: Command, here: Path) -> None:
    write(here, a=BAD, b=BAD)
    expected = command("--output-format=concise", "a.py", "b.py")
    assert expected[1].count("CVT102") == 2
    assert command("a.py", "--output-format", "concise", "b.py") == expected
    assert command("check", "a.py", "b.py", "--output-format", "concise") == expected


def test_path_that_looks_like_an_option(command: Command, here: Path) -> None:
    write(here, **{"-odd": BAD})
    code, out, _ = command("--output-format=concise", "--", "-odd.py")
    assert code == 1
    assert out.startswith("-odd.py:2:9: CVT102")


def test_missing_path_is_named_and_the_rest_reported(command: Command, here: Path) -> None:
    write(here, bad=BAD)
    code, out, err = command("nope.py", "bad.py", "gone/")
    assert code == 2
    assert "bad.py:2:9: CVT102" in out
    assert "nope.py: no such file or directory" in err
    assert "gone/: no such file or directory" in err


def test_exit_zero_covers_findings_but_not_failures(command: Command, here: Path) -> None:
    write(here, bad=BAD)
    assert command("--exit-zero", "bad.py")[0] == 0
    assert command("--exit-zero", "bad.py", "nope.py")[0] == 2


def test_no_files_is_said(command: Command, here: Path) -> None:
    code, out, err = command()
    assert (code, out) == (0, "All checks passed!\n")
    assert "no Python files found" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--nonsense"],
        ["--output-format", "xml"],
        ["--color", "maybe"],
        ["--stdin-filename", "x.py", "y.py"],
        ["explain"],
        *(["-o", ""], ["--write-baseline="], ["--baseline="], ["--config="], ["--add-noqa", "-o", "x.txt"]),
        *(["--select", ""], ["--ignore", "CVT1,"]),
    ],
)
def test_bad_usage_ends_with_two(command: Command, arguments: list[str]) -> None:
    code, out, err = command(*arguments)
    assert code == 2
    assert out == ""
    assert "error: " in err


# ---- selection


def test_select_and_ignore(command: Command, here: Path) -> None:
    write(here, bad=BAD)
    assert command("--select", "CVT102", "bad.py")[0] == 1
    assert command("--select", "CVT1", "bad.py")[0] == 1
    assert command("--select", "CVT0, CVT103", "--select=CVT101", "bad.py")[0] == 0
    assert command("--ignore", "CVT102", "bad.py")[0] == 0
    assert command("--ignore", "CVT1", "bad.py")[0] == 0
    assert command("--ignore", "CVT1", "--extend-select", "CVT102", "bad.py")[0] == 1
    assert command("--select", "CVT102", "--ignore", "CVT102", "bad.py")[0] == 0


@pytest.mark.parametrize("option", ["--select", "--ignore", "--extend-select"])
def test_unknown_code_is_named_with_the_nearest(command: Command, option: str) -> None:
    code, out, err = command(option, "CVT102,CVT1O2", ".")
    assert (code, out) == (2, "")
    assert "'CVT1O2'" in err
    assert "did you mean CVT102?" in err


@pytest.mark.parametrize("code", ["E501", "CVT9", "NONE", "foo"])
def test_no_code_is_named_where_none_is_near(command: Command, code: str) -> None:
    for arguments in (("--select", code), ("explain", code)):
        assert command(*arguments)[::2] == (2, f"convt-lint: error: {'--select: ' * (arguments[0] != 'explain')}unknown rule code {code!r}\n")


def test_selection_defaults_and_longest_prefix() -> None:
    known = ["CVT001", "CVT003", "CVT102", "CVT201", "CVT301"]
    assert [code for code in known if code in Selection()] == ["CVT001", "CVT102", "CVT201"]
    assert [code for code in known if code in choose(None, [], ["CVT3"], known)] == ["CVT001", "CVT102", "CVT201", "CVT301"]
    assert [code for code in known if code in choose(None, [], ["CVT003"], known)] == ["CVT001", "CVT003", "CVT102", "CVT201"]
    assert [code for code in known if code in choose(None, ["CVT003"], ["CVT003"], known)] == ["CVT001", "CVT102", "CVT201"]
    assert [code for code in known if code in choose(["CVT"], ["CVT1"], [], known)] == ["CVT001", "CVT003", "CVT201", "CVT301"]
    assert [code for code in known if code in choose(["CVT102"], ["CVT1"], [], known)] == ["CVT102"]
    assert [code for code in known if code in choose(None, ["CVT1"], ["CVT102"], known)] == ["CVT001", "CVT102", "CVT201"]
    with pytest.raises(UnknownCode) as caught:
        choose(["E501"], [], [], known)
    assert caught.value.code == "E501"


# ---- standard input


def test_standard_input(tmp_path: Path) -> None:
    result = run("-", "--output-format=concise", cwd=tmp_path, stdin=BAD.encode())
    assert result.returncode == 1
    assert result.stdout.startswith(b"-:2:9: CVT102 ")
    for arguments in (("-", "--stdin-filename", "pkg/model.py"), ("--stdin-filename=pkg/model.py",)):
        result = run(*arguments, "--output-format=concise", cwd=tmp_path, stdin=BAD.encode())
        assert result.stdout.startswith(b"pkg/model.py:2:9: CVT102 ")
    assert run("-", cwd=tmp_path, stdin=b"").returncode == 0
    assert run("-", "--force-exclude", "--stdin-filename=build/x.py", cwd=tmp_path, stdin=BAD.encode()).returncode == 0


@pytest.mark.parametrize(
    "source", [b"\xff\xfe" + BAD.encode("utf-16-le"), b"\x00\x01\x02ConvTranspose1d", bytes(range(256)) + BAD.encode()], ids=["utf-16", "nul", "all"]
)
def test_standard_input_of_any_bytes(tmp_path: Path, source: bytes) -> None:
    result = run("-", "--output-format=json", cwd=tmp_path, stdin=source)
    assert result.stderr == b""
    assert {record["code"] for record in json.loads(result.stdout)} <= {"CVT001"}
    assert result.returncode == bool(json.loads(result.stdout))


# ---- hostile files: each costs at most a CVT001 of its own


HOSTILE: dict[str, bytes] = {
    "syntax": BROKEN.encode(),
    "nul": BAD.encode() + b"x = '\0'\n",
    "latin": BAD.encode() + b"x = '\xe9'\n",
    "unknown-cookie": b"# coding: no-such-codec\n" + BAD.encode(),
    "not-a-text-codec": b"# coding: hex\n" + BAD.encode(),
    "return": b"if 1:\n    pass\nreturn 3\n" + BAD.encode(),
    "bad-indent": BAD.encode() + b"  x = 1\n y = 2\n",
    "open-string": BAD.encode() + b'"""\n',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_analysed_is_a_finding_and_the_run_goes_on(command: Command, here: Path, name: str) -> None:
    (here / "a_hostile.py").write_bytes(HOSTILE[name])
    write(here, z_bad=BAD)
    for output_format in ("full", "json", "github", "concise"):
        code, out, err = command(f"--output-format={output_format}")
        assert code == 1
        assert err == ""
        assert "CVT001" in out
        assert "z_bad.py" in out
    records = json.loads(command("--output-format=json")[1])
    assert [(record["filename"], record["code"]) for record in records] == [("a_hostile.py", "CVT001"), ("z_bad.py", "CVT102")]
    assert records[0]["name"] == "cannot-analyse"
    assert records[0]["location"]["row"] >= 1
    assert records[0]["location"]["column"] >= 1
    assert records[0]["message"]


@pytest.mark.parametrize(
    ("source", "place"),
    [
        (b"\xef\xbb\xbf" + BAD.encode(), (2, 9)),
        (BAD.replace("\n", "\r").encode(), (2, 9)),
        (BAD.replace("\n", "\r\n").encode(), (2, 9)),
        (b"", None),
        (b"\n\n", None),
    ],
    ids=["bom", "cr-only", "crlf", "empty", "blank"],
)
def test_odd_but_legal_files(command: Command, here: Path, source: bytes, place: tuple[int, int] | None) -> None:
    (here / "a.py").write_bytes(source)
    places = [(r["code"], r["location"]["row"], r["location"]["column"]) for r in json.loads(command("--output-format=json")[1])]
    assert places == ([] if place is None else [("CVT102", *place)])
    if place is not None:
        assert f"2 | layer = {BAD_CALL}\n" in command()[1]


def test_paths_that_cannot_be_read(command: Command, here: Path) -> None:
    write(here, good=GOOD)
    (here / "loop.py").symlink_to("loop.py")
    (here / "broken.py").symlink_to("nowhere")
    (here / "dir.py").mkdir()
    code, out, err = command("--output-format=json", ".")
    assert (code, err) == (1, "")
    records = json.loads(out)
    assert [(r["filename"], r["code"], r["location"], r["noqa_row"]) for r in records] == [
        (name, "CVT001", {"row": 1, "column": 1}, None) for name in ("broken.py", "loop.py")
    ]
    assert command("loop.py", "--ignore=CVT001")[0] == 0
    assert command("broken.py")[0] == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_given_directly_is_not_waited_for(here: Path) -> None:
    os.mkfifo(here / "pipe.py")
    result = run("pipe.py", "--output-format=concise", cwd=here)
    assert result.returncode == 1
    assert result.stdout.startswith(b"pipe.py:1:1: CVT001 ")


def test_odd_file_names(here: Path) -> None:
    names = [b"new\nline.py", b"caf\xe9.py", "日本.py".encode(), b"a b,c:d%.py", b"\x1b[31m.py"]
    for name in names:
        Path(os.fsdecode(os.fsencode(here) + b"/" + name)).write_text(BAD)
    for output_format in ("full", "concise", "github", "json"):
        result = run(".", f"--output-format={output_format}", cwd=here)
        assert (result.returncode, result.stderr) == (1, b"")
        assert b"\x1b" not in result.stdout or output_format == "github"
    records = json.loads(run(".", "--output-format=json", cwd=here).stdout)
    assert {os.fsencode(record["filename"]) for record in records} == set(names)
    concise = run(".", "--output-format=concise", cwd=here).stdout.decode()
    assert "new\\nline.py:2:9: CVT102" in concise
    assert "caf\\xe9.py:2:9: CVT102" in concise
    assert len(concise.splitlines()) == len(names) + 1
    assert run(names[1], cwd=here).returncode == 1


def test_a_failure_of_the_analysis_costs_one_file(command: Command, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from convt_lint import runner

    real = runner.check_bytes

    def fails_once(source: bytes, path: PurePath, selection: object, **options: bool) -> FileResult:
        if path.name == "a.py":
            raise RecursionError("too deep")
        return real(source, path, **options)

    monkeypatch.setattr(runner, "check_bytes", fails_once)
    write(here, a=BAD, b=BAD)
    _, out, _ = command("--output-format=concise")
    assert "a.py:1:1: CVT001 the analysis of this file failed (RecursionError: too deep)" in out
    assert "b.py:2:9: CVT102" in out


# ---- output


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8", "cp932"])
def test_any_encoding_of_standard_output(here: Path, encoding: str) -> None:
    write(here, bad=f"{IMPORT}x = '日本 é \U0001f600', {BAD_CALL}\n")
    result = run("bad.py", cwd=here, PYTHONIOENCODING=encoding)
    assert (result.returncode, result.stderr) == (1, b"")
    text, carets = result.stdout.decode(encoding).splitlines()[2:4]
    if encoding == "ascii":
        assert text.index(BAD_CALL) == carets.index("^")


def test_output_file(command: Command, here: Path) -> None:
    write(here, bad=BAD)
    assert command("bad.py", "--output-format=json", "-o", "out.json") == (1, "", "")
    assert json.loads((here / "out.json").read_text())[0]["code"] == "CVT102"
    code, _, err = command("bad.py", "-o", "no/such/dir.txt")
    assert code == 2
    assert "no/such/dir.txt: No such file" in err


def test_statistics(command: Command, here: Path) -> None:
    write(here, a=BAD, b=BAD, c=BROKEN)
    assert command("--statistics")[:2] == (1, f"2  CVT102  {RULES['CVT102'].name}\n1  CVT001  {RULES['CVT001'].name}\nFound 3 errors.\n")
    assert json.loads(command("--statistics", "--output-format=json")[1])[0] == {"code": "CVT102", "count": 2, "name": RULES["CVT102"].name}


def test_show_unchecked(command: Command, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from convt_lint import runner

    real = runner.check_bytes
    unchecked = (Unchecked("ConvTranspose1d", "the name 'rates' is not known", 2, 5),)
    monkeypatch.setattr(
        runner, "check_bytes", lambda source, path, selection, **options: replace(real(source, path), unchecked=unchecked if options["unchecked"] else ())
    )
    write(here, good=GOOD)
    line = "good.py:2:5: unchecked ConvTranspose1d: the name 'rates' is not known\n"
    assert command("--show-unchecked") == (0, f"{line}All checks passed!\n", "")
    assert command("--show-unchecked", "--output-format=json") == (0, "[]\n", line)
    assert command() == (0, "All checks passed!\n", "")


def test_unchecked_of_real_code(command: Command, here: Path) -> None:
    write(here, model=f"{IMPORT}import settings\nup = nn.ConvTranspose1d(1, 1, settings.kernel, stride=settings.stride, output_padding=settings.extra)\n")
    code, out, _ = command("--show-unchecked")
    assert code == 0
    assert out.startswith("model.py:3:6: unchecked ConvTranspose1d: ")


def test_colour_on_terminals_only(command: Command, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here, bad=BAD)
    assert "\033[" not in command()[1]
    assert "\033[" in command("--color=always")[1]
    assert "\033[" not in command("--color=always", "--output-format=json")[1]
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\033[" in command()[1]
    assert "\033[" not in command("--color=never")[1]
    command("-o", "out.txt")
    assert "\033[" not in (here / "out.txt").read_text()
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\033[" not in command()[1]


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("changes", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)], ids=["terminal", "no-color", "dumb"])
def test_colour_on_a_real_terminal(here: Path, changes: dict[str, str], coloured: bool) -> None:
    import pty

    write(here, bad=BAD)
    parent, child = pty.openpty()
    code = subprocess.call([sys.executable, "-m", "convt_lint", "bad.py"], cwd=here, stdout=child, env=environment(**{"TERM": "xterm", **changes}))
    os.close(child)
    text = b""
    # Linux ends a terminal that nobody holds any more with an error.
    try:
        while piece := os.read(parent, 4096):
            text += piece
    except OSError:
        pass
    os.close(parent)
    assert code == 1
    assert (b"\x1b[" in text) is coloured


@pytest.mark.skipif(os.name == "nt", reason="POSIX pipes")
def test_a_reader_that_goes_away_ends_the_run_quietly(here: Path) -> None:
    write(here, bad=IMPORT + f"{BAD_CALL}\n" * 3000)
    process = subprocess.Popen([sys.executable, "-m", "convt_lint", "bad.py"], cwd=here, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(60) == 141
    assert process.stderr.read() == b""
    process.stderr.close()


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_an_interrupt_ends_the_run_quietly(here: Path) -> None:
    script = "import sys; from convt_lint.cli import main; print('ready', flush=True); sys.exit(main(['-']))"
    process = subprocess.Popen(
        [sys.executable, "-c", script], cwd=here, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    time.sleep(0.5)  # It waits for its input by now.
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_is_said(here: Path) -> None:
    write(here, bad=BAD)
    with open("/dev/full", "wb") as full:
        process = subprocess.run([sys.executable, "-m", "convt_lint", "bad.py"], cwd=here, stdout=full, stderr=subprocess.PIPE, env=environment(), check=False)
    assert process.returncode == 2
    assert process.stderr.startswith(b"convt-lint: error: cannot write the output: ")
    assert process.stderr.count(b"\n") == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("--version > /dev/full", 2, b"cannot write the output"),
        ("explain CVT102 >&-", 0, b""),
        ("- <&-", 2, b"standard input is closed"),
    ],
)
def test_streams_that_are_closed_or_full(here: Path, command: str, code: int, said: bytes) -> None:
    process = subprocess.run(
        f"{sys.executable} -m convt_lint {command}", shell=True, cwd=here, capture_output=True, env=environment(PYTHONUNBUFFERED=""), check=False
    )
    assert (process.returncode, process.stdout) == (code, b"")
    assert said in process.stderr
    assert process.stderr.count(b"\n") == bool(said)


# ---- confirmation


def confirm_with(monkeypatch: pytest.MonkeyPatch, *verdicts: Verdict) -> list[str]:
    devices: list[str] = []

    def confirm_findings(findings: Sequence[Finding], device: str) -> list[Finding]:
        devices.append(device)
        return [replace(finding, confirmation=Confirmation(verdict, device, "words")) for finding, verdict in zip(findings, verdicts, strict=True)]

    monkeypatch.setattr(convt_lint.confirm, "confirm_findings", confirm_findings)
    return devices


def test_confirm_takes_no_path_for_a_device(command: Command, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here, bad=BAD)
    devices = confirm_with(monkeypatch, Verdict.CONFIRMED)
    assert "= confirmed on cpu: words" in command("--confirm", "bad.py")[1]
    assert "= confirmed on cuda:1: words" in command("bad.py", "--confirm=cuda:1")[1]
    assert "confirmed on cpu" in command("check", "--confirm")[1]
    assert devices == ["cpu", "cuda:1", "cpu"]


def test_a_refuted_finding_is_shown_and_does_not_count(command: Command, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here, a=BAD, b=BAD)
    confirm_with(monkeypatch, Verdict.REFUTED, Verdict.REFUTED)
    code, out, _ = command("--confirm")
    assert code == 0
    assert out.count("= refuted on cpu: words") == 2
    assert out.endswith("All checks passed! (2 findings refuted by running the layer)\n")
    confirm_with(monkeypatch, Verdict.REFUTED, Verdict.UNDECIDED)
    code, out, _ = command("--confirm", "--output-format=concise")
    assert code == 1
    assert out.endswith("Found 1 error. (1 finding refuted by running the layer)\n")


@pytest.mark.parametrize("problem", ["TorchMissing", "BadDevice", "ConfirmError"])
def test_without_torch_the_findings_are_still_printed(command: Command, here: Path, monkeypatch: pytest.MonkeyPatch, problem: str) -> None:
    def confirm_findings(findings: Sequence[Finding], device: str) -> list[Finding]:
        raise getattr(convt_lint.confirm, problem)("the reason why")

    monkeypatch.setattr(convt_lint.confirm, "confirm_findings", confirm_findings)
    write(here, bad=BAD)
    code, out, err = command("--confirm", "--output-format=concise")
    assert code == 2
    assert out.startswith("bad.py:2:9: CVT102")
    assert "the reason why" in err
    assert err.count("\n") == 1


@pytest.mark.slow
def test_confirm_for_real(here: Path) -> None:
    pytest.importorskip("torch")
    write(here, bad=BAD)
    result = run("bad.py", "--confirm", cwd=here)
    assert result.returncode == 1
    assert "= confirmed on cpu: " in result.stdout.decode()
    assert "output padding must be smaller than either stride or dilation" in result.stdout.decode()


# ---- explain, rules, version, help


def test_explain(command: Command) -> None:
    code, out, err = command("explain", "CVT102")
    assert (code, err) == (0, "")
    assert out.startswith("CVT102 output-padding-too-large\n")
    assert "\nWhat it does\n" in out
    assert "```" not in out
    assert command("explain", "cvt102")[1] == command("explain", "output-padding-too-large")[1] == out
    for rule in RULES:
        assert command("explain", rule)[0] == 0


def test_explain_of_an_unknown_code_names_the_nearest(command: Command) -> None:
    code, out, err = command("explain", "CVT1O2")
    assert (code, out) == (2, "")
    assert "'CVT1O2'; did you mean CVT102?" in err
    assert "did you mean output-padding-too-large?" in command("explain", "output-padding-to-large")[2]


def test_rules(command: Command) -> None:
    code, out, _ = command("rules")
    lines = out.splitlines()
    assert code == 0
    assert [line.split()[0] for line in lines] == sorted(RULES)
    assert re.match(r"CVT102  output-padding-too-large +on +\S", lines[sorted(RULES).index("CVT102")])
    records = json.loads(command("rules", "--output-format", "json")[1])
    assert [record["code"] for record in records] == sorted(RULES)
    for record in records:
        assert record["default"] is (record["code"].startswith(DEFAULT_SELECT) and record["code"] != "CVT003")
        assert record["summary"]


def test_version_is_that_of_the_project(command: Command) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert convt_lint.__version__ == project["version"]
    assert command("--version")[:2] == command("check", "--version")[:2] == (0, f"convt-lint {project['version']}\n")


def test_help(command: Command) -> None:
    code, out, _ = command("--help")
    assert code == 0
    assert {"check", "explain", "rules"} <= set(out.split())
    _, out, _ = command("check", "--help")
    assert all(option in out for option in ("--select", "--stdin-filename", "--confirm", "--exit-zero", "--show-unchecked"))


# ---- the Python API


def test_importing_the_package_costs_nothing() -> None:
    script = "import sys; before = set(sys.modules); import convt_lint; print(*set(sys.modules) - before)"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment())
    assert result.stdout.split() == ["convt_lint"]
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = convt_lint.nonsense


def test_the_command_imports_neither_libcst_nor_torch_without_a_hit(here: Path) -> None:
    write(here, a="import torch\n")
    script = "import sys; from convt_lint.cli import main; code = main(['a.py']); assert not {'libcst', 'torch', 'numpy'} & set(sys.modules); sys.exit(code)"
    subprocess.run([sys.executable, "-c", script], check=True, env=environment(), cwd=here)


def test_lint_bytes(here: Path) -> None:
    (finding,) = lint_bytes(BAD.encode(), "model.py")
    assert (finding.code, finding.filename, finding.row, finding.column) == ("CVT102", PurePath("model.py"), 2, 9)
    assert lint_bytes(BAD.replace("11)", "11)  # noqa: CVT1").encode(), "model.py") == []
    assert [finding.code for finding in lint_bytes(b"\xff" + BAD.encode(), "model.py")] == ["CVT001"]


def test_lint_paths(here: Path) -> None:
    from concurrent.futures import ProcessPoolExecutor

    write(here, a=BAD, b=GOOD, c=BROKEN)
    findings = lint_paths(["."])
    assert [(finding.filename.name, finding.code) for finding in findings] == [("a.py", "CVT102"), ("c.py", "CVT001")]
    assert lint_paths(["."], selection=Selection(("CVT2",))) == []
    with ProcessPoolExecutor(1) as executor:
        assert lint_paths(["a.py", "c.py"], executor=executor) == findings
    with pytest.raises(FileNotFoundError, match=r"nope\.py"):
        lint_paths(["a.py", "nope.py"])


def test_the_codes_are_those_of_the_rules() -> None:
    assert tuple(RULES) == CODES
