"""A static shape checker for PyTorch's transposed convolutions."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convt_lint.runner import lint_bytes, lint_paths, report_paths

__all__ = ["__version__", "lint_bytes", "lint_paths", "report_paths"]

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    # Loaded on first use: the command and the flake8 plugin start in no time because importing the package costs nothing.
    if name in __all__:
        from convt_lint import runner

        return getattr(runner, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
