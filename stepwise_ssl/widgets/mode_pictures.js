/*
 * Modes as pictures: the digits at both ends of a mode that a network learned, at moments of its
 * training, beside those of a mode that the kernel of its untrained features predicts (chapter 9).
 *
 * One module for two homes, as staircase.js. Before it stand what all widgets share (_parts.js), the
 * recorded run and the panels under the pictures (_mode_pictures_*.js).
 *
 * State (see _mode_pictures.py): film, what _film.py made of the run; mode, kernel_mode, iteration.
 */
const {
  short, bytes, text, line, figure, path, modeColours, OWN_KEYS, make, slider, dragTime, sentence,
  installStyle,
} = parts;

// --- Style --------------------------------------------------------------------------------------

const STYLE = `
& .frame { container-type: inline-size; }
/* Narrow, the time slider comes right under the pictures, so that both are seen at once. */
& .stage {
  display: grid; grid-template-columns: minmax(0, 1fr); row-gap: 8px;
  grid-template-areas: "network" "kernel" "time" "words" "curves" "bars";
}
@container (min-width: 620px) {
  & .stage {
    grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); column-gap: 28px;
    grid-template-areas: "network kernel" "time time" "words words" "curves bars";
  }
}
& .control label b { font-weight: 600; }
& .end { margin-top: 4px; }
& .end > span { display: block; font-size: 13px; color: var(--quiet); }
& .row { display: grid; grid-template-columns: repeat(${ENDS}, minmax(0, 1fr)); gap: 6px; padding: 2px; }
/* Black ink, inverted where the page is dark. */
& .row canvas {
  display: block; width: 100%; aspect-ratio: 1;
  filter: invert(var(--mode)); outline: 1px solid rgb(0 0 0 / 0.2);
}
& .row canvas.shared { outline: 2px solid #000; }
& .row.waiting { opacity: 0.45; }
& .time { display: flex; flex-wrap: wrap; align-items: end; gap: 4px 20px; }
& .time .control { flex: 1 1 260px; }
& .jump {
  padding: 4px 10px; font: inherit; color: var(--accent); background: none;
  border: 1px solid var(--accent); border-radius: 5px; cursor: pointer;
}
& .jump[aria-disabled="true"] { color: var(--quiet); border-color: var(--edge); cursor: default; }
& .panel { touch-action: pan-y; }
& .curves { cursor: ew-resize; }
& .bars { cursor: pointer; }
& .curve { fill: none; stroke: var(--mode); stroke-width: 2.25; stroke-linejoin: round; }
& .curve.other { stroke: var(--edge); stroke-width: 1.25; }
& .dot { fill: var(--mode); }
& .step { stroke: var(--mode); stroke-width: 1; }
& .half { stroke: var(--quiet); stroke-dasharray: 4 3; }
& .now { stroke: var(--accent); stroke-width: 1.5; }
& .now-dot { fill: var(--accent); stroke: var(--paper); stroke-width: 1.5; }
& .bar { fill: var(--quiet); opacity: 0.6; }
& .bar.chosen { fill: var(--accent); opacity: 1; }
& text.chosen { font-weight: 600; }
/* Room for the longest sentence, so that nothing jumps while one drags. */
& .words { min-height: 4.2em; }
@container (max-width: 500px) { & .words { min-height: 9.8em; } }
`;

const NOTE =
  `Of 120 digits the ${ENDS} with the highest and the ${ENDS} with the lowest values of a mode, the outermost ` +
  "first. The kernel is that of the features before training. The sign of a mode means nothing; the kernel's is " +
  "turned to fit. Pale: not learned yet. Heavy frame: at the same end in both. Press a bar to see that mode of the kernel.";

// --- The widget ---------------------------------------------------------------------------------

const TRAITS = ["mode", "kernel_mode", "iteration"];

