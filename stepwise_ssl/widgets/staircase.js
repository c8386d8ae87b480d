/*
 * The staircase explorer: the closed form of chapter 2, evaluated while one drags.
 *
 * One module for two homes. In Jupyter, VS Code and Colab anywidget calls `render` with a model
 * that is shared with Python; on the course's pages a small loader calls it with a model read from
 * JSON. Hence no imports, nothing fetched; what all widgets share stands before it (_parts.js).
 *
 * State (see _staircase.py): gamma and s0, null or lists; exponent, alpha, d, t.
 */
const {
  scientific, short, tickStep, multiples, text, line, figure, path, SUB_J, timeTicks, stepNumbers,
  modeColours, make, slider, player, dragTime, sentence, installStyle,
} = parts;

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

const TRAITS = ["exponent", "alpha", "d", "t"]; // what changes; gamma and s0 stay as given
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
    from = Math.min(from, steps ? tau[j] / 1.2 : unit / 20);
    to = Math.max(to, (steps ? tau[j] : 0) + 6 * unit);
  });
  return to > 0 ? [from, to] : null;
}

/**
 * The time axis [first, last]. It holds every α of the slider: were it fitted to the present α,
 * all steps would stand still while one drags α, and only the labels would move.
 */
function timeAxis(model, gamma, range) {
  const given = model.get("s0");
  const starts = given ? [given] : range.map((alpha) => Array(gamma.length).fill(alpha));
  const spans = starts.map((s0) => span(gamma, s0)).filter(Boolean);
  if (spans.length === 0) return [0.1, 1000];
  return [Math.min(...spans.map((s) => s[0])), Math.max(...spans.map((s) => s[1]))];
}

// --- Words ------------------------------------------------------------------------------------

/** Where the run is at time t, as a sentence. */
function inWords({ gamma, s0, t, tau }) {
  const d = gamma.length;
  const learned = tau.filter((step) => step <= t).length;
  const next = Math.min(...tau.filter((step) => step > t));
  const count = learned === d && d > 1 ? `all ${d}` : `${learned} of ${d}`;
  const now = `t = ${short(t)}: ${count} modes learned, loss ${loss(t, gamma, s0).toFixed(2)}`;
  if (learned === d) return `${now}.`;
  if (next < Infinity) return `${now}; next step at t = ${short(next)}.`;
  return `${now}; never learned: ${d - learned}.`;
}

/** What is drawn, in HTML: the spectrum, the start, the thin lines. */
function caption(model) {
  const given = model.get("gamma");
  const spectrum = given
    ? `γ: ${given.length} given, ${short(Math.max(...given))} to ${short(Math.min(...given))}.`
    : "γ<sub>j</sub> = j<sup>−a</sup>, so γ<sub>1</sub> = 1.";
  const start = model.get("s0")
    ? "Each s<sub>j</sub>(0) as given."
    : "Every mode starts at s<sub>j</sub>(0) = α.";
  return `${spectrum} ${start} Thin lines: the step times, where λ<sub>j</sub> passes ½.`;
}

// --- Drawing ----------------------------------------------------------------------------------

const LEFT = 34; // px beside the panels, for the numbers of their scales
const RIGHT = 10;

