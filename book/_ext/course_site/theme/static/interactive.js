/* Brings the interactive figures of a page to life, each when the reader comes near it (see interactive.py).
   Until then, without scripts and on paper, the page shows a drawn figure with the same numbers. */
const here = new URL(".", import.meta.url);
const MODULES = {
  "activations": () => import("./interactive-activations.js"),
  "bias-variance": () => import("./interactive-bias-variance.js"),
  "convolution": () => import("./interactive-convolution.js"),
  "gradient-descent": () => import("./interactive-gradient-descent.js"),
  "reconstruction": () => import("./interactive-reconstruction.js"),
};
let sheet;

/** The figures' style sheet, asked for once. */
const styled = () =>
  (sheet ??= new Promise((done) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL("interactive.css", here);
    link.onload = link.onerror = done;
    document.head.append(link);
  }));

/** Replace a figure's picture by its module's parts; when anything fails, the picture stays. */
const enliven = async (figure) => {
  const { interactive: name, start = "{}" } = figure.dataset;
  try {
    const [{ mount }] = await Promise.all([MODULES[name](), styled()]);
    const live = document.createElement("div");
    live.className = "interactive-live";
    figure.querySelector(".interactive-stage").prepend(live);
    mount(live, JSON.parse(start));
    figure.dataset.live = "";
    figure.querySelector("img").loading = "eager"; // out of sight now, but paper wants it
  } catch (error) {
    figure.querySelector(".interactive-live")?.remove();
    console.error(`interactive ${name}:`, error);
  }
};

const watch = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      watch.unobserve(target);
      enliven(target);
    }
  },
  { rootMargin: "600px 0px" },
);
for (const figure of document.querySelectorAll("[data-interactive]")) watch.observe(figure);
