"""Replays what a notebook published into nbclient, which makes outputs and widget states of it."""

import base64
import contextlib
import itertools
import re
from types import SimpleNamespace
from typing import Any

from jupyter_client.session import Session
from nbclient.exceptions import CellExecutionComplete
from voila.execute import VoilaExecutor

from motesklar.kernels.frames import pack_message

_STATE_MIME = "application/vnd.jupyter.widget-state+json"
_CHART = re.compile(r"application/vnd\.vega(lite)?\.v\d+\.json")


class RecordedExecutor(VoilaExecutor):  # type: ignore[misc]
    """Voilà's executor on a notebook that has been run elsewhere.

    nbclient plays the part of a browser: what is printed inside an Output widget goes into that
    widget's state, and the widget is told so. `prologue` holds what it told, as frames for each
    kernel that continues from here.
    """

    def __init__(self, nb: Any, records: list[dict[str, Any]], **traits: Any) -> None:
        super().__init__(nb, **traits)
        self.records = records
        self.prologue: list[bytes] = []
        self._numbers = itertools.count(1)
        self.kc = SimpleNamespace(
            session=Session(key=b"recorded"),
            shell_channel=SimpleNamespace(send=self._tell_kernel),
        )

    def replay(self) -> None:
        """Give each cell its outputs, and the notebook its widgets' states."""
        self.reset_execution_trackers()
        for index, (cell, record) in enumerate(zip(self.nb.cells, self.records, strict=True)):
            if cell.cell_type != "code":
                continue
            cell.outputs = []
            self.clear_before_next_output = False
            for message in record["messages"]:
                _name_charts(message["content"])
                buffers = [base64.b64decode(buffer) for buffer in message["buffers"]]
                with contextlib.suppress(CellExecutionComplete):
                    self.process_message(message | {"buffers": buffers}, cell, index)
        self.set_widgets_metadata()

    @property
    def models(self) -> dict[str, Any]:
        """Model id to model, as the notebook format has them."""
        widgets = self.nb.metadata.get("widgets", {})
        models: dict[str, Any] = widgets.get(_STATE_MIME, {}).get("state", {})
        return models

    def _tell_kernel(self, message: dict[str, Any]) -> None:
        self.prologue.append(
            pack_message(
                {
                    "type": message["header"]["msg_type"],
                    "id": f"prologue-{next(self._numbers)}",
                    "comm_id": message["content"]["comm_id"],
                    "data": message["content"]["data"],
                }
            )
        )


def _name_charts(content: dict[str, Any]) -> None:
    """Altair 6 names its charts' type as no notebook may hold it: `.json` for `+json`."""
    data = content.get("data", {})
    for name in [name for name in data if _CHART.fullmatch(name)]:
        data[name.removesuffix(".json") + "+json"] = data.pop(name)
