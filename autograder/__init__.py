"""Release, check and grade the course's assignments; nbgrader's formats, files and gradebook."""

__version__ = "0.1.0"
