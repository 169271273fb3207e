"""From the request to the accepted visit, by the services: who may, what is refused, what is kept."""

import datetime as dt
import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from PIL import Image

from advisors import services, states
from advisors.models import Engagement, NextAction, TeamMember, Visit, VisitPhoto
from advisors.selectors.cases import case_view
from advisors.selectors.claims import accepted_visits
from advisors.services import Action, Choice, OverrideNeeded, Refused, VisitRefused
from kpi.models import Fact
from portal.kernel import clock, outbox
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import GuardFailed, ReasonMissing, RoleMissing, StaleState
from portal.notices.models import Notice
from tests.factories import advisors as build
from tests.factories import subsidies as make
from tests.factories.programs import OTA, MembershipFactory
from tests.support.replay import replayed

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Actor:
    return make.official_actor()


@pytest.fixture
def pair() -> tuple[tuple, tuple]:
    """((IT actor, entry), (shop-floor actor, entry))."""
    it = build.make_advisor(name="渡辺 由紀", sides=("it",), qualifications=("it_coordinator",))
    floor = build.make_advisor(name="小林 修", sides=("floor",), qualifications=("engineer",))
    return it, floor


@pytest.fixture
def case(office, pair) -> Engagement:
    return build.engage(office, pair[0][1], pair[1][1], days=60)


@pytest.fixture
def owner(case) -> Actor:
    return make.firm_actor(case.firm)


def taken(office: Actor, **wish: object):
    return build.make_taken(build.make_firm(), office, **wish)


def choose(office, row, it, floor, reason="", starts_on=None):
    with acting(office):
        return services.team_choose(
            actor=office,
            request_id=row.pk,
            choice=Choice(it.pk, floor.pk, reason),
            starts_on=starts_on or clock.today(),
        )


def test_a_request_is_asked_about_answered_taken_and_engaged(office, pair):
    firm = build.make_firm()
    owner = make.firm_actor(firm)
    row = build.ask(firm, owner=owner)
    with acting(office), pytest.raises(ReasonMissing):
        services.request_ask(actor=office, request_id=row.pk, question=" ")
    with acting(office):
        services.request_ask(actor=office, request_id=row.pk, question="何人で集計していますか。")
    with acting(office), pytest.raises(StaleState):
        services.request_take(actor=office, request_id=row.pk)
    with acting(owner):
        services.request_answer(actor=owner, request_id=row.pk, answer="2人です。")
    with acting(office):
        services.request_take(actor=office, request_id=row.pk)
    made = choose(office, row, pair[0][1], pair[1][1])
    row.refresh_from_db()
    assert row.status == states.ENGAGED
    assert (row.question, row.answer) == ("何人で集計していますか。", "2人です。")
    assert replayed(states.REQUEST, row) == states.ENGAGED
    assert made.team == "渡辺 由紀 / 小林 修"
    assert {member.side: member.override for member in made.members.all()} == {
        "it": "",
        "floor": "",
    }
    assert made.members.get(side="it").reasons["total"] > 0
    assert made.ends_on > made.starts_on + dt.timedelta(days=175)
    outbox.drain()
    told = set(Notice.objects.values_list("recipient_id", flat=True))
    assert {owner.user_id, office.user_id, pair[0][0].user_id, pair[1][0].user_id} <= told


def test_a_planned_visit_is_told_with_its_day_and_hour_in_the_readers_language(case, pair, owner):
    starts_at = build.at(-3, 13, 30)
    with acting(pair[0][0]):
        row = services.visit_plan(
            actor=pair[0][0],
            engagement_id=case.pk,
            starts_at=starts_at,
            ends_at=starts_at + dt.timedelta(hours=2),
        )
    outbox.drain()
    told = Notice.objects.get(recipient_id=owner.user_id, url__contains=str(row.public_id))
    day = clock.wareki(clock.to_date(starts_at))
    assert told.subject == f"訪問の予定が入りました：{day} 13:30"
    assert "渡辺 由紀さんが訪問します" in told.body


def test_one_open_request_a_firm_and_ward_and_none_while_supported(office, pair):
    firm = build.make_firm()
    build.ask(firm)
    with pytest.raises(Refused, match="すでに届いています"):
        build.ask(firm)
    case = build.engage(office, pair[0][1], pair[1][1])
    with pytest.raises(Refused, match="いま続いています"):
        build.ask(case.firm)
    with pytest.raises(Refused, match="区を選び直して"):
        build.ask(build.make_firm(), ward=OTA)


