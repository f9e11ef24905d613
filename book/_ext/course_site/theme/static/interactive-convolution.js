/* A 3×3 kernel moved over a photograph, window by window, with every number shown.
   What deep learning calls convolution: the kernel is not flipped. */
import { actions, choice, draw, make, player, say, slider, status } from "./interactive-kit.js";

export const SIZE = 24, OUT = SIZE - 2;
/** Grey levels, row by row: part of "camera" by Lav Varshney (CC0, scikit-image), means over 10×10 pixels. */
const PHOTO = "0dHRz7aQoLvJzMzMy8vLysrKysrKycnJz9DNezYnIjRsvs3NzczMzMzMy8vLy8vL0dFuIjMsKh0aQr/Pz8/Ozc3NzczMzMzM0p0SHzMyPSsZHUjBz8/Pz8/Ozs7Ozs3NjzcWFhsuNTscHBZoztDQ0NDPz8/Pz8/PGRAODxYWJzMhJBQhxdLR0dHR0dDQ0NDQHBMNJhgPHT4uIiA2zNPT09PT0tLS0tLRGxMXfkAXVoGSWlW209TU1NHS1NTT09PSHhoRmHU1iXlQWExojLu/tayr1dXV1dTUInYnSGpohaqYw8d+qcvRzaWu1tbV1dXVIWR8PVBmc5earcZ5qrWsq57H2NjW2trWICrFTDZRZH6LkdZhiJqhnng81rXA2N/aIB+OfTcsRFhfuNLBYzs+SkAquJrY5t7gHh54ri0UHEI3hpKSQg8fPhkmhZHI0tvWHh5lkSgvLzA7gIZ/RzgjRCRJhmSIh36NHSEwLisuMzU3TnoyCBweRSZnZ1Zldmh4FCIuLi0tLiUbQJUpChhsODNPUVFkdmp1HBgsJyUrJg0FP4ALCRh8WXm51XyDh4eOHR0hIBgnEwwFHhQGRFBwb6Crr6Oem5qaHB0fFwkSEhQPBQcIOZNcm6CdnZucnp+gHRwhIAwXGRYTCRAGCEB/e6KgoKCgoaChGxwfIh8bFxIWDA4GCRqDfZ+ioqKhoaGhGx4kJR0bFBEVDAoHChyipqakoqGhoKGiGCMWFBs/IQkTDAYJL4OfoaCfn5ydnZ6f";
export const photo = () => Array.from(atob(PHOTO), (letter) => letter.charCodeAt(0));

const NINTH = 1 / 9;
export const KERNELS = {
  blur: { words: "Làm mờ", weights: Array(9).fill(NINTH), shown: Array(9).fill("1/9") },
  sharpen: { words: "Làm nét", weights: [0, -1, 0, -1, 5, -1, 0, -1, 0] },
  edges: { words: "Mọi cạnh", weights: [-1, -1, -1, -1, 8, -1, -1, -1, -1] },
  vertical: { words: "Cạnh dọc", weights: [-1, 0, 1, -2, 0, 2, -1, 0, 1] },
};
/** The nine pixels under the kernel at (row, column). */
export const windowAt = (image, row, column) =>
  Array.from({ length: 9 }, (_, i) => image[(row + Math.floor(i / 3)) * SIZE + column + (i % 3)]);
export const weigh = (pixels, weights) => pixels.reduce((sum, pixel, i) => sum + pixel * weights[i], 0);
/** The whole result, OUT×OUT numbers, row by row. */
export const correlate = (image, weights) =>
  Array.from({ length: OUT * OUT }, (_, i) => weigh(windowAt(image, Math.floor(i / OUT), i % OUT), weights));

const CELL = 10;
const grey = (value) => {
  const level = Math.max(0, Math.min(255, Math.round(value)));
  return `rgb(${level},${level},${level})`;
};

/** A picture of n×n squares; `mark` is a frame of `reach` squares that `frame(row, column)` moves. */
const picture = (n, label, reach) => {
  const root = draw("svg", { viewBox: `-2 -2 ${n * CELL + 4} ${n * CELL + 4}`, role: "img", "aria-label": label, class: "picture" });
  const squares = Array.from({ length: n * n }, (_, i) =>
    draw("rect", { x: (i % n) * CELL, y: Math.floor(i / n) * CELL, width: CELL + 0.3, height: CELL + 0.3, class: "empty" }));
  const marks = ["halo", "mark"].map((kind) => draw("rect", { class: kind, width: reach * CELL, height: reach * CELL }));
  root.append(draw("g", {}, ...squares), ...marks);
  return {
    root,
    paint(values, count = values.length) {
      squares.forEach((square, i) => {
        if (i < count) square.setAttribute("fill", grey(values[i]));
        else square.removeAttribute("fill");
      });
    },
    frame(row, column) {
      for (const mark of marks) {
        mark.setAttribute("x", column * CELL);
        mark.setAttribute("y", row * CELL);
      }
    },
    /** Row and column under a pointer. */
    at({ clientX, clientY }) {
      const box = root.getBoundingClientRect();
      return [clientY - box.top, clientX - box.left].map((v) => Math.floor((v / box.width) * n));
    },
  };
};

