/* A digit rebuilt from its first d principal components, one after the other: the mean, plus coefficients times
   eigen-images. Grey levels go from 0 to 1; a picture is a list of SIDE×SIDE numbers, row by row. */
import { actions, chart, choice, draw, legend, make, player, say, slider, status } from "./interactive-kit.js";
import { DIGITS, DIRECTIONS, MEAN, REST } from "./interactive-reconstruction-data.js";

export const SIDE = 14, MOST = 40;
const SIZE = SIDE * SIDE;
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const names = Object.keys(DIGITS);
/** The integers as they are held. */
export const integers = () => {
  const all = Array.from(new Int8Array(bytes(DIRECTIONS).buffer));
  return {
    mean: Array.from(bytes(MEAN)),
    directions: Array.from({ length: MOST }, (_, j) => all.slice(j * SIZE, (j + 1) * SIZE)),
    digits: Object.fromEntries(names.map((name) => [name, Array.from(bytes(DIGITS[name]))])),
    rest: REST,
  };
};
/** The mean, the directions with length 1, the digits. */
export const unpack = ({ mean, directions, digits }) => {
  const grey = (levels) => levels.map((v) => v / 255);
  return {
    mean: grey(mean),
    directions: directions.map((q) => {
      const length = Math.hypot(...q);
      return q.map((v) => v / length);
    }),
    digits: Object.fromEntries(names.map((name) => [name, grey(digits[name])])),
  };
};
/** Coefficients of an image, its rebuilding from 0 to MOST components, the squared errors of these. */
export const rebuild = (image, { mean, directions }) => {
  const z = directions.map((q) => q.reduce((sum, v, i) => sum + v * (image[i] - mean[i]), 0));
  const built = [mean];
  directions.forEach((q, j) => built.push(built[j].map((v, i) => v + z[j] * q[i])));
  const errors = built.map((one) => one.reduce((sum, v, i) => sum + (image[i] - v) ** 2, 0));
  return { z, built, errors };
};

/** From blue over white to red: Matplotlib's RdBu_r, as in the chapter. */
const RAMP = ["053061", "2166ac", "4393c3", "92c5de", "d1e5f0", "f7f7f7", "fddbc7", "f4a582", "d6604d", "b2182b", "67001f"]
  .map((code) => [0, 2, 4].map((i) => parseInt(code.slice(i, i + 2), 16)));
const signed = (limit) => (value) => {
  const at = (value / limit + 1) * 5, i = Math.min(9, Math.floor(at));
  return RAMP[i].map((v, k) => v + (at - i) * (RAMP[i + 1][k] - v));
};
const grey = (value) => Array(3).fill(255 * value); // the canvas cuts at 0 and 255

/** One picture with its two lines of text and the sign before it. */
const shot = (label, sign = "") => {
  const canvas = make("canvas", { width: SIDE, height: SIDE, role: "img", "aria-label": label });
  const title = make("b"), words = make("span");
  const root = make("div", {}, make("div", { class: "shot", "data-sign": sign }, canvas), make("p", {}, title, words));
  const pen = canvas.getContext("2d");
  return {
    root,
    paint(values, colour, first, second) {
      const picture = new ImageData(SIDE, SIDE);
      values.forEach((v, i) => picture.data.set([...colour(v), 255], 4 * i));
      pen.putImageData(picture, 0, 0);
      title.textContent = first;
      words.textContent = second;
    },
  };
};

