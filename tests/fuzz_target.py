"""A long, coverage-guided search for sources that end the checker, fail inside it or take it too long. Not a test: run it by hand with atheris.

    python tests/fuzz_target.py CORPUS -max_total_time=900 -timeout=20 -rss_limit_mb=2000

CORPUS is a directory that keeps the sources which reached something new; it is filled with the fixtures and the programs of the tests first.
libFuzzer's own flags hold. A source for which the checker fails inside, or takes too long, goes to CORPUS-found with its reason, and the search goes on;
one that ends the process is written by libFuzzer as `crash-…` or `timeout-…`.
"""

from __future__ import annotations

import hashlib
import sys
import time
from pathlib import Path, PurePath
from random import Random

import atheris

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

with atheris.instrument_imports(include=["convt_lint"]):
    from convt_lint.linting import check_bytes
    from convt_lint.selection import ALL

from damage import bytes_damaged, damaged
from python_programs import FOLLOWED, UNFOLLOWED
from styles_found import FOUND
from styles_models import RIGHT, WRONG
from styles_silent import SILENT
from styles_unseen import UNSEEN

SLOW = 6.0  # seconds, under the weight of the instrumentation
HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\nfrom torch.nn import ConvTranspose1d as C\n"
SEEDS = [HEAD + (row if isinstance(row, str) else row[1]) for row in (*FOLLOWED, *UNFOLLOWED, *FOUND, *RIGHT, *WRONG, *SILENT, *UNSEEN)]
SEEDS += [path.read_text(encoding="utf-8", errors="replace") for path in sorted((ROOT / "fixtures").rglob("*.py"))]


def mutate(data: bytes, max_size: int, seed: int) -> bytes:
    """libFuzzer's next input: mostly a source whose tokens and lines are changed, sometimes any bytes."""
    rng = Random(seed)
    if rng.random() < 0.1:
        return bytes_damaged(data, rng)[:max_size]
    source = data.decode("utf-8", "replace") if rng.random() < 0.9 else rng.choice(SEEDS)
    return damaged(source, rng, SEEDS, rng.randint(1, 6)).encode("utf-8", "surrogatepass")[:max_size]


def check(data: bytes) -> None:
    """One input: is it one for which the checker fails, or takes too long?"""
    began = time.perf_counter()
    result = check_bytes(data, PurePath("fuzzed.py"), ALL, unchecked=True)
    took = time.perf_counter() - began
    failed = [finding.message for finding in result.findings if "the checker itself failed" in finding.message]
    if failed or took > SLOW:
        _keep(data, failed[0] if failed else f"took {took:.1f} s")


_reasons: set[str] = set()


def _keep(data: bytes, reason: str) -> None:
    kind = reason.partition("please")[0] if "itself" in reason else "slow"
    if kind not in _reasons or kind == "slow":
        _reasons.add(kind)
        print(f"FOUND: {reason}", file=sys.stderr, flush=True)
        folder = Path(f"{sys.argv[1].rstrip('/')}-found")
        folder.mkdir(exist_ok=True)
        name = hashlib.sha256(data).hexdigest()[:12]
        (folder / name).write_bytes(data)
        (folder / f"{name}.txt").write_text(reason, encoding="utf-8", errors="replace")


def main() -> None:
    corpus = Path(sys.argv[1])
    corpus.mkdir(parents=True, exist_ok=True)
    for index, source in enumerate(SEEDS):
        (corpus / f"seed-{index}").write_text(source, encoding="utf-8")
    atheris.Setup(sys.argv, check, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
