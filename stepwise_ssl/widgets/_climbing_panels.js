/*
 * The two panels of chapter 10's explorer: eigenvalues over steps, and bars of what is in the
 * embedding at the end. Stands before climbing.js in one module.
 */

const LEFT = 42; // px beside the panels, for the numbers of their scales
const RIGHT = 10;
const BARS = 25;
const STEPS = [3, 900]; // the axis stays while one drags: it holds the steps of every setting

/** Where everything stands in a figure of this width, in CSS pixels. */
function layout(width) {
  const narrow = width < 500;
  const top = { y: 68, height: narrow ? 150 : 180 };
  const base = top.y + top.height;
  const bottom = { y: base + 78, height: narrow ? 90 : 110 };
  const right = width - RIGHT;
  const [first, last] = STEPS;
  const room = (right - LEFT) / BARS;
  return {
    first, last, left: LEFT, right, top, base, bottom, room, end: bottom.y + bottom.height,
    x: (n) => LEFT + ((right - LEFT) * Math.log(n / first)) / Math.log(last / first),
    yLambda: (v) => top.y + top.height * (1 - (v + 0.03) / 1.06),
    yShare: (share) => bottom.y + bottom.height * (1 - share / 0.105),
    bar: (k) => LEFT + room * k,
  };
}

/** Steps at which a curve is drawn: all over the axis, and closely where it rises. */
function stepsDrawn({ steps, log }) {
  const [first, last] = STEPS;
  const wide = Array.from({ length: 41 }, (_, i) => first * (last / first) ** (i / 40));
  const close = Array.from({ length: 49 }, (_, i) => steps + (i - 24) / 3 / log);
  return [...wide, ...close].filter((n) => n >= first && n <= last).sort((a, b) => a - b);
}

function curve(L, mode, kind) {
  const steps = stepsDrawn(mode);
  return `<path d="${path(steps.map(L.x), steps.map((n) => L.yLambda(mode.eigenvalue(n))))}" class="curve ${kind}"/>`;
}

const dot = (L, mode, kind) =>
  `<circle cx="${L.x(mode.steps)}" cy="${L.yLambda(0.5)}" r="4" class="dot ${kind}"/>`;

/** λ = 0, ½ and 1, and 0, 5 and 10 % of the embedding. */
function guides(L) {
  const row = (y, number) => line(L.left, y, L.right, y, "guide") + text(L.left - 7, y + 4, "end", number);
  return [
    ...[[0, "0"], [0.5, "½"], [1, "1"]].map(([v, number]) => row(L.yLambda(v), number)),
    ...[[0, "0"], [0.05, "5 %"], [0.1, "10 %"]].map(([v, number]) => row(L.yShare(v), number)),
  ].join("");
}

/** The first ten in the colours of their curves, the others grey. */
function bars(L, shares, d) {
  const zero = L.yShare(0);
  const one = (share, k) => {
    const [kind, colours] = k < d ? ["bar mode", modeColours(k, d)] : ["bar", ""];
    const y = L.yShare(share);
    return `<rect x="${L.bar(k) + 0.12 * L.room}" y="${y}" width="${0.76 * L.room}" height="${zero - y}" class="${kind}" ${colours}/>`;
  };
  const numbers = [1, 5, 10, 15, 20, 25].map((k) => text(L.bar(k - 0.5), L.end + 16, "middle", k));
  const limit = line(L.bar(d), L.bottom.y - 2, L.bar(d), L.end, "limit");
  return shares.slice(0, BARS).map(one).join("") + limit + numbers.join("");
}

/** What solid and dashed mean. */
function legend() {
  const entry = (x, kind, words) => line(x, 36, x + 28, 36, `curve key ${kind}`) + text(x + 34, 40, "start", words);
  return entry(0, "", "damped") + entry(110, "without", "no preconditioner");
}

function drawPanels(L, { damped, without, shares }) {
  const d = damped.length;
  const name = (y, symbol, words) =>
    text(0, y, "start", `<tspan class="name">${symbol}</tspan><tspan class="quiet" dx="8">${words}</tspan>`);
  // Mode 1 on top of those that still wait.
  const each = (draw) => damped.map((_, j) => `<g class="mode" ${modeColours(j, d)}>${draw(j)}</g>`).reverse();
  return [
    guides(L), timeTicks(L), stepNumbers(L, damped.map((mode) => mode.steps)), legend(),
    ...each((j) => curve(L, without[j], "without")),
    ...each((j) => curve(L, damped[j], "")),
    ...each((j) => dot(L, without[j], "hollow")),
    ...each((j) => dot(L, damped[j], "")),
    bars(L, shares, d),
    name(16, `embedding: λ${SUB_J}`, "1 = learned"),
    text((L.left + L.right) / 2, L.base + 40, "middle", "steps", "quiet"),
    name(L.bottom.y - 12, "damped, at the end", "share of each mode"),
    text((L.left + L.right) / 2, L.end + 34, "middle", "mode", "quiet"),
  ].join("");
}
