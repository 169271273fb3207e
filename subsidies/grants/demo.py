"""The demonstration's procedures after the decision: every kind and state of this room, by its
own services. Grants are taken in the order of their ids, so that each load tells the same."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from portal.accounts.demo import BY_KEY, OTA, SUMIDA
from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from programs.models import FirmMembership
from subsidies import grant_states
from subsidies.demo.calls import ADACHI
from subsidies.grants import money_demo, services
from subsidies.grants.models import Filing, Ruling
from subsidies.grants.plan import plan_of
from subsidies.models import Grant
from subsidies.rules import expenses

Story = Callable[["Desk"], None]


@dataclass(frozen=True, slots=True)
class Desk:
    """A grant with the people who act on it."""

    grant: Grant
    firm: Actor
    reviewer: Actor
    approver: Actor
    today: dt.date
    # The day on which the project's purchases were made, where that is not today.
    done_on: dt.date | None = None

    @property
    def bought_on(self) -> dt.date:
        return self.done_on or self.today

    def file(self, kind: str, **content: Any) -> Filing:
        """A submitted filing."""
        filing = self.draft(kind, **content)
        with acting(self.firm):
            return services.filing_submit(actor=self.firm, filing_id=filing.pk)

    def draft(self, kind: str, **content: Any) -> Filing:
        with acting(self.firm):
            filing = services.filing_begin(actor=self.firm, grant_id=self.grant.pk, kind=kind)
            return services.filing_save(actor=self.firm, filing_id=filing.pk, content=content)

    def accept(self, filing: Filing) -> None:
        with acting(self.reviewer):
            services.filing_accept(actor=self.reviewer, filing_id=filing.pk)

    def give_back(self, filing: Filing, why: str) -> None:
        with acting(self.reviewer):
            services.filing_return(actor=self.reviewer, filing_id=filing.pk, reason=why)

    def propose(
        self, filing: Filing, why: str, outcome: str = Ruling.Outcome.APPROVE, **more: Any
    ) -> Ruling:
        with acting(self.reviewer):
            return services.filing_propose(
                actor=self.reviewer, filing_id=filing.pk, outcome=outcome, reason=why, **more
            )

    def approve(self, ruling: Ruling) -> None:
        with acting(self.approver):
            services.ruling_approve(actor=self.approver, ruling_id=ruling.pk)

    def change(self, percent: int, **more: Any) -> dict[str, Any]:
        """The answers of a change: cheaper all over, or the first line alone a little dearer.

        Three quarters of the prices are no small change, whatever the cap hides of it.
        """
        lines = [expenses.as_input(item) for item in plan_of(self.grant)]
        for line in lines if percent < 100 else lines[:1]:
            line["unit_price"] = max(1, line["unit_price"] * percent // 100)
        why = "見積りを取り直したところ、価格が変わったため。"
        return {"why": why, "purpose": "no", "lines": lines, **more}

    def soon(self, days: int) -> dt.date:
        return self.today + dt.timedelta(days=days)


def load(today: dt.date) -> int:
    """Tell the stories; returns how many grants have one. Needs `acting(Actor.system(…))`."""
    told = 0
    for ward, stories in TOLD:
        for desk, chapters in zip(_desks(ward, today), stories, strict=False):
            for story in chapters:
                story(desk)
            told += 1
    return told


def _desks(ward: int, today: dt.date) -> Iterator[Desk]:
    """Running grants of this year, the newest decisions first (a withdrawal has to be in time).

    Those of the firm that the tour visits stay as they are.
    """
    reviewer, approver = official(ward, Role.REVIEWER), official(ward, Role.APPROVER)
    rows = Grant.objects.filter(
        ward_id=ward, status=grant_states.IN_PROGRESS, project_ends_on__gt=today
    )
    rows = rows.exclude(firm__in=toured()).select_related("application__version", "call")
    for grant in rows.order_by("-decided_on", "id"):
        if firm := owner_of(grant):
            yield Desk(grant, firm, reviewer, approver, today)


def toured() -> QuerySet:
    """The firm that the tour visits, as a subquery."""
    return FirmMembership.objects.filter(user__email=BY_KEY["owner"].email).values("firm")


def owner_of(grant: Grant) -> Actor | None:
    """Whoever acts for the grant's firm."""
    member = FirmMembership.objects.filter(
        firm_id=grant.firm_id, role=Role.FIRM_OWNER, valid_to=None
    ).select_related("user")
    owner = member.order_by("id").first()
    if owner is None:
        return None
    role = frozenset({Role.FIRM_OWNER})
    return Actor(owner.user_id, owner.user.name, Hat.FIRM, role, firm_id=grant.firm_id)


def official(ward: int, role: Role) -> Actor:
    held = Assignment.objects.filter(ward_id=ward, role=role, revoked_at=None)
    row = held.select_related("user").order_by("id")[0]
    return Actor(row.user_id, row.user.name, Hat.WARD, frozenset({role}), ward_id=ward)


def _withdrawn(desk: Desk) -> None:
    desk.accept(desk.file("withdrawal", why="導入を予定していた機器の生産が終わったため。"))


def _change_approved(desk: Desk) -> None:
    filing = desk.file("change", **desk.change(75))
    desk.approve(desk.propose(filing, "価格の低下によるもので、事業の目的は変わらない。"))


def _change_proposed(desk: Desk) -> None:
    filing = desk.file("change", **desk.change(70))
    desk.propose(filing, "数量を減らしても目的を達成できると認められる。")


