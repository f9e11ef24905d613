/* Gradient descent on a bowl and in a ravine: a quadratic ½·θᵀHθ, whose largest curvature L sets the threshold 2/L. */
import { actions, chart, choice, draw, legend, make, player, say, slider, status } from "./interactive-kit.js";

/** The two curvatures of each surface; the flat one lies at ANGLE to the first axis. */
export const SURFACES = { bowl: [1, 1], ravine: [1, 10] };
export const ANGLE = Math.PI / 6;
export const MOST_STEPS = 40;
const STARTS = { "top-left": [-3.2, 2.2], "top-right": [3.2, 2.2], "bottom-right": [3.2, -2.2] };

/** @returns {[number, number, number]} h₀₀, h₀₁, h₁₁ of the Hessian */
export const hessian = ([low, high]) => {
  const c = Math.cos(ANGLE), s = Math.sin(ANGLE);
  return [low * c * c + high * s * s, (low - high) * c * s, low * s * s + high * c * c];
};
export const loss = ([a, b, d], [u, v]) => (a * u * u + 2 * b * u * v + d * v * v) / 2;
export const gradient = ([a, b, d], [u, v]) => [a * u + b * v, b * u + d * v];
/** The points of `steps` steps, the start included. */
export const descend = (h, start, rate, steps) => {
  const path = [start];
  for (let i = 0; i < steps; i++) {
    const [u, v] = path[i];
    const [gu, gv] = gradient(h, [u, v]); // both at the same point, then the update
    path.push([u - rate * gu, v - rate * gv]);
  }
  return path;
};
/** Above it gradient descent leaves the bottom. */
export const threshold = ([low, high]) => 2 / Math.max(low, high);

const LEVELS = [0.1, 0.5, 1.5, 3.5, 7, 14, 28];
const EXPONENTS = [-8, -6, -4, -2, 0, 2, 4];

