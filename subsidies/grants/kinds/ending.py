"""取下げ and 中止・廃止: how a grant ends before its result. Source: domain.md A2, steps 4 and 6."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel import clock
from portal.kernel.money import format_yen
from portal.ui.markup import era_date
from subsidies import grant_states
from subsidies.contents import rules_of
from subsidies.grants.kinds import rulings
from subsidies.grants.kinds.registry import Kind, register
from subsidies.grants.models import Filing, Ruling
from subsidies.models import Grant
from subsidies.rules import due
from subsidies.rules.problem import Problem
from subsidies.rules.scheme import Question

WITHDRAWAL = "withdrawal"
CANCELLATION = "cancellation"


def withdrawal_ends_on(grant: Grant) -> dt.date:
    """The last day on which a decision may be declined, as its letter says."""
    days = rules_of(grant.application.version).decline_days
    return due.withdrawal_until(grant.decided_on, days)


def _may_withdraw(grant: Grant) -> bool:
    return clock.today() <= withdrawal_ends_on(grant)


def _in_time(grant: Grant, values: Mapping[str, Any]) -> Iterable[Problem]:
    last = withdrawal_ends_on(grant)
    if clock.today() > last:
        text = _(
            "取下げができるのは%(last)sまででした。事業をやめるときは「中止・廃止」を提出してください。"
        ) % {"last": era_date(last)}
        yield Problem("too_late", text, WITHDRAWAL, "answers.why")


def _terms(filing: Filing) -> dict[str, Any]:
    version = filing.versions.latest("number")
    return {
        **rulings.filed(version),
        "decided_yen": filing.grant.decided_yen,
    }


def _opening(ruling: Ruling) -> str:
    verdict = (
        "承認したので通知します。"
        if ruling.outcome == Ruling.Outcome.APPROVE
        else "次の理由により承認しないこととしたので通知します。"
    )
    return f"{rulings.filed_on(ruling)}付けで申請のあった補助事業の中止・廃止については、{verdict}"


def _rows(ruling: Ruling) -> rulings.Rows:
    reason = [("理由", ruling.reason)]
    if ruling.outcome != Ruling.Outcome.APPROVE:
        return reason
    return [
        ("変更前の交付決定額", format_yen(ruling.terms["decided_yen"])),
        ("変更後の交付決定額", format_yen(0)),
        *reason,
    ]


rulings.register(
    rulings.RulingKind(
        code=CANCELLATION,
        name=gettext_lazy("事業の中止・廃止"),
        paper="cancellation_approved",
        rejection="cancellation_refused",
        grant_states=(grant_states.IN_PROGRESS, grant_states.REPORTED),
        opening=_opening,
        rows=_rows,
        terms=_terms,
    )
)
register(
    Kind(
        code=WITHDRAWAL,
        name=gettext_lazy("申請の取下げ"),
        grant_states=(grant_states.IN_PROGRESS,),
        questions=(
            Question(
                code="why",
                task=WITHDRAWAL,
                label="取り下げる理由",
                kind="longtext",
                hint="例：導入を予定していた機器が生産終了になったため。",
                max_length=400,
            ),
        ),
        hint=gettext_lazy("交付決定の内容に同意できないとき、決められた日までに取り下げられます。"),
        available=_may_withdraw,
        check=_in_time,
    ),
    Kind(
        code=CANCELLATION,
        name=gettext_lazy("事業の中止・廃止"),
        grant_states=(grant_states.IN_PROGRESS, grant_states.REPORTED),
        questions=(
            Question(
                code="why",
                task=CANCELLATION,
                label="中止・廃止する理由",
                kind="longtext",
                max_length=400,
            ),
            Question(
                code="state",
                task=CANCELLATION,
                label="発注・納品・支払の状況",
                kind="longtext",
                hint="例：発注済み、納品前。取引先とは解約の合意ができている。",
                max_length=400,
            ),
        ),
        ruling=CANCELLATION,
        hint=gettext_lazy(
            "先に承認が必要です。承認の前に事業をやめると、取消になることがあります。"
        ),
    ),
)