def test_a_decline_needs_a_reason_that_the_firm_reads(office):
    row = build.ask(build.make_firm())
    with acting(office), pytest.raises(ReasonMissing):
        services.request_decline(actor=office, request_id=row.pk, reason="")
    with acting(office):
        services.request_decline(actor=office, request_id=row.pk, reason="製造業ではないため。")
    row.refresh_from_db()
    assert (row.status, row.reason) == (states.DECLINED, "製造業ではないため。")
    outbox.drain()
    assert Notice.objects.filter(body="製造業ではないため。").exists()


def test_another_choice_than_proposed_needs_a_reason_and_is_audited(office, pair):
    second = build.make_advisor(sides=("it",), qualifications=(), fields=())[1]
    row = taken(office)
    with pytest.raises(OverrideNeeded):
        choose(office, row, second, pair[1][1])
    made = choose(office, row, second, pair[1][1], "企業が女性の相談員を希望したため。")
    assert made.members.get(side="it").override == "企業が女性の相談員を希望したため。"
    told = AuditRow.objects.get(action="advisors.request.engage", object_id=str(row.pk))
    assert told.reason == "企業が女性の相談員を希望したため。"
    assert told.detail["as_proposed"] is False


@pytest.mark.parametrize("tie", ["vendor", "member", "same"])
def test_what_no_reason_passes_over(office, pair, tie):
    (_it, it), (_floor, floor) = pair
    row = taken(office, vendors=("工場クラウド",))
    if tie == "vendor":
        it.vendors = ["工場クラウド"]
        it.save()
    elif tie == "member":
        MembershipFactory(firm=row.firm, user=it.user)
    other = it if tie == "same" else floor
    with pytest.raises(Refused, match="別の人" if tie == "same" else "選べません"):
        choose(office, row, it, other, "どうしても")
    assert not Engagement.objects.filter(request=row).exists()


def test_a_full_month_counts_every_wards_engagements(office, pair):
    (_a, it), (_b, floor) = pair
    it.capacity, it.wards = 1, [13107, OTA]
    it.save()
    elsewhere = make.official_actor(OTA)
    other = build.make_advisor(OTA, sides=("floor",))[1]
    from portal.accounts.models import Assignment

    Assignment.objects.create(
        user=it.user, role="advisor", ward_id=OTA, valid_from=dt.date(2024, 4, 1)
    )
    build.engage(elsewhere, it, other, build.make_firm(OTA), ward=OTA)
    with pytest.raises(OverrideNeeded):
        choose(office, taken(office), it, floor)


def test_who_may_do_what_to_a_request(office, pair):
    row = build.ask(build.make_firm())
    stranger = make.official_actor(OTA)
    with acting(stranger), pytest.raises(type(row).DoesNotExist):
        services.request_take(actor=stranger, request_id=row.pk)
    chief = build.approver()
    with acting(chief), pytest.raises(RoleMissing):
        services.request_take(actor=chief, request_id=row.pk)


def test_phases_go_step_by_step_and_back_with_a_reason(case, pair):
    advisor = pair[0][0]

    def move(action, reason=""):
        with acting(advisor):
            return services.phase_move(
                actor=advisor, engagement_id=case.pk, action=action, reason=reason
            )

    with pytest.raises(StaleState):
        move("to_introduce")
    move("to_choose")
    move("to_introduce")
    with pytest.raises(ReasonMissing):
        move("back_choose")
    move("back_choose", "製品の試用で、図面が読めないことが分かった。")
    for action in ("to_introduce", "to_settle", "to_measure"):
        move(action)
    case.refresh_from_db()
    assert case.status == states.MEASURE
    assert replayed(states.ENGAGEMENT, case) == states.MEASURE


def test_the_end_waits_for_the_report(case, pair, office):
    advisor = pair[0][0]
    with acting(office), pytest.raises(StaleState):
        services.engagement_finish(actor=office, engagement_id=case.pk)
    with acting(advisor):
        for action in ("to_choose", "to_introduce", "to_settle", "to_measure"):
            services.phase_move(actor=advisor, engagement_id=case.pk, action=action)
    with acting(office), pytest.raises(GuardFailed, match="終了報告"):
        services.engagement_finish(actor=office, engagement_id=case.pk)
    with acting(advisor):
        services.report_save(
            actor=advisor,
            engagement_id=case.pk,
            result="日報を端末に替えた。",
            figures="集計 24時間→3時間",
            left_over="見積の履歴を残す。",
        )
    with acting(office):
        done = services.engagement_finish(actor=office, engagement_id=case.pk)
    assert (done.status, done.closed_on) == (states.FINISHED, clock.today())
    with acting(office), pytest.raises(StaleState):
        services.engagement_end(actor=office, engagement_id=case.pk, reason="もう一度")


