"""Nonsense in addresses and forms gets an ordinary answer, never an error page of the server."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.accounts.roles import Role
from tests.factories import subsidies as make
from tests.support.people import assign, make_person, sign_in

pytestmark = pytest.mark.django_db
# More digits than Python turns into a number (sys.set_int_max_str_digits), and than bigint holds.
ENDLESS, HUGE = "9" * 5000, "9" * 30


@pytest.fixture
def application():
    return make.make_submitted()


@pytest.fixture
def official(client: Client):
    actor = make.official_actor(make.SUMIDA, Role.REVIEWER, Role.WARD_ADMIN)
    sign_in(client, User.objects.get(pk=actor.user_id))
    client.raise_request_exception = False
    return client


@pytest.fixture
def auditor(client: Client):
    sign_in(client, assign(make_person("audit@example.jp"), Role.AUDITOR))
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(
    "query", [f"ward={ENDLESS}", f"ward={HUGE}", f"stage={ENDLESS}", "ward=%00"]
)
def test_the_public_list_of_calls(client: Client, query):
    client.raise_request_exception = False
    assert client.get(f"/programs/?{query}").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/staff/queue/?scheme=%00",
        "/staff/queue/?q=%00%00",
        f"/staff/queue/?assignee={ENDLESS}&page={ENDLESS}",
        "/staff/firms/?q=%00",
        f"/staff/firms/?per_page={HUGE}",
        "/staff/firms/?per_page=0",
        "/staff/firms/?per_page=-1",
        f"/staff/firms/?page={ENDLESS}",
        "/staff/firms/?sort=%00",
    ],
)
def test_the_officials_lists(official: Client, address):
    assert official.get(address).status_code in {200, 302, 400, 404}


def test_a_page_of_firms_has_an_end(official: Client):
    answer = official.get("/staff/firms/?per_page=100000")
    assert answer.context["table"].paginator.per_page == 100


def test_a_receipt_number_that_is_none(official: Client):
    assert official.get("/staff/applications/%00/").status_code == 404


@pytest.mark.parametrize("pk", [ENDLESS, HUGE])
@pytest.mark.parametrize("action", ["csv", "finish_check", "assign"])
def test_work_on_many(official: Client, application, pk, action):
    answer = official.post(
        "/staff/queue/bulk/",
        {"pk": [pk, str(application.pk)], "action": action, "assignee": pk},
    )
    assert answer.status_code in {200, 302}


def test_a_note_with_nul(official: Client, application):
    url = reverse("subsidies:checks", args=[application.receipt_no])
    page = official.get(reverse("subsidies:application", args=[application.receipt_no]))
    line = page.context["detail"].check_lines[0].item.code
    answer = official.post(
        url, {f"verdict-{line}": "not_ok", f"note-{line}": "a\x00b", "seen": "1"}
    )
    assert answer.status_code == 302


@pytest.mark.parametrize(
    "address",
    [
        f"/dashboards/?ward={ENDLESS}",
        "/dashboards/99999/",
        "/dashboards/0/",
        "/dashboards/0/csv/",
        "/dashboards/99999/csv/",
        f"/dashboards/2026/?ward={ENDLESS}",
        f"/dashboards/2026/?ward={HUGE}",
        f"/dashboards/2026/wards/13107/?ward={ENDLESS}",
        "/dashboards/2026/?year=0000",
        "/dashboards/0001/",
        "/dashboards/9999/",
        "/audit/?until=9999-12-31",
        "/audit/?since=0001-01-01",
        "/audit/?q=%00",
        "/audit/csv/?q=%00",
    ],
)
def test_the_auditors_pages(auditor: Client, address):
    assert auditor.get(address, follow=True).status_code in {200, 404}


class TestDraft:
    @pytest.fixture
    def draft(self, client: Client):
        actor = make.firm_actor(make.make_firm())
        sign_in(client, User.objects.get(pk=actor.user_id), factors=())
        client.raise_request_exception = False
        return make.make_draft(actor, make.make_call())

    @pytest.mark.parametrize("number", [ENDLESS, HUGE])
    @pytest.mark.parametrize("field", ["lines", "remove", "revision"])
    def test_budget(self, client: Client, draft, field, number):
        url = reverse("subsidies:budget", args=[draft.public_id])
        data = {"lines": "1", "0-description": "x", "0-unit_price": ENDLESS, field: number}
        assert client.post(url, data).status_code in {200, 302, 409}

    @pytest.mark.parametrize("number", [ENDLESS, HUGE])
    def test_files(self, client: Client, draft, number):
        url = reverse("subsidies:files", args=[draft.public_id])
        assert client.post(url, {"remove": number}).status_code == 404

    def test_answers(self, client: Client, draft):
        url = reverse("subsidies:task", args=[draft.public_id, "plan"])
        posted = {"title": "\x00\ud83d\ude00" * 10 + "長" * 5000, "order_on": ENDLESS}
        posted["title"] = posted["title"].encode("utf-16", "surrogatepass").decode("utf-16")
        assert client.post(url, posted).status_code in {200, 302, 404}


def test_a_call_whose_rules_are_not_published_takes_no_draft(client: Client):
    """The address of the button is easily guessed; the page of the call itself is 404."""
    from subsidies.models import Application, Call, SchemeVersion

    actor, shown = make.firm_actor(make.make_firm()), make.make_call()
    hidden = SchemeVersion.objects.create(
        scheme=shown.version.scheme, number=2, rules=make.rules_json("DX1")
    )
    shown.pk, shown.version = None, hidden
    shown.save()
    sign_in(client, User.objects.get(pk=actor.user_id), factors=())
    assert client.get(f"/programs/{shown.pk}/").status_code == 404
    assert client.post(f"/apply/{shown.pk}/start/").status_code == 404
    assert Call.objects.count() == 2
    assert not Application.objects.exists()
