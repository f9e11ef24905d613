"""Downloads as Moodle, Canvas and Drive make them, built from a released course and answers."""

import json
import re
import zipfile
from pathlib import Path

from tests.autograder.course_builder import answered
from tests.conftest import ROOT

DOWNLOADED = (2026, 9, 25, 8, 0, 0)


def notebook(course, slug, answers):
    """Return the bytes of a student's notebook."""
    released = json.loads((Path(course) / "exercises" / slug / f"{slug}.ipynb").read_text(encoding="utf-8"))
    return json.dumps(answered(released, answers), ensure_ascii=False).encode()


def pack(path, files, time=DOWNLOADED):
    """Write a zip; `files` are bytes by name, or pairs (ZipInfo, bytes)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items() if isinstance(files, dict) else files:
            info = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name, time)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return path


def colab_cell(slug="hello"):
    """The cell that exercises/README.md has one put at the top of a notebook in Colab."""
    text = (ROOT / "exercises" / "README.md").read_text(encoding="utf-8")
    (cell,) = (block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "google.colab" in block)
    return cell.rstrip("\n").replace("hello", slug)


def moodle_file(name, number, file):
    return f"{name}_{number}_assignsubmission_file/{file}"


def roster(folder, text):
    (folder / "sinh-vien.csv").write_text(text, encoding="utf-8")


STUDENTS = """\
Mã sinh viên,Họ và tên,Email,Lớp
23520001,Nguyễn Văn An,an@truong.edu.vn,L1
23520002,Trần Thị Bình,binh@truong.edu.vn,L1
23520003,Lê Đặng Hòa,hoa@truong.edu.vn,L1
23520004,Phạm Hai,hai@truong.edu.vn,L2
"""
