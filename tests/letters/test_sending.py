"""Letters on their way through a real mail server that refuses, is away, hangs or dies."""

import asyncio
import re
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from motesklar.config import Settings
from motesklar.errors import Conflict
from motesklar.letters.refusals import Reason
from motesklar.letters.states import Kind, State
from motesklar.store.models import Person
from tests.doctor.certificates import tls_of_own_authority
from tests.letters.conftest import Office
from tests.letters.post import Post, served

EVENING = {"hours": 10}


async def test_an_invitation_signs_in_and_is_both_text_and_html(office: Office, post: Post) -> None:
    anna = office.person("Anna Alm")
    report = office.outbox.queue(Kind.INVITATION, [anna], actor_id="p-admin")
    assert (report.queued, report.total) == (1, 1)

    assert await office.sender.send_due() == 1
    [letter] = post.letters
    assert letter["To"] == "anna@x.example"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe"] is None
    text = letter.get_body(("plain",)).get_content()
    html = letter.get_body(("html",)).get_content()
    assert "Hej Anna Alm!" in text
    link = re.search(r"https://kurs\.example/link/(\S+)", text)
    assert link
    assert f'<a href="{link[0]}">' in html
    assert office.accounts.consume(link[1])
    assert office.states() == {anna: "sent"}


async def test_a_reminder_tells_what_is_left_and_how_to_stop_it(office: Office, post: Post) -> None:
    anna = office.person("Anna Alm", language="en")
    office.done(anna, "01-first")
    plan = office.plan(due=office.clock().date() + timedelta(days=3))
    office.outbox.queue(Kind.REMINDER, [anna], plan=plan)
    await office.sender.send_due()

    [letter] = post.letters
    text = letter.get_body(("plain",)).get_content()
    assert "02-second" in text
    assert "01-first" not in text
    assert "March 5, 2026" in text
    assert "?next=%2Fm%2F02-second" in text
    stop = letter["List-Unsubscribe"].strip("<>")
    assert stop in text
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    person_id, signature = stop.removeprefix("https://kurs.example/reminders/").split("/")
    assert office.letters.stop_links.is_signed(person_id, signature)
    assert not office.letters.stop_links.is_signed(person_id, signature[:-1] + "x")


async def test_each_who_gets_none_is_counted_once_and_nobody_is_told_twice(office: Office) -> None:
    plan = office.plan()
    people = [
        office.person("Anna"),
        office.person("Bo", reminders=False),
        office.person("Cia", email=None),
        office.person("Dan", left_at=office.clock()),
        office.person("Eva"),
    ]
    office.done(people[4], "01-first", "02-second")
    report = office.outbox.queue(Kind.REMINDER, [*people, people[0]], plan=plan)
    assert report == type(report)(
        queued=1, unsubscribed=1, without_address=1, left=1, nothing_left=1
    )
    assert office.outbox.queue(Kind.REMINDER, people, plan=plan).told_today == 1
    assert office.outbox.queue(Kind.INVITATION, people).queued == 3
    assert office.waiting() == 4


async def test_quiet_hours_hold_letters_until_the_morning_or_until_they_are_hurried(
    office: Office, post: Post
) -> None:
    office.clock.pass_(**EVENING)
    office.outbox.queue(Kind.INVITATION, [office.person("Anna")])
    assert await office.sender.send_due() == 0
    office.outbox.send_now("p-admin")
    assert await office.sender.send_due() == 1

    office.outbox.queue(Kind.INVITATION, [office.person("Bo")])
    office.clock.pass_(hours=10)
    assert await office.sender.send_due() == 0  # 6 in the morning
    office.clock.pass_(hours=1)
    assert await office.sender.send_due() == 1
    assert post.to == {"anna@x.example": 1, "bo@x.example": 1}


async def test_what_waits_can_be_stopped_and_asked_for_again(office: Office, post: Post) -> None:
    anna = office.person("Anna")
    office.outbox.queue(Kind.INVITATION, [anna])
    assert office.outbox.stop_all("p-admin") == 1
    assert await office.sender.send_due() == 0
    assert office.outbox.queue(Kind.INVITATION, [anna]).queued == 1
    assert await office.sender.send_due() == 1
    sent = next(one.letter.id for one in office.rows() if one.letter.state == "sent")
    with pytest.raises(Conflict):
        office.outbox.again(sent, "p-admin")


