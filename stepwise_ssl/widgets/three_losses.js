/*
 * Three losses from one start: the growth operators of chapter 6, their first modes and the times
 * at which these leave the neighbourhood of zero, computed while one drags.
 *
 * One module for two homes, as staircase.js; what all widgets share stands before it (_parts.js).
 *
 * State (see _three_losses.py): sigma (12), gamma (12 × 12), basis (12 × 64); alpha, temperature,
 * invariance, variance, eps.
 */
const {
  scientific, short, multiples, text, line, figure, installStyle, logarithmic, mount,
} = parts;

// --- Near zero ----------------------------------------------------------------------------------

const D = 5; // dimensions, and modes shown
const LOSSES = ["Barlow Twins", "SimCLR", "VICReg"];
const KNOWN = { "Barlow Twins": D, SimCLR: D, VICReg: 1 }; // so many modes keep to the prediction

/**
 * Eigenvalues and eigenvectors of a symmetric matrix, largest first, by Jacobi rotations: each
 * makes one entry off the diagonal zero, and a sweep goes through all of them.
 */
function eigen(matrix) {
  const m = matrix.length;
  const A = matrix.map((row) => row.slice());
  const V = A.map((_, i) => A.map((_, j) => (i === j ? 1 : 0))); // row k: vector k
  const rotate = (M, p, q, c, s) => {
    [M[p], M[q]] = [M[p].map((x, k) => c * x - s * M[q][k]), M[p].map((x, k) => s * x + c * M[q][k])];
  };
  for (let sweep = 0; sweep < 30; sweep++) {
    let off = 0;
    let all = 0;
    A.forEach((row, i) => row.forEach((x, j) => {
      all += x * x;
      if (i !== j) off += x * x;
    }));
    if (off <= 1e-30 * all) break;
    for (let p = 0; p < m; p++) {
      for (let q = p + 1; q < m; q++) {
        if (A[p][q] === 0) continue;
        const theta = (A[q][q] - A[p][p]) / (2 * A[p][q]);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        const s = t * c;
        rotate(A, p, q, c, s);
        for (const row of A) {
          [row[p], row[q]] = [c * row[p] - s * row[q], s * row[p] + c * row[q]];
        }
        rotate(V, p, q, c, s);
      }
    }
  }
  const order = A.map((_, i) => i).sort((i, j) => A[j][j] - A[i][i]);
  return { values: order.map((i) => A[i][i]), vectors: order.map((i) => V[i]) };
}

const dot = (a, b) => a.reduce((sum, x, k) => sum + x * b[k], 0);

/** How far the spaces of two lists of orthonormal vectors are the same: 1 if they are. */
const alignment = (U, V) =>
  U.reduce((sum, u) => sum + V.reduce((part, v) => part + dot(u, v) ** 2, 0), 0) / U.length;

/** The modes of each loss: rates 2κ, times to the end of the expansion, direction of the first. */
function solve({ sigma, gamma, alpha, temperature, invariance, variance, eps }) {
  const pull = 4 * invariance;
  const force = variance / Math.sqrt(eps) - pull;
  const operators = {
    "Barlow Twins": (g) => 4 * g,
    SimCLR: (g) => (2 * g) / temperature,
    VICReg: (g, i, j) => ((i === j ? force * sigma[i] : 0) + pull * g) / D,
  };
  const axes = sigma.map((_, i) => sigma.map((_, j) => (i === j ? 1 : 0))).slice(0, 3);
  const agreeing = eigen(gamma).vectors.slice(0, 3);
  return LOSSES.map((name) => {
    const M = gamma.map((row, i) => row.map((g, j) => operators[name](g, i, j)));
    const { values, vectors } = eigen(M);
    const modes = vectors.slice(0, D);
    const rates = values.slice(0, D).map((kappa) => 2 * kappa);
    const times = modes.map((v, k) => {
      if (rates[k] <= 0) return Infinity;
      const spread = v.reduce((sum, x, i) => sum + sigma[i] * x * x, 0);
      const shared = dot(v, gamma.map((row) => dot(row, v)));
      const [size, end] = {
        "Barlow Twins": [shared, 1],
        SimCLR: [shared, temperature * (shared / spread) ** 2],
        VICReg: [spread, eps],
      }[name];
      return Math.max(0, Math.log(end / (size * alpha ** 2)) / rates[k]);
    });
    const three = modes.slice(0, 3);
    return {
      name, rates, times, first: modes[0],
      likeSigma: alignment(three, axes), likeGamma: alignment(three, agreeing),
    };
  });
}