/** Where everything stands in a figure of this width, in CSS pixels. */
function layout(width, [first, last], { lambda, total }) {
  const narrow = width < 500;
  const top = { y: 46, height: narrow ? 150 : 190 };
  const bottom = { y: top.y + top.height + 36, height: narrow ? 115 : 140 };
  const right = width - RIGHT;
  const highest = Math.max(lambda.length, ...total);
  const all = lambda.flat();
  const [lowest, largest] = [Math.min(0, ...all), Math.max(1, ...all)];
  const scale = ({ y, height }, low, high) => {
    const margin = 0.045 * (high - low);
    return (v) => y + (height * (high + margin - v)) / (high - low + 2 * margin);
  };
  return {
    first, last, left: LEFT, right, top, bottom, highest, lowest, largest,
    base: bottom.y + bottom.height,
    x: (t) => LEFT + ((right - LEFT) * Math.log(t / first)) / Math.log(last / first),
    yLoss: scale(top, 0, highest),
    yLambda: scale(bottom, lowest, largest),
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

/** Horizontal guides with their numbers: the integers for the loss, a few values for λ. */
function guides(L) {
  const lossStep = Math.max(1, tickStep(1.09 * L.highest, L.top.height, 17));
  // Every integer gets its line where lines can be told apart, whether or not it gets a number.
  const every = L.top.height / L.highest > 4 ? 1 : lossStep;
  // λ = 0 and λ = 1 mean something: they always have a line; others where they leave room.
  const lambdaStep = tickStep(L.largest - L.lowest, L.bottom.height, 34);
  const apart = (v, w) => Math.abs(L.yLambda(v) - L.yLambda(w)) > 16;
  const between = multiples(lambdaStep, L.lowest, L.largest).filter((v) => apart(v, 0) && apart(v, 1));
  const rows = (values, y, labelled) =>
    values.map((v) => {
      const number = labelled(v) ? text(LEFT - 7, y(v) + 4, "end", short(v)) : "";
      return line(LEFT, y(v), L.right, y(v), "guide") + number;
    });
  const labelled = (v) => Math.abs(v / lossStep - Math.round(v / lossStep)) < 1e-9;
  return [
    ...rows(multiples(every, 0, L.highest), L.yLoss, labelled),
    ...rows([0, 1, ...between], L.yLambda, () => true),
  ].join("");
}

/** Across both panels at time x, not through the words between them. */
const upright = (L, x, kind) =>
  `<path d="M${x} ${L.top.y - 4}V${L.top.y + L.top.height}M${x} ${L.bottom.y}V${L.base}" class="${kind}"/>`;

/** One mode: its eigenvalue, and a thin line at its step time. */
function drawMode(L, xs, lambda, step, colours) {
  const seen = step >= L.first && step <= L.last;
  return `<g class="mode" ${colours}>${seen ? upright(L, L.x(step), "step") : ""}` +
    `<path d="${path(xs, lambda.map(L.yLambda))}" class="curve"/></g>`;
}

/** Everything that does not depend on t. */
function drawCurves(L, { times, lambda, total }, tau) {
  const xs = times.map(L.x);
  const modes = lambda.map((row, j) => drawMode(L, xs, row, tau[j], modeColours(j, tau.length)));
  const name = (y, symbol, words) =>
    text(LEFT, y, "start", `<tspan class="name">${symbol}</tspan><tspan class="quiet" dx="8">${words}</tspan>`);
  return [
    guides(L),
    timeTicks(L),
    stepNumbers(L, tau),
    ...modes,
    `<path d="${path(xs, total.map(L.yLoss))}" class="curve loss"/>`,
    name(16, "loss", "falls by 1 with each mode learned"),
    name(L.bottom.y - 10, `eigenvalues λ${SUB_J}`, "1 = learned"),
    text((LEFT + L.right) / 2, L.base + 40, "middle", "time t = learning rate × iterations", "quiet"),
  ].join("");
}

/** The present: a line at t, dots where it meets the curves, and a veil over what is to come. */
function drawCursor(L, { gamma, s0, t }) {
  const x = L.x(t);
  const dots = eigenvalues(t, gamma, s0).map((lambda, j) =>
    `<circle cx="${x}" cy="${L.yLambda(lambda)}" r="4" class="mode dot" ${modeColours(j, gamma.length)}/>`);
  const veil = ({ y, height }) =>
    `<rect x="${x}" y="${y - 5}" width="${Math.max(0, L.right - x + 2)}" height="${height + 5}" class="veil"/>`;
  return [
    veil(L.top),
    veil(L.bottom),
    upright(L, x, "now"),
    ...dots.reverse(), // mode 1 on top of the many that still are at 0
    `<circle cx="${x}" cy="${L.yLoss(loss(t, gamma, s0))}" r="5.5" class="now-dot"/>`,
  ].join("");
}

// --- Controls ---------------------------------------------------------------------------------

/** The sliders that this widget has something to choose for. */
function sliders(model, range, move, done) {
  const same = (x) => x;
  const all = [];
  const add = (name, options) =>
    all.push(slider({
      name, value: same, position: same, words: short, move: (v) => move(name, v), done, ...options,
    }));
  if (!model.get("gamma")) {
    add("exponent", { label: "spectrum: exponent <i>a</i>", min: 0, max: 3, step: 0.05 });
  }
  if (range) {
    const [min, max] = range.map(Math.log10);
    const value = (x) => Number((10 ** x).toPrecision(3));
    add("alpha", {
      label: "size of the start: <i>α</i>", min, max, step: 0.05,
      value, position: Math.log10, words: scientific,
    });
  }
  const most = model.get("gamma")?.length ?? MODES;
  if (most > 1) {
    add("d", { label: "dimensions: <i>d</i>", min: 1, max: Math.min(most, MODES), step: 1 });
  }
  return all;
}

// --- Style ------------------------------------------------------------------------------------

const STYLE = `
& svg { cursor: ew-resize; touch-action: pan-y; }
& .curve { fill: none; stroke-width: 2.25; stroke-linejoin: round; }
& .loss { stroke: var(--ink); stroke-width: 2.5; }
& .mode { stroke: var(--mode); }
& .step { stroke-width: 1; opacity: 0.6; }
& .dot { fill: var(--mode); stroke: var(--paper); stroke-width: 1; }
& .veil { fill: var(--paper); opacity: 0.55; }
& .now { stroke: var(--accent); stroke-width: 1.5; }
& .now-dot { fill: var(--accent); stroke: var(--paper); stroke-width: 1.5; }
/* Room for the longest sentence, so that the sliders below do not jump while one drags. */
& .run { display: flex; gap: 12px; align-items: flex-start; margin: 10px 0 12px; min-height: 2.2em; }
@media (max-width: 500px) { & .run { min-height: 4.3em; } }
& .words { padding-top: 4px; }
/* The time slider's thumb, about 16 px wide, stands under the cursor in the figure. */
& .t input { width: calc(100% - 28px); margin-left: 26px; }
`;

// --- The widget -------------------------------------------------------------------------------

function render({ model, el }) {
  installStyle("stepwise-staircase", STYLE);
  const svg = figure("Loss over time, a staircase; below it the eigenvalues of all modes.", 2);
  const [curves, cursor] = svg.children; // the cursor over the curves
  const words = sentence();
  const range = model.get("s0") ? null : alphaRange(model.get("alpha"));
  let L = null; // the layout that the figure is drawn in
  let drawn = null; // what its curves were drawn from
  let width = 0;
  let pending = null;

  function drawIfChanged(now) {
    const from = JSON.stringify([now.gamma, now.s0, width]);
    if (from === drawn) return;
    drawn = from;
    const axis = timeAxis(model, now.gamma, range);
    const data = sample(now, axis, width);
    L = layout(width, axis, data);
    svg.setAttribute("viewBox", `0 0 ${width} ${L.base + 46}`);
    curves.innerHTML = drawCurves(L, data, now.tau);
  }

  function draw() {
    pending = null;
    if (width === 0) return; // hidden: the observer calls again when there is room
    const now = read(model);
    drawIfChanged(now);
    now.t = Math.min(L.last, Math.max(L.first, now.t));
    cursor.innerHTML = drawCursor(L, now);
    time.show(now.t);
    for (const control of others) control.show(model.get(control.name));
    words.say(inWords(now));
  }

  // However many events there are, one drawing a frame.
  const redraw = () => (pending ??= requestAnimationFrame(draw));
  const move = (name, value) => {
    model.set(name, value);
    redraw();
  };
  const done = () => model.save_changes();

  // Along the time axis, 0 at its start and 1 at its end.
  const clamp = (u) => Math.min(1, Math.max(0, u));
  const share = (t) => clamp(Math.log(t / L.first) / Math.log(L.last / L.first));
  const goTo = (u) => move("t", L.first * (L.last / L.first) ** clamp(u));
  const play = player(10, () => share(model.get("t")), goTo, done);
  const stopAndGoTo = (u) => {
    play.stop();
    goTo(u);
  };
  const time = slider({
    name: "t", label: "time <i>t</i>", min: 0, max: 500, step: 1, words: short,
    value: (k) => k / 500, position: (t) => Math.round(500 * share(t)), move: stopAndGoTo, done,
  });
  const others = sliders(model, range, move, done);
  dragTime(svg, LEFT, RIGHT, stopAndGoTo, done);

  const note = make("p", { class: "note" });
  note.innerHTML = caption(model);
  el.classList.add("stepwise-widget");
  el.replaceChildren(
    make("div", { class: "stepwise-staircase", role: "group", "aria-label": "Staircase explorer" },
      svg, time.node, make("div", { class: "run" }, play.button, words.seen), words.heard,
      make("div", { class: "controls" }, ...others.map((control) => control.node)), note));

  const observer = new ResizeObserver(([entry]) => {
    width = Math.round(entry.contentRect.width);
    redraw();
  });
  observer.observe(svg);
  for (const name of TRAITS) model.on(`change:${name}`, redraw);

  return () => {
    observer.disconnect();
    play.stop();
    words.hush();
    cancelAnimationFrame(pending);
    for (const name of TRAITS) model.off(`change:${name}`, redraw);
  };
}

render.closedForm = { eigenvalues, loss, stepTimes }; // for the tests, which compare with Python

export default { render };
