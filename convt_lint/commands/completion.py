"""`convt-lint generate-shell-completion`: what completes the command's words in bash, zsh and fish, made from its own parsers."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from shlex import quote

from convt_lint.codes import CODES

PROGRAM = "convt-lint"
DEFAULT = "check"
"""The command that is meant where none is written."""
_FILES = ("PATH", "FILE")
_VALUES = {"CODES": CODES, "CODE": CODES, "DEVICE": ("cpu", "cuda", "mps", "meta", "fake")}
"""What may stand for a placeholder, where that is neither a file nor written in the parser."""


@dataclass(frozen=True, slots=True)
class Word:
    """What may stand in one place: words of a list, files, directories, or anything (where all are empty)."""

    choices: tuple[str, ...] = ()
    files: bool = False
    directories: bool = False
    several: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """An option under all its names; `value` is None where it takes none, and `joined` says that only `=` gives it one."""

    names: tuple[str, ...]
    text: str
    value: Word | None
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    text: str
    options: tuple[Option, ...]
    operand: Word


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog=f"{PROGRAM} generate-shell-completion",
        description="Writes what completes the words of this command in a shell.",
        epilog=f"""for this session: eval "$({PROGRAM} generate-shell-completion bash)"; fish: {PROGRAM} generate-shell-completion fish | source""",
        allow_abbrev=False,
    )
    made.add_argument("shell", choices=sorted(_SHELLS), metavar="SHELL", help=f"one of {', '.join(sorted(_SHELLS))}")
    return made


def run(arguments: Sequence[str], parsers: Mapping[str, argparse.ArgumentParser], texts: Mapping[str, str]) -> int:
    """Runs the command and returns its exit code; `parsers` and `texts` are those of the program's commands, by their names."""
    shell = parser().parse_args(arguments).shell
    commands = [_command(name, made, texts.get(name, "")) for name, made in parsers.items()]
    sys.stdout.write("\n".join(_SHELLS[shell](commands)) + "\n")
    return 0


def _command(name: str, made: argparse.ArgumentParser, text: str) -> Command:
    # argparse has no public way to ask a parser what it takes
    actions = [action for action in made._actions if action.help != argparse.SUPPRESS]
    options = tuple(_option(action) for action in actions if action.option_strings)
    operands = [_word(action) for action in actions if not action.option_strings]
    return Command(name, text, options, operands[0] if operands else Word())


def _option(action: argparse.Action) -> Option:
    text = re.sub(r"%\((\w+)\)s", lambda found: str(getattr(action, found[1], "")), action.help or "").replace("%%", "%")
    return Option(tuple(action.option_strings), text, None if action.nargs == 0 else _word(action), action.nargs == "?")


def _word(action: argparse.Action) -> Word:
    metavar = action.metavar if isinstance(action.metavar, str) else ""
    choices = tuple(map(str, action.choices)) if action.choices else _VALUES.get(metavar, ())
    return Word(choices, metavar in _FILES, metavar == "DIR", metavar == "CODES")


# --- bash


def _bash(commands: Sequence[Command]) -> Iterator[str]:
    names = [command.name for command in commands]
    yield from (
        "_convt_lint() {",
        '    local IFS=$\'\\n\' current="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" command= word',
        '    if [[ $current == "=" ]]; then current=; elif [[ $before == "=" ]]; then before="${COMP_WORDS[COMP_CWORD-2]}"; fi',
        f'    if (( COMP_CWORD > 1 )); then case "${{COMP_WORDS[1]}}" in {"|".join(names)}) command=${{COMP_WORDS[1]}} ;; esac; fi',
        "    COMPREPLY=()",
        # what stays empty is completed as a file name by bash itself, which knows how to quote one
        '    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do [[ $word == "--" ]] && return; done',
        f'    case "${{command:-{DEFAULT}}} $before" in',
    )
    for command in commands:
        for option in command.options:
            if option.value is not None and not option.joined:
                yield f"        {'|'.join(quote(f'{command.name} {name}') for name in option.names)})"
                yield f"            {_bash_value(option.value)}return ;;"
    yield from ("    esac", f'    case "${{command:-{DEFAULT}}}" in')
    for command in commands:
        yield f"        {command.name})"
        yield f'            if [[ $current == -* ]]; then _convt_lint_words "$current" {_listed(name for option in command.options for name in option.names)}'
        yield f"            else {_bash_value(command.operand) if command.operand.choices else ':'}; fi ;;".replace("; ; fi", "; fi")
    yield from (
        "    esac",
        "    if (( COMP_CWORD == 1 )) && [[ $current != -* ]]; then",
        f'        _convt_lint_words "$current" {_listed(names)}',
        '        COMPREPLY+=($(compgen -f -- "$current"))',
        "        compopt -o filenames 2>/dev/null",
        "    fi",
        "}",
        '_convt_lint_words() { local word="$1"; shift; COMPREPLY=($(compgen -W "$*" -- "$word")); }',
        # of a list with commas the last item is completed
        "_convt_lint_list() {",
        '    local head= word="$1" index; shift',
        '    if [[ $word == *,* ]]; then head="${word%,*},"; word="${word##*,}"; fi',
        '    COMPREPLY=($(compgen -W "$*" -- "$word"))',
        '    for index in "${!COMPREPLY[@]}"; do COMPREPLY[index]="$head${COMPREPLY[index]}"; done',
        "}",
        f"complete -o bashdefault -o default -F _convt_lint {PROGRAM}",
    )


