/** The one flow on an engine of the test's choice, and what it tells the page. */
import { ALL_CHECKS, EquipmentFlow } from "/static/0/widgets/lib/equipment/flow.js";
import { readSession } from "/static/0/widgets/lib/equipment/session.js";
import { wayOn } from "/static/0/widgets/lib/equipment/summary.js";
import { readWorld } from "/static/0/widgets/lib/equipment/world.js";
import { FakeMedia } from "/static/0/widgets/lib/fake_media.js";
import { media as browserMedia } from "/static/0/widgets/lib/media.js";

const asked = new URLSearchParams(location.search);
const fake = asked.has("fake") ? new FakeMedia() : null;
/** The network as a test wants it: the real one needs a server with calls. */
const network = { finding: "works", figures: { round_trip_ms: 20 }, ready: Promise.resolve() };
const measure = async ({ report }) => {
  await network.ready;
  report({ finding: network.finding, figures: network.figures });
};
const checks = ALL_CHECKS.map((part) =>
  part.check === "network" ? { ...part, run: measure } : part,
);
const flow = new EquipmentFlow({
  media: fake ?? browserMedia,
  world: readWorld(),
  session: await readSession(),
  next: wayOn("/m/03-your-first-practice-call", "Go on to a practice call"),
  checks,
});
document.getElementById("flow").append(flow.el);
window.harness = { flow, fake, network };
document.documentElement.dataset.ready = "true";
