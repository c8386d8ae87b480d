/*
 * Descent of ten outputs on modes γ, with damping or with momentum: chapter 10, as
 * optim/_prediction.py. Stands before climbing.js in one module.
 *
 * The start is upper triangular, so row j holds what each mode k ≥ j has in the direction of the
 * embedding in which mode j is learned. There, part k grows by z_k² a step, and with S the sum of
 * all parts, λ/(1 − λ) = S(n)/(1 − S(0)).
 */

const SHARE = 0.4; // of the largest stable learning rate

/** The factor z by which a step multiplies a small mode, and how much of the start grows so. */
function growth(rates, momentum) {
  const lr4 = (SHARE * (1 + momentum)) / rates[0]; // 4η
  return rates.map((rate) => {
    const total = 1 + momentum + lr4 * rate;
    const apart = Math.sqrt(total ** 2 - 4 * momentum);
    const z = (total + apart) / 2;
    return { log: 2 * Math.log(z), kept: (z - momentum) / apart };
  });
}

/** One mode's way up: λ after n steps, and the n at which it is ½. */
function climb(parts, grown) {
  const begun = parts.reduce((sum, part) => sum + part, 0);
  const sumAt = (n) => parts.reduce((sum, part, k) => sum + part * Math.exp(n * grown[k].log), 0);
  const eigenvalue = (n) => 1 / (1 + (1 - begun) / sumAt(n));
  // log S is convex and its first part alone is late, so Newton's steps come down to the root.
  let steps = Math.log((1 - begun) / parts[0]) / grown[0].log;
  for (let turn = 0; turn < 50; turn++) {
    let [sum, slope] = [0, 0];
    parts.forEach((part, k) => {
      const now = part * Math.exp(steps * grown[k].log);
      sum += now;
      slope += now * grown[k].log;
    });
    const down = (Math.log(sum / (1 - begun)) * sum) / slope;
    steps -= down;
    if (Math.abs(down) < 1e-12 * steps) break;
  }
  return { steps, eigenvalue, log: grown[0].log };
}

/** All ten modes, at rates γ' for γ. */
function climbs({ gamma, start, alpha }, rates, momentum) {
  const grown = growth(rates, momentum);
  return start.map((row, j) => {
    const parts = gamma.map((g, k) => g * (alpha * row[k] * grown[k].kept) ** 2);
    return climb(parts.slice(j), grown.slice(j));
  });
}

/** vᵀC⁻¹v for each v, by the Cholesky factor of C (d × d). */
function inverseForm(C, vectors) {
  const L = C.map((row) => row.map(() => 0));
  C.forEach((row, i) => {
    for (let j = 0; j <= i; j++) {
      let rest = row[j];
      for (let k = 0; k < j; k++) rest -= L[i][k] * L[j][k];
      L[i][j] = i === j ? Math.sqrt(rest) : rest / L[j][j];
    }
  });
  return vectors.map((v) => {
    const solved = [];
    let square = 0;
    v.forEach((x, i) => {
      let rest = x;
      for (let k = 0; k < i; k++) rest -= L[i][k] * solved[k];
      solved.push(rest / L[i][i]);
      square += solved[i] ** 2;
    });
    return square;
  });
}

/**
 * Where damped descent ends, as optim.final_weights: when mode j has grown by a factor g, mode k has
 * grown by g^(γ'_k/γ'_j) in its direction. Whitened, so that C = I. The share of each mode in the
 * embedding, and ‖W‖² over the least.
 */
function end({ gamma, start, alpha }, rho, rates) {
  const d = start.length;
  const columns = gamma.map((g, k) => start.map((row, j) => {
    if (k < j) return 0;
    const factor = 1 / (Math.sqrt(gamma[j]) * alpha * Math.abs(row[j])); // √(γ + ρ) cancels
    return alpha * row[k] * Math.sqrt(g + rho) * factor ** (rates[k] / rates[j]);
  }));
  const C = start.map((_, i) => start.map((__, j) =>
    columns.reduce((sum, column, k) => sum + rates[k] * column[i] * column[j], 0)));
  const sizes = inverseForm(C, columns);
  const least = gamma.slice(0, d).reduce((sum, g) => sum + 1 / g, 0);
  return {
    shares: sizes.map((size, k) => (rates[k] * size) / d),
    excess: sizes.reduce((sum, size, k) => sum + size / (gamma[k] + rho), 0) / least,
  };
}

function solve(state) {
  const { gamma, damping, momentum } = state;
  const rho = damping * gamma[state.start.length - 1];
  const rates = gamma.map((g) => g / (g + rho));
  return {
    damped: climbs(state, rates, 0),
    without: climbs(state, gamma, momentum),
    ...end(state, rho, rates),
  };
}
