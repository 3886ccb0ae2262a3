"""Renders a module that has been run through Voilà, in one language.

Voilà's renderer loads and converts the notebook; ours gives it the released one (hidden tests are
not in it), translated, and what its cells published when the snapshot process ran it. Who is
reading never enters here: the result is the same for everybody.
"""

from pathlib import Path
from typing import Any

import nbformat
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from traitlets.config import Config
from voila.configuration import VoilaConfiguration
from voila.exporter import VoilaMarkdownRenderer
from voila.notebook_renderer import NotebookRenderer

from motesklar.i18n import Translation
from motesklar.pages.recorded import RecordedExecutor
from motesklar.pages.snapshots import Rendered, Source
from motesklar.web.templates import TEMPLATES

PAGE_TEMPLATES = Path(__file__).parent / "templates"


class ProseRenderer(VoilaMarkdownRenderer):  # type: ignore[misc]
    """Markdown without a "¶" link at every heading, over which screen readers stumble."""

    #: Stands before links to our own pages, such as `/glossary#vantrum`.
    base_url = "/"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, exclude_anchor_links=True, **kwargs)

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """A link; one of our own addresses gets the base URL."""
        ours = url.startswith("/") and not url.startswith("//")
        address = self.base_url.rstrip("/") + url if ours else url
        return str(super().link(text, address, title))


def prose_renderer(base_url: str) -> type[ProseRenderer]:
    """The class for pages under `base_url`; Voilà makes its own instances."""
    return type("BasedProseRenderer", (ProseRenderer,), {"base_url": base_url})


class ModuleRenderer(NotebookRenderer):  # type: ignore[misc]
    """Voilà's renderer on a source and its records.

    Args:
        source: what was run.
        records: what each of its cells published.
        translation: the page's own sentences.
        steps: how many steps the module has.
    """

    def __init__(
        self,
        source: Source,
        records: list[dict[str, Any]],
        translation: Translation,
        steps: int,
        **kwargs: Any,
    ) -> None:
        self.source = source
        self.records = records
        self.translation = translation
        self.steps = steps
        super().__init__(
            notebook_path=str(source.folder / "lesson.ipynb"),
            template_paths=[str(PAGE_TEMPLATES), str(TEMPLATES)],
            page_config={},
            mathjax_url="",
            mathjax_config="",
            # Voilà puts pictures into the page, and looks for them below its contents' root
            contents_manager=LargeFileManager(root_dir=str(source.folder)),
            **kwargs,
        )

    async def load_notebook(self, path: str) -> Any:
        """The source, whatever `path` is."""
        notebook = nbformat.reads(self.source.notebook, as_version=4)
        notebook.metadata.kernelspec.setdefault("language", "python")
        return notebook

    async def render(self) -> Rendered:
        """Convert it."""
        await self.initialize()
        self.exporter.markdown_renderer_class = prose_renderer(self.base_url)
        self.resources["steps_total"] = self.steps
        self.exporter.environment.globals["_"] = self.translation.gettext
        html = await self.generate_content_str()
        return Rendered(html, self.executor.models, tuple(self.executor.prologue))

    async def _jinja_kernel_start(self, nb: Any, kernel_id: Any, kernel_future: Any) -> str:
        """None is needed: the notebook has been run."""
        self.executor = RecordedExecutor(nb, self.records, config=self.traitlet_config)
        return ""

    async def _jinja_notebook_execute(self, nb: Any, kernel_id: str) -> None:
        self.executor.replay()


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
