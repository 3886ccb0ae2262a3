"""Renders a released module through Voilà, in one language.

Voilà's renderer loads, runs and converts the notebook; ours gives it the released one (hidden
tests are not in it), translated, and keeps the widgets' states, so that the page can show every
widget at once without waiting for its kernel's websocket. Who is reading never enters here:
the result is the same for everybody.
"""

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jupyter_core.utils import ensure_async
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from nbclient.exceptions import CellExecutionError, DeadKernelError
from traitlets.config import Config
from voila.configuration import VoilaConfiguration
from voila.exporter import VoilaMarkdownRenderer
from voila.notebook_renderer import NotebookRenderer

from motesklar.course import Module
from motesklar.errors import MotesklarError
from motesklar.i18n import N_, Translation
from motesklar.pages.translate import translate_notebook
from motesklar.web.templates import TEMPLATES

log = logging.getLogger("motesklar.pages")

PAGE_TEMPLATES = Path(__file__).parent / "templates"
_STATE_MIME = "application/vnd.jupyter.widget-state+json"
#: Traits that only notebook front ends need: the scripts come by address here.
_DROPPED_TRAITS = ("_esm", "_css", "_anywidget_id")


class BrokenModule(MotesklarError):
    """The module's own code failed. The learner can do nothing about it."""

    code = "broken_module"
    message = N_("This part of the course has a fault and can't be shown.")
    next_step = N_("Go on with another part. If it stays, call for help and say which part it is.")


class ProseRenderer(VoilaMarkdownRenderer):  # type: ignore[misc]
    """Markdown without a "¶" link at every heading, over which screen readers stumble."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, exclude_anchor_links=True, **kwargs)


@dataclass(frozen=True)
class RenderedModule:
    """A module page's inside.

    Args:
        html: the steps, as sections.
        states: model id to `{model_name, model_module, state}` of every widget.
        kernel_id: the kernel that ran it and answers its widgets.
    """

    html: str
    states: dict[str, Any]
    kernel_id: str


class ModuleRenderer(NotebookRenderer):  # type: ignore[misc]
    """Voilà's renderer on a released module."""

    def __init__(
        self, module: Module, released: Path, translation: Translation, **kwargs: Any
    ) -> None:
        self.module = module
        self.released = released
        self.translation = translation
        super().__init__(
            notebook_path=str(released),
            template_paths=[str(PAGE_TEMPLATES), str(TEMPLATES)],
            page_config={},
            mathjax_url="",
            mathjax_config="",
            # Voilà puts pictures into the page, and looks for them below its contents' root
            contents_manager=LargeFileManager(root_dir=str(released.parent)),
            **kwargs,
        )

    async def load_notebook(self, path: str) -> Any:
        """The released notebook with its prose in the reader's language."""
        notebook = nbformat.read(self.released, as_version=4)
        notebook.metadata.kernelspec.setdefault("language", "python")
        return translate_notebook(notebook, self.module.texts.get(self.translation.language, {}))

    async def render(self, kernel_manager: Any) -> RenderedModule:
        """Start a kernel, run the notebook in it and convert it.

        Raises:
            BrokenModule: a cell failed; its kernel has been ended.
        """
        await self.initialize()
        self.exporter.markdown_renderer_class = ProseRenderer
        self.resources["steps_total"] = len(self.module.steps)
        self.exporter.environment.globals["_"] = self.translation.gettext
        kernel_id = await ensure_async(
            kernel_manager.start_kernel(
                kernel_name="python3", path=str(self.released.parent), env=self._kernel_env()
            )
        )
        try:
            html = await self.generate_content_str(kernel_id, kernel_manager.get_kernel(kernel_id))
        except BaseException as error:
            await ensure_async(kernel_manager.shutdown_kernel(kernel_id, now=True))
            if isinstance(error, (CellExecutionError, DeadKernelError, TimeoutError)):
                log.exception("module %s does not run", self.module.name)
                raise BrokenModule from error
            raise
        return RenderedModule(html, self._states(), kernel_id)

    async def _jinja_notebook_execute(self, nb: Any, kernel_id: str) -> None:
        """Run the cells ourselves: `NotebookClient.async_execute` takes the process's signal
        handlers and removes them afterwards, so that Ctrl-C would no longer end the server.
        """
        self.executor.reset_execution_trackers()
        for index, cell in enumerate(nb.cells):
            await self.executor.async_execute_cell(cell, index, store_history=False)
        self.executor.set_widgets_metadata()
        await self._cleanup_resources()

    def _kernel_env(self) -> dict[str, str]:
        # course code needs no secret of the server's
        kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH")
        env = {name: os.environ[name] for name in kept if name in os.environ}
        return env | {"MOTESKLAR_LANGUAGE": self.translation.language}

    def _states(self) -> dict[str, Any]:
        widgets = self.executor.nb.metadata.get("widgets", {})
        states = widgets.get(_STATE_MIME, {}).get("state", {})
        return {
            model_id: {
                "model_name": model["model_name"],
                "model_module": model["model_module"],
                "state": {k: v for k, v in model["state"].items() if k not in _DROPPED_TRAITS},
            }
            for model_id, model in states.items()
            if model["model_module"] == "anywidget"
        }


def voila_configuration(parent: Any) -> VoilaConfiguration:
    """Voilà's settings for module pages: our template, no overrides, tracebacks in the log only."""
    return VoilaConfiguration(
        parent=parent,
        template="module",
        allow_template_override="NO",
        allow_theme_override="NO",
        strip_sources=True,
        show_tracebacks=False,
        preheat_kernel=False,
        extension_allowlist=[],
        config=Config(),
    )