def _change_submitted(desk: Desk) -> None:
    desk.file("change", **desk.change(70))


def _delay_instructed(desk: Desk) -> None:
    filing = desk.file("delay", **_DELAY)
    desk.approve(
        desk.propose(
            filing,
            "製造元の都合によるもので、やむを得ない。",
            instruction="納入の日が決まりしだい、書面で報告してください。",
        )
    )


def _request_open(desk: Desk) -> None:
    with acting(desk.reviewer):
        services.progress_request(
            actor=desk.reviewer,
            grant_id=desk.grant.pk,
            question="発注と納品の状況を、分かる書類とともに報告してください。",
            due_on=desk.soon(14),
        )


def _change_noted(desk: Desk) -> None:
    desk.accept(desk.file("change", **desk.change(101)))


def _change_rejected(desk: Desk) -> None:
    filing = desk.file("change", **desk.change(95, purpose="yes"))
    why = "変更後の内容では、交付決定の目的を達成できないため。"
    desk.approve(desk.propose(filing, why, Ruling.Outcome.REJECT))


def _change_returned(desk: Desk) -> None:
    filing = desk.file("change", **desk.change(85))
    desk.give_back(filing, "変更後の見積書を付けてください。")


def _delay_submitted(desk: Desk) -> None:
    desk.file("delay", **_DELAY, ends_on=desk.grant.project_ends_on.isoformat())


def _request_answered(desk: Desk) -> None:
    _request_open(desk)
    desk.file("progress", **_REPORT)


def _request_recalled(desk: Desk) -> None:
    with acting(desk.reviewer):
        request = services.progress_request(
            actor=desk.reviewer,
            grant_id=desk.grant.pk,
            question="進み具合を報告してください。",
            due_on=desk.soon(10),
        )
        services.progress_request_recall(
            actor=desk.reviewer, request_id=request.pk, reason="窓口で説明を受けたため。"
        )
    filing = desk.draft("delay", what="")
    with acting(desk.firm):
        services.filing_drop(actor=desk.firm, filing_id=filing.pk)


def _visit(desk: Desk, days: int = 7) -> int:
    with acting(desk.reviewer):
        visit = services.visit_plan(
            actor=desk.reviewer,
            grant_id=desk.grant.pk,
            planned_on=desk.soon(days),
            visitors=desk.reviewer.name,
            purpose="導入した機器の設置場所と使用の状況を見せてください。",
        )
        return visit.pk


def _visit_planned(desk: Desk) -> None:
    _visit(desk)
    desk.draft("cancellation", why="")


def _visit_instructed(desk: Desk) -> None:
    pk = _visit(desk, 0)
    with acting(desk.reviewer):
        services.visit_record(
            actor=desk.reviewer,
            visit_id=pk,
            visited_on=desk.today,
            findings="機器は設置済み。管理番号の表示がない。",
            instruction="機器に管理番号を表示し、写真を提出してください。",
            follow_up_on=desk.soon(21),
        )


def _visits_concluded(desk: Desk) -> None:
    pk, other = _visit(desk, 0), _visit(desk, 30)
    with acting(desk.reviewer):
        services.visit_record(
            actor=desk.reviewer,
            visit_id=pk,
            visited_on=desk.today,
            findings="計画のとおり設置され、使用されている。",
        )
        services.visit_call_off(
            actor=desk.reviewer, visit_id=other, reason="前回の調査で確認できたため。"
        )


def _cancelled(desk: Desk) -> None:
    filing = desk.file("cancellation", why="主要な取引先の廃業のため。", state="発注前である。")
    desk.approve(desk.propose(filing, "発注前であり、やむを得ない。"))


def _cancellation_sent_back(desk: Desk) -> None:
    filing = desk.file("cancellation", why="後継者が決まらないため。", state="一部を発注した。")
    ruling = desk.propose(filing, "やむを得ない。")
    with acting(desk.approver):
        services.ruling_send_back(
            actor=desk.approver,
            ruling_id=ruling.pk,
            reason="発注した分の取扱いを起案の理由に書いてください。",
        )


_DELAY = {
    "what": "機器の納入が、製造元の部品不足で3週間遅れる見込み。",
    "noticed_on": "2026-11-18",
    "state": "発注を終え、納品を待っている。",
    "measures": "取引先と週に1度連絡を取り、納入の日を確かめる。",
}
_REPORT = {
    "done": "11月10日に発注した。",
    "ahead": "1月中旬に納品、2月に支払の予定。",
    "paid_yen": "0",
}
# What happens to one grant after the other; small loads have few grants, so each has several.
STORIES: tuple[tuple[Story, ...], ...] = (
    (_withdrawn,),
    (_request_recalled, _visits_concluded, _change_approved, _cancellation_sent_back),
    (_visit_planned, _request_open, _change_proposed),
    (_change_rejected, _delay_instructed, _visit_instructed),
    (_request_answered, _change_returned),
    (_change_noted, _delay_submitted),
    (_cancelled,),
    (_change_submitted,),
)
# No money comes back there: its call has to stay nearly used up.
OTA_STORIES = ((_change_proposed,), (_delay_instructed, _request_open), (_change_noted,))
# 足立区 tells of the money alone; 墨田区 as well, where a large load has grants enough.
TOLD = (
    (SUMIDA, (*STORIES, *money_demo.STORIES)),
    (OTA, OTA_STORIES),
    (ADACHI, money_demo.STORIES),
)
