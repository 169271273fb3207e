"""不在・代理: who may stand in, what the deputy sees and decides, and what is refused."""

import datetime as dt

import pytest
from django.test import Client

from advisors import services as advisors
from portal.accounts import hats, presence
from portal.accounts.models import Assignment, User
from portal.accounts.roles import Role
from portal.duty.models import Absence
from portal.duty.rules.absences import Period, Person, Refusal, refusal
from portal.duty.selectors.absences import absences, decided_for, stood_in_for
from portal.duty.services.absences import absence_end, absence_record
from portal.duty.services.errors import Refused
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import GuardFailed, RoleMissing
from portal.notices.models import Notice
from subsidies import services
from subsidies.models import ApprovalLimit
from tests.factories import subsidies as make
from tests.factories.programs import MembershipFactory
from tests.support.people import sign_in

# For the pure rules; what asks the database counts from its own day.
MONDAY = dt.date(2026, 11, 30)


def day(number: int) -> dt.date:
    return clock.today() + dt.timedelta(days=number)


def ruled(number: int) -> dt.date:
    return MONDAY + dt.timedelta(days=number)


def days(first: int, last: int) -> Period:
    return Period(ruled(first), ruled(last))


REVIEWER, APPROVER = {"reviewer": None}, {"approver": None}


@pytest.mark.parametrize(
    ("absent", "deputy", "when", "may_decide", "expected"),
    [
        (Person(1, REVIEWER), Person(2, REVIEWER), days(0, 5), False, None),
        (Person(1, APPROVER), Person(2, REVIEWER), days(0, 5), True, None),
        (Person(1, APPROVER), Person(2, APPROVER), days(1, 1), True, None),
        (Person(1, REVIEWER), Person(2, REVIEWER), days(5, 1), False, Refusal.ORDER),
        (Person(1, REVIEWER), Person(2, REVIEWER), days(-1, 1), False, Refusal.PAST),
        (Person(1, REVIEWER), Person(2, REVIEWER), days(0, 366), False, Refusal.LONG),
        (Person(1, REVIEWER), Person(2, REVIEWER), days(366, 367), False, None),
        (Person(1, REVIEWER), Person(2, REVIEWER), days(367, 367), False, Refusal.FAR),
        (Person(1, REVIEWER), Person(1, REVIEWER), days(0, 1), False, Refusal.SELF),
        (
            Person(1, REVIEWER, away=[days(3, 9)]),
            Person(2, REVIEWER),
            days(0, 3),
            False,
            Refusal.OVERLAP,
        ),
        (
            Person(1, REVIEWER, stands_in=[days(3, 9)]),
            Person(2, REVIEWER),
            days(9, 12),
            False,
            Refusal.STANDS_IN,
        ),
        (
            Person(1, REVIEWER),
            Person(2, REVIEWER, away=[days(2, 2)]),
            days(1, 3),
            False,
            Refusal.DEPUTY_AWAY,
        ),
        (Person(1, REVIEWER), Person(2, APPROVER), days(0, 1), False, Refusal.UNFIT),
        (Person(1, REVIEWER), Person(2, {}), days(0, 1), False, Refusal.UNFIT),
        (
            Person(1, REVIEWER),
            Person(2, {"reviewer": ruled(2)}),
            days(0, 3),
            False,
            Refusal.LEAVES,
        ),
        (Person(1, REVIEWER), Person(2, {"reviewer": ruled(3)}), days(0, 3), False, None),
        (Person(1, REVIEWER), Person(2, REVIEWER), days(0, 1), True, Refusal.NO_DECISIONS),
    ],
)
def test_who_may_stand_in_when(absent, deputy, when, may_decide, expected):
    assert refusal(absent, deputy, when, may_decide=may_decide, today=MONDAY) is expected


def away(actor: Actor, deputy: Actor, first: int = 0, last: int = 5, **more) -> Absence:
    with acting(actor):
        return absence_record(
            actor=actor,
            user_id=more.pop("user_id", actor.user_id),
            deputy_id=deputy.user_id,
            from_on=day(first),
            to_on=day(last),
            **more,
        )


def worn(person: Actor) -> Actor:
    """The hat that the person wears in a request today."""
    user = User.objects.get(pk=person.user_id)
    with acting(Actor.public(user_id=user.pk, name=user.name)):
        [option] = hats.options(user.pk, clock.today())
    return option.actor(user)


