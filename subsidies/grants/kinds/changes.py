"""変更承認申請: another plan, another period, another purpose. Source: domain.md A2, step 5."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel import clock
from portal.kernel.money import format_yen
from portal.ui.markup import era_date
from subsidies import grant_states
from subsidies.contents import submitted_rules
from subsidies.grants.kinds import rulings
from subsidies.grants.kinds.registry import Kind, register
from subsidies.grants.models import Filing, Ruling
from subsidies.grants.plan import CHANGE, approved_plan_of, plan_of
from subsidies.grants.rules.changes import Change, compare
from subsidies.models import Grant
from subsidies.rules import expenses, values
from subsidies.rules.amount import ExpenseItem
from subsidies.rules.problem import Problem
from subsidies.rules.scheme import Document, Question, SchemeRules


def change_of(grant: Grant, content: Mapping[str, Any]) -> Change:
    """The filed change against what stands now. Lines that cannot be read do not count."""
    rules = submitted_rules(grant.application)
    after = expenses.read_lines(rules, content.get("lines") or ()).items
    return compare(
        rules,
        plan_of(grant),
        after,
        decided_yen=grant.decided_yen,
        ends_on=grant.project_ends_on,
        new_ends_on=ends_on_of(content) or grant.project_ends_on,
        purpose_changes=_says_yes(content.get("purpose")),
        approved=approved_plan_of(grant),
    )


def ends_on_of(content: Mapping[str, Any]) -> dt.date | None:
    """The new end of the project where a readable one was typed."""
    try:
        found = values.read("date", content.get("ends_on"))
    except values.Unreadable:
        return None
    return found if isinstance(found, dt.date) else None


def last_day(grant: Grant) -> dt.date:
    """The last day of the fiscal year in which the project has to end (会計年度独立)."""
    return clock.fiscal_year_bounds(clock.fiscal_year(grant.project_ends_on))[1]


def period_problem(grant: Grant, ends_on: dt.date | None, task: str) -> Iterable[Problem]:
    """A new end of the project lies after the decision and within its fiscal year."""
    last = last_day(grant)
    if ends_on is not None and not grant.decided_on <= ends_on <= last:
        text = _(
            "事業の期限は、交付決定日（%(first)s）から年度末（%(last)s）までの日にしてください。"
        )
        text %= {"first": era_date(grant.decided_on), "last": era_date(last)}
        yield Problem("out_of_year", text, task, "answers.ends_on")


def record(grant: Grant, content: Mapping[str, Any]) -> dict[str, Any]:
    """What a submission freezes: the plans, the comparison, and what it comes to (yen)."""
    rules = submitted_rules(grant.application)
    after = expenses.read_lines(rules, content.get("lines") or ()).items
    ends_on = ends_on_of(content) or grant.project_ends_on
    plans = plan_of(grant), after, approved_plan_of(grant)
    return record_with(grant, rules, change_of(grant, content), *plans, new_ends_on=ends_on)


def record_with(
    grant: Grant,
    rules: SchemeRules,
    change: Change,
    before: Sequence[ExpenseItem],
    after: Sequence[ExpenseItem],
    approved: Sequence[ExpenseItem],
    *,
    new_ends_on: dt.date,
) -> dict[str, Any]:
    """The same with rules, plans and comparison at hand; `approved` is the plan of the decision or of
    the change that was ruled last, by which is measured what is small.
    """
    return {
        "before": [expenses.as_input(item) for item in before],
        "lines": [expenses.as_input(item) for item in after],
        "approved": [expenses.as_input(item) for item in approved],
        "categories": [
            {
                "code": item.code,
                "name": item.name,
                "before_yen": item.before_yen,
                "after_yen": item.after_yen,
            }
            for item in change.categories
        ],
        "before_yen": change.before_yen,
        "after_yen": change.after_yen,
        "approved_yen": change.approved_yen,
        "moved_yen": change.moved_yen,
        "minor_percent": rules.minor_change_percent,
        "decided_yen": change.decided_yen,
        "amount_yen": change.amount_yen,
        "ends_on": grant.project_ends_on.isoformat(),
        "new_ends_on": new_ends_on.isoformat(),
        "causes": list(change.causes),
    }


def _says_yes(raw: Any) -> bool:
    try:
        return values.read("yes_no", raw) is True
    except values.Unreadable:
        return False


def _check(grant: Grant, given: Mapping[str, Any]) -> Iterable[Problem]:
    rules = submitted_rules(grant.application)
    lines = given.get("lines") or ()
    budget = expenses.read_lines(rules, lines)
    yield from budget.problems
    yield from period_problem(grant, given.get("ends_on"), CHANGE)
    if budget.problems:
        return
    if not budget.items:
        text = _("変更後の経費を1行以上入力してください。")
        yield Problem("missing", text, "plan", "expenses")
        return
    change = change_of(grant, given)
    if not change.amount_yen:
        text = _(
            "変更後の経費では補助額が0円になります。"
            "事業をやめるときは「事業の中止・廃止」を提出してください。"
        )
        yield Problem("below_floor", text, "plan", "expenses")
    same = budget.items == plan_of(grant)
    if same and not {"period", "purpose"} & set(change.causes):
        text = _("いまの計画から変わったところがありません。経費か期限を直してください。")
        yield Problem("unchanged", text, "plan", "expenses")


def _needs_ruling(filing: Filing) -> bool:
    version = filing.versions.order_by("-number").first()
    return version is None or bool(version.payload["record"]["causes"])


def _terms(filing: Filing) -> dict[str, Any]:
    """The change as it was submitted last: the ruling binds to exactly this."""
    version = filing.versions.latest("number")
    return {
        **rulings.filed(version),
        "change": version.payload["record"],
    }


def _opening(ruling: Ruling) -> str:
    verdict = (
        "次のとおり承認したので通知します。"
        if ruling.outcome == Ruling.Outcome.APPROVE
        else "次の理由により承認しないこととしたので通知します。"
    )
    return f"{rulings.filed_on(ruling)}付けで申請のあった補助事業の計画の変更については、{verdict}"


def _rows(ruling: Ruling) -> rulings.Rows:
    if ruling.outcome != Ruling.Outcome.APPROVE:
        return [("理由", ruling.reason)]
    change = ruling.terms["change"]
    rows = [
        ("変更前の補助対象経費", format_yen(change["before_yen"])),
        ("変更後の補助対象経費", format_yen(change["after_yen"])),
        *(
            (item["name"], f"{format_yen(item['before_yen'])} → {format_yen(item['after_yen'])}")
            for item in change["categories"]
            if item["before_yen"] != item["after_yen"]
        ),
        ("変更前の交付決定額", format_yen(change["decided_yen"])),
        ("変更後の交付決定額", format_yen(change["amount_yen"])),
    ]
    rows.append(("事業の期限", clock.wareki(dt.date.fromisoformat(change["new_ends_on"]))))
    return [*rows, ("理由", ruling.reason)]


rulings.register(
    rulings.RulingKind(
        code=CHANGE,
        name=gettext_lazy("計画の変更"),
        paper="change_approved",
        rejection="change_refused",
        grant_states=(grant_states.IN_PROGRESS,),
        opening=_opening,
        rows=_rows,
        terms=_terms,
    )
)
register(
    Kind(
        code=CHANGE,
        name=gettext_lazy("計画の変更"),
        grant_states=(grant_states.IN_PROGRESS,),
        questions=(
            Question(
                code="why",
                task=CHANGE,
                label="変更する理由",
                kind="longtext",
                hint="例：見積りの後に機器の価格が上がり、台数を1台減らすため。",
                max_length=800,
            ),
            Question(
                code="purpose",
                task=CHANGE,
                label="事業の目的や、導入する主なものが変わりますか",
                kind="yes_no",
                hint="例：日報の電子化をやめて在庫管理にする、などは「はい」です。",
            ),
            Question(
                code="ends_on",
                task=CHANGE,
                label="変更後の事業の期限",
                kind="date",
                hint="変わらないときは空欄のままにします。年度末を越えることはできません。",
                required=False,
            ),
        ),
        documents=(
            Document(
                code="quotes",
                name="変更後の見積書",
                hint="額や買うものが変わるときに付けてください。",
                required=False,
                many=True,
            ),
        ),
        ruling=CHANGE,
        hint=gettext_lazy(
            "経費の配分・買うもの・期限を変えるときに、変える前に提出します。"
            "小さな変更かどうかは、入力すると分かります。"
        ),
        check=_check,
        has_plan=True,
        initial=lambda grant: {"lines": [expenses.as_input(item) for item in plan_of(grant)]},
        record=record,
        needs_ruling=_needs_ruling,
    )
)
