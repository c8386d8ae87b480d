/*
 * The kernel plane: contrastive kernel PCA of chapter 4 on pairs of points, computed while one
 * drags, beside plain kernel PCA.
 *
 * One module for two homes, as staircase.js; what all widgets share stands before it (_parts.js).
 *
 * State (see _kernel_plane.py): centres, a list of [x, y], and lengths, a list of numbers, one a
 * pair; kernel, bandwidth, augmentation, method, mode.
 */
const {
  scientific, short, tickStep, multiples, text, line, figure, make, slider, choice, sentence,
  installStyle,
} = parts;

// --- Linear algebra ---------------------------------------------------------------------------

/** Σ_i a_i b_i. Loops here and below, for this runs many thousand times a second. */
function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Σ_k weights_k vectors_k. */
function combine(vectors, weights) {
  const sum = new Array(vectors[0].length).fill(0);
  vectors.forEach((v, k) => v.forEach((x, i) => { sum[i] += weights[k] * x; }));
  return sum;
}

/**
 * The columns of an L with K = L Lᵀ, as many as K has rank: pivoted Cholesky decomposition. It ends
 * where the largest diagonal entry of what is left is rounding; duplicated views do no harm.
 */
function factor(K) {
  const left = K.map((row, i) => row[i]);
  const least = ROUNDING * Math.max(...left);
  const columns = [];
  while (columns.length < K.length) {
    const pivot = left.indexOf(Math.max(...left));
    if (left[pivot] <= least) break;
    const done = combine([K[pivot], ...columns], [1, ...columns.map((column) => -column[pivot])]);
    const column = done.map((x) => x / Math.sqrt(left[pivot]));
    columns.push(column);
    column.forEach((x, i) => { left[i] -= x * x; });
  }
  return columns;
}

/** Turns the vectors a and b in their plane by the angle with cosine c and sine s. */
function rotate(a, b, c, s) {
  for (let k = 0; k < a.length; k++) {
    const x = a[k];
    const y = b[k];
    a[k] = c * x - s * y;
    b[k] = s * x + c * y;
  }
}

/**
 * Eigenvalues, descending, and eigenvectors, one a row, of a symmetric matrix: Jacobi's method.
 * Each rotation makes one entry beside the diagonal zero, until all of them are rounding.
 */
function eigen(matrix) {
  const A = matrix.map((row) => Float64Array.from(row));
  const V = A.map((_, i) => Float64Array.from(A, (_, j) => Number(i === j)));
  const size = A.length;
  const least = 1e-34 * A.reduce((sum, row) => sum + dot(row, row) / size ** 2, 0);
  for (let turned = true; turned; ) {
    turned = false;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        const a = A[p][q];
        if (!(a * a > least)) continue;
        turned = true;
        const cot = (A[q][q] - A[p][p]) / (2 * a); // of twice the angle
        const tan = (cot < 0 ? -1 : 1) / (Math.abs(cot) + Math.sqrt(cot * cot + 1));
        const c = 1 / Math.sqrt(tan * tan + 1);
        const [onP, onQ] = [A[p][p] - tan * a, A[q][q] + tan * a];
        rotate(A[p], A[q], c, tan * c);
        rotate(V[p], V[q], c, tan * c);
        for (let k = 0; k < size; k++) {
          A[k][p] = A[p][k];
          A[k][q] = A[q][k];
        }
        A[p][p] = onP;
        A[q][q] = onQ;
        A[p][q] = A[q][p] = 0;
      }
    }
  }
  const order = A.map((_, i) => i).sort((i, j) => A[j][j] - A[i][i]);
  return { values: order.map((i) => A[i][i]), vectors: order.map((i) => V[i]) };
}

// --- Contrastive and plain kernel PCA ---------------------------------------------------------