/** A 3×3 table; `fill` takes nine texts. */
const table = (title) => {
  const cells = Array.from({ length: 9 }, () => make("td"));
  const rows = [0, 1, 2].map((r) => make("tr", {}, ...cells.slice(3 * r, 3 * r + 3)));
  return {
    root: make("table", { class: "numbers" }, make("caption", {}, title), make("tbody", {}, ...rows)),
    fill: (texts) => cells.forEach((cell, i) => (cell.textContent = texts[i])),
  };
};

/** Build the figure. @param {HTMLElement} root @param {{kernel?: string, row?: number, column?: number}} given */
export const mount = (root, given = {}) => {
  const state = { kernel: "vertical", row: 5, column: 8, ...given };
  const image = photo();
  const talk = status(1, 3);
  const before = picture(SIZE, `Ảnh vào ${SIZE}×${SIZE}, khung vuông là cửa sổ 3×3`, 3);
  const after = picture(OUT, `Ảnh ra ${OUT}×${OUT}, khung vuông là điểm ảnh đang tính`, 1);
  const pixels = table("Cửa sổ"), weights = table("Hạt nhân"), products = table("Tích");
  before.paint(image);

  const render = (urgent) => {
    const { row, column } = state;
    const { weights: kernel, shown, words } = KERNELS[state.kernel];
    const under = windowAt(image, row, column);
    const sum = weigh(under, kernel);
    before.frame(row, column);
    after.frame(row, column);
    after.paint(correlate(image, kernel), row * OUT + column + 1);
    pixels.fill(under.map((v) => say(v)));
    weights.fill(shown ?? kernel.map((v) => say(v)));
    const parts = under.map((v, i) => v * kernel[i]);
    products.fill(parts.map((v) => say(v, Math.abs(v) < 1 ? 2 : 3))); // «0.556» is wider than its cell on a phone
    const drawn = sum < 0 ? ", vẽ thành đen" : sum > 255 ? ", vẽ thành trắng" : "";
    talk.say(`${words}, hàng ${row}, cột ${column}: cộng chín tích được ${say(sum, 4)}${drawn}.`, urgent);
  };
  const place = (name, words) => slider({
    label: words, min: 0, max: OUT - 1, step: 1, value: state[name], describe: String,
    change: (v) => {
      state[name] = v;
      render();
    },
  });
  const row = place("row", "Hàng"), column = place("column", "Cột");
  const go = (r, c, urgent) => {
    [state.row, state.column] = [r, c];
    row.set(r);
    column.set(c);
    render(urgent);
    return r * OUT + c < OUT * OUT - 1;
  };
  const next = (urgent) => {
    const i = Math.min(OUT * OUT - 1, state.row * OUT + state.column + 1);
    return go(Math.floor(i / OUT), i % OUT, urgent);
  };
  const run = player(() => next(false), 60);
  const point = (event) => {
    if (event.type === "pointermove" && event.buttons !== 1) return;
    const [r, c] = before.at(event).map((v) => Math.max(0, Math.min(OUT - 1, v - 1)));
    go(r, c);
  };
  before.root.addEventListener("pointerdown", point);
  before.root.addEventListener("pointermove", point);
  const names = Object.fromEntries(Object.entries(KERNELS).map(([key, { words }]) => [key, words]));
  root.append(
    make("div", { class: "controls" },
      choice({
        label: "Hạt nhân", options: names, value: state.kernel,
        change: (kernel) => {
          state.kernel = kernel;
          render();
        },
      }),
      row.root, column.root),
    actions({
      "Bước tiếp": () => (run.stop(), next(true)),
      "Chạy hoặc dừng": () => run.toggle(),
      "Về đầu": () => (run.stop(), go(0, 0, true)),
    }),
    make("div", { class: "charts" }, before.root, after.root),
    make("div", { class: "tables" }, pixels.root, weights.root, products.root),
    talk.root,
  );
  render();
};
