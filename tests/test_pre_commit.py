"""The pre-commit hook, by running pre-commit itself on a scratch repository."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from surface import BAD, GOOD, ROOT

NOTEBOOK = json.dumps({"cells": [{"cell_type": "code", "source": BAD, "metadata": {}, "outputs": []}], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("git") is None or not (ROOT / ".git").exists(), reason="needs git and a checkout"),
]


def git(*arguments: str, cwd: Path) -> str:
    identity = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "test"), ("EMAIL", "test@example.com"))}
    environment = {**os.environ, **identity, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(["git", *arguments], cwd=cwd, env=environment, check=True, capture_output=True, text=True).stdout


def commit_all(folder: Path) -> None:
    git("init", "--quiet", cwd=folder)
    git("add", "--all", cwd=folder)
    git("commit", "--quiet", "--no-verify", "--message", "state", cwd=folder)


@pytest.fixture(scope="module")
def hook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as it stands, committed or not, in a repository that pre-commit can clone."""
    folder = tmp_path_factory.mktemp("hook")
    for name in git("ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT).split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    commit_all(folder)
    return folder


def test_pre_commit_runs_the_hook(hook: Path, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    model = page.partition("```python\n")[2].partition("```")[0]
    config, shown = re.findall(r"```(?:yaml|text)\n(.*?)\n```", page.partition("\n## pre-commit\n")[2], re.DOTALL)[:2]
    config = re.sub("(repo|rev): .*", lambda line: f"{line[1]}: {hook if line[1] == 'repo' else git('rev-parse', 'HEAD', cwd=hook)}", config)
    (tmp_path / "config.yaml").write_text(config)
    user = tmp_path / "user"
    (user / "build").mkdir(parents=True)
    for name, text in {"bad.py": BAD, "good.py": GOOD, "notes.txt": BAD, "build/skipped.py": BAD, "nb.ipynb": NOTEBOOK, "model.py": model}.items():
        (user / name).write_text(text)
    commit_all(user)
    environment = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "pre-commit"), "PRE_COMMIT_COLOR": "never"}

    def pre_commit(*files: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pre_commit", "run", "--config", str(tmp_path / "config.yaml"), "--files", *files]
        return subprocess.run(command, cwd=user, env=environment, capture_output=True, text=True, timeout=500)

    everything = pre_commit("bad.py", "good.py", "notes.txt", "build/skipped.py", "nb.ipynb")
    assert everything.returncode == 1, everything.stdout + everything.stderr
    assert "bad.py:2:9: CVT102 " in everything.stdout
    assert "nb.ipynb:cell 1:2:9: CVT102 " in everything.stdout
    assert "Found 2 errors." in everything.stdout
    good = pre_commit("good.py", "notes.txt")
    assert good.returncode == 0, good.stdout + good.stderr
    assert "Passed" in good.stdout
    assert pre_commit("model.py").stdout.strip() == shown
