/*
 * The staircase explorer: the closed form of chapter 2, evaluated while one drags.
 *
 * One module for two homes. In Jupyter, VS Code and Colab anywidget calls `render` with a model
 * that is shared with Python; on the course's pages a small loader calls it with a model read from
 * JSON. Hence no imports, nothing fetched, and styles of its own.
 *
 * State (see _staircase.py): gamma and s0, null or lists; exponent, alpha, d, t.
 */

// --- The closed form --------------------------------------------------------------------------

/** log(eᵃ + eᵇ); exponentials of the arguments themselves could overflow. */
function logAddExp(a, b) {
  const larger = Math.max(a, b);
  return larger === -Infinity ? larger : larger + Math.log1p(Math.exp(-Math.abs(a - b)));
}

/**
 * λ(t) of one mode. With λ₀ = γ s₀² and x = 8|γ|t:
 *   γ > 0:  λ₀ / (λ₀ (1 − e⁻ˣ) + e⁻ˣ),   γ < 0:  λ₀ e⁻ˣ / (1 + |λ₀| (1 − e⁻ˣ)).
 * In logarithms, as the Python package computes it, so that no t and no start overflows.
 */
function eigenvalue(t, gamma, s0) {
  if (gamma === 0) return 0;
  const x = 8 * Math.abs(gamma) * t;
  const logStart = Math.log(Math.abs(gamma)) + 2 * Math.log(s0);
  const filled = logStart + Math.log(-Math.expm1(-x));
  return gamma > 0
    ? Math.exp(logStart - logAddExp(filled, -x))
    : -Math.exp(logStart - x - logAddExp(filled, 0));
}

/** λ_j(t) of every mode. */
function eigenvalues(t, gamma, s0) {
  return gamma.map((g, j) => eigenvalue(t, g, s0[j]));
}

/** L(t) = Σ_j (1 − λ_j(t))². */
function loss(t, gamma, s0) {
  return eigenvalues(t, gamma, s0).reduce((sum, lambda) => sum + (1 - lambda) ** 2, 0);
}

/** τ_j = log(1/λ₀ − 1)/(8γ_j): ∞ if the mode never grows, 0 if it starts at ½ or above. */
function stepTimes(gamma, s0) {
  return gamma.map((g, j) => {
    if (g <= 0 || s0[j] === 0) return Infinity;
    const logStart = Math.log(g) + 2 * Math.log(s0[j]);
    if (logStart >= Math.log(0.5)) return 0;
    return (Math.log1p(-Math.exp(logStart)) - logStart) / (8 * g);
  });
}

// --- From the sliders to a spectrum and a time axis -------------------------------------------

const ALPHA = [1e-8, 1e-1]; // the α slider, unless Python's α lies outside
const MODES = 40; // the largest d that Python accepts

/** The α slider's two ends: whole decades that contain the α it starts with. */
function alphaRange(alpha) {
  return [
    Math.min(ALPHA[0], 10 ** Math.floor(Math.log10(alpha))),
    Math.max(ALPHA[1], 10 ** Math.ceil(Math.log10(alpha))),
  ];
}

/** γ and s(0) of the first d modes: given, or the power law γ_j = j^(−a), and α for each mode. */
function read(model) {
  const d = model.get("d");
  const given = model.get("gamma");
  const gamma = given
    ? given.slice(0, d)
    : Array.from({ length: d }, (_, j) => (j + 1) ** -model.get("exponent"));
  const s0 = model.get("s0")?.slice(0, d) ?? Array(d).fill(model.get("alpha"));
  return { gamma, s0, t: model.get("t"), tau: stepTimes(gamma, s0) };
}

/** From when to when the modes move; null if nothing does. */
function span(gamma, s0) {
  const tau = stepTimes(gamma, s0);
  const largest = Math.max(...gamma.map(Math.abs));
  let [from, to] = [Infinity, 0];
  gamma.forEach((g, j) => {
    const unit = 1 / (8 * Math.abs(g));
    const steps = tau[j] > 0 && tau[j] < Infinity;
    const decays = Math.abs(g) * s0[j] ** 2 > 0.01; // from above 1, or below 0, and one sees it
    // A γ below this share of the largest is rounding; its step would stretch the axis for nothing.
    if (Math.abs(g) <= 1e-12 * largest || !(steps || decays)) return;
    from = Math.min(from, steps ? tau[j] / 1.5 : unit / 20);
    to = Math.max(to, (steps ? tau[j] : 0) + 6 * unit);
  });
  return to > 0 ? [from, to] : null;
}

