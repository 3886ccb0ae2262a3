"""The lesson that ours and the peers all serve: seven widgets that calculate in Python.

Each is an anywidget of the author's own, script inline, as stock Voilà and Solara can show it too.
"""

from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from motesklar.overlay.folder import OwnCourse
from motesklar.overlay.shipped import Shipped

MODULE = "01-counting"
WIDGETS = 7
#: The first widget's button, on every server's page.
BUTTON = "button.counter"

_COUNTER = """\
import anywidget
import traitlets


class Counter(anywidget.AnyWidget):
    _esm = '''
    function render({ model, el }) {
      const button = document.createElement("button");
      const show = () => {
        button.textContent = `${model.get("value")} twice is ${model.get("doubled")}`;
      };
      button.className = "counter";
      button.addEventListener("click", () => {
        model.set("value", model.get("value") + 1);
        model.save_changes();
      });
      model.on("change:doubled", show);
      show();
      el.append(button);
    }
    export default { render };
    '''
    value = traitlets.Int(0).tag(sync=True)
    doubled = traitlets.Int(0).tag(sync=True)

    @traitlets.observe("value")
    def _double(self, change):
        self.doubled = 2 * change.new
"""
_PROSE = (
    "Du möter andra på webben för att slippa resa. Pröva knappen. "
    "Den räknar, och svaret kommer tillbaka till din sida."
)
# Solara shows one element; every other server shows each cell's own
_ALL_IN_ONE = "import ipywidgets\n\npage = ipywidgets.VBox([{}])"


def notebook(*, all_in_one: bool = False) -> Any:
    """The lesson; `all_in_one` names one element that holds all widgets, as Solara wants it."""
    cells = [new_code_cell(_COUNTER, id="counter")]
    for number in range(1, WIDGETS + 1):
        told = {"motesklar": {"step": f"step-{number}", "kind": "try"}}
        prose = f"## Steg {number}\n\n{_PROSE}"
        cells.append(new_markdown_cell(prose, id=f"prose-{number}", metadata=told))
        name = f"counter_{number}"
        cells.append(new_code_cell(f"{name} = Counter()\n{name}", id=f"widget-{number}"))
    if all_in_one:
        names = ", ".join(f"counter_{number}" for number in range(1, WIDGETS + 1))
        cells.append(new_code_cell(_ALL_IN_ONE.format(names), id="all"))
    return new_notebook(
        cells=cells,
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "motesklar": {"title": "Räkna", "summary": "Sju knappar.", "minutes": 5},
        },
    )


def write_lesson(path: Path, *, all_in_one: bool = False) -> Path:
    """Write the lesson for a peer."""
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook(all_in_one=all_in_one), path)
    return path


def write_course(folder: Path, kernels: int) -> Path:
    """An organisation's own course with this lesson as its only module.

    Args:
        folder: does not exist yet.
        kernels: how many may calculate at once.
    """
    OwnCourse(folder, Shipped.installed()).create()
    (folder / "course.toml").write_text(
        f'[course]\nmodules = ["{MODULE}"]\nlanguages = ["sv"]\n'
        f"\n[capacity]\nkernels = {kernels}\n",
        encoding="utf-8",
    )
    write_lesson(folder / "modules" / MODULE / "lesson.ipynb")
    return folder
