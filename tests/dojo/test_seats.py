"""Seats: 50 at once, the waiting list, cancelling, choosing; who may and who may not."""

import datetime as dt
from collections import Counter

import pytest
from django.db import IntegrityError, transaction

from dojo import services, states
from dojo.models import Cohort, Enrolment
from dojo.services.errors import Full, Refused
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import RoleMissing, StaleState
from portal.notices.models import Notice
from tests.factories import dojo
from tests.factories import subsidies as make
from tests.factories.programs import OTA, SUMIDA, MembershipFactory
from tests.support.people import make_person
from tests.support.racing import at_once


def status(row):
    return Enrolment.objects.get(pk=row.pk).status


def fresh(cohort):
    return Cohort.objects.get(pk=cohort.pk)


@pytest.mark.django_db(transaction=True)
def test_the_last_seat_taken_by_fifty_at_once_goes_to_exactly_one():
    with acting(dojo.SYSTEM):
        cohort = dojo.make_cohort(capacity=3)
        dojo.enrolled(cohort, 2)
        people = [dojo.owner() for _ in range(50)]

    def applying(actor):
        return lambda: dojo.apply(actor, cohort).status

    found = Counter(at_once([applying(person) for person in people]))
    assert found == {states.ENROLLED: 1, states.WAITING: 49}
    with acting(dojo.SYSTEM):
        after = fresh(cohort)
        assert (after.taken, after.waiting) == (3, 49)
        # The database itself has the last word.
        with pytest.raises(IntegrityError, match="cohort_seats"), transaction.atomic():
            Cohort.objects.filter(pk=cohort.pk).update(taken=4)


class TestWaitingList:
    @pytest.fixture
    def full(self, planner):
        cohort = dojo.make_cohort(planner, capacity=1)
        seated = dojo.enrolled(cohort)[0]
        first, second = dojo.enrolled(cohort, 2)
        return cohort, seated, first, second

    def test_a_seat_that_is_given_back_is_offered_to_the_first(self, full):
        _, (owner, row), (_, first), (_, second) = full
        with acting(owner):
            services.enrolment_withdraw(actor=owner, enrolment_id=row.pk)
        assert [status(r) for r in (row, first, second)] == [
            states.WITHDRAWN,
            states.OFFERED,
            states.WAITING,
        ]
        offer = Enrolment.objects.get(pk=first.pk)
        assert offer.accept_by == clock.today() + dt.timedelta(days=3)
        told = Notice.objects.filter(recipient_id=first.person_id, event_key__contains="offered")
        assert "席が空きました" in told.get().subject

    def test_accepting_in_time_gives_the_seat(self, full):
        cohort, (owner, row), (one, first), _ = full
        with acting(owner):
            services.enrolment_withdraw(actor=owner, enrolment_id=row.pk)
        with acting(one):
            services.enrolment_accept(actor=one, enrolment_id=first.pk)
        assert status(first) == states.ENROLLED
        assert (fresh(cohort).taken, fresh(cohort).waiting) == (1, 1)

    def test_who_does_not_answer_loses_the_turn_to_the_next(self, full):
        _, (owner, row), (one, first), (_, second) = full
        with acting(owner):
            services.enrolment_withdraw(actor=owner, enrolment_id=row.pk)
        yesterday = clock.today() - dt.timedelta(days=1)
        Enrolment.objects.filter(pk=first.pk).update(accept_by=yesterday)
        with acting(one), pytest.raises(Refused, match="返事の期限が過ぎた"):
            services.enrolment_accept(actor=one, enrolment_id=first.pk)
        assert services.seats_settle_all(today=clock.today()) == 2
        assert (status(first), status(second)) == (states.LAPSED, states.OFFERED)
        assert services.seats_settle_all(today=clock.today()) == 0, "doing it again changes nothing"

    def test_who_lost_the_turn_may_apply_again_and_stands_at_the_end(self, full):
        cohort, (owner, row), *_ = full
        with acting(owner):
            services.enrolment_withdraw(actor=owner, enrolment_id=row.pk)
        again = dojo.apply(owner, cohort)
        assert again.status == states.WAITING
        assert [r.status for r in Enrolment.objects.filter(cohort=cohort)] == [
            states.WITHDRAWN,
            states.OFFERED,
            states.WAITING,
            states.WAITING,
        ]

    def test_more_seats_are_offered_at_once(self, planner, full):
        cohort, _, (_, first), (_, second) = full
        with acting(planner):
            services.cohort_change(
                actor=planner, cohort_id=cohort.pk, fields=dojo.fields(capacity=3)
            )
        assert status(first) == status(second) == states.OFFERED
        with acting(planner), pytest.raises(Refused, match="少ない定員にはできません"):
            services.cohort_change(
                actor=planner, cohort_id=cohort.pk, fields=dojo.fields(capacity=2)
            )


