"""The pages: what people read, what is kept where a form is refused, and how many queries a list costs."""

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dojo import ical, services, states
from dojo.models import (
    Answer,
    Attendance,
    Enrolment,
    Graduation,
    Material,
    SessionWork,
)
from dojo.services import attendance, reminders
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.notices.models import Notice
from tests.dojo.pages import text, url
from tests.factories import dojo, worksheets
from tests.factories import subsidies as make
from tests.factories.programs import OTA, SUMIDA
from tests.kernel.files import corpus
from tests.support.people import client_of

pytestmark = pytest.mark.django_db


def test_everybody_reads_the_announcement_and_nobody_a_draft(planner, cohort):
    page = text(Client().get(url("courses")))
    assert url("cohort", cohort.public_id) in page
    assert "73.2%" in page
    shown = text(Client().get(url("cohort", cohort.public_id)))
    for words in ("あと10席です", dojo.STORY, "4回以上の出席と、行動計画の提出", "すみだ産業会館"):
        assert words in re.sub(r"\s+", "", shown) or words in shown
    draft = dojo.make_draft(planner)
    assert Client().get(url("cohort", draft.public_id)).status_code == 404
    assert client_of(planner).get(url("cohort", draft.public_id)).status_code == 200


def test_a_firm_reads_of_its_own_wards_first_and_of_the_others_behind_a_fold(cohort):
    far = dojo.make_cohort(make.official_actor(ward=OTA))
    near, other = (url("cohort", row.public_id) for row in (cohort, far))
    page = text(client_of(dojo.owner()).get(url("courses")))
    assert "墨田区：募集中（1件）" in page
    assert "ほかの区の期（1件）" in page
    assert page.index(near) < page.index("<details") < page.index(other)
    chosen = text(client_of(dojo.owner()).get(url("courses"), {"ward": OTA}))
    assert near not in chosen
    assert "ほかの区の期" not in chosen
    assert "募集中（2件）" in text(Client().get(url("courses")))


def test_courses_have_an_english_name_and_say_in_english_for_whom_they_are(cohort):
    for address in (url("cohort", cohort.public_id), url("courses")):
        page = text(Client().get(address, headers={"accept-language": "en"}))
        assert "DX Dojo" in page
        assert "Owners of small factories" in page
        assert "You take stock of the problems" in page
        assert "DX道場" not in page
        assert "少人数・全5回のワークショップ" not in page
    page = text(Client().get(url("cohort", cohort.public_id), headers={"accept-language": "en"}))
    assert "Taking stock of troubles: why now, why us" in page
    assert "You can come to at least 4 of the 5 sessions" in page
    assert "困りごとの棚卸し" not in page
    dojo.enrolled(cohort)
    assert "DX道場" in Notice.objects.get().subject
    reader = dojo.owner()
    User.objects.filter(pk=reader.user_id).update(language="en")
    dojo.apply(reader, cohort)
    notice = Notice.objects.get(recipient_id=reader.user_id)
    assert "DX Dojo" in notice.subject
    assert "DX Dojo" in text(client_of(reader).get(url("mine")))


def test_a_cancelled_cohort_has_no_next_session(cohort, planner):
    assert "次は第1回" in text(client_of(planner).get(url("board", cohort.public_id)))
    with acting(planner):
        services.cohort_cancel(actor=planner, cohort_id=cohort.pk, reason="講師の都合による")
    page = text(client_of(planner).get(url("board", cohort.public_id)))
    assert "この期は中止になりました" in page
    assert "次は第1回" not in page


def test_a_visitor_is_led_to_sign_in_and_back_to_the_application(cohort):
    answer = Client().get(url("apply", cohort.public_id))
    assert answer.status_code == 302
    assert f"next={url('apply', cohort.public_id)}" in answer["Location"]


def test_applying_keeps_what_was_typed_and_leaves_a_row_where_it_is_refused(cohort):
    owner = dojo.owner(ward=OTA)
    given = {"person": owner.user_id, "motive": "段取り替えに時間がかかる。", "consent": "on"}
    answer = client_of(owner).post(url("apply", cohort.public_id), given)
    assert answer.status_code == 422
    assert "対象の区に事業所のある企業" in text(answer)
    assert given["motive"] in text(answer)
    assert AuditRow.objects.filter(action="dojo.refused", actor_id=owner.user_id).exists()
    answer = client_of(dojo.owner()).post(url("apply", cohort.public_id), {"motive": ""})
    assert answer.status_code == 422


