/*
 * The explorer of chapter 10: damped descent beside descent without a preconditioner.
 *
 * One module for two homes, as staircase.js; what all widgets share stands before it (_parts.js),
 * then its own parts: the modes, solved (_climbing_modes.js), and the figure (_climbing_panels.js).
 *
 * State (see _climbing.py): gamma (m), start (10 × m); damping, alpha, momentum.
 */
const {
  scientific, short, text, line, path, SUB_J, timeTicks, stepNumbers, modeColours,
  figure, installStyle, logarithmic, mount,
} = parts;

// --- Words --------------------------------------------------------------------------------------

function inWords({ damping, momentum, start }, { damped, without, shares, excess }) {
  const other = momentum ? `descent with momentum ${short(momentum)}` : "plain descent";
  const top = 100 * shares.slice(0, start.length).reduce((sum, share) => sum + share, 0);
  return `With ρ = ${short(damping)} γ₁₀ the tenth mode comes after ${damped.at(-1).steps.toFixed(0)} steps; ` +
    `${other} without a preconditioner takes ${without.at(-1).steps.toFixed(0)}. At the end the damped weights ` +
    `have ${excess.toFixed(2)} times the least squared length, and the first ten ` +
    `modes make ${top.toFixed(0)} % of the embedding.`;
}

const NOTE =
  "Digits, ten outputs, one random start of standard deviation α. Both updates have 0.4 of their largest stable " +
  "learning rate. Dots: the steps at which λ<sub>j</sub> passes ½. All is theory: with momentum a mode swings about 1 " +
  "before it settles and may hold up another by a few steps, which the dashed curves leave out.";

// --- Controls -----------------------------------------------------------------------------------

const CONTROLS = [
  { name: "damping", label: "damping: <i>ρ</i>/γ<sub>10</sub>", words: short, ...logarithmic(1e-3, 1e3) },
  { name: "alpha", label: "size of the start: <i>α</i>", words: scientific, ...logarithmic(1e-10, 1e-2) },
  { name: "momentum", label: "momentum, dashed: <i>β</i>", words: short, min: 0, max: 0.9, step: 0.05 },
];
const TRAITS = ["gamma", "start", ...CONTROLS.map(({ name }) => name)];

// --- Style --------------------------------------------------------------------------------------

const STYLE = `
& .curve { fill: none; stroke-width: 2.25; stroke-linejoin: round; }
& .without { stroke-width: 1.75; stroke-dasharray: 5 4; }
& .key { stroke: var(--ink); }
& .mode { stroke: var(--mode); }
& .dot { fill: var(--mode); stroke: var(--mode); stroke-width: 1.5; }
& .dot.hollow { fill: var(--paper); }
& .bar { fill: var(--quiet); }
& .bar.mode { fill: var(--mode); stroke: none; }
& .limit { stroke: var(--quiet); stroke-dasharray: 4 4; }
/* Room for the longest sentence, so that the sliders below do not jump while one drags. */
& .words { margin: 10px 0 12px; min-height: 4.2em; }
@media (max-width: 500px) { & .words { min-height: 8.4em; } }
`;

// --- The widget ---------------------------------------------------------------------------------

function render({ model, el }) {
  installStyle("stepwise-climbing", STYLE);
  const svg = figure("Eigenvalues of the embedding over steps, damped and without a preconditioner; below " +
    "them bars, the share of each mode in the embedding at the end.", 1);

  function draw(state, width) {
    const solved = solve(state);
    const L = layout(width);
    svg.setAttribute("viewBox", `0 0 ${width} ${L.end + 40}`);
    svg.firstChild.innerHTML = drawPanels(L, solved);
    return inWords(state, solved);
  }

  return mount({
    model, el, card: "stepwise-climbing", label: "Climbing faster", svg, controls: CONTROLS, traits: TRAITS,
    draw, note: NOTE,
  });
}

/** For the tests, which compare with Python. */
function numbers(state, steps) {
  const { damped, without, shares, excess } = solve(state);
  const both = { damped, without };
  return Object.fromEntries([
    ["shares", shares], ["excess", excess],
    ...Object.entries(both).map(([name, modes]) => [name, {
      steps: modes.map((mode) => mode.steps),
      eigenvalues: steps.map((n) => modes.map((mode) => mode.eigenvalue(n))),
    }]),
  ]);
}
render.closedForm = { numbers };

export default { render };
