"""How Sphinx builds this documentation: `sphinx-build -W -b dirhtml docs build/docs`."""

import sys
from pathlib import Path

from sphinx.application import Sphinx

import convt_lint

sys.path.insert(0, str(Path(__file__).parent))
import rule_pages

project = "convt-lint"
author = "The convt_lint authors"
project_copyright = "The convt_lint authors, MIT licence"
release = version = convt_lint.__version__

extensions = ["myst_parser"]
myst_heading_anchors = 3
nitpicky = True

html_theme = "furo"
html_title = f"convt-lint {release}"
html_show_sphinx = False
html_copy_source = False


def setup(app: Sphinx) -> None:
    """The rules' pages are written before the files of the documentation are looked for."""
    app.connect("builder-inited", lambda app: rule_pages.write(Path(app.srcdir) / "rules"))
