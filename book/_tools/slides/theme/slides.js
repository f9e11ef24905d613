// Start reveal.js; make what is too large for its place smaller (formulas, code, tables: their size is not known before).
const SMALLEST = 0.5;

const BOTTOM = 668; // of the text, out of 720: below stand the number and the arrows
const SMALLEST_TEXT = 0.8;

// Text: all of it a little smaller, if the last line would stand too low.
function fitText(slide) {
  const texts = [...slide.querySelectorAll(".points, .options, .answer")];
  texts.forEach((text) => (text.style.fontSize = ""));
  const normal = texts.map((text) => parseFloat(getComputedStyle(text).fontSize));
  const scale = Reveal.getScale() || 1;
  const top = slide.getBoundingClientRect().top;
  const low = () => texts.some((text) => (text.getBoundingClientRect().bottom - top) / scale > BOTTOM);
  for (let size = 1; size >= SMALLEST_TEXT && low(); size -= 0.04)
    texts.forEach((text, index) => (text.style.fontSize = `${normal[index] * size}px`));
}

function fit(slide) {
  fitText(slide);
  for (const box of slide.querySelectorAll(".formula, .code, .output, .html, .table")) {
    if (box.matches("pre")) continue;
    box.style.fontSize = "";
    const normal = parseFloat(getComputedStyle(box).fontSize);
    const wide = () => Math.max(...[...box.children].map((child) => child.scrollWidth), box.scrollWidth);
    for (let size = box.matches(".formula") ? 1.32 : 1; size >= SMALLEST; size -= 0.04) {
      box.style.fontSize = `${normal * size}px`;
      if (wide() <= box.clientWidth + 1 && box.scrollHeight <= box.clientHeight + 1) break;
    }
  }
}

const print = /print-pdf/.test(location.search);
Reveal.on("ready", (event) => fit(event.currentSlide));
Reveal.on("slidechanged", (event) => fit(event.currentSlide));
Reveal.on("pdf-ready", () => document.querySelectorAll(".slides section").forEach(fit));
Reveal.initialize({
  width: 1280, height: 720, margin: 0, minScale: 0.2, maxScale: 3,
  center: false, display: "grid", disableLayout: false,
  hash: true, controls: true, controlsTutorial: false, progress: true, slideNumber: "c/t",
  transition: "none", backgroundTransition: "none", viewDistance: print ? Infinity : 3,
  pdfSeparateFragments: false, pdfMaxPagesPerSlide: 1,
  plugins: [RevealNotes],
}).then(() => document.fonts.ready).then(() => fit(Reveal.getCurrentSlide()));
