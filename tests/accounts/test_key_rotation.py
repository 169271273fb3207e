"""After `rotate_data_keys` the old data key may go: second factors still open."""

import base64
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.management import call_command
from django.test import Client

from portal.accounts import sealing
from tests.accounts import totp
from tests.accounts.test_second_factor import enrol, sign_in_by_form
from tests.support.people import make_person

NEW = "fresh:" + base64.b64encode(bytes(range(32))).decode()
PASSKEY = {"name": "aesgcm: 私の鍵", "credential": {"id": "x"}}


def rotate() -> str:
    out = StringIO()
    call_command("rotate_data_keys", stdout=out)
    return out.getvalue()


@pytest.fixture
def rotated(client: Client, settings) -> dict:
    """A person with an app and recovery codes, one used, and a colleague's oddly named passkey."""
    user = make_person("a@example.jp")
    seed = enrol(user)
    codes = RecoveryCodes.activate(user)
    first, *rest = codes.get_unused_codes()
    assert codes.validate_code(first)
    colleague = make_person("key@example.jp")
    Authenticator.objects.create(user=colleague, type="webauthn", data=PASSKEY)
    settings.DATA_KEYS = [NEW, *settings.DATA_KEYS]
    said = rotate()
    settings.DATA_KEYS = [NEW]
    return {"user": user, "seed": seed, "used": first, "codes": rest, "said": said}


def test_an_app_still_signs_in_when_the_old_key_is_gone(client: Client, rotated):
    assert "seeds of second factors: 2\n" in rotated["said"]
    sign_in_by_form(client, "a@example.jp")
    done = client.post("/accounts/2fa/authenticate/", {"code": totp.code(rotated["seed"])})
    assert done["Location"] == "/accounts/landing/"
    assert client.get("/own/").json()["user"] == rotated["user"].pk


def test_recovery_codes_stay_what_they_were(client: Client, rotated):
    for code, opens in ((rotated["used"], False), (rotated["codes"][0], True)):
        sign_in_by_form(client, "a@example.jp")
        client.post("/accounts/2fa/authenticate/", {"code": code})
        assert ("_auth_user_id" in client.session) is opens, code


def test_nothing_remains_under_the_old_key_and_passkeys_are_left_alone(rotated):
    data = {row.type: row.data for row in Authenticator.objects.all()}
    assert data["totp"]["secret"].startswith("aesgcm:fresh:")
    assert data["recovery_codes"]["seed"].startswith("aesgcm:fresh:")
    assert data["recovery_codes"]["used_mask"] == 1
    assert data["webauthn"] == PASSKEY
    assert "seeds of second factors: 0\n" in rotate()


def test_codes_brought_from_elsewhere_are_sealed_anew_too(client: Client, settings):
    user = make_person("b@example.jp")
    sealed = [sealing.seal(code, purpose=sealing.SEED_PURPOSE) for code in ("11112222", "33334444")]
    Authenticator.objects.create(user=user, type="recovery_codes", data={"migrated_codes": sealed})
    settings.DATA_KEYS = [NEW, *settings.DATA_KEYS]
    rotate()
    settings.DATA_KEYS = [NEW]
    kept = RecoveryCodes(Authenticator.objects.get(user=user)).get_unused_codes()
    assert kept == ["11112222", "33334444"]


def test_a_damaged_seed_stops_the_rotation_and_changes_nothing(client: Client, settings):
    for email in ("a@example.jp", "b@example.jp"):
        enrol(make_person(email))
    broken = Authenticator.objects.get(user__email="b@example.jp")
    broken.data["secret"] = broken.data["secret"][:-8] + "AAAAAAA="
    broken.save()
    before = list(Authenticator.objects.order_by("pk").values_list("data", flat=True))
    settings.DATA_KEYS = [NEW, *settings.DATA_KEYS]
    with pytest.raises(sealing.Unreadable):
        rotate()
    assert list(Authenticator.objects.order_by("pk").values_list("data", flat=True)) == before
