"""Find lines of solutions and hidden tests in what students are given."""

import json
from pathlib import Path

from tests.graders.assignment import Assignment, source_of

SHORTEST = 12  # characters; shorter lines (`return x`, `else:`) tell nothing


def visible_text(assignments: list[Assignment]) -> str:
    """Return everything that students may see of the source notebooks."""
    return "\n".join(cell.released for assignment in assignments for cell in assignment.cells)


def secrets(assignment: Assignment, visible: str) -> list[str]:
    """Return the lines of an assignment's solutions and hidden tests that say something and stand nowhere visible."""
    lines = {line.strip() for cell in assignment.cells for line in cell.hidden}
    return sorted(
        line for line in lines if len(line) >= SHORTEST and any(map(str.isalpha, line)) and line not in visible
    )


def given_text(folder: Path) -> dict[Path, str]:
    """Return the text of every file below a folder; of notebooks, every text in them (sources, outputs, metadata)."""
    texts = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            text = path.read_bytes().decode("utf-8", "replace")
            if path.suffix == ".ipynb":
                content = json.loads(text)
                sources = [source_of(cell) for cell in content.get("cells", [])]
                text = "\n".join([*sources, *_strings(content)])
            texts[path] = text
    return texts


def leaks(assignments: list[Assignment], folder: Path) -> list[str]:
    """Return one line, "file: what it must not hold", for each secret found below the folder."""
    visible, given = visible_text(assignments), given_text(folder)
    return [
        f"{path.relative_to(folder)}: {assignment.slug}: {secret}"
        for assignment in assignments
        for secret in secrets(assignment, visible)
        for path, text in given.items()
        if secret in text
    ]


def _strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _strings(item)
    elif isinstance(value, list):
        if value and all(isinstance(item, str) for item in value):
            yield "".join(value)
        for item in value:
            yield from _strings(item)
