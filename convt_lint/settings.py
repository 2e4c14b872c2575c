"""What holds for a run: the defaults, the project's table, pairs given to `--config`, and the options; what is named later goes before the others."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from convt_lint.codes import CODES
from convt_lint.config import KEYS, BadConfig, Table, find, load, load_pair
from convt_lint.project import Project
from convt_lint.selection import DEFAULT, DEFAULT_IGNORE, DEFAULT_SELECT, FileIgnores, Selection, choose
from convt_lint.sources import EXCLUDED_DIRECTORIES, Exclusion

_DEFAULTS: dict[str, Any] = {
    "select": DEFAULT_SELECT,
    "ignore": DEFAULT_IGNORE,
    "extend-select": (),
    "per-file-ignores": (),
    "extend-per-file-ignores": (),
    "exclude": tuple(sorted(EXCLUDED_DIRECTORIES)),
    "extend-exclude": (),
    "extend-include": (),
    "force-exclude": False,
    "respect-gitignore": True,
    "output-format": "full",
    "confirm-device": "cpu",
    "baseline": "",
    "cache-dir": "",
    "layers": {},
    "inputs": {},
}
_CHOICE = frozenset({"select", "ignore", "extend-select"})
_JOINED = frozenset({"ignore", "extend-select", "extend-exclude", "extend-include", "extend-per-file-ignores", "layers", "inputs"})
"""Keys whose values are taken together where several places set them; of the others the last counts."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for a run. Paths are absolute, and empty where there is none; `home` is the folder of the pyproject.toml in use. `tables`: where it all comes
    from."""

    selection: Selection
    exclusion: Exclusion
    include: tuple[str, ...]
    project: Project
    output_format: str
    confirm_device: str
    baseline: str
    cache_dir: str
    home: Path | None
    tables: tuple[Table, ...]


def tables(configs: Sequence[str], isolated: bool, here: Path | None) -> list[Table]:
    """The tables that `--config` names, and the project's own where that names no file and `isolated` does not forbid it. Raises BadConfig."""
    files = [config for config in configs if os.path.exists(config) or "=" not in config]
    if len(files) > 1:
        raise BadConfig(f"--config: one file can be given, not {' and '.join(files)}")
    if isolated and files:
        raise BadConfig(f"--config {files[0]} cannot be used with --isolated")
    path = Path(files[0]) if files else None if isolated or here is None else find(here)
    pairs = [load_pair(config, os.fspath(here or os.sep)) for config in configs if config not in files]
    return [*([] if path is None else [load(path)]), *pairs]


def settle(found: Sequence[Table], here: Path | None) -> Settings:
    """The settings that tables make, the later before the earlier. `here`: the current directory."""
    home = next((table.path.resolve().parent for table in found if table.path is not None), None)
    values = {key: _value(key, found) for key in KEYS}
    replaced = any("exclude" in table.values for table in found)
    return Settings(
        _selection(found, (*values["per-file-ignores"], *values["extend-per-file-ignores"]), os.fspath(here or os.sep)),
        Exclusion(
            (*(values["exclude"] if replaced else ()), *values["extend-exclude"]),
            values["force-exclude"],
            () if replaced else EXCLUDED_DIRECTORIES,
            values["respect-gitignore"],
            os.fspath(home or ""),
        ),
        values["extend-include"],
        Project(values["layers"], values["inputs"]),
        values["output-format"],
        values["confirm-device"],
        values["baseline"],
        values["cache-dir"],
        home,
        tuple(found),
    )


def _setting(key: str, found: Sequence[Table]) -> list[Table]:
    """The tables whose values of a key count, the last one alone unless values of the key are taken together."""
    setting = [table for table in found if key in table.values]
    if key not in _JOINED:
        return setting[-1:]
    # Who selects begins anew.
    start = max((index for index, table in enumerate(found) if "select" in table.values), default=0) if key in _CHOICE else 0
    return [table for table in found[start:] if key in table.values]


def _value(key: str, found: Sequence[Table]) -> Any:
    values = [table.values[key] for table in _setting(key, found)]
    if not values:
        return _DEFAULTS[key]
    if isinstance(values[0], dict):
        return {name: value for each in values for name, value in each.items()}
    return tuple(item for each in values for item in each) if key in _JOINED else values[-1]


def _selection(found: Sequence[Table], rows: tuple[tuple[str, tuple[str, ...]], ...], here: str) -> Selection:
    selection = DEFAULT
    for table in found:
        values = table.values
        selection = choose(values.get("select"), values.get("ignore", ()), values.get("extend-select", ()), CODES, selection)
    return replace(selection, files=FileIgnores(rows, here)) if rows else selection


# ---- told


def shown(settings: Settings) -> Iterator[str]:
    """The settings as lines of TOML, each with where it comes from."""
    for key in KEYS:
        value, setting = _value(key, settings.tables), _setting(key, settings.tables)
        if isinstance(value, dict):
            for name, item in value.items():
                table = next(table for table in reversed(setting) if name in table.values[key])
                yield f"{key}.{_toml(name)} = {_toml(item)}  # {table.source(key, name)}"
        elif setting or value not in ("", ()):
            # What is selected is not what the default says, where a table says anything of it.
            begun = key == "ignore" and not setting and any("select" in table.values for table in settings.tables)
            if not begun:
                yield f"{key} = {_toml(value)}  # {', '.join(table.source(key) for table in setting) or 'default'}"
    yield "# rules: " + ", ".join(code for code in CODES if code in settings.selection)


def _toml(value: Any) -> str:
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        return f"{{ {', '.join(f'{_toml(name)} = {_toml(item)}' for name, item in value)} }}"
    import json

    # The one control character that JSON holds as it is, and TOML does not.
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False).replace("\x7f", "\\u007f")
