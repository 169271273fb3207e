"""Signing in, signing up and connecting, at a provider made by others and over real HTTP."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client
from pytest_django.fixtures import Settings

from portal.accounts.factors import has_second_factor
from portal.accounts.gbizid.identity import AccountType, CorpType
from portal.accounts.gbizid.selectors import identity_of
from portal.accounts.models import User
from portal.kernel.models import AuditRow
from tests.accounts.oidc.conftest import set_person
from tests.accounts.oidc.hostile import CLIENT_ID, Provider
from tests.accounts.oidc.journey import (
    CALLBACK,
    LOGIN,
    agree,
    an_hour_passes,
    person,
    set_out,
    signed_in_as,
    travel,
)

NUMBER = "4011001098993"
PRIME = {
    "account_type": "2",
    "corp_type": "1",
    "corporate_number": NUMBER,
    "email": "prime@example.jp",
    "name": "株式会社みほん製作所",
    "user_last_nm": "見本",
    "user_first_nm": "太郎",
    "birthday_ymd": "19700101",
    "rep_last_nm": "代表",
}


def test_request_is_complete(client: Client, foreign_provider: str) -> None:
    address = set_out(client)
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(f"{foreign_provider}/oauth2/authorize?")
    assert query["response_type"] == "code"
    assert query["client_id"] == CLIENT_ID
    assert query["redirect_uri"] == f"http://testserver{CALLBACK}"
    assert query["scope"] == "openid profile email"
    assert query["code_challenge_method"] == "S256"
    assert min(len(query[name]) for name in ("state", "nonce", "code_challenge")) >= 43


def test_known_person_signs_in(client: Client, foreign_provider: str, identified: list) -> None:
    user = person("prime@example.jp", subject="prime-1")
    set_person(foreign_provider, "prime-1", PRIME)
    response = client.get(agree(set_out(client), "prime-1"))
    assert response.status_code == 302
    assert signed_in_as(client) == user.pk
    [(told, identity)] = identified
    assert told == user
    assert (identity.account_type, identity.corp_type) == (AccountType.PRIME, CorpType.CORPORATION)
    assert identity.corporate_number == NUMBER
    assert identity_of(user) == identity


def test_only_the_minimum_is_kept(client: Client, foreign_provider: str) -> None:
    person("prime@example.jp", subject="prime-1")
    set_person(foreign_provider, "prime-1", PRIME)
    client.get(agree(set_out(client), "prime-1"))
    kept = SocialAccount.objects.get(uid="prime-1").extra_data
    assert kept == {
        "account_type": 2,
        "corp_type": 1,
        "corporate_number": NUMBER,
        "parent_id": "",
    }
    assert not SocialToken.objects.exists()
    assert "access_token" not in str(dict(client.session))
    assert "19700101" not in str(dict(client.session))


def test_newcomer_gets_an_account_after_confirming_the_mail(
    client: Client, foreign_provider: str, mailoutbox: list
) -> None:
    set_person(foreign_provider, "new-1", PRIME | {"email": "new@example.jp"})
    client.get(agree(set_out(client), "new-1"))
    user = User.objects.get(email="new@example.jp")
    assert user.name == "見本 太郎"
    assert not user.has_usable_password()
    assert signed_in_as(client) is None  # GビズID did not say that it confirmed the address
    assert [mail.to for mail in mailoutbox] == [["new@example.jp"]]
    assert SocialAccount.objects.get(user=user).uid == "new-1"


def test_newcomer_with_confirmed_mail_is_in_at_once(
    client: Client, foreign_provider: str, identified: list
) -> None:
    claims = PRIME | {"email": "new@example.jp", "email_verified": True}
    set_person(foreign_provider, "new-1", claims)
    client.get(agree(set_out(client), "new-1"))
    user = User.objects.get(email="new@example.jp")
    assert signed_in_as(client) == user.pk
    assert [(told.pk, found.corporate_number) for told, found in identified] == [(user.pk, NUMBER)]


def test_newcomer_without_mail_is_asked_for_one(client: Client, provider: Provider) -> None:
    provider.userinfo = {"email": None}
    response = travel(client)
    assert response["Location"] == "/accounts/3rdparty/signup/"
    assert "19700101" not in str(dict(client.session))
    client.post(response["Location"], {"email": "typed@example.jp"})
    user = User.objects.get(email="typed@example.jp")
    assert SocialAccount.objects.get(user=user).uid == "honest-person"
    assert signed_in_as(client) is None  # until the address is confirmed


@pytest.mark.parametrize("verified", [True, False])
def test_same_mail_never_merges(client: Client, foreign_provider: str, verified: bool) -> None:
    """ASVS 6.8.1: an account of that e-mail is neither opened nor connected."""
    person("prime@example.jp")
    set_person(foreign_provider, "stranger", PRIME | {"email_verified": verified})
    response = client.get(agree(set_out(client), "stranger"))
    assert response.status_code == 409
    assert "すでに登録されています" in response.content.decode()
    assert signed_in_as(client) is None
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == 1
    assert AuditRow.objects.latest("pk").detail["reason"] == "email_taken"


def test_same_subject_elsewhere_never_merges(client: Client, foreign_provider: str) -> None:
    other = person("other@example.jp", subject="prime-1", provider="another")
    set_person(foreign_provider, "prime-1", PRIME | {"email_verified": True})
    client.get(agree(set_out(client), "prime-1"))
    assert signed_in_as(client) not in (None, other.pk)
    assert SocialAccount.objects.filter(uid="prime-1").count() == 2


def test_connecting_needs_fresh_authentication_and_merges_nothing(
    client: Client, foreign_provider: str, identified: list
) -> None:
    user = person("local@example.jp")
    user.set_password("a long pass phrase")
    user.save()
    client.post("/accounts/login/", {"login": user.email, "password": "a long pass phrase"})
    assert signed_in_as(client) == user.pk
    an_hour_passes(client)
    set_person(foreign_provider, "prime-1", PRIME)
    back = agree(set_out(client, LOGIN, process="connect"), "prime-1")
    response = client.get(back)
    assert not SocialAccount.objects.exists()
    assert response["Location"].startswith("/accounts/reauthenticate/")
    client.post("/accounts/reauthenticate/", {"password": "a long pass phrase"})
    assert SocialAccount.objects.get(user=user).uid == "prime-1"
    assert signed_in_as(client) == user.pk
    assert [told for told, _ in identified] == [user]
    assert list(EmailAddress.objects.values_list("email", flat=True)) == ["local@example.jp"]


def test_disabled_person_stays_out(client: Client, foreign_provider: str) -> None:
    user = person("prime@example.jp", subject="prime-1")
    user.is_active = False
    user.save()
    set_person(foreign_provider, "prime-1", PRIME)
    client.get(agree(set_out(client), "prime-1"))
    assert signed_in_as(client) is None


@pytest.mark.parametrize(
    ("amr", "shown"),
    [
        (None, False),
        ([], False),
        ("mfa", False),
        (["pwd"], False),
        (["otp", "sms"], False),
        (["mfa"], True),
        (["pwd", "otp"], True),
        (["face", "hwk"], True),
    ],
)
def test_second_factor_only_if_amr_shows_it(
    client: Client, provider: Provider, amr: object, shown: bool
) -> None:
    person("honest@example.jp", subject="honest-person")
    provider.claims = {"amr": amr}
    request = travel(client).wsgi_request
    assert signed_in_as(client) is not None
    assert has_second_factor(request) is shown


def test_amr_in_userinfo_counts_for_nothing(client: Client, provider: Provider) -> None:
    person("honest@example.jp", subject="honest-person")
    provider.userinfo = {"amr": ["mfa"]}
    assert not has_second_factor(travel(client).wsgi_request)


def test_answer_is_used_once_and_in_one_browser(client: Client, provider: Provider) -> None:
    person("honest@example.jp", subject="honest-person")
    back = agree(set_out(client))
    stranger = Client()
    assert stranger.get(back).status_code == 400
    assert signed_in_as(stranger) is None
    client.get(back)
    assert signed_in_as(client) is not None
    client.post("/accounts/logout/")
    assert client.get(back).status_code == 400
    assert signed_in_as(client) is None


def test_cancelling_is_no_alarm(client: Client, provider: Provider) -> None:
    state = parse_qs(urlsplit(set_out(client)).query)["state"][0]
    response = client.get(CALLBACK, {"error": "access_denied", "state": state})
    assert response.status_code == 200
    assert "取りやめました" in response.content.decode()
    assert not AuditRow.objects.filter(action="signin.refused").exists()


def test_error_text_of_the_provider_is_not_shown(client: Client, provider: Provider) -> None:
    state = parse_qs(urlsplit(set_out(client)).query)["state"][0]
    evil = {"error": "server_error", "error_description": "call 0120-555", "state": state}
    response = client.get(CALLBACK, evil)
    assert response.status_code == 403
    assert "0120" not in response.content.decode().partition("<main")[2]


def test_unreachable_provider_is_said_plainly(
    client: Client, settings: Settings, provider: Provider
) -> None:
    settings.GBIZID_ISSUER = "http://127.0.0.1:9"
    response = client.post(LOGIN)
    assert response.status_code == 424
    assert "GビズIDにつながりません" in response.content.decode()


def test_settings_show_and_end_the_connection(client: Client, provider: Provider) -> None:
    user = person("honest@example.jp", subject="honest-person")
    travel(client)
    page = client.get("/accounts/me/").content.decode()
    assert f"GビズIDプライム {NUMBER}" in page
    connections = client.get("/accounts/3rdparty/")
    assert f"GビズIDプライム {NUMBER}の接続をやめる" in connections.content.decode()
    account = SocialAccount.objects.get(user=user)
    # The only way in is not taken away ...
    client.post("/accounts/3rdparty/", {"account": account.pk})
    assert SocialAccount.objects.filter(pk=account.pk).exists()
    # ... but another one, once the person has proven who they are.
    user.set_password("a long pass phrase")
    user.save()
    another = Client()
    another.post("/accounts/login/", {"login": user.email, "password": "a long pass phrase"})
    another.post("/accounts/3rdparty/", {"account": account.pk})
    assert not SocialAccount.objects.filter(pk=account.pk).exists()


@pytest.mark.parametrize("path", [LOGIN, CALLBACK])
def test_nothing_there_without_configuration(client: Client, db: None, path: str) -> None:
    assert client.get(path).status_code == 404


def test_link_alone_starts_nothing(client: Client, provider: Provider) -> None:
    response = client.get(f"{LOGIN}?next=/settings/language/")
    assert response.status_code == 200
    assert provider.authorized == []
    assert "socialaccount_states" not in client.session


def test_button_only_where_configured(client: Client, provider: Provider) -> None:
    assert LOGIN in client.get("/accounts/login/").content.decode()


def test_no_button_otherwise(client: Client, db: None) -> None:
    assert LOGIN not in client.get("/accounts/login/").content.decode()


def test_refusal_leaves_no_personal_data(
    client: Client, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.userinfo = {"sub": "canary-subject", "email": "canary@example.jp"}
    travel(client)
    row = AuditRow.objects.latest("pk")
    written = f"{caplog.text} {row.detail} {row.object_label} {row.reason}"
    assert "refused: subject" in caplog.text
    assert "canary" not in written
