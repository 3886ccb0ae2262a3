"""What the panel says of a machine: its figures, and what they mean together."""

import subprocess
from collections.abc import Callable
from dataclasses import replace

import httpx

from motesklar.capacity.figures import TemplateState
from motesklar.capacity.manager import Judgement
from tests.capacity.conftest import MIB, MODULE, Machine, template


async def test_kernels_are_weighed_and_one_that_has_ended_weighs_nothing(
    machine: Machine, idle_process: Callable[[], subprocess.Popen[bytes]]
) -> None:
    first, second = idle_process(), idle_process()
    machine.pids = [first.pid, second.pid]
    both = await machine.watch().look()
    assert len(both.kernel_bytes) == both.kernels == 2
    assert min(both.kernel_bytes) > 4 * MIB
    assert min(both.kernel_bytes) <= both.mean_kernel_bytes <= max(both.kernel_bytes)
    second.kill()
    second.wait()
    one = await machine.watch().look()
    assert len(one.kernel_bytes) == 1


async def test_a_template_is_weighed_too(
    machine: Machine, idle_process: Callable[[], subprocess.Popen[bytes]]
) -> None:
    machine.views = [template(pid=idle_process().pid), template(MODULE.name)]
    seen = await machine.watch().look()
    assert seen.template_bytes == seen.templates[0].private_bytes > 4 * MIB
    assert seen.templates[1].private_bytes == 0


async def test_places_are_free_as_long_as_cap_and_memory_allow(machine: Machine) -> None:
    machine.cap, machine.free = 20, 1000
    roomy = await machine.watch().look()
    assert (roomy.more, roomy.judgement) == (20, Judgement.ROOM)
    machine.free = 55
    short = await machine.watch().look()
    assert (short.more, short.judgement) == (5, Judgement.SHORT)


async def test_a_line_matters_more_than_memory_and_no_template_more_than_both(
    machine: Machine,
) -> None:
    machine.free, machine.in_line = 0, [12.0, 3.0]
    assert (await machine.watch().look()).judgement is Judgement.FULL
    machine.views = [template(state=TemplateState.BUILDING)]
    assert (await machine.watch().look()).judgement is Judgement.STOPPED


async def test_the_page_says_how_many_can_calculate(
    administrator: httpx.AsyncClient, machine: Machine
) -> None:
    page = (await administrator.get("/capacity")).text
    assert "Up to 20 pages can calculate at once here; 0 do now." in page
    assert "But memory is short" not in page
    machine.free = 55
    page = (await administrator.get("/capacity")).text
    assert "there is room for about 5 more" in page


async def test_the_page_says_who_waits_and_how_long(
    administrator: httpx.AsyncClient, machine: Machine
) -> None:
    machine.in_line = [12.4, 3.0]
    page = (await administrator.get("/capacity")).text
    assert "All places are taken, and 2 pages wait." in page
    assert "12 seconds" in page
    machine.in_line = [1.0]
    page = (await administrator.get("/capacity")).text
    assert "All places are taken, and one page waits." in page
    assert "1 second<" in page


async def test_the_page_says_when_nothing_can_calculate(
    administrator: httpx.AsyncClient, machine: Machine
) -> None:
    machine.views = [template(state=TemplateState.BUILDING)]
    assert "Nothing can be calculated right now" in (await administrator.get("/capacity")).text


async def test_a_module_that_does_not_run_is_told_with_its_reason_as_text(
    administrator: httpx.AsyncClient, machine: Machine
) -> None:
    reason = "NameError: <b>x</b>"
    machine.views = [template(), template(MODULE.name, TemplateState.FAILED, reason=reason)]
    page = (await administrator.get("/capacity")).text
    assert "Something in the course does not run." in page
    assert "NameError: &lt;b&gt;x&lt;/b&gt;" in page
    assert "The first part" in page


async def test_a_module_that_the_course_has_dropped_is_shown_by_its_name(
    administrator: httpx.AsyncClient, machine: Machine
) -> None:
    machine.views = [template(), replace(template(MODULE.name), module="07-dropped")]
    answer = await administrator.get("/capacity")
    assert answer.status_code == 200
    assert "07-dropped" in answer.text


async def test_scripts_get_times_with_their_zone_and_the_versions(
    administrator: httpx.AsyncClient, machine: Machine
) -> None:
    machine.in_line = [2.04, 9.96]
    told = (await administrator.get("/api/capacity")).json()
    assert told["at"].endswith("+00:00")
    assert (told["cap"], told["judgement"]) == (20, "full")
    assert (told["waiting"], told["longest_wait_seconds"]) == (2, 10.0)
    assert told["templates"][1]["built_at"] == "2026-03-02T08:31:00+00:00"
    assert {"Python", "motesklar", "voila", "tornado"} <= set(told["versions"])
