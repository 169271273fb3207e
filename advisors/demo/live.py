"""What the one-click roles find, through the services: every state of 墨田区's running support."""

import datetime as dt
import uuid
from collections.abc import Iterator

from advisors import services, states
from advisors.demo.cast import NOTES, TROUBLES, VENDORS, Cast
from advisors.models import Advisor, Engagement, SupportRequest, TeamMember, Visit
from advisors.services import Action, Choice, Record, Wish
from portal.accounts.demo import SUMIDA
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from programs.models import Firm, FirmMembership, FirmWard

QUESTION = "集計しているのは何人ですか。いまお使いのソフトがあれば教えてください。"

FIRM_TASKS = (
    "日報の3項目を1週間試す",
    "いまの集計にかかる時間を1か月測る",
    "候補の製品を2人で試す",
    "夜勤の入力の置き場所を決める",
    "キーユーザーを2人決める",
    "利用率を週に1回数える",
)
ADVISOR_TASKS = (
    "工程の図を清書して送る",
    "候補3社の比較表を作る",
    "業者への質問をまとめる",
    "勉強会の資料を作る",
    "効果の測り方を1枚にまとめる",
    "次の一歩の案を書く",
)


def play(cast: Cast, firms: list[Firm]) -> None:
    """Requests in each state, then engagements from the first day to the last."""
    mine = list(_firms_of_sumida(firms))
    first, others = mine[0], iter(mine[1:])
    _own_story(cast, first)
    for step in (_sent, _sent, _asked, _taken, _declined, _withdrawn):
        step(cast, next(others))
    _extended(cast, next(others))
    _rejected(cast, next(others))
    _waiting_for_approval(cast, next(others))
    _replaced(cast, next(others))
    _ended(cast, next(others))
    _about_to_finish(cast, next(others))
    _finished(cast, next(others))


def _firms_of_sumida(firms: list[Firm]) -> Iterator[tuple[Firm, Actor]]:
    """(firm, somebody of it): the first is the demonstration owner's."""
    seen = set(FirmWard.objects.filter(ward_id=SUMIDA).values_list("firm_id", flat=True))
    people = {
        row.firm_id: row.user
        for row in FirmMembership.objects.filter(
            role=Role.FIRM_OWNER, valid_to=None, firm_id__in=seen
        ).select_related("user")
    }
    busy = set(
        Engagement.objects.filter(status__in=states.PHASES).values_list("firm_id", flat=True)
    )
    for firm in firms:
        if firm.pk in people and firm.pk not in busy:
            user = people[firm.pk]
            roles = frozenset({Role.FIRM_OWNER})
            yield firm, Actor(user.pk, user.name, Hat.FIRM, roles, firm_id=firm.pk)


Story = tuple[Firm, Actor]


def _sent(cast: Cast, story: Story) -> SupportRequest:
    """A request that has just come; every second one considers a product."""
    firm, owner = story
    trouble, wish, code = TROUBLES[firm.pk % len(TROUBLES)]
    vendors = [VENDORS[firm.pk % len(VENDORS)]] if firm.pk % 2 else []
    given = Wish(trouble, wish, "火・木の15時以降", (code,), ("ja",), vendors)
    with acting(owner):
        return services.request_send(actor=owner, firm_id=firm.pk, ward_id=SUMIDA, wish=given)


def _asked(cast: Cast, story: Story) -> None:
    row = _sent(cast, story)
    with acting(cast.office):
        services.request_ask(actor=cast.office, request_id=row.pk, question=QUESTION)


def _taken(cast: Cast, story: Story) -> SupportRequest:
    row = _sent(cast, story)
    with acting(cast.office):
        return services.request_take(actor=cast.office, request_id=row.pk)


def _declined(cast: Cast, story: Story) -> None:
    row = _sent(cast, story)
    reason = (
        "ご希望のホームページの作成だけの支援は、この事業の対象外です。商工相談をご利用ください。"
    )
    with acting(cast.office):
        services.request_decline(actor=cast.office, request_id=row.pk, reason=reason)


def _withdrawn(cast: Cast, story: Story) -> None:
    row = _sent(cast, story)
    with acting(story[1]):
        services.request_withdraw(actor=story[1], request_id=row.pk)


