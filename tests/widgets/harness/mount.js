/** Mounts the page's widgets with the smallest model there can be, and notes what they tell. */

/** Python's own widget answers each change, as a kernel would. */
class Model extends EventTarget {
  constructor(id, state) {
    super();
    this.id = id;
    this.state = state;
    this.changes = {};
  }
  get(name) {
    return this.state[name];
  }
  set(name, value) {
    this.state[name] = value;
    this.changes[name] = value;
  }
  async save_changes() {
    const body = JSON.stringify(this.changes);
    this.changes = {};
    const response = await fetch(`/harness/models/${this.id}`, { method: "POST", body });
    for (const [name, value] of Object.entries(await response.json())) {
      this.state[name] = value;
      this.dispatchEvent(new Event(`change:${name}`));
    }
  }
  on(event, listener) {
    this.addEventListener(event, listener);
  }
  off(event, listener) {
    this.removeEventListener(event, listener);
  }
}

const events = [];
for (const name of ["verdict", "step-done", "graded", "evidence", "connection"]) {
  document.addEventListener(`motesklar:${name}`, ({ detail }) => events.push([name, detail]));
}

const fake = new URLSearchParams(location.search).has("fake")
  ? new (await import("/static/0/widgets/lib/fake_media.js")).FakeMedia()
  : null;

const states = JSON.parse(document.getElementById("widget-state").textContent);
const cleanups = [];
for (const el of document.querySelectorAll("[data-model-id]")) {
  const state = states[el.dataset.modelId];
  const module = await import(`/static/0/widgets/${state._module_name}.js`);
  const render = fake && module.renderWith ? module.renderWith(fake) : module.default.render;
  cleanups.push(await render({ model: new Model(el.dataset.modelId, state), el }));
}

window.harness = { events, fake, close: () => cleanups.forEach((close) => close?.()) };
document.documentElement.dataset.ready = "true";
