/* Sphinx's search script made Vietnamese: its messages, and excerpts without the hidden half of a formula. */
Documentation.addTranslations({
  locale: "vi",
  plural_expr: "0",
  messages: {
    "Search Results": "Kết quả",
    "Searching": "Đang tìm",
    "Preparing search...": "Đang mở bảng tra cứu",
    ", in ": ", trong ",
    "Hide Search Matches": "Bỏ đánh dấu từ tìm thấy",
    "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories.":
      "Không trang nào có đủ các từ ấy. Bạn thử ít từ hơn, hoặc gõ không dấu.",
    "Search finished, found ${resultCount} page(s) matching the search query.": "Tìm thấy ${resultCount} chỗ.",
    "Search finished, found one page matching the search query.": "Tìm thấy một chỗ.",
  },
});

Search.htmlToText = (html, anchor) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const hidden of page.querySelectorAll(".headerlink, .katex-mathml, summary, script, style")) hidden.remove();
  const main = page.querySelector("[role=main]");
  const part = anchor ? page.getElementById(decodeURIComponent(anchor.slice(1))) : null;
  return (part ?? main)?.textContent ?? "";
};
