"""Build the website: ``jupyter-book`` on all cores, without a second and more of work that it never needs.

jsonschema, which looks over `_config.yml`, builds the grammar of internationalised URLs when it is imported; where that
library is not there it does without. MyST-NB imports the database of jupyter-cache, which is for books whose notebooks
are executed while they are built; this one's are not. A build makes many small objects and ends: looking again and
again for those that could go would take a fifth of its time. Sphinx reads and writes pages side by side, which
jupyter-book's command has no option for; one more process than there are cores, for while pages are written the first
only makes them ready.
"""

import functools
import gc
import os
import sys
import types

sys.modules["rfc3987_syntax"] = None
sys.modules["jupyter_cache.cache.db"] = types.SimpleNamespace(
    **dict.fromkeys(("NbCacheRecord", "NbProjectRecord", "Setting", "create_db", "get_version"))
)

import jupyter_book.sphinx  # noqa: E402
from jupyter_book.cli.main import main  # noqa: E402

jupyter_book.sphinx.build_sphinx = functools.partial(jupyter_book.sphinx.build_sphinx, jobs=os.cpu_count() + 1)

if __name__ == "__main__":
    gc.disable()
    main()
