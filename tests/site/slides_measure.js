// Walk through all slides of a deck with everything shown; return what does not fit, in words.
(() => {
  const problems = [];
  const edge = { left: 60, top: 20, right: 1228, bottom: 678 }; // below: slide number and arrows
  const number = (value) => Math.round(value);
  const family = getComputedStyle(document.querySelector(".reveal")).fontFamily;
  if (!family.includes("Be Vietnam Pro") || ![...document.fonts].some((f) => f.family.includes("Be Vietnam Pro") && f.status === "loaded"))
    problems.push("phông chữ chưa được nạp");
  for (let at = 0; at < Reveal.getTotalSlides(); at++) {
    Reveal.slide(at);
    while (Reveal.nextFragment());
    const slide = Reveal.getCurrentSlide();
    const say = (what) => problems.push(`trang ${at + 1} «${slide.querySelector("h1, h2")?.innerText}»: ${what}`);
    const parts = [...slide.querySelectorAll(":scope > div:not(.fragment), :scope > .fragment > div")];
    for (const part of parts) {
      const name = part.className;
      for (const element of [part, ...part.querySelectorAll("*")]) {
        if (element.closest(".katex-mathml, .tick") || (element.closest(".katex") && !element.matches(".katex"))) continue;
        const box = element.getBoundingClientRect();
        if (!box.width || !box.height) continue;
        if (box.left < edge.left || box.top < edge.top || box.right > edge.right || box.bottom > edge.bottom) {
          say(`${name}: <${element.tagName.toLowerCase()}> ra ngoài khung (${[box.left, box.top, box.right, box.bottom].map(number)})`);
          break;
        }
      }
      for (const element of [part, ...part.querySelectorAll("pre, .math, table")]) {
        const slack = part.matches(".visual") ? 3 : 16; // below the last line a formula may hang out of a text's box
        if (element.scrollWidth > element.clientWidth + 2 || element.scrollHeight > element.clientHeight + slack)
          say(`${name}: <${element.tagName.toLowerCase()}> bị cắt`);
      }
      const size = (element) => parseFloat(getComputedStyle(element).fontSize);
      const least = part.matches(".points, .answer, .options, .list") ? 21 : part.matches(".formula") ? 19 : 16;
      for (const element of part.querySelectorAll("p, li, pre, .katex, td"))
        if (size(element) < least && !element.closest(".katex-mathml") && !element.matches(".label")) {
          say(`${name}: chữ nhỏ, ${size(element)} px`);
          break;
        }
      for (const image of part.querySelectorAll("img")) {
        const scale = Math.min(image.clientWidth / image.naturalWidth, image.clientHeight / image.naturalHeight);
        if (!image.complete || !image.naturalWidth) say("ảnh hỏng");
        else if (image.naturalWidth * image.naturalHeight * scale * scale < 70000) say(`ảnh nhỏ, tỉ lệ ${scale.toFixed(2)}`);
      }
    }
    const boxes = parts.map((part) => [part.className, part.getBoundingClientRect()]).filter(([, box]) => box.width && box.height);
    boxes.forEach(([name, a], i) =>
      boxes.slice(i + 1).forEach(([other, b]) => {
        const over = Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
        if (over) say(`${name} chồng lên ${other}`);
      }),
    );
  }
  return problems;
})()
