"""The evidence on real code, in one command: python benchmarks/real_code.py SOURCES [--download].

Prints how well size comments are read (the table of tests/size_comments), lints the packages and repositories named in benchmarks/real_code/,
and sets each finding beside its verdict in judged.tsv. Exits 1 where one is not judged yet, or was judged false.

SOURCES holds `packages/NAME/` (an unpacked source distribution or wheel) and `repos/OWNER+NAME/` (a checkout of the commit named there);
`--download` fetches what is missing with pip and git. Nothing of it is imported or run.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path, PurePath

from convt_lint.findings import FileResult
from convt_lint.linting import check_bytes

DATA = Path(__file__).parent / "real_code"
TABLE = Path(__file__).parent.parent / "tests" / "size_comments.py"
_WORTH = re.compile(rb"ConvTranspose|conv_transpose|#\s*convt:")


def rows(name: str) -> list[list[str]]:
    return [line.split("\t") for line in (DATA / name).read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def download(sources: Path) -> None:
    """Fetches the packages and repositories that are not there."""
    for (package,) in rows("packages.txt"):
        name = package.partition("==")[0]
        target = sources / "packages" / name
        if not target.exists():
            target.mkdir(parents=True)
            subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(target), package], check=False)
            for archive in target.iterdir():
                if archive.suffix == ".whl":
                    with zipfile.ZipFile(archive) as members:
                        members.extractall(target)
                elif archive.suffix == ".gz":
                    with tarfile.open(archive) as members:
                        members.extractall(target, filter="data")
    for repository, commit in rows("repositories.tsv"):
        target = sources / "repos" / repository.replace("/", "+")
        if not target.exists():
            subprocess.run(["git", "clone", "--quiet", f"https://github.com/{repository}", str(target)], check=False)
            subprocess.run(["git", "-C", str(target), "checkout", "--quiet", commit], check=False)


def files(sources: Path) -> Iterator[tuple[str, Path]]:
    """The distinct files that hold a transposed convolution, each with its name: the package or repository, and the path in it."""
    seen: set[bytes] = set()
    names = [f"packages/{package.partition('==')[0]}" for (package,) in rows("packages.txt")]
    names += [f"repos/{repository.replace('/', '+')}" for repository, _ in rows("repositories.tsv")]
    for name in names:
        for path in sorted((sources / name).rglob("*.py")):
            source = path.read_bytes() if path.is_file() else b""
            digest = hashlib.sha256(source).digest()
            if _WORTH.search(source) and digest not in seen:
                seen.add(digest)
                yield path.relative_to(sources).as_posix(), path


def check(item: tuple[str, Path]) -> tuple[str, FileResult]:
    return item[0], check_bytes(item[1].read_bytes(), PurePath(item[0]))


def main(sources: Path) -> int:
    subprocess.run([sys.executable, str(TABLE)], check=True)
    judged = {(path, int(row), code): (verdict, why) for path, row, code, verdict, why in rows("judged.tsv")}
    found = list(files(sources))
    with ProcessPoolExecutor() as executor:
        results = list(executor.map(check, found, chunksize=4))
    constructions = sum(result.constructions for _, result in results)
    print(f"{len({path.split('/')[1] for path, _ in results})} packages and repositories, {len(results)} distinct files, {constructions} constructions")
    open_or_false = 0
    for path, result in results:
        for finding in result.findings:
            verdict, why = judged.get((path, finding.row, finding.code), ("not judged", ""))
            open_or_false += verdict != "true"
            print(f"{verdict}: {path}:{finding.row}: {finding.code} {finding.message}" + (f"\n    {why}" if why else ""))
    return int(open_or_false > 0)


if __name__ == "__main__":
    if "--download" in sys.argv[2:]:
        download(Path(sys.argv[1]))
    sys.exit(main(Path(sys.argv[1])))