@pytest.mark.django_db
def test_the_deputy_finds_the_items_and_new_ones_come_to_the_deputy():
    absent, deputy = make.official_actor(), make.official_actor()
    row = away(absent, deputy)
    with acting(deputy):
        assert stood_in_for(deputy, clock.today()) == {absent.user_id: absent.name}
        assert presence.present(make.SUMIDA, absent.user_id, clock.today()) == deputy.user_id
        assert presence.present(make.SUMIDA, deputy.user_id, clock.today()) == deputy.user_id
        assert stood_in_for(deputy, day(6)) == {}, "it ends by itself"
        with pytest.raises(RoleMissing):
            absence_end(actor=deputy, absence_id=row.pk)
    assert Notice.objects.filter(recipient_id=deputy.user_id).count() == 1
    Assignment.objects.filter(user_id=deputy.user_id).update(valid_to=day(-1))
    with acting(absent):
        [shown] = absences(absent, clock.today())
        assert not shown.is_stood_in, "a deputy who left is shown as one"
        assert presence.present(make.SUMIDA, absent.user_id, clock.today()) == absent.user_id
        absence_end(actor=absent, absence_id=row.pk)
        assert absences(absent, clock.today()) == []
        with pytest.raises(Refused, match="すでに終わって"):
            absence_end(actor=absent, absence_id=row.pk)


@pytest.mark.django_db
def test_chains_circles_and_other_wards_are_refused():
    first, second, third = (make.official_actor() for _number in range(3))
    elsewhere = make.official_actor(13111)
    away(first, second)
    for actor, deputy, message in (
        (second, first, "ほかの方の代理"),
        (second, third, "ほかの方の代理"),
        (third, first, "不在の日があります"),
        (first, third, "すでに登録されています"),
        (third, elsewhere, "代理ができません"),
    ):
        with pytest.raises(Refused, match=message):
            away(actor, deputy)
    with pytest.raises(RoleMissing):
        away(third, second, user_id=first.user_id, first=20, last=21)
    administrator = make.official_actor(make.SUMIDA, Role.WARD_ADMIN)
    ill = away(administrator, second, user_id=third.user_id, first=10, last=12)
    assert (ill.user_id, ill.recorded_by_id) == (third.user_id, administrator.user_id)


@pytest.mark.django_db
def test_a_deputy_decides_on_behalf_and_never_what_either_prepared():
    approver = make.official_actor(make.SUMIDA, Role.APPROVER, Role.REVIEWER)
    deputy, preparer = make.official_actor(), make.official_actor()
    assert worn(deputy).roles == {Role.REVIEWER}
    away(approver, deputy, may_decide=True)
    hat = worn(deputy)
    assert hat.roles == {Role.REVIEWER, Role.APPROVER}
    assert (hat.lent, hat.on_behalf_of) == (
        {Role.APPROVER},
        ((approver.user_id, approver.name),),
    )
    decided = [make.make_proposed(reviewer=by) for by in (preparer, deputy, approver)]
    with acting(hat):
        services.decision_approve(actor=hat, application_id=decided[0].pk)
        for other in decided[1:]:
            with pytest.raises(GuardFailed, match="起案した人は決裁できません"):
                services.decision_approve(actor=hat, application_id=other.pk)
    row = AuditRow.objects.get(action="subsidies.application.grant")
    assert row.detail[audit.ON_BEHALF_OF] == [{"id": approver.user_id, "name": approver.name}]
    with acting(approver):
        assert [each.pk for each in decided_for(approver, clock.today())] == [row.pk]
    with acting(deputy):
        assert decided_for(deputy, clock.today()) == []


@pytest.mark.django_db
def test_power_is_lent_only_where_it_was_said_and_only_while_it_lasts():
    approver, deputy = make.official_actor(make.SUMIDA, Role.APPROVER), make.official_actor()
    row = away(approver, deputy)
    assert worn(deputy).roles == {Role.REVIEWER}
    Absence.objects.filter(pk=row.pk).update(may_decide=True)
    assert Role.APPROVER in worn(deputy).roles
    Absence.objects.filter(pk=row.pk).update(to_on=day(0), from_on=day(-3))
    assert Role.APPROVER in worn(deputy).roles
    Absence.objects.filter(pk=row.pk).update(to_on=day(-1))
    assert worn(deputy).roles == {Role.REVIEWER}


@pytest.mark.django_db
def test_a_deputy_decides_no_more_than_the_absent_person_may():
    approver = make.official_actor(make.SUMIDA, Role.APPROVER)
    deputy = make.official_actor()
    ApprovalLimit.objects.create(ward_id=make.SUMIDA, user_id=approver.user_id, limit_yen=1_000)
    away(approver, deputy, may_decide=True)
    hat, case = worn(deputy), make.make_proposed(reviewer=make.official_actor())
    with acting(hat), pytest.raises(GuardFailed, match="専決の限度額"):
        services.decision_approve(actor=hat, application_id=case.pk)
    ApprovalLimit.objects.update(limit_yen=None)
    own = MembershipFactory(user_id=approver.user_id, firm=case.firm)
    with acting(hat), pytest.raises(GuardFailed, match="企業に属する人"):
        services.decision_approve(actor=hat, application_id=case.pk)
    # A membership is never deleted, and one that is over still excludes (除斥).
    type(own).objects.filter(pk=own.pk).update(firm=make.make_firm())
    with acting(hat):
        services.decision_approve(actor=hat, application_id=case.pk)


