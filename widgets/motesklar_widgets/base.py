"""The base of every widget: its browser part is one of our own script files, found by address.

On module pages the front end imports that file by fingerprinted address and never runs `_esm`.
In JupyterLab, where authors see their module, anywidget turns `_esm` into a module; ours only
imports the same file from the notebook server (see `server_extension.py`).
"""

from pathlib import Path

import anywidget
from traitlets import Unicode

STATIC = Path(__file__).parent / "static"

#: Where the notebook server serves `static/`, under its own base URL.
NOTEBOOK_SERVER_PATH = "motesklar-widgets"

_NOTEBOOK_STUB = f"""\
const config = document.getElementById("jupyter-config-data");
const base = config ? JSON.parse(config.textContent).baseUrl : "/";

export default {{
  async render({{ model, el }}) {{
    const path = `${{base}}{NOTEBOOK_SERVER_PATH}/${{model.get("_module_name")}}.js`;
    const module = await import(new URL(path, document.location.origin).href);
    return module.default.render({{ model, el }});
  }},
}};
"""


class CourseWidget(anywidget.AnyWidget):
    """A widget whose browser part is `static/<_module_name>.js`."""

    _esm = _NOTEBOOK_STUB

    #: File name under `static/`, without `.js`. Each class sets its own.
    _module_name = Unicode().tag(sync=True)
