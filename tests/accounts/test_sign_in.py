"""E-mail and password: limits, equal answers, resets, sign-up, sessions."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.test import Client

from portal.accounts.models import Assignment, User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.models import AuditRow
from tests.accounts import totp
from tests.accounts.test_second_factor import enrol, sign_in_by_form
from tests.support.people import PASSWORD, assign, make_person, sign_in

NEW_PASSWORD = "旋盤とフライス盤-7421"


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_sign_in_and_out(client: Client):
    make_person("a@example.jp")
    assert sign_in_by_form(client, "A@Example.jp")["Location"] == "/accounts/landing/"
    assert signed_in(client)
    client.post("/accounts/logout/")
    assert not signed_in(client)


def test_thirty_wrong_passwords_are_limited_and_then_the_right_one_too(client: Client):
    make_person("a@example.jp")
    answers = [
        sign_in_by_form(client, "a@example.jp", f"wrong-{number}").content.decode()
        for number in range(30)
    ]
    assert "多すぎます" not in answers[4]
    assert all("ログイン失敗が連続しています" in text for text in answers[5:10])
    assert sign_in_by_form(client, "a@example.jp").status_code in {200, 429}
    assert not signed_in(client)


@pytest.mark.parametrize("forged", [False, True])
def test_an_address_is_limited_whatever_it_claims_to_be(client: Client, forged: bool):
    make_person("last@example.jp")
    for number in range(10):
        headers = {"X-Forwarded-For": f"198.51.100.{number}"} if forged else {}
        client.post(
            "/accounts/login/",
            {"login": f"someone{number}@example.jp", "password": "wrong"},
            headers=headers,
        )
    headers = {"X-Forwarded-For": "198.51.100.99"} if forged else {}
    client.post(
        "/accounts/login/",
        {"login": "last@example.jp", "password": PASSWORD},
        headers=headers,
    )
    assert not signed_in(client)


def test_behind_one_proxy_the_address_it_reports_is_counted(client: Client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    make_person("last@example.jp")
    for number in range(10):
        client.post(
            "/accounts/login/",
            {"login": f"someone{number}@example.jp", "password": "wrong"},
            headers={"X-Forwarded-For": f"203.0.113.{number}, 198.51.100.7"},
        )
    data = {"login": "last@example.jp", "password": PASSWORD}
    client.post("/accounts/login/", data, headers={"X-Forwarded-For": "9.9.9.9, 198.51.100.7"})
    assert not signed_in(client)
    client.post("/accounts/login/", data, headers={"X-Forwarded-For": "198.51.100.8"})
    assert signed_in(client)


def test_every_allowed_host_counts_in_the_same_place(client: Client, settings):
    settings.ALLOWED_HOSTS = ["a.example", "b.example"]
    make_person("a@example.jp")
    for host in ("a.example", "b.example") * 3:
        client.post(
            "/accounts/login/", {"login": "a@example.jp", "password": "x"}, headers={"host": host}
        )
    client.post(
        "/accounts/login/",
        {"login": "a@example.jp", "password": PASSWORD},
        headers={"host": "b.example"},
    )
    assert not signed_in(client)


def _without_tokens(page: str, *addresses: str) -> str:
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)
    for address in addresses:
        page = page.replace(address, "ADDRESS")
    return page


def test_known_and_unknown_addresses_get_the_same_answers(client: Client):
    make_person("known@example.jp")
    pages = []
    for address in ("known@example.jp", "unknown@example.jp"):
        mail.outbox.clear()
        visitor = Client()
        signed = sign_in_by_form(visitor, address, "wrong")
        reset = visitor.post("/accounts/password/reset/", {"email": address}, follow=True)
        signup = Client().post(
            "/accounts/signup/",
            {"email": address, "name": "試す人", "password1": NEW_PASSWORD},
            follow=True,
        )
        pages.append(
            [
                (
                    answer.status_code,
                    answer.redirect_chain if hasattr(answer, "redirect_chain") else 0,
                )
                for answer in (signed, reset, signup)
            ]
            + [_without_tokens(a.content.decode(), address) for a in (signed, reset, signup)]
            + [[m.to == [address] for m in mail.outbox]]
        )
    assert pages[0] == pages[1]
    assert pages[0][-1] == [True, True]


def test_sign_up_confirms_the_address_first_and_gives_no_role(client: Client):
    data = {
        "email": "new@example.jp",
        "name": "新田 新",
        "password1": NEW_PASSWORD,
        # What a form never asks is never taken.
        "role": Role.APPROVER,
        "is_superuser": "on",
        "ward_id": "13107",
    }
    assert client.post("/accounts/signup/", data)["Location"] == "/accounts/confirm-email/"
    user = User.objects.get(email="new@example.jp")
    assert (user.name, user.is_superuser, user.language) == ("新田 新", False, "ja")
    assert not Assignment.objects.filter(user=user).exists()
    assert sign_in_by_form(client, "new@example.jp", NEW_PASSWORD)["Location"].startswith(
        "/accounts/confirm-email/"
    )
    assert not signed_in(client)
    link = re.search(r"https?://\S+/accounts/confirm-email/\S+/", mail.outbox[0].body)[0]
    visitor = Client()
    visitor.post(link[link.index("/accounts/") :])
    assert sign_in_by_form(visitor, "new@example.jp", NEW_PASSWORD)["Location"] == (
        "/accounts/landing/"
    )
    assert visitor.get("/own/").json()["hat"] == "public"
    assert visitor.get("/staff/people/").status_code == 404


def test_links_in_mails_are_on_our_site_whatever_the_host(client: Client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    settings.SITE_URL = "https://portal.example.lg.jp"
    make_person("a@example.jp")
    client.post(
        "/accounts/password/reset/", {"email": "a@example.jp"}, headers={"host": "evil.test"}
    )
    assert "https://portal.example.lg.jp/accounts/password/reset/key/" in mail.outbox[0].body
    assert "evil.test" not in mail.outbox[0].body


def _reset(client: Client, email: str) -> None:
    mail.outbox.clear()
    client.post("/accounts/password/reset/", {"email": email})
    path = re.search(r"/accounts/password/reset/key/\S+/", mail.outbox[0].body)[0]
    form = client.get(path, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})


def test_a_reset_never_gets_round_the_second_factor(client: Client):
    user = assign(make_person("a@example.jp"), Role.REVIEWER, ward_id=13107)
    seed = enrol(user)
    _reset(client, user.email)
    user.refresh_from_db()
    assert user.check_password(NEW_PASSWORD)
    assert not signed_in(client)
    assert sign_in_by_form(client, user.email, NEW_PASSWORD)["Location"] == (
        "/accounts/2fa/authenticate/"
    )
    assert not signed_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": totp.code(seed)})
    assert client.get("/own/").status_code == 200


def test_a_reset_and_a_new_password_end_all_other_sessions(client: Client):
    user = make_person("a@example.jp")
    first, second = Client(), Client()
    sign_in(first, user)
    _reset(client, user.email)
    assert first.get("/own/").status_code == 302

    user.refresh_from_db()
    sign_in(first, user)
    sign_in(second, user)
    data = {
        "oldpassword": NEW_PASSWORD,
        "password1": "別の-長いパスワード-99",
        "password2": "別の-長いパスワード-99",
    }
    assert first.post("/accounts/password/change/", data).status_code == 302
    assert first.get("/own/").status_code == 200
    assert second.get("/own/").status_code == 302


def test_short_and_common_passwords_are_refused(client: Client):
    for password in ("みじかい", "password1234"):
        data = {"email": "a@example.jp", "name": "試す人", "password1": password}
        assert client.post("/accounts/signup/", data).status_code == 200
    assert not User.objects.filter(email="a@example.jp").exists()


def test_sessions_are_listed_and_ended_by_the_person(client: Client):
    user = make_person("a@example.jp")
    other = Client(headers={"user-agent": "Other Browser"})
    sign_in_by_form(other, user.email)
    sign_in_by_form(client, user.email)
    assert "Other Browser" in client.get("/accounts/sessions/").content.decode()
    client.post("/accounts/sessions/")
    assert other.get("/own/").status_code == 302
    assert client.get("/own/").status_code == 200


def test_the_trail_tells_of_sign_ins_without_addresses(client: Client):
    user = make_person("canary-address@example.jp")
    sign_in_by_form(client, user.email, "wrong")
    sign_in_by_form(client, user.email)
    rows = list(AuditRow.objects.filter(action__startswith="accounts.").order_by("pk"))
    assert [row.action for row in rows] == ["accounts.sign_in_failed", "accounts.signed_in"]
    assert rows[1].actor_id == user.pk
    assert rows[1].detail == {"methods": ["password"]}
    assert not any("canary-address" in str(vars(row)) for row in rows)


def test_weighty_acts_ask_for_proof_that_is_five_minutes_old_at_most(client: Client):
    sign_in(client, make_person("a@example.jp"))
    assert client.post("/weighty/", {"amount": "5"}).json() == {"done": "5"}
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()
    answer = client.post("/weighty/", {"amount": "500000"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/reauthenticate/?next=%2Fweighty%2F"
    # The form that was put aside is carried out after the password, nothing is typed again.
    done = client.post("/accounts/reauthenticate/?next=/weighty/", {"password": PASSWORD})
    assert done.json() == {"done": "500000"}


@pytest.mark.parametrize(
    ("role", "minutes", "alive"),
    [
        (None, 59, True),
        (None, 60, False),
        (Role.REVIEWER, 14, True),
        (Role.REVIEWER, 15, False),
    ],
)
def test_an_idle_session_ends(client: Client, monkeypatch, role, minutes, alive):
    user = make_person("a@example.jp")
    if role:
        assign(user, role, ward_id=13107)
    sign_in(client, user)
    client.get("/own/")
    later = clock.now() + dt.timedelta(minutes=minutes)
    monkeypatch.setattr(clock, "now", lambda: later)
    answer = client.get("/own/?tab=2")
    assert (answer.status_code == 200) is alive
    if not alive:
        assert answer["Location"] == "/accounts/login/?next=%2Fown%2F%3Ftab%3D2"
        assert not signed_in(client)


def test_a_session_ends_after_twelve_hours_however_busy(client: Client, monkeypatch):
    sign_in(client, make_person("a@example.jp"))
    start = clock.now()
    statuses = []
    for half_hours in range(25):
        moment = start + dt.timedelta(minutes=30 * half_hours)
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        statuses.append(client.get("/own/").status_code)
    assert statuses == [200] * 24 + [302]


def test_a_form_in_an_ended_session_leads_back_to_its_page(client: Client, monkeypatch):
    sign_in(client, make_person("a@example.jp"))
    client.get("/own/")
    later = clock.now() + dt.timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    answer = client.post("/weighty/", headers={"referer": "http://testserver/own/"})
    assert answer["Location"] == "/accounts/login/?next=%2Fown%2F"


def test_pages_of_the_account_are_never_stored(client: Client):
    sign_in(client, make_person("a@example.jp"))
    answer = client.get("/own/")
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    anonymous = Client().get("/")
    assert "no-store" not in anonymous.get("Cache-Control", "")
    for response in (answer, anonymous, Client().get("/nowhere/")):
        assert "camera=()" in response["Permissions-Policy"]
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"
        assert response["X-Frame-Options"] == "DENY"
