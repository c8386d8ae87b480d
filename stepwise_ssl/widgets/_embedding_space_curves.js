/*
 * Beside and under the cloud of the embedding space: the spectrum, the loss, all eigenvalues.
 * Stands before embedding_space.js in one module.
 */

const LEFT = 34; // px beside the panels, for the numbers of their scales
const RIGHT = 10;

const name = (x, y, symbol, words) =>
  text(x, y, "start", `<tspan class="name">${symbol}</tspan><tspan class="quiet" dx="8">${words}</tspan>`);

function layout(width, run) {
  const top = { y: 44, height: 66 };
  const bottom = { y: top.y + top.height + 32, height: 120 };
  const end = run.place(run.last);
  const scale = ({ y, height }, low, high) => (v) => y + height - (height * (v - low)) / (high - low);
  const [low, high] = [Math.min(0, ...run.loss), Math.max(...run.loss)];
  return {
    top, bottom, high, right: width - RIGHT, base: bottom.y + bottom.height,
    x: (place) => LEFT + ((width - RIGHT - LEFT) * place) / end,
    yLoss: scale(top, low, 1.06 * high),
    yLambda: scale(bottom, 0, 1.05 * run.highest),
  };
}

/** Ticks at 1, 2, 5, … and their numbers where there is room; 0 at the left. */
function timeTicks(L, run) {
  const places = [1, 5, 2].flatMap((m) =>
    Array.from({ length: 1 + Math.floor(Math.log10(run.last)) }, (_, e) => m * 10 ** e));
  const taken = [LEFT];
  const ticks = places.filter((t) => t <= run.last).map((t) => {
    const x = L.x(run.place(t));
    if (x < LEFT + 14) return "";
    const fits = taken.every((other) => Math.abs(other - x) > 38) && x < L.right - 6;
    if (fits) taken.push(x);
    return line(x, L.base, x, L.base + (fits ? 6 : 3), "axis") +
      (fits ? text(x, L.base + 20, "middle", t) : "");
  });
  return line(LEFT, L.base, L.right, L.base, "axis") + line(LEFT, L.base, LEFT, L.base + 6, "axis") +
    text(LEFT, L.base + 20, "middle", 0) + ticks.join("");
}

/** Guides with their numbers; the level ½ is the one that makes a step. */
function levels(y, x1, x2, highest, height) {
  const step = tickStep(highest, height, 32);
  const rest = multiples(step, 0, highest).filter((v) => v === 0 || Math.abs(y(v) - y(0.5)) > 14);
  return rest.map((v) => line(x1, y(v), x2, y(v), "guide") + text(x1 - 7, y(v) + 4, "end", short(v))).join("") +
    line(x1, y(0.5), x2, y(0.5), "half") +
    (Math.abs(y(0) - y(0.5)) > 12 ? text(x1 - 7, y(0.5) + 4, "end", "½") : "");
}

const upright = (L, x, kind) =>
  `<path d="M${x} ${L.top.y - 4}V${L.top.y + L.top.height}M${x} ${L.bottom.y}V${L.base}" class="${kind}"/>`;

/** Everything that does not depend on the iteration. */
function drawCurves(L, run) {
  const xs = run.places.map(L.x);
  let taken = -Infinity;
  const modes = Array.from({ length: run.d }, (_, j) => {
    const ys = run.rows.map((row) => L.yLambda(row[j]));
    const c = run.crossings[j];
    const x = c === null ? null : L.x(run.place(c));
    const fits = x !== null && x > taken + 4 + 4 * String(j + 1).length;
    if (fits) taken = x + 4 * String(j + 1).length;
    return `<g class="mode" ${modeColours(j, run.d)}>${x === null ? "" : upright(L, x, "step")}` +
      `<path d="${path(xs, ys)}" class="curve"/></g>${fits ? text(x, L.top.y - 9, "middle", j + 1) : ""}`;
  });
  const lossGuides = [0, L.high].map((v) =>
    line(LEFT, L.yLoss(v), L.right, L.yLoss(v), "guide") + text(LEFT - 7, L.yLoss(v) + 4, "end", short(Number(v.toPrecision(2)))));
  return [
    ...lossGuides, levels(L.yLambda, LEFT, L.right, run.highest, L.bottom.height),
    timeTicks(L, run), ...modes,
    `<path d="${path(xs, Array.from(run.loss, L.yLoss))}" class="curve loss"/>`,
    name(LEFT, 15, "loss", "steps numbered"),
    name(LEFT, L.bottom.y - 9, "eigenvalues", "½ = learned"),
    text((LEFT + L.right) / 2, L.base + 38, "middle", "iteration, on a log axis that begins at 0", "quiet"),
  ].join("");
}

/** The present: a line, dots where it meets the curves, and a veil over what is to come. */
function drawNow(L, run, now) {
  const x = L.x(now.x);
  const veil = ({ y, height }) =>
    `<rect x="${x}" y="${y - 5}" width="${Math.max(0, L.right - x + 2)}" height="${height + 5}" class="veil"/>`;
  const dots = Array.from(now.eigenvalues, (value, j) =>
    `<circle cx="${x}" cy="${L.yLambda(value)}" r="3.5" class="mode dot" ${modeColours(j, run.d)}/>`);
  return [
    veil(L.top), veil(L.bottom), upright(L, x, "now"), ...dots.reverse(),
    `<circle cx="${x}" cy="${L.yLoss(now.loss)}" r="5" class="now-dot"/>`,
  ].join("");
}

function drawSpectrum({ width, height }, run, now) {
  const [top, base] = [30, height - 40];
  const y = (v) => base - ((base - top) * v) / (1.05 * run.highest);
  const room = (width - LEFT - RIGHT) / run.d;
  const bars = Array.from(now.eigenvalues, (value, j) => {
    const x = LEFT + (j + 0.5) * room;
    return `<g class="mode" ${modeColours(j, run.d)}><rect x="${x - 0.32 * room}" y="${y(value)}" ` +
      `width="${0.64 * room}" height="${base - y(value)}" class="bar"/></g>` +
      text(x, base + 16, "middle", j + 1, now.learned > j ? "" : "quiet");
  });
  return [
    name(0, 15, "spectrum", "at this iteration"),
    levels(y, LEFT, width - RIGHT, run.highest, base - top), ...bars,
    line(LEFT, base, width - RIGHT, base, "axis"),
    text(LEFT + (width - LEFT - RIGHT) / 2, base + 34, "middle", "eigenvalue, largest first", "quiet"),
  ].join("");
}
