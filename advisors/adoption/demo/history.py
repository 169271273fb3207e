"""Tools of the engagements of three fiscal years in all wards, written in bulk."""

import datetime as dt
import random
from collections.abc import Collection, Iterator

from advisors.adoption import states
from advisors.adoption.demo import shapes
from advisors.adoption.demo.shapes import ALONE, BROKEN, FLASH, GOOD, KINDS, NEAR, TOOL_FIRST
from advisors.adoption.models import Review, Tool, WeekFigures
from advisors.adoption.rules.weeks import last_week, monday, months_on, weeks_between
from advisors.adoption.services.summary import keep
from advisors.models import Engagement, TeamMember

SEED = 36_003
MOST_WEEKS = 30
# A tool comes into use some weeks after the support has begun.
AFTER_DAYS = (21, 50)

TOOLS = (
    ("工場クラウド 日報", "工場クラウド", "日報の記入と月末の集計"),
    ("見積ノート", "城東ソフト", "見積の作成と履歴の検索"),
    ("ファクトリーリンク 稼働", "ファクトリーリンク", "機械の停止の記録"),
    ("図面しょこ", "城東ソフト", "図面の版の管理"),
    ("たなおろし番", "工場クラウド", "材料の入出庫"),
    ("検査メモ", "ファクトリーリンク", "検査の記録"),
)
VOICES = {
    GOOD: ("帰る前の2分で終わるようになった。", "候補の選び方を1つ減らす（工場長、今月末）。"),
    NEAR: ("夜勤の班がまだ紙で書いている。", "夜勤の机に端末を置く（班長、2週間以内）。"),
    TOOL_FIRST: (
        "欄が多く、どれを書けばよいか分からない。",
        "欄を12から4に減らす（提供会社に依頼）。",
    ),
}
REASONS = {
    TOOL_FIRST: "作業の順番と合わず、紙に戻した。",
    BROKEN: "担当の社員が退職し、設定が分かる人がいなくなった。",
    FLASH: "使い方が分からないまま、元の表計算に戻った。",
}


def write(today: dt.date, *, besides: Collection[int]) -> None:
    """Two of three engagements have a tool; `besides` have theirs already."""
    rng = random.Random(SEED)  # noqa: S311 (invented data)
    people = dict(TeamMember.objects.order_by("-pk").values_list("engagement_id", "user_id"))
    cases = Engagement.objects.exclude(pk__in=besides).order_by("pk")
    plans = list(_plans(rng, cases, people, today))
    weeks = {id(tool): list(_weeks(rng, tool, kind, today)) for tool, kind in plans}
    reviews = {id(tool): list(_reviews(tool, kind, today)) for tool, kind in plans}
    for tool, _kind in plans:
        keep(tool, weeks[id(tool)], len(reviews[id(tool)]))
    Tool.objects.bulk_create([tool for tool, _kind in plans])
    every = [row for rows in weeks.values() for row in rows]
    told = [row for rows in reviews.values() for row in rows]
    for row in [*every, *told]:
        row.tool_id = row.tool.pk
    WeekFigures.objects.bulk_create(every, batch_size=2000)
    Review.objects.bulk_create(told)


def _plans(
    rng: random.Random, cases: Collection[Engagement], people: dict[int, int], today: dt.date
) -> Iterator[tuple[Tool, str]]:
    number = 0
    for case in cases:
        started_on = case.starts_on + dt.timedelta(days=rng.randint(*AFTER_DAYS))
        if started_on > today or case.pk not in people or rng.random() < 0.33:
            continue
        kind = KINDS[number % len(KINDS)]
        number += 1
        yield _tool(rng, case, kind, started_on, people[case.pk], today), kind


def _tool(
    rng: random.Random, case: Engagement, kind: str, started_on: dt.date, by: int, today: dt.date
) -> Tool:
    name, vendor, work = rng.choice(TOOLS)
    is_good = kind in {GOOD, NEAR}
    ends = started_on + dt.timedelta(days=7 * rng.randint(18, MOST_WEEKS))
    is_over = kind in REASONS and ends < today
    values = {"status": states.STOPPED if is_over else states.USING}
    return Tool(
        engagement=case,
        ward_id=case.ward_id,
        firm_id=case.firm_id,
        firm_name=case.firm_name,
        name=name,
        vendor=vendor,
        work=work,
        started_on=started_on,
        people=rng.randint(5, 24),
        leader="工場長" if is_good else "事務の担当",
        key_users=["日勤の班長", "夜勤の班長"]
        if is_good
        else ["事務の担当"]
        if kind in {ALONE, BROKEN}
        else [],
        owner_joins=is_good,
        prepared=["visible", "improved", "simple"]
        if is_good
        else []
        if kind == TOOL_FIRST
        else ["visible"],
        stopped_on=ends if is_over else None,
        stop_reason=REASONS[kind] if is_over else "",
        added_by_id=by,
        **values,
    )


def _weeks(rng: random.Random, tool: Tool, kind: str, today: dt.date) -> Iterator[WeekFigures]:
    """Half a year of weeks; now and then one that nobody wrote down."""
    first = monday(tool.started_on)
    days = weeks_between(first, last_week(today, tool.stopped_on))[:MOST_WEEKS]
    for number, week in enumerate(days, start=1):
        if rng.random() < 0.04:
            continue
        yield week_of(rng, tool, week, shapes.point(kind, number, rng))


def week_of(rng: random.Random, tool: Tool, week: dt.date, at: shapes.Point) -> WeekFigures:
    """The percent of that week as people and entries."""
    expected = tool.people * 5
    entered = expected * at.entry // 100
    return WeekFigures(
        tool=tool,
        ward_id=tool.ward_id,
        firm_id=tool.firm_id,
        week=week,
        people=tool.people,
        logged_in=tool.people * at.login // 100,
        entered=entered,
        expected=expected,
        errors=entered * at.errors // 100,
        recorded_by_id=tool.added_by_id,
    )


def _reviews(tool: Tool, kind: str, today: dt.date) -> Iterator[Review]:
    """Held by those who look after their tool; what failed had none, or one."""
    wanted = (3, 6, 12) if kind in {GOOD, NEAR} else (3,) if kind == TOOL_FIRST else ()
    for months in wanted:
        held_on = months_on(tool.started_on, months)
        if held_on > (tool.stopped_on or today):
            continue
        voices, decisions = VOICES[kind]
        yield Review(
            tool=tool,
            ward_id=tool.ward_id,
            firm_id=tool.firm_id,
            months=months,
            held_on=held_on,
            owner_joined=kind != TOOL_FIRST,
            voices=voices,
            decisions=decisions,
            next_on=None if months == 12 else held_on + dt.timedelta(days=91),
            recorded_by_id=tool.added_by_id,
        )
