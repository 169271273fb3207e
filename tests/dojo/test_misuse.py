"""What a careless official and somebody who tries things out run into."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from dojo import ical, papers, services, states
from dojo.models import Attendance, Cohort, Enrolment, Graduation
from dojo.services import attendance
from dojo.services.errors import Refused
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from programs.models import FirmMembership
from tests.factories import dojo
from tests.factories import subsidies as make
from tests.support.people import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner():
    return make.official_actor()


@pytest.fixture
def cohort(planner):
    return dojo.make_cohort(planner)


@pytest.mark.django_db(transaction=True)
def test_one_persons_records_written_at_once_are_one_chain():
    """A colleague's correction, the person's own check-in: each knows what came before."""
    with acting(dojo.SYSTEM):
        keepers = [make.official_actor() for _ in range(5)]
        cohort = dojo.make_cohort(keepers[0])
        owner, row = dojo.enrolled(cohort)[0]
        session = dojo.begin(cohort)
        token = attendance.room_token(session.pk)
    gun = threading.Barrier(6)

    def attend(number):
        try:
            gun.wait(30)
            if number == 5:
                with acting(owner):
                    services.check_in(actor=owner, now=clock.now(), token=token)
            else:
                with acting(keepers[number]):
                    services.attendance_record(
                        actor=keepers[number],
                        session_id=session.pk,
                        marks={row.pk: ("partial", 10 + number)},
                        reason="聞き取りによる",
                    )
        except Refused:
            return "refused"
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(attend, range(6)))
    assert found[:5] == ["done"] * 5
    with acting(dojo.SYSTEM):
        rows = Attendance.objects.all()
        assert rows.filter(replaces=None).count() == rows.filter(replaced_by=None).count() == 1
        assert rows.count() == found.count("done")


def test_digits_of_another_script_are_wrong_not_an_error(cohort):
    owner, _ = dojo.enrolled(cohort)[0]
    session = dojo.begin(cohort)
    values = {"session": session.pk, "digits": "٣٣٣٣٣٣"}
    page = client_of(owner).post(reverse("dojo:check_in_code"), values)
    assert page.status_code == 422
    assert "数字が違うか" in page.content.decode()


def test_a_cohort_with_graduates_is_not_cancelled(planner, cohort):
    _, row = dojo.enrolled(cohort)[0]
    dojo.held(cohort)
    dojo.attend(planner, row, "ppppp")
    with acting(planner):
        services.graduations_propose(actor=planner, cohort_id=cohort.pk)
        with pytest.raises(Refused, match="修了の案または認定"):
            services.cohort_cancel(actor=planner, cohort_id=cohort.pk, reason="間違えて押した")
    assert Enrolment.objects.get().status == states.ENROLLED
    assert Graduation.objects.get().status == states.PROPOSED


def test_nobody_is_chosen_for_what_is_over(planner):
    cohort = dojo.make_cohort(planner, selection="chosen", criteria="課題が具体的な順")
    _, row = dojo.enrolled(cohort)[0]
    Cohort.objects.filter(pk=cohort.pk).update(status=states.ENDED)
    with acting(planner), pytest.raises(Refused, match="終了・中止した期"):
        services.enrolment_choose(actor=planner, enrolment_id=row.pk, action="enrol")


def test_a_session_is_not_moved_into_the_past(planner, cohort):
    session = dojo.sessions(cohort)[0]
    begin = session.starts_at - dt.timedelta(days=365)
    with acting(planner), pytest.raises(Refused, match="これからの日時"):
        services.session_change(
            actor=planner,
            session_id=session.pk,
            starts_at=begin,
            ends_at=begin + dt.timedelta(hours=2),
        )


def test_nobody_applies_for_what_has_begun(planner, cohort):
    session = dojo.sessions(cohort)[0]
    begin = session.starts_at - dt.timedelta(days=15)
    with acting(planner), pytest.raises(Refused, match="募集の終わりより後"):
        services.session_change(
            actor=planner,
            session_id=session.pk,
            starts_at=begin,
            ends_at=begin + dt.timedelta(hours=2),
        )
    late = dojo.fields(closes_on=clock.to_date(session.starts_at))
    with acting(planner), pytest.raises(Refused, match="募集の終わりより後"):
        services.cohort_change(actor=planner, cohort_id=cohort.pk, fields=late)
    assert session.starts_at == dojo.sessions(cohort)[0].starts_at


def test_a_comment_for_somebody_who_has_left_meanwhile_is_refused(planner, cohort):
    owner, row = dojo.enrolled(cohort)[0]
    with acting(owner):
        services.enrolment_withdraw(actor=owner, enrolment_id=row.pk)
    values = {"action": "feedback", "session": dojo.sessions(cohort)[0].pk, "text": "次は図を。"}
    page = client_of(planner).post(reverse("dojo:person", args=[row.public_id]), values)
    assert page.status_code == 409
    assert "受講が決まった方だけ" in page.content.decode()


def test_a_refused_act_shows_the_person_and_is_a_look_too(planner, cohort):
    _, row = dojo.enrolled(cohort)[0]
    session = dojo.begin(cohort)
    client = client_of(planner)
    page = client.post(
        reverse("dojo:person", args=[row.public_id]), {"action": "remove", "reason": ""}
    )
    assert page.status_code == 422
    page = client.post(reverse("dojo:session", args=[session.pk]), {f"mark-{row.pk}": "late"})
    assert page.status_code == 409
    seen = AuditRow.objects.filter(actor_id=planner.user_id, action__endswith="_viewed")
    assert set(seen.values_list("action", flat=True)) == {
        "dojo.person_viewed",
        "dojo.roster_viewed",
    }


@pytest.mark.parametrize("gone", ["account", "membership"])
def test_the_calendar_ends_with_the_person(cohort, gone):
    owner, row = dojo.enrolled(cohort)[0]
    make.firm_actor(row.firm)  # a firm keeps an owner
    page = reverse("dojo:ics", args=[ical.address(row).split("/")[-1].removesuffix(".ics")])
    assert Client().get(page).status_code == 200
    if gone == "account":
        type(row.person).objects.filter(pk=owner.user_id).update(is_active=False)
    else:
        FirmMembership.objects.filter(user_id=owner.user_id).update(valid_to=clock.today())
    assert Client().get(page).status_code == 404


class TestVerification:
    NUMBER = "R8-13107-DOJO-0001"

    def test_trying_check_characters_out_ends_soon(self, settings):
        settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "certificate": "3/m/ip"}
        pages = [reverse("dojo:verify", args=[self.NUMBER, f"{n:08x}"]) for n in range(3)]
        client = Client()
        assert [client.get(page).status_code for page in pages] == [404, 404, 404]
        assert client.get(papers.verify_path(self.NUMBER)).status_code == 429

    def test_trying_them_in_the_form_ends_soon_too(self, settings):
        settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "certificate": "2/m/ip"}
        values = {"number": self.NUMBER, "check": "00000000"}
        page, client = reverse("dojo:verify_form"), Client()
        found = [client.post(page, values).status_code for _ in range(3)]
        assert found == [422, 422, 429]

    def test_what_a_japanese_keyboard_types_is_understood(self):
        check = papers.check_code(self.NUMBER)
        wide = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)})
        values = {
            "number": self.NUMBER.lower().translate(wide),
            "check": f" {check.upper().translate(wide)} ",
        }
        answer = Client().post(reverse("dojo:verify_form"), values)
        assert answer["Location"] == papers.verify_path(self.NUMBER)
