/*
 * A recorded run in the embedding space: unpacked, at one iteration, in words. The same numbers as
 * _recorded.py and _embedding_space.py have. Stands before embedding_space.js in one module.
 */

async function inflate(packed) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** What `encode` in _recorded.py packed: curves of all records, points of some of them. */
async function decode({ steps, d, scale, crossings, frames, ranges, arrays }) {
  const content = await inflate(bytes(arrays));
  const view = new DataView(content.buffer);
  let at = 0;
  const read = (n, [low, high]) => Float64Array.from({ length: n }, () => {
    const level = view.getUint16(at, true);
    at += 2;
    return low + ((high - low) / 65535) * level;
  });
  const eigenvalues = read(steps.length * d, ranges[0]).map(Math.exp);
  const loss = read(steps.length, ranges[1]);
  const sizes = read(frames.length * 3, ranges[2]).map(Math.exp);
  const each = (content.length - at) / frames.length; // numbers a frame: 3 × 2 × pairs
  const levels = new Int8Array(each); // its changes wrap round in 8 bits, as they were written
  const points = frames.map((_, f) => Float32Array.from(levels, (_, i) => {
    levels[i] += content[at++];
    return (levels[i] * sizes[3 * f + Math.floor((3 * i) / each)]) / 127;
  }));
  const place = (iteration) => Math.log1p(iteration / scale); // on the time axis
  return {
    d, crossings, loss, points, place, pairs: each / 6, last: steps.at(-1),
    iteration: (x) => scale * Math.expm1(x),
    rows: steps.map((_, k) => eigenvalues.subarray(k * d, (k + 1) * d)),
    largest: Math.max(...points.flatMap(spread)), // standard deviation
    highest: Math.max(...eigenvalues),
    places: steps.map(place),
    framePlaces: frames.map((k) => place(steps[k])),
  };
}

/** The row at x among `places`, linear between neighbours. */
function between(x, places, rows) {
  let k = places.findIndex((place) => place > x);
  if (k < 0) k = places.length - 1;
  const share = (x - places[k - 1]) / (places[k] - places[k - 1]);
  return rows[k - 1].map((value, i) => (1 - share) * value + share * rows[k][i]);
}

/** Standard deviations along the three directions. */
function spread(points) {
  const n = points.length / 3;
  return [0, 1, 2].map((j) => {
    const along = points.subarray(j * n, (j + 1) * n);
    const mean = along.reduce((sum, p) => sum + p, 0) / n;
    return Math.sqrt(along.reduce((sum, p) => sum + (p - mean) ** 2, 0) / n);
  });
}

/** A run at one iteration. */
function moment(run, iteration) {
  const now = Math.min(iteration, run.last);
  const x = run.place(now);
  const points = between(x, run.framePlaces, run.points);
  return {
    iteration: now, x, points,
    spread: spread(points),
    eigenvalues: between(x, run.places, run.rows),
    loss: between(x, run.places, Array.from(run.loss, (value) => [value]))[0],
    learned: run.crossings.filter((c) => c !== null && c <= now).length,
  };
}

/** 0, half-way on a log axis from step to step, and the end: where the step buttons lead. */
function plateaus({ crossings, last }) {
  const steps = crossings.filter((c) => c !== null);
  return [0, ...steps.slice(1).map((c, k) => Math.sqrt(steps[k] * c)), last];
}

// --- Words --------------------------------------------------------------------------------------

const SHAPES = ["a point", "a line", "a plane", "a volume"];
const VISIBLE = 0.1; // the variance from which a direction is seen

const visible = (sizes) => sizes.filter((size) => size ** 2 >= VISIBLE).length;

function shape(run, { learned, spread: sizes }) {
  if (visible(spread(run.points[0])) === 3) return "a volume, as it was from the start";
  const known = Math.min(learned, 3);
  const seen = visible(sizes);
  return seen > known ? `${SHAPES[known]} growing into ${SHAPES[seen]}` : SHAPES[known];
}

/** An iteration, with a decimal where a standard start takes its steps. */
const iterationInWords = (x) => (x > 0 && x < 10 ? x.toFixed(1) : String(Math.round(x)));

function inWords(run, now) {
  const { d, crossings } = run;
  const { learned } = now;
  const next = crossings.find((c) => c !== null && c > now.iteration);
  const count = learned === d ? `all ${d}` : `${learned} of ${d}`;
  const beyond = learned > 3
    ? `; ${learned - 3} more learned dimension${learned === 4 ? "" : "s"} cannot be drawn` : "";
  const ahead = next !== undefined ? ` Next step at iteration ${iterationInWords(next)}.`
    : learned === d ? "" : " No further step in this run.";
  return `Iteration ${iterationInWords(now.iteration)}: ${count} dimensions learned, ` +
    `loss ${now.loss.toFixed(2)}. The cloud is ${shape(run, now)}${beyond}.${ahead}`;
}
