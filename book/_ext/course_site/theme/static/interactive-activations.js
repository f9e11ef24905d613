/* Activation functions, their derivatives, and what is left of a gradient after k layers with the same input z. */
import { chart, choice, legend, make, say, slider, status } from "./interactive-kit.js";

export const SLOPE = 0.01; // of Leaky ReLU for negative inputs

/** A sigmoid that does not overflow. */
const sigmoid = (z) => {
  const e = Math.exp(-Math.abs(z));
  return z >= 0 ? 1 / (1 + e) : e / (1 + e);
};
/** Its derivative, which loses no digits where it is almost 0. */
const sigmoidSlope = (z) => {
  const e = Math.exp(-Math.abs(z));
  return e / (1 + e) ** 2;
};
/** name → value and derivative; at 0, where ReLU has no derivative, the left one is taken, as PyTorch does */
export const FUNCTIONS = {
  sigmoid: { words: "Sigmoid", value: sigmoid, slope: sigmoidSlope },
  tanh: { words: "Tanh", value: Math.tanh, slope: (z) => 4 * sigmoidSlope(2 * z) },
  relu: { words: "ReLU", value: (z) => Math.max(0, z), slope: (z) => (z > 0 ? 1 : 0) },
  leaky: { words: "Leaky ReLU", value: (z) => (z > 0 ? z : SLOPE * z), slope: (z) => (z > 0 ? 1 : SLOPE) },
};
/** The product of `layers` equal derivatives (all weights are 1). */
export const remaining = (name, z, layers) => FUNCTIONS[name].slope(z) ** layers;

export const MOST_LAYERS = 20;
const SATURATED = 0.05; // a derivative below this is called flat
const GRID = Array.from({ length: 241 }, (_, i) => -6 + i / 20);
const RAISED = ["1", "10⁻⁴", "10⁻⁸", "10⁻¹²", "10⁻¹⁶"];

/** Build the figure. @param {HTMLElement} root @param {{function?: string, z?: number, layers?: number}} given */
export const mount = (root, given = {}) => {
  const state = { function: "sigmoid", z: 2, layers: 10, ...given };
  const talk = status(2, 5);
  const shape = chart({
    label: "Đồ thị hàm kích hoạt và đạo hàm của nó", x: [-6, 6], y: [-1.2, 2.2],
    ticksX: [-6, -3, 0, 3, 6].map((v) => [v, say(v)]), ticksY: [-1, 0, 1, 2].map((v) => [v, say(v)]),
    titleX: "z", titleY: "g(z), g′(z)",
  });
  const depth = chart({
    label: "Phần gradient còn lại theo số tầng, trục đứng theo thang log", x: [0, MOST_LAYERS], y: [-17, 1],
    ticksX: [0, 5, 10, 15, 20].map((v) => [v, say(v)]), ticksY: RAISED.map((words, i) => [-4 * i, words]),
    titleX: "số tầng đi ngược qua", titleY: "gradient còn lại (thang log)",
  });
  const value = shape.line("blue"), slope = shape.line("red dashed");
  const valueAt = shape.dot("blue"), slopeAt = shape.dot("red");
  const decay = depth.line("red"), left = depth.dot("red");

  const render = () => {
    const { words, value: f, slope: d } = FUNCTIONS[state.function];
    const at = d(state.z);
    const rest = remaining(state.function, state.z, state.layers);
    const height = (k) => [k, Math.max(-40, Math.log10(at ** k || 1e-40))];
    value.set(GRID.map((z) => [z, f(z)]));
    slope.set(GRID.map((z) => [z, d(z)]));
    valueAt.set([state.z, f(state.z)]);
    slopeAt.set([state.z, at]);
    decay.set(Array.from({ length: state.layers + 1 }, (_, k) => height(k)));
    left.set(height(state.layers));
    let verdict = "Gradient gần như nguyên vẹn.";
    if (at === 0) verdict = "Đạo hàm bằng 0: không còn gradient nào đi qua.";
    else if (at < SATURATED && state.function !== "leaky") verdict = "Hàm đang bão hòa: đồ thị gần như nằm ngang.";
    else if (rest < 0.01) verdict = "Gradient tiêu biến dần qua các tầng.";
    else if (rest < 0.99) verdict = "Gradient nhỏ đi qua mỗi tầng.";
    talk.say(`${words} tại z = ${say(state.z)}: g = ${say(f(state.z), 4)}, g′ = ${say(at, 4)}. Đi ngược qua ${state.layers} tầng, gradient bị nhân với ${say(rest, 3)}. ${verdict}`);
  };
  const set = (name) => (next) => {
    state[name] = next;
    render();
  };
  const names = Object.fromEntries(Object.entries(FUNCTIONS).map(([key, { words }]) => [key, words]));
  root.append(
    make("div", { class: "controls" },
      choice({ label: "Hàm kích hoạt", options: names, value: state.function, change: set("function") }),
      slider({ label: "Đầu vào z", min: -6, max: 6, step: 0.1, value: state.z, describe: (z) => say(z), change: set("z") }).root,
      slider({ label: "Số tầng", min: 1, max: MOST_LAYERS, step: 1, value: state.layers, describe: (k) => `${k} tầng`, change: set("layers") }).root),
    make("div", { class: "charts" }, shape.root, depth.root),
    legend([["blue", "hàm g"], ["red dashed", "đạo hàm g′"], ["red", "gradient còn lại"]]),
    talk.root,
  );
  render();
};
