"""The interface in Vietnamese: Sphinx's own catalogue is old and has gaps."""

from sphinx import locale

__all__ = ["INTERFACE"]

#: English message → Vietnamese, for everything Sphinx and its extensions can put on a page of this site.
INTERFACE = {
    # links beside headings, figures, …
    "Link to this heading": "Liên kết đến mục này",
    "Link to this equation": "Liên kết đến công thức này",
    "Link to this image": "Liên kết đến hình này",
    "Link to this table": "Liên kết đến bảng này",
    "Link to this code": "Liên kết đến đoạn mã này",
    "Link to this definition": "Liên kết đến định nghĩa này",
    "Link to this term": "Liên kết đến thuật ngữ này",
    "Link to this toctree": "Liên kết đến mục lục này",
    # admonitions
    "Attention": "Lưu ý",
    "Caution": "Thận trọng",
    "Danger": "Nguy hiểm",
    "Error": "Lỗi",
    "Hint": "Gợi ý",
    "Important": "Quan trọng",
    "Note": "Ghi chú",
    "See also": "Xem thêm",
    "Tip": "Mẹo",
    "Warning": "Cảnh báo",
    # pages
    "Contents": "Nội dung",
    "Copyright": "Bản quyền",
    "Search": "Tìm kiếm",
    "Table of Contents": "Mục lục",
    "Index": "Bảng tra cứu",
    "Footnotes": "Chú thích",
    "Fig. %s": "Hình %s",
    "Table %s": "Bảng %s",
    "Listing %s": "Mã %s",
    "Section %s": "Mục %s",
}


def translate(app):
    """Lay our words over Sphinx's Vietnamese catalogue."""
    catalogue = locale.translators.get(("general", "sphinx"))
    if app.config.language == "vi" and hasattr(catalogue, "_catalog"):
        catalogue._catalog.update(INTERFACE)


def setup(app):
    """Do it once Sphinx has loaded its catalogue."""
    app.connect("builder-inited", translate, priority=100)
