"""The configuration: the table `[tool.convt_lint]` of a pyproject.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

_KEYS = ("extend-include", "layers")


class BadConfig(Exception):
    """The configuration cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a project sets. layers: its own rows of the shape table as text, by dotted name (see `torch_api.own`); home: the folder of the file;
    include: globs of files to find in directories, too."""

    layers: Mapping[str, str] = field(default_factory=dict)
    home: Path | None = None
    include: tuple[str, ...] = ()


def find(start: Path) -> Path | None:
    """The nearest pyproject.toml with a table `[tool.convt_lint]`, from a directory upwards."""
    for folder in (start, *start.parents):
        path = folder / "pyproject.toml"
        if path.is_file() and b"convt_lint" in path.read_bytes():
            return path
    return None


def load(path: Path) -> Settings:
    """The settings in a pyproject.toml. Raises BadConfig naming the file, the key and the nearest known one."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadConfig(f"{path}: {error}") from None
    tool = document.get("tool", {})
    found = tool.get("convt_lint", {}) if isinstance(tool, dict) else {}
    if not isinstance(found, dict):
        raise BadConfig(f"{path}: tool.convt_lint must be a table")
    for key in found:
        if key not in _KEYS:
            near = get_close_matches(key, _KEYS, n=1)
            raise BadConfig(f"{path}: unknown key tool.convt_lint.{key}" + (f"; did you mean {near[0]}?" if near else ""))
    return Settings(_layers(path, found.get("layers", {})), path.resolve().parent, _globs(path, found.get("extend-include", [])))


def _globs(path: Path, globs: Any) -> tuple[str, ...]:
    if not isinstance(globs, list) or not all(isinstance(glob, str) for glob in globs):
        raise BadConfig(f'{path}: tool.convt_lint.extend-include must be a list of globs such as ["*.md"]')
    return tuple(globs)


def _layers(path: Path, rows: Any) -> dict[str, str]:
    from convt_lint.torch_api.own import Misread, parse

    if not isinstance(rows, dict):
        raise BadConfig(f"{path}: tool.convt_lint.layers must be a table of names and rows")
    for name, text in rows.items():
        if not isinstance(text, str):
            raise BadConfig(f'{path}: tool.convt_lint.layers."{name}" must be a text such as "(N, C, L) -> (N, C, 2*L)"')
        try:
            parse(text)
        except Misread as error:
            raise BadConfig(f'{path}: tool.convt_lint.layers."{name}": {error}') from None
    return dict(rows)
