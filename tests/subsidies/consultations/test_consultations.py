"""相談記録: noted with a date and a name, read beside the check list, changed by nobody."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import RoleMissing
from subsidies.consultations.models import Consultation
from subsidies.consultations.services import consultation_record
from subsidies.models import Scheme
from subsidies.services.errors import Refused
from tests.factories import subsidies as make
from tests.factories.programs import OTA, FirmFactory
from tests.support.people import sign_in

pytestmark = pytest.mark.django_db

NEEDS = [{"code": "advice", "name": "区のIT相談", "criterion": "ordered"}]
LIST, RECORD = "/staff/consultations/", "/staff/consultations/record/"


@pytest.fixture
def application():
    rules = make.rules_json("DX1", prerequisites=NEEDS)
    return make.make_submitted(call=make.make_call(rules=rules))


@pytest.fixture
def scheme(application) -> Scheme:
    return application.version.scheme


@pytest.fixture
def reviewer(client: Client):
    actor = make.official_actor()
    sign_in(client, User.objects.get(pk=actor.user_id))
    return actor


def record(actor, application, **changes):
    given = {
        "firm_id": application.firm_id,
        "scheme_id": application.version.scheme_id,
        "need": "advice",
        "held_on": clock.today(),
        "note": "紙の日報から始めることを勧めた。",
        **changes,
    }
    with acting(actor):
        return consultation_record(actor=actor, **given)


def typed(application, **changes):
    return {
        "firm": application.firm.name,
        "about": f"{application.version.scheme_id}:advice",
        "held_on": clock.today().isoformat(),
        "note": "紙の日報から始めることを勧めた。",
        **changes,
    }


def test_it_is_recorded_from_the_case_and_read_there(client, reviewer, application):
    case = reverse("subsidies:application", args=[application.receipt_no])
    page = client.get(case).content.decode()
    assert "記録なし" in page
    address = f"{RECORD}?case={application.receipt_no}&need=advice"
    assert address.replace("&", "&amp;") in page
    form = client.get(address).context["form"]
    assert form["about"].value() == f"{application.version.scheme_id}:advice"
    posted = typed(application, firm=form["firm"].value())
    assert client.post(address, posted)["Location"] == f"{case}#consultations"
    page = client.get(case).content.decode()
    assert "記録あり" in page
    assert "紙の日報から始める" in page
    row = Consultation.objects.get()
    assert (row.met_by_id, row.need) == (reviewer.user_id, "advice")
    assert AuditRow.objects.filter(action="consultations.recorded").count() == 1


def test_it_is_recorded_before_anybody_applies(client, reviewer, scheme):
    firm = FirmFactory()
    posted = {
        "firm": firm.name,
        "about": f"{scheme.pk}:",
        "held_on": "令和8年4月1日",
        "note": "制度を説明した。",
    }
    assert client.post(RECORD, posted)["Location"] == LIST
    page = client.get(LIST).content.decode()
    assert firm.name in page
    assert "制度を説明した。" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"firm": "どこにもない会社"}, "区の名簿にありません"),
        ({"firm": "試験製作所"}, "当てはまる企業が2社以上あります"),
        ({"about": "999999:advice"}, "相談した制度"),
        ({"about": ""}, "相談した制度"),
        ({"held_on": "2099-01-01"}, "今日までの日"),
        ({"held_on": "きのう"}, "正しい日付"),
        ({"note": ""}, "相談の内容"),
    ],
)
def test_a_refusal_says_why_and_keeps_what_was_typed(client, reviewer, application, changes, words):
    FirmFactory(name="株式会社試験製作所甲")
    answer = client.post(RECORD, typed(application, **changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    if "note" not in changes:
        assert "紙の日報から始める" in page
    assert not Consultation.objects.exists()


def test_the_service_takes_no_other_wards_firm_or_scheme_and_no_day_to_come(reviewer, application):
    elsewhere = make.make_call(ward=OTA).version.scheme
    tomorrow = clock.today() + dt.timedelta(days=1)
    stranger = make.make_firm(ward=OTA)
    for changes in (
        {"scheme_id": elsewhere.pk},
        {"need": "unknown"},
        {"held_on": tomorrow},
        {"note": " "},
        {"firm_id": stranger.pk},
    ):
        with pytest.raises(Refused):
            record(reviewer, application, **changes)
    with pytest.raises(RoleMissing):
        record(make.official_actor(make.SUMIDA, Role.APPROVER), application)


def test_the_ward_alone_reads_it_and_nobody_changes_it(reviewer, application):
    row = record(reviewer, application)
    firm = make.firm_actor(application.firm)
    with acting(make.official_actor(OTA)):
        assert not Consultation.objects.exists()
    with acting(firm), pytest.raises(DatabaseError), transaction.atomic():
        Consultation.objects.exists()
    with acting(reviewer), pytest.raises(DatabaseError), transaction.atomic():
        Consultation.objects.filter(pk=row.pk).update(note="別の内容")


def test_the_list_costs_the_same_however_long(
    client, reviewer, application, django_assert_max_num_queries
):
    record(reviewer, application)
    client.get(LIST)
    with django_assert_max_num_queries(30) as few:
        client.get(LIST)
    for _number in range(29):
        record(reviewer, application)
    with django_assert_max_num_queries(len(few)):
        page = client.get(LIST)
    assert len(page.context["rows"]) == 25
