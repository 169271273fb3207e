"""The gate looks at what this session has proven; seeds, codes and sessions of factors."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from portal.accounts import sealing
from portal.accounts.models import User
from portal.accounts.roles import STAFF_ROLES, WARD_ROLES, Role
from tests.accounts import totp
from tests.support.people import PASSWORD, assign, make_person, sign_in

SUMIDA = 13107
# allauth tells of a new factor only once the transaction is committed.
AFTER_COMMIT = pytest.mark.django_db(transaction=True)


def enrol(user: User) -> str:
    """An authenticator app for `user`; returns its seed."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    seed = generate_totp_secret()
    TOTP.activate(user, seed)
    return seed


def sign_in_by_form(client: Client, email: str, password: str = PASSWORD):
    return client.post("/accounts/login/", {"login": email, "password": password})


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_no_staff_page_without_a_second_factor(client: Client, role: Role):
    ward = SUMIDA if role in WARD_ROLES else None
    sign_in(client, assign(make_person("a@example.jp"), role, ward_id=ward), factors=())
    for path in ("/", "/own/", "/staff/people/", "/accounts/me/", "/accounts/hat/"):
        assert client.get(path)["Location"] == "/accounts/second-factor/", path
    assert client.post("/own/").status_code == 403
    assert client.get("/accounts/second-factor/").status_code == 200


@pytest.mark.parametrize("factor", ["totp", "webauthn", "recovery_codes", "gbizid"])
def test_any_proven_factor_opens(client: Client, factor: str):
    person = assign(make_person("a@example.jp"), Role.REVIEWER, ward_id=SUMIDA)
    sign_in(client, person, factors=(factor,))
    assert client.get("/own/").status_code == 200


def test_enrolment_alone_does_not_open(client: Client):
    user = assign(make_person("a@example.jp"), Role.REVIEWER, ward_id=SUMIDA)
    enrol(user)
    sign_in(client, user, factors=())
    assert client.get("/own/")["Location"] == "/accounts/prove-again/?next=%2Fown%2F"
    # Nor may a password-only session enrol another one, or see the pages of the first.
    for path in ("/accounts/second-factor/", "/accounts/2fa/", "/accounts/2fa/webauthn/add/"):
        assert client.get(path)["Location"].startswith("/accounts/prove-again/"), path
    step = client.get("/accounts/prove-again/?next=/own/")
    assert step["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fown%2F"


def test_proving_the_factor_opens_the_same_session(client: Client):
    user = assign(make_person("a@example.jp"), Role.REVIEWER, ward_id=SUMIDA)
    seed = enrol(user)
    sign_in(client, user, factors=())
    wrong = client.post("/accounts/2fa/reauthenticate/?next=/own/", {"code": "000000"})
    assert wrong.status_code == 200
    assert client.get("/own/").status_code == 302
    right = client.post("/accounts/2fa/reauthenticate/?next=/own/", {"code": totp.code(seed)})
    assert right["Location"] == "/own/"
    assert client.get("/own/").status_code == 200


def test_another_persons_record_does_not_count(client: Client):
    user = sign_in(client, assign(make_person("a@example.jp"), Role.REVIEWER, ward_id=SUMIDA))
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk + 1)
    session.save()
    assert client.get("/own/").status_code == 302


def test_the_demonstrations_record_is_worthless_outside_it(client: Client):
    sign_in(client, assign(make_person("a@example.jp"), Role.REVIEWER, ward_id=SUMIDA))
    session = client.session
    for record in session["account_authentication_methods"]:
        record["demo"] = True
    session.save()
    assert client.get("/own/").status_code == 302


def test_firms_are_not_asked(client: Client):
    sign_in(client, make_person("firm@example.jp"), factors=())
    assert client.get("/own/").status_code == 200


@pytest.mark.parametrize(
    ("role", "factors", "status"),
    [
        (Role.WARD_ADMIN, ("totp",), 200),
        (Role.WARD_ADMIN, (), 302),
        (Role.REVIEWER, ("totp",), 200),
        (Role.LAB_STAFF, ("totp",), 404),
        (None, ("totp",), 404),
    ],
)
def test_the_editor_is_for_few_and_never_without_a_factor(client: Client, role, factors, status):
    user = make_person("a@example.jp")
    if role:
        assign(user, role, ward_id=SUMIDA)
    sign_in(client, user, factors=factors)
    assert client.get("/cms/pages/").status_code == status


def test_the_editor_sends_strangers_to_the_one_sign_in_page(client: Client):
    assert client.get("/cms/pages/")["Location"] == "/accounts/login/?next=/cms/pages/"


