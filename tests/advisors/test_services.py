"""Visits from the record to the fee, by the services: who may, what is refused, what is kept."""

import datetime as dt
import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from PIL import Image

from advisors import services, states
from advisors.models import Engagement, NextAction, Visit, VisitPhoto
from advisors.selectors.claims import accepted_visits
from advisors.services import Action, Refused, VisitRefused
from kpi.models import Fact
from portal.accounts.models import Assignment
from portal.kernel import clock, outbox
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import ReasonMissing, RoleMissing, StaleState
from portal.notices.models import Notice
from tests.factories import advisors as build
from tests.factories import subsidies as make
from tests.factories.programs import OTA
from tests.support.replay import replayed

pytestmark = pytest.mark.django_db


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


def test_an_objection_to_whoever_is_no_advisor_any_more_goes_to_the_office(
    case, pair, owner, office
):
    advisor = pair[0][0]
    row = build.visit(advisor, case)
    outbox.drain()
    Notice.objects.all().delete()
    yesterday = clock.today() - dt.timedelta(days=1)
    with acting(make.SYSTEM):
        Assignment.objects.filter(user_id=advisor.user_id).update(valid_to=yesterday)
    with acting(owner):
        services.visit_object(actor=owner, visit_id=row.pk, reason="時間は1時間でした。")
    outbox.drain()
    told = Notice.objects.filter(subject__contains="異議")
    assert advisor.user_id not in told.values_list("recipient_id", flat=True)
    notice = told.get(recipient_id=office.user_id)
    assert "役割を終えた" in notice.body
    assert "時間は1時間でした。" in notice.body
    assert str(row.public_id) in notice.url
