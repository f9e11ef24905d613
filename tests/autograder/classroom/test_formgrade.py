"""Marking by hand in nbgrader's formgrader, by a person at a browser; and what a student's notebook cannot do there."""

import html
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from autograder import gradebook, history
from autograder.classroom import formgrading
from autograder.course import Course
from autograder.feedback.again import regenerate
from autograder.report.changes import changes
from tests.autograder.conftest import environment, stock_gradebook
from tests.autograder.course_builder import RIGHT, Class
from tests.browser import open_browser
from tests.conftest import ROOT

SLUG, WORDS = "so-va-tong", "loi-chao"
EVIL = (
    "<img src='x' onerror='window.evil = 1'><script>window.evil = 2</script><b id='explain' class='no-credit'>chào</b>"
)
SHOWS = f"""from IPython.display import HTML, SVG, Javascript, Latex, Markdown, display
display(HTML("{EVIL}"), Markdown("{EVIL}"), Latex("{EVIL}"), Javascript("window.evil = 3"))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg'><script>window.evil = 4</script></svg>"))
display({{"image/png": "AAAA"}}, metadata={{"image/png": {{"width": "1 onerror=window.evil=5"}}}}, raw=True)
print("{EVIL}")
"""
LANGUAGE = 'python"><script>window.evil = 6</script><i class="'


def disguised(nb):
    """Evil words where a page has names: of the language, of a cell."""
    nb["metadata"]["language_info"] = {"name": LANGUAGE, "pygments_lexer": LANGUAGE}
    mark = {"grade_id": 'x"><script>window.evil = 7</script>', "grade": True, "solution": True, "locked": False}
    mark |= {"points": 1, "schema_version": 3, "task": False}
    metadata = {"nbgrader": mark, "magics_language": LANGUAGE, "alt": '"><script>window.evil = 8</script>'}
    cell = {"cell_type": "code", "metadata": metadata, "source": "%%html\n<script>window.evil = 9</script>"}
    nb["cells"].append(cell | {"outputs": [], "execution_count": None, "id": "evil"})


