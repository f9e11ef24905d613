/* The definition of a term, beside the link to its entry: on hover, on focus, or at the first tap. Esc closes it, and
   the pointer may move onto it (WCAG 1.4.13). Without this script the link simply leads to the entry.
   course.js loads it at the reader's first move; the definitions (glossary-data.js, see glossary.py) are fetched when
   the first one is asked for. */
var courseGlossary = (() => {
  const root = document.documentElement;
  const DELAY = { open: 150, close: 250 };
  const tip = document.createElement("div");
  tip.id = "term-tip";
  tip.setAttribute("role", "tooltip");
  if ("popover" in tip) tip.popover = "manual";
  else tip.hidden = true;
  document.querySelector("main").append(tip); // within a landmark

  let entries, arrived, timer, shown, touched;
  const data = new Promise((done) => (arrived = done));
  const fetchEntries = () => {
    if (entries) return data;
    entries = document.createElement("script");
    entries.src = `${root.dataset.content_root}_static/glossary-data.js`;
    document.head.append(entries);
    return data;
  };

  const close = () => {
    clearTimeout(timer);
    timer = null;
    if (!shown) return;
    shown.removeAttribute("aria-describedby");
    shown = null;
    if (tip.hidePopover) tip.hidePopover();
    else tip.hidden = true;
  };

  /** Put the box under the link, or above it where there is no room. */
  const place = (link) => {
    const edge = 8;
    const box = [...link.getClientRects()].at(-1);
    const { offsetWidth: width, offsetHeight: height } = tip;
    const below = box.bottom + edge + height <= innerHeight;
    tip.style.left = `${Math.max(edge, Math.min(box.left, root.clientWidth - width - edge))}px`;
    tip.style.top = `${below ? box.bottom + 4 : Math.max(edge, box.top - height - 4)}px`;
  };

  const open = async (link) => {
    close();
    shown = link;
    const found = (await fetchEntries())[link.hash.slice(1)];
    if (shown !== link || !found) return;
    const [vietnamese, english, definition] = found;
    const head = document.createElement("strong");
    const foreign = document.createElement("span");
    head.textContent = vietnamese;
    foreign.textContent = english;
    foreign.lang = "en";
    tip.replaceChildren(head, ...(english === vietnamese ? [] : [" ", foreign]), `: ${definition}`);
    if (touched === link) tip.append(" Chạm lần nữa để mở bảng thuật ngữ.");
    if (tip.showPopover) tip.showPopover();
    else tip.hidden = false;
    place(link);
    link.setAttribute("aria-describedby", tip.id);
  };
  const later = (action, delay) => {
    clearTimeout(timer);
    timer = setTimeout(action, delay);
  };

  for (const link of document.querySelectorAll("a.term")) {
    link.addEventListener("pointerenter", ({ pointerType }) => {
      if (pointerType !== "mouse") return;
      if (shown === link) clearTimeout(timer);
      else later(() => open(link), DELAY.open);
    });
    link.addEventListener("pointerleave", ({ pointerType }) => pointerType === "mouse" && later(close, DELAY.close));
    link.addEventListener("pointerdown", ({ pointerType }) => (touched = pointerType === "mouse" ? null : link));
    link.addEventListener("focus", () => link.matches(":focus-visible") && touched !== link && open(link));
    link.addEventListener("blur", close);
    link.addEventListener("click", (event) => {
      if (touched !== link || shown === link) return;
      event.preventDefault(); // the first tap shows the definition, the second follows the link
      open(link);
    });
  }
  // What came before this script was there: a finger, which course.js noted, or the mouse, or the focus.
  const { finger, tapped } = courseTap;
  const early = document.querySelector("a.term:hover, a.term:focus-visible");
  if (finger) {
    touched = finger;
    if (tapped === finger) open(finger);
  } else if (early && matchMedia("(hover: hover)").matches) open(early);
  tip.addEventListener("pointerenter", () => clearTimeout(timer));
  tip.addEventListener("pointerleave", () => later(close, DELAY.close));
  addEventListener("keydown", ({ key }) => key === "Escape" && close(), true);
  addEventListener("pointerdown", ({ target }) => shown && !shown.contains(target) && !tip.contains(target) && close());
  addEventListener("scroll", close, { passive: true });
  return (found) => arrived(found);
})();