/**
 * The time axis [first, last]. It holds every α of the slider: were it fitted to the present α,
 * all steps would stand still while one drags α, and only the labels would move.
 */
function timeAxis(model, gamma, range) {
  const starts = model.get("s0") ? [model.get("s0")] : range.map((a) => Array(gamma.length).fill(a));
  const spans = starts.map((s0) => span(gamma, s0)).filter(Boolean);
  if (spans.length === 0) return [0.1, 1000];
  return [Math.min(...spans.map((s) => s[0])), Math.max(...spans.map((s) => s[1]))];
}

// --- Words ------------------------------------------------------------------------------------

const power = (e) => "10" + String(e).replace("-", "⁻").replace(/\d/g, (k) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[k]);

/** 10⁻⁶, 5.6 × 10⁻⁴. */
function scientific(x) {
  const [mantissa, exponent] = x.toExponential(1).split("e");
  const decade = power(Number(exponent));
  return mantissa === "1.0" ? decade : `${mantissa} × ${decade}`.replace(/^-/, "−");
}

/** Three digits. */
function short(x) {
  const size = Math.abs(x);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return scientific(x);
  return String(Number(x.toPrecision(3))).replace("-", "−");
}

/** Where the run is at time t, as a sentence. */
function inWords({ gamma, s0, t, tau }) {
  const d = gamma.length;
  const learned = tau.filter((step) => step <= t).length;
  const next = Math.min(...tau.filter((step) => step > t));
  const count = learned === d ? `all ${d} modes learned` : `${learned} of ${d} modes learned`;
  const now = `t = ${short(t)}: ${count}, loss ${loss(t, gamma, s0).toFixed(2)}`;
  if (learned === d) return `${now}.`;
  if (next < Infinity) return `${now}; next step at t = ${short(next)}.`;
  return `${now}; the other ${d - learned} never are.`;
}

/** What is drawn, in one line under the sliders. */
function caption(model) {
  const given = model.get("gamma");
  const spectrum = given
    ? `γ: ${given.length} given value${given.length > 1 ? "s" : ""}, ` +
      `from ${short(Math.max(...given))} to ${short(Math.min(...given))}. `
    : "γⱼ = j⁻ᵃ, so γ₁ = 1. ";
  const start = model.get("s0") ? "Starts sⱼ(0) as given. " : "Every sⱼ starts at α. ";
  return `${spectrum}${start}Dotted: step times, where λⱼ passes ½.`;
}

// --- Colours ----------------------------------------------------------------------------------

// Viridis at 0, 1/8, …, 1.
const VIRIDIS = [
  [68, 1, 84], [71, 44, 122], [59, 81, 139], [44, 113, 142], [33, 144, 141],
  [39, 173, 129], [92, 200, 99], [170, 220, 50], [253, 231, 37],
];

function viridis(x) {
  const k = Math.min(7, Math.floor(8 * x));
  return `rgb(${VIRIDIS[k].map((c, i) => Math.round(c + (8 * x - k) * (VIRIDIS[k + 1][i] - c)))})`;
}

/** A mode's colours: viridis without the yellow that vanishes on white, or the violet on black. */
function modeColours(j, d) {
  const x = d > 1 ? j / (d - 1) : 0;
  return `style="--light:${viridis(0.75 * x)};--dark:${viridis(0.35 + 0.65 * x)}"`;
}

// --- Drawing ----------------------------------------------------------------------------------