const squaredDistance = (p, q) => (p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2;
const KERNELS = {
  rbf: (p, q, b) => Math.exp(-squaredDistance(p, q) / (2 * b * b)),
  laplace: (p, q, b) => Math.exp(-Math.sqrt(squaredDistance(p, q)) / b),
  linear: (p, q) => p[0] * q[0] + p[1] * q[1],
};
const ROUNDING = 1e-13; // what is below this share of the largest is zero

/** The other view of each: P times a vector over all views. */
const swap = (a) => [...a.slice(a.length / 2), ...a.slice(0, a.length / 2)];

/**
 * All modes of 2n views, n first ones before n second ones, for both methods.
 *
 * A mode is a function g(x) = Σ_i weights_i k(x, x_i) of norm 1 in the kernel's space. It has
 * `values`, g at the views; `square`, the mean of g(x)²; `shared`, the mean of g(x) g(x′) over
 * the pairs. Their quotient is the agreement, 1 − mean (g(x) − g(x′))² / (2 mean g(x)²).
 * Kernel PCA: the eigenvectors of K̃, and `square` is the eigenvalue of K̃/2n.
 * SSL: `shared` is γ, the eigenvalue of K_Γ, and f = g/√γ is the embedding where γ > 0.
 *
 * K̃ = L Lᵀ with few columns if K̃ is singular. An eigenvector of LᵀL, turned by L, gives a column of
 * R, K̃ = R Rᵀ with orthogonal columns: kernel PCA. For an eigenvector w of M = RᵀPR/2n, which has
 * the eigenvalues of K_Γ, g has the values R w and the weights P R w/(2nγ), as chapter 4 derives.
 */
function solve(views, kernel, bandwidth) {
  const size = views.length;
  const L = factor(views.map((p) => views.map((q) => KERNELS[kernel](p, q, bandwidth))));
  const { values: kappa, vectors } = eigen(L.map((a) => L.map((b) => dot(a, b))));
  const R = vectors.map((v) => combine(L, v));
  const swapped = R.map(swap);
  const M = R.map((a) => swapped.map((b) => dot(a, b) / size));
  const { values: gamma, vectors: W } = eigen(M);

  const mode = (values, shared, weights) => ({ values, square: dot(values, values) / size, shared, weights });
  const zero = { values: null, square: 0, shared: 0, weights: null };
  const zeros = Array(size - R.length).fill(zero);
  const pca = R.map((values, j) => mode(values, M[j][j], values.map((x) => x / kappa[j])));
  const ssl = gamma.map((g, j) => {
    if (Math.abs(g) <= ROUNDING * gamma[0]) return zero;
    const values = combine(R, W[j]);
    return mode(values, g, swap(values).map((x) => x / (size * g)));
  });
  const above = ssl.filter(({ shared }) => shared > 0).length;
  return { ssl: [...ssl.slice(0, above), ...zeros, ...ssl.slice(above)], pca: [...pca, ...zeros] };
}

/** A mode's function at each of the points. */
function evaluate(views, kernel, bandwidth, { weights }, points) {
  const k = KERNELS[kernel];
  return points.map((p) => {
    let sum = 0;
    for (let i = 0; i < views.length; i++) sum += weights[i] * k(p, views[i], bandwidth);
    return sum;
  });
}

// --- The pairs and the plane ------------------------------------------------------------------

const TRAITS = ["kernel", "bandwidth", "augmentation", "method", "mode"]; // what changes
const HALF = [3.6, 1.6]; // the part of the plane that is shown, from its middle to its edges
const COLUMNS = 104; // of the coloured map, which the browser smooths
const ROWS = 46;

/** Two points for each pair, `augmentation` × its length apart along the first axis. */
function viewsOf(model) {
  const lengths = model.get("lengths");
  const side = (sign) =>
    model.get("centres").map(([x, y], i) => [x + (sign * model.get("augmentation") * lengths[i]) / 2, y]);
  return [...side(1), ...side(-1)];
}

/** The middles of the map's cells, row by row from the top. */
const CELLS = Array.from({ length: COLUMNS * ROWS }, (_, k) => [
  HALF[0] * ((2 * (k % COLUMNS) + 1) / COLUMNS - 1),
  HALF[1] * (1 - (2 * Math.floor(k / COLUMNS) + 1) / ROWS),
]);

const ORANGE = [226, 106, 0]; // above zero
const BLUE = [45, 108, 223]; // below
const OPAQUE = 200; // of 255, so that dots stand out; zero is the paper, light or dark

/** The map of a function whose largest value at a view is `largest`. */
function paint(canvas, values, largest) {
  const image = new ImageData(COLUMNS, ROWS);
  values.forEach((value, k) => {
    const strength = Math.min(1, Math.abs(value) / largest);
    image.data.set([...(value > 0 ? ORANGE : BLUE), OPAQUE * strength], 4 * k);
  });
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** The pairs over the map, and under it the two lengths that the sliders set. */
function drawPairs(views, values, lengths, width, height) {
  const scale = width / (2 * HALF[0]);
  const at = views.map(([x, y]) => [width / 2 + scale * x, height / 2 - scale * y]);
  const n = views.length / 2;
  const pairs = at.slice(0, n).map(([x, y], i) => line(x, y, ...at[n + i], "pair"));
  const dots = at.map(([x, y], i) =>
    `<circle cx="${x}" cy="${y}" r="${width < 500 ? 3 : 4.5}" class="view ${values?.[i] > 0 ? "above" : ""}"/>`);
  let from = 0;
  const rules = lengths.map(([symbol, length]) => {
    const [y, to] = [height + 14, from + 20 + scale * length];
    const rule = text(from, y + 4, "start", symbol, "name") + line(from + 20, y, to, y, "rule");
    from = to + 24;
    return rule;
  });
  return [...pairs, ...dots, ...rules].join("");
}

// --- The two spectra --------------------------------------------------------------------------

const LEFT = 40; // px beside a chart, for the numbers of its scale
const RIGHT = 8;

/** Where the charts stand in a figure of this width: side by side, or one above the other. */
function layout(width, solved) {
  const narrow = width < 500;
  const box = { width: (narrow ? width : width / 2 - 8) - LEFT - RIGHT, height: narrow ? 84 : 130 };
  const all = [...solved.ssl, ...solved.pca];
  const high = Math.max(...all.map(({ square }) => square));
  const low = Math.min(0, ...all.map(({ shared }) => shared));
  const charts = ["ssl", "pca"].map((method, k) => ({
    method, modes: solved[method], ...box,
    x: LEFT + (narrow ? 0 : k * (width / 2 + 8)), y: 26 + (narrow ? k * (box.height + 60) : 0),
  }));
  return { charts, low, high, height: charts[1].y + box.height + 22 };
}

const NAMES = {
  ssl: ["SSL", "contrastive kernel, by γ (filled)"],
  pca: ["kernel PCA", "by mean square (outline)"],
};

function drawChart({ method, modes, x, y, width, height }, low, high, chosen) {
  const place = (v) => y + (height * (high - v)) / (high - low);
  const step = width / modes.length;
  const bar = (value, k, kind) => {
    const [top, bottom] = [place(Math.max(value, 0)), place(Math.min(value, 0))];
    return `<rect x="${x + (k + 0.12) * step}" y="${top}" width="${0.76 * step}" height="${bottom - top}" class="${kind}"/>`;
  };
  const numbers = multiples(tickStep(high - low, height, 26), low, high).map((v) =>
    line(x, place(v), x + width, place(v), v === 0 ? "axis" : "guide") +
      text(x - 6, place(v) + 4, "end", short(v)));
  const bars = modes.map((mode, k) => {
    const kind = k === chosen ? "chosen" : "";
    return bar(mode.square, k, `outline ${kind}`) + bar(mode.shared, k, `filled ${kind}`);
  });
  const ends = [1, modes.length / 2, modes.length].map((j) =>
    text(x + (j - 0.5) * step, y + height + 16, "middle", j, j - 1 === chosen ? "name" : "quiet"));
  const [name, words] = NAMES[method];
  return [
    text(x - LEFT, y - 12, "start", `<tspan class="name">${name}</tspan><tspan class="quiet" dx="8">${words}</tspan>`),
    chosen === null ? "" : `<rect x="${x + chosen * step}" y="${y}" width="${step}" height="${height}" class="column"/>`,
    ...numbers, ...bars, ...ends,
    text(x + width / 4, y + height + 16, "middle", "mode j", "quiet"),
  ].join("");
}

// --- Words ------------------------------------------------------------------------------------

const START = 1e-6; // s_j(0), for the step time

/** What the chosen mode is, as a sentence. */
function inWords(method, j, { square, shared }) {
  const name = `${method === "ssl" ? "SSL" : "Kernel PCA"}, mode ${j}`;
  if (square === 0) return `${name}: zero. The views span no such direction of the kernel's space.`;
  const product = `mean square ${short(square)} × agreement ${(shared / square).toFixed(2).replace("-", "−")}`;
  if (method === "pca") {
    return `${name}: ${product} = ${short(shared)}, the filled part.`;
  }
  const step = Math.log(1 / (shared * START ** 2) - 1) / (8 * shared);
  const learned = shared > 0 ? `Step at t = ${short(step)} from s(0) = ${scientific(START)}.` : "Never learned, as γ < 0.";
  return `${name}: γ = ${short(shared)} = ${product}. ${learned}`;
}

const NOTE =
  "Each mode is a function g of norm 1 in the kernel's space; SSL's embedding is g/√γ. No kernel is " +
  "centred. Outline: the mean of g(x)² over the views. Filled: the mean of g(x) g(x′) over the pairs, " +
  "which is γ for SSL. Agreement is their quotient, 1 − mean (g(x) − g(x′))² / (2 mean g(x)²): 1 if " +
  "the two views of each pair get the same value, −1 if opposite ones. Orange, filled dots: g > 0; " +
  "blue, hollow dots: g < 0. Under the map, to scale: the mean distance a of the two views, and the " +
  "bandwidth b.";

// --- Style ------------------------------------------------------------------------------------

const STYLE = `
& .plane { position: relative; }
& canvas { position: absolute; width: 100%; left: 0; top: 0; outline: 1px solid var(--edge); }
& .plane svg { position: relative; }
& .charts { cursor: pointer; }
& .pair { stroke: var(--ink); stroke-width: 1.25; opacity: 0.7; }
& .view { fill: var(--paper); stroke: var(--ink); stroke-width: 1.5; }
& .view.above { fill: var(--ink); stroke: var(--paper); stroke-width: 1; }
& .rule { stroke: var(--ink); stroke-width: 3; }
& .outline { fill: none; stroke: var(--quiet); stroke-width: 1; }
& .filled { fill: var(--quiet); }
& .outline.chosen { stroke: var(--accent); }
& .filled.chosen { fill: var(--accent); }
& .column { fill: var(--accent); opacity: 0.16; }
& .controls { margin: 8px 0 12px; }
& .choice { grid-column: 1 / -1; }
/* Room for the longest sentence, so that nothing below jumps while one drags. */
& .words { margin: 0 0 10px; min-height: 2.8em; }
@media (max-width: 500px) { & .words { min-height: 4.2em; } }
`;

// --- The widget -------------------------------------------------------------------------------

function render({ model, el }) {
  installStyle("stepwise-kernel-plane", STYLE);
  const canvas = make("canvas", { width: COLUMNS, height: ROWS, "aria-hidden": "true" });
  const plane = figure("Pairs of points in the plane, over the values of the chosen mode.", 1);
  const charts = figure("The modes of SSL and of kernel PCA as bars.", 1);
  charts.setAttribute("class", "charts");
  const words = sentence();
  let solved = null;
  let solvedFor = null;
  let L = null; // where the charts stand
  let previous = null; // the values last drawn, at the views
  let width = 0;
  let pending = null;

  function solveIfChanged(views, kernel, bandwidth) {
    const key = JSON.stringify([views, kernel, bandwidth]);
    if (key === solvedFor) return;
    solvedFor = key;
    solved = solve(views, kernel, bandwidth);
  }

  /** 1 or −1: a mode has no sign of its own, and one that jumps while one drags would hide all else. */
  function sign(views, { values }) {
    const now = dot(values, previous ?? views.map(([x, y]) => 1 + x + y)) < 0 ? -1 : 1;
    previous = values.map((value) => now * value);
    return now;
  }

  function drawPlane(views, kernel, bandwidth, mode) {
    const height = Math.round((width * HALF[1]) / HALF[0]);
    canvas.style.height = `${height}px`;
    plane.setAttribute("viewBox", `0 0 ${width} ${height + 24}`);
    const known = mode.values !== null;
    const turn = known ? sign(views, mode) : 0;
    const map = known ? evaluate(views, kernel, bandwidth, mode, CELLS) : CELLS.map(() => 0);
    paint(canvas, map.map((value) => turn * value), known ? Math.max(...mode.values.map(Math.abs)) : 1);
    const lengths = [["a", model.get("augmentation")]];
    if (kernel !== "linear") lengths.push(["b", bandwidth]);
    plane.firstChild.innerHTML = drawPairs(views, known ? previous : null, lengths, width, height);
  }

  function draw() {
    pending = null;
    if (width === 0) return; // hidden: the observer calls again when there is room
    const [kernel, bandwidth, , method, j] = TRAITS.map((name) => model.get(name));
    const views = viewsOf(model);
    solveIfChanged(views, kernel, bandwidth);
    const mode = solved[method][j - 1];
    drawPlane(views, kernel, bandwidth, mode);
    L = layout(width, solved);
    charts.setAttribute("viewBox", `0 0 ${width} ${L.height}`);
    charts.firstChild.innerHTML = L.charts
      .map((chart) => drawChart(chart, L.low, L.high, chart.method === method ? j - 1 : null))
      .join("");
    for (const control of controls) control.show(model.get(control.name));
    controls.find(({ name }) => name === "bandwidth").input.disabled = kernel === "linear";
    words.say(inWords(method, j, mode));
  }

  // However many events there are, one drawing a frame.
  const redraw = () => (pending ??= requestAnimationFrame(draw));
  const move = (name, value) => {
    model.set(name, value);
    redraw();
  };
  const done = () => model.save_changes();
  const pick = (name, value) => {
    move(name, value);
    done();
  };

  const same = (x) => x;
  const choices = [
    { name: "method", label: "mode of", options: { ssl: "SSL", pca: "plain kernel PCA" } },
    { name: "kernel", label: "kernel", options: { rbf: "Gaussian", laplace: "Laplace", linear: "linear" } },
  ].map((options) => choice({ ...options, pick: (value) => pick(options.name, value) }));
  const sliders = [
    { name: "mode", label: "mode <i>j</i>", min: 1, max: 2 * model.get("lengths").length, step: 1 },
    { name: "augmentation", label: "augmentation <i>a</i>", min: 0, max: 2.5, step: 0.05 },
    {
      name: "bandwidth", label: "bandwidth <i>b</i>", min: Math.log10(0.2), max: Math.log10(4), step: 0.01,
      value: (x) => Number((10 ** x).toPrecision(3)), position: Math.log10,
    },
  ].map((options) =>
    slider({ value: same, position: same, words: short, move: (v) => move(options.name, v), done, ...options }));
  const controls = [...choices, ...sliders];

  // A bar can be pointed at; the mode's slider does the same from the keyboard.
  charts.addEventListener("click", (event) => {
    const box = charts.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const chart = L.charts.find((c) => x > c.x && x < c.x + c.width && y > c.y && y < c.y + c.height);
    if (!chart) return;
    move("method", chart.method);
    pick("mode", 1 + Math.floor(((x - chart.x) / chart.width) * chart.modes.length));
  });

  el.classList.add("stepwise-widget");
  el.replaceChildren(
    make("div", { class: "stepwise-kernel-plane", role: "group", "aria-label": "Kernel plane" },
      make("div", { class: "plane" }, canvas, plane),
      make("div", { class: "controls" }, ...controls.map((control) => control.node)),
      words.seen, words.heard, charts, make("p", { class: "note" }, NOTE)));

  const observer = new ResizeObserver(([entry]) => {
    width = Math.round(entry.contentRect.width);
    redraw();
  });
  observer.observe(plane);
  for (const name of TRAITS) model.on(`change:${name}`, redraw);

  return () => {
    observer.disconnect();
    words.hush();
    cancelAnimationFrame(pending);
    for (const name of TRAITS) model.off(`change:${name}`, redraw);
  };
}

render.closedForm = { solve, evaluate }; // for the tests, which compare with Python

export default { render };