// --- Words --------------------------------------------------------------------------------------

const when = (t) => (t === Infinity ? "never" : t === 0 ? "at once" : `t = ${short(t)}`);

function inWords(losses) {
  const { likeSigma, likeGamma } = losses[2];
  return `First mode grown: ${losses.map(({ name, times }) => `${name} ${when(times[0])}`).join(", ")}. ` +
    `VICReg's first three directions: alignment ${likeSigma.toFixed(2)} with Σ, ` +
    `${likeGamma.toFixed(2)} with Γ.`;
}

// --- Drawing ------------------------------------------------------------------------------------

const TIMES = [1e-3, 1e4]; // the axis, which stays while one drags
const TIME = "time t at which near-zero growth ends";
const ROW = 92;
const PICTURE = 64; // px, 8 × 8 pixels of a digit
const TOP = 8;

function layout(width) {
  const left = PICTURE + 18;
  const right = width - 14;
  const base = TOP + LOSSES.length * ROW;
  const x = (t) => left + ((right - left) * Math.log(t / TIMES[0])) / Math.log(TIMES[1] / TIMES[0]);
  return { left, right, base, x, height: base + 46 };
}

/** The direction v as a picture: two colours for two signs, the stronger the larger. */
function drawDirection(v, basis, y) {
  const pixels = basis[0].map((_, p) => v.reduce((sum, x, k) => sum + x * basis[k][p], 0));
  const largest = pixels.reduce((most, x) => (Math.abs(x) > Math.abs(most) ? x : most), 0);
  const side = PICTURE / 8;
  return pixels.map((value, p) => {
    const share = value / largest; // the sign of a mode is free: the largest pixel is positive
    return `<rect x="${(p % 8) * side}" y="${y + Math.floor(p / 8) * side}" width="${side}" ` +
      `height="${side}" class="${share > 0 ? "more" : "less"}" fill-opacity="${Math.abs(share).toFixed(3)}"/>`;
  }).join("") + `<rect x="0" y="${y}" width="${PICTURE}" height="${PICTURE}" class="frame"/>`;
}

function drawLoss({ name, times, first, likeSigma, likeGamma }, row, L, basis) {
  const y = TOP + row * ROW;
  const axis = y + 60;
  const out = times.filter((t) => t > TIMES[1] && t < Infinity).length;
  const never = times.filter((t) => t === Infinity).length;
  const early = times.filter((t) => t < TIMES[0]).length;
  const asides = [
    early ? `${early} before the axis begins` : "",
    out ? `${out} beyond the axis` : "",
    never ? `${never} never` : "",
  ].filter(Boolean).join(", ");
  let taken = -Infinity;
  const marks = times.map((t, k) => {
    if (!(t >= TIMES[0] && t <= TIMES[1])) return "";
    const fits = L.x(t) > taken + 12;
    if (fits) taken = L.x(t);
    return `<circle cx="${L.x(t)}" cy="${axis}" r="4.5" class="dot ${k < KNOWN[name] ? "" : "hollow"}"/>` +
      (fits ? text(L.x(t), axis - 11, "middle", k + 1) : "");
  });
  const alike = `Σ ${likeSigma.toFixed(2)}, Γ ${likeGamma.toFixed(2)}`;
  const narrow = L.right - L.left < 210; // two lines there
  const [beside, below] = narrow ? ["", [alike, asides].filter(Boolean).join(", ")] : [alike, asides];
  return [
    drawDirection(first, basis, y),
    text(L.left, y + 14, "start", `<tspan class="name">${name}</tspan><tspan class="quiet" dx="8">` +
      `${beside}</tspan>`),
    below ? text(L.left, y + 32, "start", below, "quiet") : "",
    line(L.left, axis, L.right, axis, "guide"),
    ...marks.reverse(), // mode 1 over those behind it
  ].join("");
}

