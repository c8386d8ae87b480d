/*
 * The embedding space: a recorded run of a residual network under a time slider. The cloud of its
 * embeddings in the first three directions that were learned, the spectrum, all eigenvalues, the
 * loss.
 *
 * One module for two homes, as staircase.js. Before it stand what all widgets share (_parts.js), the
 * recorded run, the cloud and the curves (_embedding_space_*.js).
 *
 * State (see _embedding_space.py): sets, by name { label, classes, labels, pictures, runs }, where
 * runs holds what _recorded.py made of each run, by loss and start; data, loss, start, scale,
 * iteration.
 */
const {
  short, bytes, tickStep, multiples, text, line, figure, path, modeColours, OWN_KEYS, make, slider, choice,
  player, dragTime, sentence, installStyle,
} = parts;

// --- Style --------------------------------------------------------------------------------------

// Five colours that the common kinds of colour blindness keep apart, and two shapes: ten classes.
const CLASS_COLOURS = [
  ["#1f6fd0", "#4aa3ff"], ["#d96a00", "#ffb000"], ["#00a08a", "#2fd0b0"],
  ["#7d1d7a", "#e070c0"], ["#303840", "#f2f2f2"],
];

const STYLE = `
& .choices { display: flex; flex-wrap: wrap; gap: 4px 28px; margin-bottom: 8px; }
& .choices .data { flex-basis: 100%; }
/* Narrow, the slider comes right under the cloud, so that both are seen at once. */
& .stage {
  display: grid; grid-template-columns: minmax(0, 1fr);
  grid-template-areas: "cloud" "time" "words" "spectrum" "curves" "scale";
}
@container (min-width: 620px) {
  & .stage {
    grid-template-columns: minmax(0, 7fr) minmax(0, 5fr); grid-template-rows: auto 1fr;
    column-gap: 20px;
    grid-template-areas: "cloud spectrum" "cloud words" "time time" "curves curves" "scale scale";
  }
}
& .frame { container-type: inline-size; }
& .scene { position: relative; }
& canvas.cloud { display: block; width: 100%; cursor: grab; touch-action: pan-y; border-radius: 5px; }
& canvas.cloud:active { cursor: grabbing; }
& canvas.cloud:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
& .scale-words { position: absolute; left: 0; bottom: 0; margin: 0; font-size: 12px; color: var(--quiet); pointer-events: none; }
& .tip {
  position: absolute; pointer-events: none; padding: 4px 7px; font-size: 13px; text-align: center;
  color: var(--ink); background: var(--paper); border: 1px solid var(--edge); border-radius: 5px;
}
& .tip canvas { display: block; width: 56px; height: 56px; margin: 0 auto 2px; image-rendering: pixelated; }
& .tip[hidden], & .tip canvas[hidden], & .legend[hidden] { display: none; }
& .legend { display: flex; justify-content: center; flex-wrap: wrap; gap: 2px 1px; align-items: center; margin: 2px 0 0; }
& .legend button {
  padding: 1px 5px; font: inherit; font-size: 13px; color: var(--ink); background: none;
  border: 1px solid transparent; border-radius: 5px; cursor: pointer;
}
& .legend button:hover { border-color: var(--edge); }
& .legend button[aria-pressed="true"] { border-color: var(--ink); }
& .legend span {
  display: inline-block; width: 10px; height: 10px; margin-right: 5px; border-radius: 50%;
  background: var(--mode); print-color-adjust: exact;
}
& .legend .diamond { width: 9px; height: 9px; border-radius: 0; transform: rotate(45deg); }
& .curves { cursor: ew-resize; touch-action: pan-y; margin-top: 8px; }
& .curve { fill: none; stroke-width: 2; stroke-linejoin: round; }
& .loss { stroke: var(--ink); }
& .mode { stroke: var(--mode); }
& .bar { fill: var(--mode); stroke: none; }
& .step { stroke-width: 1; opacity: 0.6; }
& .half { stroke: var(--quiet); stroke-dasharray: 4 3; }
& .dot { fill: var(--mode); stroke: var(--paper); stroke-width: 1; }
& .veil { fill: var(--paper); opacity: 0.55; }
& .now { stroke: var(--accent); stroke-width: 1.5; }
& .now-dot { fill: var(--accent); stroke: var(--paper); stroke-width: 1.5; }
& .iteration { margin-top: 6px; }
& .iteration input { width: calc(100% - 28px); margin-left: 26px; }
& .run { display: flex; flex-wrap: wrap; gap: 6px 8px; align-items: center; margin: 4px 0; }
& .run .jump {
  padding: 4px 10px; font: inherit; color: var(--accent); background: none;
  border: 1px solid var(--accent); border-radius: 5px; cursor: pointer; white-space: nowrap;
}
& .run .jump[aria-disabled="true"] { color: var(--quiet); border-color: var(--edge); cursor: default; }
@container (max-width: 340px) { & .run :is(.jump, .play) { min-width: 56px; padding: 4px 6px; font-size: 14px; } }
& .turning { display: inline-flex; gap: 5px; align-items: center; margin: 0 0 0 auto; font-weight: normal; }
@media (prefers-reduced-motion: reduce) { & .turning { display: none; } }
/* Room for the longest sentence, so that nothing jumps while one drags. */
& .words { min-height: 5.6em; margin: 6px 0 0; font-size: 16px; }
`;

