"""Demonstration mode: one click per role, on this machine alone."""

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.test import Client

from portal.accounts import demo, selectors
from portal.accounts.models import Assignment, User
from portal.accounts.roles import FIRM_ROLES, Role
from portal.kernel import clock
from tests.support.people import assign, make_person

pytestmark = pytest.mark.usefixtures("as_built")


@pytest.fixture(scope="module")
def people(kept_database: None) -> dict[str, User]:
    """Made once for the file: their hundred rows took most of each test."""
    return demo.ensure_demo_people()


@pytest.fixture
def demo_client(people, settings) -> Client:
    settings.ROOT_URLCONF = "tests.accounts.urls"
    settings.DEMO_MODE = True
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "portal.example.lg.jp"]
    settings.SITE_URL = "http://localhost:8000"
    return Client(headers={"host": "localhost:8000"})


def test_every_role_has_somebody():
    assert {person.role for person in demo.PEOPLE} == set(Role)
    assert len({person.key for person in demo.PEOPLE}) == len(demo.PEOPLE)


def test_the_people_are_made_once_and_have_no_password(people):
    assert demo.ensure_demo_people() == people
    assert User.objects.count() == len(demo.PEOPLE) == len(people)
    staff = [p for p in demo.PEOPLE if p.role not in FIRM_ROLES]
    assert Assignment.objects.count() == len(staff)
    assert not any(user.has_usable_password() for user in people.values())


@pytest.mark.parametrize("person", demo.PEOPLE, ids=lambda person: person.key)
def test_one_click_signs_in_second_factor_included(demo_client: Client, person):
    assert f'value="{person.key}"' in demo_client.get("/accounts/login/").content.decode()
    answer = demo_client.post("/accounts/demo/", {"person": person.key})
    assert answer["Location"] == "/accounts/landing/"
    shown = demo_client.get("/own/").json()
    if person.confirm_in < 0:
        assert (shown["roles"], shown["hat"]) == ([], "public")
    elif person.role not in FIRM_ROLES:
        assert (shown["roles"], shown["ward"]) == ([person.role], person.ward_id)


def test_some_roles_are_due_soon_and_one_is_asleep(people):
    today = clock.today()
    assert [row.user.name for row in Assignment.objects.asleep_on(today)] == ["岡田 進"]
    soon = selectors.due(today).order_by("confirmed_on")
    assert [row.role for row in soon] == ["committee", "reviewer", "ward_admin", "committee"]


def test_changing_the_person_leaves_nothing_of_the_last(demo_client: Client):
    demo_client.post("/accounts/demo/", {"person": "reviewer"})
    demo_client.post("/accounts/demo/", {"person": "auditor"})
    assert demo_client.get("/own/").json()["hat"] == "auditor"


def test_without_the_mode_there_is_no_way_in(people, settings):
    settings.ROOT_URLCONF = "tests.accounts.urls"
    visitor = Client(headers={"host": "localhost"})
    assert "demo" not in visitor.get("/accounts/login/").content.decode()
    assert visitor.post("/accounts/demo/", {"person": "sysadmin"}).status_code == 404
    assert "_auth_user_id" not in visitor.session


@pytest.mark.parametrize(
    "environment",
    [
        {"REMOTE_ADDR": "192.0.2.10"},
        {"HTTP_HOST": "portal.example.lg.jp"},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.10"},
        {"HTTP_FORWARDED": "for=192.0.2.10"},
        {"REMOTE_ADDR": ""},
    ],
)
def test_from_elsewhere_every_page_is_refused(demo_client: Client, environment: dict):
    for path in ("/", "/accounts/login/"):
        answer = demo_client.get(path, **environment)
        assert answer.status_code == 403
        assert "このコンピューター自身からしか使えません" in answer.content.decode()
    answer = demo_client.post("/accounts/demo/", {"person": "sysadmin"}, **environment)
    assert answer.status_code == 403
    assert "_auth_user_id" not in demo_client.session


def test_people_of_the_real_world_cannot_be_entered(demo_client: Client):
    assign(make_person("real@example.jp"), Role.SYSADMIN)
    for key in ("real@example.jp", "", "real"):
        assert demo_client.post("/accounts/demo/", {"person": key}).status_code == 404


def test_it_needs_the_forms_token(demo_client: Client):
    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    assert strict.post("/accounts/demo/", {"person": "sysadmin"}).status_code == 403


@pytest.mark.parametrize("host", ["localhost", "localhost:80", "127.0.0.1:8000", "[::1]:80", "::1"])
def test_loopback_hosts(host: str):
    assert demo.is_loopback_host(host)


@pytest.mark.parametrize("host", ["", "*", "localhost.example.jp", "128.0.0.1", "127.0.0.1.nip.io"])
def test_other_hosts(host: str):
    assert not demo.is_loopback_host(host)


def _errors() -> list[str]:
    return [e.msg for e in run_checks(include_deployment_checks=True) if e.id == "accounts.E001"]


def test_the_deployment_check_lets_the_own_machine_pass(settings):
    settings.DEMO_MODE = True
    settings.SITE_URL, settings.HTTPS = "http://127.0.0.1:8000", False
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    assert _errors() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"SITE_URL": "http://portal.example.lg.jp"},
        {"ALLOWED_HOSTS": ["localhost", "portal.example.lg.jp"]},
        {"ALLOWED_HOSTS": ["*"]},
        {"HTTPS": True},
    ],
)
def test_the_deployment_check_refuses_it_in_production(settings, wrong: dict):
    settings.DEMO_MODE = True
    settings.SITE_URL, settings.HTTPS = "http://127.0.0.1:8000", False
    settings.ALLOWED_HOSTS = ["localhost"]
    for name, value in wrong.items():
        setattr(settings, name, value)
    assert len(_errors()) == 1
    with pytest.raises(CommandError, match="DEMO_MODE"):
        call_command("check", deploy=True, databases=[])
    settings.DEMO_MODE = False
    assert _errors() == []


def test_a_demonstration_session_dies_with_the_mode(demo_client: Client, settings):
    demo_client.post("/accounts/demo/", {"person": "approver"})
    assert demo_client.get("/own/").status_code == 200
    settings.DEMO_MODE = False
    assert demo_client.get("/own/")["Location"] == "/accounts/second-factor/"


def test_sign_in_as_a_firm_needs_no_hat(demo_client: Client):
    demo_client.post("/accounts/demo/", {"person": "owner"})
    assert (
        demo_client.get("/own/").json()["user"] == User.objects.get(email="owner@" + demo.DOMAIN).pk
    )
