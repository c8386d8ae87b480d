/*
 * The explorer of two layers: chapter 8's closed form, beside that of a frozen trunk, while one drags.
 *
 * One module for two homes, as staircase.js; what all widgets share stands before it (_parts.js),
 * then its own parts: one mode, solved (_two_layers_modes.js), and the figure (_two_layers_panels.js).
 *
 * State (see _two_layers.py): p0, s0, exponent, d.
 */
const {
  scientific, short, multiples, text, line, path, SUB_J, timeTicks, stepNumbers, modeColours,
  figure, installStyle, logarithmic, mount,
} = parts;

// --- Words --------------------------------------------------------------------------------------

const when = (tau) => (tau === 0 ? "at the start" : `at t = ${short(tau)}`);

/** First and last step of both runs, and what the trunk learns of mode 1. */
function inWords(modes) {
  const [first, last] = [modes[0], modes.at(-1)];
  const together = first.gamma === last.gamma || last.tau === 0;
  const all = modes.length === 1 ? "the step comes" : `all ${modes.length} steps come`;
  const said = together
    ? `${all} ${when(first.tau)}; with the trunk frozen, ${when(first.tauFrozen)}`
    : `the first step comes ${when(first.tau)} and the last ${when(last.tau)}; ` +
      `with the trunk frozen, ${when(first.tauFrozen)} and ${when(last.tauFrozen)}`;
  const [before, after] = [first.featuresAtStart, first.featuresAtEnd];
  const factor = short(after / before);
  const change = factor === "1"
    ? `leaves the features' eigenvalue of mode 1 at ${short(before)}, to three digits`
    : `raises the features' eigenvalue of mode 1 from ${short(before)} to ${short(after)}, by a factor of ${factor}`;
  return `With both layers trained, ${said}. Training ${change}.`;
}

const NOTE =
  "γ<sub>j</sub> = j<sup>−a</sup>, so γ<sub>1</sub> = 1. Every mode starts at s(0) in the head and p(0) in the " +
  "trunk, aligned. Thin lines and filled dots: the steps with both layers trained, where λ<sub>j</sub> passes ½. " +
  "Hollow dots: the steps with the trunk frozen. The time axis moves with p(0), which sets the unit of time.";

// --- Controls -----------------------------------------------------------------------------------

const CONTROLS = [
  { name: "p0", label: "start of the trunk: <i>p</i>(0)", words: short, ...logarithmic(0.1, 10) },
  { name: "s0", label: "start of the head: <i>s</i>(0)", words: scientific, ...logarithmic(...STARTS) },
  { name: "exponent", label: "spectrum: exponent <i>a</i>", words: short, min: 0, max: 3, step: 0.05 },
  { name: "d", label: "dimensions: <i>d</i>", words: short, min: 1, max: 8, step: 1 },
];
const TRAITS = CONTROLS.map(({ name }) => name);

// --- Style --------------------------------------------------------------------------------------

const STYLE = `
& .curve { fill: none; stroke-width: 2.25; stroke-linejoin: round; }
& .frozen { stroke-width: 1.75; stroke-dasharray: 5 4; }
& .key { stroke: var(--ink); }
& .mode { stroke: var(--mode); }
& .step { stroke-width: 1; opacity: 0.6; }
& .dot { fill: var(--mode); stroke: var(--mode); stroke-width: 1.5; }
& .dot.hollow { fill: var(--paper); }
& .controls { grid-template-columns: repeat(auto-fit, minmax(270px, 1fr)); }
/* Room for the longest sentence, so that the sliders below do not jump while one drags. */
& .words { margin: 10px 0 12px; min-height: 4.2em; }
@media (max-width: 500px) { & .words { min-height: 9.8em; } }
`;

// --- The widget ---------------------------------------------------------------------------------

function render({ model, el }) {
  installStyle("stepwise-two-layers", STYLE);
  const svg = figure("Eigenvalues of the embedding over time, two layers trained and the trunk frozen; below " +
    "them the eigenvalues of the features.", 1);

  function draw(state, width) {
    const modes = solve(state);
    const L = layout(width, timeAxis(state), featureRange(modes));
    svg.setAttribute("viewBox", `0 0 ${width} ${L.base + 46}`);
    svg.firstChild.innerHTML = drawPanels(L, modes);
    return inWords(modes);
  }

  return mount({
    model, el, card: "stepwise-two-layers", label: "Two layers", svg, controls: CONTROLS, traits: TRAITS,
    draw, note: NOTE,
  });
}

/** For the tests, which compare with Python: times and features at given values of λ. */
function alongOneMode(gamma, s0, p0, values) {
  const mode = solveMode(gamma, s0, p0);
  return Object.fromEntries(["trained", "frozen", "features"].map((name) => [name, values.map(mode[name])]));
}
render.closedForm = { solve, alongOneMode };

export default { render };
