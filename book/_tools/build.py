"""Build the website: ``jupyter-book`` on all cores, without a second and more of importing what it never uses.

jsonschema, which looks over `_config.yml`, builds the grammar of internationalised URLs when it is imported; where that
library is not there it does without. Sphinx reads and writes pages side by side, which jupyter-book's command has no
option for.
"""

import functools
import os
import sys

sys.modules["rfc3987_syntax"] = None

import jupyter_book.sphinx  # noqa: E402
from jupyter_book.cli.main import main  # noqa: E402

jupyter_book.sphinx.build_sphinx = functools.partial(jupyter_book.sphinx.build_sphinx, jobs=os.cpu_count())

if __name__ == "__main__":
    main()
