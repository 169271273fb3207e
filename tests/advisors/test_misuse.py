"""What a careless person and somebody who tries things out run into."""

import uuid

import pytest
from django.urls import reverse

from advisors import services
from advisors.models import NextAction, Visit
from portal.accounts.roles import Role
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from tests.advisors.test_pages import typed
from tests.factories import advisors as build
from tests.factories import subsidies as make
from tests.support.people import assign, client_of, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make.official_actor()


@pytest.fixture
def advisor_and_case(office):
    advisor, entry = build.make_advisor(sides=("it",))
    floor = build.make_advisor(sides=("floor",))[1]
    return advisor, build.engage(office, entry, floor, days=60)


def test_what_the_firm_confirmed_is_not_what_is_recorded_anew(office, advisor_and_case):
    advisor, case = advisor_and_case
    row = build.confirmed(make.firm_actor(case.firm), build.visit(advisor, case))
    with acting(office):
        services.visit_return(actor=office, visit_id=row.pk, reason="時間を確かめてください。")
    with acting(advisor):
        services.visit_record(
            actor=advisor,
            engagement_id=case.pk,
            client_key=uuid.uuid4(),
            record=build.record(ends_at=build.at(1, 17)),
            visit_id=row.pk,
        )
    row = Visit.objects.get()
    assert (row.minutes, row.confirmed_at, row.confirmed_by_id) == (420, None, None)


def test_a_promise_without_a_side_is_the_firms(advisor_and_case):
    advisor, case = advisor_and_case
    values = typed()
    del values["side1"]
    url = reverse("advisors:record", args=[case.public_id])
    assert client_of(advisor).post(url, values).status_code == 302
    assert NextAction.objects.get().side == NextAction.Side.FIRM


def test_a_refused_act_shows_the_case_and_is_a_look_too(office, advisor_and_case):
    advisor, case = advisor_and_case
    row = build.visit(advisor, case)
    client = client_of(office)
    pages = {
        reverse("advisors:visit_case", args=[row.public_id]): {"return": "", "reason": ""},
        reverse("advisors:engagement", args=[case.public_id]): {"end": "", "end-reason": ""},
        reverse("advisors:request", args=[case.request.public_id]): {"decline": ""},
    }
    assert [client.post(url, given).status_code for url, given in pages.items()] == [422] * 3
    seen = AuditRow.objects.filter(actor_id=office.user_id, action__endswith="_viewed")
    assert set(seen.values_list("action", flat=True)) == {
        "advisors.visit_viewed",
        "advisors.case_viewed",
        "advisors.request_viewed",
    }


def test_what_is_refused_is_on_record_and_an_auditor_acts_on_nothing(office, advisor_and_case):
    advisor, case = advisor_and_case
    row = build.visit(advisor, case)
    url = reverse("advisors:visit_case", args=[row.public_id])
    client_of(office).post(url, {"accept": ""})
    told = AuditRow.objects.get(action="advisors.refused", chain=case.ward_id)
    assert told.detail == {"act": "visit_accept", "visit_id": row.pk}
    assert "謝金表がありません" in told.reason
    plan = {"day": "2020-01-01", "starts": "10:00", "ends": "11:00", "way": "onsite"}
    client_of(advisor).post(reverse("advisors:plan", args=[case.public_id]), plan)
    auditor = client_of(assign(make_person("auditor@example.jp"), Role.AUDITOR).pk)
    end = reverse("advisors:engagement", args=[case.public_id])
    pages = [(url, {"return": "", "reason": "x"}), (end, {"end": "", "end-reason": "x"})]
    assert [auditor.post(page, given).status_code for page, given in pages] == [422, 422]
    acts = (
        AuditRow.objects.filter(action="advisors.refused").order_by("pk").values_list("detail__act")
    )
    assert [act for (act,) in acts] == [
        "visit_accept", "visit_plan", "visit_return", "engagement_end",
    ]  # fmt: skip
