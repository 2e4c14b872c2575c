"""Finding and reading files: what is walked, in which order, and that nothing on a disk ends the run."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path, PurePath

import pytest

from convt_lint.sources import Exclusion, Unreadable, decode_lines, discover, files, read


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n")


def names(*paths: str | Path, exclusion: Exclusion | None = None) -> list[str]:
    found = discover(paths, exclusion)
    assert not found.missing
    return [target.path.as_posix() + (f" !{target.problem}" if target.problem else "") for target in found.targets]


def test_walk_takes_python_files_in_a_fixed_order(tree: Path) -> None:
    make(tree, "b.py", "a/z.pyi", "a/a.py", "a.txt", "a/notes.md", "c.pyx", ".hidden/h.py", "a-b.py")
    assert names(".") == [".hidden/h.py", "a/a.py", "a/z.pyi", "a-b.py", "b.py"]


def test_walk_takes_notebooks_and_what_is_asked_for(tree: Path) -> None:
    make(tree, "b.py", "a/n.ipynb", "a/.ipynb_checkpoints/n.ipynb", "a/notes.md", "docs/up.rst", "docs/old/up.rst", "build/x.md")
    (tree / "link.md").symlink_to("a/notes.md")

    def found(*globs: str) -> list[str]:
        return [target.path.as_posix() for target in discover(["."], include=globs).targets]

    assert found() == ["a/n.ipynb", "b.py"]
    assert found("*.md") == ["a/n.ipynb", "a/notes.md", "b.py"]
    assert found("docs/*.rst") == ["a/n.ipynb", "b.py", "docs/old/up.rst", "docs/up.rst"], "a glob's star takes directories too, as in --exclude"


def test_what_reads_notebooks_and_documents_waits_for_one() -> None:
    code = "import sys, convt_lint.cli; print(*(name for name in sys.modules if name.startswith('convt_lint.sources.')))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert sorted(loaded) == ["convt_lint.sources.exclusion", "convt_lint.sources.files", "convt_lint.sources.kinds"]


@pytest.mark.parametrize("directory", [".git", ".venv", "venv", "node_modules", "__pycache__", "build", "dist", ".tox", ".mypy_cache", "site-packages"])
def test_walk_skips_what_every_linter_skips(tree: Path, directory: str) -> None:
    make(tree, f"{directory}/x.py", f"pkg/{directory}/y.py", "pkg/z.py")
    assert names(".") == ["pkg/z.py"]
    assert names(directory) == [f"{directory}/x.py"], "a directory given directly is walked"


def test_paths_given_directly_are_linted_whatever_their_suffix(tree: Path) -> None:
    make(tree, "script", "stub.pyi", "notes.txt")
    assert names("script", "notes.txt") == ["script", "notes.txt"]


def test_each_file_once(tree: Path) -> None:
    make(tree, "pkg/a.py", "pkg/b.py")
    (tree / "pkg" / "link.py").symlink_to("a.py")
    (tree / "again").symlink_to("pkg")
    assert names("pkg/b.py", "pkg", "./pkg/a.py", str(tree / "pkg"), "again") == ["pkg/b.py", "pkg/a.py"]
    assert names("pkg/../pkg/a.py", "pkg/a.py") == ["pkg/../pkg/a.py"]


def test_directory_named_like_a_file(tree: Path) -> None:
    make(tree, "x.py/inner.py")
    assert names(".") == ["x.py/inner.py"]
    assert names("x.py") == ["x.py/inner.py"]


def test_link_loops_end(tree: Path) -> None:
    make(tree, "outside.py", "pkg/a.py", "pkg/sub/b.py")
    (tree / "pkg" / "sub" / "up").symlink_to("..")
    (tree / "pkg" / "above").symlink_to(tree)
    (tree / "pkg" / "self").symlink_to("self")
    (tree / "pkg" / "loop.py").symlink_to("loop.py")
    (tree / "pkg" / "sub" / "root").symlink_to("/")
    found = names("pkg")
    assert found[0] == "pkg/a.py"
    assert found[1].startswith("pkg/loop.py !")
    assert found[2:] == ["pkg/sub/b.py"]


def test_linked_directories_are_walked_once(tree: Path) -> None:
    make(tree, "lib/a.py", "pkg/b.py")
    (tree / "pkg" / "one").symlink_to(tree / "lib")
    (tree / "pkg" / "two").symlink_to(tree / "lib")
    assert names("pkg") == ["pkg/b.py", "pkg/one/a.py"]


def test_broken_links(tree: Path) -> None:
    make(tree, "a.py")
    (tree / "gone.py").symlink_to("nowhere")
    (tree / "gone.txt").symlink_to("nowhere")
    assert names(".") == ["a.py", "gone.py !broken link: no such file or directory"]
    assert discover(["gone.py", "a.py"]).missing == ["gone.py"]


def test_missing_paths_are_named_and_the_rest_is_found(tree: Path) -> None:
    make(tree, "a.py")
    found = discover(["nope.py", "a.py", "a.py/below", "x" * 5000, "nul\0l"])
    assert [target.path for target in found.targets] == [PurePath("a.py")]
    assert found.missing == ["nope.py", "a.py/below", "x" * 5000, "nul\0l"]


def test_directory_that_cannot_be_listed(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Simulated, as permissions do not bind root.
    make(tree, "closed/a.py", "open/b.py")
    real = os.scandir

    def scandir(path: os.PathLike[str]) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(files.os, "scandir", scandir)
    assert names(".") == ["closed !permission denied", "open/b.py"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions do not bind root")
def test_real_permissions(tree: Path) -> None:
    make(tree, "closed/a.py", "secret.py")
    (tree / "closed").chmod(0)
    (tree / "secret.py").chmod(0)
    try:
        assert names(".") == ["closed !permission denied", "secret.py"]
        with pytest.raises(Unreadable, match="permission denied"):
            read(PurePath("secret.py"))
    finally:
        (tree / "closed").chmod(0o700)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_pipes_sockets_and_devices_are_never_waited_for(tree: Path) -> None:
    make(tree, "a.py")
    os.mkfifo("pipe.py")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.py")
        assert names(".") == ["a.py"]
        for special in ("pipe.py", "socket.py", os.devnull):
            assert names(special) == [special]
            with pytest.raises(Unreadable):
                read(PurePath(special))


def test_read_refuses_what_is_too_large(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tree, "a.py")
    assert read(PurePath("a.py")) == b"x = 1\n"
    monkeypatch.setattr(files, "MAX_BYTES", 5)
    with pytest.raises(Unreadable, match="larger than"):
        read(PurePath("a.py"))


def test_exclude_and_force_exclude(tree: Path) -> None:
    make(tree, "a.py", "gen/b_pb2.py", "gen/c.py", "build/d.py", "old/e.py")
    assert names(".", exclusion=Exclusion(("*_pb2.py", "old"))) == ["a.py", "gen/c.py"]
    assert names(".", exclusion=Exclusion(("gen/*",))) == ["a.py", "old/e.py"]
    given = ("gen/b_pb2.py", "build/d.py", "old/e.py", "a.py")
    assert names(*given, exclusion=Exclusion(("*_pb2.py", "old"))) == list(given)
    assert names(*given, exclusion=Exclusion(("*_pb2.py", "old"), force=True)) == ["a.py"]
    assert names(tree / "build" / "d.py", exclusion=Exclusion(force=True)) == []


def test_force_exclude_ignores_directories_above_the_current_one(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tree, "build/project/a.py")
    monkeypatch.chdir(tree / "build" / "project")
    assert names(str(tree / "build" / "project" / "a.py"), "a.py", exclusion=Exclusion(force=True)) == [(tree / "build/project/a.py").as_posix()]


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        (b"", []),
        (b"a\r\nb\rc\nd", ["a\n", "b\n", "c\n", "d"]),
        (b"\xef\xbb\xbfa = 1\n", ["a = 1\n"]),
        ("# coding: utf-8\né\n".encode(), ["# coding: utf-8\n", "é\n"]),
        ("# coding: latin-1\né\n".encode("latin-1"), ["# coding: latin-1\n", "é\n"]),
        ("# coding: cp1251\nж\n".encode("cp1251"), ["# coding: cp1251\n", "ж\n"]),
        (b"# coding: no-such\n\xe9\n", ["# coding: no-such\n", "é\n"]),
        (b"\xe9\n", ["é\n"]),
        ("a\x0cb\u2028c\x85d\n".encode(), ["a\x0cb\u2028c\x85d\n"]),
    ],
    ids=["empty", "line-ends", "bom", "utf-8", "latin-1", "cp1251", "unknown-cookie", "not-utf-8", "no-line-ends-of-python"],
)
def test_decode_lines(source: bytes, lines: list[str]) -> None:
    assert decode_lines(source) == lines


# ---- what git ignores


PATTERNS = {
    ".gitignore": b"gen/\n*.tmp.py\n!keep.tmp.py\n/top.py\nk/*\n!k/keep\nfoo\\ bar.py\n# no\n!\n[\n**/deep.py\nod[[]d.py\n",
    "a/.gitignore": b"z.py\n",
    "a/b/.gitignore": b"!z.py\n",
    ".git/info/exclude": b"lib/\n",
}
NAMES = (
    *("a/z.py", "a/b/z.py", "a/y.py", "gen/x/1.py", "one.tmp.py", "keep.tmp.py", "top.py", "sub/top.py", "lib/l.py", "k/a.py", "k/keep/b.py", "foo bar.py"),
    *("sub/deep.py", "od[d.py", "a/gen/g.py", "sub/no.py"),
)


def git(*arguments: str) -> list[str]:
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(["git", *arguments], env=environment, check=True, capture_output=True, text=True).stdout.split("\0")[:-1]


@pytest.fixture
def repository(tree: Path) -> Path:
    git("init", "--quiet")
    make(tree, *NAMES)
    for name, patterns in PATTERNS.items():
        (tree / name).write_bytes(patterns)
    return tree


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_what_git_ignores_is_skipped(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = sorted(name for name in git("ls-files", "-z", "--others", "--exclude-standard") if name.endswith(".py"))
    assert 4 < len(kept) < len(NAMES) - 4
    assert sorted(names(".")) == kept
    assert sorted(names(".", exclusion=Exclusion(gitignore=False))) == sorted(NAMES)
    assert names("gen", "a", "top.py") == ["gen/x/1.py", "a/b/z.py", "a/y.py", "top.py"], "what is named by hand is looked at"
    (repository / "sub" / ".ignore").write_text("no.py\n")
    make(repository, "sub/.git/x", "sub/one.tmp.py")
    assert names("sub") == ["sub/deep.py", "sub/one.tmp.py", "sub/top.py"], "a repository inside has its own patterns alone, and .ignore counts"
    monkeypatch.chdir(repository / "a" / "b")
    assert names("..") == ["../b/z.py", "../y.py"]


def test_folders_that_are_taken_back_are_entered(tree: Path) -> None:
    make(tree, "d/a.py", "e/a.py", "f/a.py", "a.py")
    (tree / ".git").mkdir()
    (tree / ".gitignore").write_text("*\n!d\n!e/\n!*.py\n")
    assert names(".") == ["a.py", "d/a.py", "e/a.py"]


def test_an_ignore_file_goes_before_what_git_reads(tree: Path) -> None:
    make(tree, "d/k/a.py", "d/k/b.py", "d/k/c.py", "d/in/b.py")
    (tree / ".git").mkdir()
    (tree / "d" / "in" / ".git").mkdir()
    (tree / ".ignore").write_text("b.py\n!c.py\n")
    (tree / "d" / "k" / ".gitignore").write_text("*\n!b.py\n")
    assert names(".") == ["d/k/c.py"]
    (tree / "d" / ".ignore").write_text("!b.py\n")
    assert names(".") == ["d/in/b.py", "d/k/b.py", "d/k/c.py"]


def test_gitignore_is_for_repositories_and_a_costly_pattern_is_not_read(tree: Path) -> None:
    make(tree, "a.py", f"{'a' * 200}.py")
    (tree / ".gitignore").write_text("a.py\n")
    assert len(names(".")) == 2
    (tree / ".git").mkdir()
    (tree / ".gitignore").write_text(f"*a*a*a*a*a*b\n{'**/a/' * 9}\na.py\n")
    assert names(".") == [f"{'a' * 200}.py"]


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_a_work_tree_has_its_repositorys_patterns(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git("-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "--quiet", "--allow-empty", "--message=x")
    git("worktree", "add", "--quiet", "tree")
    make(repository, "tree/lib/l.py", "tree/a.py", "tree/top.py")
    monkeypatch.chdir(repository / "tree")
    assert names(".") == ["a.py", "top.py"]