/** Build the figure. @param {HTMLElement} root @param {{digit?: string, d?: number}} given */
export const mount = (root, given = {}) => {
  const state = { digit: "4", d: 6, ...given };
  const parts = unpack(integers());
  const { mean, directions, digits } = parts;
  const found = Object.fromEntries(names.map((name) => [name, rebuild(digits[name], parts)]));
  const talk = status(2, 4);
  const original = shot("Ảnh gốc"), after = shot("Bản dựng lại");
  const before = shot("Bản dựng lại khi thiếu thành phần cuối", "=");
  const added = shot("Ảnh riêng được thêm vào, đỏ và xanh là hai dấu", "+");
  after.root.classList.add("chosen");

  const ticks = [0, 10, 20, 30, 40].map((v) => [v, say(v)]);
  const weights = chart({
    label: "Hệ số của chữ số này theo từng ảnh riêng, cột lên là dương, cột xuống là âm", x: [-0.8, MOST + 0.8], y: [-2, 2], height: 196,
    ticksX: ticks, ticksY: [-2, -1, 0, 1, 2].map((v) => [v, say(v)]), titleX: "ảnh riêng thứ", titleY: "hệ số",
  });
  const decline = chart({
    label: "Sai số bình phương của chữ số này và trung bình của các ảnh mẫu theo số thành phần", x: [-0.8, MOST + 0.8], y: [0, 16], height: 196,
    ticksX: ticks, ticksY: [0, 4, 8, 12, 16].map((v) => [v, say(v)]), titleX: "số thành phần d", titleY: "sai số bình phương",
  });
  const bars = ["soft", "red", "blue", "ink"].map((kind) => {
    const path = draw("path", { class: `line bar ${kind}` });
    weights.layer.append(path);
    return path;
  });
  decline.line("amber dashed", REST.map((v, d) => [d, v]));
  const line = decline.line("ink");
  const usual = decline.dot("amber", [0, 0], 4), here = decline.dot("ink");
  const columns = (z, keep) =>
    z.map((v, j) => (keep(v, j + 1) ? weights.path([[j + 1, 0], [j + 1, v]]) : "")).join("");

  const render = (urgent) => {
    const { digit, d } = state;
    const { z, built, errors } = found[digit];
    const last = z[d - 1] ?? 0, q = directions[d - 1] ?? mean;
    for (const one of [before, added]) one.root.classList.toggle("idle", d === 0);
    before.paint(built[Math.max(0, d - 1)], grey, d === 1 ? "ảnh trung bình" : "bản trước", `${d - 1} thành phần`);
    added.paint(q, signed(Math.max(...q.map(Math.abs))), `ảnh riêng ${d}`, `hệ số ${say(last)}`);
    after.paint(built[d], grey, d ? "dựng lại" : "ảnh trung bình", `${d} thành phần`);
    original.paint(digits[digit], grey, "ảnh gốc", `chữ số ${digit}`);
    [(v, j) => j > d, (v, j) => j < d && v >= 0, (v, j) => j < d && v < 0, (v, j) => j === d]
      .forEach((keep, i) => bars[i].setAttribute("d", columns(z, keep)));
    bars[3].setAttribute("class", `line bar now ${last < 0 ? "blue" : "red"}`);
    line.set(errors.map((v, k) => [k, v]));
    here.set([d, errors[d]]);
    usual.set([d, REST[d]]);
    const average = `trung bình trên 2000 ảnh mẫu là ${say(REST[d])}`;
    if (d === 0) {
      talk.say(`Chữ số ${digit}, chưa có thành phần nào: bản dựng lại là ảnh trung bình. Sai số bình phương ${say(errors[0])}; ${average}.`, urgent);
      return;
    }
    const left = say((100 * errors[d]) / errors[0], 2);
    talk.say(`Chữ số ${digit}, ${d} thành phần; hệ số thứ ${d} là ${say(last)}. Sai số bình phương còn ${say(errors[d])}, bằng ${left} % lúc d = 0; ${average}.`, urgent);
  };
  const amount = slider({
    label: "Số thành phần d", min: 0, max: MOST, step: 1, value: state.d, describe: String,
    change: (d) => {
      run.stop();
      state.d = d;
      render();
    },
  });
  const go = (d, urgent) => {
    state.d = Math.min(MOST, d);
    amount.set(state.d);
    render(urgent);
    return state.d < MOST;
  };
  const run = player(() => go(state.d + 1), 250);
  const digit = choice({
    label: "Chữ số", options: Object.fromEntries(names.map((name) => [name, name])), value: state.digit,
    change: (name) => {
      state.digit = name;
      render();
    },
  });
  digit.classList.add("close");
  const buttons = actions({
    "Thêm một": () => (run.stop(), go(state.d + 1, true)),
    "Chạy hoặc dừng": () => {
      if (state.d === MOST) go(0);
      run.toggle();
    },
  });
  root.append(
    make("div", { class: "controls" }, digit, amount.root, buttons),
    make("div", { class: "shots" }, original.root, after.root, before.root, added.root),
    make("div", { class: "charts" }, weights.root, decline.root),
    legend([["red", "hệ số dương"], ["blue", "hệ số âm"], ["soft", "chưa dùng"], ["ink", "sai số của chữ số này"],
      ["amber dashed", "trung bình các ảnh mẫu"]]),
    talk.root,
  );
  render();
};
