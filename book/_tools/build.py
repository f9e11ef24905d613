"""Build the website: ``jupyter-book``, without a second and more of importing what it never uses.

jsonschema, which looks over `_config.yml`, builds the grammar of internationalised URLs when it is imported; where that
library is not there it does without.
"""

import sys

sys.modules["rfc3987_syntax"] = None

from jupyter_book.cli.main import main  # noqa: E402

if __name__ == "__main__":
    main()
