"""Worksheets from the first word to the mark: what is kept, who reads it, what the course hears."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from dojo.models import Enrolment
from dojo.services import enrolment_withdraw
from dojo.services.errors import Refused
from dojo.worksheets import services, states
from dojo.worksheets.models import AdvisorConsent, Remark, Worksheet, WorksheetVersion
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import RoleMissing, StaleState, matrix
from portal.notices.models import Notice
from programs.models import Firm
from tests.factories import dojo as courses
from tests.factories import subsidies as programs
from tests.factories import worksheets as make
from tests.support.people import client_of

pytestmark = pytest.mark.django_db


def at(name, *args):
    return reverse(f"worksheets:{name}", args=args)


@pytest.fixture
def lecturer():
    return courses.lecturer_actor()


@pytest.fixture
def seat(lecturer):
    return make.seat(lecturer=lecturer)


@pytest.fixture
def handed(seat):
    owner, enrolment, _cohort = seat
    row = make.fill(owner, make.sheet(owner, enrolment=enrolment), make.CALCULATOR)
    return make.hand_in(owner, row)


def test_a_sheet_is_begun_filled_and_told_of(seat):
    owner, enrolment, _cohort = seat
    client = client_of(owner)
    page = client.get(at("list")).content.decode()
    assert "次は「経営課題の棚卸し」です" in page
    answer = client.post(
        at("start"), {"kind": "investment", "enrolment": enrolment.pk, "title": "クラウド"}
    )
    row = Worksheet.objects.get()
    assert answer["Location"] == at("step", row.public_id, "costs")
    assert row.confidential[:2] == ["costs.initial", "costs.subsidy"]
    saved = client.post(answer["Location"], {**make.COSTS, "revision": "0"})
    assert saved["Location"] == at("step", row.public_id, "benefits")
    row.refresh_from_db()
    # As it was typed.
    assert row.content["costs"]["initial"] == "１，２００，０００円"
    client.post(saved["Location"], make.BENEFITS)
    client.post(at("step", row.public_id, "assumptions"), make.ASSUMED)
    page = client.get(at("sheet", row.public_id)).content.decode()
    assert "確かめて提出する" in page
    assert "正味現在価値" in page
    assert AuditRow.objects.filter(action="worksheets.step_begun").count() == 3


def test_what_is_wrong_is_kept_and_said(seat):
    owner, _enrolment, _cohort = seat
    row = make.sheet(owner)
    client = client_of(owner)
    address = at("step", row.public_id, "costs")
    answer = client.post(address, {**make.COSTS, "initial": "だいたい百万", "what": ""})
    assert answer["Location"] == f"{address}?problems=1#main"
    page = client.get(answer["Location"]).content.decode()
    for words in ("だいたい百万", "円の単位で", "「何への投資か」を入力してください"):
        assert words in page
    row.refresh_from_db()
    assert row.content["costs"]["initial"] == "だいたい百万"


def test_a_stale_tab_loses_with_words_and_keeps_its_text(seat):
    owner, _enrolment, _cohort = seat
    row = make.fill(owner, make.sheet(owner), {"costs": make.COSTS})
    client = client_of(owner)
    address = at("step", row.public_id, "benefits")
    answer = client.post(address, {**make.BENEFITS, "hours": "77", "revision": "0"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "ほかの画面で保存された内容" in page
    assert "77" in page
    assert "benefits" not in Worksheet.objects.get().content
    saved = client.post(
        at("autosave", row.public_id, "benefits"), {**make.BENEFITS, "revision": "1"}
    )
    assert saved.json() == {"revision": 2}
    again = client.post(at("autosave", row.public_id, "benefits"), {"hours": "1", "revision": "1"})
    assert again.status_code == 409


def test_rows_are_added_removed_and_known_by_an_id(seat):
    owner, _enrolment, _cohort = seat
    row = make.sheet(owner, "tools")
    client = client_of(owner)
    address = at("step", row.public_id, "criteria")
    # The rows that the kind offers stand on the page.
    assert "現場の人が使いやすいか" in client.get(address).content.decode()
    typed = {"rows": "3", "r0-name": "甲", "r0-weight": "5", "r1-name": "乙", "r2-name": "丙"}
    added = client.post(address, {**typed, "add": ""})
    assert added["Location"] == f"{address}?add=1#row-3"
    assert client.get(added["Location"]).content.decode().count("<legend class") == 4
    row.refresh_from_db()
    assert [item["id"] for item in row.content["criteria"]] == ["1", "2", "3"]
    ids = {"r0-id": "1", "r1-id": "2", "r2-id": "3"}
    client.post(address, {**typed, **ids, "remove": "1"})
    row.refresh_from_db()
    assert [(item["id"], item["name"]) for item in row.content["criteria"]] == [
        ("1", "甲"),
        ("3", "丙"),
    ]
    many = {"rows": "11", **{f"r{number}-name": "x" for number in range(11)}}
    answer = client.post(address, many)
    assert answer.status_code == 409
    assert "10件まで" in answer.content.decode()


def test_handing_in_keeps_a_version_each_time_and_tells_the_lecturer(handed, seat, lecturer):
    owner, _enrolment, _cohort = seat
    assert handed.status == states.HANDED_IN
    assert Notice.objects.filter(recipient_id=lecturer.user_id).count() == 1
    with acting(owner), pytest.raises(Refused, match="変えられません"):
        services.step_save(
            actor=owner, worksheet_id=handed.pk, step="costs", typed={}, revision=None
        )
    with acting(owner):
        services.worksheet_reopen(actor=owner, worksheet_id=handed.pk)
    changed = make.fill(owner, handed, {"costs": {**make.COSTS, "running": "1"}})
    make.hand_in(owner, changed)
    found = WorksheetVersion.objects.order_by("number")
    assert [version.content["costs"]["running"] for version in found] == ["120000", "1"]
    page = client_of(owner).get(at("version", handed.public_id, 1)).content.decode()
    assert "120,000円" in page
    # Nobody rewrites history.
    with acting(owner), pytest.raises(DatabaseError), transaction.atomic():
        WorksheetVersion.objects.update(number=9)


def test_an_unfinished_one_or_one_of_no_course_is_not_handed_in(seat):
    owner, enrolment, _cohort = seat
    unfinished, alone = make.sheet(owner, enrolment=enrolment), make.sheet(owner)
    for row, words in ((unfinished, "入力が残っています"), (alone, "結び付いていない")):
        with acting(owner), pytest.raises(Refused, match=words):
            services.worksheet_hand_in(actor=owner, worksheet_id=row.pk, revision=None)
    client = client_of(owner)
    assert client.post(at("hand_in", unfinished.public_id)).status_code == 302
    assert AuditRow.objects.filter(action="worksheets.refused").count() == 1
    stranger = make.seat()[1]
    with acting(owner), pytest.raises(Refused, match="受講が決まった"):
        services.worksheet_start(actor=owner, kind="plan", enrolment_id=stranger.pk)


def test_a_draft_is_thrown_away_after_one_question(seat):
    owner, _enrolment, _cohort = seat
    row = make.sheet(owner)
    client = client_of(owner)
    assert "下書きを消す" in client.get(at("sheet", row.public_id)).content.decode()
    assert "元に戻せません" in client.get(at("discard", row.public_id)).content.decode()
    assert client.post(at("discard", row.public_id))["Location"] == at("list")
    assert not Worksheet.objects.exists()
    gone = AuditRow.objects.get(action="worksheets.discarded")
    assert gone.detail["kind"] == row.kind


def test_what_others_have_read_or_written_on_is_not_thrown_away(handed, seat, lecturer):
    owner, _enrolment, _cohort = seat
    client = client_of(owner)
    with acting(owner):
        services.worksheet_reopen(actor=owner, worksheet_id=handed.pk)
    assert "下書きを消す" not in client.get(at("sheet", handed.public_id)).content.decode()
    for send in (client.get, client.post):
        answer = send(at("discard", handed.public_id), follow=True)
        assert "消せません" in answer.content.decode()
    assert AuditRow.objects.filter(action="worksheets.refused").exists()
    rival = courses.owner()
    with acting(rival), pytest.raises(Worksheet.DoesNotExist):
        services.worksheet_discard(actor=rival, worksheet_id=handed.pk)
    assert Worksheet.objects.filter(pk=handed.pk).exists()


def test_a_plan_handed_in_is_the_fact_that_the_course_reads(seat):
    owner, enrolment, _cohort = seat
    row = make.fill(owner, make.sheet(owner, "plan", enrolment=enrolment), make.PLAN)
    assert Enrolment.objects.get(pk=enrolment.pk).plan_handed_in_on is None
    make.hand_in(owner, row)
    assert Enrolment.objects.get(pk=enrolment.pk).plan_handed_in_on == clock.today()
    assert AuditRow.objects.filter(action="dojo.plan_handed_in").count() == 1


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


@pytest.mark.parametrize(
    "cell", matrix(states.WORKSHEET), ids=lambda c: f"{c.status}-{c.action}-{c.role}"
)
def test_every_state_action_and_role(cell):
    from portal.kernel import transitions

    hat = Hat.SUPPORT if cell.role == Role.LECTURER else Hat.FIRM
    actor = Actor(1, "人", hat, frozenset({cell.role}))
    row = Worksheet(status=cell.status)
    move = states.WORKSHEET.transition(cell.action)
    if cell.refusal is None:
        assert cell.status in move.sources
        return
    with pytest.raises(cell.refusal):
        transitions.apply(
            table=states.WORKSHEET, instance=row, action=cell.action, actor=actor, reason="x"
        )


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
