"""What a firm files after the payment: 効果報告 of each year, 仕入控除税額報告.

Source: domain.md A2 step 12, A3 (税込の制度では0円でも報告), D2–D3.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel import clock
from portal.kernel.money import format_yen
from portal.ui.markup import era_date, yen_text
from subsidies import grant_states
from subsidies.grants.kinds.registry import SURE, Doubt, Kind, register
from subsidies.grants.models import FilingVersion
from subsidies.models import Grant
from subsidies.obligations import known, states
from subsidies.obligations.models import Obligation
from subsidies.obligations.rules import effects
from subsidies.obligations.rules.plan import EFFECT_REPORT, TAX_CREDIT
from subsidies.rules import values
from subsidies.rules.problem import Problem
from subsidies.rules.scheme import Document, Question
from subsidies.units import PEOPLE, with_unit

UNITS = {"people": PEOPLE, "hours": "時間"}
AFTER = (grant_states.PAID, grant_states.CLOSED)
# What does not add up, and what would.
_MISFITS: Mapping[str, Any] = {
    "parts": gettext_lazy(
        "「%(label)s」が、労務費と人件費を足した額（%(yen)s）と合いません。"
        "合計か、分けた額のどちらかを直してください。"
    ),
    "over_gross": gettext_lazy(
        "「%(label)s」は、売上高から売上原価を引いた額（%(yen)s）より大きくなりません。"
        "売上高、売上原価、営業利益を確かめてください。"
    ),
    "over_overhead": gettext_lazy(
        "「%(label)s」が、販売費及び一般管理費（売上高－売上原価－営業利益＝%(yen)s）を超えています。"
        "ものを作る人の分は「労務費」に入れてください。"
    ),
}
# Why nothing is to be given back (世田谷区ほかの返還不要の類型, domain.md A3).
EXEMPT = (
    ("return", "返還する額がある"),
    ("exempt", "免税事業者である"),
    ("simplified", "簡易課税で申告した"),
    ("two_tenths", "2割特例で申告した"),
    ("non_taxable", "非課税売上げのみに対応する仕入れとして申告した"),
    ("special_income", "公益法人等で、特定収入割合が5％を超える"),
    ("no_invoice", "適格請求書のない仕入れで、控除していない"),
    ("not_deducted", "仕入税額控除をしていない（その他）"),
)


def _owed(grant: Grant, kind: str) -> list[Obligation]:
    """The reports of that kind which the firm may hand in now: their period has begun."""
    rows = Obligation.objects.filter(grant=grant, kind=kind, status=states.OPEN)
    today = clock.today()
    return [row for row in rows.order_by("number") if today >= opens_on(row.due_on)]


def opens_on(due_on: dt.date) -> dt.date:
    """From when a report may be handed in: the first day of the fiscal year in which it is due."""
    return clock.fiscal_year_bounds(clock.fiscal_year(due_on))[0]


def _begin(grant: Grant) -> dict[str, Any]:
    """The year reported, as figures before those which were reported last, and what else is known."""
    owed = _owed(grant, EFFECT_REPORT)
    last = _last_report(grant)
    started: dict[str, Any] = {"report_number": owed[0].number if owed else None}
    for item in effects.COMPONENTS if last else ():
        started[f"before_{item.code}"] = last.get(f"after_{item.code}")
    return started | known.figures(grant)


def _check_effects(grant: Grant, given: Mapping[str, Any]) -> Iterable[Problem]:
    taken = grant.filings.filter(
        kind=EFFECT_REPORT,
        status__in=["submitted", "accepted"],
        content__report_number=given.get("report_number"),
    )
    owed = {row.number for row in _owed(grant, EFFECT_REPORT)}
    if given.get("report_number") not in owed or taken.exists():
        text = _("この年の効果報告は、すでに提出されています。新しく始めてください。")
        yield Problem("reported", text, EFFECT_REPORT, "answers.period_end")
    ends = given.get("period_end")
    if isinstance(ends, dt.date) and not grant.decided_on < ends <= clock.today():
        text = _("決算日は、交付決定日（%(day)s）より後で、今日までの日にしてください。")
        yield Problem(
            "period",
            text % {"day": era_date(grant.decided_on)},
            EFFECT_REPORT,
            "answers.period_end",
        )
    elif isinstance(ends, dt.date) and _told_before(grant, given):
        text = _(
            "この決算日の数字は、ほかの年の効果報告で報告しています。この年の決算日を入力してください。"
        )
        yield Problem("period_twice", text, EFFECT_REPORT, "answers.period_end")
    yield from _sums(grant, given)
    end = _("正しいときは、「数字の確認」で正しいと答えてください。")
    for doubt in _asked(grant, given):
        if doubt.key not in given.get(SURE, {}):
            anchor = f"answers.{doubt.code}"
            yield Problem("unit", doubt.text + end, EFFECT_REPORT, anchor, doubt.label)


def _told_before(grant: Grant, given: Mapping[str, Any]) -> bool:
    """Whether the report of another year is, as it was handed in last, of the same business year."""
    rows = FilingVersion.objects.filter(
        filing__grant=grant,
        filing__kind=EFFECT_REPORT,
        filing__status__in=["submitted", "accepted"],
        payload__answers__period_end=given["period_end"].isoformat(),
    )
    rows = rows.alias(last=Max("filing__versions__number")).filter(number=F("last"))
    number = given.get("report_number")
    return bool(rows.exclude(filing__content__report_number=number).exists())


def _sums(grant: Grant, given: Mapping[str, Any]) -> Iterable[Problem]:
    """Figures that do not add up. While a figure of the year is in doubt, that is told alone."""
    doubted = any(doubt.key not in given.get(SURE, {}) for doubt in _asked(grant, given))
    for when in ("before",) if doubted else ("before", "after"):
        for code, why, yen in effects.misfits(_figures(given, when)):
            question = next(item for item in _COMPONENTS if item.code == f"{when}_{code}")
            text = _MISFITS[why] % {"label": question.label, "yen": yen_text(yen)}
            yield Problem("misfit", text, EFFECT_REPORT, f"answers.{question.code}", question.label)


def _asked(grant: Grant, given: Mapping[str, Any]) -> list[Doubt]:
    """The figures of the year that look like a slip, each once with all that is odd about it."""
    after, before = _figures(given, "after"), _figures(given, "before")
    last = _figures(_last_report(grant), "after")
    found: dict[str, list[effects.Doubt]] = {}
    for doubt in _doubts(grant, given):
        found.setdefault(doubt.code, []).append(doubt)
    asked = []
    for code, doubts in found.items():
        old = before.get(code) if code in before else last.get(code)
        asked.append(
            Doubt(
                code=f"after_{code}",
                label=effects.BY_CODE[code].label,
                value=after[code],
                before=old,
                shown=_shown(code, after[code]),
                shown_before="" if old is None else _shown(code, old),
                text="".join(_doubt_text(doubt) for doubt in doubts),
            )
        )
    return asked


def _shown(code: str, value: int) -> str:
    if effects.BY_CODE[code].is_yen:
        return yen_text(value)
    return with_unit(value, UNITS[code])


def _doubts(grant: Grant, given: Mapping[str, Any]) -> list[effects.Doubt]:
    """Against the figures before, and where those say nothing, against last year's report."""
    now = _figures(given, "after")
    found = effects.doubts(_figures(given, "before"), now)
    known = {doubt.code for doubt in found}
    last = _last_report(grant)
    return [
        *found,
        *(item for item in effects.doubts(_figures(last, "after"), now) if item.code not in known),
    ]


