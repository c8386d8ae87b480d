/*
 * Brings the widgets of a page to life without a kernel. In Jupyter, anywidget calls a widget's
 * render({ model, el }) with a model that is shared with Python; here the model is read from the
 * JSON that Python left in the page. A widget that cannot start leaves its picture in place.
 */
(() => {
  "use strict";

  /** The part of anywidget's model that a widget without a kernel can use. */
  function pageModel(state) {
    const listeners = new Map();
    const emit = (event) => (listeners.get(event) ?? []).slice().forEach((listener) => listener());
    return {
      get: (name) => state[name],
      set(name, value) {
        if (state[name] === value) return;
        state[name] = value;
        emit(`change:${name}`);
        emit("change");
      },
      on(event, listener) {
        listeners.set(event, [...(listeners.get(event) ?? []), listener]);
      },
      off(event, listener) {
        const rest = (listeners.get(event) ?? []).filter((l) => listener && l !== listener);
        listeners.set(event, rest);
      },
      save_changes() {}, // there is no Python to tell
    };
  }

  async function start(place) {
    const widget = window.stepwiseWidgets[place.dataset.widget];
    const state = JSON.parse(place.querySelector("script[type='application/json']").textContent);
    const el = document.createElement("div");
    await widget.render({ model: pageModel(state), el });
    place.replaceChildren(el);
  }

  document.querySelectorAll(".stepwise-widget[data-widget]").forEach((place) => {
    start(place).catch((error) => console.error(`widget ${place.dataset.widget}:`, error));
  });
})();
