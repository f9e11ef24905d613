"""Citations and the reference list in Vietnamese: «[Harris và cộng sự, 2020]», «và» between names, «Trong …»."""

import contextlib
import hashlib
import pickle
import re
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import sphinxcontrib.bibtex.plugin
from docutils import nodes
from pybtex.plugin import find_plugin, register_plugin
from pybtex.style import FormattedEntry
from pybtex.style.formatting.plain import Style as PlainStyle
from pybtex.style.template import Node, names, optional, sentence, words
from pybtex.style.template import field as entry_field
from sphinxcontrib.bibtex.style.referencing import PersonStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle

__all__ = ["CourseReferences", "CourseStyle"]

#: Words that pybtex's templates write between the fields.
WORDS = {
    "In": "Trong",
    "in": "trong",
    "of": "của",
    "editor": "biên tập",
    "editors": "biên tập",
    "chapter": "chương",
    "pages": "trang",
    "Volume": "Tập",
    "volume": "tập",
    "Number": "Số",
    "number": "số",
    "PhD thesis": "Luận án tiến sĩ",
    "Master's thesis": "Luận văn thạc sĩ",
    "Technical Report": "Báo cáo kỹ thuật",
}
#: Editions as BibTeX files write them
ORDINALS = {"first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5"}

#: Everything an entry says → it, formatted (text that nothing changes); kept from build to build
FORMATTED = {}


def translate(template):
    """Put Vietnamese words into a pybtex template."""
    template.children = [
        translate(child) if isinstance(child, Node) else WORDS.get(child, child) if isinstance(child, str) else child
        for child in template.children
    ]
    return template


def edition_number(text):
    """``"Second"`` or ``"2nd"`` → ``"2"``; anything else stays."""
    number = re.fullmatch(r"(\d+)(?:st|nd|rd|th)?", text.strip())
    return number[1] if number else ORDINALS.get(text.strip().lower(), text)


class CourseStyle(PlainStyle):
    """The reference list: sorted by author, titles as their authors wrote them."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        written = self.format_name
        self.format_name = lambda person, *options: "cộng sự" if str(person) == "others" else written(person, *options)

    def __getattribute__(self, name):
        """Translate every ``get_<type>_template``."""
        value = super().__getattribute__(name)
        if name.startswith("get_") and name.endswith("_template"):
            return lambda entry: translate(value(entry))
        return value

    def format_names(self, role, as_sentence=True):
        """Write «A, B và C»."""
        formatted = names(role, sep=", ", sep2=" và ", last_sep=" và ")
        return sentence[formatted] if as_sentence else formatted

    def format_entry(self, label, entry, bib_data=None):
        """Format each entry once: as a tooltip and in the list of every chapter that cites it, it reads the same."""
        people = sorted((role, [str(person) for person in found]) for role, found in entry.persons.items())
        key = (entry.key, entry.type, tuple(entry.fields.items()), repr(people))
        if key not in FORMATTED:
            FORMATTED[key] = super().format_entry(label, entry, bib_data).text
        return FormattedEntry(entry.key, FORMATTED[key], label)

    def format_title(self, e, which_field, as_sentence=True):
        """Capital letters stay."""
        title = entry_field(which_field)
        return sentence[title] if as_sentence else title

    def format_edition(self, e):
        """«ấn bản 2» for «Second» or «2nd»."""
        return optional[words["ấn bản", entry_field("edition", raw=True, apply_func=edition_number)]]


@dataclass
class CourseReferences(AuthorYearReferenceStyle):
    """Author and year in the text."""

    person: PersonStyle = field(default_factory=lambda: PersonStyle(sep2=" và ", last_sep=" và ", other=" và cộng sự"))


def visit_citation(writer, node):
    """Write an entry of the reference list as an item of a list: docutils' roles for it are deprecated."""
    if not isinstance(node.previous_sibling(), nodes.citation):
        writer.body.append('<ul class="citation-list">\n')
    writer.body.append(writer.starttag(node, "li", "", CLASS="citation"))


def depart_citation(writer, node):
    """Close the item; after the last one, the list."""
    writer.body.append("</li>\n")
    if not isinstance(node.next_node(descend=False, siblings=True), nodes.citation):
        writer.body.append("</ul>\n")


def kept_in(app):
    """Return the file that keeps formatted entries; another style or another pybtex has a file of its own."""
    recipe = Path(__file__).read_bytes() + version("pybtex").encode()
    return Path(app.doctreedir, f"references-{hashlib.sha256(recipe).hexdigest()[:16]}.pickle")


def recall(app):
    """Take over what earlier builds formatted; a missing or damaged file counts as empty."""
    FORMATTED.clear()
    with contextlib.suppress(OSError, EOFError, pickle.UnpicklingError, AttributeError, ValueError):
        FORMATTED.update(pickle.loads(kept_in(app).read_bytes()))
    app.course_references = len(FORMATTED)


def keep(app, exception):
    """Leave it to the next build (whole file or nothing)."""
    if exception is None and len(FORMATTED) > app.course_references:
        draft = kept_in(app).with_suffix(".tmp")
        draft.write_bytes(pickle.dumps(FORMATTED))
        draft.replace(kept_in(app))


def setup(app):
    """Make both styles known under the name ``course``, and the list a list."""
    app.add_node(nodes.citation, override=True, html=(visit_citation, depart_citation))
    register_plugin("pybtex.style.formatting", "course", CourseStyle)
    for name in ("docutils", "plaintext"):  # looked up for each citation, among all that is installed
        register_plugin("pybtex.backends", name, find_plugin("pybtex.backends", name), force=True)
    sphinxcontrib.bibtex.plugin.register_plugin("sphinxcontrib.bibtex.style.referencing", "course", CourseReferences)
    app.connect("builder-inited", recall)
    app.connect("build-finished", keep)