class TestApplying:
    def test_only_firms_of_the_wards(self, planner):
        cohort = dojo.make_cohort(planner)
        with pytest.raises(Refused, match="対象の区に事業所のある企業"):
            dojo.apply(dojo.owner(ward=OTA), cohort)

    def test_a_cohort_of_two_wards_takes_both_and_each_ward_reads_its_own(self, planner):
        cohort = dojo.make_cohort(planner, wards=(OTA,))
        ours, theirs = dojo.apply(dojo.owner(), cohort), dojo.apply(dojo.owner(ward=OTA), cohort)
        assert (ours.ward_id, theirs.ward_id) == (SUMIDA, OTA)
        ota = make.official_actor(OTA)
        with acting(ota):
            assert set(Enrolment.objects.values_list("pk", flat=True)) == {theirs.pk}
        with acting(planner):
            assert set(Enrolment.objects.values_list("pk", flat=True)) == {ours.pk, theirs.pk}
        with acting(ota), pytest.raises(RoleMissing):
            services.enrolment_remove(actor=ota, enrolment_id=theirs.pk, reason="理由")

    def test_the_dojo_is_for_owners_the_leader_course_for_anybody(self, planner):
        firm = make.make_firm()
        member = make_person("genba@example.jp", name="現場 花子")
        MembershipFactory(firm=firm, user=member, role=Role.FIRM_MEMBER)
        owner = dojo.owner(firm)
        with pytest.raises(Refused, match="企業の代表者が受ける"):
            dojo.apply(owner, dojo.make_cohort(planner), person_id=member.pk)
        leader = dojo.apply(owner, dojo.make_cohort(planner, code="leader"), person_id=member.pk)
        assert leader.person_name == "現場 花子"

    def test_strangers_and_second_applications_are_refused(self, planner):
        cohort = dojo.make_cohort(planner)
        owner = dojo.owner()
        stranger = dojo.owner()
        with pytest.raises(Refused, match="企業に登録された方"):
            dojo.apply(owner, cohort, person_id=stranger.user_id)
        dojo.apply(owner, cohort)
        with pytest.raises(Refused, match="すでにこの期に申し込んで"):
            dojo.apply(owner, cohort)
        with pytest.raises(Refused, match="取り組みたい課題"):
            dojo.apply(stranger, cohort, motive=" ")

    def test_the_window_is_kept(self, planner):
        today = clock.today()
        late = dojo.make_cohort(planner)
        Cohort.objects.filter(pk=late.pk).update(closes_on=today - dt.timedelta(days=1))
        early = dojo.make_cohort(planner, opens_on=today + dt.timedelta(days=1))
        for cohort in (late, early):
            with pytest.raises(Refused, match="受け付けていません"):
                dojo.apply(dojo.owner(), cohort)


