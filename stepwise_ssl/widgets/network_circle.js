/*
 * The network circle: NNGP and NTK of an infinitely wide ReLU network as functions of the angle
 * between two inputs, and the eigenvalues γ and step times of waves on the circle that follow
 * (chapter 5), computed while one drags.
 *
 * One module for two homes, as staircase.js; what all widgets share stands before it (_parts.js).
 *
 * State (see _network_circle.py): depth, bias, turn (degrees).
 */
const {
  scientific, short, tickStep, multiples, text, line, figure, installStyle, mount,
} = parts;

// --- The kernels, their Fourier coefficients, the step times -----------------------------------

const HALF = 1024; // angles from 0 to π, both ends included one more
const WAVES = 13; // k = 0 … 12
const ROUNDING = 1e-10; // γ below this share of the largest is zero
const START = 1e-3; // s(0) of every wave
const ANGLES = Array.from({ length: HALF + 1 }, (_, i) => (Math.PI * i) / HALF);

/**
 * [NNGP, NTK] of two points on the unit circle at this angle, W_std = √2. Dense: K ← 2K + b²,
 * Θ ← K_new + 2Θ. ReLU: K ← r/2π + (½ − θ/2π) K, Θ ← (½ − θ/2π) Θ with r² = size² − K² and
 * θ = atan2(r, K); size is K of a point with itself, which keeps its value but for the biases.
 */
function kernelAt(angle, depth, bias) {
  let size = 1 + bias ** 2;
  let nngp = Math.cos(angle) + bias ** 2;
  let ntk = nngp;
  for (let layer = 0; layer < depth; layer++) {
    const square = size * size - nngp * nngp;
    const r = square > 1e-14 * size * size ? Math.sqrt(square) : 0; // else rounding
    const share = 0.5 - Math.atan2(r, nngp) / (2 * Math.PI);
    nngp = 2 * (r / (2 * Math.PI) + share * nngp) + bias ** 2;
    ntk = nngp + 2 * share * ntk;
    size += bias ** 2;
  }
  return [nngp, ntk];
}

/** NNGP and NTK at all ANGLES. */
function kernels(depth, bias) {
  const both = ANGLES.map((angle) => kernelAt(angle, depth, bias));
  return { nngp: both.map(([k]) => k), ntk: both.map(([, theta]) => theta) };
}

// cos kθ at all ANGLES, times the weight of each in a mean over the full circle.
const WEIGHTS = Array.from({ length: WAVES }, (_, k) =>
  ANGLES.map((angle, i) => (Math.cos(k * angle) * (i === 0 || i === HALF ? 1 : 2)) / (2 * HALF)));

/** γ_k = c_k cos 2kδ, k = 0 … 12. */
function waveGammas(ntk, turn) {
  const gamma = WEIGHTS.map((weights, k) => {
    const c = weights.reduce((sum, w, i) => sum + w * ntk[i], 0);
    return c * Math.cos((2 * k * turn * Math.PI) / 180);
  });
  const largest = Math.max(...gamma.map(Math.abs));
  return gamma.map((g) => (Math.abs(g) > ROUNDING * largest ? g : 0));
}

/** τ_k = log(1/λ₀ − 1)/(8γ_k) with λ₀ = γ_k s(0)²; ∞ for γ ≤ 0. */
function stepTimes(gamma) {
  return gamma.map((g) => (g > 0 ? Math.log(1 / (g * START ** 2) - 1) / (8 * g) : Infinity));
}

function solve(depth, bias, turn) {
  const { nngp, ntk } = kernels(depth, bias);
  const gamma = waveGammas(ntk, turn);
  return { nngp, ntk, gamma, tau: stepTimes(gamma) };
}

// --- Words ------------------------------------------------------------------------------------

/** What is learned and when, as a sentence. */
function inWords({ tau }) {
  const waves = tau.map((_, k) => k);
  const order = waves.filter((k) => tau[k] < Infinity).sort((a, b) => tau[a] - tau[b]);
  const never = waves.filter((k) => tau[k] === Infinity);
  const said = `Waves are learned in the order ${order.join(", ")}, the first at ` +
    `t = ${short(tau[order[0]])}, the last at t = ${short(tau[order.at(-1)])}`;
  return never.length ? `${said}; never: ${never.join(", ")}.` : `${said}.`;
}

