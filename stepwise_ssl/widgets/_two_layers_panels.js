/*
 * The two panels of the explorer of two layers: the embedding's eigenvalues over the features'.
 * Stands before two_layers.js in one module.
 */

const LEFT = 42; // px beside the panels, for the numbers of their scales
const RIGHT = 10;
const STARTS = [1e-6, 1e-1]; // of the head: its slider

/**
 * The time axis [first, last] holds every start of the head: were it fitted to the present one,
 * all steps would stand still while one drags it. It follows the trunk, which sets the unit of time.
 */
function timeAxis({ p0, exponent, d }) {
  const [small, large] = STARTS;
  const early = solveMode(1, large, p0).tau / 1.5;
  return [
    Math.max(early, 1 / (32 * p0 ** 2)),
    1.1 * solveMode(d ** -exponent, small, p0).frozen(0.99),
  ];
}

/** The scale of the features' eigenvalues, a factor of 5 at least. */
function featureRange(modes) {
  const low = Math.min(...modes.map((mode) => mode.featuresAtStart));
  const high = Math.max(...modes.map((mode) => mode.featuresAtEnd));
  const spare = Math.sqrt(Math.max(1, 5 / (high / low)));
  return [low / spare / 1.15, high * spare * 1.15];
}

/** Where everything stands in a figure of this width, in CSS pixels. */
function layout(width, [first, last], [low, high]) {
  const narrow = width < 500;
  const top = { y: 68, height: narrow ? 150 : 180 };
  const bottom = { y: top.y + top.height + 38, height: narrow ? 100 : 120 };
  const right = width - RIGHT;
  return {
    first, last, left: LEFT, right, top, bottom, low, high,
    base: bottom.y + bottom.height,
    x: (t) => LEFT + ((right - LEFT) * Math.log(t / first)) / Math.log(last / first),
    yLambda: (v) => top.y + top.height * (1 - (v + 0.03) / 1.06),
    yFeatures: (v) => bottom.y + (bottom.height * Math.log(high / v)) / Math.log(high / low),
  };
}

/** A curve from its points (t, v) in order, over the whole time axis: it begins and ends flat. */
function curve(L, points, y, kind) {
  const after = points.findIndex(([t]) => t > L.first);
  const seen = points.slice(after).filter(([t]) => t < L.last);
  const begin = () => {
    const [[t0, v0], [t1, v1]] = [points[after - 1], points[after]];
    return v0 + ((v1 - v0) * (L.first - t0)) / (t1 - t0);
  };
  const whole = [[L.first, begin()], ...seen, [L.last, points.at(-1)[1]]];
  return `<path d="${path(whole.map(([t]) => L.x(t)), whole.map(([, v]) => y(v)))}" class="${kind}"/>`;
}

/** One mode in both panels: dashed where the trunk is frozen, solid where both layers are trained. */
function drawMode(L, mode, colours) {
  const values = valuesOnTheWay(mode.start);
  const along = (time, value, end) => [
    [0, value(mode.start)],
    ...values.slice(1).map((lambda) => [time(lambda), value(lambda)]),
    [Infinity, end],
  ];
  const same = (lambda) => lambda;
  const step = onAxis(L, mode.tau) ? upright(L, L.x(mode.tau)) : "";
  const flat = L.yFeatures(mode.featuresAtStart);
  return `<g class="mode" ${colours}>` + [
    step,
    curve(L, along(mode.frozen, same, 1), L.yLambda, "curve frozen"),
    line(L.left, flat, L.right, flat, "curve frozen"),
    curve(L, along(mode.trained, same, 1), L.yLambda, "curve trained"),
    curve(L, along(mode.trained, mode.features, mode.featuresAtEnd), L.yFeatures, "curve trained"),
  ].join("") + "</g>";
}

const onAxis = (L, tau) => tau >= L.first && tau <= L.last;

/** A dot at λ = ½, where a step is on the axis. */
const drawStep = (L, tau, kind, colours) => (onAxis(L, tau)
  ? `<circle cx="${L.x(tau)}" cy="${L.yLambda(0.5)}" r="4" class="mode dot ${kind}" ${colours}/>` : "");

/** Across both panels at time x, not through the words between them. */
const upright = (L, x) =>
  `<path d="M${x} ${L.top.y - 4}V${L.top.y + L.top.height}M${x} ${L.bottom.y}V${L.base}" class="step"/>`;

/** Horizontal guides with their numbers: λ = 0, ½ and 1, and decades of the features' eigenvalues. */
function guides(L) {
  const row = (y, number) => line(L.left, y, L.right, y, "guide") + text(L.left - 7, y + 4, "end", number);
  const decades = multiples(1, Math.floor(Math.log10(L.low)), Math.ceil(Math.log10(L.high)));
  // 1, 2 and 5 of each decade, or its 1 alone, or of every second one.
  const wide = Math.log10(L.high / L.low);
  const digits = wide < 1.6 ? [1, 2, 5] : [1];
  const every = wide > 5 ? 2 : 1;
  const marks = decades.filter((e) => e % every === 0)
    .flatMap((e) => digits.map((m) => m * 10 ** e))
    .filter((v) => v >= L.low && v <= L.high);
  return [
    ...[[0, "0"], [0.5, "½"], [1, "1"]].map(([v, number]) => row(L.yLambda(v), number)),
    ...marks.map((v) => row(L.yFeatures(v), v < 0.01 ? scientific(v) : short(v))), // no room for 0.001
  ].join("");
}

/** What solid and dashed mean. */
function legend() {
  const entry = (x, kind, words) => line(x, 36, x + 28, 36, `curve key ${kind}`) + text(x + 34, 40, "start", words);
  return entry(0, "", "both layers trained") + entry(180, "frozen", "trunk frozen");
}

function drawPanels(L, modes) {
  const name = (y, symbol, words) =>
    text(0, y, "start", `<tspan class="name">${symbol}</tspan><tspan class="quiet" dx="8">${words}</tspan>`);
  // Mode 1 on top of those that still wait.
  const each = (draw) => modes.map((mode, j) => draw(mode, modeColours(j, modes.length))).reverse();
  return [
    guides(L), timeTicks(L), stepNumbers(L, modes.map((mode) => mode.tau)), legend(),
    ...each((mode, colours) => drawMode(L, mode, colours)),
    ...each((mode, colours) => drawStep(L, mode.tauFrozen, "hollow", colours)),
    ...each((mode, colours) => drawStep(L, mode.tau, "", colours)),
    name(16, `embedding: λ${SUB_J}`, "1 = learned"),
    name(L.bottom.y - 12, `features: φ${SUB_J} = γ${SUB_J} p${SUB_J}²`, "logarithmic"),
    text((L.left + L.right) / 2, L.base + 40, "middle", "time t = learning rate × iterations", "quiet"),
  ].join("");
}
