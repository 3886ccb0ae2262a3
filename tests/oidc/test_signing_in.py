"""Signing in with the organisation's account, against a real provider over HTTP."""

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import select

from motesklar.oidc.claims import read_identity
from motesklar.oidc.signin import LIFETIME
from motesklar.store.models import AuditEntry, Role
from tests.accounts.conftest import Browser, set_cookies, words
from tests.oidc.conftest import ANNA, Organisation

EMAIL = "anna@exempelstad.example"


def actions(organisation: Organisation) -> list[str]:
    with organisation.town.database.transaction() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


async def test_the_button_stands_first_and_leads_there(organisation: Organisation) -> None:
    browser = organisation.site.browser()
    page = await browser.get("/sign-in?next=/m/x")
    assert "Logga in med Exempelstad" in words(page)
    assert page.text.index("Logga in med Exempelstad") < page.text.index('name="email"')
    answer = await browser.get("/sign-in/oidc?next=/m/x")
    where = urlsplit(answer.headers["location"])
    assert f"{where.scheme}://{where.netloc}{where.path}" == (
        f"{organisation.provider.issuer}/authorize"
    )
    asked = {name: values[0] for name, values in parse_qs(where.query).items()}
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) > 40
    assert len(asked["nonce"]) > 40
    assert asked["redirect_uri"] == f"{organisation.site.origin}/sign-in/oidc/done"
    cookie = set_cookies(answer)["motesklar_oidc"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


async def test_somebody_new_is_made_and_comes_to_the_page_they_wanted(
    organisation: Organisation,
) -> None:
    browser = organisation.site.browser()
    answer = await organisation.sign_in(browser, "anna", next="/m/01-why-meet-online")
    assert (answer.status_code, answer.headers["location"]) == (303, "/m/01-why-meet-online")
    assert browser.name == "Anna Alm"
    person = organisation.person(EMAIL)
    assert person is not None
    assert person.role is Role.LEARNER
    assert person.subject == f"{organisation.provider.issuer} s-anna"
    # and the second time is the same person
    await organisation.sign_in(organisation.site.browser(), "anna")
    assert organisation.people() == 1


async def test_an_address_links_once_and_then_only_the_key_counts(
    organisation: Organisation,
) -> None:
    known = organisation.town.person("Anna A", EMAIL)
    browser = organisation.site.browser()
    await organisation.sign_in(browser, "anna")
    assert browser.session is not None
    assert browser.session.person_id == known.id
    assert "account linked" in actions(organisation)

    # somebody new gets the address of one who has claimed it already: not the same person
    organisation.provider.accounts["other"] = ANNA | {"sub": "s-other", "name": "Anna Annan"}
    other = organisation.site.browser()
    await organisation.sign_in(other, "other")
    assert other.session is not None
    assert other.session.person_id != known.id
    # a new name and address of the first are still the first
    organisation.provider.accounts["anna"] = ANNA | {
        "name": "Anna Ek",
        "email": "anna.ek@exempelstad.example",
    }
    again = organisation.site.browser()
    await organisation.sign_in(again, "anna")
    assert again.session is not None
    assert again.session.person_id == known.id
    assert again.name == "Anna Ek"
    assert organisation.person("anna.ek@exempelstad.example") is not None


async def test_an_address_that_nobody_vouches_for_links_nobody(organisation: Organisation) -> None:
    known = organisation.town.person("Anna A", EMAIL)
    organisation.provider.accounts["anna"] = ANNA | {"email_verified": False}
    browser = organisation.site.browser()
    await organisation.sign_in(browser, "anna")
    assert browser.session is not None
    assert browser.session.person_id != known.id
    assert "address is another’s" in actions(organisation)


@pytest.mark.parametrize("oidc_settings", [{"create": False}])
async def test_where_nobody_is_added_a_stranger_is_told_so(organisation: Organisation) -> None:
    browser = organisation.site.browser()
    page = await organisation.sign_in(browser, "anna")
    assert page.status_code == 403
    assert "Du finns inte med i kursen ännu." in words(page)
    assert browser.session is None
    assert organisation.people() == 0


@pytest.mark.parametrize("oidc_settings", [{"subject_claim": "oid", "trust_email": True}])
async def test_entra_is_known_by_oid_and_its_addresses_are_trusted(
    organisation: Organisation,
) -> None:
    known = organisation.town.person("Anna A", EMAIL)
    del organisation.provider.accounts["anna"]["email_verified"]
    browser = organisation.site.browser()
    await organisation.sign_in(browser, "anna")
    assert browser.session is not None
    assert browser.session.person_id == known.id
    found = organisation.person(EMAIL)
    assert found is not None
    assert found.subject == f"{organisation.provider.issuer} o-anna"


async def test_what_the_token_leaves_out_is_asked_for(organisation: Organisation) -> None:
    organisation.provider.id_token_only_subject = True
    browser = organisation.site.browser()
    await organisation.sign_in(browser, "anna")
    assert browser.name == "Anna Alm"


async def test_who_has_left_is_refused(organisation: Organisation) -> None:
    await organisation.sign_in(organisation.site.browser(), "anna")
    person = organisation.person(EMAIL)
    assert person is not None
    organisation.town.accounts.editing.leave([person.id], actor_id="")
    browser = organisation.site.browser()
    page = await organisation.sign_in(browser, "anna")
    assert page.status_code == 403
    assert "inte längre arbetar här" in words(page)
    assert browser.session is None


@pytest.mark.parametrize("oidc_settings", [{"department_claim": "department"}])
async def test_the_department_follows_the_account(organisation: Organisation) -> None:
    organisation.provider.accounts["anna"]["department"] = "Kultur och fritid"
    await organisation.sign_in(organisation.site.browser(), "anna")
    person = organisation.person(EMAIL)
    assert person is not None
    assert person.department == "Kultur och fritid"


ROLES: dict[str, Any] = {"roles": {"g-rev": "reviewer", "g-adm": "administrator"}}


@pytest.mark.parametrize("oidc_settings", [ROLES])
async def test_groups_give_and_take_roles_but_not_the_last_administrator(
    organisation: Organisation,
) -> None:
    async def role_with(**claims: Any) -> Role:
        organisation.provider.accounts["anna"] = ANNA | claims
        browser = organisation.site.browser()
        await organisation.sign_in(browser, "anna")
        assert browser.session is not None
        return browser.session.role

    assert await role_with(groups=["g-rev", "g-other"]) is Role.REVIEWER
    assert await role_with(groups=[]) is Role.LEARNER
    assert await role_with(groups=["g-rev", "g-adm"]) is Role.ADMINISTRATOR
    # too many to be told: nothing changes, and the log says so
    assert await role_with(_claim_names={"groups": "src1"}) is Role.ADMINISTRATOR
    assert "too many groups to read" in actions(organisation)
    # nobody else could run the course
    assert await role_with(groups=[]) is Role.ADMINISTRATOR
    assert "last administrator kept" in actions(organisation)
    organisation.town.person("Eva Ek", role=Role.ADMINISTRATOR)
    assert await role_with(groups=[]) is Role.LEARNER


@pytest.mark.parametrize("oidc_settings", [ROLES])
async def test_a_role_that_no_group_gives_stays_as_an_administrator_gave_it(
    organisation: Organisation,
) -> None:
    organisation.town.person("Anna A", EMAIL, Role.LEADER)
    browser = organisation.site.browser()
    await organisation.sign_in(browser, "anna")
    assert browser.session is not None
    assert browser.session.role is Role.LEADER


WRONG = {
    "nonce": lambda claims: claims | {"nonce": "another"},
    "audience": lambda claims: claims | {"aud": "another"},
    "issuer": lambda claims: claims | {"iss": "https://other.example"},
    "expired": lambda claims: claims | {"exp": int(time.time()) - 3600},
    "future": lambda claims: claims | {"iat": int(time.time()) + 3600},
    "no subject": lambda claims: {name: v for name, v in claims.items() if name != "sub"},
    "no nonce": lambda claims: {name: v for name, v in claims.items() if name != "nonce"},
}


@pytest.mark.parametrize("wrong", list(WRONG))
async def test_a_token_that_says_something_wrong_signs_nobody_in(
    organisation: Organisation, wrong: str
) -> None:
    organisation.provider.twist = WRONG[wrong]
    browser = organisation.site.browser()
    page = await organisation.sign_in(browser, "anna")
    assert page.status_code == 400
    assert "Det gick inte att lita på svaret från Exempelstad" in words(page)
    assert browser.session is None
    assert organisation.people() == 0


async def test_a_clock_that_is_a_little_wrong_is_forgiven(organisation: Organisation) -> None:
    organisation.provider.twist = lambda claims: (
        claims
        | {
            "iat": int(time.time()) + 40,
            "exp": int(time.time()) - 40,
        }
    )
    browser = organisation.site.browser()
    await organisation.sign_in(browser, "anna")
    assert browser.name == "Anna Alm"


async def test_a_token_signed_by_somebody_else_is_refused(organisation: Organisation) -> None:
    organisation.provider.forged = RSAKey.generate_key(2048, private=True)
    browser = organisation.site.browser()
    page = await organisation.sign_in(browser, "anna")
    assert page.status_code == 400
    assert browser.session is None


async def test_a_new_key_of_the_provider_is_found(organisation: Organisation) -> None:
    await organisation.sign_in(organisation.site.browser(), "anna")
    organisation.provider.rotate()
    organisation.clock.seconds += 60
    browser = organisation.site.browser()
    await organisation.sign_in(browser, "anna")
    assert browser.name == "Anna Alm"


async def test_an_answer_counts_once_in_the_browser_that_asked(organisation: Organisation) -> None:
    organisation.provider.signs_in = "anna"
    mine, thief = organisation.site.browser(), organisation.site.browser()
    begun = await mine.get("/sign-in/oidc")
    async with httpx.AsyncClient() as elsewhere:
        there = await elsewhere.get(begun.headers["location"])
    back = there.headers["location"]
    stolen = await organisation.come_back(thief, back)
    assert stolen.status_code == 400
    assert "har redan använts, eller så tog den för lång tid" in words(stolen)
    assert thief.session is None
    assert (await organisation.come_back(mine, back)).status_code == 303
    assert mine.name == "Anna Alm"
    again = await organisation.come_back(mine, back)
    assert again.status_code == 400


async def test_a_sign_in_that_took_too_long_is_begun_again(organisation: Organisation) -> None:
    organisation.provider.signs_in = "anna"
    browser = organisation.site.browser()
    begun = await browser.get("/sign-in/oidc")
    organisation.town.clock.pass_(seconds=LIFETIME.total_seconds() + 1)
    page = await organisation.follow(browser, begun)
    assert page.status_code == 400
    assert "Tryck på knappen här nedanför för att börja om" in words(page)
    assert "Logga in med Exempelstad" in words(page)


async def test_a_no_is_told(organisation: Organisation) -> None:
    organisation.provider.denies = True
    page = await organisation.sign_in(organisation.site.browser(), "anna")
    assert page.status_code == 403
    assert "Du blev inte inloggad med Exempelstad" in words(page)


async def test_a_provider_that_is_down_leaves_the_other_ways_open(
    organisation: Organisation,
) -> None:
    organisation.provider.is_down = True
    browser = organisation.site.browser()
    page = await browser.get("/sign-in/oidc")
    assert page.status_code == 503
    assert "Exempelstad svarar inte just nu" in words(page)
    assert 'name="email"' in page.text
    # it comes back, and goes again in the middle
    organisation.provider.is_down = False
    organisation.provider.signs_in = "anna"
    begun = await browser.get("/sign-in/oidc")
    async with httpx.AsyncClient() as elsewhere:
        there = await elsewhere.get(begun.headers["location"])
    organisation.provider.is_down = True
    page = await organisation.come_back(browser, there.headers["location"])
    assert page.status_code == 503
    assert browser.session is None


async def test_another_issuers_description_is_not_believed(organisation: Organisation) -> None:
    organisation.provider.told_issuer = "https://other.example"
    page = await organisation.site.browser().get("/sign-in/oidc")
    assert page.status_code == 503


async def test_signing_out_signs_out_there_too(organisation: Organisation) -> None:
    browser = organisation.site.browser()
    await organisation.sign_in(browser, "anna", shared="1")
    assert browser.session is not None
    assert browser.session.shared_device
    answer = await browser.post("/sign-out")
    assert answer.headers["location"] == "/sign-out/oidc"
    assert browser.session is None
    page = await browser.get("/sign-out/oidc")
    leads = page.headers["refresh"]
    assert leads.startswith(f"0; url={organisation.provider.issuer}/logout?")
    assert "client_id=motesklar" in leads
    assert parse_qs(leads)["post_logout_redirect_uri"] == [
        f"{organisation.site.origin}/sign-in?done=signed-out"
    ]


async def test_whoever_came_by_link_signs_out_here_alone(organisation: Organisation) -> None:
    browser: Browser = await organisation.site.signed_in(organisation.town.person())
    answer = await browser.post("/sign-out")
    assert answer.headers["location"] == "/sign-in?done=signed-out"


async def test_without_a_provider_there_is_no_such_page(organisation: Organisation) -> None:
    organisation.site.services.oidc = None
    browser = organisation.site.browser()
    for path in ("/sign-in/oidc", "/sign-in/oidc/done", "/sign-out/oidc"):
        assert (await browser.get(path)).status_code == 404
    assert "Logga in med Exempelstad" not in words(await browser.get("/sign-in"))


def test_a_person_with_an_identity_number_for_a_name_is_not_stored_with_it(
    organisation: Organisation,
) -> None:
    found = read_identity(ANNA | {"name": "19900101-1234"}, organisation.oidc.settings)
    assert found.name == "anna"