async def test_what_changes_while_a_letter_waits_counts(office: Office, post: Post) -> None:
    done, unwilling, gone = office.person("Anna"), office.person("Bo"), office.person("Cia")
    plan = office.plan()
    office.outbox.queue(Kind.REMINDER, [done, unwilling, gone], plan=plan)
    office.done(done, "01-first", "02-second")
    office.outbox.set_reminders(unwilling, unwilling, wanted=False)
    with office.database.transaction() as session:
        session.get_one(Person, gone).left_at = office.clock()
    assert await office.sender.send_due() == 0
    assert post.letters == []
    assert office.states() == {done: "unneeded", unwilling: "stopped", gone: "stopped"}


async def test_a_refused_address_fails_alone_and_can_be_sent_again(
    office: Office, post: Post
) -> None:
    anna, bo = office.person("Anna"), office.person("Bo")
    post.refused["anna@x.example"] = "550 5.1.1 nobody here"
    office.outbox.queue(Kind.INVITATION, [anna, bo])
    assert await office.sender.send_due() == 1
    failed = office.letter_of(anna)
    assert (failed.state, failed.reason) == (State.FAILED, Reason.UNKNOWN_ADDRESS)
    assert failed.said == "550 5.1.1 nobody here"

    post.refused.clear()
    office.outbox.again(failed.id, "p-admin")
    assert await office.sender.send_due() == 1
    assert post.to == {"anna@x.example": 1, "bo@x.example": 1}


async def test_not_now_is_tried_again_later_and_given_up_at_last(
    office: Office, post: Post
) -> None:
    anna = office.person("Anna")
    post.refused["anna@x.example"] = "451 4.7.1 greylisted"
    office.outbox.queue(Kind.INVITATION, [anna])
    await office.sender.send_due()
    first = office.letter_of(anna)
    assert (first.state, first.tries) == (State.WAITING, 1)
    assert first.send_after == office.clock() + timedelta(minutes=5)
    while office.letter_of(anna).state == State.WAITING:
        office.clock.time = office.letter_of(anna).send_after
        await office.sender.send_due()
    assert office.letter_of(anna).reason == Reason.GIVEN_UP


