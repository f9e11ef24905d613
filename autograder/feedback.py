"""What a student gets back: one self-contained HTML page per submission.

Everything a student wrote is escaped; the page has no script, no image and loads nothing. It shows no source of tests.
"""

import html
import re

from autograder.marks import PASSED, PENDING, UNDONE, combine
from autograder.text import number

_SIGNS = {PASSED: "✓", UNDONE: "○", PENDING: "…"}

_PAGE = """<!DOCTYPE html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>{title} – {student}</title>
<style>
:root {{ --text: #1f2328; --soft: #57606a; --line: #d0d7de; --code: #f6f8fa;
  --good: #116329; --bad: #a40e26; --todo: #7d4e00; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --text: #e6edf3; --soft: #9198a1; --line: #3d444d; --code: #161b22;
    --good: #56d364; --bad: #ff7b72; --todo: #e3b341; }}
  body {{ background: #0d1117; }}
}}
body {{ font: 1rem/1.6 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; color: var(--text);
  max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }}
h1 {{ font-size: 1.5rem; line-height: 1.3; margin: 0; }}
h2 {{ font-size: 1.1rem; margin: 2.5rem 0 .5rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; }}
.soft {{ color: var(--soft); }}
.total {{ font-size: 2rem; margin: 1rem 0; }}
.note {{ border-left: .25rem solid var(--todo); padding: .25rem 1rem; margin: 1rem 0; }}
.note ul {{ margin: .25rem 0; padding-left: 1.25rem; }}
table {{ border-collapse: collapse; width: 100%; margin: 1rem 0; }}
th, td {{ text-align: left; vertical-align: top; padding: .4rem .6rem .4rem 0; border-bottom: 1px solid var(--line); }}
th {{ font-weight: 600; color: var(--soft); }}
td.n, th.n {{ text-align: right; white-space: nowrap; padding-right: 0; font-variant-numeric: tabular-nums; }}
td.state {{ white-space: nowrap; }}
.passed {{ color: var(--good); }} .failed {{ color: var(--bad); }} .undone, .pending {{ color: var(--todo); }}
code, pre {{ font: .875rem/1.5 ui-monospace, "JetBrains Mono", Consolas, monospace;
  background: var(--code); border-radius: .3rem; }}
code {{ padding: .1rem .3rem; overflow-wrap: anywhere; }}
pre code {{ padding: 0; overflow-wrap: normal; }}
h2 code {{ font-size: 1em; background: none; padding: 0; }}
td:first-child {{ white-space: nowrap; }}
pre {{ padding: .75rem 1rem; overflow-x: auto; white-space: pre; }}
@media print {{ body {{ margin: 0; max-width: none; }} pre {{ white-space: pre-wrap; }} h2 {{ break-after: avoid; }} }}
</style>
</head>
<body>
<header>
<p class="soft">Bài tập <code>{slug}</code> · {student}</p>
<h1>{title}</h1>
<p class="total"><strong>{score}</strong> / {max} điểm</p>
</header>
<main>
{remarks}
<table>
<thead><tr><th>Bài</th><th>Kết quả</th><th class="n">Điểm</th></tr></thead>
<tbody>
{summary}
</tbody>
</table>
{tasks}
</main>
</body>
</html>
"""


def render(record, assignment, answers):
    """Return the page.

    Parameters
    ----------
    record : dict
        What `batch` records of a submission.
    assignment : Assignment
        Which assignment it is.
    answers : dict
        Source of the student's solution cells by grade_id.
    """
    remarks = []
    if record["reason"]:
        remarks.append(f'<p class="note"><strong>Không chấm được bài nộp.</strong> {_text(record["reason"])}</p>')
    if record["notes"]:
        items = "".join(f"<li>{_text(note)}</li>" for note in record["notes"])
        remarks.append(f'<div class="note">Về cấu trúc của sổ tay:<ul>{items}</ul></div>')
    if record["pending"]:
        remarks.append('<p class="note">Điểm chưa kể những phần người chấm còn phải xem.</p>')
    groups = {task: [m for m in record["marks"] if m["task"] == task] for task in assignment.tasks}
    return _PAGE.format(
        title=html.escape(assignment.title),
        slug=html.escape(assignment.slug),
        student=html.escape(record["student"]),
        score=number(record["score"]),
        max=number(record["max"]),
        remarks="\n".join(remarks),
        summary="\n".join(
            _row(f"<code>{html.escape(task)}</code>", combine(m["state"] for m in group), group)
            for task, group in groups.items()
        ),
        tasks="" if record["reason"] else "\n".join(_task(task, group, answers) for task, group in groups.items()),
    )


def _task(task, group, answers):
    rows = "\n".join(
        _row("Kiểm tra ẩn" if m["hidden"] else "Kiểm tra nhìn thấy", m["state"], [m], m["reason"]) for m in group
    )
    source = answers.get(task, "").strip("\n")
    code = (
        f"<pre><code>{html.escape(source)}</code></pre>"
        if source
        else '<p class="soft">Không có lời giải trong bài nộp.</p>'
    )
    return f"<h2><code>{html.escape(task)}</code></h2>\n<table><tbody>\n{rows}\n</tbody></table>\n{code}"


def _row(head, state, group, reason=""):
    sign, kind = _SIGNS.get(state, "✗"), {PASSED: "passed", UNDONE: "undone", PENDING: "pending"}.get(state, "failed")
    score = sum(m["score"] or 0.0 for m in group)
    told = f"<br>{_text(reason)}" if reason and state not in (UNDONE, PENDING) else ""
    return (
        f'<tr><td>{head}</td><td><span class="{kind}">{sign} {state}</span>{told}</td>'
        f'<td class="n">{number(score)} / {number(sum(m["points"] for m in group))}</td></tr>'
    )


def _text(text):
    """Escape a sentence; what stands between backticks becomes code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))