def _engaged(cast: Cast, story: Story, days: int, *, it: int = 2, floor: int = 1) -> Engagement:
    """An engagement that began so many days ago, with these two of the 名簿."""
    row = _taken(cast, story)
    pair = Choice(
        cast.pool[it].pk, cast.pool[floor].pk, "前の診断で訪問した2人を企業が希望したため。"
    )
    with acting(cast.office):
        made = services.team_choose(
            actor=cast.office, request_id=row.pk, choice=pair, starts_on=cast.today
        )
    since = made.starts_on - dt.timedelta(days=days)
    ends_on = made.ends_on - dt.timedelta(days=days)
    Engagement.objects.filter(pk=made.pk).update(starts_on=since, ends_on=ends_on)
    TeamMember.objects.filter(engagement=made).update(since=since)
    SupportRequest.objects.filter(pk=row.pk).update(
        sent_at=clock.midnight(since - dt.timedelta(days=12))
    )
    return Engagement.objects.get(pk=made.pk)


def _advisor(row: Advisor) -> Actor:
    user = User.objects.get(pk=row.user_id)
    return Actor(user.pk, user.name, Hat.SUPPORT, frozenset({Role.ADVISOR}))


def _visit(
    cast: Cast, case: Engagement, row: Advisor, days_ago: int, number: int, hour: int = 10
) -> Visit:
    """A recorded visit, with what both sides promised."""
    advisor = _advisor(row)
    starts_at = clock.midnight(cast.today - dt.timedelta(days=days_ago)) + dt.timedelta(hours=hour)
    due = cast.today + dt.timedelta(days=21 - days_ago)
    record = Record(
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=2),
        note=NOTES[number % len(NOTES)],
        decisions="日報は3項目に減らす。",
        barriers=(("B-1", "C-2", "A-1", "C-1")[number % 4],),
        travel_minutes=40,
        travel_yen=640,
        actions=(
            Action("firm", FIRM_TASKS[number % len(FIRM_TASKS)], "工場長", due),
            Action("advisor", ADVISOR_TASKS[number % len(ADVISOR_TASKS)], advisor.name, due),
        ),
    )
    with acting(advisor):
        return services.visit_record(
            actor=advisor,
            engagement_id=case.pk,
            client_key=uuid.UUID(int=cast.rng.getrandbits(128), version=4),
            record=record,
        )


def _accept(cast: Cast, story: Story, visit: Visit) -> None:
    with acting(story[1]):
        services.visit_confirm(actor=story[1], visit_id=visit.pk)
    with acting(cast.office):
        services.visit_accept(actor=cast.office, visit_id=visit.pk)
    for action in visit.actions.filter(side="firm"):
        with acting(story[1]):
            services.action_done(actor=story[1], action_id=action.pk)
    advisor = Actor(visit.advisor_id, visit.advisor.name, Hat.SUPPORT, frozenset({Role.ADVISOR}))
    for action in visit.actions.filter(side="advisor"):
        with acting(advisor):
            services.action_done(actor=advisor, action_id=action.pk)


def _move(case: Engagement, row: Advisor, *actions: str) -> None:
    advisor = _advisor(row)
    with acting(advisor):
        for action in actions:
            services.phase_move(
                actor=advisor,
                engagement_id=case.pk,
                action=action,
                reason="試用で図面が読めないことが分かったため。"
                if action.startswith("back")
                else "",
            )


def _own_story(cast: Cast, story: Story) -> None:
    """The demonstration's owner and advisor: a visit in every state, one planned for today."""
    _firm, owner = story
    it, floor = cast.pool[0], cast.pool[1]
    case = _engaged(cast, story, 110, it=0, floor=1)
    for days, number in ((58, 0), (45, 1)):
        _accept(cast, story, _visit(cast, case, it, days, number))
    _accept(cast, story, _visit(cast, case, floor, 45, 1, hour=14))
    _move(case, it, "to_choose", "to_introduce", "back_choose", "to_introduce")
    confirmed = _visit(cast, case, floor, 24, 2)
    with acting(owner):
        services.visit_confirm(actor=owner, visit_id=confirmed.pk)
    objected = _visit(cast, case, it, 17, 3)
    with acting(owner):
        services.visit_object(
            actor=owner,
            visit_id=objected.pk,
            reason="終わったのは11時でした。時間を直してください。",
        )
    returned = _visit(cast, case, it, 14, 4)
    with acting(cast.office):
        services.visit_return(
            actor=cast.office,
            visit_id=returned.pk,
            reason="決めたことの担当と期日を書いてください。",
        )
    _visit(cast, case, it, 6, 5)
    _plan(cast, case, it, days_ahead=0, hour=13)
    _plan(cast, case, floor, days_ahead=9, hour=10)
    late = _plan(cast, case, it, days_ahead=2, hour=9)
    gone = dt.timedelta(days=4)
    Visit.objects.filter(pk=late.pk).update(
        starts_at=late.starts_at - gone, ends_at=late.ends_at - gone
    )
    off = _plan(cast, case, floor, days_ahead=3, hour=9)
    with acting(_advisor(floor)):
        services.visit_cancel(
            actor=_advisor(floor), visit_id=off.pk, reason="工場の棚卸しと重なったため。"
        )