function draw(losses, basis, width) {
  const L = layout(width);
  const step = L.right - L.left < 400 ? 2 : 1; // decades from number to number
  const ticks = multiples(step, Math.log10(TIMES[0]), Math.log10(TIMES[1])).map((e) =>
    line(L.x(10 ** e), L.base, L.x(10 ** e), L.base + 5, "axis") +
      text(L.x(10 ** e), L.base + 20, "middle", Math.abs(e) > 2 ? scientific(10 ** e) : short(10 ** e)));
  return {
    height: L.height,
    svg: [
      ...losses.map((loss, row) => drawLoss(loss, row, L, basis)),
      line(L.left, L.base, L.right, L.base, "axis"), ...ticks,
      L.right - L.left < 250
        ? text(width, L.base + 40, "end", TIME, "quiet") // wider than the axis
        : text((L.left + L.right) / 2, L.base + 40, "middle", TIME, "quiet"),
    ].join(""),
  };
}

const STYLE = `
& .dot { fill: var(--accent); stroke: var(--accent); stroke-width: 2; }
& .dot.hollow { fill: var(--paper); }
& .more { fill: var(--accent); }
& .less { fill: #c25400; }
& .frame { fill: none; stroke: var(--edge); }
& .words { margin: 8px 0 12px; min-height: 2.8em; }
@media (max-width: 500px) { & .words { min-height: 5.7em; } }
`;

const NOTE = "Digits, d = 5, every mode from the same size of start. Pictures: the direction that is learned " +
  "first, colours for its two signs. Numbers beside a name: alignment of the first three directions with " +
  "the top three of Σ and of Γ. Filled: steps that keep to the prediction. Hollow: near-zero theory " +
  "only; VICReg's later modes do not come at these times.";

// --- The widget ---------------------------------------------------------------------------------

// Up to 3000, finer near 0: position u stands for ν = u³/1000.
const cubic = { min: 0, max: 144, step: 1, value: (u) => Math.min(3000, Number((u ** 3 / 1000).toPrecision(3))), position: (nu) => Math.cbrt(1000 * nu) };

const CONTROLS = [
  { name: "alpha", label: "size of the start: <i>α</i>", words: scientific, ...logarithmic(1e-12, 1e-2) },
  { name: "temperature", label: "SimCLR: temperature <i>τ</i>", ...logarithmic(0.05, 2) },
  { name: "invariance", label: "VICReg: invariance <i>ν</i>", ...cubic },
  { name: "variance", label: "VICReg: variance <i>μ</i>", ...logarithmic(1, 100) },
  { name: "eps", label: "VICReg: <i>ε</i>", words: scientific, ...logarithmic(1e-6, 1e-1) },
];
const TRAITS = ["sigma", "gamma", "basis", ...CONTROLS.map(({ name }) => name)];

function render({ model, el }) {
  installStyle("stepwise-three-losses", STYLE);
  const svg = figure("What each of three losses learns first, and the times of five modes.", 1);

  function redraw(state, width) {
    const losses = solve(state);
    const drawn = draw(losses, state.basis, width);
    svg.setAttribute("viewBox", `0 0 ${width} ${drawn.height}`);
    svg.firstElementChild.innerHTML = drawn.svg;
    return inWords(losses);
  }

  return mount({
    model, el, card: "stepwise-three-losses", label: "Three losses", svg, controls: CONTROLS, traits: TRAITS,
    draw: redraw, note: NOTE,
  });
}

render.closedForm = { solve, eigen }; // for the tests, which compare with Python

export default { render };
