"""Asking for a new link: by mail through a real SMTP server, or through the administrator."""

import datetime as dt
import re
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.accounts.conftest import Browser, Site, path_of, until, words
from tests.conftest import free_port

CODE = re.compile(r"säg den här koden: (\w+)")


class Post:
    """Takes every letter."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        letter = BytesParser(policy=default).parsebytes(envelope.content)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 OK"


class FullPost(Post):
    """Takes none."""

    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
        return "452 full"


def served(handler: Post, **options: Any) -> Iterator[Controller]:
    controller = Controller(handler, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    yield controller
    controller.stop()


async def asked(site: Site, email: str) -> tuple[Browser, str]:
    """Ask for a link; returns what the page said, the case code blotted out."""
    browser = site.browser()
    answer = await browser.post("/sign-in/request", email=email)
    assert answer.status_code == 200, words(answer)
    said = words(answer).replace(email, "ADDRESS")
    code = CODE.search(said)
    assert code
    return browser, said.replace(code[1], "CODE")


class TestWithAMailServer:
    @pytest.fixture
    def post(self) -> Post:
        return Post()

    @pytest.fixture
    def smtp(self, post: Post) -> Iterator[Controller]:
        yield from served(post)

    @pytest.fixture
    def mail(self, smtp: Controller) -> dict[str, Any]:
        return {"host": "127.0.0.1", "port": smtp.port, "sender": "Kursen <kurs@x.example>"}

    async def test_the_link_in_the_letter_signs_in(self, site: Site, post: Post) -> None:
        site.town.person("Anna Alm")
        browser, _ = await asked(site, "Anna@Exempelstad.example")

        await until(lambda: post.letters)
        [letter] = post.letters
        assert letter["To"] == "anna@exempelstad.example"
        assert letter["From"] == "Kursen <kurs@x.example>"
        assert letter["Auto-Submitted"] == "auto-generated"
        assert letter.get_content_type() == "text/plain"
        text = letter.get_content()
        assert "Hej Anna Alm!" in text
        assert "16 mars 2026" in text
        link = re.search(r"http\S+/link/\S+", text)
        assert link
        assert (await browser.post(path_of(link[0]))).status_code == 303
        assert browser.name == "Anna Alm"
        assert site.town.accounts.waiting.people() == []

    async def test_the_letter_is_in_the_persons_language(self, site: Site, post: Post) -> None:
        anna = site.town.person("Anna Alm")
        site.town.accounts.set_language(anna.id, "en")
        await asked(site, "anna@exempelstad.example")

        await until(lambda: post.letters)
        assert "Hello Anna Alm!" in post.letters[0].get_content()
        assert post.letters[0]["Subject"].startswith("Your link")

    async def test_known_and_unknown_get_the_same_answer(self, site: Site, post: Post) -> None:
        site.town.person("Anna Alm")
        _, known = await asked(site, "anna@exempelstad.example")
        _, unknown = await asked(site, "nobody@exempelstad.example")

        assert known == unknown
        await until(lambda: len(post.letters) == 1)

    async def test_one_person_is_not_flooded_and_nobody_learns_of_it(
        self, site: Site, post: Post
    ) -> None:
        site.town.person("Anna Alm")
        said = {(await asked(site, "anna@exempelstad.example"))[1] for _ in range(5)}

        assert len(said) == 1
        await until(lambda: len(post.letters) == 3)
        site.town.clock.pass_(hours=1)
        await asked(site, "anna@exempelstad.example")
        await until(lambda: len(post.letters) == 4)

    async def test_one_browser_cant_ask_for_the_whole_town(self, site: Site) -> None:
        browser = site.browser()
        statuses = [
            (await browser.post("/sign-in/request", email=f"p{n}@x.se")).status_code
            for n in range(11)
        ]
        assert statuses == [200] * 10 + [429]
        assert (await site.browser().post("/sign-in/request", email="p@x.se")).status_code == 200


class TestWhenTheMailServerFails:
    @pytest.fixture(params=["refuses", "is gone"])
    def mail(self, request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
        if request.param == "refuses":
            for controller in served(FullPost()):
                yield {"host": "127.0.0.1", "port": controller.port, "sender": "kurs@x.example"}
            return
        yield {"host": "127.0.0.1", "port": free_port(), "sender": "kurs@x.example"}

    async def test_the_administrator_is_told_and_the_visitor_is_not(
        self, site: Site, administrator: Browser, caplog: pytest.LogCaptureFixture
    ) -> None:
        anna = site.town.person("Anna Alm")
        browser = site.browser()
        answer = await browser.post("/sign-in/request", email="anna@exempelstad.example")
        assert answer.status_code == 200
        assert "på väg" in words(answer)
        code = CODE.search(words(answer))
        assert code

        await until(site.town.accounts.waiting.people)
        page = words(await administrator.get("/people"))
        assert "inställningarna för e-post" in page
        assert f"{anna.name} anna@exempelstad.example {code[1]}" in page
        assert "could not be mailed" in caplog.text
        assert "anna" not in caplog.text.lower()


class TestThroughTheAdministrator:
    async def test_the_text_to_copy_signs_the_person_in(
        self, site: Site, administrator: Browser
    ) -> None:
        anna = site.town.person("Anna Alm")
        browser, _ = await asked(site, "anna@exempelstad.example")
        assert "väntar på en länk" in words(await administrator.get("/people"))

        page = await administrator.post(f"/people/{anna.id}/link")
        text = re.search(r"<textarea[^>]*readonly[^>]*>\n(.*?)</textarea>", page.text, re.DOTALL)
        assert text
        assert page.headers["cache-control"] == "no-store"
        link = re.search(r"http\S+/link/\S+", text[1])
        assert link
        await browser.post(path_of(link[0]))

        assert browser.name == "Anna Alm"
        assert "väntar på en länk" not in words(await administrator.get("/people"))

    async def test_the_code_that_is_on_the_screen_is_the_one_in_the_list(
        self, site: Site, administrator: Browser
    ) -> None:
        site.town.person("Anna Alm")
        browser = site.browser()
        for _ in range(2):
            answer = await browser.post("/sign-in/request", email="anna@exempelstad.example")
        code = CODE.search(words(answer))
        assert code

        [waiting] = site.town.accounts.waiting.people()
        assert waiting.case_code == code[1]
        assert code[1] in words(await administrator.get("/people"))

    async def test_known_and_unknown_get_the_same_answer(self, site: Site) -> None:
        site.town.person("Anna Alm")
        _, known = await asked(site, "anna@exempelstad.example")
        _, unknown = await asked(site, "nobody@exempelstad.example")
        assert known == unknown

    async def test_one_who_has_got_the_link_is_taken_off_the_list(
        self, site: Site, administrator: Browser
    ) -> None:
        anna = site.town.person("Anna Alm")
        await asked(site, "anna@exempelstad.example")
        answer = await administrator.post(f"/people/{anna.id}/done")

        assert answer.status_code == 303
        assert site.town.accounts.waiting.people() == []

    @pytest.mark.parametrize("email", ["", "anna", "anna@", "anna@x y.se", "å@x.se"])
    async def test_half_an_address_is_told_beside_the_field(self, site: Site, email: str) -> None:
        answer = await site.browser().post("/sign-in/request", email=email)

        assert answer.status_code == 400
        field = re.search(r'<input id="email".*?>', answer.text, re.DOTALL)
        assert field
        assert f'value="{email}"' in field[0]
        assert 'aria-describedby="email-error email-hint"' in field[0]
        assert "autofocus" in field[0]


class TestOverTls:
    """STARTTLS and a password, with a certificate of our own making."""

    @pytest.fixture
    def certificate(self, tmp_path: Path) -> Path:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        start = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(start)
            .not_valid_after(start + dt.timedelta(days=3))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .sign(key, hashes.SHA256())
        )
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path = tmp_path / "localhost.pem"
        path.write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
        return path

    @pytest.fixture
    def post(self) -> Post:
        return Post()

    @pytest.fixture
    def mail(self, certificate: Path, post: Post, tmp_path: Path) -> Iterator[dict[str, Any]]:
        def check(_server: SMTP, _session: Any, _envelope: Any, _mechanism: str, who: Any) -> Any:
            return AuthResult(success=who == LoginPassword(b"kurs", b"hemligt"))

        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        secret = tmp_path / "password"
        secret.write_text("hemligt\n")
        for controller in served(
            post,
            tls_context=context,
            require_starttls=True,
            authenticator=check,
            auth_required=True,
        ):
            yield {
                "host": "localhost",
                "port": controller.port,
                "sender": "kurs@x.example",
                "starttls": True,
                "username": "kurs",
                "password_file": str(secret),
            }

    async def test_the_letter_goes_out_encrypted_and_signed_in(
        self, site: Site, post: Post, certificate: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        site.town.person("Anna Alm")
        await asked(site, "anna@exempelstad.example")

        await until(lambda: len(post.letters) == 1)

    async def test_an_unknown_certificate_is_not_trusted(self, site: Site, post: Post) -> None:
        site.town.person("Anna Alm")
        await asked(site, "anna@exempelstad.example")

        await until(site.town.accounts.waiting.people)
        assert post.letters == []
