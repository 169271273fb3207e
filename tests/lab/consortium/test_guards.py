"""The consortium under an attacker and a careless official: each of these once was possible."""

import datetime as dt
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from lab.consortium import collab_states, people, services, states
from lab.consortium import referral_states as loans
from lab.consortium.models import Collab, Document, Meeting, Project, ReferralItem
from lab.consortium.policies import visible_documents
from lab.consortium.rules.counting import Party, independent, keys_of
from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import AuditRow, OutboxEvent
from portal.kernel.transitions import StaleState
from tests.factories import consortium as build
from tests.factories import subsidies as make
from tests.kernel.files import corpus
from tests.support.people import assign, client_of
from tests.support.racing import at_once, elsewhere

SUMIDA = 13107
SYSTEM = Actor.system("test")
do = build.do


class Meanwhile(SimpleUploadedFile):
    """A paper during whose upload something else happens, once."""

    def __init__(self, act):
        super().__init__("合意書.pdf", corpus.pdf())
        self.act = act

    def chunks(self, chunk_size=None):
        act, self.act = self.act, lambda: None
        act()
        return super().chunks(chunk_size)

    def read(self, *args):
        act, self.act = self.act, lambda: None
        act()
        return super().read(*args)


@pytest.fixture
def staff(db):
    return build.staff_actor()


@pytest.fixture
def firm(db):
    return make.firm_actor(make.make_firm(name="かくれ精機"))


@pytest.fixture
def school(staff):
    return build.partner_actor(staff, build.add_member(staff, name="城東工科大学"))


@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_once_it_is_one():
    with acting(SYSTEM):
        staff = build.staff_actor()
        firm = make.firm_actor(make.make_firm())
    at = clock.now() + dt.timedelta(3)

    def call():
        return do("meeting_call", staff, title="第1回", starts_at=at, place="DXラボ")

    found = at_once([lambda: build.offer(firm)] * 2 + [call] * 2)
    assert sorted(one is services.Refused for one in found[:2]) == [False, True]
    assert sorted(one is services.Refused for one in found[2:]) == [False, True]
    with acting(SYSTEM):
        assert (Project.objects.count(), Meeting.objects.count()) == (1, 1)
        told = OutboxEvent.objects.filter(
            name__in=["consortium.offered", "consortium.meeting_called"]
        )
        assert told.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_contract_does_not_count_firms_that_were_taken_out_meanwhile():
    with acting(SYSTEM):
        staff, other = build.staff_actor(), build.staff_actor()
        row = build.collab(staff, (make.make_firm(), ""), ("丙設計", ""))
        first, party = row.parties.order_by("pk")
    gone = threading.Event()

    def take_out():
        elsewhere(services.party_remove, actor=other, collab_id=row.pk, party_id=party.pk)
        gone.set()

    with pytest.raises(services.Refused, match="2社以上"):
        build.contract(staff, row, lead_id=first.pk, uploaded=Meanwhile(take_out))
    assert gone.is_set()
    with acting(SYSTEM):
        assert Collab.objects.get().status == collab_states.PLANNED
        assert not OutboxEvent.objects.filter(name__contains="joint_development").exists()


@pytest.mark.django_db(transaction=True)
def test_an_agreement_with_one_school_is_not_recorded_for_the_next():
    with acting(SYSTEM):
        staff, firm = build.staff_actor(), make.firm_actor(make.make_firm())
        school, second = (
            build.partner_actor(staff, build.add_member(staff, name=name))
            for name in ("城東工科大学", "城西工科大学")
        )
        project = build.talking(firm, school)
        given = services.Reply("画像処理で", 5, "first", "城西 教授", "03-1111-1111")

    def go_on_with_the_second():
        about = {"project_id": project.pk}
        elsewhere(services.project_reopen, actor=firm, reason="条件が合わない", **about)
        elsewhere(services.answer_add, actor=second, given=given, **about)
        with acting(SYSTEM):
            answer = project.answers.get(withdrawn_at=None)
        elsewhere(services.project_pick, actor=firm, answer_id=answer.pk, **about)

    paper = Meanwhile(go_on_with_the_second)
    with pytest.raises(StaleState):
        do("project_agree", school, project_id=project.pk, given=build.signed(uploaded=paper))
    with acting(SYSTEM):
        project = Project.objects.select_related("member").get()
        assert (project.status, project.member.name) == (states.TALKING, "城西工科大学")
        assert not OutboxEvent.objects.filter(name="consortium.agreement_signed").exists()


def test_a_consent_is_to_what_was_on_the_page(firm, staff):
    bank = build.bank_actor(staff)
    row = build.begin(firm, bank)
    address = reverse("consortium:referral", args=[row.public_id])
    client = client_of(firm)
    mark = services.mark_of(ReferralItem.objects.all())
    assert f'name="consent" value="{mark}"' in client.get(address).content.decode()
    # A colleague adds a paper before the representative presses the button.
    do("paper_add", firm, referral_id=row.pk, heading="決算書", uploaded=build.paper())
    answered = client.post(address, {"consent": mark}, follow=True).content.decode()
    assert "見せる内容が変わりました" in answered
    row.refresh_from_db()
    assert row.status == loans.DRAFT
    client.post(address, {"consent": services.mark_of(ReferralItem.objects.all())})
    row.refresh_from_db()
    assert row.status == loans.SENT