def test_from_the_form_to_the_seat_and_away_again(cohort):
    owner = dojo.owner()
    client = client_of(owner)
    given = {"person": owner.user_id, "motive": "日報を紙で書いている。", "consent": "on"}
    page = client.post(url("apply", cohort.public_id), given, follow=True)
    assert "受講が決まりました" in text(page)
    row = Enrolment.objects.get()
    assert url("enrolment", row.public_id) in text(client.get(url("mine")))
    assert "席は、すぐに次の方へ" in text(client.get(url("withdraw", row.public_id)))
    client.post(url("withdraw", row.public_id))
    assert Enrolment.objects.get().status == states.WITHDRAWN
    assert AuditRow.objects.filter(action="dojo.enrolment.withdraw").exists()


def test_a_course_leads_to_its_worksheets(cohort):
    ((owner, row),) = dojo.enrolled(cohort)
    sheet = worksheets.sheet(owner, enrolment=row)
    page = text(client_of(owner).get(url("enrolment", row.public_id)))
    assert reverse("worksheets:sheet", args=[sheet.public_id]) in page
    begin = f"{reverse('worksheets:start')}?enrolment={row.pk}"
    assert begin in page
    assert f'value="{row.pk}" selected' in text(client_of(owner).get(begin))


def test_an_offer_is_accepted_with_one_button(planner):
    cohort = dojo.make_cohort(planner, capacity=1)
    (first, seat), (second, row) = [*dojo.enrolled(cohort), *dojo.enrolled(cohort)]
    with acting(first):
        services.enrolment_withdraw(actor=first, enrolment_id=seat.pk)
    client = client_of(second)
    assert "席が空きました" in text(client.get(url("enrolment", row.public_id)))
    client.post(url("accept", row.public_id))
    assert Enrolment.objects.get(pk=row.pk).status == states.ENROLLED


class TestRoom:
    def test_lecturers_show_the_code_and_see_pre_work(self, planner):
        teacher = dojo.lecturer_actor()
        cohort = dojo.make_cohort(planner, lecturer=teacher)
        _owner, row = dojo.enrolled(cohort)[0]
        session = dojo.begin(cohort)
        client = client_of(teacher)
        assert "名簿と会場のコードを開く" in text(client.get(url("teach")))
        shown = text(client.get(url("room", session.pk)))
        assert attendance.room_digits(session.pk, clock.now()) in shown
        assert 'class="ui-qr"' in shown
        for name in ("board", "grid"):
            assert row.person_name in text(client.get(url(name, cohort.public_id)))
        assert client.get(url("graduations", cohort.public_id)).status_code == 404
        answer = client.post(url("session", session.pk), {f"mark-{row.pk}": "present"})
        assert answer.status_code == 302
        assert Attendance.objects.get().way == "list"
        other = client_of(dojo.lecturer_actor())
        assert other.get(url("board", cohort.public_id)).status_code == 404

    def test_a_refused_list_keeps_what_was_chosen(self, planner, cohort):
        _, row = dojo.enrolled(cohort)[0]
        session = dojo.begin(cohort)
        answer = client_of(planner).post(url("session", session.pk), {f"mark-{row.pk}": "late"})
        assert answer.status_code == 409
        assert '<option value="late" selected>' in text(answer)

    def test_a_phone_checks_in_and_a_stale_code_says_what_to_do(self, cohort, planner):
        owner, _row = dojo.enrolled(cohort)[0]
        session = dojo.begin(cohort)
        client = client_of(owner)
        address = url("check_in", attendance.room_token(session.pk))
        assert "出席する" in text(client.get(address))
        assert "出席を記録しました" in text(client.post(address, follow=True))
        again = client.post(address)
        assert again.status_code == 409
        assert "記録済みです" in text(again)
        assert client.get(url("check_in", "x:y:z")).status_code == 409
        stranger = client_of(dojo.owner()).get(address)
        assert "この回の受講者ではありません" in text(stranger)
        assert AuditRow.objects.filter(action="dojo.refused").count() == 3

    def test_the_digits_may_be_typed_in_full_width(self, cohort):
        owner, _row = dojo.enrolled(cohort)[0]
        session = dojo.begin(cohort)
        digits = attendance.room_digits(session.pk, clock.now())
        wide = digits.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
        page = client_of(owner).post(
            url("check_in_code"), {"session": session.pk, "digits": wide}, follow=True
        )
        assert "出席を記録しました" in text(page)

    def test_materials_go_to_those_who_take_part_alone(self, planner, cohort):
        owner, _ = dojo.enrolled(cohort)[0]
        session = dojo.sessions(cohort)[0]
        client = client_of(planner)
        given = {"title": "流れ図の描き方", "file": SimpleUploadedFile("a.pdf", corpus.pdf())}
        client.post(url("material_add", session.pk), given)
        item = Material.objects.get()
        assert client_of(owner).get(url("material", item.pk)).status_code == 200
        assert client_of(dojo.owner()).get(url("material", item.pk)).status_code == 404
        bad = {"title": "だめな教材", "file": SimpleUploadedFile("a.exe", b"MZ")}
        refused = client.post(url("material_add", session.pk), bad)
        assert refused.status_code == 422
        assert "だめな教材" in text(refused)
        client.post(url("material_remove", item.pk))
        assert not Material.objects.exists()