/** Positions of everything in a figure of this width, in CSS pixels. */
function layout(width, [first, last], highest, lowest, largest) {
  const narrow = width < 500;
  const left = 34;
  const right = width - 10;
  const top = { y: 46, height: narrow ? 150 : 190 };
  const bottom = { y: top.y + top.height + 36, height: narrow ? 115 : 140 };
  const decades = Math.log(last / first);
  const scale = ({ y, height }, low, high) => (v) => y + (height * (high - v)) / (high - low);
  return {
    width, left, right, top, bottom, first, last, highest, lowest, largest,
    base: bottom.y + bottom.height,
    x: (t) => left + ((right - left) * Math.log(t / first)) / decades,
    t: (x) => first * Math.exp((decades * (x - left)) / (right - left)),
    yLoss: scale(top, -0.04 * highest, 1.04 * highest),
    yLambda: scale(bottom, lowest - 0.05 * (largest - lowest), largest + 0.05 * (largest - lowest)),
  };
}

/** λ (one row a mode) and loss on a grid of times two pixels apart. */
function sample({ gamma, s0 }, [first, last], width) {
  const n = Math.ceil(width / 2);
  const times = Array.from({ length: n + 1 }, (_, k) => first * (last / first) ** (k / n));
  const lambda = gamma.map((g, j) => times.map((t) => eigenvalue(t, g, s0[j])));
  const total = times.map((_, k) => lambda.reduce((sum, row) => sum + (1 - row[k]) ** 2, 0));
  return { times, lambda, total };
}

/** An SVG path through the points. Flat stretches keep their ends only: most of a step is flat. */
function path(xs, ys) {
  let d = `M${xs[0].toFixed(1)} ${ys[0].toFixed(1)}`;
  let drawn = ys[0];
  for (let k = 1; k < xs.length; k++) {
    const turns = k + 1 === xs.length || Math.abs(ys[k + 1] - drawn) > 0.05;
    if (!turns) continue;
    d += `L${xs[k].toFixed(1)} ${ys[k].toFixed(1)}`;
    drawn = ys[k];
  }
  return d;
}

/** The smallest of 1, 2, 5, 10, … that keeps marks of a scale `apart` pixels from each other. */
function tickStep(range, pixels, apart) {
  const least = (range * apart) / pixels;
  const decade = 10 ** Math.floor(Math.log10(least));
  return decade * [1, 2, 5, 10].find((m) => m * decade >= least);
}

/** Multiples of `step` from low to high. */
function multiples(step, low, high) {
  const from = Math.ceil(low / step - 1e-9);
  const n = Math.floor(high / step + 1e-9) - from + 1;
  return Array.from({ length: n }, (_, k) => (from + k) * step);
}

const text = (x, y, anchor, words, kind = "") =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}" class="${kind}">${words}</text>`;
const line = (x1, y1, x2, y2, kind, more = "") =>
  `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" class="${kind}" ${more}/>`;

/** Horizontal guides with their numbers: the integers for the loss, a few values for λ. */
function guides(L) {
  const lossStep = Math.max(1, tickStep(1.08 * L.highest, L.top.height, 17));
  // Every integer gets its line where lines can be told apart, whether or not it gets a number.
  const every = L.top.height / L.highest > 4 ? 1 : lossStep;
  const lambdaStep = L.largest - L.lowest > 1 ? tickStep(L.largest - L.lowest, L.bottom.height, 24) : 0.5;
  const rows = (values, y, labelled) =>
    values.map((v) => {
      const number = labelled(v) ? text(L.left - 7, y(v) + 4, "end", short(v)) : "";
      return line(L.left, y(v), L.right, y(v), "guide") + number;
    });
  const labelled = (v) => Math.abs(v / lossStep - Math.round(v / lossStep)) < 1e-9;
  return [
    ...rows(multiples(every, 0, L.highest), L.yLoss, labelled),
    ...rows(multiples(lambdaStep, L.lowest, L.largest), L.yLambda, () => true),
  ].join("");
}

/** The time axis: a tick at 1, 2, …, 9 of each decade, numbers where there is room for them. */
function timeTicks(L) {
  const ticks = [];
  const numbered = [];
  const decades = multiples(1, Math.floor(Math.log10(L.first)), Math.ceil(Math.log10(L.last)));
  const inside = (x) => x >= L.left - 0.5 && x <= L.right + 0.5;
  for (const m of [1, 2, 5, 3, 4, 6, 7, 8, 9]) {
    for (const e of decades) {
      const x = L.x(m * 10 ** e);
      if (!inside(x)) continue;
      ticks.push(line(x, L.base, x, L.base + (m === 1 ? 6 : 3), "axis"));
      const room = numbered.every((other) => Math.abs(other - x) > 34) && x < L.right - 8;
      if (m > 5 || m === 3 || m === 4 || !room) continue;
      numbered.push(x);
      const plain = e >= -2 && e < 5;
      ticks.push(text(x, L.base + 20, "middle", plain ? short(m * 10 ** e) : scientific(m * 10 ** e)));
    }
  }
  return line(L.left, L.base, L.right, L.base, "axis") + ticks.join("");
}

