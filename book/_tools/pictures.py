"""Draw the site's two bitmaps from its logo with Chromium: ``python book/_tools/pictures.py``.

``card.png`` (1200 × 630) is what other sites show with a link, ``touch-icon.png`` (180 × 180) what a phone puts on its
home screen. Both are committed; this is run again when the logo or the title changes.
"""

import base64
import io
import shutil
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "book" / "_ext" / "course_site" / "theme" / "static"
FONTS = Path(sys.prefix, "npm", "node_modules", "@fontsource", "be-vietnam-pro", "files")
TITLE = "Học sâu cho<br>thị giác máy tính"
LINE = "Từ một mảng số 3×3 đến mạng nơ-ron tích chập chạy trên GPU"
COLOURS = 48  # of a palette: flat drawings need no more

FACE = (
    '@font-face{{font-family:"Be Vietnam Pro";font-weight:{weight};unicode-range:{range};'
    "src:url(data:font/woff2;base64,{data})}}"
)
RANGES = {
    "vietnamese": "U+0102-0103,U+0110-0111,U+0128-01B0,U+0300-0323,U+1EA0-1EF9",
    "latin": "U+0000-00FF,U+2000-206F",
}
CARD = """<style>{fonts}
body{{margin:0;width:1200px;height:630px;display:flex;align-items:center;gap:70px;padding:0 80px;box-sizing:border-box;
background:#f5f7fa;color:#1b2430;font-family:"Be Vietnam Pro"}}
svg{{width:300px;flex:none}} h1{{margin:0 0 28px;font-size:76px;line-height:1.2}}
p{{margin:0;font-size:33px;line-height:1.45;color:#556070}}
</style>{logo}<div><h1>{title}</h1><p>{line}</p></div>"""
ICON = "<style>body{{margin:0}} svg{{display:block;width:180px;height:180px}} rect{{rx:0}}</style>{logo}"


def fonts():
    """Return the style rules with the fonts in them."""
    rules = []
    for weight in (400, 700):
        for subset, letters in RANGES.items():
            data = (FONTS / f"be-vietnam-pro-{subset}-{weight}-normal.woff2").read_bytes()
            rules.append(FACE.format(weight=weight, range=letters, data=base64.b64encode(data).decode()))
    return "".join(rules)


def shoot(browser, html, width, height, target):
    """Write a page's picture as a small PNG."""
    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_content(html)
    page.evaluate("document.fonts.ready.then(() => true)")
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
    page.close()
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size / 1024:.1f} KiB")


def main():
    """Draw both; return the exit code."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        print("Cần Chromium để vẽ: cài gói chromium.", file=sys.stderr)
        return 2
    logo = (STATIC / "logo.svg").read_text("utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        card = CARD.format(fonts=fonts(), logo=logo, title=TITLE, line=LINE)
        shoot(browser, card, 1200, 630, STATIC / "card.png")
        shoot(browser, ICON.format(logo=logo), 180, 180, STATIC / "touch-icon.png")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
