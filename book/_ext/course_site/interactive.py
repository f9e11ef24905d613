"""Figures to play with, computed in the reader's browser: no kernel, no server.

::

    :::{interactive} gradient-descent
    :start: surface=ravine ratio=0.9
    What to try, in one or two sentences: the figure's caption.
    :::

The page itself holds a drawn picture with a description; :file:`interactive.js` replaces it when the reader comes near,
by :file:`interactive-<name>.js`. Both show the numbers of the chapters' own functions, which
:file:`book/_tools/interactive_figures.py` takes from their cells to draw the pictures. A page without such a figure
loads nothing of this.
"""

import json
import os
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives

from .directives import BoxDirective
from .elements import Block, Line
from .search import slim

__all__ = ["FIGURES", "Interactive", "read_start"]

HERE = Path(__file__).parent
STATIC = HERE / "theme" / "static"
WIDTH = 640  # of a picture as it is shown

#: name → the room the figure takes on a phone and on wider screens (rem), and what ``:start:`` may set
FIGURES = {
    "gradient-descent": {
        "room": (65.5, 34.2),
        "start": {"surface": ("bowl", "ravine"), "ratio": (0.02, 1.2), "steps": (0, 40)},
    },
    "activations": {
        "room": (51, 25.8),
        "start": {"function": ("sigmoid", "tanh", "relu", "leaky"), "z": (-6, 6), "layers": (1, 20)},
    },
    "convolution": {
        "room": (39.8, 38),
        "start": {"kernel": ("blur", "sharpen", "edges", "vertical"), "row": (0, 21), "column": (0, 21)},
    },
    "bias-variance": {
        "room": (61.5, 32),
        "start": {"degree": (0, 9)},
    },
    "reconstruction": {
        "room": (67.2, 37.8),
        "start": {"digit": ("0", "1", "3", "4", "8"), "d": (0, 40)},
    },
}
#: What the picture of each figure shows
PICTURES = {
    "gradient-descent": "Hạ gradient trong một thung lũng có độ cong 1 và 10, với ba tốc độ học. Bên trái là đường đi "
    "trên các đường mức: 0.2 lần ngưỡng 2/L bò dọc thung lũng, 0.9 lần ngưỡng dao động mà vẫn vào đáy, 1.04 lần ngưỡng "
    "văng ra ngoài. Bên phải là mất mát theo số bước: hai đường đầu giảm, đường cuối giảm rồi tăng.",
    "activations": "Bên trái là đồ thị Sigmoid, Tanh, ReLU và Leaky ReLU. Bên phải, với z = 2, là phần gradient còn "
    "lại sau 0 đến 20 tầng trên thang log: ReLU và Leaky ReLU giữ nguyên ở 1, Tanh và Sigmoid giảm đều xuống dưới một "
    "phần tỉ.",
    "convolution": "Bên trái là ảnh xám 24×24 chụp một người đàn ông cầm máy ảnh, một cửa sổ 3×3 được đóng khung. Bên "
    "phải là kết quả 22×22 của hạt nhân tìm cạnh dọc: những chỗ ảnh chuyển từ tối sang sáng theo chiều ngang hiện "
    "thành vệt sáng; điểm ảnh ứng với cửa sổ cũng được đóng khung.",
    "bias-variance": "Bên trái là 25 đa thức bậc 9 khớp với 25 tập huấn luyện khác nhau, tản ra quanh đường cong thật, "
    "còn đường trung bình của chúng gần như trùng với đường thật. Bên phải là các sai số theo bậc: độ chệch bình "
    "phương giảm, phương sai tăng, sai số trên dữ liệu mới thấp nhất ở bậc 3 rồi tăng, sai số huấn luyện giảm mãi.",
    "reconstruction": "Bên trái, hàng trên, là ảnh 14×14 của một chữ số 4 và bản dựng lại từ 7 thành phần, mờ hơn. "
    "Hàng dưới cho biết bản ấy bằng bản dựng lại từ 6 thành phần, trông như số 9, cộng −1.12 lần ảnh riêng thứ 7, tô "
    "đỏ và xanh theo dấu. Bên phải là sai số bình phương theo số thành phần từ 0 đến 40: đường của chữ số này và đường "
    "trung bình của 2000 ảnh mẫu đều giảm, lúc đầu nhanh, về sau chậm.",
}


def read_start(name, text):
    """Return the settings written as ``key=value key=value``; ValueError says in Vietnamese what is wrong."""
    allowed, found = FIGURES[name]["start"], {}
    for part in text.split():
        key, _, value = part.partition("=")
        if key not in allowed:
            raise ValueError(f"không có thiết lập «{key}», có: {', '.join(allowed)}")
        choices = allowed[key]
        if isinstance(choices[0], str):
            if value not in choices:
                raise ValueError(f"«{key}» là một trong: {', '.join(choices)}")
            found[key] = value
            continue
        try:
            number = float(value)
        except ValueError:
            raise ValueError(f"«{key}» cần một con số, không phải «{value}»") from None
        if not choices[0] <= number <= choices[1]:
            raise ValueError(f"«{key}» nằm trong khoảng từ {choices[0]} đến {choices[1]}")
        found[key] = int(number) if number == int(number) else number
    return found


class Interactive(BoxDirective):
    """A figure by name; the content, if any, is its caption."""

    required_arguments = 1
    final_argument_whitespace = False
    option_spec = {"start": directives.unchanged_required}  # noqa: RUF012

    def run(self):
        """Return the picture with its description and caption, marked for the script."""
        name = self.arguments[0]
        if name not in FIGURES:
            self.warn(f"không có hình tương tác «{name}», có: {', '.join(FIGURES)}")
            return []
        try:
            start = read_start(name, self.options.get("start", ""))
        except ValueError as error:
            self.warn(str(error))
            return []
        folder = os.path.relpath(HERE / "pictures", self.env.srcdir).replace(os.sep, "/")
        picture = nodes.image(uri=f"/{folder}/{name}.png", alt=PICTURES[name], width=str(WIDTH))
        picture.source, picture.line = self.get_source_info()
        words = Line.make("p", PICTURES[name], aria_hidden="true")  # the picture says it to screen readers
        phone, wide = FIGURES[name]["room"]
        still = Block.make("div", picture, words, classes=["interactive-still"])
        caption = [Block.make("div", *self.body(), classes=["interactive-caption"])] if self.content else []
        figure = Block.make(
            "div",
            Block.make("div", still, classes=["interactive-stage"], style=f"--phone:{phone}rem;--wide:{wide}rem"),
            *caption,
            classes=["interactive"],
            ids=[self.identifier("interactive")],
            role="group",
            aria_label="Hình tương tác",
            data_interactive=name,
            data_start=json.dumps(start) if start else None,
        )
        return [figure]


def add_script(app, pagename, templatename, context, doctree):
    """Load the script on pages with such a figure."""
    if doctree is not None and any("data-interactive" in node["html"] for node in doctree.findall(Block)):
        context["body"] += f'<script type="module" src="{context["pathto"]("_static/interactive.js", 1)}"></script>\n'


def slim_scripts(app, exception):
    """Put the scripts, without their comments, into the site."""
    if exception is None and app.builder.name == "html" and app.config.html_theme == "course":
        for script in STATIC.glob("interactive*.js"):
            Path(app.outdir, "_static", script.name).write_text(slim(script.read_text("utf-8")), "utf-8")


def setup(app):
    """Register the directive and the steps."""
    app.add_directive("interactive", Interactive)
    app.connect("html-page-context", add_script)
    app.connect("build-finished", slim_scripts, priority=400)  # before the fonts are cut to what the site writes
