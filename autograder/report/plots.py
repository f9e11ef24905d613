"""Small drawings in SVG; their colours come from the page's style sheet, so that they follow light and dark."""

from markupsafe import Markup, escape

from autograder.pages import decimal
from autograder.text import number

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 360, 190, 30, 22, 40


def histogram(spread):
    """Return how many submissions lie in each tenth of the points, with the mean as a dashed line."""
    highest, step = max(spread.bins), (_WIDTH - _LEFT - 8) / len(spread.bins)
    ground, room = _HEIGHT - _BOTTOM, _HEIGHT - _BOTTOM - _TOP
    parts = []
    for place, count in enumerate(spread.bins):
        height = room * count / highest if highest else 0
        x = _LEFT + place * step
        if count:
            kind = "low" if place < len(spread.bins) // 2 else "bar"
            parts.append(_rect(x + 1.5, ground - height, step - 3, height, kind))
            parts.append(_text(x + step / 2, ground - height - 4, count))
    parts.append(f'<line class="axis" x1="{_LEFT}" x2="{_WIDTH - 8}" y1="{ground}" y2="{ground}"/>')
    for place in range(0, len(spread.bins) + 1, 2):
        parts.append(_text(_LEFT + place * step, ground + 15, number(spread.max * place / len(spread.bins))))
    parts.append(_text((_LEFT + _WIDTH - 8) / 2, _HEIGHT - 8, "điểm", "soft"))
    parts.append(
        f'<text class="soft" text-anchor="middle" transform="translate(12 {_TOP + room / 2:.0f}) rotate(-90)">'
        "số bài nộp</text>"
    )
    told = f"Phân bố điểm của {spread.count} bài nộp"
    if spread.mean is not None and spread.max:
        x = _LEFT + (_WIDTH - _LEFT - 8) * min(max(spread.mean / spread.max, 0), 1)
        parts.append(f'<line class="mean" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 8}" y2="{ground}"/>')
        side, shift = ("end", -5) if x > _WIDTH / 2 else ("start", 5)
        parts.append(_text(x + shift, _TOP - 12, f"trung bình {decimal(spread.mean)}", "soft", side))
        told += f", trung bình {decimal(spread.mean)} trên {decimal(spread.max)}"
    return _svg(_WIDTH, _HEIGHT, "".join(parts), told)


def bar(share):
    """Return a bar as long as a share of 1, for a cell of a table; the number beside it says the same."""
    share = min(max(share or 0.0, 0.0), 1.0)
    kind = "low" if share < 0.4 else "bar"
    inside = _rect(0, 0, 100, 8, "rest") + (_rect(0, 0, 100 * share, 8, kind) if share else "")
    return Markup(f'<svg viewBox="0 0 100 8" width="100" height="8" aria-hidden="true">{inside}</svg>')


def dot(value):
    """Return a point on the scale from -1 to 1, for a cell of a table."""
    if value is None:
        return Markup("")
    kind = "low" if value < 0.2 else "bar"
    x = 50 + 46 * value
    return Markup(
        '<svg viewBox="0 0 100 12" width="100" height="12" aria-hidden="true">'
        '<line class="axis" x1="2" x2="98" y1="6" y2="6"/><line class="axis" x1="50" x2="50" y1="1" y2="11"/>'
        f'<circle class="{kind}" cx="{x:.1f}" cy="6" r="4"/></svg>'
    )


def _svg(width, height, inside, told):
    return Markup(f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(told)}">{inside}</svg>')


def _rect(x, y, width, height, kind):
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="2"/>'


def _text(x, y, text, kind="", anchor="middle"):
    chosen = f' class="{kind}"' if kind else ""
    return f'<text{chosen} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(str(text))}</text>'