async def test_a_mail_server_that_is_down_loses_nothing_and_is_told(
    office: Office, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    people = [office.person(name) for name in ("Anna", "Bo")]
    office.outbox.queue(Kind.INVITATION, people)
    assert await office.sender.send_due() == 0
    trouble = office.sender.trouble
    assert trouble
    assert trouble.failures == 1
    assert office.waiting() == 2
    assert "anna" not in caplog.text.lower()

    post = Post()
    with served(post, port):
        assert await office.sender.send_due() == 0  # it rests
        office.clock.pass_(minutes=1)
        assert await office.sender.send_due() == 2
    assert office.sender.trouble is None
    assert sorted(post.to.values()) == [1, 1]


async def test_a_name_with_line_breaks_writes_no_header(office: Office, post: Post) -> None:
    eva = office.person("Eva\r\nBcc: all@x.example <b>", email="e@x.se")
    office.outbox.queue(Kind.INVITATION, [eva])
    bad = office.person("Bad", email="b@x.se\r\nRCPT TO:<all@x.example>")
    office.outbox.queue(Kind.INVITATION, [bad])
    assert await office.sender.send_due() == 1
    [letter] = post.letters
    assert letter["Bcc"] is None
    assert "Hej Eva Bcc: all@x.example <b>!" in letter.get_body(("plain",)).get_content()
    assert "&lt;b&gt;" in letter.get_body(("html",)).get_content()
    assert office.letter_of(bad).state == State.FAILED


async def test_the_running_sender_finishes_the_letter_in_hand_when_the_server_ends(
    office: Office, post: Post
) -> None:
    came, go = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def hold() -> None:
        loop.call_soon_threadsafe(came.set)
        go.wait(10)

    post.before_data = hold
    office.outbox.queue(Kind.INVITATION, [office.person("Anna"), office.person("Bo")])
    office.sender.start()
    await asyncio.wait_for(came.wait(), 10)
    closing = asyncio.create_task(office.letters.close())
    go.set()
    await closing
    assert len(post.letters) == 1
    assert sorted(office.states().values()) == ["sent", "waiting"]
    await office.letters.close()


CHILD = """
import asyncio, sys
from pathlib import Path
from motesklar.config import Settings
from tests.letters.conftest import Office
office = Office(Path(sys.argv[1]), Settings.model_validate_json(sys.argv[2]))
asyncio.run(office.sender.send_due())
"""


@pytest.mark.parametrize("arrived", [False, True])
async def test_a_server_killed_while_sending_loses_nothing_and_sends_nothing_twice(
    office: Office, settings: Settings, port: int, arrived: bool
) -> None:
    people = [office.person(name) for name in ("Anna", "Bo", "Cia")]
    office.outbox.queue(Kind.INVITATION, people)
    post = Post()
    child: list[subprocess.Popen[bytes]] = []

    def kill() -> None:
        if len(post.letters) == 1:
            child[0].kill()
            child[0].wait()

    post.before_data = kill
    arguments = [str(office.data.root), settings.model_dump_json()]
    with served(post, port):
        command = [sys.executable, "-c", CHILD, *arguments]
        child.append(await asyncio.to_thread(subprocess.Popen, command))
        await asyncio.to_thread(child[0].wait)
        assert child[0].returncode == -signal.SIGKILL
        post.before_data = lambda: None
        if not arrived:
            post.letters.pop()  # as if the mail server had died with it
        assert await office.sender.send_due() == 1  # the third; the second is somebody's
        office.clock.pass_(minutes=6)
        assert await office.sender.send_due() == 0
    assert sorted(office.states().values()) == ["sent", "sent", "unsure"]
    assert max(post.to.values()) == 1
    unsure = next(one.letter for one in office.rows() if one.letter.state == State.UNSURE)
    assert unsure.reason == Reason.INTERRUPTED


async def test_a_whole_organisation_is_queued_in_one_go(office: Office) -> None:
    with office.database.transaction() as session:
        session.add_all(
            Person(id=f"p-{n}", name=f"N {n}", email=f"n{n}@x.example") for n in range(13_000)
        )
    people = [f"p-{n}" for n in range(13_000)]
    assert office.outbox.queue(Kind.REMINDER, people, plan=office.plan()).queued == 13_000
    assert office.outbox.page(State.WAITING, 260).number == 260
    assert office.outbox.stop_all("p-admin") == 13_000


async def test_automatic_reminders_come_on_their_days_and_once(office: Office, post: Post) -> None:
    anna, bo = office.person("Anna"), office.person("Bo")
    office.done(bo, "01-first", "02-second")
    office.plan(due=office.clock().date() + timedelta(days=10))
    assert office.letters.automatic.remind() == 0
    office.clock.pass_(days=3)
    assert office.letters.automatic.remind() == 1
    assert office.letters.automatic.remind() == 0
    await office.sender.send_due()
    office.clock.pass_(days=1)
    assert office.letters.automatic.remind() == 0
    office.clock.pass_(days=5)
    assert office.letters.automatic.remind() == 1
    assert {one.letter.person_id for one in office.rows()} == {anna}


@pytest.mark.parametrize("way", ["starttls", "tls"])
async def test_a_certificate_that_nobody_knows_is_not_trusted(
    office: Office, post: Post, way: str
) -> None:
    office.letters.mailer.settings = office.letters.mailer.settings.model_copy(update={way: True})
    office.outbox.queue(Kind.INVITATION, [office.person("Anna")])
    assert await office.sender.send_due() == 0
    assert office.sender.trouble
    assert post.letters == []
    assert office.waiting() == 1


@pytest.mark.parametrize("way", ["starttls", "tls"])
async def test_a_certificate_of_an_own_authority_is_trusted_where_it_is_named(
    office: Office, port: int, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, authority = tls_of_own_authority(tmp_path)
    encrypted = {"tls_context": context, "require_starttls": True}
    options = {"ssl_context": context} if way == "tls" else encrypted
    office.letters.mailer.settings = office.letters.mailer.settings.model_copy(
        update={way: True, "host": "localhost"}
    )
    anna = office.person("Anna")
    office.outbox.queue(Kind.INVITATION, [anna])
    post = Post()
    with served(post, port, **options):
        assert await office.sender.send_due() == 0
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        office.clock.pass_(hours=1)
        assert await office.sender.send_due() == 1
    assert post.to == {"anna@x.example": 1}
    assert office.states() == {anna: "sent"}


async def test_a_certificate_for_another_name_is_not_trusted(
    office: Office, port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, authority = tls_of_own_authority(tmp_path)
    office.letters.mailer.settings = office.letters.mailer.settings.model_copy(
        update={"tls": True, "host": "127.0.0.1"}
    )
    office.outbox.queue(Kind.INVITATION, [office.person("Anna")])
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    with served(Post(), port, ssl_context=context):
        assert await office.sender.send_due() == 0
    assert office.waiting() == 1
