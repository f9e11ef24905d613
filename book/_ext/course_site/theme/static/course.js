/* Comforts of a page; everything can be read without them. No dependencies. */
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Colour mode: the system's, light, dark. The choice is kept in this browser.
  const MODES = { "": "theo máy", light: "sáng", dark: "tối" };
  const modeButton = document.getElementById("doi-mau");
  const showMode = () => {
    const label = `Màu trang: ${MODES[root.dataset.mode ?? ""]}`;
    modeButton.setAttribute("aria-label", label);
    modeButton.title = label;
  };
  modeButton.hidden = false;
  modeButton.addEventListener("click", () => {
    const order = Object.keys(MODES);
    const next = order[(order.indexOf(root.dataset.mode ?? "") + 1) % order.length];
    if (next) root.dataset.mode = next;
    else delete root.dataset.mode;
    try {
      if (next) localStorage.setItem("course-mode", next);
      else localStorage.removeItem("course-mode");
    } catch {} // storage may be forbidden; the mode then lasts for this page
    showMode();
  });
  showMode();

  // Search (search.js): the script and the index are fetched when first asked for, with Ctrl+K, «/» or a click.
  const searchLink = document.querySelector(".search-link");
  const headerField = document.querySelector(".header-search input");
  const pageField = document.querySelector(".search-form input"); // the search page has its own
  let searchScript;
  const openSearch = () => {
    if (pageField) return pageField.focus();
    searchScript ??= new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = `${root.dataset.content_root}_static/search.js`;
      script.onload = done;
      script.onerror = failed;
      document.head.append(script);
    });
    searchScript.then(() => courseSearch.open(headerField.value), () => (location.href = searchLink.href));
  };
  headerField.setAttribute("aria-keyshortcuts", "Control+K /");
  headerField.title = "Ctrl+K";
  headerField.addEventListener("click", openSearch);
  searchLink.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openSearch();
  });
  addEventListener("keydown", (event) => {
    const isSlash = event.key === "/" && !event.target.closest?.("input, textarea, select, [contenteditable]");
    const isCtrlK = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
    if (!isCtrlK && (!isSlash || event.ctrlKey || event.metaKey || event.altKey)) return;
    event.preventDefault();
    openSearch();
  });

  // Copy buttons on code cells.
  if (navigator.clipboard) {
    for (const box of all(".highlight")) {
      if (box.closest(".cell_output")) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy-button";
      button.textContent = "Chép";
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(box.querySelector("pre").textContent.replace(/\n$/, ""));
        button.textContent = "Đã chép";
        setTimeout(() => (button.textContent = "Chép"), 1500);
      });
      box.append(button);
    }
  }

  // Whatever scrolls sideways can be reached with the keyboard; the page says so of all that may scroll on a phone, and
  // what is seen whole here need not be stopped at. The observer tells after the layout: nothing is forced.
  const sizes = new ResizeObserver((entries) => {
    for (const { target: box } of entries) {
      if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
      else if (box.clientWidth) box.removeAttribute("tabindex");
    }
  });
  const measure = () => {
    for (const box of all("pre, .table-scroll, div.math, .cell_output .output")) {
      sizes.unobserve(box);
      sizes.observe(box);
    }
  };
  measure();
  document.fonts.ready.then(measure); // other letters, other widths, in a box of the same size

  const atFirstMove = (task, ...more) => {
    const first = new AbortController();
    const begin = () => {
      first.abort();
      task();
    };
    for (const move of ["pointermove", "pointerdown", "keydown", "wheel", "touchstart", ...more]) {
      addEventListener(move, begin, { passive: true, signal: first.signal });
    }
  };

  // Definitions of terms: nobody can ask for one before. The first move may itself be a tap on a term, and the script may
  // arrive before the finger is lifted or after: until then the tap is noted for it here, and the link is not followed.
  if (document.querySelector("a.term")) {
    const early = (self.courseTap = {});
    const arrived = new AbortController();
    addEventListener("pointerdown", ({ pointerType, target }) => {
      early.finger = pointerType === "mouse" ? null : target.closest("a.term");
    }, { signal: arrived.signal });
    addEventListener("click", (event) => {
      if (!early.finger?.contains(event.target) || early.tapped === early.finger) return; // a second tap follows the link
      event.preventDefault();
      early.tapped = early.finger;
    }, { signal: arrived.signal });
    atFirstMove(() => {
      const script = document.createElement("script");
      script.src = `${root.dataset.content_root}_static/glossary.js`;
      script.onload = () => arrived.abort();
      script.onerror = () => {
        arrived.abort();
        if (early.tapped) location.href = early.tapped.href;
      };
      document.head.append(script);
    }, "scroll", "focusin");
  }

  // A long page is laid out where it is looked at (content-visibility in course.css); the rest follows, part by part, from
  // the reader's first move on. Jumps and kept places need all of it at once, for they go to a height.
  const SECTION = "article > section > section";
  const layOutWhole = () => (root.dataset.whole = "");
  const later = self.requestIdleCallback ?? ((task) => setTimeout(task, 30)); // Safari
  const layOutRest = (parts) => {
    const part = parts.shift();
    if (!part) return layOutWhole();
    part.style.contentVisibility = "visible";
    later(() => layOutRest(parts));
  };
  if (location.hash || performance.getEntriesByType("navigation")[0]?.type !== "navigate") layOutWhole();
  else {
    atFirstMove(() => layOutRest(all(SECTION)));
    document.addEventListener("click", (event) => event.target.closest?.('a[href*="#"]') && layOutWhole(), { capture: true });
    addEventListener("hashchange", layOutWhole);
  }

  // The book's contents begin where the reader is, when they come into view: with the page, or as the phone's menu. The
  // observer tells after the layout: nothing is forced.
  const chapters = document.getElementById("muc-luc");
  const here = chapters.querySelector("[aria-current]");
  let height = 0;
  const follow = () => {
    if (!height) chapters.scrollTop = here.offsetTop - chapters.clientHeight / 2;
    height = chapters.clientHeight;
  };
  if (here) new ResizeObserver(follow).observe(chapters);

  // Contents of the page: mark the section being read; close the panel after a choice.
  const contents = document.getElementById("trong-trang");
  if (contents) {
    const links = new Map(all("a", contents).map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
    const places = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
    let waiting = 0;
    const show = (current) => {
      for (const [id, link] of links) {
        if (current && id === current.id) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    };
    const mark = () => {
      waiting = 0;
      let current = places[0];
      for (const place of places) {
        const isInner = place.parentElement.closest(SECTION); // asking where it stands would lay out a part far away
        if (isInner && !current.contains(place)) continue;
        if (place.getBoundingClientRect().top < 130) current = place;
      }
      show(current);
    };
    addEventListener("scroll", () => (waiting ||= requestAnimationFrame(mark)), { passive: true });
    show(places[0]);
    contents.addEventListener("click", (event) => {
      if (event.target.closest("a") && contents.matches(":popover-open")) contents.hidePopover();
    });
  }

  // Print. On paper nothing stays folded, and no picture waits to be scrolled to.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    for (const box of folded) box.open = true;
    for (const image of document.images) image.loading = "eager";
  });
  addEventListener("afterprint", () => {
    for (const box of folded) box.open = false;
  });
  const printButton = document.getElementById("in-trang");
  if (printButton) {
    printButton.hidden = false;
    printButton.addEventListener("click", async () => {
      const pictures = [...document.images].map((image) => {
        image.loading = "eager";
        return image.decode().catch(() => {});
      });
      await Promise.race([Promise.all(pictures), new Promise((done) => setTimeout(done, 3000))]);
      print();
    });
  }
})();
