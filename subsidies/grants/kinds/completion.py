"""実績報告. Source: domain.md A2, step 8, A3."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from portal.kernel import clock
from portal.ui.markup import era_date
from subsidies import grant_states
from subsidies.contents import standing, submitted_rules
from subsidies.grants import states
from subsidies.grants.kinds.final_amount import FINAL_AMOUNT
from subsidies.grants.kinds.registry import Kind, get, register
from subsidies.grants.kinds.reported import (
    read_with,
    record_with,
    report_due_with,
    terms_with,
)
from subsidies.grants.models import Filing, FilingDocument
from subsidies.grants.plan import plan_of
from subsidies.grants.quoted import quoted_of
from subsidies.grants.rules import evidence
from subsidies.grants.rules.final_amount import final_amount
from subsidies.grants.rules.spent import ReadLine, first_lines
from subsidies.models import Grant
from subsidies.rules.problem import Problem
from subsidies.rules.scheme import Document, Question

COMPLETION = "completion"
# The question of 2-OC (効果実感率), which may be left open.
EFFECT = "effect_felt"
# Which effect it is most of all: 2-OC is shown by it. May be left open as well.
EFFECT_KIND = "effect_kind"
EFFECT_KINDS = (
    ("time", "作業や事務の時間が減った"),
    ("delivery", "納期が短くなった・守れるようになった"),
    ("quality", "不良や間違いが減った"),
    ("sales", "売上や受注が増えた"),
    ("cost", "費用や在庫が減った"),
    ("people", "教えやすく・働きやすくなった"),
    ("other", "そのほか"),
)


def report_due_of(grant: Grant, completed_on: dt.date | None) -> dt.date:
    """The day the report is due once the completion is known; the grant's own day before."""
    return report_due_with(grant, submitted_rules(grant.application), completed_on)


def terms_of(grant: Grant) -> evidence.Terms:
    """What this grant's expenses are held against, today."""
    return terms_with(grant, submitted_rules(grant.application), today=clock.today())


def read_lines(grant: Grant, content: Mapping[str, Any]) -> list[ReadLine]:
    """Every line that was bought, with its chain; `papers` are those of the open report."""
    return read_with(content, terms_of(grant), _papers(grant), quoted_of(grant))


@override("ja")
def record(grant: Grant, content: Mapping[str, Any]) -> dict[str, Any]:
    """What a submission freezes: lines with their chains, assets, balance, whether it was late."""
    rules = submitted_rules(grant.application)
    return record_with(grant, content, rules, read_lines(grant, content), on=clock.today())


def _papers(grant: Grant) -> dict[str, frozenset[str]]:
    """Line → steps that have a file, of the report that is being written."""
    rows = FilingDocument.objects.filter(
        standing(),
        filing__grant=grant,
        filing__kind=COMPLETION,
        filing__status__in=states.EDITABLE,
    ).values_list("item", "requirement")
    found: dict[str, set[str]] = {}
    for item, requirement in rows:
        found.setdefault(item, set()).add(requirement)
    return {item: frozenset(steps) for item, steps in found.items()}


def left_open(grant: Grant) -> list[Filing]:
    """What the firm has begun and can end no more once it has reported: 変更, 遅延, 取下げ, 概算払."""
    rows = Filing.objects.filter(grant=grant, status__in=states.GOING).exclude(kind=COMPLETION)
    return [row for row in rows if grant_states.REPORTED not in get(row.kind).grant_states]


