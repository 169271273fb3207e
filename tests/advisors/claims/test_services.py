"""From accepted visits to the payment, by the services: who may, what is refused, what is kept."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from advisors import services as support
from advisors import states as support_states
from advisors.claims import months, rules, services, states
from advisors.claims.models import Claim, ClaimLine, Correction, Payee, PayTerms
from advisors.claims.policies import visible_claims
from advisors.claims.selectors.lines import sheet_now
from advisors.claims.selectors.mine import open_months, todos
from advisors.claims.services import Report
from advisors.models import FeeTable, Visit
from advisors.services.errors import Refused
from kpi.models import Fact
from portal.accounts.roles import Role
from portal.kernel import clock, outbox
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import GuardFailed, ReasonMissing, RoleMissing, StaleState
from portal.notices.models import Notice
from tests.factories import advisors as build
from tests.factories import claims as make
from tests.factories import subsidies
from tests.factories.programs import OTA, SUMIDA, MembershipFactory

pytestmark = pytest.mark.django_db


def take_back(office: Actor, visit: Visit, reason: str = "時間が違っていた。") -> Visit:
    with acting(office):
        return services.visit_take_back(actor=office, visit_id=visit.pk, reason=reason)


def pay(actor: Actor, claim: Claim, day: dt.date) -> Claim:
    with acting(actor):
        return services.claim_pay(actor=actor, claim_id=claim.pk, paid_on=day)


def test_a_month_goes_from_report_to_payment(advisor, visit, office):
    make.terms()
    with acting(advisor):
        (row,) = open_months(advisor, clock.today())
        assert (row.month, row.visits, row.is_over) == (make.last_month(), 1, True)
        assert len(list(todos(advisor, clock.today()))) == 1
        services.report_save(
            actor=advisor,
            ward_id=SUMIDA,
            month=make.last_month(),
            report=Report("途中まで", "", ""),
            revision=0,
        )
    claim = make.submitted(advisor, revision=1)
    assert claim.number.endswith("-13107-FEE-0001")
    line = claim.lines.get()
    assert (line.visit_id, line.paid_minutes, line.hour_yen) == (visit.pk, 120, 9_000)
    assert (claim.fee_yen, claim.travel_yen, claim.tax_yen) == (18_000, 640, 1_694)
    assert (claim.withheld_yen, claim.pay_yen) == (1_903, 16_737)
    with acting(advisor):
        assert open_months(advisor, clock.today()) == []
    claim = make.approved(claim)
    assert claim.approved_by_id not in {None, claim.checked_by_id}
    with pytest.raises(Refused, match="今日まで"):
        pay(office, claim, clock.today() + dt.timedelta(days=1))
    with pytest.raises(Refused, match="決裁日より前"):
        pay(office, claim, clock.today() - dt.timedelta(days=1))
    paid = pay(office, claim, clock.today())
    assert (paid.status, paid.paid_on) == (states.PAID, clock.today())
    told = AuditRow.objects.filter(action__startswith="claims.claim.").order_by("id")
    assert [row.action.rpartition(".")[2] for row in told] == ["submit", "check", "approve", "pay"]
    with acting(Actor.system("test")):
        outbox.drain()
    subjects = set(
        Notice.objects.filter(recipient_id=advisor.user_id).values_list("subject", flat=True)
    )
    month = f"{claim.month.year}/{claim.month.month}"
    assert {f"謝金の請求が承認されました：{month}", f"謝金が支払われました：{month}"} <= subjects
    assert Notice.objects.filter(subject=f"謝金の請求が届きました：{advisor.name}").exists()


def test_without_terms_and_from_a_company_nothing_is_withheld(advisor, visit, office):
    with acting(advisor):
        before = sheet_now(
            advisor, ward_id=SUMIDA, month=make.last_month(), name="", today=clock.today()
        )
    assert before.totals.withheld_yen == 0
    make.terms()
    with acting(office):
        with pytest.raises(Refused, match="13桁"):
            services.payee_save(
                actor=office,
                user_id=advisor.user_id,
                kind=Payee.Kind.COMPANY,
                name="合同会社現場",
                registration_no="T123",
            )
        services.payee_save(
            actor=office,
            user_id=advisor.user_id,
            kind=Payee.Kind.COMPANY,
            name="合同会社現場",
            registration_no="",
        )
    claim = make.submitted(advisor)
    assert (claim.withheld_yen, claim.payee_name) == (0, "合同会社現場")
    assert claim.terms is not None


def test_what_is_refused_before_it_goes_out(advisor, case, owner, office):
    with pytest.raises(Refused, match="訪問がありません"):
        make.submitted(advisor)
    build.visit(advisor, case, days_ago=make.days_ago_last_month())  # not accepted
    with pytest.raises(Refused, match="訪問がありません"):
        make.submitted(advisor)
    with pytest.raises(Refused, match="月が終わってから"):
        make.submitted(advisor, month=clock.today().replace(day=1))
    make.accepted_last_month(advisor, case, owner, office, number=2)
    with acting(advisor), pytest.raises(Refused, match="来月すること"):
        services.claim_submit(
            actor=advisor,
            ward_id=SUMIDA,
            month=make.last_month(),
            report=Report("した", "分かった", " "),
            revision=0,
        )
    with acting(advisor), pytest.raises(RoleMissing):
        services.report_save(
            actor=advisor,
            ward_id=OTA,
            month=make.last_month(),
            report=make.REPORT,
            revision=0,
        )
    assert not Claim.objects.exists()
    with acting(advisor):
        kept = services.report_save(
            actor=advisor,
            ward_id=SUMIDA,
            month=make.last_month(),
            report=make.REPORT,
            revision=0,
        )
    with pytest.raises(Refused, match="ほかの画面"):
        make.submitted(advisor, revision=kept.revision + 1)
    make.submitted(advisor, revision=kept.revision)
    with pytest.raises(StaleState, match="もう区に出ています"):
        make.submitted(advisor, revision=kept.revision)


def test_nobody_decides_twice_or_in_their_own_cause(advisor, visit, office, case, pair):
    claim = make.submitted(advisor)
    with acting(office), pytest.raises(RoleMissing):
        services.claim_approve(actor=office, claim_id=claim.pk)
    both = make.official(Role.REVIEWER)
    both = Actor(both.user_id, both.name, both.hat, both.roles | {Role.APPROVER}, SUMIDA)
    make.checked(claim, both)
    with acting(both), pytest.raises(GuardFailed, match="自分が確認した"):
        services.claim_approve(actor=both, claim_id=claim.pk)
    for user_id, words in ((advisor.user_id, "自分の請求"), (pair[1][0].user_id, "相談員として")):
        chief = Actor(user_id, "x", both.hat, frozenset({Role.APPROVER}), ward_id=SUMIDA)
        with acting(chief), pytest.raises(GuardFailed, match=words):
            services.claim_approve(actor=chief, claim_id=claim.pk)
    chief = make.official(Role.APPROVER)
    MembershipFactory(firm=case.firm, user_id=chief.user_id, role=Role.FIRM_MEMBER)
    with acting(chief), pytest.raises(GuardFailed, match="自分が属する企業"):
        services.claim_approve(actor=chief, claim_id=claim.pk)
    member = make.official(Role.REVIEWER)
    MembershipFactory(firm=case.firm, user_id=member.user_id, role=Role.FIRM_MEMBER)
    with pytest.raises(Refused, match="自分が属する企業"):
        take_back(member, visit)
    himself = Actor(advisor.user_id, "x", office.hat, office.roles, ward_id=SUMIDA)
    with acting(himself), pytest.raises(Refused, match="自分の支払先"):
        services.payee_save(
            actor=himself, user_id=advisor.user_id, kind="company", name="x", registration_no=""
        )
    with pytest.raises(IntegrityError, match="claim_four_eyes"), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(approved_by_id=both.user_id)


def test_a_returned_claim_lets_its_visit_go_and_takes_the_mended_one(
    advisor, visit, office, owner, case
):
    claim = make.submitted(advisor)
    with pytest.raises(GuardFailed, match="請求に入っています"):
        take_back(office, visit)
    with acting(office):
        with pytest.raises(ReasonMissing):
            services.claim_return(actor=office, claim_id=claim.pk, reason=" ")
        services.claim_return(actor=office, claim_id=claim.pk, reason="時間を確かめてください。")
    assert not ClaimLine.objects.filter(released_at=None).exists()
    row = take_back(office, visit)
    assert (row.status, row.fee_table_id, row.objection) == (
        support_states.RETURNED,
        None,
        "時間が違っていた。",
    )
    with acting(advisor):
        again = support.visit_record(
            actor=advisor,
            engagement_id=case.pk,
            client_key=visit.public_id,
            record=build.record(
                make.days_ago_last_month(), ends_at=build.at(make.days_ago_last_month(), 11)
            ),
            visit_id=visit.pk,
        )
    build.accepted(owner, office, again)
    claim = make.submitted(advisor, revision=1)
    assert (claim.rounds, claim.fee_yen, claim.answer) == (2, 9_000, "")
    assert claim.number.endswith("-0001")
    assert [(line.round, line.fee_yen) for line in claim.lines.all()] == [(1, 18_000), (2, 9_000)]


def test_taking_back_compensates_the_fact_and_the_next_visit_counts(
    advisor, visit, case, owner, office
):
    other = make.accepted_last_month(advisor, case, owner, office, number=1)
    system = Actor.system("test")
    with acting(system):
        outbox.drain()
    live = Fact.objects.filter(event_type="advisor.visit_accepted", reverses=None, reversed_by=None)
    day = clock.to_date(visit.starts_at)
    assert [fact.occurred_on for fact in live] == [day]
    take_back(office, visit)
    with acting(system):
        outbox.drain()
    assert [fact.occurred_on for fact in live.all()] == [clock.to_date(other.starts_at)]
    take_back(office, other)
    with acting(system):
        outbox.drain()
    assert not live.all().exists()
    # Accepted anew, it is a fact of its own beside the reversed ones.
    row = make.accepted_last_month(advisor, case, owner, office, hour=14)
    with acting(system):
        outbox.drain()
    assert [fact.occurred_on for fact in live.all()] == [clock.to_date(row.starts_at)]
    assert Fact.objects.filter(reverses__isnull=False).count() == 2
    told = AuditRow.objects.filter(action="advisors.visit.take_back")
    assert {row.reason for row in told} == {"時間が違っていた。"}
    assert Notice.objects.filter(
        recipient_id=advisor.user_id, subject__contains="受理を取り消しました"
    ).exists()


def test_a_decided_line_is_corrected_on_the_next_claim(advisor, visit, case, owner, office):
    claim = make.submitted(advisor)
    line = claim.lines.get()

    def correct(fee: int, fare: int) -> Correction:
        with acting(office):
            return services.correction_make(
                actor=office, line_id=line.pk, fee_yen=fee, travel_yen=fare, reason="二重だった。"
            )

    with pytest.raises(Refused, match="まだ決裁されていません"):
        correct(9_000, 640)
    make.approved(claim)
    with pytest.raises(Refused, match="同じです"):
        correct(18_000, 640)
    fix = correct(9_000, 320)
    assert (fix.fee_yen, fix.travel_yen) == (-9_000, -320)
    with acting(advisor):
        assert open_months(advisor, clock.today()) == []  # it waits for visits to be set against
    # A visit of the claimed month that is accepted late stands on the next claim, with the correction.
    late = make.accepted_last_month(advisor, case, owner, office, number=3)
    with acting(advisor):
        sheet = sheet_now(
            advisor,
            ward_id=SUMIDA,
            month=clock.today().replace(day=1),
            name=advisor.name,
            today=clock.today(),
        )
    assert [(one.visit_id, one.fee_yen, one.travel_yen, one.notes) for one in sheet.lines] == [
        (late.pk, 18_000, 0, [rules.LATE])
    ]
    assert sheet.waiting == (fix,)  # more fares would be taken than there are


def test_what_is_owed_to_the_advisor_needs_no_visit(advisor, pair, visit, office):
    line = make.approved(make.submitted(advisor)).lines.get()
    with acting(office):
        services.correction_make(
            actor=office, line_id=line.pk, fee_yen=27_000, travel_yen=640, reason="3時間だった。"
        )
    elsewhere = replace(advisor, ward_id=OTA)
    with acting(elsewhere):
        assert open_months(elsewhere, clock.today()) == []  # not this ward's to pay
    with acting(advisor):
        (row,) = open_months(advisor, clock.today())
        sheet = sheet_now(
            advisor, ward_id=SUMIDA, month=row.month, name=advisor.name, today=clock.today()
        )
    # On the first month that is not claimed yet.
    assert (row.month, row.visits) == (clock.today().replace(day=1), 0)
    assert [(one.correction.reason, one.fee_yen) for one in sheet.lines] == [
        ("3時間だった。", 9_000)
    ]
    # Whoever is in the team does not decide on the correction either, alone as it stands.
    alone = make.submitted(advisor, month=months.month_of(line.visited_on - dt.timedelta(days=40)))
    partner = Actor(pair[1][0].user_id, "x", office.hat, office.roles, ward_id=SUMIDA)
    with acting(partner), pytest.raises(GuardFailed, match="相談員として"):
        services.claim_check(actor=partner, claim_id=alone.pk)


def test_a_firm_is_paid_for_so_many_visits_whoever_comes(advisor, pair, case, owner, office):
    FeeTable.objects.update(most_visits=2)
    partner = pair[1][0]
    make.accepted_last_month(partner, case, owner, office)
    first = make.submitted(partner)
    for number in (1, 2):
        make.accepted_last_month(advisor, case, owner, office, number=number)
    second = make.submitted(advisor)
    assert [line.notes for line in first.lines.all()] == [[]]
    assert [(line.fee_yen, line.notes) for line in second.lines.all()] == [
        (18_000, []),
        (0, [rules.OVER_VISITS]),
    ]


def test_rows_that_the_database_does_not_show_or_change(advisor, pair, visit, office, owner):
    make.terms()
    claim = make.submitted(advisor)
    with acting(advisor):
        assert PayTerms.objects.get() == claim.terms
    with acting(pair[1][0]):
        assert not PayTerms.objects.exists()
        assert not Claim.objects.exists()
        assert not ClaimLine.objects.exists()
    with acting(subsidies.official_actor(OTA)):
        assert not Claim.objects.exists()
    with (
        acting(owner),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
    ):
        Claim.objects.count()
    for actor, change in (
        (advisor, {"fee_yen": 99_999}),
        (office, {"fee_yen": 99_999}),
        (Actor.system("test"), {"released_at": None, "fee_yen": 1}),
    ):
        with (
            acting(actor),
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
        ):
            ClaimLine.objects.filter(claim=claim).update(**change)
    with acting(advisor):
        services.report_save(
            actor=advisor,
            ward_id=SUMIDA,
            month=clock.today().replace(day=1),
            report=make.REPORT,
            revision=0,
        )
    with acting(office), connection.cursor() as cursor:
        cursor.execute("SELECT status FROM claims_claim ORDER BY id")
        assert cursor.fetchall() == [("submitted",)]  # no draft
        assert visible_claims(office).count() == 1
    auditor = Actor(office.user_id, "x", Hat.AUDITOR, frozenset({Role.AUDITOR}))
    with acting(auditor):
        assert Claim.objects.get() == visible_claims(auditor).get()
        with pytest.raises(RoleMissing):  # and no lock either, which the database would refuse
            services.claim_check(actor=auditor, claim_id=claim.pk)


def test_one_visit_stands_on_one_claim_says_the_database(advisor, visit):
    line = make.submitted(advisor).lines.get()
    other = Claim.objects.create(
        ward_id=SUMIDA, advisor_id=advisor.user_id, advisor_name="x", month=dt.date(2026, 1, 1)
    )
    line.pk, line.claim = None, other
    with pytest.raises(IntegrityError, match="claim_line_visit_once"), transaction.atomic():
        line.save(force_insert=True)
