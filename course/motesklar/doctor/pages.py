"""Pages that calculate: whether processes can be forked here, and how many the memory holds."""

import sys
import tempfile
from pathlib import Path

from motesklar.capacity.machine import allow_most_open_files, kernels_allowed
from motesklar.config import CapacitySection
from motesklar.doctor.report import Check, fail, ok, warn
from motesklar.kernels.fork_client import ForkFailed
from motesklar.kernels.supervisor import TemplateProcess

_NAME = "pages"
#: A workshop of the size that the course is made for.
_WORKSHOP = 80


def judge_room(cap: int) -> Check:
    """Whether a workshop fits."""
    if cap < _WORKSHOP:
        return warn(
            _NAME,
            f"about {cap} pages can calculate at once; with more people some have to wait",
            "Give the machine more memory, or set capacity.kernels if you know better",
        )
    return ok(_NAME, f"about {cap} pages can calculate at once")


async def check_pages(settings: CapacitySection) -> list[Check]:
    """Start the process that pages are forked from, and reckon with the memory there is."""
    if sys.platform != "linux":
        return [
            fail(_NAME, "can't calculate here: the course needs Linux 5.3 or newer", "Use Linux")
        ]
    with tempfile.TemporaryDirectory(prefix="motesklar-") as folder:
        log_file = Path(folder) / "kernels.log"
        template = TemplateProcess(log_file)
        try:
            await template.start()
        except ForkFailed as error:
            lines = log_file.read_text(errors="replace").strip().splitlines()
            reason = lines[-1] if lines else str(error)
            return [fail(_NAME, f"can't calculate: {reason}", "Run make install again")]
        finally:
            await template.close()
    allow_most_open_files()
    return [judge_room(kernels_allowed(settings))]
