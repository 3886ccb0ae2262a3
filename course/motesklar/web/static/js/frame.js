// @ts-check
/** What the frame of every page does by itself: it tells when the connection is gone and back. */

const banner = /** @type {HTMLElement} */ (document.getElementById("connection"));

/** @param {"ok" | "waiting"} state */
function show(state) {
  const known = banner.dataset.state ?? "ok";
  if (state === known) return;
  banner.dataset.state = state;
  banner.textContent = banner.dataset[state === "ok" ? "textOk" : "textWaiting"] ?? "";
}

document.addEventListener("motesklar:connection", (event) => {
  show(/** @type {CustomEvent<{state: "ok" | "waiting"}>} */ (event).detail.state);
});
addEventListener("offline", () => show("waiting"));
addEventListener("online", () => show("ok"));