def _last_report(grant: Grant) -> Mapping[str, Any]:
    """What was reported last and accepted."""
    rows = grant.filings.filter(kind=EFFECT_REPORT, status="accepted")
    last = rows.order_by("-number").first()
    return last.content if last else {}


def _doubt_text(doubt: effects.Doubt) -> str:
    texts = {
        "thousand": _("「%(label)s」が前と約1,000倍違います。円と千円を取り違えていませんか。"),
        "jump": _("「%(label)s」が前の8倍以上、又は8分の1以下です。桁を確かめてください。"),
        "too_small": _("「%(label)s」が人数に比べて小さすぎます。千円単位で入力していませんか。"),
        "too_many_hours": _(
            "「%(label)s」が人数に比べて多すぎます。合計の時間を確かめてください。"
        ),
        "over_cost": _("「%(label)s」が売上原価を超えています。入れる欄を確かめてください。"),
        "over_expenses": _(
            "労務費、人件費、減価償却費を足すと、売上高から営業利益を引いた額を超えます。"
            "「%(label)s」を確かめてください。"
        ),
    }
    return texts[doubt.why] % {"label": effects.BY_CODE[doubt.code].label}


def _figures(given: Mapping[str, Any], when: str) -> dict[str, int]:
    found = {}
    for item in effects.COMPONENTS:
        try:
            value = values.read(item.kind, given.get(f"{when}_{item.code}"))
        except values.Unreadable:
            continue
        if isinstance(value, int):
            found[item.code] = value
    return found


def _record_effects(grant: Grant, content: Mapping[str, Any]) -> dict[str, Any]:
    """The components as read, the year they are of, whether they came late, and which figures
    looked like a slip and were confirmed, by whom and when."""
    number = content.get("report_number")
    row = Obligation.objects.filter(grant=grant, kind=EFFECT_REPORT, number=number).first()
    return effects_with(
        content, _doubts(grant, content), due_on=row.due_on if row else None, on=clock.today()
    )


def effects_with(
    content: Mapping[str, Any],
    doubts: Iterable[effects.Doubt],
    *,
    due_on: dt.date | None,
    on: dt.date,
) -> dict[str, Any]:
    """The same with what is odd about the figures at hand; `on` is the day of the submission."""
    before, after = _figures(content, "before"), _figures(content, "after")
    return {
        "report_number": content.get("report_number"),
        "before": before,
        "after": after,
        "confirmed": [
            {
                "code": doubt.code,
                "label": effects.BY_CODE[doubt.code].label,
                "why": doubt.why,
                "before": before.get(doubt.code),
                "value": after[doubt.code],
                **content.get(SURE, {}).get(f"after_{doubt.code}={after[doubt.code]}", {}),
            }
            for doubt in doubts
        ],
        "due_on": due_on.isoformat() if due_on else None,
        "late": bool(due_on and on > due_on),
    }