def test_whose_role_has_ended_gets_no_mail_and_makes_no_bank_reachable(firm, staff):
    bank = build.bank_actor(staff)
    with acting(SYSTEM):
        assert people.everybody() == [bank.user_id]
    with acting(firm):
        assert services.banks(firm)
    Assignment.objects.filter(user_id=bank.user_id).update(valid_to=clock.today() - dt.timedelta(1))
    with acting(SYSTEM):
        assert people.everybody() == []
    with acting(firm):
        assert services.banks(firm) == []


def test_the_secretariat_speaks_for_no_member(staff):
    bank = build.add_member(staff, "bank", name="すみだ信金")
    colleague = build.staff_actor()
    with acting(SYSTEM):
        from portal.accounts.models import User

        assign(User.objects.get(pk=colleague.user_id), Role.PARTNER, ward_id=SUMIDA)
    with pytest.raises(services.Refused, match="兼ねられません"):
        build.partner_actor(staff, bank, user_id=colleague.user_id)


def test_who_was_not_chosen_reads_neither_the_reason_nor_steps_that_are_others(firm, school, staff):
    second = build.partner_actor(staff, build.add_member(staff, name="城西工科大学"))
    project = build.offer(firm)
    answers = [build.reply(one, project) for one in (school, second)]
    do("project_pick", firm, project_id=project.pk, answer_id=answers[0].pk)
    address = reverse("consortium:project", args=[project.public_id])
    looks = AuditRow.objects.filter(action="consortium.looked")
    assert "現場 花子" in client_of(school).get(address).content.decode()
    client_of(staff).get(reverse("consortium:member", args=[build.member_of(school).public_id]))
    assert set(looks.values_list("actor_id", flat=True)) == {school.user_id, staff.user_id}
    page = client_of(second).get(address).content.decode()
    assert "いますることはありません" in page
    assert "合意書に署名" not in page
    assert not looks.filter(actor_id=second.user_id).exists()
    listed = client_of(second).get(reverse("consortium:projects")).content.decode()
    assert project.title in listed
    assert "城東工科大学" not in listed
    do("project_end_early", firm, project_id=project.pk, reason="費用の折合いが付かない")
    assert "費用の折合い" in client_of(school).get(address).content.decode()
    assert "費用の折合い" not in client_of(second).get(address).content.decode()


def test_days_of_another_age_are_refused(firm, school, staff):
    old = clock.today() - dt.timedelta(4 * 366)
    project = build.talking(firm, school, needs_nda=True)
    with pytest.raises(services.Refused, match="3年より前"):
        do("nda_record", firm, project_id=project.pk, on=old)
    do("nda_record", firm, project_id=project.pk, on=clock.today())
    with pytest.raises(services.Refused, match="3年より前"):
        build.agree(firm, project, on=old)
    row = build.collab(staff, (make.make_firm(), ""), ("丙設計", ""))
    with pytest.raises(services.Refused, match="3年より前"):
        build.contract(staff, row, on=old)


def test_nobody_fills_anothers_mailbox_or_the_shelf(firm, school, staff, monkeypatch):
    project = build.offer(firm)
    for _turn in range(5):
        build.reply(school, project)
        do("answer_withdraw", school, project_id=project.pk)
    with pytest.raises(services.Refused, match="5回回答しています"):
        build.reply(school, project)
    bank = build.bank_actor(staff)
    for _turn in range(5):
        do("referral_revoke", firm, referral_id=build.consent(firm, bank).pk)
    with pytest.raises(services.Refused, match="30日に5回まで"):
        build.begin(firm, bank)
    monkeypatch.setattr("lab.consortium.services.meetings.MOST_FILES", 1)
    given = {"title": "資料", "seen_by": "all"}
    do("document_add", school, uploaded=build.paper(), **given)
    with pytest.raises(services.Refused, match="1件まで"):
        do("document_add", school, uploaded=build.paper(), **given)


@pytest.mark.parametrize(
    ("rows", "firms"),
    [
        ([(1, "株式会社甲"), (None, "（株）甲")], 1),
        ([(None, "㈱乙"), (None, "乙 株式会社"), (None, "丙")], 2),
        ([(1, "甲"), (2, "甲")], 2),
    ],
)
def test_one_firm_under_two_names_is_one(rows, firms):
    assert independent(Party(key) for key in keys_of(rows)) == firms
    # Its capital group is not forgotten over the second name.
    assert independent([Party("a", "X"), Party("a"), Party("b", "X")]) == 1


def test_a_ward_that_has_left_reads_no_document_for_it(staff):
    ward = build.add_member(staff, "ward", name="墨田区", ward_id=SUMIDA)
    given = {"title": "内部", "uploaded": build.paper(), "seen_by": "named", "readers": [ward.pk]}
    do("document_add", staff, **given)
    official = make.official_actor()
    with acting(official):
        assert visible_documents(official).count() == Document.objects.count() == 1
    do("member_leave", staff, member_id=ward.pk, on=clock.today())
    with acting(official):
        assert visible_documents(official).count() == Document.objects.count() == 0
