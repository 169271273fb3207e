"""What GビズID's claims mean, and what an account may do with them."""

import os
import subprocess
import sys

import pytest
from django.core.checks import Error
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from portal.accounts.gbizid.checks import gbizid_settings
from portal.accounts.gbizid.identity import AccountType, CorpType, Level, may_submit, read
from portal.accounts.gbizid.refusals import Refused

NUMBER = "4011001098993"


def claims(account: object, corp: object, **more: object) -> dict:
    return {"account_type": account, "corp_type": corp, "corporate_number": NUMBER} | more


def test_prime_of_a_corporation() -> None:
    found = read("s", claims("2", "1"))
    assert (found.account_type, found.corp_type) == (AccountType.PRIME, CorpType.CORPORATION)
    assert found.corporate_number == found.organisation == NUMBER
    assert found.level == Level.PROVEN
    assert may_submit(found)


def test_member_belongs_to_the_organisation_of_its_parent() -> None:
    assert read("m", claims(3, 1, parent_id="p")).organisation == NUMBER
    sole = read("m", claims("3", "2", parent_id="p"))
    assert sole.organisation == read("p", claims("2", "2")).organisation == "gbizid:p"
    assert may_submit(sole)


def test_entry_account_may_draft_only_and_proves_no_number() -> None:
    """Anybody can write any corporate number into an entry account."""
    found = read("s", claims("1", "1"))
    assert found.corporate_number == ""
    assert found.level == Level.DECLARED
    assert not may_submit(found)


def test_without_gbizid_the_membership_decides() -> None:
    assert may_submit(None)


def test_what_is_stored_reads_back() -> None:
    for account in AccountType:
        for corp in CorpType:
            found = read("s", claims(int(account), int(corp), parent_id="p"))
            assert read("s", found.stored()) == found


@pytest.mark.parametrize("account", ["0", "4", "", None, "prime", True, [2]])
def test_unknown_account_type_is_refused(account: object) -> None:
    with pytest.raises(Refused):
        read("s", claims(account, "1"))


@given(st.text(max_size=16))
def test_no_odd_number_is_taken_for_proven(number: str) -> None:
    """Whatever comes, an accepted number is 13 digits with the right check digit."""
    try:
        accepted = read("s", claims("2", "1", corporate_number=number)).corporate_number
    except Refused:
        return
    digits = [int(digit) for digit in accepted]
    assert len(digits) == 13
    weighted = sum(d * (1 + i % 2) for i, d in enumerate(reversed(digits[1:])))
    assert digits[0] == 9 - weighted % 9


def test_half_a_configuration_is_found_at_start(settings: Settings) -> None:
    assert gbizid_settings() == []
    settings.GBIZID_CLIENT_ID = "portal"
    settings.GBIZID_CLIENT_SECRET = ""
    settings.GBIZID_ISSUER = "http://gbiz-id.example/oauth/"
    settings.GBIZID_SCOPES = ["profile"]
    found = gbizid_settings()
    assert all(isinstance(error, Error) for error in found)
    assert [error.id for error in found] == ["gbizid.E001", "gbizid.E002", "gbizid.E003"]


@pytest.mark.parametrize(
    ("client_id", "form_action"), [("", "'self'"), ("portal", "'self' https://gbiz-id.go.jp")]
)
def test_browser_may_follow_the_button_only_where_configured(
    client_id: str, form_action: str
) -> None:
    """Chromium applies form-action to the redirect after a POST; settings are read at start."""
    program = (
        "from portal.settings import base;"
        "print(*[str(getattr(s, 'value', s)) for s in base.SECURE_CSP['form-action']])"
    )
    environment = os.environ | {"GBIZID_CLIENT_ID": client_id}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == form_action