def _check_tax(grant: Grant, given: Mapping[str, Any]) -> Iterable[Problem]:
    amount, result = given.get("return_yen"), given.get("result")
    paid = grant.final_yen or grant.paid_yen
    if result == "return" and not amount:
        text = _("返還する額を入力してください。ないときは、その理由を選んでください。")
        yield Problem("missing", text, TAX_CREDIT, "answers.return_yen")
    if result != "return" and amount:
        text = _("返還する額があるときは「返還する額がある」を選んでください。ないときは0円です。")
        yield Problem("contradiction", text, TAX_CREDIT, "answers.result")
    if isinstance(amount, int) and amount > paid:
        text = _("返還する額は、受け取った補助金（%(paid)s）までです。")
        yield Problem(
            "too_much", text % {"paid": format_yen(paid)}, TAX_CREDIT, "answers.return_yen"
        )
    ends = given.get("period_end")
    if isinstance(ends, dt.date) and not grant.decided_on < ends <= clock.today():
        text = _("課税期間の末日は、交付決定日より後で、今日までの日にしてください。")
        yield Problem("period", text, TAX_CREDIT, "answers.period_end")


def _component_questions(when: str, name: str) -> Iterable[Question]:
    for item in effects.COMPONENTS:
        yield Question(
            code=f"{when}_{item.code}",
            task=EFFECT_REPORT,
            label=f"{name}の{item.label}",
            kind=item.kind,
            unit=UNITS.get(item.code, ""),
            hint=item.hint
            + ("円の単位で入力します（千円ではありません）。" if item.is_yen else ""),
        )


_COMPONENTS = (
    *_component_questions("before", "導入前"),
    *_component_questions("after", "今期"),
)


def _results(record: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """付加価値額 by each formula of 004, before and after, with its letter; never one alone."""
    added = {when: effects.value_added(record.get(when, {})) for when in ("before", "after")}
    names = {
        "A": _("付加価値額（計算式A：営業利益＋労務費＋人件費＋減価償却費）"),
        "B": _("付加価値額（計算式B：労務費を入れない）"),
        "C": _("付加価値額（計算式C：営業利益だけ）"),
    }
    for letter, name in names.items():
        if all(letter in found for found in added.values()):
            yield (
                name,
                _("導入前 %(before)s　今期 %(after)s")
                % {when: yen_text(found[letter]) for when, found in added.items()},
            )


register(
    Kind(
        code=EFFECT_REPORT,
        name=gettext_lazy("効果報告"),
        grant_states=AFTER,
        questions=(
            Question(
                code="period_end",
                task=EFFECT_REPORT,
                label="報告する決算期の末日",
                kind="date",
                hint="例：令和10年3月31日。1年分の数字を報告します。",
            ),
            *_COMPONENTS,
            Question(
                code="comment",
                task=EFFECT_REPORT,
                label="変わったこと、使い続けているか",
                kind="longtext",
                hint="例：日報の集計が月24時間から2時間になった。全員が毎日使っている。",
                max_length=800,
            ),
        ),
        hint=gettext_lazy("補助事業の後の1年の数字を、導入前と比べて報告します。"),
        check=_check_effects,
        initial=_begin,
        available=lambda grant: bool(_owed(grant, EFFECT_REPORT)),
        record=_record_effects,
        doubts=_asked,
        results=_results,
    ),
    Kind(
        code=TAX_CREDIT,
        name=gettext_lazy("仕入控除税額の報告"),
        grant_states=AFTER,
        questions=(
            Question(
                code="period_end",
                task=TAX_CREDIT,
                label="課税期間の末日",
                kind="date",
                hint="補助対象の経費を支払った課税期間です。",
            ),
            Question(
                code="result",
                task=TAX_CREDIT,
                label="確定申告の結果",
                kind="choice",
                choices=EXEMPT,
                hint="返還する額が0円でも報告が必要です。",
            ),
            Question(
                code="return_yen",
                task=TAX_CREDIT,
                label="返還する額（補助金に係る仕入控除税額）",
                kind="yen",
                hint="ないときは0と入力します。",
            ),
            Question(
                code="comment",
                task=TAX_CREDIT,
                label="計算の内訳",
                kind="longtext",
                required=False,
                max_length=800,
            ),
        ),
        documents=(
            Document(
                code="return",
                name="消費税の確定申告書の写し",
                hint="免税事業者は不要です。マイナンバーは隠してください。",
                required=False,
                many=True,
            ),
        ),
        hint=gettext_lazy(
            "税込みで補助を受けた場合に、消費税の申告の後で報告します。0円でも必要です。"
        ),
        check=_check_tax,
        available=lambda grant: bool(
            Obligation.objects.filter(grant=grant, kind=TAX_CREDIT, status=states.OPEN).exists()
        ),
    ),
)
