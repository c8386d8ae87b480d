/*
 * What the widgets have in common: numbers in words, pieces of SVG, controls, colours.
 *
 * Python and the site's builder put this text before each widget's own script, because a widget is
 * one module that imports nothing. It adds one name to that module, `parts`.
 */
const parts = (() => {
  // --- Numbers in words -----------------------------------------------------------------------

  const power = (e) => "10" + String(e).replace("-", "⁻").replace(/\d/g, (k) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[k]);

  /** 10⁻⁶, 5.6 × 10⁻⁴, 3.0. */
  function scientific(x) {
    const [mantissa, exponent] = x.toExponential(1).replace(/^-/, "−").split("e");
    if (Number(exponent) === 0) return mantissa;
    const decade = power(Number(exponent));
    return mantissa === "1.0" ? decade : `${mantissa} × ${decade}`;
  }

  /** Three digits. */
  function short(x) {
    const size = Math.abs(x);
    if (size !== 0 && (size < 1e-3 || size >= 1e5)) return scientific(x);
    return String(Number(x.toPrecision(3))).replace("-", "−");
  }

  // --- What Python packed ---------------------------------------------------------------------

  const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

  // --- Figures --------------------------------------------------------------------------------

  /** The smallest of 1, 2, 5, 10, … that keeps marks of a scale `apart` pixels from each other. */
  function tickStep(range, pixels, apart) {
    const least = (range * apart) / pixels;
    const decade = 10 ** Math.floor(Math.log10(least));
    return decade * [1, 2, 5, 10].find((m) => m * decade >= least);
  }

  /** Multiples of `step` from low to high. */
  function multiples(step, low, high) {
    const from = Math.ceil(low / step - 1e-9);
    const n = Math.floor(high / step + 1e-9) - from + 1;
    return Array.from({ length: n }, (_, k) => (from + k) * step);
  }

  const text = (x, y, anchor, words, kind = "") =>
    `<text x="${x}" y="${y}" text-anchor="${anchor}" class="${kind}">${words}</text>`;
  const line = (x1, y1, x2, y2, kind, more = "") =>
    `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" class="${kind}" ${more}/>`;

  /** An empty figure with so many layers, and what one sees in it. */
  function figure(label, layers) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
    svg.innerHTML = '<g aria-hidden="true"></g>'.repeat(layers); // or the ticks would be read out
    return svg;
  }

  /** An SVG path through the points. Flat stretches keep their ends only: most of a step is flat. */
  function path(xs, ys) {
    let d = `M${xs[0].toFixed(1)} ${ys[0].toFixed(1)}`;
    let drawn = ys[0];
    for (let k = 1; k < xs.length; k++) {
      const turns = k + 1 === xs.length || Math.abs(ys[k + 1] - drawn) > 0.05;
      if (!turns) continue;
      d += `L${xs[k].toFixed(1)} ${ys[k].toFixed(1)}`;
      drawn = ys[k];
    }
    return d;
  }

  /** The index j. */
  const SUB_J = '<tspan dy="3" class="sub">j</tspan><tspan dy="-3">\u200b</tspan>'; // no font lacks it

  /**
   * A logarithmic time axis: a tick at 1, 2, …, 9 of each decade, numbers at 1, 2, 5 where there is
   * room. It reads first, last, x, left, right and base of the layout.
   */
  function timeTicks(L) {
    const decades = multiples(1, Math.floor(Math.log10(L.first)), Math.ceil(Math.log10(L.last)));
    const places = (digits) =>
      digits
        .flatMap((m) => decades.map((e) => ({ m, e, x: L.x(m * 10 ** e) })))
        .filter(({ x }) => x > L.left - 0.5 && x < L.right + 0.5);
    const ticks = places([1, 2, 3, 4, 5, 6, 7, 8, 9]).map(({ m, x }) =>
      line(x, L.base, x, L.base + (m === 1 ? 6 : 3), "axis"));
    const taken = [];
    for (const { m, e, x } of places([1, 2, 5])) {
      const wide = m > 1 && (e < -3 || e >= 5); // 2.0 × 10⁵
      if (wide || x > L.right - 8 || taken.some((other) => Math.abs(other - x) < 42)) continue;
      taken.push(x);
      ticks.push(text(x, L.base + 20, "middle", short(m * 10 ** e)));
    }
    return line(L.left, L.base, L.right, L.base, "axis") + ticks.join("");
  }

  /** The numbers of the modes above their step times on that axis, where there is room for them. */
  function stepNumbers(L, tau) {
    let taken = -Infinity;
    const numbers = tau.map((step, j) => {
      const half = 4 * String(j + 1).length; // of the number's width
      if (step < L.first || step > L.last || L.x(step) - half < taken + 4) return "";
      taken = L.x(step) + half;
      return text(L.x(step), L.top.y - 9, "middle", j + 1);
    });
    return text(0, L.top.y - 9, "start", "mode", "quiet") + numbers.join("");
  }

  // --- Colours of modes -----------------------------------------------------------------------

  // Viridis at 0, 1/8, …, 1.
  const VIRIDIS = [
    [68, 1, 84], [71, 44, 122], [59, 81, 139], [44, 113, 142], [33, 144, 141],
    [39, 173, 129], [92, 200, 99], [170, 220, 50], [253, 231, 37],
  ];

  function viridis(x) {
    const k = Math.min(7, Math.floor(8 * x));
    return `rgb(${VIRIDIS[k].map((c, i) => Math.round(c + (8 * x - k) * (VIRIDIS[k + 1][i] - c)))})`;
  }

  /** A mode's colours: viridis without the yellow that vanishes on white, or the violet on black. */
  function modeColours(j, d) {
    const x = d > 1 ? j / (d - 1) : 0;
    return `style="--light:${viridis(0.75 * x)};--dark:${viridis(0.35 + 0.65 * x)}"`;
  }

  // --- Controls -------------------------------------------------------------------------------

  // JupyterLab takes arrows and Enter for its cells, unless the focused element itself says no.
  const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" };

  const newId = () => `stepwise-${Math.random().toString(36).slice(2)}`;

  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  /**
   * A labelled slider. `value` turns the slider's position into the number it stands for and
   * `position` does the reverse; `words` is the number as one sees it and as a screen reader says
   * it. `move` is called while one drags, `done` when one lets go.
   */
  function slider({ name, label, min, max, step, value, position, words, move, done }) {
    const id = newId();
    const input = make("input", { type: "range", id, min, max, step, "data-control": name, ...OWN_KEYS });
    // An <output> announces its changes unasked; the slider has already said its value.
    const output = make("output", { for: id, "aria-live": "off" });
    const title = make("label", { for: id });
    title.innerHTML = label;
    input.addEventListener("input", () => move(value(Number(input.value))));
    input.addEventListener("change", done);
    const show = (now) => {
      input.value = position(now); // the nearest position; the number itself stays as it is
      output.textContent = words(now);
      input.setAttribute("aria-valuetext", words(now));
    };
    return { name, show, input, node: make("div", { class: `control ${name}` }, title, output, input) };
  }

  /** Radio buttons; `options` maps the values to what one reads. */
  function choice({ name, label, options, pick }) {
    const group = newId();
    const inputs = Object.keys(options).map((value) =>
      make("input", { type: "radio", name: group, value, "data-control": name, ...OWN_KEYS }));
    for (const input of inputs) input.addEventListener("change", () => pick(input.value));
    const labels = inputs.map((input) => make("label", {}, input, options[input.value]));
    const show = (now) => inputs.forEach((input) => { input.checked = input.value === now; });
    return { name, show, node: make("fieldset", { class: `choice ${name}` }, make("legend", {}, label), ...labels) };
  }

  /** A button that goes along the time axis in so many seconds, from where it is, or once more. */
  function player(seconds, where, goTo, done) {
    const button = make("button", { type: "button", class: "play", ...OWN_KEYS }, "Play");
    let frame = null;
    const stop = () => {
      if (frame === null) return;
      cancelAnimationFrame(frame);
      frame = null;
      button.textContent = "Play";
      done();
    };
    const start = () => {
      const from = where() < 1 ? where() : 0;
      let begun = null;
      const tick = (now) => {
        begun ??= now;
        const u = from + (now - begun) / (1000 * seconds);
        goTo(u);
        if (u < 1) frame = requestAnimationFrame(tick);
        else stop();
      };
      frame = requestAnimationFrame(tick);
      button.textContent = "Pause";
    };
    button.addEventListener("click", () => (frame === null ? start() : stop()));
    return { button, stop };
  }

  /**
   * A figure whose time axis runs between two margins can be dragged; the time slider does the same
   * from the keyboard.
   */
  function dragTime(svg, left, right, at, done) {
    const move = (event) => {
      if (event.buttons !== 1) return;
      const box = svg.getBoundingClientRect();
      at((event.clientX - box.left - left) / (box.width - left - right));
    };
    svg.addEventListener("pointerdown", (event) => {
      svg.setPointerCapture(event.pointerId);
      move(event);
    });
    svg.addEventListener("pointermove", move);
    svg.addEventListener("pointerup", done);
  }

  /** A sentence to be seen at once, and heard by a screen reader half a second after the last change. */
  function sentence() {
    const seen = make("p", { class: "words", "aria-hidden": "true" });
    const heard = make("p", { class: "spoken", "aria-live": "polite" });
    let waiting = null;
    const say = (words) => {
      seen.textContent = words;
      clearTimeout(waiting);
      waiting = setTimeout(() => { heard.textContent = words; }, 500);
    };
    return { seen, heard, say, hush: () => clearTimeout(waiting) };
  }

  // --- Explorers of one figure and sliders -------------------------------------------------------

  /** A slider that stands for numbers from min to max by their logarithm, with three digits. */
  const logarithmic = (min, max) => ({
    min: Math.log10(min), max: Math.log10(max), step: 0.05,
    value: (x) => Math.min(max, Math.max(min, Number((10 ** x).toPrecision(3)))), position: Math.log10,
  });

  /**
   * A figure, a sentence, sliders and a note on a card of the class `card`; what takes them away.
   * `controls` are options of `slider`; by default a slider's position is the number itself, and its
   * words are three digits. `traits` are all names of the model that the figure depends on.
   * `draw(state, width)` draws them into `svg` and returns the sentence.
   */
  function mount({ model, el, card, label, svg, controls, traits, draw, note }) {
    const words = sentence();
    let width = 0;
    let pending = null;

    function drawNow() {
      pending = null;
      if (width === 0) return; // hidden: the observer calls again when there is room
      const said = draw(Object.fromEntries(traits.map((name) => [name, model.get(name)])), width);
      for (const one of sliders) one.show(model.get(one.name));
      words.say(said);
    }

    // However many events there are, one drawing a frame.
    const redraw = () => (pending ??= requestAnimationFrame(drawNow));
    const same = (x) => x;
    const sliders = controls.map((options) => slider({
      value: same, position: same, words: short,
      move: (value) => {
        model.set(options.name, value);
        redraw();
      },
      done: () => model.save_changes(), ...options,
    }));

    const below = make("p", { class: "note" });
    below.innerHTML = note;
    el.classList.add("stepwise-widget");
    el.replaceChildren(
      make("div", { class: card, role: "group", "aria-label": label },
        svg, words.seen, words.heard,
        make("div", { class: "controls" }, ...sliders.map((one) => one.node)), below));

    const observer = new ResizeObserver(([entry]) => {
      width = Math.round(entry.contentRect.width);
      redraw();
    });
    observer.observe(svg);
    for (const name of traits) model.on(`change:${name}`, redraw);

    return () => {
      observer.disconnect();
      words.hush();
      cancelAnimationFrame(pending);
      for (const name of traits) model.off(`change:${name}`, redraw);
    };
  }

  // --- Style ----------------------------------------------------------------------------------

  const DARK = `
    --ink: #e6e8eb; --quiet: #a9b1ba; --guide: #333b45; --paper: #14181e; --edge: #39424d;
    --accent: #6cb6ff; color-scheme: dark;`;
  // Pages say in their own ways that they are dark: this course and its like, Colab, VS Code, Jupyter.
  const DARK_PAGE = ':is(html[data-theme="dark"], html[theme="dark"], body.vscode-dark, ' +
    'body.vscode-high-contrast:not(.vscode-high-contrast-light), body[data-jp-theme-light="false"])';
  // A page that says nothing follows the system.
  const SILENT_PAGE = "html:not([data-theme], [theme]) " +
    "body:not([data-jp-theme-light], .vscode-light, .vscode-high-contrast-light)";
  // What has the class `mode` brings its own two colours.
  const dark = (page) => `
    ${page} .stepwise-widget { ${DARK} }
    ${page} .stepwise-widget .mode { --mode: var(--dark); }`;

  // Dark rules are for the screen: paper is white.
  const STYLE = `
  .stepwise-widget {
    --ink: #1a1a1a; --quiet: #5c6570; --guide: #dfe2e6; --paper: #ffffff; --edge: #d0d5db;
    --accent: #0b63b5; color-scheme: light;
  }
  .stepwise-widget .mode { --mode: var(--light); }
  @media screen { ${dark(DARK_PAGE)} }
  @media screen and (prefers-color-scheme: dark) { ${dark(SILENT_PAGE)} }
  & {
    position: relative; box-sizing: border-box; max-width: 760px; margin: 0 auto; padding: 14px 16px 12px;
    overflow: hidden; color: var(--ink); background: var(--paper); border: 1px solid var(--edge);
    border-radius: 8px; font-size: 15px; line-height: 1.4;
  }
  & svg { display: block; width: 100%; user-select: none; }
  & text { fill: var(--ink); font-size: 13px; }
  & text.quiet, & tspan.quiet { fill: var(--quiet); }
  & .name { font-weight: 600; font-size: 14px; }
  & .sub { font-size: 10px; }
  & .guide { stroke: var(--guide); }
  & .axis { stroke: var(--quiet); }
  & .words { margin: 0; font-variant-numeric: tabular-nums; }
  & .controls { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 10px 24px; }
  & .control { display: grid; grid-template-columns: 1fr auto; }
  & .control label { margin: 0; font-weight: normal; }
  & .control output {
    padding: 0; color: inherit; font-size: inherit; font-weight: 600; font-variant-numeric: tabular-nums;
  }
  & .control input { grid-column: 1 / -1; width: 100%; margin: 4px 0; accent-color: var(--accent); }
  & .choice { display: flex; flex-wrap: wrap; gap: 2px 14px; margin: 0; padding: 0; border: 0; min-width: 0; }
  & .choice legend { float: left; margin: 0; padding: 0; width: auto; font-size: inherit; }
  & .choice label { display: inline-flex; gap: 5px; align-items: center; margin: 0; font-weight: normal; }
  & .choice input { margin: 0; accent-color: var(--accent); }
  & :is(input, button):focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  & .play {
    flex: none; min-width: 4.6em; padding: 4px 10px; font: inherit; color: var(--paper);
    background: var(--accent); border: 0; border-radius: 5px; cursor: pointer;
  }
  @media (prefers-reduced-motion: reduce) { & .play { display: none; } }
  /* What a finger is to hit is 44 pixels high and wide. */
  @media (pointer: coarse), (max-width: 600px) {
    & :is(button, .control input, label:has(> input)) { min-height: 44px; min-width: 44px; }
    & .control input { margin: 0; }
    & .choice { align-items: center; }
  }
  & .note { margin: 10px 0 0; font-size: 13px; color: var(--quiet); }
  & .spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  `;

  /** The shared rules and a widget's own, with `&` for its card; once a page, however many stand on it. */
  function installStyle(card, own) {
    const id = `${card}-style`;
    if (document.getElementById(id)) return;
    document.head.append(make("style", { id }, (STYLE + own).replaceAll("&", `.${card}`)));
  }

  return {
    scientific, short, bytes, tickStep, multiples, text, line, figure, path, SUB_J, timeTicks, stepNumbers,
    modeColours, OWN_KEYS, make, slider, choice, player, dragTime, sentence, installStyle,
    logarithmic, mount,
  };
})();