def test_an_extension_is_approved_by_somebody_else(case, office):
    chief = build.approver()
    with acting(office):
        change = services.change_propose(
            actor=office,
            engagement_id=case.pk,
            kind="extend",
            reason="導入が2か月遅れた。",
            ends_on=case.ends_on + dt.timedelta(days=60),
        )
    both = Actor(office.user_id, office.name, office.hat, frozenset({"reviewer", "approver"}),
                 ward_id=office.ward_id)  # fmt: skip
    with acting(both), pytest.raises(GuardFailed, match="自分が起案"):
        services.change_approve(actor=both, change_id=change.pk)
    with acting(office), pytest.raises(Refused, match="決裁を待っている"):
        services.change_propose(
            actor=office,
            engagement_id=case.pk,
            kind="extend",
            reason="もう一つ",
            ends_on=case.ends_on + dt.timedelta(days=90),
        )
    with acting(chief):
        services.change_approve(actor=chief, change_id=change.pk)
    before = case.ends_on
    case.refresh_from_db()
    assert case.ends_on == before + dt.timedelta(days=60)
    with acting(office), pytest.raises(Refused, match="1年まで"):
        services.change_propose(
            actor=office,
            engagement_id=case.pk,
            kind="extend",
            reason="まだ",
            ends_on=case.starts_on + dt.timedelta(days=400),
        )


def test_another_advisor_takes_the_place_and_the_first_keeps_the_own_records(case, office, pair):
    (first, _entry), (partner, _other) = pair
    mine = build.visit(first, case, days_ago=10)
    theirs = build.visit(partner, case, days_ago=9)
    new_actor, new = build.make_advisor(name="中村 光", sides=("it",))
    with acting(office):
        change = services.change_propose(
            actor=office,
            engagement_id=case.pk,
            kind="replace",
            side="it",
            advisor_id=new.pk,
            reason="相談員の入院のため。",
        )
    chief = build.approver()
    with acting(chief):
        services.change_approve(actor=chief, change_id=change.pk)
    case.refresh_from_db()
    assert case.team == "中村 光 / 小林 修"
    old = TeamMember.objects.get(engagement=case, user_id=first.user_id)
    assert old.until == clock.today() - dt.timedelta(days=1)
    with acting(first):
        assert list(Visit.objects.all()) == [mine]
    with acting(new_actor):
        assert set(Visit.objects.all()) == {mine, theirs}
        assert set(case_view(new_actor, case).visits) == {mine, theirs}
    # A record written in time, which arrives late, is taken; one of today is not theirs any more.
    build.visit(first, case, days_ago=3)
    with pytest.raises(VisitRefused, match="担当した期間"):
        build.visit(first, case, days_ago=0, starts_at=build.at(0, 0), ends_at=build.at(0, 0, 15))
    with acting(first), pytest.raises(Refused, match="ほかの人に替わっています"):
        services.goals_save(actor=first, engagement_id=case.pk, goals="変える")


def test_a_record_that_arrives_twice_is_one(case, pair):
    advisor, key = pair[0][0], uuid.uuid4()
    promise = Action("firm", "項目を決める", "工場長", clock.today())
    first = build.visit(advisor, case, key=key, actions=[promise])
    again = build.visit(advisor, case, key=key, actions=[promise], note="違う文", hour=15)
    assert (again.pk, again.note) == (first.pk, "工程を一緒に書き出した。")
    assert Visit.objects.count() == NextAction.objects.count() == 1
    assert AuditRow.objects.filter(action="advisors.visit.record").count() == 1
    with pytest.raises(Refused, match="ほかの人"):
        build.visit(pair[1][0], case, key=key)


def test_a_planned_visit_is_recorded_once(case, pair):
    advisor = pair[0][0]
    with acting(advisor):
        plan = services.visit_plan(
            actor=advisor,
            engagement_id=case.pk,
            starts_at=build.at(-2, 10),
            ends_at=build.at(-2, 12),
        )
    Visit.objects.filter(pk=plan.pk).update(starts_at=build.at(2, 10), ends_at=build.at(2, 12))

    def write(key):
        with acting(advisor):
            return services.visit_record(
                actor=advisor,
                engagement_id=case.pk,
                client_key=key,
                record=build.record(2),
                visit_id=plan.pk,
            )

    key = uuid.uuid4()
    assert write(key).pk == write(key).pk == plan.pk
    with pytest.raises(StaleState, match="すでに記録されています"):
        write(uuid.uuid4())


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"days_ago": -1}, "まだ終わっていない"),
        ({"starts_at": build.at(2, 8), "ends_at": build.at(1, 14)}, "15分から8時間"),
        ({"days_ago": 61}, "支援の期間"),
        ({"note": "  "}, "訪問の記録を入力"),
        ({"travel_yen": 30_000}, "交通費は20,000円まで"),
        ({"barriers": ("Z-9",)}, "一覧にない"),
    ],
)
def test_bad_input_is_told_and_nothing_is_written(case, pair, given, words):
    with pytest.raises(Refused, match=words):
        build.visit(pair[0][0], case, **given)
    assert not Visit.objects.exists()


