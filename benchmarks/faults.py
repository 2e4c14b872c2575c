"""What other tools say of the programs in docs/comparison.md: python benchmarks/faults.py --tools DIR

Prints the table of that page. A cell says yes where the tool's output names the line of the fault, or, for what runs the program, where it ends with an error.
`--tools` is where the environments of the tools are made; their versions stand in the head of the table. Takes some minutes, most of them to install.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "comparison.md"
FAULTS = {
    "argument.py": 5,
    "channels.py": 6,
    "skip.py": 13,
    "typed.py": 12,
    "shaped.py": 10,
    "comment.py": 5,
    "order.py": 6,
    "network.py": 15,
    "config.py": 10,
}
"""The line of each program's fault."""

TORCH = "torch==2.13.0"
ENVIRONMENTS = {
    "convt": [str(ROOT)],
    "torch": [TORCH, "jaxtyping", "beartype", "numpy", "mypy", "pyright", "pyrefly-shape-extensions"],
    "pyrefly": [TORCH, "pyrefly==1.4.0", "pyrefly-torch-stubs==1.4.0", "jaxtyping", "beartype"],
    "torchfix": ["torchfix"],
    "flake8": ["flake8>=7.1,<8", "flake8-bugbear", "flake8-tensors"],
    "ruff": ["ruff"],
}
FAKE = "import runpy, sys; from torch._subclasses.fake_tensor import FakeTensorMode\nwith FakeTensorMode(): runpy.run_path(sys.argv[1])"
META = "import runpy, sys, torch; torch.set_default_device('meta'); runpy.run_path(sys.argv[1])"


def install(folder: Path) -> dict[str, Path]:
    """The directory of programs of each environment; one that is there is taken as it is, but for convt-lint's."""
    found = {}
    for name, requirements in ENVIRONMENTS.items():
        home = folder / name
        if not home.exists():
            subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        if name == "convt" or not (home / "made").exists():
            subprocess.run([str(home / "bin" / "pip"), "install", "-q", *requirements], check=True)
            (home / "made").touch()
        found[name] = (home / "bin").absolute()
    return found


def commands(bins: dict[str, Path]) -> dict[str, list[str]]:
    """The columns of the table: a command for each, to which a program's path is added."""
    torch, pyrefly = str(bins["torch"] / "python"), str(bins["pyrefly"] / "python")
    return {
        "convt-lint": [str(bins["convt"] / "convt-lint"), "--isolated", "--no-cache", "--output-format", "concise", "--extend-select", "CVT301"],
        "run on the CPU": [torch],
        "run on `meta`": [torch, "-c", META],
        "run with fake tensors": [torch, "-c", FAKE],
        "Pyrefly, torch stubs": [
            str(bins["pyrefly"] / "pyrefly"),
            "check",
            "--preset",
            "default",
            "--output-format",
            "min-text",
            "--python-interpreter-path",
            pyrefly,
        ],
        "mypy": [str(bins["torch"] / "mypy"), "--strict", "--disable-error-code", "no-any-return"],
        "Pyright": [str(bins["torch"] / "pyright"), "--pythonpath", torch],
        "TorchFix": [str(bins["torchfix"] / "torchfix"), "--select", "ALL"],
        "ruff, all rules": [
            str(bins["ruff"] / "ruff"),
            "check",
            "--isolated",
            "--preview",
            "--select",
            "ALL",
            "--ignore",
            "D,ANN,INP,CPY,ERA",
            "--output-format",
            "concise",
        ],
        "flake8, bugbear, tensors": [str(bins["flake8"] / "flake8"), "--isolated", "--max-line-length", "160", "--extend-ignore", "WT1"],
    }


def programs() -> dict[str, str]:
    """The programs by the names in their first lines."""
    return {name: text for text, name in re.findall(r"^```python\n(# (\S+)\n.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)}


def named(output: str, name: str) -> set[int]:
    """The lines of a program that an output names."""
    return {int(row) for row in re.findall(rf"{re.escape(name)}:(\d+)", output)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=Path, required=True)
    parser.add_argument("--verbose", action="store_true", help="show on standard error what each tool prints")
    options = parser.parse_args()
    columns = commands(install(options.tools))
    print(f"| | {' | '.join(columns)} |")
    print(f"|---|{'---|' * len(columns)}")
    with tempfile.TemporaryDirectory() as folder:
        for name, text in programs().items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
            cells = []
            for title, command in columns.items():
                done = subprocess.run([*command, name], cwd=folder, capture_output=True, text=True, check=False)
                said = done.returncode != 0 if title.startswith("run ") else FAULTS[name] in named(done.stdout, name)
                cells.append("yes" if said else "-")
                if options.verbose:
                    print(f"=== {title}: {name}: {done.returncode}\n{done.stdout}{done.stderr[-600:]}", file=sys.stderr)
            print(f"| `{name}` | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