@pytest.mark.django_db
def test_nobody_lends_power_to_themself_and_nobody_gone_lends_any():
    approver = make.official_actor(make.SUMIDA, Role.APPROVER)
    both = make.official_actor(make.SUMIDA, Role.WARD_ADMIN, Role.REVIEWER)
    with pytest.raises(Refused, match="ご自身に代決"):
        away(both, both, user_id=approver.user_id, may_decide=True)
    away(both, both, user_id=approver.user_id, first=10, last=11)
    deputy = make.official_actor()
    away(both, deputy, user_id=approver.user_id, may_decide=True)
    assert Role.APPROVER in worn(deputy).roles
    User.objects.filter(pk=approver.user_id).update(is_active=False)
    assert worn(deputy).roles == {Role.REVIEWER}


@pytest.mark.django_db
def test_a_deputy_publishes_no_fees_that_the_absent_person_drafted():
    absent = make.official_actor(make.SUMIDA, Role.APPROVER, Role.WARD_ADMIN, Role.REVIEWER)
    deputy, drafter = make.official_actor(), make.official_actor()
    away(absent, deputy, may_decide=True)
    hat, numbers = worn(deputy), []
    for by in (absent, drafter):
        with acting(by):
            table = advisors.fees_draft(
                actor=by,
                valid_from=day(1),
                it_hour_yen=7_000,
                floor_hour_yen=6_000,
                most_minutes=180,
                most_travel_yen=3_000,
                most_visits=12,
                basis="要綱第8条",
            )
            numbers.append(table.number)
    with acting(hat):
        with pytest.raises(advisors.Refused, match="自分が作った謝金表"):
            advisors.fees_publish(actor=hat, number=numbers[0])
        advisors.fees_publish(actor=hat, number=numbers[1])
    row = AuditRow.objects.get(action="advisors.fees_published")
    assert row.detail[audit.ON_BEHALF_OF] == [{"id": absent.user_id, "name": absent.name}]


@pytest.mark.django_db
def test_both_are_told_of_beginning_and_end_in_their_own_language():
    official, deputy = make.official_actor(), make.official_actor()
    administrator = make.official_actor(make.SUMIDA, Role.WARD_ADMIN)
    User.objects.filter(pk=deputy.user_id).update(language="en")
    row = away(administrator, deputy, user_id=official.user_id)
    with acting(administrator):
        absence_end(actor=administrator, absence_id=row.pk)
    who, other = official.name, deputy.name
    first, last = clock.wareki(day(0)), clock.wareki(day(5))
    assert told(official) == [
        (
            "不在と代理が登録されました",
            f"{who}さんの不在の間（{first}から{last}まで）、{other}さんが代理です。",
        ),
        (
            "不在と代理が終わりました",
            f"{who}さんの不在（{first}から{last}まで）は取りやめになり、{other}さんの代理も終わりました。",
        ),
    ]
    first, last = (f"{at.day} {at:%B %Y}" for at in (day(0), day(5)))
    assert told(deputy) == [
        (
            "An absence and its deputy were recorded",
            f"While {who} is away ({first} to {last}), {other} stands in.",
        ),
        (
            "An absence and its deputy have ended",
            f"The absence of {who} ({first} to {last}) was called off, and {other} no longer stands in.",
        ),
    ]
    assert told(administrator) == []


def told(person: Actor) -> list[tuple[str, str]]:
    """Subject and text of the person's notices about absences, in their order."""
    rows = Notice.objects.filter(recipient_id=person.user_id, event_key__startswith="duty.absence:")
    return list(rows.order_by("created_at", "event_key").values_list("subject", "body"))


@pytest.mark.django_db
def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(client: Client):
    official, deputy = make.official_actor(), make.official_actor()
    sign_in(client, User.objects.get(pk=official.user_id))
    given = {
        "from_on": day(1).isoformat(),
        "to_on": day(0).isoformat(),
        "deputy": deputy.user_id,
        "reason": "夏季休暇",
    }
    page = client.post("/absences/new/", given)
    assert page.status_code == 422
    text = page.content.decode()
    assert "最終日は初日以降" in text
    assert "夏季休暇" in text
    done = client.post("/absences/new/", {**given, "to_on": day(2).isoformat()}, follow=True)
    assert "夏季休暇" in done.content.decode()
    assert AuditRow.objects.filter(action="duty.absence_recorded").count() == 1
