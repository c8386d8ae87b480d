/*
 * One mode of two layers from an aligned start, solved: chapter 8, as deep_linear/_closed_form.py.
 * Stands before two_layers.js in one module.
 *
 * Head s and trunk p of a mode with γ > 0 give λ = γ s² p². With u = s² + p² and c = p² − s², which
 * stays as it is, u² = c² + 4λ/γ and dλ/dt = 8γ u λ (1 − λ). Where the trunk is frozen, p = p(0).
 */

/**
 * log((u + k)/|u − k|)/k, from gap = |u² − k²|. Where k is far below u, and at k = 0, the quotient
 * is that of the inverse hyperbolic tangent, 2 artanh(k/u)/k.
 */
function phi(k, u, gap) {
  const ratio = k / u;
  if (ratio > 0.5) return (2 * Math.log(u + k) - Math.log(gap)) / k;
  return (2 / u) * (ratio > 0 ? Math.atanh(ratio) / ratio : 1);
}

const logit = (lambda) => Math.log(lambda) - Math.log1p(-lambda);

/**
 * A mode from its start s(0) ≤ p(0), its times as functions of the value λ that it has come to:
 * nothing is inverted. `features` is γ p² at this value.
 */
function solveMode(gamma, s0, p0) {
  const start = gamma * (s0 * p0) ** 2; // λ(0)
  const c = (p0 - s0) * (p0 + s0);
  const whole = 4 / gamma; // u² − c² where λ = 1
  const b = Math.hypot(c, Math.sqrt(whole));
  const sum = (lambda) => Math.hypot(c, Math.sqrt(whole * lambda)); // u
  const clock = (lambda) => {
    const u = sum(lambda);
    return (phi(b, u, whole * (1 - lambda)) - phi(c, u, whole * lambda)) / (8 * gamma);
  };
  const trained = (lambda) => clock(lambda) - clock(start);
  const frozen = (lambda) => (logit(lambda) - logit(start)) / (8 * gamma * p0 ** 2);
  const step = (time) => (start < 0.5 ? time(0.5) : 0);
  const features = (lambda) => (gamma * (sum(lambda) + c)) / 2;
  return {
    gamma, start, trained, frozen, features,
    tau: step(trained), tauFrozen: step(frozen),
    featuresAtStart: gamma * p0 ** 2, featuresAtEnd: features(1),
  };
}

/** The modes of γ_j = j^(−exponent), all from the same start. */
function solve({ p0, s0, exponent, d }) {
  return Array.from({ length: d }, (_, j) => solveMode((j + 1) ** -exponent, s0, p0));
}

const END = 0.999; // where a curve ends; what is left would not be seen

/**
 * Values of λ from the start to END, in even steps of log λ/(1 − λ), as a mode goes. The first steps
 * are finer: a logarithmic time axis spreads them.
 */
function valuesOnTheWay(start) {
  if (start >= END) return [];
  const [from, to] = [logit(start), logit(END)];
  const values = [start];
  for (let way = 0.01; from + way < to; way += Math.min(0.15, 0.01 + 0.15 * way)) {
    values.push(1 / (1 + Math.exp(-from - way)));
  }
  return [...values, END];
}