def _plan(cast: Cast, case: Engagement, row: Advisor, *, days_ahead: int, hour: int) -> Visit:
    advisor = _advisor(row)
    day = clock.midnight(cast.today + dt.timedelta(days=days_ahead))
    starts_at = day + dt.timedelta(hours=hour)
    with acting(advisor):
        return services.visit_plan(
            actor=advisor,
            engagement_id=case.pk,
            starts_at=starts_at,
            ends_at=starts_at + dt.timedelta(hours=2),
        )


def _propose(cast: Cast, case: Engagement, **change: object) -> int:
    with acting(cast.office):
        row = services.change_propose(
            actor=cast.office,
            engagement_id=case.pk,
            **{
                "kind": "extend",
                "reason": "設備の納入が遅れ、定着の確認に時間がかかるため。",
                **change,
            },
        )
    return row.pk


def _extended(cast: Cast, story: Story) -> None:
    """導入, with two months more; a visit accepted although the firm said nothing."""
    case = _engaged(cast, story, 150)
    _move(case, cast.pool[2], "to_choose", "to_introduce", "to_settle")
    change = _propose(cast, case, ends_on=case.ends_on + dt.timedelta(days=60))
    with acting(cast.chief):
        services.change_approve(actor=cast.chief, change_id=change)
    visit = _visit(cast, case, cast.pool[2], 30, 2)
    with acting(cast.office):
        services.visit_accept(
            actor=cast.office, visit_id=visit.pk, reason="社長の入院中。電話で工場長に確かめた。"
        )


def _rejected(cast: Cast, story: Story) -> None:
    case = _engaged(cast, story, 80)
    _move(case, cast.pool[2], "to_choose")
    change = _propose(cast, case, ends_on=case.ends_on + dt.timedelta(days=90))
    with acting(cast.chief):
        services.change_reject(
            actor=cast.chief,
            change_id=change,
            reason="残りの期間で足りる見込みのため、様子を見ること。",
        )


def _waiting_for_approval(cast: Cast, story: Story) -> None:
    case = _engaged(cast, story, 120)
    _move(case, cast.pool[2], "to_choose", "to_introduce")
    _propose(cast, case, ends_on=case.ends_on + dt.timedelta(days=45))


def _replaced(cast: Cast, story: Story) -> None:
    case = _engaged(cast, story, 70)
    _visit(cast, case, cast.pool[2], 40, 0, hour=16)
    change = _propose(
        cast,
        case,
        kind="replace",
        side="it",
        advisor_id=cast.pool[0].pk,
        reason="相談員の転居のため。",
    )
    with acting(cast.chief):
        services.change_approve(actor=cast.chief, change_id=change)


def _ended(cast: Cast, story: Story) -> None:
    case = _engaged(cast, story, 60)
    with acting(cast.office):
        services.engagement_end(
            actor=cast.office,
            engagement_id=case.pk,
            reason="企業が移転し、区内の工場を閉じたため。",
        )


def _about_to_finish(cast: Cast, story: Story) -> Engagement:
    """効果測定, with the report handed in."""
    row = cast.pool[2]
    case = _engaged(cast, story, 170)
    _accept(cast, story, _visit(cast, case, row, 20, 5, hour=16))
    _move(case, row, "to_choose", "to_introduce", "to_settle", "to_measure")
    advisor = _advisor(row)
    with acting(advisor):
        services.goals_save(
            actor=advisor,
            engagement_id=case.pk,
            goals="月末の集計を3日から半日に。利用率70%を3か月で。",
        )
        services.report_save(
            actor=advisor,
            engagement_id=case.pk,
            result="日報を端末に替え、集計を自動にした。",
            figures="月末の集計 24時間→4時間、利用率 78%",
            left_over="見積の履歴を残すことが次の一歩。",
        )
    return case


def _finished(cast: Cast, story: Story) -> None:
    case = _engaged(cast, story, 175, it=0)
    row = cast.pool[0]
    _move(case, row, "to_choose", "to_introduce", "to_settle", "to_measure")
    advisor = _advisor(row)
    with acting(advisor):
        services.report_save(
            actor=advisor,
            engagement_id=case.pk,
            result="図面を端末で見られるようにした。",
            figures="古い図面による不良 月3件→0件",
            left_over="客先との図面のやりとりを同じ仕組みに載せる。",
        )
    with acting(cast.office):
        services.engagement_finish(actor=cast.office, engagement_id=case.pk)
