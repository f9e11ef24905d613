/* Polynomials fitted to many noisy samples of one curve: bias², variance and error for every degree, measured. */
import { actions, chart, legend, make, player, say, slider, status } from "./interactive-kit.js";

export const POINTS = 15, SAMPLES = 100, NOISE = 0.4, MOST = 9;
export const truth = (x) => Math.sin(Math.PI * x);
const spread = (n) => Array.from({ length: n }, (_, i) => -1 + (2 * i) / (n - 1));
export const X = spread(POINTS), GRID = spread(101);

/** mulberry32: numbers in [0, 1), the same in every language. @param {number} seed */
export const uniform = (seed) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t = (t ^ (t + Math.imul(t ^ (t >>> 7), t | 61))) >>> 0;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
};
/** Normal numbers by Box and Muller, two at a time. */
export const normal = (seed, count) => {
  const next = uniform(seed);
  const found = [];
  while (found.length < count) {
    const r = Math.sqrt(-2 * Math.log(1 - next())), angle = 2 * Math.PI * next();
    found.push(r * Math.cos(angle), r * Math.sin(angle));
  }
  return found.slice(0, count);
};
/** The labels of all samples: list of SAMPLES lists of POINTS numbers. */
export const draws = (seed) => {
  const noise = normal(seed, SAMPLES * POINTS);
  return Array.from({ length: SAMPLES }, (_, r) => X.map((x, i) => truth(x) + NOISE * noise[r * POINTS + i]));
};

/** Polynomials of degree 0 to MOST that are orthonormal on X: [degree] → values on X, values on GRID. */
export const basis = () => {
  const columns = [];
  const both = [...X, ...GRID];
  let older = both.map(() => 0), old = both.map(() => 1); // Legendre's recurrence keeps the numbers small
  for (let k = 0; k <= MOST; k++) {
    let column = [...old];
    for (const q of columns) {
      let dot = 0;
      for (let i = 0; i < POINTS; i++) dot += q[i] * column[i];
      column = column.map((v, i) => v - dot * q[i]);
    }
    const norm = Math.sqrt(column.slice(0, POINTS).reduce((sum, v) => sum + v * v, 0));
    columns.push(column.map((v) => v / norm));
    const next = both.map((x, i) => ((2 * k + 1) * x * old[i] - k * older[i]) / (k + 1));
    older = old;
    old = next;
  }
  return columns.map((column) => [column.slice(0, POINTS), column.slice(POINTS)]);
};
/** Least squares for every degree: [degree] → the fit on GRID and its mean squared error on the sample. */
export const fits = (columns, y) => {
  let curve = GRID.map(() => 0), rest = y;
  return columns.map(([onX, onGrid]) => {
    const weight = onX.reduce((sum, q, i) => sum + q * y[i], 0);
    curve = curve.map((v, i) => v + weight * onGrid[i]);
    rest = rest.map((v, i) => v - weight * onX[i]);
    return { curve, error: rest.reduce((sum, v) => sum + v * v, 0) / POINTS };
  });
};
const mean = (values) => values.reduce((sum, v) => sum + v, 0) / values.length;
/** [degree] → bias², variance (means over GRID), error on new data, error on the training data, the mean fit. */
export const decompose = (all) =>
  all[0].map((_, degree) => {
    const average = GRID.map((_, i) => mean(all.map((one) => one[degree].curve[i])));
    const bias2 = mean(GRID.map((x, i) => (average[i] - truth(x)) ** 2));
    const variance = mean(GRID.map((_, i) => mean(all.map((one) => (one[degree].curve[i] - average[i]) ** 2))));
    return { bias2, variance, error: bias2 + variance + NOISE ** 2, train: mean(all.map((one) => one[degree].error)), average };
  });

const FAINT = 25;

