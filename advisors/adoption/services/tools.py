"""A tool is recorded, its facts are changed, its use ends or begins again."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from advisors.adoption import codes, policies, states
from advisors.adoption.models import Tool
from advisors.adoption.rules.weeks import monday
from advisors.adoption.services.summary import summary_refresh
from advisors.models import Engagement
from advisors.services import Refused
from advisors.services.moves import told
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.transitions import StaleState

MOST_PEOPLE = 2_000
MOST_TOOLS = 20
MOST_KEY_USERS = 20
# A use that began longer ago is not what this support has introduced.
MOST_YEARS = 5


@dataclass(frozen=True, slots=True)
class Profile:
    """Facts of a tool as typed."""

    name: str
    work: str
    started_on: dt.date
    people: int
    vendor: str = ""
    leader: str = ""
    key_users: Collection[str] = ()
    owner_joins: bool = False
    prepared: Collection[str] = ()


def tool_add(*, actor: Actor, engagement_id: int, profile: Profile) -> Tool:
    """導入したツールを記録する. Raises Refused, RoleMissing, Engagement.DoesNotExist."""
    with transaction.atomic():
        engagement = policies.get_case(actor, pk=engagement_id)
        policies.require(policies.may_write(actor, engagement))
        _check(profile, clock.today())
        if Tool.objects.filter(engagement=engagement).count() >= MOST_TOOLS:
            raise Refused(_("ツールは1つの支援に%(most)dまで記録できます。") % {"most": MOST_TOOLS})
        row = _create(actor, engagement, profile)
        audit.record(actor=actor, action="adoption.tool_added", obj=row)
        return row


def tool_save(
    *, actor: Actor, tool_id: int, profile: Profile, revision: int, recount: bool = False
) -> Tool:
    """Change its facts; with `recount` the weeks so far count by the new number of people, too.

    Raises Refused, StaleState, RoleMissing, Tool.DoesNotExist.
    """
    with transaction.atomic():
        row = writable(actor, tool_id)
        if row.revision != revision:
            raise StaleState(
                _(
                    "ほかの画面で、このツールの情報が変わっています。下の内容でよければ、"
                    "もう一度保存してください。"
                )
            )
        _check(profile, clock.today())
        first = row.weeks.order_by("week").values_list("week", flat=True).first()
        if first is not None and monday(profile.started_on) > first:
            raise Refused(
                _(
                    "利用開始日は、記録のある最初の週（%(day)sから）より後にできません。先に、その週の"
                    "数字を消してください。"
                )
                % {"day": f"{first.year}/{first.month}/{first.day}"}
            )
        if row.stopped_on is not None and profile.started_on > row.stopped_on:
            raise Refused(_("利用開始日は、利用をやめた日より前にしてください。"))
        if recount:
            _recount(row, profile.people)
        values = _columns(profile)
        changes = {
            name: [_plain(getattr(row, name)), _plain(value)]
            for name, value in values.items()
            if getattr(row, name) != value
        }
        for name, value in values.items():
            setattr(row, name, value)
        row.revision += 1
        try:
            with transaction.atomic():
                row.save(update_fields=[*values, "revision"])
        except IntegrityError as twin:
            raise _twin() from twin
        summary_refresh(row)
        audit.record(
            actor=actor,
            action="adoption.tool_saved",
            obj=row,
            changes=changes,
            detail={"recounted": recount},
        )
        return row


def tool_stop(*, actor: Actor, tool_id: int, stopped_on: dt.date, reason: str) -> Tool:
    """利用をやめた. Raises Refused, ReasonMissing, StaleState, RoleMissing, Tool.DoesNotExist."""
    with transaction.atomic():
        row = writable(actor, tool_id)
        if not row.started_on <= stopped_on <= clock.today():
            raise Refused(_("やめた日は、利用開始日から今日までの日にしてください。"))
        last = row.last_week
        if last is not None and stopped_on < last:
            raise Refused(
                _(
                    "やめた日より後の週の数字が記録されています。日を直すか、その週の数字を消してください。"
                )
            )
        transitions.apply(
            table=states.TOOL,
            instance=row,
            action="stop",
            actor=actor,
            reason=reason,
            fields={"stopped_on": stopped_on, "stop_reason": told(reason)},
        )
        return row


def tool_resume(*, actor: Actor, tool_id: int) -> Tool:
    """また使い始めた. Raises StaleState, RoleMissing, Tool.DoesNotExist."""
    with transaction.atomic():
        row = writable(actor, tool_id)
        transitions.apply(
            table=states.TOOL,
            instance=row,
            action="resume",
            actor=actor,
            fields={"stopped_on": None, "stop_reason": ""},
        )
        return row


def writable(actor: Actor, tool_id: int) -> Tool:
    """The tool, locked, to somebody who may write. Raises RoleMissing, Tool.DoesNotExist."""
    # Whoever only reads may not lock either.
    policies.require(policies.is_firm(actor) or policies.is_advisor(actor))
    row = policies.get_tool(actor, lock=True, pk=tool_id)
    policies.require(policies.may_write(actor, row.engagement))
    return row


def _create(actor: Actor, engagement: Engagement, profile: Profile) -> Tool:
    try:
        with transaction.atomic():
            return Tool.objects.create(
                engagement=engagement,
                ward_id=engagement.ward_id,
                firm_id=engagement.firm_id,
                firm_name=engagement.firm_name,
                added_by_id=policies.person(actor),
                **_columns(profile),
            )
    except IntegrityError as twin:
        raise _twin() from twin


def _recount(row: Tool, people: int) -> None:
    """Raises Refused where more people came in a week."""
    more = row.weeks.filter(logged_in__gt=people).order_by("week").first()
    if more is not None:
        raise Refused(
            _(
                "%(day)sの週は%(logged_in)d人がログインしています。これまでの週を数え直すには、それ以上の"
                "人数にするか、その週の数字を先に直してください。"
            )
            % {
                "day": f"{more.week.year}/{more.week.month}/{more.week.day}",
                "logged_in": more.logged_in,
            }
        )
    row.weeks.update(people=people)


def _twin() -> Refused:
    return Refused(
        _("この企業には、同じ名前のツールがもうあります。部署の名前などを付けて区別してください。")
    )


def _check(profile: Profile, today: dt.date) -> None:
    """Raises Refused."""
    if not told(profile.name) or not told(profile.work):
        raise Refused(_("ツールの名前と、対象の業務を入力してください。"))
    if not 1 <= profile.people <= MOST_PEOPLE:
        raise Refused(_("使うはずの人数は、1人から2,000人までにしてください。"))
    if profile.started_on > today:
        raise Refused(_("利用開始日は、今日までの日にしてください。使い始めてから記録します。"))
    if profile.started_on.year < today.year - MOST_YEARS:
        raise Refused(_("利用開始日が5年以上前です。年を確かめてください。"))
    if len(profile.key_users) > MOST_KEY_USERS:
        raise Refused(_("キーユーザーは20人までです。"))
    if not set(profile.prepared) <= codes.PREPARED.keys():
        raise Refused(_("一覧にない項目が選ばれています。選び直してください。"))


def _columns(profile: Profile) -> dict[str, object]:
    return {
        "name": told(profile.name, 80),
        "vendor": told(profile.vendor, 80),
        "work": told(profile.work, 200),
        "started_on": profile.started_on,
        "people": profile.people,
        "leader": told(profile.leader, 60),
        "key_users": [told(name, 60) for name in profile.key_users if told(name)],
        "owner_joins": profile.owner_joins,
        "prepared": [code for code in codes.PREPARED if code in profile.prepared],
    }


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value
