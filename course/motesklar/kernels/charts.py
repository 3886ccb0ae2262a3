"""Altair's charts, as pages can show them: as data.

By itself Altair makes HTML of a chart, with a script from another host, which no page may run.
"""

from collections.abc import Mapping
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

#: Where the class is that all charts have in common; it moves with Vega-Lite's version.
_CHARTS = ("altair.vegalite.v5.api", "altair.vegalite.v6.api")


def show_charts_as_data(shell: InteractiveShell) -> None:
    """From now on a chart that is shown in `shell` is its specification; nothing is imported."""
    formatter = shell.display_formatter
    assert formatter is not None
    for module in _CHARTS:
        formatter.mimebundle_formatter.for_type_by_name(module, "TopLevelMixin", _as_data)


def _as_data(chart: Any) -> Mapping[str, Any]:
    import altair  # whoever made the chart has loaded it

    with altair.renderers.enable("mimetype"):
        bundle: Mapping[str, Any] = chart._repr_mimebundle_()
    return bundle