/** Build the figure. @param {HTMLElement} root @param {{degree?: number}} given */
export const mount = (root, given = {}) => {
  const state = { degree: 3, sample: 0, seed: 1, ...given };
  const talk = status(3, 6);
  const columns = basis();
  let labels, all, parts;
  const plane = chart({
    label: "Đường cong thật, các đường khớp trên nhiều tập huấn luyện và đường trung bình của chúng", x: [-1, 1], y: [-2.2, 2.2], height: 259,
    ticksX: [-1, 0, 1].map((v) => [v, say(v)]), ticksY: [-2, -1, 0, 1, 2].map((v) => [v, say(v)]), titleX: "x", titleY: "y",
  });
  const split = chart({
    label: "Độ chệch bình phương, phương sai và sai số theo bậc đa thức", x: [0, MOST], y: [0, 0.8], height: 259,
    ticksX: [0, 3, 6, 9].map((v) => [v, say(v)]), ticksY: [0, 0.2, 0.4, 0.6, 0.8].map((v) => [v, say(v)]),
    titleX: "bậc của đa thức", titleY: "sai số bình phương",
  });
  const faint = Array.from({ length: FAINT }, () => plane.line("faint"));
  const real = plane.line("ink");
  const average = plane.line("red dashed");
  const one = plane.line("blue");
  const dots = X.map(() => plane.dot("blue", [0, 0], 3));
  const kinds = { bias2: "red dashed", variance: "amber", error: "ink", train: "soft dashed" };
  const curves = Object.entries(kinds).map(([name, kind]) => [name, split.line(kind)]);
  const marks = ["bias2", "variance", "error"].map((name) => [name, split.dot(kinds[name].split(" ")[0])]);
  real.set(GRID.map((x) => [x, truth(x)]));

  const measure = () => {
    labels = draws(state.seed);
    all = labels.map((y) => fits(columns, y));
    parts = decompose(all);
    for (const [name, line] of curves) line.set(parts.map((part, degree) => [degree, part[name]]));
  };
  const along = (curve) => curve.map((y, i) => [GRID[i], y]);
  const render = (urgent) => {
    const { degree, sample } = state;
    const part = parts[degree];
    faint.forEach((line, r) => line.set(along(all[r][degree].curve)));
    one.set(along(all[sample][degree].curve));
    average.set(along(part.average));
    dots.forEach((dot, i) => dot.set([X[i], labels[sample][i]]));
    for (const [name, mark] of marks) mark.set([degree, part[name]]);
    const best = parts.reduce((lowest, p, d) => (p.error < parts[lowest].error ? d : lowest), 0);
    const verdict = degree === best ? "Đây là bậc có sai số nhỏ nhất."
      : degree < best ? `Dưới khớp so với bậc ${best}: độ chệch còn lớn.` : `Quá khớp so với bậc ${best}: phương sai lớn.`;
    talk.say(`Bậc ${degree}: độ chệch bình phương ${say(part.bias2)}, phương sai ${say(part.variance)}, sai số trên dữ liệu mới ${say(part.error)}, trên tập huấn luyện ${say(part.train)}. ${verdict}`, urgent);
  };
  const degree = slider({
    label: "Bậc của đa thức", min: 0, max: MOST, step: 1, value: state.degree, describe: (d) => `bậc ${d}`,
    change: (d) => {
      state.degree = d;
      render();
    },
  });
  const another = () => {
    state.sample = (state.sample + 1) % SAMPLES;
    render();
    return state.sample < FAINT - 1;
  };
  const run = player(another, 400);
  root.append(
    make("div", { class: "controls" }, degree.root),
    actions({
      "Tập huấn luyện khác": () => (run.stop(), another()),
      "Chạy hoặc dừng": () => run.toggle(),
      "Rút lại cả 100 tập": () => {
        run.stop();
        state.seed += 1;
        measure();
        render(true);
      },
    }),
    make("div", { class: "charts" }, plane.root, split.root),
    legend([["ink", "đường cong thật; sai số trên dữ liệu mới"], ["blue", "một tập huấn luyện"], ["faint", "25 tập khác"],
      ["red dashed", "trung bình các đường; độ chệch²"], ["amber", "phương sai"], ["soft dashed", "sai số huấn luyện"]]),
    talk.root,
  );
  measure();
  render();
};
