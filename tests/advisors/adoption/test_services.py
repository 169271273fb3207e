"""Recording by the services: who may, what is refused, what is kept, what the database holds."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from advisors import services as support
from advisors.adoption import services, states
from advisors.adoption.models import Review, Tool, WeekFigures
from advisors.adoption.rules import weeks as rules
from advisors.adoption.rules.entry import Entry
from advisors.adoption.services import FiguresRefused, Known, TableRefused, reminders
from advisors.models import Engagement
from advisors.services import Refused
from portal.accounts.roles import Role
from portal.kernel import clock, transitions
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import RoleMissing, StaleState, matrix
from portal.notices.models import Notice
from tests.factories import adoption as build
from tests.factories import advisors
from tests.factories import subsidies as make
from tests.factories.programs import OTA

pytestmark = pytest.mark.django_db


def again(tool: Tool) -> Tool:
    return Tool.objects.get(pk=tool.pk)


def audited(action: str) -> AuditRow:
    return AuditRow.objects.filter(action=action).order_by("-pk")[0]


def save_tool(actor, tool, *, revision=1, recount=False, **changes):
    given = build.profile(
        **{"name": tool.name, "started_on": tool.started_on, "people": tool.people, **changes}
    )
    with acting(actor):
        return services.tool_save(
            actor=actor, tool_id=tool.pk, profile=given, revision=revision, recount=recount
        )


@pytest.mark.parametrize("who", ["owner", "advisor"])
def test_firm_and_team_record_a_tool_and_its_weeks(who, request, case):
    actor = request.getfixturevalue(who)
    tool = build.make_tool(actor, case, key_users=("夜勤の班長", " "), prepared=("visible",))
    assert (tool.firm_id, tool.ward_id, tool.key_users) == (
        case.firm_id,
        case.ward_id,
        ["夜勤の班長"],
    )
    build.save(actor, tool, rules.monday(tool.started_on), Entry(4, 30, 50, 2))
    row = WeekFigures.objects.get()
    assert (row.people, row.recorded_by_id) == (build.PEOPLE, actor.user_id)
    assert audited("adoption.week_saved").detail["entered"] == 30


def test_the_weeks_tell_where_a_tool_stands(owner, tool):
    build.fill(owner, tool, build.FLASH[:3])
    found = again(tool)
    assert (found.use_percent, found.light, found.patterns) == (None, "", [])
    found = build.fill(owner, tool, build.FLASH)
    assert (found.use_percent, found.light, found.patterns) == (10, "red", ["flash"])
    assert found.last_week == rules.last_week(clock.today())
    found = build.fill(owner, tool, build.GOOD)
    assert (found.light, found.patterns, found.at_target) == ("green", [], True)


def test_the_same_week_twice_is_one_and_another_one_takes_its_place_on_purpose(owner, tool):
    week = rules.monday(tool.started_on)
    for _time in range(2):
        build.save(owner, tool, week, Entry(4))
    assert AuditRow.objects.filter(action="adoption.week_saved").count() == 1
    with pytest.raises(Known):
        build.save(owner, tool, week, Entry(5))
    assert WeekFigures.objects.get().logged_in == 4
    build.save(owner, tool, week, Entry(5), replace=True)
    assert WeekFigures.objects.get().logged_in == 5
    assert audited("adoption.week_saved").changes["logged_in"] == [4, 5]
    with acting(owner):
        services.week_remove(actor=owner, tool_id=tool.pk, week=week)
    assert not WeekFigures.objects.exists()
    assert audited("adoption.week_removed").detail["logged_in"] == 5
    assert again(tool).last_week is None


def test_weeks_that_cannot_be(owner, tool):
    first = rules.monday(tool.started_on)
    last = rules.last_week(clock.today())
    for week in (
        first - dt.timedelta(days=7),
        last + dt.timedelta(days=7),
        first + dt.timedelta(1),
    ):
        with pytest.raises(FiguresRefused, match="この週は記録できません"):
            build.save(owner, tool, week, Entry(1))
    with pytest.raises(FiguresRefused, match="より多く"):
        build.save(owner, tool, first, Entry(11))
    assert not WeekFigures.objects.exists()


def test_a_table_is_taken_as_a_whole_or_not_at_all(owner, tool):
    build.fill(owner, tool, (30, 40))
    text = build.lines((30, 50, 60), first=rules.monday(tool.started_on))
    with acting(owner), pytest.raises(TableRefused) as refused:
        services.weeks_import(actor=owner, tool_id=tool.pk, text=text.replace(",60,", ",many,"))
    assert [fault.line for fault in refused.value.faults] == [3, 4]
    assert WeekFigures.objects.count() == 2
    with acting(owner):
        done = services.weeks_import(actor=owner, tool_id=tool.pk, text=text, replace=True)
    assert (done.new, done.replaced, done.same) == (1, 1, 1)
    assert list(WeekFigures.objects.values_list("logged_in", flat=True)) == [3, 5, 6]
    assert audited("adoption.weeks_imported").detail == {"new": 1, "replaced": 1, "same": 1}


def test_facts_are_corrected_and_a_stale_tab_loses(owner, advisor, tool, case):
    build.fill(owner, tool, (80, 90))
    save_tool(owner, tool, people=12)
    assert set(WeekFigures.objects.values_list("people", flat=True)) == {10}
    with pytest.raises(StaleState, match="ほかの画面"):
        save_tool(advisor, tool, people=20)
    with pytest.raises(Refused, match="9人がログイン"):
        save_tool(advisor, tool, people=8, revision=2, recount=True)
    save_tool(advisor, tool, people=20, revision=2, recount=True)
    assert set(WeekFigures.objects.values_list("people", flat=True)) == {20}
    with pytest.raises(Refused, match="最初の週"):
        save_tool(owner, tool, started_on=clock.today(), revision=3)
    other = build.make_tool(owner, case)
    with pytest.raises(Refused, match="同じ名前"):
        save_tool(owner, other, name=tool.name)
    with pytest.raises(Refused, match="今日までの日"):
        build.make_tool(owner, case, started_on=clock.today() + dt.timedelta(days=1))


def test_fewer_people_today_leave_the_weeks_before_as_they_were(owner, tool):
    build.fill(owner, tool, (90, 90))
    save_tool(owner, tool, people=5)
    build.fill(owner, tool, (90, 80))
    assert set(WeekFigures.objects.values_list("people", "logged_in")) == {(10, 9), (10, 8)}


def test_a_review_is_recorded_corrected_and_audited(advisor, tool):
    build.fill(advisor, tool, build.GOOD)
    row = build.review(advisor, tool)
    assert (row.use_percent, row.months) == (87, 3)
    build.review(advisor, tool, decisions="端末を2台置く。")
    assert Review.objects.get().decisions == "端末を2台置く。"
    assert audited("adoption.review_saved").changes["decisions"][1] == "端末を2台置く。"
    today = clock.today()
    for months, changes, told in (
        (4, {}, "3か月・6か月・12か月"),
        (6, {"held_on": today + dt.timedelta(days=1)}, "今日までの日"),
        (6, {"next_on": None}, "次に確かめる日"),
        (6, {"next_on": today}, "より後"),
        (6, {"decisions": " "}, "決めたこと"),
    ):
        with pytest.raises(Refused, match=told):
            build.review(advisor, tool, months, **changes)
    build.review(advisor, tool, 12, next_on=None)
    assert Review.objects.count() == 2


def test_a_use_ends_and_begins_again(owner, tool):
    build.fill(owner, tool, build.GOOD[:10])
    today = clock.today()
    with acting(owner), pytest.raises(Refused, match="後の週"):
        services.tool_stop(actor=owner, tool_id=tool.pk, stopped_on=tool.started_on, reason="x")
    with acting(owner):
        row = services.tool_stop(
            actor=owner, tool_id=tool.pk, stopped_on=today - dt.timedelta(days=14), reason="紙へ"
        )
    assert (row.status, audited("adoption.tool.stop").reason) == (states.STOPPED, "紙へ")
    with pytest.raises(FiguresRefused):
        build.save(owner, tool, rules.last_week(today), Entry(1))
    with acting(owner):
        row = services.tool_resume(actor=owner, tool_id=tool.pk)
    assert (row.status, row.stopped_on) == (states.USING, None)


@pytest.mark.parametrize(
    "cell", matrix(states.TOOL, {Role.REVIEWER}), ids=lambda c: f"{c.status}-{c.action}-{c.role}"
)
def test_every_state_action_and_role(cell, owner, tool):
    if cell.status == states.STOPPED:
        with acting(owner):
            services.tool_stop(
                actor=owner, tool_id=tool.pk, stopped_on=clock.today(), reason="紙へ"
            )
    row = again(tool)
    actor = Actor(owner.user_id, "人", Hat.SYSTEM, frozenset({cell.role}))
    fields = {"stopped_on": clock.today() if cell.action == "stop" else None}

    def move():
        transitions.apply(
            table=states.TOOL, instance=row, action=cell.action, actor=actor, reason="x",
            fields=fields,
        )  # fmt: skip

    if cell.refusal is None:
        move()
        assert row.status == states.TOOL.transition(cell.action).target
    else:
        with pytest.raises(cell.refusal):
            move()


def test_who_reads_and_who_writes(owner, advisor, pair, office, tool, case):
    strangers = [
        advisors.make_advisor()[0],
        make.firm_actor(advisors.make_firm()),
        make.official_actor(OTA),
    ]
    for actor in strangers:
        with acting(actor):
            assert not Tool.objects.exists()
            with pytest.raises((Tool.DoesNotExist, RoleMissing)):
                services.week_remove(actor=actor, tool_id=tool.pk, week=tool.started_on)
            with pytest.raises(Engagement.DoesNotExist):
                services.tool_add(actor=actor, engagement_id=case.pk, profile=build.profile())
    with acting(office):
        assert Tool.objects.exists()
        with pytest.raises(RoleMissing):
            services.review_save(actor=office, tool_id=tool.pk, months=3, given=build.told())
    # Whoever is replaced reads no more, and after the end the firm alone goes on.
    case.members.filter(user_id=pair[1][0].user_id).update(until=clock.today())
    with acting(pair[1][0]):
        assert not Tool.objects.exists()
    with acting(office):
        support.engagement_end(actor=office, engagement_id=case.pk, reason="移転のため")
    week = rules.monday(tool.started_on)
    with pytest.raises(RoleMissing):
        build.save(advisor, tool, week, Entry(1))
    build.save(owner, tool, week, Entry(1))


def test_the_database_holds_what_the_services_hold(owner, advisor, office, tool):
    week = rules.monday(tool.started_on)
    own = {"ward_id": tool.ward_id, "firm_id": tool.firm_id, "recorded_by_id": owner.user_id}
    good = {"tool": tool, "week": week, "people": 10, "logged_in": 5, **own}
    other = advisors.make_firm()
    for actor, changes in (
        (owner, {"firm_id": other.pk}),
        (advisor, {"firm_id": other.pk}),
        (advisor, {"ward_id": OTA}),
        (office, {}),
        (owner, {"week": week + dt.timedelta(days=1)}),
        (owner, {"logged_in": 11}),
        (owner, {"entered": 5}),
        (owner, {"entered": 5, "expected": 4}),
    ):
        with acting(actor), pytest.raises(DatabaseError), transaction.atomic():
            WeekFigures.objects.create(**{**good, **changes})
    with acting(advisor):
        WeekFigures.objects.create(**good)
    with acting(office), pytest.raises(DatabaseError), transaction.atomic():
        Tool.objects.filter(pk=tool.pk).update(people=1)
    with acting(owner), pytest.raises(DatabaseError), transaction.atomic():
        Tool.objects.filter(pk=tool.pk).update(firm_id=other.pk)


def test_reviews_are_spoken_of_a_week_before_on_the_day_and_on_the_day_they_name(
    owner, advisor, pair, tool
):
    start = tool.started_on
    due = rules.months_on(start, 3)
    assert reminders.remind(today=due - dt.timedelta(days=8)) == 0
    for _time in range(2):
        assert reminders.remind(today=due - dt.timedelta(days=7)) == 1
    notices = Notice.objects.filter(event_key__startswith="adoption.review")
    told = set(notices.values_list("recipient_id", flat=True))
    assert {owner.user_id, advisor.user_id, pair[1][0].user_id} <= told
    assert notices.count() == len(told)
    assert tool.name in notices[0].subject
    held = clock.today()
    build.review(owner, tool, next_on=held + dt.timedelta(days=30))
    assert reminders.remind(today=due) == 0
    assert reminders.remind(today=held + dt.timedelta(days=30)) == 1
    assert notices.filter(body__contains="端末を1台").count() == len(told)
    assert reminders.remind(today=rules.months_on(start, 6)) == 1