class TestChoosing:
    @pytest.fixture
    def chosen(self, planner):
        cohort = dojo.make_cohort(
            planner, capacity=1, selection="chosen", criteria="課題が具体的な順に選びます。"
        )
        return cohort, [row for _, row in dojo.enrolled(cohort, 3)]

    def choose(self, planner, row, action, reason=""):
        with acting(planner):
            services.enrolment_choose(
                actor=planner, enrolment_id=row.pk, action=action, reason=reason
            )

    def test_an_official_chooses_and_nobody_gets_a_seat_too_many(self, planner, chosen):
        _, (a, b, c) = chosen
        assert status(a) == states.APPLIED
        self.choose(planner, a, "enrol")
        with pytest.raises(Full):
            self.choose(planner, b, "enrol")
        self.choose(planner, b, "queue")
        self.choose(planner, c, "decline", "課題が講座の内容と合わないため")
        assert [status(row) for row in (a, b, c)] == [
            states.ENROLLED,
            states.WAITING,
            states.DECLINED,
        ]
        with pytest.raises(StaleState):
            self.choose(planner, c, "queue")

    def test_removing_needs_a_reason_and_lets_the_next_in(self, planner, chosen):
        _, (a, b, c) = chosen
        self.choose(planner, a, "enrol")
        self.choose(planner, b, "queue")
        with acting(planner):
            services.enrolment_remove(actor=planner, enrolment_id=a.pk, reason="連絡がつかないため")
        assert (status(a), status(b)) == (states.REMOVED, states.WAITING)
        services.seats_settle_all(today=clock.today())
        assert status(b) == states.WAITING, "somebody's application is still undecided"
        self.choose(planner, c, "decline", "課題が講座の内容と合わないため")
        services.seats_settle_all(today=clock.today())
        assert status(b) == states.OFFERED
        row = AuditRow.objects.filter(action="dojo.enrolment.remove").latest("pk")
        assert (row.reason, row.actor_id) == ("連絡がつかないため", planner.user_id)

    def test_criteria_must_be_published_and_stay(self, planner, chosen):
        with pytest.raises(Refused, match="公表する選考の基準"):
            dojo.make_draft(planner, selection="chosen")
        with acting(planner), pytest.raises(Refused, match="公開した後"):
            services.cohort_change(
                actor=planner,
                cohort_id=chosen[0].pk,
                fields=dojo.fields(capacity=1, selection="chosen", criteria="別の基準"),
            )


def test_a_cancelled_cohort_tells_everybody(planner):
    cohort = dojo.make_cohort(planner, capacity=1)
    rows = [row for _, row in dojo.enrolled(cohort, 2)]
    with acting(planner):
        services.cohort_cancel(actor=planner, cohort_id=cohort.pk, reason="講師の都合による")
    assert {status(row) for row in rows} == {states.REMOVED}
    assert fresh(cohort).taken == fresh(cohort).waiting == 0
    for row in rows:
        told = Notice.objects.get(recipient_id=row.person_id, event_key__endswith="cancelled")
        assert "講師の都合による" in told.body


def test_what_is_missing_is_said_before_it_is_announced(planner):
    draft = dojo.make_draft(planner, closes_on=clock.today() + dt.timedelta(days=40))
    with acting(planner), pytest.raises(Refused, match=r"最初の回は.*講師を1人以上"):
        services.cohort_announce(actor=planner, cohort_id=draft.pk)
    with acting(planner):
        services.lecturer_add(actor=planner, cohort_id=draft.pk, name="講師", profile="診断士")
    with acting(planner), pytest.raises(Refused, match="成功事例を持つ町工場の経営者"):
        services.cohort_announce(actor=planner, cohort_id=draft.pk)


def test_another_ward_changes_nothing(planner):
    cohort = dojo.make_cohort(planner)
    ota = make.official_actor(OTA)
    with acting(ota):
        for act in (
            lambda: services.cohort_change(
                actor=ota, cohort_id=cohort.pk, fields=dojo.fields(capacity=5)
            ),
            lambda: services.cohort_cancel(actor=ota, cohort_id=cohort.pk, reason="x"),
            lambda: services.lecturer_add(actor=ota, cohort_id=cohort.pk, name="x", profile="x"),
        ):
            with pytest.raises(RoleMissing):
                act()
        # Beneath the policy the row policies say the same.
        with pytest.raises(Exception, match="row-level security"), transaction.atomic():
            Cohort.objects.filter(pk=cohort.pk).update(capacity=5)
