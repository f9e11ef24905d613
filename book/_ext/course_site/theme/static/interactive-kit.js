/* What the interactive figures share: elements, controls, charts, numbers as text, a voice for screen readers. */

const SVG = "http://www.w3.org/2000/svg";
let serial = 0;

/** Set attributes and add children. */
const fill = (element, attributes, children) => {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
};
/** @returns {HTMLElement} */
export const make = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
/** @returns {SVGElement} */
export const draw = (tag, attributes = {}, ...children) =>
  fill(document.createElementNS(SVG, tag), attributes, children);

/** A number as a reader writes it: «0.125», «−3», «1.2·10⁻⁷». @param {number} x @param {number} digits significant */
export const say = (x, digits = 3) => {
  if (!Number.isFinite(x)) return "vô cùng lớn";
  if (x === 0) return "0";
  const power = Math.floor(Math.log10(Math.abs(x)));
  let text;
  if (power < -4 || power > 5) {
    const raised = [...String(power)].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c])).join("");
    text = `${String(Number((x / 10 ** power).toPrecision(Math.min(digits, 2))))}·10${raised}`;
  } else text = String(Number(x.toPrecision(Math.max(digits, power + 1))));
  return text.replace("-", "−");
};

/** Whether the reader asked for less motion. */
export const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** A slider with its label and its value in words. `describe(value)` is what is shown and read out. */
export const slider = ({ label, min, max, step, value, describe, change }) => {
  const id = `slider-${++serial}`;
  const output = make("output", { for: id });
  const input = make("input", { id, type: "range", min, max, step, value });
  const show = () => {
    const words = describe(Number(input.value));
    output.textContent = words;
    input.setAttribute("aria-valuetext", words);
  };
  input.addEventListener("input", () => {
    show();
    change(Number(input.value));
  });
  show();
  return {
    root: make("div", { class: "control" }, make("label", { for: id }, label), output, input),
    input,
    /** Move it from the program. */
    set(next) {
      input.value = next;
      show();
    },
    show,
  };
};

/** Radio buttons in one row. `options` maps values to words. */
export const choice = ({ label, options, value, change }) => {
  const name = `choice-${++serial}`;
  const buttons = Object.entries(options).map(([key, words]) => {
    const input = make("input", { type: "radio", name, value: key, checked: key === value });
    input.addEventListener("change", () => change(key));
    return make("label", {}, input, make("span", {}, words));
  });
  return make("fieldset", { class: "choice" }, make("legend", {}, label), ...buttons);
};

/** Push buttons in one row. `actions` maps words to functions. */
export const actions = (list) =>
  make("p", { class: "actions" }, ...Object.entries(list).map(([words, action]) => {
    const button = make("button", { type: "button", class: "small-button" }, words);
    button.addEventListener("click", action);
    return button;
  }));

/** The sentences under a figure; screen readers hear them once the reader pauses. Room is kept for so many lines. */
export const status = (lines, phoneLines) => {
  const room = `--lines:${lines};--phone-lines:${phoneLines}`;
  const seen = make("p", { class: "state", "aria-hidden": "true", style: room });
  const heard = make("p", { class: "visually-hidden", role: "status" });
  let timer;
  return {
    root: make("div", {}, seen, heard),
    say(text, urgent = false) {
      seen.textContent = text;
      clearTimeout(timer);
      timer = setTimeout(() => (heard.textContent = text), urgent ? 0 : 500);
    },
  };
};

/** Repeat a step until it returns false; a second call stops. With reduced motion all steps happen at once. */
export const player = (step, pause) => {
  let timer = null;
  const stop = () => {
    clearInterval(timer);
    timer = null;
  };
  return {
    stop,
    toggle() {
      if (timer) return stop();
      if (isCalm()) {
        for (let i = 0; i < 1000 && step(); i++);
        return;
      }
      timer = setInterval(() => step() || stop(), pause);
    },
  };
};

/** Axes with room for lines. `x`, `y`: the ranges; ticks: list of [value, words]. The drawing is described by `label`. */
export const chart = ({ label, x, y, ticksX = [], ticksY = [], titleX, titleY, height = 240 }) => {
  const width = 320, left = 44, right = 8, top = 22, bottom = 36;
  const X = (v) => left + ((v - x[0]) / (x[1] - x[0])) * (width - left - right);
  const Y = (v) => height - bottom - ((v - y[0]) / (y[1] - y[0])) * (height - top - bottom);
  const clip = `clip-${++serial}`;
  const root = draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, class: "chart" });
  const frame = { x: left, y: top, width: width - left - right, height: height - top - bottom };
  root.append(draw("clipPath", { id: clip }, draw("rect", frame)), draw("rect", { ...frame, class: "frame" }));
  for (const [v, words] of ticksX) {
    root.append(draw("line", { x1: X(v), x2: X(v), y1: top, y2: height - bottom, class: "grid" }));
    root.append(draw("text", { x: X(v), y: height - bottom + 14, "text-anchor": "middle" }, words));
  }
  for (const [v, words] of ticksY) {
    root.append(draw("line", { x1: left, x2: width - right, y1: Y(v), y2: Y(v), class: "grid" }));
    root.append(draw("text", { x: left - 5, y: Y(v) + 4, "text-anchor": "end" }, words));
  }
  root.append(draw("text", { x: (left + width - right) / 2, y: height - 4, "text-anchor": "middle" }, titleX));
  root.append(draw("text", { x: 4, y: 13 }, titleY));
  const layer = draw("g", { "clip-path": `url(#${clip})` });
  root.append(layer);
  const limit = (v) => Math.max(-1e4, Math.min(1e4, v)).toFixed(1);
  const path = (points) =>
    points.map(([a, b], i) => `${i ? "L" : "M"}${limit(X(a))} ${limit(Y(b))}`).join("");
  return {
    root, layer, X, Y, path,
    /** Values of the axes under a pointer. */
    at({ clientX, clientY }) {
      const box = root.getBoundingClientRect();
      const px = ((clientX - box.left) / box.width) * width, py = ((clientY - box.top) / box.height) * height;
      return [
        x[0] + ((px - left) / (width - left - right)) * (x[1] - x[0]),
        y[0] + ((height - bottom - py) / (height - top - bottom)) * (y[1] - y[0]),
      ];
    },
    /** Add a line; `set` moves it. */
    line(kind, points = []) {
      const element = draw("path", { class: `line ${kind}`, d: path(points) });
      layer.append(element);
      return { element, set: (next) => element.setAttribute("d", path(next)) };
    },
    /** Add a round mark; `set` moves it. */
    dot(kind, point = [0, 0], r = 5) {
      const element = draw("circle", { class: `dot ${kind}`, r });
      const set = ([a, b]) => {
        element.setAttribute("cx", limit(X(a)));
        element.setAttribute("cy", limit(Y(b)));
      };
      set(point);
      layer.append(element);
      return { element, set };
    },
  };
};

/** What the colours mean. `list`: [kind, words]. */
export const legend = (list) =>
  make("ul", { class: "legend" }, ...list.map(([kind, words]) =>
    make("li", {}, draw("svg", { viewBox: "0 0 24 8", width: 24, height: 8, "aria-hidden": "true" },
      draw("path", { class: `line ${kind}`, d: "M0 4H24" })), words)));
