"""Whose file it is and which one, as Moodle and Canvas write it into names.

Moodle («Download all submissions»): ``mod/assign/classes/downloader.php`` of moodle/moodle names a folder
``<full name>_<number>_assignsubmission_<plugin>`` (before 3.1, or without «download in folders», files
``<full name>_<number>_assignsubmission_<plugin>_<file>``; some versions leave an underscore at the end). The number is
the assignment's own for a participant, never a student's id; an underscore in a name becomes a blank. The times in
the zip are those of the download: ``files/classes/local/archive_writer/zip_writer.php`` passes none on. When something
was handed in, the assignment's grading worksheet says («Last modified (submission)»).

Canvas («Download Submissions»): ``lib/content_zipper.rb`` of instructure/canvas-lms names a file
``<sortable name>[_LATE]_<user id>_<attachment id>_<file>``, the name in lower case and without anything but letters; a
text entry ``…_<user id>_text.html``. A later attachment has the higher id. The zip's times are the download's, too.
"""

import re
from dataclasses import dataclass

# the first of Moodle's words in a name is Moodle's: what comes after it a student may have written
_MOODLE = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(?P<plugin>[a-z]+)(?:_(?P<file>.*))?")
_CANVAS = re.compile(
    r"(?P<name>[^\W\d][\w]*?)(?:_(?P<late>LATE|late))?_(?P<number>\d+)_"
    r"(?:(?P<attachment>\d+)_(?P<file>.+)|(?P<text>text|link)\.html)"
)
MOODLE, CANVAS, LOOSE = "moodle", "canvas", "loose"


@dataclass(frozen=True)
class Tag:
    """What an LMS wrote into the path of a file."""

    kind: str  # MOODLE, CANVAS or LOOSE
    owner: str  # the student's name as it stands there; "" where nothing says so
    number: str = ""  # the LMS's own number of the student
    inner: tuple[str, ...] = ()  # the path the student gave it
    late: bool = False  # Canvas says so
    attachment: int = 0  # Canvas's number of the file
    plugin: str = "file"  # Moodle's: file, onlinetext…; Canvas: file or text


def tag(path, canvas=False):
    """Return the :class:`Tag` of a path; `canvas` says that the source is Canvas's."""
    if canvas:  # first: what comes after Canvas's own words is the student's, who may have written Moodle's there
        for place, part in enumerate(path[:2]):  # flat, or in the folder it was unpacked to
            match = _CANVAS.fullmatch(part)
            if match:
                inner = (match["file"] or part, *path[place + 1 :])
                plugin = match["text"] or "file"
                late, attachment = bool(match["late"]), int(match["attachment"] or 0)
                return Tag(CANVAS, match["name"], match["number"], inner, late, attachment, plugin)
    for place, part in enumerate(path):
        match = _MOODLE.fullmatch(part)
        if match:
            inner = (match["file"],) if match["file"] else ()
            return Tag(MOODLE, match["name"], match["number"], (*inner, *path[place + 1 :]), plugin=match["plugin"])
    return Tag(LOOSE, "", inner=path)


def is_canvas(paths):
    """Whether these are the paths of a download from Canvas: nearly all of them have its names."""
    names = {next((part for part in path[:2] if _CANVAS.fullmatch(part)), None) or path[0] for path in paths}
    known = sum(bool(_CANVAS.fullmatch(name)) for name in names)
    return known > 0 and known >= 0.8 * len(names)