def test_overlapping_visits_of_one_advisor_are_refused_by_service_and_database(case, pair, office):
    advisor = pair[0][0]
    other = build.engage(office, pair[0][1], pair[1][1], days=60)
    first = build.visit(advisor, case)
    with pytest.raises(VisitRefused, match="同じ時間に別の訪問"):
        build.visit(advisor, other, hour=11)
    build.visit(advisor, other, hour=12)
    build.visit(pair[1][0], case)  # the partner was there too
    with pytest.raises(IntegrityError, match="visit_apart"), transaction.atomic():
        Visit.objects.filter(engagement=other).update(starts_at=first.starts_at)


def test_outside_the_contract(case, pair):
    entry = pair[0][1]
    entry.contract_to = clock.today() - dt.timedelta(days=5)
    entry.save()
    with pytest.raises(VisitRefused, match="契約期間"):
        build.visit(pair[0][0], case)
    build.visit(pair[0][0], case, days_ago=5)


def test_the_firm_confirms_and_the_ward_accepts_with_the_fee_table_of_the_day(
    case, pair, owner, office
):
    row = build.visit(pair[0][0], case, travel_minutes=40, travel_yen=640)
    build.confirmed(owner, row)
    with acting(office), pytest.raises(Refused, match="謝金表"):
        services.visit_accept(actor=office, visit_id=row.pk)
    old = build.make_fees()
    build.make_fees(OTA)
    draft = build.make_fees()
    type(draft).objects.filter(pk=draft.pk).update(published_by=None, published_at=None)
    with acting(office):
        services.visit_accept(actor=office, visit_id=row.pk)
    with acting(office):
        (paid,) = accepted_visits(
            office, first=clock.today().replace(day=1), last=clock.today()
        ) or (accepted_visits(office, first=dt.date(2020, 1, 1), last=clock.today()))
    assert (paid.minutes, paid.travel_yen, paid.side, paid.fees) == (120, 640, "it", old)
    with acting(office), pytest.raises(StaleState):
        services.visit_return(actor=office, visit_id=row.pk, reason="やはり")
    row.refresh_from_db()
    assert replayed(states.VISIT, row) == states.ACCEPTED


def test_the_accepted_visit_is_one_fact_for_firm_and_year(case, pair, owner, office):
    build.make_fees()
    for days in (4, 3):
        build.accepted(owner, office, build.visit(pair[0][0], case, days_ago=days))
    outbox.drain()
    (fact,) = Fact.objects.filter(event_type="advisor.visit_accepted")
    day = clock.today() - dt.timedelta(days=4)
    assert (fact.firm_id, fact.ward_id, fact.occurred_on) == (case.firm_id, case.ward_id, day)


def test_an_objection_leads_back_to_the_advisor_and_silence_needs_a_reason(
    case, pair, owner, office
):
    build.make_fees()
    advisor = pair[0][0]
    row = build.visit(advisor, case)
    with acting(owner), pytest.raises(ReasonMissing):
        services.visit_object(actor=owner, visit_id=row.pk, reason="")
    with acting(owner):
        services.visit_object(actor=owner, visit_id=row.pk, reason="時間は1時間でした。")
    with acting(advisor):
        again = services.visit_record(
            actor=advisor,
            engagement_id=case.pk,
            client_key=uuid.uuid4(),
            record=build.record(ends_at=build.at(1, 11)),
            visit_id=row.pk,
        )
    assert (again.pk, again.minutes, again.objection) == (row.pk, 60, "")
    with acting(office), pytest.raises(ReasonMissing):
        services.visit_accept(actor=office, visit_id=row.pk)
    with acting(office):
        services.visit_accept(actor=office, visit_id=row.pk, reason="電話で確認した。")
    row.refresh_from_db()
    assert row.status == states.ACCEPTED


