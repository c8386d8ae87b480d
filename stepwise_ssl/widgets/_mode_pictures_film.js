/*
 * The modes of one training and the predicted ones: unpacked, compared at one moment, in words. The
 * same numbers as _film.py and _mode_pictures.py have. Stands before mode_pictures.js in one module.
 */

const UNIT = 2048; // levels a standard deviation
const ENDS = 8; // pictures of each end

/** What `encode` in _film.py packed. */
function decode({ network, kernel, pictures, ...film }) {
  const [n, d] = [film.labels.length, film.crossings.length];
  const functions = (packed) => {
    const view = new DataView(bytes(packed).buffer);
    return Array.from({ length: view.byteLength / 2 / n }, (_, row) =>
      Float64Array.from({ length: n }, (__, i) => view.getInt16(2 * (row * n + i), true) / UNIT));
  };
  const place = (iteration) => Math.log1p(iteration / film.scale); // on the time axis
  return {
    ...film, n, d, place, last: film.steps.at(-1), pictures: bytes(pictures),
    network: functions(network), // moment by moment, and in each mode by mode
    kernel: functions(kernel),
    highest: Math.max(...film.eigenvalues.flat()),
  };
}

const product = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

/** Which pictures stand at the ends of a function, the outermost first: highest, then lowest. */
function endsOf(values) {
  const order = (sign) => Array.from(values.keys()).sort((a, b) => sign * (values[a] - values[b])).slice(0, ENDS);
  return [order(-1), order(1)];
}

/** The network's mode at an iteration, and one that is predicted. */
function compare(film, mode, kernelMode, iteration) {
  const moment = film.steps.indexOf(iteration);
  const at = (k) => film.network[k * film.d + mode - 1];
  const now = at(moment);
  const squared = film.kernel.map((f) => (product(f, now) / film.n) ** 2);
  const predicted = film.kernel[kernelMode - 1];
  const sign = product(at(film.known[mode - 1]), predicted) < 0 ? -1 : 1;
  return {
    squared, nearest: squared.indexOf(Math.max(...squared)) + 1,
    ends: [...endsOf(now), ...endsOf(predicted.map((value) => sign * value))],
    eigenvalue: film.eigenvalues[moment][mode - 1], step: film.crossings[mode - 1],
  };
}

/** The nearest of the recorded iterations. */
const nearestStep = (film, place) => film.steps.reduce((best, step) =>
  (Math.abs(film.place(step) - place) < Math.abs(film.place(best) - place) ? step : best));

function inWords(film, mode, kernelMode, iteration, { squared, nearest, eigenvalue, step }) {
  const when = step <= iteration ? "was" : "will be";
  const own = `by chance ${(1 / (film.n - 1)).toFixed(3)}`;
  const best = `by chance the largest of ten is ${film.largest.toFixed(3)}`;
  const said = squared[kernelMode - 1].toFixed(3);
  const compared = nearest === kernelMode
    ? `${said}, the largest of the kernel's ten (${own}; ${best})`
    : `${said} (${own}). The kernel's mode ${nearest} is nearest, with ${squared[nearest - 1].toFixed(3)} (${best})`;
  return `Iteration ${iteration}: mode ${mode} of the network has the eigenvalue ${short(eigenvalue)}, ` +
    `its step ${when} at iteration ${step.toFixed(1)}. Its squared correlation with the kernel's mode ` +
    `${kernelMode} is ${compared}.`;
}
