"""Lints a large corpus on a Dask cluster and writes each finding as one line of JSON.

    python docs/examples/lint_corpus.py CORPUS ... -o findings.jsonl                               # a process for each processor here
    python docs/examples/lint_corpus.py CORPUS ... -o findings.jsonl --scheduler tcp://host:8786   # the workers of a cluster

Needs `pip install distributed` here and convt_lint, in the same version, on every worker.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from distributed import Client, LocalCluster

from convt_lint import report_paths
from convt_lint.output.json import record
from convt_lint.runner import FileReport, shown


def main() -> None:
    """Reads the command line and lints what it names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="+", type=Path, help="directories and files")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the file for the findings, one line of JSON each")
    parser.add_argument("--scheduler", help="the address of a Dask scheduler; default: a cluster on this machine alone")
    options = parser.parse_args()
    # The analysis is pure Python: a second thread in a worker would only wait for the first.
    with LocalCluster(threads_per_worker=1, dashboard_address=None) if options.scheduler is None else Client(options.scheduler) as cluster:
        client = cluster if isinstance(cluster, Client) else cluster.get_client()
        reports = report_paths(options.corpus, executor=client.get_executor(retries=2))
        with options.output.open("w", encoding="utf-8") as stream:
            print(f"{write(reports, stream)} findings in {options.output}")


def write(reports: Iterable[FileReport], stream: TextIO) -> int:
    """Writes the findings as they come, so that no list of them is ever held, and counts them."""
    count = 0
    for report in reports:
        for item in shown(report):
            stream.write(json.dumps(record(item), allow_nan=False) + "\n")
            count += 1
    return count


if __name__ == "__main__":
    main()
