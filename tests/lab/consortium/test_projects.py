"""産学連携: from the problem to what the firm did with the result; what counts for 3-OP3."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lab.consortium import services, states
from lab.consortium.models import Contact, Project, ProjectAnswer, ProjectSide
from lab.consortium.rules.counting import agreement_counts
from portal.kernel import clock, outbox
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files.services import UploadRefused
from portal.kernel.models import AuditRow, OutboxEvent
from portal.kernel.transitions import ReasonMissing, RoleMissing, StaleState
from portal.notices.models import Notice
from tests.factories import consortium as build
from tests.factories import subsidies as make
from tests.support.people import client_of

pytestmark = pytest.mark.django_db
SUMIDA, OTA = 13107, 13111
do = build.do


@pytest.fixture
def staff():
    return build.staff_actor()


@pytest.fixture
def firm():
    return make.firm_actor(make.make_firm(name="かくれ精機"))


@pytest.fixture
def school(staff):
    return build.partner_actor(staff, build.add_member(staff, name="城東工科大学"))


@pytest.fixture
def bank(staff):
    return build.partner_actor(staff, build.add_member(staff, "bank", name="すみだ信金"))


def events(name):
    rows = OutboxEvent.objects.filter(name=f"consortium.{name}")
    return list(rows.order_by("created_at").values_list("payload", flat=True))


def seen(actor, model):
    with acting(actor):
        return model.objects.count()


def test_from_the_problem_to_what_the_firm_did_with_it(firm, school, staff):
    project = build.talking(firm, school)
    build.agree(school, project, on=clock.today() - dt.timedelta(3))
    told = {
        "project_id": project.pk,
        "on": (clock.today() - dt.timedelta(3)).isoformat(),
        "firm_ids": [firm.firm_id],
        "institution_kind": "university",
    }
    assert events("agreement_signed") == [told]
    do("project_start", school, project_id=project.pk)
    # Another year is the same project.
    later = clock.today() + dt.timedelta(500)
    do("project_extend", firm, project_id=project.pk, ends_on=later)
    with pytest.raises(services.Refused, match="後の日"):
        do("project_extend", firm, project_id=project.pk, ends_on=later)
    report = {"report": "撮影台を作り、記録が10分になった。", "took_part": 4}
    do("project_report", school, project_id=project.pk, uploaded=build.paper("報告.pdf"), **report)
    with pytest.raises(RoleMissing):
        do("project_finish", school, project_id=project.pk, outcome="adopted", note="")
    do("project_finish", firm, project_id=project.pk, outcome="adopted", note="毎日使っている")
    project.refresh_from_db()
    assert (project.status, project.ends_on, project.took_part) == (states.DONE, later, 4)
    assert len(events("agreement_signed")) == 1
    with acting(Actor.system("test")):
        outbox.drain()
        subjects = {row.subject.partition("：")[0] for row in Notice.objects.all()}
    assert subjects == {
        "課題",
        "課題に回答がありました",
        "協議が始まります",
        "合意しました",
        "結果の報告",
    }


@pytest.mark.parametrize(
    ("kind", "institution", "wards", "counts"),
    [
        ("pbl", "university", [SUMIDA], True),
        ("research", "public_lab", [SUMIDA], True),
        ("internship", "university", [SUMIDA], False),
        ("pbl", "bank", [SUMIDA], False),
        ("pbl", "kosen", [], False),
    ],
)
def test_which_agreements_count(kind, institution, wards, counts):
    assert agreement_counts(kind=kind, institution=institution, firm_wards=wards) is counts


def test_an_internship_is_no_project_and_may_be_part_of_one(firm, school):
    project = build.talking(firm, school)
    build.agree(firm, project)
    stay = build.talking(firm, school, kind="internship", part_of_id=project.pk)
    build.agree(firm, stay)
    assert [told["project_id"] for told in events("agreement_signed")] == [project.pk]
    with pytest.raises(services.Refused, match="インターンシップだけ"):
        build.offer(firm, part_of_id=project.pk)


def test_a_wrong_agreement_is_taken_back_and_counts_no_more(firm, school, staff):
    project = build.talking(firm, school)
    build.agree(firm, project)
    with pytest.raises(ReasonMissing):
        do("project_take_back", staff, project_id=project.pk, reason=" ")
    with pytest.raises(RoleMissing):
        do("project_take_back", firm, project_id=project.pk, reason="x")
    do("project_take_back", staff, project_id=project.pk, reason="別の企業の合意書だった")
    assert events("agreement_taken_back") == [{"project_id": project.pk}]
    project.refresh_from_db()
    assert (project.status, project.counted_on) == (states.TALKING, None)


def test_an_early_end_has_a_reason_and_leaves_what_counted(firm, school):
    project = build.talking(firm, school)
    build.agree(firm, project)
    with pytest.raises(ReasonMissing):
        do("project_end_early", school, project_id=project.pk, reason="")
    do("project_end_early", school, project_id=project.pk, reason="担当教員の異動")
    project.refresh_from_db()
    assert (project.status, project.reason) == (states.ENDED, "担当教員の異動")
    assert not events("agreement_taken_back")


def test_who_sees_the_firm_behind_a_problem(firm, school, bank, staff):
    project = build.offer(firm, needs_nda=True)
    other = build.partner_actor(staff, build.add_member(staff, "kosen"))
    assert [seen(actor, Project) for actor in (school, other, bank)] == [1, 1, 0]
    answer = build.reply(school, project)
    assert seen(school, ProjectSide) == 0
    do("project_pick", firm, project_id=project.pk, answer_id=answer.pk)
    # Chosen, but nothing is told before the 秘密保持契約.
    assert [seen(actor, Project) for actor in (school, other)] == [1, 0]
    assert seen(school, ProjectSide) == 0
    with pytest.raises(services.Refused, match="秘密保持契約の日を記録"):
        build.agree(firm, project)
    with pytest.raises(services.Refused, match="今日より先"):
        do("nda_record", firm, project_id=project.pk, on=clock.today() + dt.timedelta(1))
    do("nda_record", firm, project_id=project.pk, on=clock.today())
    assert [seen(actor, ProjectSide) for actor in (school, other, bank)] == [1, 0, 0]
    official = make.official_actor()
    assert seen(official, Project) == 1
    assert seen(make.official_actor(OTA), Project) == 0
    # Nobody speaks for a member whose contact has ended.
    do(
        "contact_end",
        staff,
        **dict(zip(("member_id", "contact_id"), _contact(school), strict=True)),
    )
    assert seen(school, Project) == 0


def _contact(actor):
    with acting(Actor.system("test")):
        return Contact.objects.values_list("member_id", "pk").get(user_id=actor.user_id)


def test_talks_that_come_to_nothing_open_the_problem_again(firm, school, staff):
    project = build.talking(firm, school)
    do("project_reopen", firm, project_id=project.pk, reason="時期が合わない")
    project.refresh_from_db()
    assert (project.status, project.member_id) == (states.OFFERED, None)
    assert seen(school, ProjectSide) == 0
    answer = build.reply(school, project)
    do("answer_withdraw", school, project_id=project.pk)
    with pytest.raises(services.Refused, match="取り下げられて"):
        do("project_pick", firm, project_id=project.pk, answer_id=answer.pk)


def test_the_secretariat_answers_for_who_does_not_sign_in(firm, staff, bank):
    project = build.offer(firm)
    member = build.add_member(staff, "public_lab", name="都立の試験所")
    build.reply(staff, project, member_id=member.pk)
    with pytest.raises(services.Refused, match="すでに回答"):
        build.reply(staff, project, member_id=member.pk)
    bank_member, _contact_id = _contact(bank)
    with pytest.raises(services.Refused, match="学校と公設試験研究機関"):
        build.reply(staff, project, member_id=bank_member)
    assert ProjectAnswer.objects.get().answered_by_id == staff.user_id


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"on": dt.date(2999, 4, 1)}, "今日より先"),
        ({"days": -1}, "5年以内"),
        ({"days": 3000}, "5年以内"),
        ({"uploaded": None}, "ファイルを選んで"),
    ],
)
def test_an_agreement_that_cannot_be_is_refused(firm, school, changed, told):
    project = build.talking(firm, school)
    with pytest.raises(services.Refused, match=told):
        build.agree(firm, project, **changed)
    assert not events("agreement_signed")


def test_a_wrong_file_is_refused_with_the_reason(firm, school):
    project = build.talking(firm, school)
    for name, content in (("合意書.exe", b"MZ"), ("合意書.pdf", b"not a pdf")):
        with pytest.raises(UploadRefused):
            build.agree(firm, project, uploaded=SimpleUploadedFile(name, content))
    project.refresh_from_db()
    assert project.status == states.TALKING


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"ward_id": OTA}, "事業所の登録がありません"),
        ({"open_until": dt.date(2020, 1, 1)}, "1年以内"),
        ({"students": 61}, "60人まで"),
    ],
)
def test_a_problem_that_cannot_be_is_refused(firm, changed, told):
    with pytest.raises(services.Refused, match=told):
        build.offer(firm, **changed)


def test_nobody_speaks_for_two_members_nor_without_the_role(staff, bank, firm):
    other = build.add_member(staff)
    with pytest.raises(services.Refused, match="すでに会員の担当者"):
        build.partner_actor(staff, other, user_id=bank.user_id)
    with pytest.raises(services.Refused, match="役割を持っていません"):
        build.partner_actor(staff, other, user_id=firm.user_id)
    with pytest.raises(services.Refused, match="自分を"):
        build.partner_actor(staff, other, user_id=staff.user_id)
    do("member_leave", staff, member_id=other.pk, on=clock.today())
    with pytest.raises(services.Refused, match="退会した会員"):
        build.partner_actor(staff, other, name="あとから")


def test_what_nobody_was_chosen_for_in_time_ends(firm):
    project = build.offer(firm)
    Project.objects.update(open_until=clock.today() - dt.timedelta(1))
    system = Actor.system("test")
    with acting(system):
        assert services.expire(actor=system) == 1
    project.refresh_from_db()
    assert project.status == states.EXPIRED
    with pytest.raises(StaleState):
        do("project_withdraw", firm, project_id=project.pk)


def test_the_pages_of_firm_and_school(firm, school, staff):
    client, other = client_of(firm), client_of(school)
    assert "ふだんの言葉で" in client.get(reverse("consortium:projects")).content.decode()
    typed = {
        "kind": "pbl",
        "title": "段取り時間を短くしたい",
        "problem": "毎朝1時間かかります。",
        "season": "first",
        "students": "５",
        "open_until": (clock.today() + dt.timedelta(20)).isoformat(),
        "ward": str(SUMIDA),
        "contact_name": "現場 花子",
        "contact_phone": "03-0000-0000",
    }
    new = reverse("consortium:project_new")
    wrong = client.post(new, {**typed, "open_until": "2020-01-01"})
    assert wrong.status_code == 422
    assert "1年以内" in wrong.content.decode()
    assert "毎朝1時間" in wrong.content.decode()
    client.post(new, typed)
    project = Project.objects.get()
    page = reverse("consortium:project", args=[project.public_id])
    text = other.get(page).content.decode()
    assert "取り組めるか回答する" in text
    assert "かくれ精機" not in text
    answer = {
        "answer": "",
        "message": "やります",
        "students": "3",
        "season": "first",
        "contact_name": "教授",
        "contact_phone": "03",
    }
    other.post(page, answer)
    assert "話を進める機関を選ぶ" in client.get(page).content.decode()
    client.post(page, {"pick": ProjectAnswer.objects.get().pk})
    assert "かくれ精機" in other.get(page).content.decode()
    late = clock.today() + dt.timedelta(1)
    days = {"on": late.isoformat(), "ends_on": late.isoformat()}
    refused = client.post(page, {"agree": "", "uploaded": build.paper(), **days})
    assert refused.status_code == 422
    assert "今日より先" in refused.content.decode()
    assert AuditRow.objects.filter(action="consortium.refused").exists()
    bad = SimpleUploadedFile("合意書.pdf", b"nothing")
    days = {"on": clock.today().isoformat(), "ends_on": clock.today().isoformat()}
    assert client.post(page, {"agree": "", "uploaded": bad, **days}).status_code == 422
    client.post(page, {"agree": "", "uploaded": build.paper(), **days})
    got = other.get(reverse("consortium:project_file", args=[project.public_id, "agreement"]))
    assert got.status_code == 200
    assert client_of(staff).get(page).status_code == 200


def test_the_list_costs_the_same_for_one_and_for_many(firm, school):
    client = client_of(firm)
    address = reverse("consortium:projects")
    build.offer(firm)
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for number in range(12):
        build.offer(firm, title=f"課題{number}")
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(one)