const note = (pairs) => `Both views of ${pairs} pairs of pictures, joined by a thin line, along the first ` +
  "three directions that were learned. Heavy lines: two standard deviations. A step is where an eigenvalue of the " +
  "embedding’s covariance first reaches ½. Press a class to see it alone. Drag the cloud, or use the " +
  "arrow keys on it, to turn it; N shows the next pair.";

// --- The widget ---------------------------------------------------------------------------------

const TRAITS = ["data", "loss", "start", "scale", "iteration"];
const LOSSES = { barlow_twins: "Barlow Twins", simclr: "SimCLR", vicreg: "VICReg" };
const STARTS = { small: "small", standard: "standard" };
const SCALES = { true: "true", whole: "cloud enlarged", each: "each direction enlarged" };
const none = (starts) => Object.keys(starts).length === 0; // not every loss was recorded everywhere
const EYE = { turn: -0.56, tilt: 0.5 }; // radians, at first
const SWAY = { reach: 0.5, seconds: 18 }; // from side to side: end-on, a line would look like a point

/** The classes as buttons: one pressed stands out in the cloud. */
function legend(classes, pick) {
  const buttons = classes.map((words, k) => {
    const [light, dark] = CLASS_COLOURS[k % 5];
    const glyph = make("span", { class: "mode", "aria-hidden": "true", style: `--light:${light};--dark:${dark}` });
    if (k >= 5) glyph.classList.add("diamond");
    const button = make("button", { type: "button", "aria-pressed": "false", ...OWN_KEYS }, glyph, words);
    button.addEventListener("click", () => pick(k));
    return button;
  });
  const node = make("div", { class: "legend", role: "group", "aria-label": "Classes" }, ...buttons);
  node.hidden = classes.length === 0;
  return {
    node,
    show: (only) => buttons.forEach((b, k) => b.setAttribute("aria-pressed", String(k === only))),
    colours: () => buttons.slice(0, 5).map((b) => getComputedStyle(b.firstChild).backgroundColor),
  };
}

/** An 8 × 8 picture with values 0 to 255, ink on paper as the theme has them. */
function drawPicture(canvas, pixels) {
  const image = new ImageData(8, 8);
  pixels.forEach((value, p) => image.data.set([value, value, value, 255], 4 * p));
  canvas.getContext("2d").putImageData(image, 0, 0);
}