def test_questionnaires_are_read_from_three_on_and_without_names(planner, cohort):
    people = dojo.enrolled(cohort, 3)
    session = dojo.begin(cohort)
    staff = client_of(planner)
    given = {"clear": "4", "useful": "5", "pace": "3", "comment": "流れ図がよかった"}
    for number, (owner, row) in enumerate(people, start=1):
        client = client_of(owner)
        assert "ありがとうございました" in text(
            client.post(url("answer", row.public_id, session.pk), given, follow=True)
        )
        assert client.post(url("answer", row.public_id, session.pk), given).status_code == 422
        shown = text(staff.get(url("session", session.pk)))
        assert ("流れ図がよかった" in shown) == (number == 3)
    with (
        acting(planner),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        Answer.objects.count()


def test_pre_work_and_feedback_reach_each_other(planner, cohort):
    owner, row = dojo.enrolled(cohort)[0]
    session = dojo.sessions(cohort)[0]
    client_of(owner).post(url("prework", row.public_id, session.pk))
    assert SessionWork.objects.get().prework_on == clock.today()
    staff = client_of(planner)
    assert "準備" in text(staff.get(url("person", row.public_id)))
    staff.post(
        url("person", row.public_id),
        {"action": "feedback", "session": session.pk, "text": "次は時間を測りましょう。"},
    )
    assert "次は時間を測りましょう。" in text(client_of(owner).get(url("enrolment", row.public_id)))
    staff.post(url("person", row.public_id), {"action": "plan", "on": str(clock.today())})
    assert Enrolment.objects.get().plan_handed_in_on == clock.today()
    refused = staff.post(url("person", row.public_id), {"action": "plan", "on": "2199-01-01"})
    assert refused.status_code == 409


def test_looking_at_a_person_leaves_a_row(planner, cohort):
    _, row = dojo.enrolled(cohort)[0]
    client_of(planner).get(url("person", row.public_id))
    assert AuditRow.objects.filter(action="dojo.person_viewed", object_id=str(row.pk)).exists()


def test_the_choice_is_made_on_the_page(planner):
    cohort = dojo.make_cohort(planner, selection="chosen", criteria="課題が具体的な順")
    _, row = dojo.enrolled(cohort)[0]
    client = client_of(planner)
    page = url("applicants", cohort.public_id)
    assert "課題が具体的な順" in text(client.get(page))
    answer = client.post(page, {"enrolment": row.pk, "action": "decline"}, follow=True)
    assert "理由を入力してください" in text(answer)
    client.post(page, {"enrolment": row.pk, "action": "enrol"})
    assert Enrolment.objects.get().status == states.ENROLLED


def test_proposal_and_confirmation_on_the_page(planner, cohort):
    approver = make.official_actor(SUMIDA, Role.APPROVER)
    _, row = dojo.enrolled(cohort)[0]
    dojo.held(cohort)
    dojo.attend(planner, row, "ppppp")
    page = url("graduations", cohort.public_id)
    client_of(planner).post(page, {"action": "propose"})
    found = Graduation.objects.get()
    client = client_of(approver)
    assert "選んだ方の修了を認定する" in text(client.get(page))
    assert "選んでください" in text(client.post(page, follow=True))
    done = client.post(page, {"graduation": found.pk}, follow=True)
    assert "修了証を出しました" in text(done)
    answer = client.post(url("graduation", found.public_id), {"reason": ""})
    assert answer.status_code == 422


def test_the_calendar_follows_the_seat(cohort):
    owner, row = dojo.enrolled(cohort)[0]
    address = ical.address(row).split("//", 1)[1].partition("/")[2]
    body = Client().get(f"/{address}").content.decode()
    assert body.count("BEGIN:VEVENT") == 5
    assert "TRIGGER:-P1D" in body
    assert all(len(line.encode()) <= 75 for line in body.split("\r\n"))
    assert Client().get(url("ics", "forged")).status_code == 404
    with acting(owner):
        services.enrolment_withdraw(actor=owner, enrolment_id=row.pk)
    assert Client().get(f"/{address}").status_code == 404


def test_reminders_come_a_week_and_a_day_before_and_once(cohort):
    owner, _ = dojo.enrolled(cohort)[0]
    first = clock.to_date(dojo.sessions(cohort)[0].starts_at)
    with acting(dojo.SYSTEM):
        told = [
            reminders.remind(today=first - dt.timedelta(days=days)) for days in (8, 7, 7, 2, 1, 0)
        ]
    assert told == [0, 1, 1, 0, 1, 1], "the second session is a week later"
    mine = Notice.objects.filter(recipient_id=owner.user_id, event_key__contains=".coming.")
    assert mine.count() == 3


def test_rosters_cost_the_same_with_one_and_with_thirty(planner):
    cohort = dojo.make_cohort(planner, capacity=20)
    client = client_of(planner)
    session = dojo.begin(cohort)

    def queries():
        found = {}
        for name in ("board", "grid", "graduations", "applicants"):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url(name, cohort.public_id)).status_code == 200
            found[name] = len(asked)
        with CaptureQueriesContext(connection) as asked:
            client.get(url("session", session.pk))
        return found | {"session": len(asked)}

    (_, row), *_ = dojo.enrolled(cohort)
    dojo.attend(planner, row, "p")
    queries()
    few = queries()
    rows = [more for _, more in dojo.enrolled(cohort, 29)]
    marks = {more.pk: ("present", None) for more in rows if more.status == states.ENROLLED}
    with acting(planner):
        services.attendance_record(actor=planner, session_id=session.pk, marks=marks)
    assert len(marks) == 19
    assert queries() == few