/** Build the figure. @param {HTMLElement} root @param {{surface?: string, ratio?: number}} given */
export const mount = (root, given = {}) => {
  const state = { surface: "ravine", ratio: 0.6, steps: 15, start: STARTS["top-left"], ...given };
  const talk = status(2, 5);
  const map = chart({
    label: "Bản đồ đường mức của hàm mất mát với đường đi của hạ gradient", x: [-4, 4], y: [-3, 3], height: 259,
    ticksX: [-4, -2, 0, 2, 4].map((v) => [v, say(v)]), ticksY: [-2, 0, 2].map((v) => [v, say(v)]),
    titleX: "θ₀", titleY: "θ₁",
  });
  const curve = chart({
    label: "Đồ thị mất mát theo số bước, trục đứng theo thang log", x: [0, MOST_STEPS], y: [-9, 5], height: 259,
    ticksX: [0, 10, 20, 30, 40].map((v) => [v, say(v)]),
    ticksY: EXPONENTS.map((p) => [p, p ? `10${p < 0 ? "⁻" : ""}${"⁰¹²³⁴⁵⁶⁷⁸⁹"[Math.abs(p)]}` : "1"]),
    titleX: "bước", titleY: "mất mát (thang log)",
  });
  const rings = draw("g");
  map.layer.append(rings);
  const trail = map.line("red");
  const spots = draw("g");
  map.layer.append(spots);
  const first = map.dot("ink");
  const last = map.dot("red");
  const whole = curve.line("soft dashed");
  const gone = curve.line("red");
  const now = curve.dot("red");

  const rate = () => state.ratio * threshold(SURFACES[state.surface]);
  const verdict = () => {
    if (state.ratio > 1.0001) return "α vượt ngưỡng 2/L: các bước văng ra xa dần, mất mát tăng.";
    if (state.ratio > 0.9999) return "α đúng bằng ngưỡng 2/L: theo hướng cong nhất, điểm nhảy qua nhảy lại mãi.";
    if (state.ratio > 0.5001) return "α dưới ngưỡng 2/L: hội tụ, nhưng mỗi bước vượt sang bên kia theo hướng cong nhất.";
    if (state.ratio > 0.05) return "α dưới một nửa ngưỡng 2/L: hội tụ, không dao động.";
    return "α rất nhỏ: hội tụ, nhưng rất chậm.";
  };
  const render = (urgent) => {
    const h = hessian(SURFACES[state.surface]);
    const path = descend(h, state.start, rate(), MOST_STEPS);
    const heights = path.map((point, i) => [i, Math.log10(Math.max(loss(h, point), 1e-300))]);
    const walked = path.slice(0, state.steps + 1);
    trail.set(walked);
    spots.replaceChildren(...walked.map(([u, v]) =>
      draw("circle", { class: "dot red", r: 2.4, cx: Math.max(-1e4, Math.min(1e4, map.X(u))), cy: Math.max(-1e4, Math.min(1e4, map.Y(v))) })));
    first.set(path[0]);
    last.set(path[state.steps]);
    whole.set(heights);
    gone.set(heights.slice(0, state.steps + 1));
    now.set(heights[state.steps]);
    talk.say(`Sau ${state.steps} bước, mất mát từ ${say(loss(h, path[0]))} thành ${say(loss(h, path[state.steps]))}. ${verdict()}`, urgent);
  };
  const drawRings = () => {
    const [low, high] = SURFACES[state.surface];
    const x = map.X(1) - map.X(0), y = map.Y(0) - map.Y(1); // both scales are equal
    rings.replaceChildren(
      ...LEVELS.map((level) => draw("ellipse", {
        class: "ring", rx: x * Math.sqrt((2 * level) / low), ry: y * Math.sqrt((2 * level) / high),
        transform: `translate(${map.X(0)} ${map.Y(0)}) rotate(${(-ANGLE * 180) / Math.PI})`,
      })),
      draw("path", { class: "line ink", d: `M${map.X(0) - 5} ${map.Y(0)}h10M${map.X(0)} ${map.Y(0) - 5}v10` }),
    );
  };

  const rateSlider = slider({
    label: "Tốc độ học α", min: 0.02, max: 1.2, step: 0.01, value: state.ratio,
    describe: (ratio) => `${say(ratio * threshold(SURFACES[state.surface]))}, tức ${say(ratio)}·(2/L)`,
    change: (ratio) => {
      state.ratio = ratio;
      render();
    },
  });
  rateSlider.root.append(make("span", { class: "mark-at", style: `--at:${(1 - 0.02) / (1.2 - 0.02)}`, "aria-hidden": "true" }, "2/L"));
  const stepSlider = slider({
    label: "Số bước", min: 0, max: MOST_STEPS, step: 1, value: state.steps, describe: (n) => `${n} bước`,
    change: (n) => {
      state.steps = n;
      render();
    },
  });
  const goTo = (n, urgent) => {
    state.steps = n;
    stepSlider.set(n);
    render(urgent);
    return n < MOST_STEPS;
  };
  const run = player(() => goTo(Math.min(MOST_STEPS, state.steps + 1)), 180);
  map.root.addEventListener("click", (event) => {
    const [u, v] = map.at(event);
    if (Math.abs(u) > 4 || Math.abs(v) > 3) return;
    state.start = [u, v];
    render();
  });

  root.append(
    make("div", { class: "controls" },
      choice({
        label: "Mặt mất mát", options: { bowl: "Cái bát, L = 1", ravine: "Thung lũng, L = 10" }, value: state.surface,
        change: (surface) => {
          state.surface = surface;
          rateSlider.show();
          drawRings();
          render();
        },
      }),
      choice({
        label: "Điểm đầu", options: { "top-left": "Trái, trên", "top-right": "Phải, trên", "bottom-right": "Phải, dưới" }, value: "top-left",
        change: (name) => {
          state.start = STARTS[name];
          render();
        },
      }),
      rateSlider.root, stepSlider.root),
    actions({
      "Đi một bước": () => (run.stop(), goTo(Math.min(MOST_STEPS, state.steps + 1), true)),
      "Chạy hoặc dừng": () => (state.steps === MOST_STEPS && goTo(0), run.toggle()),
      "Về đầu": () => (run.stop(), goTo(0, true)),
    }),
    make("div", { class: "charts" }, map.root, curve.root),
    legend([["red", "đường đã đi"], ["soft dashed", "nếu đi tiếp"]]),
    talk.root,
  );
  drawRings();
  render();
};