// --- Drawing ----------------------------------------------------------------------------------

const LEFT = 44; // px beside a panel, for the numbers of its scale
const RIGHT = 14; // half of the last number of an axis
const GAMMAS = [1e-5, 100]; // the scale of |γ|, which stays while one drags
const TIMES = [0.01, 1e5]; // and that of the step times

/** Where the panels stand in a figure of this width: side by side, or one above the other. */
function layout(width) {
  const narrow = width < 560;
  const panel = { width: (narrow ? width : width / 2 - 6) - LEFT - RIGHT, height: narrow ? 150 : 190 };
  const first = { x: LEFT, y: 30, ...panel };
  const second = narrow
    ? { x: LEFT, y: first.y + panel.height + 76, ...panel }
    : { x: width / 2 + 6 + LEFT, y: 30, ...panel };
  const row = { x: LEFT, width: width - LEFT - RIGHT, y: second.y + panel.height + 116 };
  return { first, second, row, height: row.y + 46 };
}

const title = (x, y, name, words) =>
  text(x - LEFT, y - 12, "start", `<tspan class="name">${name}</tspan><tspan class="quiet" dx="8">${words}</tspan>`);

const logPlace = (v, [low, high], from, length) =>
  from + (length * Math.log(v / low)) / Math.log(high / low);

/** Both kernels over the angle, each divided by its value at 0. */
function drawKernels({ x, y, width, height }, { nngp, ntk }) {
  const share = (values) => values.map((v) => v / values[0]);
  const [covariance, tangent] = [share(nngp), share(ntk)];
  const low = Math.min(-0.2, ...tangent);
  const place = (v) => y + (height * (1 - v)) / (1 - low);
  const curve = (values) => "M" + values.map((v, i) =>
    `${(x + (width * i) / HALF).toFixed(1)} ${place(v).toFixed(2)}`).join("L");
  const scale = [0, 0.5, 1].map((v) =>
    line(x, place(v), x + width, place(v), v === 0 ? "axis" : "guide") +
      text(x - 6, place(v) + 4, "end", short(v)));
  const degrees = [0, 45, 90, 135, 180].map((a) =>
    line(x + (width * a) / 180, y + height, x + (width * a) / 180, y + height + 5, "axis") +
      text(x + (width * a) / 180, y + height + 20, "middle", a));
  return [
    title(x, y, "kernels", "divided by their value at 0"),
    ...scale, ...degrees,
    line(x, y + height, x + width, y + height, "axis"),
    `<path d="${curve(covariance)}" class="curve nngp"/><path d="${curve(tangent)}" class="curve ntk"/>`,
    line(x + width - 96, y + 12, x + width - 66, y + 12, "curve ntk"),
    text(x + width - 58, y + 16, "start", "NTK Θ"),
    line(x + width - 96, y + 32, x + width - 66, y + 32, "curve nngp"),
    text(x + width - 58, y + 36, "start", "NNGP"),
    text(x + width / 2, y + height + 40, "middle", "angle between two inputs, degrees", "quiet"),
  ].join("");
}

/** γ_k against k: filled dots above zero, hollow ones for |γ| below zero, a cross below the scale. */
function drawGammas({ x, y, width, height }, { gamma }) {
  const place = (v) => logPlace(v, GAMMAS, y + height, -height);
  const at = (k) => x + (width * (k + 0.5)) / WAVES;
  const decades = multiples(1, Math.log10(GAMMAS[0]), Math.log10(GAMMAS[1])).map((e) => {
    const v = 10 ** e;
    return line(x, place(v), x + width, place(v), "guide") +
      text(x - 6, place(v) + 4, "end", e > -2 ? short(v) : scientific(v));
  });
  const marks = gamma.map((g, k) => {
    const size = Math.abs(g);
    if (size < GAMMAS[0]) return text(at(k), y + height - 4, "middle", "×", "quiet");
    return line(at(k), y + height, at(k), place(size), g > 0 ? "stem" : "stem negative") +
      `<circle cx="${at(k)}" cy="${place(size)}" r="4.5" class="dot ${g > 0 ? "" : "negative"}"/>`;
  });
  const numbers = gamma.map((_, k) => text(at(k), y + height + 20, "middle", k));
  return [
    title(x, y, "eigenvalues γ", "hollow: γ &lt; 0, ×: |γ| &lt; 10⁻⁵"),
    ...decades, ...marks, ...numbers,
    line(x, y + height, x + width, y + height, "axis"),
    text(x + width / 2, y + height + 40, "middle", "periods k of the wave", "quiet"),
  ].join("");
}

