"""The end of a session is said beforehand and can be put off (WCAG 2.2.1)."""

import datetime as dt

import pytest
from django.core.checks import run_checks
from django.test import Client

from portal.accounts.roles import Role
from portal.kernel import clock
from tests.support.people import assign, make_person, sign_in

PATH = "/accounts/session/"


@pytest.fixture
def wait(monkeypatch):
    """`wait(minutes=…)`: time goes on, and only by that, however slow the machine is."""
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)

    def later(**time):
        nonlocal moment
        moment += dt.timedelta(**time)

    return later


@pytest.fixture
def official(client: Client, wait):
    """Signed in after the clock was stopped: the session's own marks are of that moment too."""
    return sign_in(client, assign(make_person("a@example.jp"), Role.REVIEWER, ward_id=13107))


def test_looking_tells_what_is_left_and_does_not_prolong(client: Client, official, wait):
    client.get("/own/")
    for minutes in (5, 5):
        wait(minutes=minutes)
        left = client.get(PATH).json()
    assert left["idle"] == pytest.approx(5 * 60, abs=2)
    assert left["all"] == pytest.approx(12 * 3600 - 600, abs=2)
    wait(minutes=5, seconds=2)
    assert client.get(PATH)["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in client.session


def test_going_on_prolongs(client: Client, official, wait):
    client.get("/own/")
    for _ in range(4):
        wait(minutes=14)
        assert client.post(PATH).json()["idle"] == pytest.approx(15 * 60, abs=2)
    assert client.get("/own/").status_code == 200


def test_nothing_prolongs_beyond_the_day(client: Client, official, wait):
    client.get("/own/")
    for _ in range(71):
        wait(minutes=10)
        client.post(PATH)
    assert client.post(PATH).json()["all"] == pytest.approx(600, abs=2)
    wait(minutes=10, seconds=2)
    assert client.post(PATH).status_code == 302


def test_visitors_have_no_session_to_ask_about(client: Client):
    assert client.get(PATH)["Location"].startswith("/accounts/login/")


def test_it_answers_before_the_second_factor_too(client: Client):
    user = assign(make_person("b@example.jp"), Role.REVIEWER, ward_id=13107)
    sign_in(client, user, factors=())
    assert client.get(PATH).json()["idle"] > 0


@pytest.mark.parametrize(
    ("role", "language", "words"),
    [
        (None, "ja", "操作がないまま1時間たつと、安全のため自動的にサインアウトします"),
        (Role.REVIEWER, "ja", "操作がないまま15分たつと"),
        (Role.REVIEWER, "en", "after 15 minutes without activity (at most 12 hours after"),
    ],
)
def test_every_page_says_how_long(client: Client, role, language: str, words: str):
    user = make_person("c@example.jp", language=language)
    if role:
        assign(user, role, ward_id=13107)
    sign_in(client, user)
    shown = client.get("/accounts/me/").content.decode()
    assert words in shown
    assert "session.js" in shown


def test_the_page_counts_from_what_the_server_counts(client: Client, official, wait):
    """A request within the minute is not written down: the page must not promise more."""
    client.get("/own/")
    wait(seconds=50)
    shown = client.get("/accounts/me/").content.decode()
    assert f'data-idle="{15 * 60 - 50}"' in shown


def test_visitors_pages_say_nothing_of_it(client: Client):
    assert "session.js" not in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize(("seconds", "faults"), [(180, 0), (20, 0), (19, 1), (900, 1)])
def test_a_warning_that_cannot_work_is_refused(settings, seconds: int, faults: int):
    settings.SESSION_WARNING_SECONDS = seconds
    assert len([e for e in run_checks() if e.id == "accounts.E003"]) == faults
