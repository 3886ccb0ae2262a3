"""Module pages and the doors to their kernels; nothing else of Voilà or Jupyter is reachable."""

import json
from typing import Any

from jupyter_core.utils import ensure_async
from markupsafe import Markup
from tornado.web import RequestHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from motesklar.course import Module
from motesklar.errors import MotesklarError, NotFound
from motesklar.pages.kernels import KernelOwners
from motesklar.pages.renderer import ModuleRenderer, RenderedModule
from motesklar.web.access import Access
from motesklar.web.base import CourseHandler
from motesklar.web.visitor import Visitor


class ModulePage(CourseHandler):
    """`GET /m/<module>`: the notebook as a page, with a kernel of this session's own."""

    access = Access.SIGNED_IN

    async def get(self, name: str) -> None:
        """Render, then hand the kernel to this session."""
        module = self.services.course.module(name)
        rendered = await self._renderer(module).render(self.kernel_manager)
        owners: KernelOwners = self.settings["kernel_owners"]
        owners.keep_only(self.kernel_manager.list_kernel_ids())
        for kernel_id in owners.claim(rendered.kernel_id, self.person.token_hash):
            owners.release(kernel_id)
            await ensure_async(self.kernel_manager.shutdown_kernel(kernel_id, now=True))
        self._show(module, rendered)

    @property
    def kernel_manager(self) -> Any:
        """Voilà's kernel manager."""
        return self.settings["kernel_manager"]

    def _renderer(self, module: Module) -> ModuleRenderer:
        released = self.services.exercises.released_notebook(module.name)
        return ModuleRenderer(
            module,
            released,
            self.translation,
            voila_configuration=self.settings["voila_configuration"],
            traitlet_config=self.settings["voila_configuration"].config,
            config_manager=self.settings["config_manager"],
            kernel_spec_manager=self.settings["kernel_spec_manager"],
            base_url=self.settings["base_url"],
        )

    def _show(self, module: Module, rendered: RenderedModule) -> None:
        self.render_page(
            "module/page.html",
            module=module,
            title=module.text(module.title, self.language),
            summary=module.text(module.summary, self.language),
            step_titles={s.id: module.text(s.title, self.language) for s in module.steps},
            body=Markup(rendered.html),  # noqa: S704 - made by Voilà from the course's own notebook
            kernel_id=rendered.kernel_id,
            states=_for_script(rendered.states),
            catalogue=_for_script(self.translation.sentences),
        )


def _for_script(value: Any) -> Markup:
    """JSON that can stand in a script element: no `<` can end it or open a comment."""
    return Markup(json.dumps(value, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704


class KernelDoor(CourseHandler):
    """`DELETE /api/kernels/<id>`: the page says goodbye and frees its kernel."""

    access = Access.SIGNED_IN

    async def delete(self, kernel_id: str) -> None:
        """End the visitor's own kernel."""
        owners: KernelOwners = self.settings["kernel_owners"]
        owners.check(kernel_id, self.person.token_hash)
        owners.release(kernel_id)
        if kernel_id in self.settings["kernel_manager"]:
            await ensure_async(self.settings["kernel_manager"].shutdown_kernel(kernel_id, now=True))
        self.set_status(204)


class KernelChannels(Visitor, VoilaKernelWebsocketHandler):  # type: ignore[misc]
    """`WS /api/kernels/<id>/channels`: widget messages with one's own kernel.

    Voilà's kernel manager lets only comm, kernel_info and shutdown messages through, so no code
    can be sent to a kernel from here.
    """

    access = Access.SIGNED_IN

    async def get(self, kernel_id: str) -> None:
        """Refuse before the upgrade what is not the visitor's own."""
        try:
            self.check_visitor()
            owners: KernelOwners = self.settings["kernel_owners"]
            owners.check(kernel_id, self.person.token_hash)
            if kernel_id not in self.kernel_manager:
                raise NotFound
        except MotesklarError as error:
            self.set_status(error.status)
            self.finish()
            return
        await ensure_async(super().get(kernel_id=kernel_id))


_KERNEL = r"([0-9a-f]{8}-[0-9a-f-]{27})"

ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/m/([a-z0-9-]+)", ModulePage),
    (rf"/api/kernels/{_KERNEL}", KernelDoor),
    (rf"/api/kernels/{_KERNEL}/channels", KernelChannels),
]
