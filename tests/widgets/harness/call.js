/** Shows the practice call as a module page does, and notes what it tells the page. */
import widget from "/static/0/widgets/practice_call.js";

window.evidence = [];
document.addEventListener("motesklar:evidence", ({ detail }) => window.evidence.push(detail));
window.closeWidget = widget.render({ el: document.getElementById("widget") });
