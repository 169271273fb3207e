"""Who reads a worksheet: lecturers with their remarks and marks, groups, advisors with consent."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from dojo.services import enrolment_withdraw
from dojo.services.errors import Refused
from dojo.worksheets import services, states
from dojo.worksheets.models import AdvisorConsent, Remark, Worksheet, WorksheetVersion
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import RoleMissing, StaleState
from portal.notices.models import Notice
from programs.models import Firm
from tests.dojo.worksheets.pages import at
from tests.factories import dojo as courses
from tests.factories import subsidies as programs
from tests.factories import worksheets as make
from tests.support.people import client_of

pytestmark = pytest.mark.django_db


def test_the_lecturer_reads_comments_returns_and_marks(handed, seat, lecturer):
    owner, _enrolment, _cohort = seat
    client = client_of(lecturer)
    page = client.get(at("taught")).content.decode()
    assert "講評を待っているワークシートが1枚" in page
    address = at("read", handed.public_id)
    page = client.get(address).content.decode()
    assert "1,200,000円" in page
    assert AuditRow.objects.filter(action="worksheets.read").count() == 1
    bad = client.post(address, {"act": "mark", "grade": "", "said": "よく考えられています。"})
    assert bad.status_code == 422
    assert "よく考えられています" in bad.content.decode()
    client.post(address, {"act": "return", "said": "保守の費用が抜けています。"})
    assert Worksheet.objects.get().status == states.RETURNED
    make.hand_in(owner, make.fill(owner, handed, {"costs": {**make.COSTS, "running": "2"}}))
    client.post(address, {"act": "remark", "step": "costs", "body": "見積書を確かめましたか。"})
    client.post(address, {"act": "mark", "grade": "a", "said": "進めてください。"})
    assert Worksheet.objects.get().status == states.MARKED
    said = Remark.objects.order_by("id").values_list("version__number", "step", "grade")
    assert list(said) == [(1, "", ""), (2, "costs", ""), (2, "", "a")]
    assert (
        Notice.objects.filter(recipient_id=owner.user_id, url=at("sheet", handed.public_id)).count()
        == 3
    )
    page = client_of(owner).get(at("sheet", handed.public_id)).content.decode()
    assert "進めてください。" in page


def test_group_work_shows_no_kept_figure(handed, seat, lecturer):
    owner, _enrolment, cohort = seat
    client = client_of(lecturer)
    address = at("group", cohort.public_id, "investment")
    page = client.get(address).content.decode()
    assert handed.firm_name in page
    assert "非公開" in page
    assert "1,200,000円" not in page
    assert "正味現在価値" not in page
    shown = AuditRow.objects.get(action="worksheets.group_shown")
    assert shown.detail["worksheets"] == [handed.pk]
    answer = client_of(owner).post(at("privacy", handed.public_id), {"keys": ["costs.subsidy"]})
    assert answer.status_code == 302
    page = client.get(address).content.decode()
    assert "1,200,000円" in page
    assert "正味現在価値" not in page
    with acting(owner):
        services.privacy_save(actor=owner, worksheet_id=handed.pk, keys=[])
    assert "正味現在価値" in client.get(address).content.decode()


def test_a_firm_that_leaves_the_course_takes_its_sheets_with_it(handed, seat, lecturer):
    owner, enrolment, cohort = seat
    with acting(owner):
        enrolment_withdraw(actor=owner, enrolment_id=enrolment.pk)
    client = client_of(lecturer)
    group = client.get(at("group", cohort.public_id, "investment")).content.decode()
    assert handed.firm_name not in group
    assert client.get(at("read", handed.public_id)).status_code == 404
    with acting(lecturer):
        assert not Worksheet.objects.filter(pk=handed.pk).exists()  # the row policy says the same
    assert client_of(owner).get(at("sheet", handed.public_id)).status_code == 200


def test_the_firms_consent_opens_a_sheet_to_an_advisor_and_closes_it(seat):
    owner, _enrolment, _cohort = seat
    row = make.fill(owner, make.sheet(owner), make.CALCULATOR)
    advisor = make.advisor_actor()
    client = client_of(advisor)
    assert client.get(at("read", row.public_id)).status_code == 404
    posted = {"advisor": advisor.user_id, "consent": "on"}
    firm = client_of(owner)
    assert firm.post(at("consents"), {"advisor": advisor.user_id}).status_code == 422
    assert firm.post(at("consents"), posted).status_code == 302
    assert row.firm_name in client.get(at("advised")).content.decode()
    page = client.get(at("read", row.public_id)).content.decode()
    assert "非公開" in page
    assert "1,200,000円" not in page
    consent = AdvisorConsent.objects.get()
    assert consent.last_read_at is not None
    assert "最後に読まれた日時" in firm.get(at("consents")).content.decode()
    client.post(
        at("read", row.public_id), {"act": "remark", "step": "", "body": "保守を確かめて。"}
    )
    assert Remark.objects.get().author_id == advisor.user_id
    mark = {"act": "mark", "grade": "a", "said": "よい"}
    assert client.post(at("read", row.public_id), mark).status_code == 422
    assert Worksheet.objects.get().status == states.DRAFT
    with acting(owner), pytest.raises(Refused, match="すでに見せています"):
        services.consent_give(
            actor=owner, advisor_id=advisor.user_id, agreed=True, with_figures=True, text="x"
        )
    firm.post(at("consent_end", consent.public_id))
    assert client.get(at("read", row.public_id)).status_code == 404
    with acting(owner), pytest.raises(StaleState):
        services.consent_end(actor=owner, consent_id=consent.pk)
    make.let_in(owner, advisor, with_figures=True)
    assert "1,200,000円" in client.get(at("read", row.public_id)).content.decode()
    told = AuditRow.objects.filter(action__startswith="worksheets.consent")
    assert told.count() == 3


def test_members_give_no_consent_and_no_other_wards_advisor_is_let_in(seat):
    owner, _enrolment, _cohort = seat
    member = programs.firm_actor(Firm.objects.get(pk=owner.firm_id), role=Role.FIRM_MEMBER)
    advisor = make.advisor_actor()
    elsewhere = make.advisor_actor(13111)
    with pytest.raises(RoleMissing):
        make.let_in(member, advisor)
    with pytest.raises(Refused, match="相談員ではありません"):
        make.let_in(owner, elsewhere)


def test_rows_stay_with_the_firm_the_lecturer_and_the_advisor(handed, seat, lecturer):
    owner, _enrolment, _cohort = seat
    others = [
        courses.owner(),
        courses.lecturer_actor(),
        make.advisor_actor(),
        Actor.public(),
    ]
    for actor in others:
        with acting(actor):
            assert not Worksheet.objects.exists()
            assert not WorksheetVersion.objects.exists()
    for actor in (owner, lecturer, programs.auditor_actor()):
        with acting(actor):
            assert Worksheet.objects.count() == 1
    with acting(programs.official_actor()), pytest.raises(DatabaseError), transaction.atomic():
        Worksheet.objects.exists()
    with acting(lecturer), pytest.raises(DatabaseError), transaction.atomic():
        Worksheet.objects.update(title="x")
    for actor in others[1:3]:
        assert client_of(actor).get(at("read", handed.public_id)).status_code == 404
    # A lecturer of another cohort marks nothing.
    with acting(others[1]), pytest.raises(Worksheet.DoesNotExist):
        services.worksheet_mark(actor=others[1], worksheet_id=handed.pk, grade="a", body="x")


def test_the_pdf_holds_what_the_reader_may_see(handed, seat, lecturer):
    owner, _enrolment, _cohort = seat
    for actor in (owner, lecturer):
        answer = client_of(actor).get(at("pdf", handed.public_id))
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
    row = make.fill(owner, make.sheet(owner, "process"), make.PROCESS)
    assert client_of(owner).get(at("pdf", row.public_id)).status_code == 200


def test_lists_ask_the_same_number_of_questions_with_1_and_30_rows(
    handed, seat, lecturer, django_assert_max_num_queries
):
    owner, enrolment, cohort = seat
    advisor = make.advisor_actor()
    make.let_in(owner, advisor)
    pages = [
        (client_of(owner), at("list")),
        (client_of(lecturer), f"{at('taught')}?cohort={cohort.public_id}"),
        (client_of(advisor), at("advised")),
        (client_of(lecturer), at("group", cohort.public_id, "investment")),
    ]
    few = []
    for client, address in pages:
        client.get(address)
        with django_assert_max_num_queries(40) as asked:
            client.get(address)
        few.append(len(asked))
    with acting(courses.SYSTEM):
        Worksheet.objects.bulk_create(
            Worksheet(
                ward_id=handed.ward_id,
                firm_id=handed.firm_id,
                person_id=handed.person_id,
                enrolment_id=enrolment.pk,
                firm_name=handed.firm_name,
                person_name=handed.person_name,
                kind="investment",
                content=make.CALCULATOR,
                changed_at=clock.now() - dt.timedelta(days=number),
            )
            for number in range(29)
        )
    for (client, address), count in zip(pages, few, strict=True):
        with django_assert_max_num_queries(count):
            client.get(address)
