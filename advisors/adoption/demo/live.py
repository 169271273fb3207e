"""What the one-click firm and advisor of 墨田区 find, through the services."""

import datetime as dt
import random

from advisors.adoption import services
from advisors.adoption.demo import shapes
from advisors.adoption.demo.history import SEED
from advisors.adoption.models import Tool
from advisors.adoption.rules import table
from advisors.adoption.rules.weeks import last_week, monday, weeks_between
from advisors.adoption.services import Profile, Told
from advisors.models import Engagement, TeamMember
from advisors.states import PHASES
from portal.accounts.demo import BY_KEY
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from programs.models import FirmMembership

PEOPLE = 12


def play(today: dt.date) -> list[int]:
    """Four tools of the owner's engagement; returns the engagements that have theirs."""
    user = User.objects.get(email=BY_KEY["owner"].email)
    firm = FirmMembership.objects.get(user=user, valid_to=None).firm_id
    case = Engagement.objects.filter(firm_id=firm, status__in=PHASES).order_by("-pk").first()
    if case is None:
        return []
    owner = Actor(user.pk, user.name, Hat.FIRM, frozenset({Role.FIRM_OWNER}), firm_id=firm)
    advisor = _advisor(case)
    rng = random.Random(SEED)  # noqa: S311 (invented data)
    good = _tool(owner, case, "工場クラウド 日報", "日報の記入と月末の集計", today, 15, _CARED)
    _weeks(rng, owner, good, shapes.GOOD, today)
    with acting(advisor):
        services.review_save(
            actor=advisor,
            tool_id=good.pk,
            months=3,
            given=Told(
                held_on=today - dt.timedelta(days=5),
                voices="帰る前の2分で終わる。夜勤は端末が遠い。",
                issues="夜勤の入力が1日遅れることがある。",
                decisions="夜勤の机に端末を1台置く（工場長、2週間以内）。",
                next_on=today + dt.timedelta(days=86),
                owner_joined=True,
            ),
        )
    flash = _tool(advisor, case, "見積ノート", "見積の作成と履歴の検索", today, 14, _ALONE)
    _weeks(rng, advisor, flash, shapes.FLASH, today, leave=1)
    young = _tool(owner, case, "図面しょこ", "図面の版の管理", today, 3, _CARED)
    _weeks(rng, owner, young, shapes.NEAR, today)
    old = _tool(owner, case, "検査メモ", "検査の記録", today, 12, _ALONE)
    _weeks(rng, owner, old, shapes.TOOL_FIRST, today, leave=2)
    with acting(owner):
        services.tool_stop(
            actor=owner,
            tool_id=old.pk,
            stopped_on=today - dt.timedelta(days=7),
            reason="検査の順番と画面の順番が合わず、紙に戻した。次は順番を変えられるものを選ぶ。",
        )
    back = _tool(owner, case, "たなおろし番", "材料の入出庫", today, 9, _CARED)
    _weeks(rng, owner, back, shapes.ALONE, today)
    with acting(owner):
        services.tool_stop(
            actor=owner,
            tool_id=back.pk,
            stopped_on=today,
            reason="担当が長く休むことになったため。",
        )
        services.tool_resume(actor=owner, tool_id=back.pk)
    return [case.pk]


_CARED = {
    "leader": "工場長",
    "key_users": ("日勤の班長", "夜勤の班長"),
    "owner_joins": True,
    "prepared": ("visible", "improved", "simple"),
}
_ALONE = {"leader": "事務の担当", "key_users": ("事務の担当",), "prepared": ("visible",)}


def _advisor(case: Engagement) -> Actor:
    member = TeamMember.objects.filter(engagement=case, until=None).order_by("-side").first()
    if member is None:
        raise LookupError("a running engagement has a team")
    roles = frozenset({Role.ADVISOR})
    return Actor(member.user_id, member.user.name, Hat.SUPPORT, roles)


def _tool(
    actor: Actor,
    case: Engagement,
    name: str,
    work: str,
    today: dt.date,
    weeks: int,
    organisation: dict[str, object],
) -> Tool:
    """In use for so many weeks that are over."""
    first = last_week(today) - dt.timedelta(days=7 * (weeks - 1))
    profile = Profile(name=name, work=work, started_on=first, people=PEOPLE, **organisation)
    with acting(actor):
        return services.tool_add(actor=actor, engagement_id=case.pk, profile=profile)


def _weeks(
    rng: random.Random, actor: Actor, tool: Tool, kind: str, today: dt.date, leave: int = 0
) -> None:
    """All weeks but the last `leave`, as a pasted table."""
    days = weeks_between(monday(tool.started_on), last_week(today))
    lines = [",".join(table.headings().values())]
    for number, day in enumerate(days[: len(days) - leave], start=1):
        at = shapes.point(kind, number, rng)
        entered = 60 * at.entry // 100
        figures = (PEOPLE * at.login // 100, entered, 60, entered * at.errors // 100)
        lines.append(",".join([table.slashed(day), *map(str, figures)]))
    with acting(actor):
        services.weeks_import(actor=actor, tool_id=tool.pk, text="\n".join(lines))
