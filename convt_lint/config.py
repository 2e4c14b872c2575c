"""The configuration: the table `[tool.convt_lint]` of a pyproject.toml, and pairs of a key and a value given to `--config`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from convt_lint.codes import CODES
from convt_lint.globs import BadGlob, rooted
from convt_lint.selection import UnknownCode, checked

TABLE = ("tool", "convt_lint")
MISTAKEN = "convt-lint"
"""What the table is often called by mistake, since the command is."""


class BadConfig(Exception):
    """The configuration cannot be used; the message says where and why."""


class _Wrong(Exception):
    """A value cannot be used: why, the keys below its own that lead to the fault, and the item that it is, in a list."""

    def __init__(self, reason: str, *keys: str, item: str = "") -> None:
        super().__init__(reason if len(reason) <= 400 else f"{reason[:200]} […] {reason[-150:]}")
        self.keys = keys
        self.item = item


@dataclass(frozen=True, slots=True)
class Table:
    """What one place configures: `values` by key, checked, with globs and paths absolute. `source` tells where a key stands: "pyproject.toml:12"."""

    values: Mapping[str, Any]
    source: Callable[..., str]
    path: Path | None = None


# ---- what the keys hold


def _codes(value: Any, root: str) -> tuple[str, ...]:
    prefixes = _texts(value, root)
    try:
        return checked(prefixes, CODES)
    except UnknownCode as error:
        raise _Wrong(str(error), item=error.code) from None


def _texts(value: Any, root: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _Wrong("must be a list of texts")
    return tuple(value)


def _globs(value: Any, root: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise _Wrong('must be a list of globs such as ["*.md"]')
    return tuple(_rooted(item, root) for item in value)


def _rooted(pattern: str, root: str) -> str:
    try:
        return rooted([pattern], root)[0]
    except BadGlob as error:
        raise _Wrong(str(error), item=pattern) from None


def _flag(value: Any, root: str) -> bool:
    if not isinstance(value, bool):
        raise _Wrong("must be true or false")
    return value


def _text(value: Any, root: str) -> str:
    if not isinstance(value, str) or not value:
        raise _Wrong("must be a text")
    return value


def _path(value: Any, root: str) -> str:
    if "\0" in _text(value, root):
        raise _Wrong("must be a path: no name holds a null character")
    return os.path.join(root, os.path.expanduser(_text(value, root)))


def _format(value: Any, root: str) -> str:
    from convt_lint.output import FORMATS

    if not isinstance(value, str) or value not in FORMATS:
        raise _Wrong(f"must be one of {', '.join(FORMATS)}{_nearest(str(value), FORMATS)}")
    return value


def _table(value: Any, read: Callable[[str, Any], Any], example: str) -> dict[str, Any]:
    """A table whose values `read` reads by their keys."""
    if not isinstance(value, dict):
        raise _Wrong(f"must be a table such as {{ {example} }}")
    found: dict[str, Any] = {}
    for key, item in value.items():
        try:
            found[key] = read(key, item)
        except _Wrong as error:
            raise _Wrong(str(error), key, *error.keys, item=error.item) from None
    return found


def _file_ignores(value: Any, root: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    def read(pattern: str, codes: Any) -> tuple[str, tuple[str, ...]]:
        return f"{'!' * pattern.startswith('!')}{_rooted(pattern.removeprefix('!'), root)}", _codes(codes, root)

    return tuple(_table(value, read, '"tests/*" = ["CVT2"]').values())


def _layers(value: Any, root: str) -> dict[str, str]:
    from convt_lint.torch_api.own import Misread, parse

    def read(name: str, text: Any) -> str:
        if not isinstance(text, str):
            raise _Wrong('must be a text such as "(N, C, L) -> (N, C, 2*L)"')
        try:
            parse(text)
        except Misread as error:
            raise _Wrong(str(error)) from None
        return text

    return _table(value, read, '"acme.UpConv" = "torch.nn.ConvTranspose1d"')


def _inputs(value: Any, root: str) -> dict[str, str]:
    from convt_lint.expectations.inputs import Misread, check_name, parse

    def read(name: str, text: Any) -> str:
        if not isinstance(text, str):
            raise _Wrong('must be a text such as "(B, 80, L)"')
        try:
            check_name(name)
            parse(text)
        except Misread as error:
            raise _Wrong(str(error)) from None
        return text

    return _table(value, read, '"Generator.forward:x" = "(B, 80, L)"')


KEYS: dict[str, Callable[[Any, str], Any]] = {
    "select": _codes,
    "ignore": _codes,
    "extend-select": _codes,
    "per-file-ignores": _file_ignores,
    "extend-per-file-ignores": _file_ignores,
    "exclude": _globs,
    "extend-exclude": _globs,
    "extend-include": _globs,
    "force-exclude": _flag,
    "respect-gitignore": _flag,
    "output-format": _format,
    "confirm-device": _text,
    "baseline": _path,
    "cache-dir": _path,
    "layers": _layers,
    "inputs": _inputs,
}
"""The keys of the table, and what reads their values."""


# ---- reading


def find(start: Path) -> Path | None:
    """The nearest pyproject.toml with a table `[tool.convt_lint]`, from a directory upwards; one that cannot be read and mentions it, too."""
    for folder in (start, *start.parents):
        path = folder / "pyproject.toml"
        if path.is_file() and _may_configure(path):
            return path
    return None


def _may_configure(path: Path) -> bool:
    try:
        source = path.read_bytes()
        if b"convt" not in source:
            return False
        import tomllib  # most runs read none

        return not {TABLE[1], MISTAKEN}.isdisjoint(_tool(tomllib.loads(source.decode("utf-8-sig"))))
    except (OSError, ValueError, RecursionError):
        return True  # `load` says what is wrong with it


def _tool(document: Mapping[str, Any]) -> Mapping[str, Any]:
    tool = document.get(TABLE[0], {})
    return tool if isinstance(tool, dict) else {}


def load(path: Path) -> Table:
    """The table in a pyproject.toml. Raises BadConfig with the place, the key and the nearest known one."""
    import tomllib

    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        tool = _tool(tomllib.loads(text))
    except UnicodeDecodeError as error:
        row = error.object.count(b"\n", 0, error.start) + 1
        raise BadConfig(f"{shown_path(path)}:{row}: not valid UTF-8: byte 0x{error.object[error.start]:02x}") from None
    except (OSError, RecursionError) as error:
        raise BadConfig(f"{shown_path(path)}: {getattr(error, 'strerror', None) or error}") from None
    except tomllib.TOMLDecodeError as error:
        said = re.sub(r"^(.*) \(at line (\d+), column (\d+)\)$", r":\2:\3: \1", str(error))
        raise BadConfig(f"{shown_path(path)}{said}" if said.startswith(":") else f"{shown_path(path)}: {said}") from None
    if MISTAKEN in tool and TABLE[1] not in tool:
        raise BadConfig(f"{_place(path, text, (TABLE[0], MISTAKEN))}: the table is called tool.convt_lint, not tool.{MISTAKEN}")
    found = tool.get(TABLE[1], {})
    if not isinstance(found, dict):
        raise BadConfig(f"{_place(path, text, TABLE)}: tool.convt_lint must be a table")

    def place(*keys: str, item: str = "") -> str:
        return _place(path, text, (*TABLE, *keys), item)

    return Table(_read(found, os.fspath(path.resolve().parent), place), place, path)


def load_pair(pair: str, root: str) -> Table:
    """What a text such as `output-format = "json"` configures; globs and paths count from `root`. Raises BadConfig."""
    import tomllib

    try:
        found = tomllib.loads(pair)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadConfig(f"--config {pair!r}: neither a file nor a key and a value in TOML: {error}") from None
    if TABLE[0] in found:
        raise BadConfig(f"--config {pair!r}: a key stands alone here, without {'.'.join(TABLE)}")
    return Table(_read(found, root, lambda *keys, item="": "--config"), lambda *keys: "--config")


def of_options(values: Mapping[str, Any], root: str) -> Table:
    """What options of a command line configure, given by key and in TOML's types; globs and paths count from `root`. Raises BadConfig."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        try:
            found[key] = KEYS[key](value, root)
        except _Wrong as error:
            raise BadConfig(f"--{key}: {error}") from None
    return Table(found, lambda *keys: f"--{keys[0]}")


def _read(found: Mapping[str, Any], root: str, place: Callable[..., str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in found.items():
        if key not in KEYS:
            raise BadConfig(f"{place(key)}: unknown key {_dotted(key)}{_nearest(key, KEYS)}")
        try:
            values[key] = KEYS[key](value, root)
        except _Wrong as error:
            keys = (key, *error.keys)
            raise BadConfig(f"{place(*keys, item=error.item)}: {_dotted(*keys)}: {error}") from None
    return values


def _dotted(*keys: str) -> str:
    return ".".join((*TABLE, *(key if re.fullmatch(r"[\w-]+", key) else f'"{key}"' for key in keys)))


def _nearest(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word.replace("_", "-"), list(known), n=1, cutoff=0.62)
    return f"; did you mean {near[0]}?" if near else ""


def _place(path: Path, text: str, keys: Sequence[str], item: str = "") -> str:
    from convt_lint.toml_places import row_of

    row = row_of(text, keys, item)
    return f"{shown_path(path)}:{row}" if row else shown_path(path)


def shown_path(path: Path) -> str:
    """The path as it is told: from the current directory, where it lies in there."""
    try:
        return os.fspath(path.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return os.fspath(path)
