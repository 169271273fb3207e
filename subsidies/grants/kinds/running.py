"""While the project runs: 遅延等報告書 (事故・遅延) and 遂行状況報告書.

Source: domain.md A2, steps 6 and 7.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from portal.kernel import clock
from subsidies import grant_states
from subsidies.grants.kinds import rulings
from subsidies.grants.kinds.changes import period_problem
from subsidies.grants.kinds.registry import Kind, register
from subsidies.grants.models import Filing, Ruling, open_request
from subsidies.models import Grant
from subsidies.rules.problem import Problem
from subsidies.rules.scheme import Document, Question

DELAY = "delay"
PROGRESS = "progress"


def _check_delay(grant: Grant, given: Mapping[str, Any]) -> Iterable[Problem]:
    yield from period_problem(grant, given.get("ends_on"), DELAY)


def _terms(filing: Filing) -> dict[str, Any]:
    version = filing.versions.latest("number")
    return {
        **rulings.filed(version),
        "ends_on": filing.grant.project_ends_on.isoformat(),
    }


def _opening(ruling: Ruling) -> str:
    filed_on = rulings.filed_on(ruling)
    return f"{filed_on}付けで報告のあった補助事業の遅延等については、次のとおり指示します。"


def _rows(ruling: Ruling) -> rulings.Rows:
    new = ruling.terms.get("new_ends_on") or ruling.terms["ends_on"]
    return [
        ("変更前の事業の期限", clock.wareki(dt.date.fromisoformat(ruling.terms["ends_on"]))),
        ("事業の期限", clock.wareki(dt.date.fromisoformat(new))),
        ("指示する事項", ruling.terms.get("instruction", "")),
        ("理由", ruling.reason),
    ]


rulings.register(
    rulings.RulingKind(
        code=DELAY,
        name=gettext_lazy("遅延等への指示"),
        paper="delay_instruction",
        grant_states=(grant_states.IN_PROGRESS,),
        opening=_opening,
        rows=_rows,
        asks=("instruction", "ends_on"),
        terms=_terms,
        appeals=False,
    )
)
register(
    Kind(
        code=DELAY,
        name=gettext_lazy("事故・遅延の報告"),
        grant_states=(grant_states.IN_PROGRESS,),
        questions=(
            Question(
                code="what",
                task=DELAY,
                label="何が起きましたか",
                kind="longtext",
                hint="例：機器の納入が、製造元の都合で3週間遅れる見込み。",
                max_length=800,
            ),
            Question(code="noticed_on", task=DELAY, label="分かった日", kind="date", required=True),
            Question(
                code="state",
                task=DELAY,
                label="いまの進み具合",
                kind="longtext",
                hint="発注・納品・支払のどこまで終えたかを書いてください。",
                max_length=800,
            ),
            Question(
                code="measures",
                task=DELAY,
                label="これからの対応",
                kind="longtext",
                max_length=800,
            ),
            Question(
                code="ends_on",
                task=DELAY,
                label="事業を終えられる見込みの日",
                kind="date",
                hint="いまの期限までに終えられるときは、空欄のままにします。",
                required=False,
            ),
        ),
        documents=(
            Document(
                code="proof",
                name="状況の分かる書類",
                hint="取引先からの連絡など、あれば付けてください。",
                required=False,
                many=True,
            ),
        ),
        ruling=DELAY,
        hint=gettext_lazy(
            "期限までに終わらないおそれや事故に気づいたら、すぐに提出します。区が指示を返します。"
        ),
        check=_check_delay,
    ),
    Kind(
        code=PROGRESS,
        name=gettext_lazy("遂行状況の報告"),
        grant_states=(grant_states.IN_PROGRESS, grant_states.REPORTED),
        questions=(
            Question(
                code="done",
                task=PROGRESS,
                label="これまでに終えたこと",
                kind="longtext",
                hint="発注・納品・支払の日と相手を書いてください。",
                max_length=1200,
            ),
            Question(
                code="ahead",
                task=PROGRESS,
                label="これからの予定",
                kind="longtext",
                max_length=1200,
            ),
            Question(
                code="paid_yen",
                task=PROGRESS,
                label="これまでに支払った額（税込）",
                kind="yen",
            ),
            Question(
                code="trouble",
                task=PROGRESS,
                label="困っていること",
                kind="longtext",
                required=False,
                max_length=800,
            ),
        ),
        documents=(
            Document(
                code="photos",
                name="写真や書類",
                hint="導入の様子が分かる写真など、あれば付けてください。",
                required=False,
                many=True,
            ),
        ),
        hint=gettext_lazy("区から求められたときに、期日までに提出します。"),
        available=lambda grant: open_request(grant) is not None,
    ),
)
