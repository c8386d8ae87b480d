/*
 * Under the pictures of a mode: the eigenvalues over iterations, and squared correlations with all
 * predicted modes. Stands before mode_pictures.js in one module.
 */

const LEFT = 34; // px beside the panels, for the numbers of their scales
const RIGHT = 8;
const TOP = 46;
const HEIGHT = 110;
const BASE = TOP + HEIGHT;
const LARGEST = 0.7; // of the squared correlations' scale

const title = (name, words) =>
  text(0, 14, "start", `<tspan class="name">${name}</tspan><tspan class="quiet" dx="8">${words}</tspan>`);

const caption = (width, words) => text((LEFT + width - RIGHT) / 2, BASE + 38, "middle", words, "quiet");

const guide = (y, width, number, kind = "guide") =>
  line(LEFT, y, width - RIGHT, y, kind) + text(LEFT - 7, y + 4, "end", number);

const scale = (highest) => (v) => BASE - (HEIGHT * v) / highest;

const timeOnAxis = (film, width) => (iteration) =>
  LEFT + ((width - LEFT - RIGHT) * film.place(iteration)) / film.place(film.last);

/** All eigenvalues faint, the mode's own in its colour with a dot at each recorded moment. */
function drawEigenvalues(film, width, mode, iteration) {
  const x = timeOnAxis(film, width);
  const y = scale(1.05 * film.highest);
  const xs = film.steps.map(x);
  const curve = (j, kind) =>
    `<path d="${path(xs, film.eigenvalues.map((row) => y(row[j])))}" class="curve ${kind}"/>`;
  const own = mode - 1;
  const dots = film.eigenvalues.map((row, k) =>
    `<circle cx="${xs[k]}" cy="${y(row[own])}" r="2.5" class="dot"/>`);
  const step = x(film.crossings[own]);
  const here = film.steps.indexOf(iteration);
  const ticks = [0, 50, 100, 200, 500, 1000].map((t) =>
    line(x(t), BASE, x(t), BASE + 5, "axis") + text(x(t), BASE + 20, t === film.last ? "end" : "middle", t));
  return [
    title("eigenvalue", "½ = learned"),
    guide(y(0), width, "0", "axis"), guide(y(0.5), width, "½", "half"), guide(y(1), width, "1"),
    ...ticks,
    ...Array.from({ length: film.d }, (_, j) => (j === own ? "" : curve(j, "other"))),
    `<g class="mode" ${modeColours(own, film.d)}>`,
    `<path d="M${step} ${TOP - 6}V${BASE}" class="step"/>`,
    text(step, TOP - 9, "middle", mode),
    curve(own, ""), ...dots, "</g>",
    `<path d="M${xs[here]} ${TOP - 6}V${BASE}" class="now"/>`,
    `<circle cx="${xs[here]}" cy="${y(film.eigenvalues[here][own])}" r="5" class="now-dot"/>`,
    caption(width, "iteration, on a log axis that begins at 0"),
  ].join("");
}

/** A bar for each of the kernel's modes, the chosen one filled. */
function drawCorrelations(film, width, squared, kernelMode) {
  const y = scale(LARGEST);
  const room = (width - LEFT - RIGHT) / film.d;
  const bars = squared.map((value, k) => {
    const x = LEFT + (k + 0.5) * room;
    const chosen = k + 1 === kernelMode ? "chosen" : "";
    return `<rect x="${x - 0.3 * room}" y="${y(value)}" width="${0.6 * room}" height="${BASE - y(value)}" class="bar ${chosen}"/>` +
      text(x, BASE + 20, "middle", k + 1, chosen);
  });
  return [
    title("squared correlation", "with kernel modes"),
    ...[0.2, 0.4, 0.6].map((v) => guide(y(v), width, short(v))),
    ...bars, guide(y(0), width, "0", "axis"),
    line(LEFT, y(film.largest), width - RIGHT, y(film.largest), "half"),
    caption(width, "kernel's mode; dashed: largest by chance"),
  ].join("");
}