/** A dotted line at each step time, with the mode's number on top where there is room for it. */
function stepMarks(L, tau) {
  let last = -Infinity;
  const marks = tau.map((step, j) => {
    if (step < L.first || step > L.last) return "";
    const x = L.x(step);
    const rule = line(x, L.top.y - 4, x, L.base, "mode step", modeColours(j, tau.length));
    if (Math.abs(x - last) < 17) return rule;
    last = x;
    return rule + text(x, L.top.y - 9, "middle", j + 1);
  });
  return text(L.left, L.top.y - 9, "start", "mode", "quiet") + marks.join("");
}

/** Everything that does not depend on t. */
function drawCurves(L, { times, lambda, total }, tau) {
  const xs = times.map(L.x);
  const modes = lambda.map((row, j) =>
    `<path d="${path(xs, row.map(L.yLambda))}" class="mode curve" ${modeColours(j, tau.length)}/>`);
  const name = (y, symbol, words) =>
    text(L.left, y, "start", `<tspan class="name">${symbol}</tspan><tspan class="quiet" dx="8">${words}</tspan>`);
  return [
    guides(L),
    timeTicks(L),
    stepMarks(L, tau),
    ...modes,
    `<path d="${path(xs, total.map(L.yLoss))}" class="curve loss"/>`,
    name(16, "loss", "falls by 1 with each mode learned"),
    name(L.bottom.y - 10, "eigenvalues λⱼ", "rise from 0 to 1, each at its time"),
    text((L.left + L.right) / 2, L.base + 40, "middle", "time t = learning rate × steps", "quiet"),
  ].join("");
}

/** The present: a line at t, dots where it meets the curves, and a veil over what is to come. */
function drawCursor(L, { gamma, s0, t }) {
  const x = L.x(t);
  const dots = eigenvalues(t, gamma, s0).map((lambda, j) =>
    `<circle cx="${x}" cy="${L.yLambda(lambda)}" r="4" class="mode dot" ${modeColours(j, gamma.length)}/>`);
  const veil = ({ y, height }) =>
    `<rect x="${x}" y="${y - 2}" width="${Math.max(0, L.right - x + 2)}" height="${height + 2}" class="veil"/>`;
  return [
    veil(L.top),
    veil(L.bottom),
    line(x, L.top.y - 4, x, L.base + 6, "now"),
    ...dots.reverse(), // mode 1 on top of the many that still are at 0
    `<circle cx="${x}" cy="${L.yLoss(loss(t, gamma, s0))}" r="5.5" class="now-dot"/>`,
  ].join("");
}

// --- Controls ---------------------------------------------------------------------------------

/** An element with attributes and children; names with "on" in front are listeners. */
function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/**
 * A labelled slider. `position` and `value` translate between the model's number and the slider's
 * own; `words` is what the reader sees, and what a screen reader says, as the value.
 */
function slider({ trait, label, min, max, step, position, value, words }, change) {
  const id = `stepwise-${Math.random().toString(36).slice(2)}`;
  const input = make("input", { type: "range", id, min, max, step, "data-trait": trait });
  // An <output> announces each of its changes by itself; the slider has already said its value.
  const output = make("output", { for: id, "aria-live": "off" });
  input.addEventListener("input", () => change(trait, value(Number(input.value))));
  input.addEventListener("change", () => change.save());
  const show = (model) => {
    const now = model.get(trait);
    // The model's number may lie between two positions: show the nearest, change nothing.
    if (document.activeElement !== input || value(Number(input.value)) !== now) input.value = position(now);
    output.textContent = words(now);
    input.setAttribute("aria-valuetext", words(now));
  };
  const node = make("div", { class: "control" }, make("label", { for: id }, label), output, input);
  return { node, show };
}