def test_sign_in_with_a_code_and_no_replay_of_it(client: Client):
    user = assign(make_person("a@example.jp"), Role.REVIEWER, ward_id=SUMIDA)
    seed = enrol(user)
    code = totp.code(seed)
    assert sign_in_by_form(client, user.email)["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/own/").status_code == 302  # only half signed in
    done = client.post("/accounts/2fa/authenticate/", {"code": code})
    assert done["Location"] == "/accounts/landing/"
    assert client.get("/own/").status_code == 200

    other = Client()
    sign_in_by_form(other, user.email)
    replay = other.post("/accounts/2fa/authenticate/", {"code": code})
    assert replay.status_code == 200
    assert "_auth_user_id" not in other.session


def test_a_used_code_stays_used_for_as_long_as_it_would_be_taken(client: Client):
    user = make_person("a@example.jp")
    seed = enrol(user)
    code = totp.code(seed, steps=1)  # valid for up to 60 s yet; allauth forgets after 30
    sign_in_by_form(client, user.email)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert "_auth_user_id" in client.session
    cache.delete(f"allauth.mfa.totp.used?user={user.pk}&code={code}")
    other = Client()
    sign_in_by_form(other, user.email)
    other.post("/accounts/2fa/authenticate/", {"code": f"{code[:3]} {code[3:]}"})
    assert "_auth_user_id" not in other.session


def test_wrong_codes_are_limited(client: Client):
    user = make_person("a@example.jp")
    seed = enrol(user)
    sign_in_by_form(client, user.email)
    for _ in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    client.post("/accounts/2fa/authenticate/", {"code": totp.code(seed)})
    assert "_auth_user_id" not in client.session


@AFTER_COMMIT
def test_seeds_are_unreadable_in_the_database(client: Client):
    user = sign_in(client, make_person("a@example.jp"), factors=())
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    seed = re.search(r'value="([A-Z2-7]{32})"', page)[1]
    done = client.post("/accounts/2fa/totp/activate/", {"code": totp.code(seed)})
    assert done["Location"] == "/accounts/2fa/recovery-codes/"
    stored = {a.type: a.data for a in Authenticator.objects.filter(user=user)}
    assert set(stored) == {"totp", "recovery_codes"}
    assert seed not in json.dumps(stored)
    assert stored["totp"]["secret"].startswith("aesgcm:")
    assert stored["recovery_codes"]["seed"].startswith("aesgcm:")
    assert sealing.unseal(stored["totp"]["secret"], purpose="mfa.seed") == seed


@AFTER_COMMIT
def test_enrolling_opens_this_session_and_ends_the_others(client: Client):
    user = assign(make_person("a@example.jp"), Role.REVIEWER, ward_id=SUMIDA)
    other = Client()
    sign_in(other, user)
    assert other.get("/own/").status_code == 200
    sign_in(client, user, factors=())
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    seed = re.search(r'value="([A-Z2-7]{32})"', page)[1]
    client.post("/accounts/2fa/totp/activate/", {"code": totp.code(seed)})
    assert client.get("/own/").status_code == 200
    assert other.get("/own/")["Location"].startswith("/accounts/login/")


@AFTER_COMMIT
def test_recovery_codes_are_shown_once(client: Client):
    user = make_person("a@example.jp")
    enrol(user)
    sign_in(client, user)
    client.post("/accounts/2fa/recovery-codes/generate/")
    codes = r"\b\d{8}\b"
    assert (
        len(re.findall(codes, client.get("/accounts/2fa/recovery-codes/").content.decode())) == 10
    )
    assert not re.findall(codes, client.get("/accounts/2fa/recovery-codes/").content.decode())


def test_staff_keep_their_last_factor(client: Client):
    user = assign(make_person("a@example.jp"), Role.REVIEWER, ward_id=SUMIDA)
    enrol(user)
    sign_in(client, user)
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_removing_a_factor_asks_for_proof_again(client: Client):
    user = make_person("a@example.jp")
    enrol(user)
    sign_in(client, user)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()
    answer = client.post("/accounts/2fa/totp/deactivate/")
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_a_sealed_text_that_was_touched_raises(settings):
    sealed = sealing.seal("JBSWY3DPEHPK3PXP", purpose="a")
    assert sealing.unseal(sealed, purpose="a") == "JBSWY3DPEHPK3PXP"
    mark, key, payload = sealed.split(":")
    flipped = payload[:-6] + ("A" if payload[-6] != "A" else "B") + payload[-5:]
    for broken, purpose in (
        (sealed, "b"),
        (f"{mark}:{key}:{flipped}", "a"),
        (f"{mark}:gone:{payload}", "a"),
        ("JBSWY3DPEHPK3PXP", "a"),
    ):
        with pytest.raises(sealing.Unreadable):
            sealing.unseal(broken, purpose=purpose)


def test_a_new_key_seals_and_the_old_one_still_opens(settings):
    import base64

    old = sealing.seal("seed", purpose="a")
    fresh = base64.b64encode(bytes(range(32))).decode()
    settings.DATA_KEYS = [f"fresh:{fresh}", *settings.DATA_KEYS]
    assert sealing.seal("seed", purpose="a").startswith("aesgcm:fresh:")
    assert sealing.unseal(old, purpose="a") == "seed"