def _bash_value(word: Word) -> str:
    if word.choices:
        return f'_convt_lint_{"list" if word.several else "words"} "$current" {_listed(word.choices)}; '
    return 'COMPREPLY=($(compgen -d -- "$current")); compopt -o filenames 2>/dev/null; ' if word.directories else ""


def _listed(words: Iterator[str] | Sequence[str]) -> str:
    return " ".join(map(quote, words))


# --- zsh


def _zsh(commands: Sequence[Command]) -> Iterator[str]:
    yield from (f"#compdef {PROGRAM}", "", "_convt-lint_commands() {", "    local -a commands=(")
    yield from (f"        {quote(f'{command.name}:{command.text}')}" for command in commands)
    yield from ("    )", "    _describe -t commands command commands", "}", "", "_convt-lint_first() {")
    yield from ("    (( CURRENT == 2 )) && [[ $service != *-check ]] && _convt-lint_commands", "    _files", "}", "", "_convt-lint() {")
    yield from ("    local service=$service", "    if (( CURRENT > 2 )); then", "        case $words[2] in")
    yield f"            {'|'.join(command.name for command in commands)})"
    yield from ("                service=$words[2]-check", "                local command=$words[2]", "                shift words; (( CURRENT-- )) ;;")
    yield from ("        esac", "    fi", f"    case ${{command:-{DEFAULT}}} in")
    for command in commands:
        yield f"        {command.name})"
        yield "            _arguments -s -S \\"
        specs = [spec for option in command.options for spec in _zsh_specs(option)]
        yield from (f"                {spec} \\" for spec in [*specs, *_zsh_operand(command)])
        yield "                && return 0 ;;"
    yield from ("    esac", "}", "", 'if [ "$funcstack[1]" = "_convt-lint" ]; then', '    _convt-lint "$@"', "else", f"    compdef _convt-lint {PROGRAM}", "fi")


def _zsh_specs(option: Option) -> Iterator[str]:
    text = re.sub(r"([\[\]:\\])", r"\\\1", option.text)
    told = f"[{text}]" if text else ""
    for name in option.names:
        long = name.startswith("--")
        if option.value is None:
            yield quote(f"*{name}{told}")
        elif option.joined:
            yield quote(f"*{name}=-{told}::value:{_zsh_action(option.value)}")
        else:
            yield quote(f"*{name}{'=' if long else '+'}{told}:value:{_zsh_action(option.value)}")


def _zsh_operand(command: Command) -> Iterator[str]:
    if command.name == DEFAULT:
        yield quote("*:path:_convt-lint_first")
    elif command.operand.choices:
        yield quote(f"1:{command.name}:{_zsh_action(command.operand)}")


def _zsh_action(word: Word) -> str:
    if word.choices:
        words = " ".join(word.choices)
        return f"_sequence compadd - {words}" if word.several else f"({words})"
    return "_files" if word.files else "_files -/" if word.directories else " "


# --- fish


def _fish(commands: Sequence[Command]) -> Iterator[str]:
    names = " ".join(command.name for command in commands)
    yield from (
        "function __convt_lint_in",
        "    set -l words (commandline -poc)",
        f"    set -l command {DEFAULT}",
        f"    if set -q words[2]; and contains -- $words[2] {names}",
        "        set command $words[2]",
        "    end",
        "    test $command = $argv[1]",
        "end",
        "function __convt_lint_codes",
        '    set -l head (string match -r ".*," -- (commandline -ct))',
        '    printf "%s\\n" $head$argv',
        "end",
    )
    for command in commands:
        yield f"complete -c {PROGRAM} -n 'test (count (commandline -poc)) -eq 1' -a {command.name} -d {_fish_quote(command.text)}"
    for command in commands:
        start = f"complete -c {PROGRAM} -n '__convt_lint_in {command.name}'"
        if not command.operand.files:
            yield f"{start} -f{f' -a {_fish_quote(_fish_words(command.operand))}' if command.operand.choices else ''}"
        for option in command.options:
            flags = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
            yield f"{start} {flags}{_fish_value(option)} -d {_fish_quote(option.text)}"


def _fish_value(option: Option) -> str:
    word = option.value
    if word is None:
        return ""
    if word.files:
        return " -r -F"
    if word.directories:
        return " -x -a '(__fish_complete_directories)'"
    # an option that may do without a value takes the one behind = alone
    required = "" if option.joined else " -x"
    return f"{required} -a {_fish_quote(_fish_words(word))}" if word.choices else required


def _fish_words(word: Word) -> str:
    words = " ".join(word.choices)
    return f"(__convt_lint_codes {words})" if word.several else words


def _fish_quote(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


_SHELLS = {"bash": _bash, "zsh": _zsh, "fish": _fish}