def test_public_and_firm_lists_cost_the_same(planner):
    owner = dojo.owner()
    client = client_of(owner)

    def queries(page):
        with CaptureQueriesContext(connection) as found:
            assert client.get(page).status_code == 200
        return len(found)

    dojo.apply(owner, dojo.make_cohort(planner, code="leader"))
    for page in (url("courses"), url("mine")):
        client.get(page)
    few = [queries(url("courses")), queries(url("mine"))]
    for _ in range(5):
        dojo.apply(owner, dojo.make_cohort(planner, code="leader"))
    assert [queries(url("courses")), queries(url("mine"))] == few


def test_every_look_at_the_people_of_a_cohort_is_on_record(planner):
    """Also by an official of a ward that takes part, in that ward's own chain."""
    joint = dojo.make_cohort(planner, wards=(OTA,))
    dojo.enrolled(joint)
    pages = [url(name, joint.public_id) for name in ("board", "grid", "applicants", "graduations")]
    pages.append(url("session", dojo.sessions(joint)[0].pk))
    for actor in (planner, make.official_actor(OTA)):
        client = client_of(actor)
        for page in pages:
            assert client.get(page).status_code == 200
        told = AuditRow.objects.filter(action="dojo.roster_viewed", actor_id=actor.user_id)
        assert {row.chain for row in told} == {actor.ward_id}
        assert sorted(row.detail["page"] for row in told) == [
            "applicants",
            "board",
            "graduations",
            "grid",
            "session",
        ]
