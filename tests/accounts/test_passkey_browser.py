"""A passkey, for real: Chromium with a virtual authenticator that verifies the person."""

import json
from urllib.parse import parse_qs, urlencode

import pytest
from playwright.sync_api import Page, expect

from portal.accounts.roles import Role
from tests.flows.story import follow
from tests.support.people import PASSWORD, assign, make_person
from tests.support.processes import LiveApp

EMAIL = "passkey@example.jp"


@pytest.fixture
def official(live_app: LiveApp) -> None:
    assign(make_person(EMAIL, name="鍵山 守"), Role.WARD_ADMIN, ward_id=13107)


@pytest.fixture
def site(live_app: LiveApp) -> str:
    """Browsers take passkeys on localhost but not on an address."""
    return live_app.url.replace("127.0.0.1", "localhost")


def add_authenticator(page: Page, *, verifies: bool = True):
    """A platform authenticator of this page's browser; returns its CDP session and id."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }
    answer = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return cdp, answer["authenticatorId"]


def sign_in_with_password(page: Page, site: str) -> None:
    page.goto(f"{site}/accounts/login/")
    page.get_by_label("メールアドレス").fill(EMAIL)
    page.get_by_label("パスワード", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="サインイン", exact=True).click()
    page.wait_for_url("**/accounts/second-factor/")


def test_enrol_a_passkey_and_sign_in_with_nothing_else(page: Page, site: str, official: None):
    cdp, authenticator = add_authenticator(page)
    sign_in_with_password(page, site)
    follow(page.get_by_role("link", name="パスキーを登録する"))
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")
    stored = cdp.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})
    assert len(stored["credentials"]) == 1
    assert stored["credentials"][0]["isResidentCredential"]
    # The passkey was proven while it was added: the staff pages are open.
    page.goto(f"{site}/staff/people/")
    expect(page.get_by_role("heading", level=1)).to_have_text("職員と役割", use_inner_text=True)

    page.context.clear_cookies()
    page.goto(f"{site}/accounts/login/")
    page.get_by_role("button", name="パスキーでサインイン").click()
    page.wait_for_url("**/inbox/")
    assert "鍵山 守" in page.inner_text("header")


def test_an_authenticator_that_verifies_nobody_is_refused(page: Page, site: str, official: None):
    cdp, authenticator = add_authenticator(page)
    sign_in_with_password(page, site)
    page.goto(f"{site}/accounts/2fa/webauthn/add/")
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")
    page.context.clear_cookies()
    verified = {"authenticatorId": authenticator, "isUserVerified": False}
    cdp.send("WebAuthn.setUserVerified", verified)
    page.goto(f"{site}/accounts/login/")
    page.get_by_role("button", name="パスキーでサインイン").click()
    page.get_by_text("パスキーを使えませんでした").wait_for()
    page.goto(f"{site}/staff/people/")
    assert "/accounts/login/" in page.url


def test_a_forged_signature_is_refused(page: Page, site: str, official: None):
    add_authenticator(page)
    sign_in_with_password(page, site)
    page.goto(f"{site}/accounts/2fa/webauthn/add/")
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")
    page.context.clear_cookies()
    sent: list[str] = []

    def tamper(route, request):
        if request.method != "POST":
            route.continue_()
            return
        form = {name: values[0] for name, values in parse_qs(request.post_data).items()}
        credential = json.loads(form["credential"])
        signature = credential["response"]["signature"]
        credential["response"]["signature"] = signature[:-4] + (
            "AAAA" if signature[-4:] != "AAAA" else "BBBB"
        )
        form["credential"] = json.dumps(credential)
        sent.append(form["credential"])
        route.continue_(post_data=urlencode(form))

    page.route("**/2fa/webauthn/login/", tamper)
    page.goto(f"{site}/accounts/login/")
    with page.expect_response(
        lambda answer: "webauthn/login" in answer.url and answer.request.method == "POST"
    ) as posted:
        page.get_by_role("button", name="パスキーでサインイン").click()
    assert posted.value.status == 302
    page.get_by_role("alert").or_(page.get_by_text("コード")).first.wait_for()
    page.goto(f"{site}/staff/people/")
    assert sent
    assert "/accounts/login/" in page.url
