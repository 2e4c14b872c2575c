"""`convt-lint version`: what a report of a bug should tell. Imports none of the libraries it names."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Sequence

from convt_lint import __version__
from convt_lint.urls import project_urls

_LIBRARIES = ("libcst", "torch", "flake8")


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="convt-lint version",
        description="Shows the versions of all that has a part in the findings, as a report of a bug should tell them.",
        allow_abbrev=False,
    )
    made.add_argument("--output-format", choices=("text", "json"), default="text", help="default: text")
    return made


def run(arguments: Sequence[str]) -> int:
    """Runs the command and returns its exit code."""
    told = versions()
    if parser().parse_args(arguments).output_format == "json":
        print(json.dumps(told, indent=2))
        return 0
    for name, version in told.items():
        print(f"{name}: {version or 'not installed'}")
    print(f"\n{advice()}")
    return 0


def versions() -> dict[str, str | None]:
    """The linter's version and those of what it runs on, by name; None for a library that is not installed."""
    python = f"{platform.python_version()} ({platform.python_implementation()})"
    return {"convt-lint": __version__, "python": python, "platform": platform.platform(), **{name: _installed(name) for name in _LIBRARIES}}


def advice() -> str:
    """How to report a bug."""
    urls = project_urls()
    where = next((f" at {urls[label]}" for label in ("issues", "bug tracker", "repository", "homepage") if label in urls), "")
    return f"To report a bug{where}: these lines, the command, and the smallest file that shows it."


def crash_report() -> str:
    """What to say after the traceback of a failure that is the linter's own."""
    told = ", ".join(f"{name} {version}" for name, version in versions().items() if version)
    return f"the linter itself failed; please report it. {told}, run as: {' '.join(sys.argv[1:])}"


def _installed(name: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return None