def answer(text):
    def change(nb):
        cell = next(c for c in nb["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == "explain")
        cell["source"] = text

    return change


@pytest.fixture
def group(released_course, tmp_path, invoke):
    """Two written answers to mark, one of them of somebody who would rather give the marks."""
    made = Class(tmp_path / "lop", released_course)
    made.submit("an", RIGHT, slug=WORDS, change=answer("Vì như thế **lịch sự**."))
    written = answer(f"Vì {EVIL}")
    made.submit(
        "binh",
        {"greet": f"{SHOWS}\n\n{RIGHT['greet']}"},
        slug=WORDS,
        change=lambda nb: (written(nb), disguised(nb)),
    )
    made.place("binh", WORDS).with_name("x.html").write_text(EVIL, encoding="utf-8")
    made.submit("an", RIGHT)
    code, _, err = invoke("grade", made.folder, "--course", released_course)
    assert code == 0, err
    return made


class Running:
    """The command in a process of its own, as somebody runs it."""

    def __init__(self, group, *options):
        command = [sys.executable, "-m", "autograder", "formgrade", group.folder, "--course", group.course]
        self.process = subprocess.Popen(
            [*command, "--no-browser", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
        )
        self.told = ""
        for line in self.process.stdout:
            self.told += line
            if "Ctrl-C" in line:
                break
        else:
            pytest.fail(self.process.stderr.read())
        self.address = re.search(r"http://\S+", self.told).group()

    def at(self, path, method="GET"):
        """Return what a path answers to somebody who knows the token."""
        root, _, query = self.address.partition("/formgrader/gradebook")
        request = urllib.request.Request(f"{root}{path}{query}", method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as reply:
                return reply.status
        except urllib.error.HTTPError as error:
            return error.code

    def stop(self, how=signal.SIGINT):
        """End it as Ctrl-C does; return what it says then."""
        self.process.send_signal(how)
        out, err = self.process.communicate(timeout=60)
        assert self.process.returncode == 0 and err == "", err
        return out


@pytest.fixture
def running(group):
    one = Running(group)
    yield one
    if one.process.poll() is None:
        one.process.kill()
        one.process.communicate()


def put(page, address, what, field, text):
    """Write into a field as a person does who, when nothing was saved, loads the page again.

    Formgrader asks for the grades when the page is there and listens to the fields only then; nothing shows when.
    """
    from playwright.sync_api import TimeoutError as TooLate

    for _ in range(6):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        try:
            with page.expect_response(lambda r: what in r.url and r.request.method == "PUT", timeout=8000) as reply:
                page.locator(field).fill(text)
                page.locator(field).blur()
        except TooLate:
            continue
        assert reply.value.status == 200
        return
    pytest.fail(f"{field} was never saved")


@pytest.mark.browser
def test_a_person_gives_points_and_a_comment(group, running, invoke):
    assert "Chờ chấm tay: loi-chao, 2 bài nộp." in running.told
    with open_browser() as browser:
        page = browser.new_page()
        errors = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(running.address)
        assert page.locator("text=Manage Assignments").count() == 0
        page.get_by_role("link", name=WORDS).click()
        page.get_by_role("link", name=WORDS, exact=True).last.click()
        page.locator("#main-table a").first.wait_for()
        links = page.locator("#main-table a").evaluate_all("all => all.map((a) => a.href)")
        seen = {}
        for link in sorted({link for link in links if "/submissions/" in link}):
            page.goto(link)
            page.locator("#explain").wait_for()
            seen["lịch sự" in page.inner_text("body")] = link
            assert page.evaluate("window.evil") is None  # nothing of binh's runs
        assert seen.keys() == {True, False}
        page.goto(seen[False])
        assert page.locator("b", has_text="chào").count() == 1  # of the answer; of what was put out, the text
        assert page.locator("#explain").count() == 1 and page.locator(".nbgrader_cell b.no-credit").count() == 0
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.evil") is None
        put(page, seen[True], "/api/grade/", "#explain", "1.5")
        put(page, seen[True], "/api/comment/", "#explain-comment", "Viết gọn, đúng ý.")
        assert errors == []
    code, out, _ = invoke("report", group.folder, "-a", WORDS, "-s", "an")  # while it is open
    assert code == 0 and "2.5/3" in out and "Người chấm cho điểm." in out
    out = running.stop()
    assert "1 bài nộp có điểm hoặc nhận xét mới; đã viết lại 1 trang phản hồi." in " ".join(out.split())
    page = (group.folder / "feedback" / "an" / WORDS / f"{WORDS}.html").read_text("utf-8")
    assert "Viết gọn, đúng ý." in page and "2.5" in page
    (moved,) = changes(group.folder).moved
    assert (moved.student, moved.old, moved.new, moved.causes) == ("an", 1.0, 2.5, ("chấm tay",))
    assert moved.was_pending and not moved.is_pending
    scores = {(e.student, e.cell): e.score for e in gradebook.entries(group.folder) if e.assignment == WORDS}
    assert scores["an", "explain"] == 1.5 and scores["binh", "explain"] is None


def test_the_guide_explains_what_is_on_the_screen():
    """Every heading, button and label of nbgrader's pages that are served is in the guide, and nothing else is."""
    from nbgrader.server_extensions.formgrader import handlers

    templates, scripts = Path(handlers.template_path), Path(handlers.static_path) / "js"
    names = ("gradebook_base", "gradebook_assignments", "gradebook_notebooks", "gradebook_notebook_submissions")
    pages = [templates / f"{name}.tpl" for name in names] + sorted((templates / "formgrade").glob("*.j2"))
    text = html.unescape("\n".join(path.read_text(encoding="utf-8") for path in pages))
    labels = re.findall(r"<th(?: [^>]*)?>([^<{]+)</th>|<button [^>]*>([^<{]+)</button>", text)
    labels = {"".join(found).strip() for found in labels} | {"Prev", "Next", "Student's answer", "(extra credit)"}
    assert len(labels) > 20
    guide = (ROOT / "book" / "appendix" / "instructor-guide.md").read_text(encoding="utf-8")
    section = guide.partition("\n## Chấm tay\n")[2].partition("\n## ")[0]
    keys = re.compile(r"(Ctrl|Shift|Alt|Esc|Tab|Enter)(-\w+)*")
    told = {said for said in re.findall(r"`([^`\n]+)`", section) if not keys.fullmatch(said)} - {"autograder", "grade"}
    assert labels <= told, f"not in the guide: {labels - told}"
    text += "\n".join(path.read_text(encoding="utf-8") for path in scripts.glob("*.js"))
    assert not [label for label in told if label not in text]


def test_what_is_not_there(running):
    """Nothing that runs a student's code outside the sandbox, and nothing of Jupyter's."""
    assert running.at("/formgrader/gradebook") == 200 and running.at("/formgrader/api/grades") != 404
    for path in (
        "/formgrader/manage_assignments",
        "/formgrader/manage_students",
        "/api/contents",
        "/api/kernels",
        "/api/terminals",
        "/files/gradebook.db",
        "/tree",
    ):
        assert running.at(path) == 404, path
    for path in ("/formgrader/api/submission/loi-chao/an/autograde", "/formgrader/api/assignment/loi-chao/assign"):
        assert running.at(path, "POST") in (403, 404)
    with socket.create_connection(running.address.removeprefix("http://").split("/")[0].split(":")) as line:
        line.sendall(b"GET /formgrader/api/assignments HTTP/1.1\r\nHost: evil.example\r\n\r\n")
        assert b" 403 " in line.recv(200).splitlines()[0]  # no other name leads here
    without = running.address.partition("?")[0]
    with urllib.request.urlopen(without, timeout=20) as reply:
        assert "/login" in reply.url  # and nobody without the token


def test_files_beside_a_notebook_may_do_nothing(group, running):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{group.folder / 'gradebook.db'}") as book:
        number = book.find_submission_notebook(WORDS, WORDS, "binh").id
    root, _, query = running.address.partition("/formgrader/gradebook")
    with urllib.request.urlopen(f"{root}/formgrader/submissions/{number}/x.html{query}", timeout=20) as reply:
        assert reply.headers["Content-Security-Policy"].startswith("sandbox;")
    for path in ("../../../gradebook.db", "..%2F..%2F..%2Fgradebook.db"):
        assert running.at(f"/formgrader/submissions/{number}/{path}") in (403, 404), path
    assert running.at(f"/formgrader/submissions/{number}/{WORDS}.ipynb") == 200


def test_it_ends_cleanly(group, running, invoke):
    port = re.search(r":(\d+)/", running.address).group(1)
    code, out, err = invoke("formgrade", group.folder, "--course", group.course, "--no-browser", "--port", port)
    assert code == 2 and out == "" and err.count("\n") == 1 and f"Cổng {port}: đang có chương trình khác dùng" in err
    assert "Không điểm hay nhận xét nào đổi." in running.stop(signal.SIGTERM)
    assert len(history.snapshots(group.folder)) == 1
    assert not [path for path in group.folder.rglob("*") if path.suffix in (".db-wal", ".db-journal", ".log")]


def test_nothing_to_mark(released_course, tmp_path, invoke):
    empty = Class(tmp_path / "lop", released_course)
    code, _, err = invoke("formgrade", empty.folder, "--course", released_course, "--no-browser")
    assert code == 2 and "chưa có bài nào được chấm" in err and err.count("\n") == 1


def test_what_waits(group):
    (one,) = formgrading.waiting(group.folder)
    assert (one.slug, one.submissions, one.cells) == (WORDS, 2, 2)
    assert os.fspath(group.folder)


def test_points_that_hold_although_the_answer_is_another_one(group):
    """They wait until somebody says so; then the student's page says it too."""

    def is_waiting(wanted):
        with stock_gradebook(group.folder) as book:
            grade = book.find_grade("explain", WORDS, WORDS, "an")
            grade.manual_score, grade.needs_manual_grade = 1.5, wanted
            book.db.commit()

    where, page = gradebook.place(group.folder), group.folder / "feedback" / "an" / WORDS / f"{WORDS}.html"
    is_waiting(True)
    regenerate(Course(group.course), group.folder, [WORDS], ["an"])
    assert "Chờ chấm lại" in page.read_text("utf-8") and formgrading.waiting(where)[0].cells == 2
    session = formgrading.Session(Course(group.course), group.folder, where)
    is_waiting(False)
    marked = session.finish()
    assert (marked.submissions, marked.pages) == ((("an", WORDS),), 1) and formgrading.waiting(where)[0].cells == 1
    text = page.read_text("utf-8")
    assert "chấm lại" not in text and "Người chấm cho điểm." in text and "<strong>2.5</strong> / 3 điểm" in text


def test_a_notebook_as_a_page(group):
    """The page itself, also of a notebook that is worse than any that grading writes."""
    import nbformat
    from bs4 import BeautifulSoup
    from traitlets.config import Config

    from autograder.classroom import formserver

    raw = nbformat.read(group.folder / "autograded" / "binh" / WORDS / f"{WORDS}.ipynb", as_version=4)
    disguised(raw)
    raw.cells[-1]["id"] = "evil-2"
    nb, evil = nbformat.from_dict(raw), '1"><script>window.evil = 1</script>'
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.execution_count = 7
            picture = {"output_type": "display_data", "data": {"image/png": f'A" onerror="{evil}'}}
            picture["metadata"] = {"image/png": {"width": "1 onerror=window.evil=1", "unconfined": True}}
            cell.outputs.append(nbformat.from_dict(picture))
    nb.metadata.widgets = {"application/vnd.jupyter.widget-state+json": {"state": evil}}
    config = Config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [formserver.handlers.template_path]
    names = dict.fromkeys(("submission_id", "notebook_id", "assignment_id", "student", "notebook_path"), "x")
    text, _ = formserver.Exporter(config=config).from_notebook_node(
        nb, names | {"base_url": "", "index": 0, "total": 1}
    )
    page = BeautifulSoup(text, "html.parser")
    assert page.find(id="explain").name == "input" and len(page.find_all("img")) >= 2
    assert not [script for script in page.find_all("script") if "evil" in script.get_text()]
    acting = [(tag.name, name) for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")]
    assert all(name == "onclick" for _, name in acting) and "evil" not in str([t.get("onclick") for t in page("span")])