/** An 8 × 8 picture with values 0 to 255, as black ink. */
function drawPicture(canvas, pixels) {
  const image = new ImageData(8, 8);
  pixels.forEach((value, p) => image.data.set([0, 0, 0, value], 4 * p));
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** A row of pictures under its name. */
function pictureRow(film, name) {
  const canvases = Array.from({ length: ENDS }, () => make("canvas", { width: 8, height: 8 }));
  // As `mode`, what is inside has a value for each theme: 1 inverts.
  const row = make("div", { class: "row mode", role: "img", style: "--light:0;--dark:1" }, ...canvases);
  const show = (pictures, shared, whose, learned) => {
    row.classList.toggle("waiting", !learned);
    pictures.forEach((i, k) => {
      drawPicture(canvases[k], film.pictures.subarray(64 * i, 64 * i + 64));
      canvases[k].classList.toggle("shared", shared.includes(i));
    });
    row.setAttribute("aria-label", `${name} values of ${whose}: ${pictures.map((i) => film.labels[i]).join(", ")}`);
  };
  return { show, node: make("div", { class: "end" }, make("span", { "aria-hidden": "true" }, `${name} values`), row) };
}

function render({ model, el }) {
  installStyle("stepwise-mode-pictures", STYLE);
  const get = (trait) => model.get(trait);
  const film = decode(get("film"));
  const rows = [0, 1, 2, 3].map((k) => pictureRow(film, k % 2 ? "lowest" : "highest"));
  const curves = figure("Eigenvalues of the embedding over iterations, the mode's own in colour.", 1);
  const bars = figure("Squared correlations of the network's mode with the kernel's ten modes.", 1);
  curves.classList.add("panel", "curves");
  bars.classList.add("panel", "bars");
  const words = sentence();
  let width = 0;
  let pending = null;

  function draw() {
    pending = null;
    if (width === 0) return; // hidden: the observer calls again when there is room
    const [mode, kernelMode, iteration] = TRAITS.map(get);
    const compared = compare(film, mode, kernelMode, iteration);
    const learned = compared.step <= iteration;
    compared.ends.forEach((pictures, k) => {
      const shared = compared.ends[(k + 2) % 4];
      if (k < 2) rows[k].show(pictures, shared, `the network's mode ${mode}`, learned);
      else rows[k].show(pictures, shared, `the kernel's mode ${kernelMode}`, true);
    });
    for (const svg of [curves, bars]) svg.setAttribute("viewBox", `0 0 ${width} ${BASE + 44}`);
    curves.firstChild.innerHTML = drawEigenvalues(film, width, mode, iteration);
    bars.firstChild.innerHTML = drawCorrelations(film, width, compared.squared, kernelMode);
    for (const control of controls) control.show(get(control.name));
    jump.textContent = `show mode ${mode} just learned`;
    jump.setAttribute("aria-disabled", String(iteration === justLearned()));
    words.say(inWords(film, mode, kernelMode, iteration, compared));
  }

  // However many events there are, one drawing a frame.
  const redraw = () => (pending ??= requestAnimationFrame(draw));
  const done = () => model.save_changes();
  const move = (changes) => {
    for (const [name, value] of Object.entries(changes)) model.set(name, value);
    redraw();
  };

  const whole = { min: 1, max: film.d, step: 1, value: (k) => k, position: (k) => k, words: String, done };
  const controls = [
    // The prediction of the same number is what one asks for first.
    slider({ name: "mode", label: "<b>network:</b> mode", ...whole, move: (k) => move({ mode: k, kernel_mode: k }) }),
    slider({ name: "kernel_mode", label: "<b>kernel's prediction:</b> mode", ...whole, move: (k) => move({ kernel_mode: k }) }),
    slider({
      name: "iteration", label: "iteration", min: 0, max: film.steps.length - 1, step: 1, words: String, done,
      value: (k) => film.steps[k], position: (step) => film.steps.indexOf(step), move: (step) => move({ iteration: step }),
    }),
  ];
  const [network, kernel, time] = controls.map((control) => control.node);
  const justLearned = () => film.steps[film.known[get("mode") - 1]];
  const jump = make("button", { type: "button", class: "jump", ...OWN_KEYS });
  jump.addEventListener("click", () => {
    move({ iteration: justLearned() });
    done();
  });
  dragTime(curves, LEFT, RIGHT, (u) => move({ iteration: nearestStep(film, u * film.place(film.last)) }), done);
  dragTime(bars, LEFT, RIGHT, (u) =>
    move({ kernel_mode: Math.min(film.d, Math.max(1, Math.ceil(film.d * u))) }), done);

  const area = (name, ...inside) => make("div", { style: `grid-area: ${name}` }, ...inside);
  el.classList.add("stepwise-widget");
  el.replaceChildren(
    make("div", { class: "stepwise-mode-pictures", role: "group", "aria-label": "Modes as pictures" },
      make("div", { class: "frame" },
        make("div", { class: "stage" },
          area("network", network, rows[0].node, rows[1].node),
          area("kernel", kernel, rows[2].node, rows[3].node),
          area("time", make("div", { class: "time" }, time, jump)), area("words", words.seen, words.heard),
          area("curves", curves), area("bars", bars)),
        make("p", { class: "note" }, NOTE))));

  const observer = new ResizeObserver(([entry]) => {
    width = Math.round(entry.contentRect.width);
    redraw();
  });
  observer.observe(curves);
  for (const name of TRAITS) model.on(`change:${name}`, redraw);

  return () => {
    observer.disconnect();
    words.hush();
    cancelAnimationFrame(pending);
    for (const name of TRAITS) model.off(`change:${name}`, redraw);
  };
}

/** For the tests, which compare with Python. */
render.closedForm = {
  compare: (packed, mode, kernelMode, iteration) => {
    const film = decode(packed);
    return compare(film, mode, kernelMode, iteration);
  },
};

export default { render };
