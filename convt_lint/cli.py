"""The command `convt-lint`.

Exit codes: 0 nothing found, 1 findings, 2 the work could not be done (bad usage, a missing path). A reader that went away and
an interrupt end it with the codes that shells give them, 141 and 130.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, TextIO

from convt_lint import __version__
from convt_lint.cache import FOLDER, Cache, open_cache
from convt_lint.config import KEYS, BadConfig, of_options
from convt_lint.findings import Finding
from convt_lint.globs import listed
from convt_lint.interrupts import INTERRUPTED, is_interrupt
from convt_lint.jobs import usable_cpus
from convt_lint.output import FORMATS, STATISTICS_FORMATS, TEXT_FORMATS, Style, count, is_refuted, place, renderer
from convt_lint.output.base import BOLD, printable
from convt_lint.output.terminals import shows_links
from convt_lint.progress import Progress
from convt_lint.runner import FileReport, report_bytes, report_targets, shown
from convt_lint.selection import DEFAULT_IGNORE, DEFAULT_SELECT, Selection, UnknownCode, nearest_code
from convt_lint.settings import Settings, settle, tables
from convt_lint.settings import shown as shown_settings
from convt_lint.sources import STDIN, Discovery, discover, read_stdin

if TYPE_CHECKING:
    from convt_lint.baseline import Baseline
    from convt_lint.rules import Rule

PROGRAM = "convt-lint"
CLEAN, FOUND, FAILED = 0, 1, 2
PIPE_CLOSED = 141

EXIT_CODES = "exit codes: 0 nothing found; 1 findings (a file that cannot be analysed is one); 2 bad usage or a path that does not exist."


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command with these arguments (those of the process by default) and returns its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        try:
            return _dispatch(arguments)
        finally:  # argparse ends the process after --help and --version
            if sys.stdout is not None:
                sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        _discard_stdout()
        if not isinstance(error, BrokenPipeError) and not (os.name == "nt" and error.errno == errno.EINVAL):
            return _fail(f"cannot write the output: {error.strerror or error}")
        return PIPE_CLOSED
    except Exception as error:  # 1, with which Python would end, means findings
        if is_interrupt(error):
            return INTERRUPTED
        import traceback

        from convt_lint.commands.version import crash_report

        if sys.stderr is not None:
            traceback.print_exc()
        return _fail(crash_report())


def _dispatch(arguments: list[str]) -> int:
    if arguments and arguments[0] in ("-h", "--help", "-V", "--version"):
        _top_parser().parse_args(arguments)
    commands = {"check": _check, "explain": _explain, "rules": _rules, "solve": _solve, "draw": _draw, "devices": _devices, "version": _version}
    commands["generate-shell-completion"] = _generate_shell_completion
    if arguments and arguments[0] in commands:
        return commands[arguments[0]](arguments[1:])
    return _check(arguments)


def _fail(message: str) -> int:
    _say(f"error: {printable(message)}")
    return FAILED


def _say(remark: str) -> None:
    if sys.stderr is not None:  # print would take standard output for one that is closed
        with contextlib.suppress(OSError):
            print(f"{PROGRAM}: {remark}", file=sys.stderr)


def _discard_stdout() -> None:
    # Python flushes stdout once more at its end, and would complain of the closed pipe or the full disk there.
    with contextlib.suppress(OSError, ValueError, AttributeError):
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, sys.stdout.fileno())
        os.close(descriptor)


# ---- parsers


_FORMS = ("[check] [options] [PATH ...]", "explain CODE", "rules", "solve --in L --out T [options]", "draw --kernel K [options]", "devices [options]")
_COMMANDS = {
    "check": "check files and directories (the default)",
    "explain": "show a rule's documentation",
    "rules": "list the rules",
    "solve": "find the layers that take one length to another",
    "draw": "show which input reaches which output",
    "devices": "run impossible layers on the devices at hand",
    "version": "show the versions that a report of a bug should tell",
    "generate-shell-completion": "write what completes these words in a shell",
}


def _top_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Checks the shapes of PyTorch's transposed convolutions without running the code.",
        usage="\n       ".join(f"{PROGRAM} {form}" for form in _FORMS),
        epilog=f"`{PROGRAM} COMMAND --help` lists the options. {EXIT_CODES}",
    )
    parser.add_argument("-V", "--version", action="version", version=f"{PROGRAM} {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="")
    for name, text in _COMMANDS.items():
        commands.add_parser(name, help=text)
    return parser


def _check_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"{PROGRAM} check", allow_abbrev=False, epilog=EXIT_CODES)
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files, directories (walked for *.py, *.pyi and *.ipynb), or - for standard input; default: .")
    parser.add_argument("--stdin-filename", metavar="FILE", help="the name that standard input has in the findings")
    rules = parser.add_argument_group("rules (codes or prefixes such as CVT1, separated by commas; may be repeated)")
    rules.add_argument("--select", action="extend", type=_codes, metavar="CODES", help=f"report these alone; default: {','.join(DEFAULT_SELECT)}")
    rules.add_argument("--ignore", action="extend", type=_codes, metavar="CODES", help="do not report these; the longer prefix wins")
    rules.add_argument("--extend-select", action="extend", type=_codes, metavar="CODES", help="report these too")
    for name, help_text in (
        ("per-file-ignores", "do not report a rule in some files, instead of what the configuration says"),
        (
            "extend-per-file-ignores",
            "as well as what it says",
        ),
    ):
        rules.add_argument(f"--{name}", action="extend", type=_file_ignores, metavar="GLOB:CODE", help=help_text)
    files = parser.add_argument_group("files")
    for name, help_text in (
        ("exclude", "skip these names or paths, instead of .venv, build and the like; separated by commas, may be repeated"),
        ("extend-exclude", "skip files and directories with these names or paths, too"),
        ("extend-include", "find these in directories too, such as '*.md,*.rst'"),
    ):
        files.add_argument(f"--{name}", action="extend", type=listed, metavar="GLOBS", help=help_text)
    files.add_argument("--force-exclude", action=_FLAG, help="skip what is excluded even where it is given directly, as pre-commit does")
    files.add_argument("--respect-gitignore", action=_FLAG, help="skip what git ignores; on unless switched off")
    files.add_argument(
        "--config",
        action="append",
        type=_file,
        metavar="FILE",
        default=[],
        help="take [tool.convt_lint] from this pyproject.toml; default: the nearest one upwards. Or set a key: --config 'output-format = \"json\"'",
    )
    files.add_argument("--isolated", action="store_true", help="take no configuration from files")
    files.add_argument("--show-settings", action="store_true", help="show what holds, and where it comes from")
    files.add_argument("--show-files", action="store_true", help="list the files that would be checked")
    work = parser.add_argument_group("work")
    work.add_argument("-j", "--jobs", type=_jobs, metavar="N", default=0, help="use up to N processes; default: one for each processor")
    work.add_argument("--no-cache", action="store_true", help="look at all files, and remember none")
    work.add_argument("--cache-dir", type=_file, metavar="DIR", help=f"remember clean files there; default: {FOLDER}, beside the pyproject.toml in use or here")
    output = parser.add_argument_group("output")
    output.add_argument("--output-format", choices=sorted(FORMATS), help="default: full")
    output.add_argument("-o", "--output-file", type=_file, metavar="FILE", help="write the findings there instead of to standard output")
    output.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="auto: on a terminal, unless NO_COLOR is set")
    output.add_argument(
        "--show-unchecked",
        action="store_true",
        help="list each layer that could not be decided, and what stopped it: after the findings, or on standard error with formats for machines",
    )
    output.add_argument(
        "--statistics", action="store_true", help=f"show how many findings each rule has instead of the findings ({', '.join(STATISTICS_FORMATS)})"
    )
    output.add_argument("--exit-zero", action="store_true", help="exit with 0 even if there are findings")
    known = parser.add_argument_group("findings that are there already").add_mutually_exclusive_group()
    known.add_argument("--add-noqa", action="store_true", help="write a noqa for each finding into its file, and report none")
    known.add_argument("--write-baseline", type=_file, metavar="FILE", help="write all findings to a baseline, and report none")
    parser.add_argument("--baseline", type=_file, metavar="FILE", help="report what is not in this baseline")
    parser.add_argument(
        "--confirm",
        nargs="?",
        metavar="DEVICE",
        help="run each reported layer, on the CPU or with --confirm=DEVICE on another device (only = gives one); a refuted finding does not count",
    )
    parser.add_argument("-V", "--version", action="version", version=f"{PROGRAM} {__version__}")
    return parser


def _jobs(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes")
    return int(text)


_FLAG = argparse.BooleanOptionalAction


def _file_ignores(text: str) -> list[tuple[str, str]]:
    pairs = [part.rpartition(":") for part in listed(text)]
    if not all(glob and code for glob, _, code in pairs):
        raise argparse.ArgumentTypeError(f"{text!r} is no list such as tests/*:CVT2,old.py:CVT102")
    return [(glob, code.strip()) for glob, _, code in pairs]


def _codes(text: str) -> list[str]:
    # An empty one is told as unknown: a variable that is not set must not switch all rules off.
    return [part.strip() for part in text.split(",")]


def _file(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("its name is empty")
    return text


# ---- check


@dataclass(frozen=True, slots=True)
class _Output:
    """How the results are to be written."""

    format: str
    style: Style
    statistics: bool
    show_unchecked: bool
    complete: bool
    known: int


def _check(arguments: list[str]) -> int:
    parser = _check_parser()
    # All after -- are paths; argparse forgets that where options and paths are mixed.
    end = arguments.index("--") if "--" in arguments else len(arguments)
    options = parser.parse_intermixed_args(_with_explicit_device(arguments[:end]))
    options.paths += arguments[end + 1 :]
    if options.stdin_filename is not None and options.paths and STDIN not in options.paths:
        parser.error("--stdin-filename names standard input, which is read for the path - alone")
    if options.output_file is not None and (options.add_noqa or options.write_baseline is not None):
        parser.error("--output-file holds what is reported: with --add-noqa and --write-baseline nothing is")
    try:
        settings = _settings(options)
        baseline = _baseline(options, settings)
    except BadConfig as error:
        return _fail(str(error))
    if options.statistics and settings.output_format not in STATISTICS_FORMATS:
        parser.error(f"--statistics cannot be written as {settings.output_format}: only as {', '.join(STATISTICS_FORMATS)}")
    if options.show_settings:
        return _print(shown_settings(settings))
    paths = options.paths or ([STDIN] if options.stdin_filename is not None else ["."])
    stdin = PurePath(options.stdin_filename or STDIN) if STDIN in paths else None
    if stdin is not None and options.stdin_filename and settings.exclusion.skips_given(stdin):
        stdin = None
    if stdin is not None and options.add_noqa:
        parser.error("--add-noqa writes files: standard input is none")
    if options.show_files:
        return _show_files(paths, stdin, settings)
    if stdin is not None and sys.stdin is None:
        return _fail("standard input is closed")
    cache = _cache(options, settings)
    # Who types the source, or pipes it in, waits for nothing but that.
    with Progress(sys.stderr if stdin is None else None) as progress:
        found = discover([path for path in paths if path != STDIN], settings.exclusion, settings.include)
        progress.total = len(found.targets)
        reports = list(_reports(stdin, found, settings, options, cache, progress))
    for path in found.missing:
        _fail(f"{path}: no such file or directory")
    if cache is not None:
        cache.write()
    if not reports and not found.missing:
        _say("warning: no Python files found under the given paths")
    failure, known = "", 0
    if baseline is not None:
        from convt_lint.known import only_new

        reports, known, note = only_new(baseline, reports, settings.selection)
        if note:
            _say(note)
    if options.confirm is not None:
        reports, failure = _confirmed(reports, options.confirm or settings.confirm_device)
    if options.add_noqa or options.write_baseline is not None:
        return _fail(failure or "nothing was written") if failure or found.missing else _kept(options, reports)
    try:
        _write(options, settings, reports, complete=not found.missing, known=known)
    except OSError as error:
        if options.output_file is None:
            raise
        return _fail(f"{options.output_file}: {error.strerror or error}")
    if failure:
        return _fail(failure)
    if found.missing:
        return FAILED
    counted = any(not is_refuted(finding) for report in reports for finding in report.findings)
    return FOUND if counted and not options.exit_zero else CLEAN


def _baseline(options: argparse.Namespace, settings: Settings) -> Baseline | None:
    """The baseline that findings are held against. Raises BadConfig."""
    if not settings.baseline or options.write_baseline is not None:
        return None
    from convt_lint.known import baseline_at

    return baseline_at(settings.baseline)


def _kept(options: argparse.Namespace, reports: list[FileReport]) -> int:
    """Writes what is found into its files, or into a baseline."""
    from convt_lint.known import write_baseline, write_noqas

    said, problems = write_noqas(reports) if options.add_noqa else write_baseline(options.write_baseline, reports)
    if said:
        print(said)
    return max(map(_fail, problems), default=CLEAN)


def _with_explicit_device(arguments: Iterable[str]) -> list[str]:
    """Writes a bare --confirm as --confirm=, so that it never takes the path after it for a device."""
    return ["--confirm=" if argument == "--confirm" else argument for argument in arguments]


def _settings(options: argparse.Namespace) -> Settings:
    """What holds for a run with these options. Raises BadConfig."""
    here = _current_directory()
    given = {key: value for key in KEYS if (value := getattr(options, key.replace("-", "_"), None)) is not None}
    for key in ("per-file-ignores", "extend-per-file-ignores"):
        if key in given:
            given[key] = {glob: [code for other, code in given[key] if other == glob] for glob, _ in given[key]}
    return settle([*tables(options.config, options.isolated, here), of_options(given, os.fspath(here or os.sep))], here)


def _print(lines: Iterable[str]) -> int:
    for line in lines:
        print(line)
    return CLEAN


def _show_files(paths: Iterable[str], stdin: PurePath | None, settings: Settings) -> int:
    found = discover([path for path in paths if path != STDIN], settings.exclusion, settings.include)
    _print(map(printable, [*([] if stdin is None else [str(stdin)]), *(target.name for target in found.targets)]))
    return max([_fail(f"{path}: no such file or directory") for path in found.missing], default=CLEAN)


def _current_directory() -> Path | None:
    """The current directory; None where it has been deleted."""
    try:
        return Path.cwd()
    except OSError:
        return None


def _cache(options: argparse.Namespace, settings: Settings) -> Cache | None:
    """What is known from the run before; None where it is not wanted, or does not hold what is asked for."""
    if options.no_cache or options.show_unchecked or options.confirm is not None:
        return None
    if os.path.exists(settings.cache_dir) and not os.path.isdir(settings.cache_dir):
        _say(f"warning: nothing is remembered: {printable(settings.cache_dir)} is no directory")
        return None
    home = settings.home or _current_directory()
    folder = Path(settings.cache_dir) if settings.cache_dir else home and home / FOLDER
    return None if folder is None else open_cache(folder, settings.selection, settings.project)


def _reports(
    stdin: PurePath | None, found: Discovery, settings: Settings, options: argparse.Namespace, cache: Cache | None, progress: Progress
) -> Iterator[FileReport]:
    selection, project = settings.selection, settings.project
    if stdin is not None:
        yield report_bytes(read_stdin(), stdin, selection, options.show_unchecked, project)
    jobs = options.jobs or usable_cpus()
    yield from report_targets(found, selection, project, unchecked=options.show_unchecked, cache=cache, jobs=jobs, advance=progress.advance)


def _confirmed(reports: list[FileReport], device: str) -> tuple[list[FileReport], str]:
    """The reports with what running each layer said, or as they were and why nothing could be run."""
    from convt_lint.confirm import ConfirmError, confirm_findings

    try:
        outcomes = iter(confirm_findings([finding for report in reports for finding in report.findings], device))
    except ConfirmError as error:
        return reports, str(error)
    return [replace(report, findings=tuple(next(outcomes) for _ in report.findings)) for report in reports], ""


def _write(options: argparse.Namespace, settings: Settings, reports: list[FileReport], *, complete: bool, known: int) -> None:
    with contextlib.ExitStack() as stack:
        stream = sys.stdout
        if options.output_file is not None:
            stream = stack.enter_context(open(options.output_file, "w", encoding="utf-8", errors="backslashreplace", newline="\n"))
        if stream is None:
            return
        to_file = options.output_file is not None
        colour = _wants_colour(options.color, stream, to_file)
        style = Style(colour, getattr(stream, "encoding", None) or "utf-8", colour and not to_file and shows_links(stream, os.environ))
        output = _Output(settings.output_format, style, options.statistics, options.show_unchecked, complete, known)
        for piece in _rendered(reports, output):
            stream.write(piece)
        stream.flush()
    if output.show_unchecked and output.format not in TEXT_FORMATS and sys.stderr is not None:
        sys.stderr.write("".join(_unchecked(reports, Style(_wants_colour(options.color, sys.stderr)))))


def _wants_colour(wish: str, stream: TextIO | None, to_file: bool = False) -> bool:
    if wish != "auto":
        return wish == "always"
    if os.environ.get("NO_COLOR") or to_file:
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def _rendered(reports: list[FileReport], output: _Output) -> Iterator[str]:
    findings = [finding for report in reports for finding in report.findings]
    if output.statistics:
        yield from _statistics(findings, output)
    else:
        items = (item for report in reports if report.findings for item in shown(report, noqa_rows=output.format.startswith("json")))
        clean = (report.path for report in reports if not report.findings)
        yield from renderer(output.format)(items, output.style, clean)
    if output.format in TEXT_FORMATS:
        if output.show_unchecked:
            yield from _unchecked(reports, output.style)
        if findings or output.complete:
            yield _summary(findings, output.known) + "\n"


def _unchecked(reports: list[FileReport], style: Style) -> Iterator[str]:
    for report in reports:
        for item in report.unchecked:
            yield f"{place(report.path, item.row, item.column, style, item.cell)} unchecked {item.layer}: {printable(item.cause)}\n"


def _statistics(findings: list[Finding], output: _Output) -> Iterator[str]:
    counts = Counter((finding.code, finding.name) for finding in findings)
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    if output.format not in TEXT_FORMATS:
        import json

        records = [{"code": code, "count": number, "name": name} for (code, name), number in rows]
        yield json.dumps(records, indent=2) + "\n" if output.format == "json" else "".join(json.dumps(record) + "\n" for record in records)
        return
    width = max((len(str(number)) for _, number in rows), default=0)
    for (code, name), number in rows:
        yield f"{number:>{width}}  {output.style.paint(code, BOLD)}  {name}\n"


def _summary(findings: list[Finding], known: int) -> str:
    refuted = sum(map(is_refuted, findings))
    remarks = [(refuted, "refuted by running the layer"), (known, "in the baseline")]
    remark = "".join(f" ({count(number, 'finding')} {said})" for number, said in remarks if number)
    if len(findings) == refuted:
        return f"All checks passed!{remark}"
    return f"Found {count(len(findings) - refuted, 'error')}.{remark}"


# ---- the commands that have modules of their own


def _solve(arguments: list[str]) -> int:
    from convt_lint.commands import solve

    return solve.run(arguments)


def _draw(arguments: list[str]) -> int:
    from convt_lint.commands import draw

    return draw.run(arguments)


def _devices(arguments: list[str]) -> int:
    from convt_lint.commands import devices

    return devices.run(arguments)


def _version(arguments: list[str]) -> int:
    from convt_lint.commands import version

    return version.run(arguments)


def _generate_shell_completion(arguments: list[str]) -> int:
    from convt_lint.commands import completion, devices, draw, solve, version

    parsers = {"check": _check_parser(), "explain": _explain_parser(), "rules": _rules_parser(), "solve": solve.parser(), "draw": draw.parser()}
    parsers |= {"devices": devices.parser(), "version": version.parser(), "generate-shell-completion": completion.parser()}
    return completion.run(arguments, parsers, _COMMANDS)


# ---- explain and rules


def _explain_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"{PROGRAM} explain", description="Shows a rule's documentation.")
    parser.add_argument("code", metavar="CODE", help="a rule's code or name: CVT102, output-padding-too-large")
    return parser


def _rules_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"{PROGRAM} rules", description="Lists the rules.")
    parser.add_argument("--output-format", choices=("text", "json"), default="text", help="default: text")
    return parser


def _explain(arguments: list[str]) -> int:
    wanted = _explain_parser().parse_args(arguments).code
    from convt_lint.rules import RULES

    rule = RULES.get(wanted.upper()) or next((rule for rule in RULES.values() if rule.name == wanted.lower()), None)
    if rule is None:
        return _fail(str(UnknownCode(wanted, nearest_code(wanted, [*RULES, *(rule.name for rule in RULES.values())]))))
    from convt_lint.output.rule_texts import documentation, on_devices, suppressing

    style = Style(_wants_colour("auto", sys.stdout))
    print("\n".join([*documentation(rule, style), *on_devices(rule, style), *suppressing(rule, style)]))
    return CLEAN


def _rules(arguments: list[str]) -> int:
    options = _rules_parser().parse_args(arguments)
    from convt_lint.rules import RULES

    rows = [_row(rule) for _, rule in sorted(RULES.items())]
    if options.output_format == "json":
        import json

        print(json.dumps(rows, indent=2))
        return CLEAN
    width = max((len(str(row["name"])) for row in rows), default=0)
    for row in rows:
        print(f"{row['code']}  {row['name']:<{width}}  {'on ' if row['default'] else 'off'}  {row['summary']}")
    return CLEAN


def _row(rule: Rule) -> dict[str, str | bool]:
    import inspect

    documentation = inspect.getdoc(rule) or ""
    default = rule.code in Selection(DEFAULT_SELECT, DEFAULT_IGNORE)
    return {"code": rule.code, "name": rule.name, "default": default, "summary": documentation.partition("\n")[0], "documentation": documentation}