def picture(colour: str) -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", (12, 12), colour).save(made, "PNG")
    return SimpleUploadedFile(f"{colour}.png", made.getvalue(), "image/png")


def test_a_photo_sent_again_is_the_same_and_a_false_one_is_refused(case, pair):
    from portal.kernel.files.services import UploadRefused

    advisor = pair[0][0]
    row = build.visit(advisor, case)
    with acting(advisor):
        one = services.photo_add(actor=advisor, visit_id=row.pk, uploaded=picture("red"))
        again = services.photo_add(actor=advisor, visit_id=row.pk, uploaded=picture("red"))
        services.photo_add(actor=advisor, visit_id=row.pk, uploaded=picture("blue"))
        with pytest.raises(UploadRefused):
            services.photo_add(
                actor=advisor,
                visit_id=row.pk,
                uploaded=SimpleUploadedFile("x.exe", b"MZ", "image/png"),
            )
    assert one == again
    assert VisitPhoto.objects.count() == 2


def test_each_side_ticks_off_its_own(case, pair, owner):
    promises = [
        Action("firm", "項目を決める", "工場長", clock.today()),
        Action("advisor", "3社を比べる", "渡辺", clock.today()),
    ]
    build.visit(pair[0][0], case, actions=promises)
    firms, advisors = NextAction.objects.order_by("-side")
    with acting(owner):
        services.action_done(actor=owner, action_id=firms.pk)
        with pytest.raises(Refused, match="相手の側"):
            services.action_done(actor=owner, action_id=advisors.pk)
    firms.refresh_from_db()
    assert (firms.done_on, firms.done_by_id) == (clock.today(), owner.user_id)


def test_rows_that_the_database_does_not_show_or_take(case, pair, owner, office):
    advisor = pair[0][0]
    row = build.visit(advisor, case)
    stranger, _entry = build.make_advisor()
    rival = make.firm_actor(build.make_firm())
    for actor in (stranger, rival, make.official_actor(OTA)):
        with acting(actor):
            assert not Visit.objects.exists()
            assert not Engagement.objects.exists()
    # Nobody accepts by the way of the tables, nor writes in another's name.
    with acting(advisor), pytest.raises(DatabaseError), transaction.atomic():
        Engagement.objects.filter(pk=case.pk).update(ends_on=dt.date(2030, 1, 1))
    with acting(owner), pytest.raises(DatabaseError), transaction.atomic():
        Visit.objects.filter(pk=row.pk).update(note="書き換え")
    member = case.members.get(side="floor")
    with acting(advisor), pytest.raises(DatabaseError), transaction.atomic():
        Visit.objects.create(
            engagement=case,
            ward_id=case.ward_id,
            firm_id=case.firm_id,
            member=member,
            advisor_id=member.user_id,
            side="floor",
            starts_at=build.at(1, 15),
            ends_at=build.at(1, 16),
        )


def test_fee_tables_are_published_by_somebody_else(office):
    values = {
        "valid_from": clock.today(),
        "it_hour_yen": 9_000,
        "floor_hour_yen": 8_000,
        "most_minutes": 180,
        "most_travel_yen": 3_000,
        "most_visits": 12,
        "basis": "要綱第8条",
    }
    both = Actor(office.user_id, office.name, office.hat, frozenset({"reviewer", "approver"}),
                 ward_id=office.ward_id)  # fmt: skip
    with acting(both):
        row = services.fees_draft(actor=both, **values)
        with pytest.raises(Refused, match="自分が作った"):
            services.fees_publish(actor=both, number=row.number)
    chief = build.approver()
    with acting(chief):
        services.fees_publish(actor=chief, number=row.number)
        with pytest.raises(Refused, match="もう確定"):
            services.fees_publish(actor=chief, number=row.number)
        assert services.fees_on(chief.ward_id or 0, clock.today()) == row


def test_a_stale_entry_and_another_wards_entry_are_not_overwritten(office, pair):
    entry = pair[0][1]
    with acting(office):
        services.advisor_save(
            actor=office, advisor_id=entry.pk, profile=build.profile(capacity=3), revision=1
        )
        with pytest.raises(Refused, match="ほかの画面"):
            services.advisor_save(
                actor=office, advisor_id=entry.pk, profile=build.profile(), revision=1
            )
    entry.refresh_from_db()
    entry.wards = [13107, OTA]
    entry.save()
    elsewhere = make.official_actor(OTA)
    with acting(elsewhere), pytest.raises(RoleMissing):
        services.advisor_save(
            actor=elsewhere, advisor_id=entry.pk, profile=build.profile(), revision=2
        )
