"""The certificate's page, and the page where anybody checks one."""

from babel.dates import format_date
from tornado.web import RequestHandler

from motesklar.errors import Conflict
from motesklar.store.models import Certificate
from motesklar.web.access import Access
from motesklar.web.base import CourseHandler


class CertificateHandler(CourseHandler):
    """What the pages below have in common."""

    def titles(self, certificate: Certificate) -> list[str]:
        """The parts that it is about, as they are called now; those that are gone are left out."""
        modules = {module.name: module for module in self.services.course.modules}
        return [
            modules[name].text(modules[name].title, self.language)
            for name in certificate.modules
            if name in modules
        ]

    def shown_date(self, certificate: Certificate) -> str:
        """When it was issued, in words."""
        return format_date(certificate.issued_at, format="long", locale=self.language)


class MyCertificate(CertificateHandler):
    """`GET /certificate`: the visitor's own, or what is left until it is there."""

    access = Access.SIGNED_IN

    def get(self) -> None:
        """Issue it when everything is done, and show it."""
        certificates = self.services.certificates
        try:
            certificate = certificates.issue(self.person.person_id)
        except Conflict:
            self.render_page(
                "certificates/left.html",
                standings=certificates.standings(self.person.person_id),
                share=round(certificates.pass_share * 100),
            )
            return
        self.render_page(
            "certificates/certificate.html",
            certificate=certificate,
            name=self.person.name,
            titles=self.titles(certificate),
            date=self.shown_date(certificate),
            code=spaced(certificate.code),
            public_url=self.services.public_url,
        )

    def post(self) -> None:
        """Whether the name is seen by whoever checks the code."""
        show = self.get_body_argument("show_name", "") == "yes"
        self.services.certificates.set_show_name(self.person.person_id, show)
        self.redirect(self.url("/certificate"))


class Verify(CertificateHandler):
    """`GET /verify` and `/verify/<code>`: whether a certificate is genuine."""

    access = Access.PUBLIC

    def get(self, code: str = "") -> None:
        """What stands behind the code; a typed one comes as `code`."""
        code = code or self.get_query_argument("code", "")[:40]
        certificate = self.services.certificates.check(code) if code else None
        if code and certificate is None:
            self.set_status(404)
        self.render_page(
            "certificates/verify.html",
            typed=code,
            certificate=certificate,
            titles=self.titles(certificate) if certificate else [],
            date=self.shown_date(certificate) if certificate else "",
            code=spaced(certificate.code) if certificate else "",
        )


def spaced(code: str) -> str:
    """A code in two groups, easier to read aloud."""
    return f"{code[:5]} {code[5:]}"


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/certificate", MyCertificate),
    (r"/verify", Verify),
    (r"/verify/([A-Za-z0-9]{1,20})", Verify),
]