def _check(grant: Grant, given: Mapping[str, Any]) -> Iterable[Problem]:
    for filing in left_open(grant):
        if filing.status == states.SUBMITTED:
            text = _(
                "「%(name)s」の審査が終わっていません。区の決定か差戻しを待つか、"
                "提出を取りやめてから、実績を報告してください。"
            )
            text %= {"name": get(filing.kind).name}
            yield Problem("still_open", text, COMPLETION, "answers.completed_on")
    completed_on = given.get("completed_on")
    if completed_on and completed_on < grant.decided_on:
        text = _("事業を終えた日は、交付決定日（%(first)s）以後の日にしてください。")
        text %= {"first": era_date(grant.decided_on)}
        yield Problem("before_decision", text, COMPLETION, "answers.completed_on")
    if completed_on and completed_on > clock.today():
        text = _("事業を終えた日が今日より後です。終えてから提出してください。")
        yield Problem("future", text, COMPLETION, "answers.completed_on")
    read = read_lines(grant, given)
    for item in read:
        yield from item.problems
        yield from line_problems(item)
    rules = submitted_rules(grant.application)
    found = final_amount(rules, [item.spent for item in read], decided_yen=grant.decided_yen)
    if not found.final_yen and not any(item.problems for item in read):
        text = _(
            "対象になる経費から計算した補助額が0円です。経費の日付と額を確かめてください。"
            "事業をやめたときは「事業の中止・廃止」を提出してください。"
        )
        yield Problem("nothing_left", text, COMPLETION, "spent")


def line_problems(item: ReadLine) -> list[Problem]:
    """Broken and open links of a line. What is out does not stop the report: it does not count."""
    return [
        Problem(
            link.code,
            _("%(name)s：%(text)s") % {"name": item.line.description, "text": link.text},
            COMPLETION,
            f"spent.{item.line.key}.{link.step}_on",
        )
        for link in item.chain.links
        if link.tone in {"open", "broken"}
    ]


register(
    Kind(
        code=COMPLETION,
        name=gettext_lazy("実績報告"),
        grant_states=(grant_states.IN_PROGRESS,),
        questions=(
            Question(
                code="completed_on",
                task=COMPLETION,
                label="事業を終えた日",
                kind="date",
                hint="納品・検収と支払のすべてが終わった日です。",
            ),
            Question(
                code="results",
                task=COMPLETION,
                label="実施したことと、その結果",
                kind="longtext",
                hint="例：日報の入力を端末に変え、月末の集計が3日から2時間になった。",
                max_length=1200,
            ),
            Question(
                code="other_yen",
                task=COMPLETION,
                label="補助金のほかに受けた収入",
                kind="yen",
                hint="同じ事業への寄付やほかの助成など。借入れは含めません。なければ0です。",
            ),
            Question(
                code=EFFECT,
                task=COMPLETION,
                label="補助事業の効果を実感していますか",
                kind="choice",
                choices=(
                    ("felt", "実感している"),
                    ("not_yet", "まだ分からない"),
                    ("not_felt", "実感していない"),
                ),
                hint="制度を見直すための問いです。答えは補助金の額や審査に関係しません。",
                required=False,
            ),
            Question(
                code=EFFECT_KIND,
                task=COMPLETION,
                label="いちばん大きい効果はどれですか",
                kind="choice",
                choices=EFFECT_KINDS,
                hint="効果を実感しているときに選んでください。答えは補助金の額や審査に関係しません。",
                required=False,
            ),
            Question(
                code="notes",
                task=COMPLETION,
                label="区に伝えること",
                kind="longtext",
                required=False,
                max_length=800,
            ),
        ),
        documents=(
            *(
                Document(code=step, name=name, required=False)
                for step, name in (
                    ("request", "見積依頼書"),
                    ("quote", "見積書"),
                    ("order", "発注書・契約書"),
                    ("delivery", "納品書"),
                    ("acceptance", "検収書"),
                    ("invoice", "請求書"),
                    ("payment", "振込・引落しの控え"),
                )
            ),
            Document(
                code="photos",
                name="導入したものの写真",
                hint="設置した場所が分かる写真を付けてください。",
                many=True,
            ),
        ),
        ruling=FINAL_AMOUNT,
        page="grants:completion",
        staff_page="grants:inspection",
        hint=gettext_lazy(
            "発注から支払までを終えたら提出します。区が検査して補助金の額を決めます。"
        ),
        check=_check,
        initial=lambda grant: {"spent": first_lines(plan_of(grant), firm_name=grant.firm_name)},
        record=record,
    )
)
