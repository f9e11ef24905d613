"""Which letters of which KaTeX font the book's formulas show, and which rules of KaTeX's style sheet they need.

A formula's HTML is final when it is drawn, so both can be read off it: the style sheet's font rules are applied to each
letter as a browser would.
"""

import re
from functools import cache, lru_cache
from html import unescape

from .katex import find_katex
from .katex_styles import RULES

__all__ = ["DISPLAY", "PAGE_FONT", "classes", "font_files", "glyphs", "style_sheet", "trim"]

PAGE_FONT = "page"
#: The course's own style sheet writes \\text{…} in the font of the page.
OWN_RULES = f".katex .text{{font-family:{PAGE_FONT}}}"
#: Formulas wait for their letters. With ``optional``, which the text has, a first visit over a slow line would keep the
#: stand-ins: R for ℝ, L for 𝓛, sums and brackets too small; readers could take one for another. Waiting moves little:
#: what most formulas need is preloaded and there at the first paint on slow 4G; test_stability.py tries a slower line.
DISPLAY = "font-display:block"
VERSION_CLASS = "katex-version"  # tells which KaTeX the style sheet is from
VOID = {"img", "br", "path", "line"}


@lru_cache
def style_sheet():
    """Return KaTeX's style sheet with only the WOFF2 fonts (every browser we serve reads them), and our names."""
    css = (find_katex() / "dist" / "katex.min.css").read_text("utf-8")
    css = css.replace("@font-face{", f"@font-face{{{DISPLAY};")
    return re.sub(r',url\([^)]*\.(?:woff|ttf)\) format\("[^"]*"\)', "", css) + RULES


@lru_cache
def font_files():
    """Return (family, bold, italic) → file name, from the style sheet."""
    found = {}
    for rule in re.findall(r"@font-face\{([^}]*)\}", style_sheet()):
        style = dict(part.split(":", 1) for part in rule.split(";") if ":" in part)
        name = re.search(r"url\(fonts/([^)]+)\)", rule)[1]
        key = (style["font-family"].strip('"'), style["font-weight"] == "700", style["font-style"] == "italic")
        found[key] = name
    return found


def declared(body):
    """Return what a rule says about the font: some of ``family``, ``bold``, ``italic``."""
    found = {}
    if match := re.search(r"(?:^|;)font:normal [^ ]+ ([^;,]+)", body):
        found |= {"family": match[1], "bold": False, "italic": False}
    if match := re.search(r"font-family:([^;,]+)", body):
        found["family"] = match[1].strip("\"'")
    if match := re.search(r"font-weight:([^;]+)", body):
        found["bold"] = match[1] in ("700", "bold")
    if match := re.search(r"font-style:([^;]+)", body):
        found["italic"] = match[1] == "italic"
    return found


def compounds(selector):
    """``.katex .a.b>span`` → [(" ", None, {"katex"}), (" ", None, {"a", "b"}), (">", "span", set())]."""
    steps = []
    for joint, tag, names in re.findall(r"([ >]*)([a-z]*)((?:\.[\w-]+)*)", selector):
        if tag or names:
            steps.append((">" if ">" in joint else " ", tag or None, set(names.split(".")) - {""}))
    return steps


@lru_cache
def font_rules():
    """Return the rules that choose fonts, weakest first: list of (steps, what they say)."""
    rules = []
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", style_sheet() + OWN_RULES):
        says = declared(body)
        if selectors.startswith("@") or not says:
            continue
        for selector in selectors.split(","):
            steps = compounds(selector)
            weight = (sum(len(names) for *_, names in steps), sum(tag is not None for _, tag, _ in steps))
            rules.append((weight, len(rules), steps, says))
    return [(steps, says) for _, _, steps, says in sorted(rules, key=lambda rule: rule[:2])]


@cache
def rules_for(tag, names):
    """Return the rules whose selector may meet an element of this tag and these classes, weakest first."""
    return [rule for rule in font_rules() if rule[0][-1][2] <= names and rule[0][-1][1] in (None, tag)]


def matches(steps, line):
    """Whether a selector meets the last element of ``line``, the (tag, classes) from the root down."""
    (joint, tag, names), rest = steps[-1], steps[:-1]
    own_tag, own = line[-1]
    if not names <= own or (tag and tag != own_tag):
        return False
    if not rest:
        return True
    above = [len(line) - 1] if joint == ">" else range(len(line) - 1, 0, -1)
    return any(end and matches(rest, line[:end]) for end in above)


#: What readers hear instead of seeing it: half of a formula's text.
MATHML = re.compile(r"<math\b.*?</math>", re.S)


#: A tag that opens or closes, or text: all that KaTeX writes, well formed
TOKEN = re.compile(r"<(/?)([a-z]+)([^>]*)>|([^<]+)")
CLASS = re.compile(r'\bclass="([^"]*)"')


@cache
def font_at(line):
    """Return the file that draws letters at the end of ``line``, the (tag, classes) from the root down, or None."""
    return file_for(style_at(line))


@cache
def style_at(line):
    """Return what the style sheet says of the font there: some of ``family``, ``bold``, ``italic``."""
    if not line:
        return {}
    style = dict(style_at(line[:-1]))
    for steps, says in rules_for(*line[-1]):
        if matches(steps, line):
            style |= says
    return style


def file_for(font):
    """Return the file a browser takes: the family's own style first, then its own weight."""
    same = [key for key in font_files() if key[0] == font.get("family")]
    if not same:
        return None
    best = min(same, key=lambda key: (key[2] != font["italic"], key[1] != font["bold"]))
    return font_files()[best]


def glyphs(html):
    """Return the letters of a formula: font file → sorted string."""
    line, found = (), {}
    for closing, tag, attributes, text in TOKEN.findall(MATHML.sub("", html)):
        if text:
            if name := font_at(line):
                found.setdefault(name, set()).update(unescape(text))
        elif tag in VOID:
            continue
        elif closing:
            line = line[:-1]
        else:
            names = CLASS.search(attributes)
            line = (*line, (tag, frozenset(names[1].split() if names else ())))
    return {name: "".join(sorted(chars)) for name, chars in sorted(found.items())}


def classes(html):
    """Return the classes a formula's elements carry."""
    return {name for names in re.findall(r'class="([^"]*)"', html) for name in names.split()}


def _required(selector):
    """Return the classes without which a selector meets nothing; those it only excludes are not among them."""
    return set(re.findall(r"\.([A-Za-z][\w-]*)", re.sub(r":not\([^()]*\)", "", selector)))


def trim(css, used_classes, used_fonts):
    """Return the style sheet without rules and fonts that no formula of the book can meet."""
    kept = set(used_classes) | {VERSION_CLASS, "katex"}

    def shorten(rule):
        head, body = rule[1], rule[2]
        if head == "@font-face":
            return rule[0] if any(f"fonts/{name})" in body for name in used_fonts) else ""
        heads = [part for part in head.split(",") if _required(part) <= kept]
        return f"{','.join(heads)}{{{body}}}" if heads else ""

    return re.sub(r"([^{}]+)\{([^{}]*)\}", shorten, css)