async function render({ model, el }) {
  installStyle("stepwise-embedding-space", STYLE);
  const get = (trait) => model.get(trait);
  const decoded = new Map(); // runs are unpacked when they are first looked at
  const wanted = () => get("sets")[get("data")].runs[get("loss")][get("start")];
  async function load(packed) {
    if (!decoded.has(packed)) decoded.set(packed, await decode(packed));
    return decoded.get(packed);
  }
  let run = await load(wanted()); // if this fails the picture stays

  const canvas = make("canvas", {
    class: "cloud", tabindex: "0", role: "img", "data-control": "cloud", ...OWN_KEYS,
  });
  const picture = make("canvas", { width: 8, height: 8 });
  const tipWords = make("span", {});
  const tip = make("div", { class: "tip", "aria-live": "polite" }, picture, tipWords);
  const scaleWords = make("p", { class: "scale-words" });
  const spectrum = figure("Spectrum: a bar for each eigenvalue at this iteration.", 1);
  const curves = figure("Loss over iterations; below it all eigenvalues, one staircase.", 2);
  curves.classList.add("curves");
  const words = sentence();
  const classes = make("div", {});
  let key = null;
  let only = null; // class
  let chosen = null; // pair
  let places = []; // of the views, as last drawn
  let now = null;
  let look = null;
  let L = null;
  let size = { width: 0, height: 0 };
  let drawn = null; // what the curves were drawn from
  let pending = null;
  let begun = null; // of the sway
  let swayed = 0;
  const eye = { ...EYE };

  /** The colours that the page's theme gives the cloud. */
  function readLook() {
    const style = getComputedStyle(canvas);
    const names = ["ink", "quiet", "guide", "edge", "paper", "accent"];
    const colours = Object.fromEntries(names.map((n) => [n, style.getPropertyValue(`--${n}`).trim()]));
    const palette = key.colours();
    const of = (label) => (palette.length ? palette[label % 5] : colours.accent);
    return { ...colours, font: style.fontFamily, of };
  }

  function paintCloud() {
    const set = get("sets")[get("data")];
    const pen = canvas.getContext("2d");
    const ratio = window.devicePixelRatio || 1;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    const labels = set.classes.length ? set.labels : set.labels.map(() => 0);
    const half = box(run, now.spread, get("scale"));
    const seen = { turn: eye.turn + SWAY.reach * Math.sin(swayed), tilt: eye.tilt };
    places = drawCloud(pen, size, now, half, seen, look, { labels, only, chosen });
    tip.hidden = chosen === null;
    if (chosen === null) return;
    const [x, y] = places[chosen];
    tipWords.textContent = set.classes.length ? set.classes[set.labels[chosen]] : `class ${set.labels[chosen]}`;
    picture.hidden = set.pictures === null;
    if (set.pictures !== null) drawPicture(picture, bytes(set.pictures).subarray(64 * chosen, 64 * chosen + 64));
    tip.style.left = `${Math.min(size.width - tip.offsetWidth - 2, Math.max(2, x + 14))}px`;
    tip.style.top = `${Math.min(size.height - tip.offsetHeight - 2, Math.max(2, y - tip.offsetHeight - 10))}px`;
  }

  function drawIfChanged(width, box) {
    const from = JSON.stringify([get("data"), get("loss"), get("start"), width, box]);
    if (from === drawn) return;
    drawn = from;
    L = layout(width, run);
    curves.setAttribute("viewBox", `0 0 ${width} ${L.base + 44}`);
    curves.firstElementChild.innerHTML = drawCurves(L, run);
    spectrum.setAttribute("viewBox", `0 0 ${box.width} ${box.height}`);
    const ratio = window.devicePixelRatio || 1;
    [canvas.width, canvas.height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
    canvas.style.height = `${size.height}px`;
  }

  function redrawNow() {
    pending = null;
    const width = Math.round(curves.parentElement.clientWidth);
    if (width === 0) return; // hidden: the observer calls again when there is room
    const wide = width >= 620;
    size = { width: Math.round(canvas.parentElement.clientWidth), height: wide ? 380 : 310 };
    const room = { width: Math.round(spectrum.parentElement.clientWidth), height: wide ? 240 : 150 };
    drawIfChanged(width, room);
    now = moment(run, get("iteration"));
    curves.lastElementChild.innerHTML = drawNow(L, run, now);
    spectrum.firstElementChild.innerHTML = drawSpectrum(room, run, now);
    look = readLook();
    paintCloud();
    const half = box(run, now.spread, get("scale"));
    const enlarged = half.map((h) => short(Number(((BOX * run.largest) / h).toPrecision(2))));
    scaleWords.textContent = {
      true: `box: ±${short(Number(half[0].toPrecision(2)))} along each direction`,
      whole: `enlarged × ${enlarged[0]}`,
      each: `enlarged × ${enlarged.join(", × ")}`,
    }[get("scale")];
    canvas.setAttribute("aria-label",
      "The cloud of embeddings; arrow keys turn it. Standard deviations along directions 1, 2 and 3: " +
      `${now.spread.map((s) => s.toFixed(3)).join(", ")}.`);
    time.show(now.iteration);
    for (const control of choices) control.show(get(control.name));
    const { runs } = get("sets")[get("data")];
    const disable = (control, missing) => {
      for (const input of control.node.querySelectorAll("input")) input.disabled = missing(input.value);
    };
    disable(lossChoice, (loss) => none(runs[loss]));
    disable(startChoice, (start) => !(start in runs[get("loss")]));
    back.setAttribute("aria-disabled", String(target(-1) === null));
    forth.setAttribute("aria-disabled", String(target(1) === null));
    words.say(inWords(run, now));
  }

  // However many events there are, one drawing a frame.
  const redraw = () => (pending ??= requestAnimationFrame(redrawNow));
  const done = () => model.save_changes();
  const move = (iteration) => {
    model.set("iteration", Math.min(run.last, Math.max(0, iteration)));
    redraw();
  };

  /** Another run: unpack it first, and what was pointed at is gone. */
  async function change() {
    const set = get("sets")[get("data")];
    if (none(set.runs[get("loss")])) {
      model.set("loss", Object.keys(set.runs).find((loss) => !none(set.runs[loss])));
    }
    if (!(get("start") in set.runs[get("loss")])) model.set("start", "small");
    const packed = wanted();
    const next = await load(packed);
    if (packed !== wanted()) return; // another choice has been made since
    run = next;
    chosen = null;
    if (get("iteration") > run.last) model.set("iteration", run.last);
    if (key === null || key.of !== get("data")) {
      only = null;
      key = { ...legend(set.classes, (k) => {
        only = only === k ? null : k;
        key.show(only);
        redraw();
      }), of: get("data") };
      classes.replaceChildren(key.node);
    }
    redraw();
  }
  const pick = (trait) => (value) => {
    play.stop();
    model.set(trait, value);
    done();
  };

  // Along the time axis, 0 at its start and 1 at its end.
  const clamp = (u) => Math.min(1, Math.max(0, u));
  const share = (iteration) => clamp(run.place(iteration) / run.place(run.last));
  const goTo = (u) => move(run.iteration(clamp(u) * run.place(run.last)));
  const play = player(14, () => share(get("iteration")), goTo, done);
  const stopAndGoTo = (u) => {
    play.stop();
    goTo(u);
  };
  const time = slider({
    name: "iteration", label: "iteration", min: 0, max: 500, step: 1, words: iterationInWords,
    value: (k) => k / 500, position: (i) => Math.round(500 * share(i)), move: stopAndGoTo, done,
  });
  dragTime(curves, LEFT, RIGHT, stopAndGoTo, done);

  /** The next plateau, or the last one; null if there is none. */
  const target = (direction) => {
    const here = get("iteration");
    const all = plateaus(run).filter((i) => direction * (i - here) > 1e-6 * run.last);
    return all.length ? all.at(direction > 0 ? 0 : -1) : null;
  };
  const jump = (direction, label) => {
    const button = make("button", { type: "button", class: "jump", ...OWN_KEYS }, label);
    button.addEventListener("click", () => {
      const iteration = target(direction);
      if (iteration === null) return;
      play.stop();
      move(iteration);
      done();
    });
    return button;
  };
  const [back, forth] = [jump(-1, "‹ previous step"), jump(1, "next step ›")];

  const sets = Object.fromEntries(Object.entries(get("sets")).map(([name, set]) => [name, set.label]));
  const startChoice = choice({ name: "start", label: "start:", options: STARTS, pick: pick("start") });
  const lossChoice = choice({ name: "loss", label: "loss:", options: LOSSES, pick: pick("loss") });
  const runChoices = [
    choice({ name: "data", label: "data:", options: sets, pick: pick("data") }),
    lossChoice,
    startChoice,
  ];
  const scaleChoice = choice({ name: "scale", label: "scale:", options: SCALES, pick: pick("scale") });
  const choices = [...runChoices, scaleChoice];

  // The cloud turns by itself, from side to side, where the reader has nothing against motion.
  const sway = make("input", { type: "checkbox", "data-control": "sway", ...OWN_KEYS });
  sway.checked = true;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let held = false;
  let onScreen = false;
  let frame = null;
  const swaying = () => sway.checked && onScreen && !held && !still.matches;
  function swing(time) {
    frame = null;
    if (!swaying()) {
      begun = null;
      return;
    }
    begun ??= time - (swayed * SWAY.seconds * 1000) / (2 * Math.PI);
    swayed = (2 * Math.PI * (time - begun)) / (1000 * SWAY.seconds);
    if (now !== null && pending === null) paintCloud();
    frame = requestAnimationFrame(swing);
  }
  const swingOn = () => (frame ??= requestAnimationFrame(swing));
  sway.addEventListener("change", swingOn);
  still.addEventListener("change", swingOn);

  // Turned by hand.
  const turnBy = (turn, tilt) => {
    eye.turn += turn;
    eye.tilt = Math.min(1.5, Math.max(-0.3, eye.tilt + tilt));
    if (now !== null) paintCloud();
  };
  canvas.addEventListener("pointerdown", (event) => {
    held = true;
    canvas.setPointerCapture(event.pointerId);
  });
  const release = () => {
    held = false;
    swingOn();
  };
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  const point = (pair) => {
    if (pair === chosen) return;
    chosen = pair;
    paintCloud();
  };
  canvas.addEventListener("pointermove", (event) => {
    if (held) {
      turnBy(0.008 * event.movementX, 0.008 * event.movementY);
      return;
    }
    const bounds = canvas.getBoundingClientRect();
    let nearest = 14; // px
    let pair = null;
    places.forEach(([x, y], i) => {
      const away = Math.hypot(x - event.clientX + bounds.left, y - event.clientY + bounds.top);
      if (away < nearest) [nearest, pair] = [away, i % run.pairs];
    });
    point(pair);
  });
  canvas.addEventListener("pointerleave", () => point(null));
  canvas.addEventListener("blur", () => point(null));
  canvas.addEventListener("keydown", (event) => {
    const turns = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] };
    if (event.key in turns) turnBy(...turns[event.key]);
    else if (event.key.toLowerCase() === "n") point(chosen === null ? 0 : (chosen + 1) % run.pairs);
    else if (event.key === "Escape") point(null);
    else return;
    event.preventDefault();
  });

  const area = (name, ...inside) => make("div", { style: `grid-area: ${name}; position: relative` }, ...inside);
  const swayLabel = make("label", { class: "turning" }, sway, "turn slowly");
  el.classList.add("stepwise-widget");
  el.replaceChildren(
    make("div", { class: "stepwise-embedding-space", role: "group", "aria-label": "Embedding space" },
      make("div", { class: "frame" },
        make("div", { class: "choices" }, ...runChoices.map((control) => control.node)),
        make("div", { class: "stage" },
          area("cloud", make("div", { class: "scene" }, canvas, tip, scaleWords), classes),
          area("spectrum", spectrum), area("words", words.seen, words.heard),
          area("time", time.node, make("div", { class: "run" }, play.button, back, forth)),
          area("curves", curves), area("scale", make("div", { class: "run" }, scaleChoice.node, swayLabel))),
        make("p", { class: "note" }, note(run.pairs)))));
  await change();

  const observer = new ResizeObserver(redraw);
  observer.observe(el);
  const watcher = new IntersectionObserver(([entry]) => {
    onScreen = entry.isIntersecting;
    swingOn();
  });
  watcher.observe(canvas);
  // The canvas does not follow the page's theme by itself.
  const themes = new MutationObserver(redraw);
  for (const node of [document.documentElement, document.body]) themes.observe(node, { attributes: true });
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", redraw);
  const changes = { data: change, loss: change, start: change, scale: redraw, iteration: redraw };
  for (const name of TRAITS) model.on(`change:${name}`, changes[name]);

  return () => {
    observer.disconnect();
    watcher.disconnect();
    themes.disconnect();
    dark.removeEventListener("change", redraw);
    still.removeEventListener("change", swingOn);
    play.stop();
    words.hush();
    cancelAnimationFrame(pending);
    cancelAnimationFrame(frame);
    for (const name of TRAITS) model.off(`change:${name}`, changes[name]);
  };
}

// For the tests, which compare with Python.
render.closedForm = {
  moment: async (state, iteration) => {
    const run = await decode(state);
    const { points, eigenvalues, loss, spread: sizes } = moment(run, iteration);
    return { points: [...points], eigenvalues: [...eigenvalues], loss, spread: sizes };
  },
};

export default { render };
