"""Run as ``python book/_tools/slides``."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])
sys.modules["rfc3987_syntax"] = None  # see ../build.py

from slides.build import main  # noqa: E402

sys.exit(main())
