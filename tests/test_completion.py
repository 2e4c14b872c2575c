"""Shell completion, in the shells themselves; the versions for a report of a bug, and what is said of a failure of the linter's own."""

from __future__ import annotations

import importlib.metadata
import json
import os
import pty
import re
import select
import shlex
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from convt_lint import __version__, cli
from convt_lint.cli import main
from convt_lint.codes import CODES

SHELLS = ("bash", "fish", "zsh")
COMMANDS = ["check", "devices", "draw", "explain", "generate-shell-completion", "rules", "solve", "version"]
ZSH = """\
PS1='% '; setopt no_beep; autoload -Uz compinit; compinit -u -D
zstyle ':completion:*' list-prompt ''
source ./completion
show() { zle -I; print -r -- "<$BUFFER>"; BUFFER= }; zle -N show; bindkey '^X' show; bindkey '^I' expand-or-complete
print ready
"""


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest) -> Path:
    """Where there is something to complete: a program for one shell, a file, a directory."""
    shell = request.node.callspec.params["shell"]
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    assert main(["generate-shell-completion", shell]) == 0
    (tmp_path / "completion").write_text(capsys.readouterr().out)
    (tmp_path / "dev model.py").touch()
    (tmp_path / "devdir").mkdir()
    return tmp_path


def completed(shell: str, folder: Path, line: str) -> list[str]:
    """The words that a shell has for the last one of the line, which may be cut short."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "config"), "TERM": "dumb", "LANG": "C.UTF-8"}

    def run(*command: str) -> list[str]:
        done = subprocess.run([shell, *command], cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.stderr == ""
        return sorted(done.stdout.splitlines())

    if shell == "fish":
        return [word.partition("\t")[0] for word in run("--no-config", "-c", f"source ./completion; complete -C {shlex.quote(line)}")]
    # bash takes a = for a word of its own
    words = [word for part in line.split() for word in part.replace("=", " = ").split()] + [""] * line.endswith(" ")
    given = " ".join(map(shlex.quote, words))
    script = f'source ./completion; COMP_WORDS=({given}); COMP_CWORD={len(words) - 1}; _convt_lint; printf "%s\\n" "${{COMPREPLY[@]}}"'
    return run("--norc", "-c", script)


@pytest.mark.parametrize("shell", ["bash", "fish"])
def test_what_is_offered(shell: str, folder: Path) -> None:
    def offered(line: str) -> list[str]:
        return completed(shell, folder, line)

    assert [word for word in offered("convt-lint ") if word in cli._COMMANDS] == COMMANDS
    assert {"devices", "dev model.py", "devdir"} <= {word.rstrip("/").replace("\\", "") for word in offered("convt-lint dev")}
    assert offered("convt-lint --output-format js") == offered("convt-lint check a.py --output-format js") == ["json", "json-lines"]
    assert offered("convt-lint devices --output-format j") == ["json"]
    assert [word for word in offered("convt-lint --exte") if "exclude" not in word and "per-file" not in word] == ["--extend-include", "--extend-select"]
    assert offered("convt-lint solve --hop") == ["--hop"]
    assert offered("convt-lint explain CVT20") == [code for code in CODES if code.startswith("CVT20")]
    assert offered("convt-lint --select CVT101,CVT10") == [f"CVT101,{code}" for code in CODES if code.startswith("CVT10")]
    assert offered("convt-lint generate-shell-completion b") == ["bash"]
    assert offered("convt-lint --cache-dir dev") == ["devdir" + "/" * (shell == "fish")]
    assert [word.rpartition("=")[2] for word in offered("convt-lint --color=al")] == ["always"]


TYPED = {
    "convt-lint exp": "convt-lint explain ",
    "convt-lint --output-format sar": "convt-lint --output-format sarif ",
    "convt-lint check x.py --output-format=sar": "convt-lint check x.py --output-format=sarif ",
    "convt-lint --select CVT101,CVT30": "convt-lint --select CVT101,CVT30",
    "convt-lint explain CVT204": "convt-lint explain CVT204 ",
    "convt-lint devices --output-format te": "convt-lint devices --output-format text ",
    "convt-lint solve --hel": "convt-lint solve --help ",
    "convt-lint --cache-dir dev": "convt-lint --cache-dir devdir/",
    "convt-lint --confirm=mp": "convt-lint --confirm=mps ",
    "convt-lint dev\\ m": "convt-lint dev\\ model.py ",
}


@pytest.mark.parametrize("shell", ["zsh"])
def test_zsh_completes_at_its_prompt(shell: str, folder: Path) -> None:
    (folder / "begin").write_text(ZSH)
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execvpe(shell, [shell, "-f", "-i"], {"PATH": os.environ["PATH"], "HOME": str(folder), "TERM": "dumb", "LANG": "C.UTF-8"})
    try:
        os.write(terminal, b"source ./begin\n")
        read_until(terminal, r"ready\r\n")
        for typed, line in TYPED.items():
            os.write(terminal, typed.encode() + b"\t\x18")
            assert read_until(terminal, r"<(convt-lint[^\r\n]*)>\r?\n")[1] == line
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
        os.close(terminal)


def read_until(terminal: int, pattern: str) -> re.Match[str]:
    """What a terminal writes, up to what is waited for."""
    seen, until = "", time.monotonic() + 60
    while (found := re.search(pattern, seen)) is None:
        assert select.select([terminal], [], [], max(until - time.monotonic(), 0))[0], seen
        seen += os.read(terminal, 4096).decode()
    return found


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_reads_the_program(shell: str, folder: Path) -> None:
    done = subprocess.run([shell, "-n", "completion"], cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_versions_for_a_report(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["version"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"convt-lint: {__version__}"
    assert f"libcst: {importlib.metadata.version('libcst')}" in lines
    assert lines[-1].startswith("To report a bug")
    assert main(["version", "--output-format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["convt-lint"] == __version__
    monkeypatch.setattr("convt_lint.commands.version._LIBRARIES", ("no-such-library",))
    main(["version"])
    assert "no-such-library: not installed\n" in capsys.readouterr().out


def test_a_failure_of_the_linter_is_no_finding(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(arguments: list[str]) -> int:
        raise ValueError("nobody thought of this")

    monkeypatch.setattr(cli, "_rules", fail)
    assert main(["rules"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "ValueError: nobody thought of this\nconvt-lint: error: the linter itself failed; please report it. convt-lint " in err