/** A mark at each step time, with its wave's number where there is room. */
function drawTimes({ x, y, width }, { tau }) {
  const at = (t) => logPlace(t, TIMES, x, width);
  const ticks = multiples(1, Math.ceil(Math.log10(TIMES[0])), Math.floor(Math.log10(TIMES[1])))
    .map((e) => line(at(10 ** e), y, at(10 ** e), y + 5, "axis") +
      text(at(10 ** e), y + 20, "middle", Math.abs(e) < 3 ? short(10 ** e) : scientific(10 ** e)));
  let taken = -Infinity;
  const marks = tau
    .map((t, k) => ({ t, k }))
    .filter(({ t }) => t >= TIMES[0] && t <= TIMES[1])
    .sort((a, b) => a.t - b.t)
    .map(({ t, k }) => {
      const half = 4 * String(k).length;
      const fits = at(t) - half > taken + 3;
      if (fits) taken = at(t) + half;
      return line(at(t), y - 22, at(t), y, "step") + (fits ? text(at(t), y - 26, "middle", k) : "");
    });
  return [
    title(x, y - 34, "step times", "each wave twice but for k = 0"),
    line(x, y, x + width, y, "axis"), ...ticks, ...marks,
    text(x + width / 2, y + 40, "middle", "time t, from s(0) = 10⁻³", "quiet"),
  ].join("");
}

const STYLE = `
& .curve { fill: none; stroke-width: 2.25; }
& .ntk { stroke: var(--accent); }
& .nngp { stroke: var(--ink); stroke-dasharray: 5 4; }
& .stem { stroke: var(--accent); stroke-width: 1.5; }
& .dot { fill: var(--accent); stroke: var(--accent); stroke-width: 1.5; }
& .dot.negative { fill: var(--paper); stroke: var(--quiet); }
& .stem.negative { stroke: var(--quiet); stroke-dasharray: 2 3; }
& .step { stroke: var(--accent); stroke-width: 2; }
/* Room for the longest sentence, so that the sliders below do not jump while one drags. */
& .words { margin: 10px 0 12px; min-height: 2.8em; }
@media (max-width: 560px) { & .words { min-height: 5.6em; } }
`;

const NOTE =
  "Inputs are points on the unit circle, the two views of a picture turned by +δ and −δ. The network is " +
  "infinitely wide, with ReLU layers in NTK parametrisation, σ<sub>w</sub> = √2. γ is c cos 2kδ, " +
  "with c the Fourier coefficient of the NTK. While it is small, a wave grows in the embedding at the rate 4γ.";

// --- The widget -------------------------------------------------------------------------------

const CONTROLS = [
  { name: "depth", label: "hidden layers", min: 1, max: 10, step: 1 },
  { name: "bias", label: "size of the biases", min: 0, max: 1, step: 0.05 },
  {
    name: "turn", label: "turn of the views <i>δ</i>", min: 0, max: 45, step: 0.5,
    words: (x) => `${short(x)}°`,
  },
];
const TRAITS = CONTROLS.map(({ name }) => name);

function render({ model, el }) {
  installStyle("stepwise-network-circle", STYLE);
  const svg = figure("Kernels over the angle, eigenvalues γ of waves, and their step times.", 1);

  function draw({ depth, bias, turn }, width) {
    const solved = solve(depth, bias, turn);
    const L = layout(width);
    svg.setAttribute("viewBox", `0 0 ${width} ${L.height}`);
    svg.firstChild.innerHTML =
      drawKernels(L.first, solved) + drawGammas(L.second, solved) + drawTimes(L.row, solved);
    return inWords(solved);
  }

  return mount({
    model, el, card: "stepwise-network-circle", label: "Network circle", svg, controls: CONTROLS,
    traits: TRAITS, draw, note: NOTE,
  });
}

render.closedForm = { solve }; // for the tests, which compare with Python

export default { render };
