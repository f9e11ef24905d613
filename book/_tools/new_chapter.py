"""Begin a chapter: its notebook, its assignment and the assignment's bank of answers, from `templates/`.

python book/_tools/new_chapter.py SLUG --part images [--title «…»]     or: make new-chapter SLUG=… PART=… TITLE=…
"""

import argparse
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = Path(__file__).parent / "templates"
PARTS = ("images", "models", "networks", "evaluation", "representations", "deep-vision")
NEXT = """Đã tạo:
{files}

Việc tiếp theo:
1. Viết chương, rồi chạy và lưu kết quả:
   .venv/bin/python book/_tools/notebooks.py run {chapter}
2. Viết bài tập (4 đến 7 bài, tổng 10 điểm, bài cuối mang dấu ★) và ngân hàng câu trả lời, rồi xem điểm từng câu:
   .venv/bin/python -m tests.graders.runner {slug}
3. Sinh bài cho sinh viên:
   .venv/bin/autograder release {slug}
4. Thêm dòng này vào _toc.yml, ở đúng phần của chương:
      - file: {page}"""


def targets(root, part, slug):
    """Return template → the file it becomes."""
    return {
        "chapter.ipynb": root / "book" / part / f"{slug}.ipynb",
        "assignment.ipynb": root / "solutions" / slug / f"{slug}.ipynb",
        "bank.py": root / "tests" / "graders" / "answers" / f"{slug}.py",
    }


def create(root, part, slug, title):
    """Write the three files; return their paths.

    Raises ValueError if the slug or the part cannot be, FileExistsError if one of the files is there already.
    """
    if not slug:
        raise ValueError('chương mới cần một tên: make new-chapter SLUG=cnn PART=deep-vision TITLE="…"')
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", slug):
        raise ValueError(f"slug «{slug}»: chỉ dùng chữ thường không dấu, số và gạch nối, ví dụ transfer-learning")
    if part not in PARTS:
        raise ValueError(f"không có phần «{part or ''}»; chọn một trong: {', '.join(PARTS)} (PART=…)")
    files = targets(root, part, slug)
    others = [path for path in root.glob(f"book/*/{slug}.ipynb") if path not in files.values()]
    for path in (*files.values(), *others):
        if path.exists():
            raise FileExistsError(f"đã có {path.relative_to(root)}; không tệp nào bị đổi")
    for name, path in files.items():
        text = (TEMPLATES / name).read_text("utf-8")
        written = json.dumps(title, ensure_ascii=False)[1:-1] if name.endswith(".ipynb") else title
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("TITLE", written).replace("SLUG", slug), "utf-8")
    return list(files.values())


def main(argv=None):
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="Bắt đầu một chương mới.", add_help=False)
    parser.add_argument("-h", "--help", action="help", help="in phần này")
    parser.add_argument("slug", help="tên chương: thuật ngữ tiếng Anh, chữ thường, gạch nối")
    parser.add_argument("--part", default="", help=", ".join(PARTS))
    parser.add_argument("--title", default="", help="tiêu đề tiếng Việt")
    options = parser.parse_args(argv)
    try:
        files = create(ROOT, options.part, options.slug, options.title or "Tên chương")
    except (ValueError, FileExistsError) as error:
        print(error, file=sys.stderr)
        return 2
    names = [path.relative_to(ROOT).as_posix() for path in files]
    listed = "\n".join(f"  {name}" for name in names)
    print(NEXT.format(files=listed, chapter=names[0], slug=options.slug, page=names[0].removesuffix(".ipynb")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
