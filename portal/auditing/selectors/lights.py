"""What a look at a case tells at once: dates, four eyes, amounts, digests, the audit trail."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.auditing.recount import Figure
from portal.auditing.selectors.money import Money
from portal.auditing.selectors.violations import RULES, Violation
from portal.kernel.audit_chain import Linked
from portal.ui.markup import era_date
from subsidies.grants import states as grant_states
from subsidies.grants.kinds.final_amount import FINAL_AMOUNT
from subsidies.rules import snapshot


@dataclass(frozen=True, slots=True)
class Light:
    """One light: what it is about, its colour, the verdict and the details."""

    title: str
    tone: str
    text: str
    details: tuple[str, ...] = ()


def lights(
    case: Money,
    found: Sequence[Violation],
    figures: Sequence[Figure],
    chain: Sequence[Linked],
    *,
    disposed: bool,
) -> list[Light]:
    """All five."""
    return [
        _dates(found),
        _four_eyes(case),
        _amounts(figures),
        _digests(case, disposed=disposed),
        _trail(chain),
    ]


def _dates(found: Sequence[Violation]) -> Light:
    details = tuple(violation_text(item) for item in found)
    if not details:
        return Light(_("日付の順序"), "green", _("順序どおりです"))
    text = ngettext("%(count)s件の問題", "%(count)s件の問題", len(details)) % {
        "count": len(details)
    }
    return Light(_("日付の順序"), "red", text, details)


def violation_text(item: Violation) -> str:
    """「交付決定より前の発注：発注 令和8年5月1日、交付決定 令和8年5月10日」."""
    rule = RULES[item.rule]
    return _("%(title)s：%(on)s %(day)s、%(limit)s %(against)s") % {
        "title": rule.title,
        "on": rule.on,
        "day": era_date(item.on),
        "limit": rule.limit,
        "against": era_date(item.limit),
    }


def _four_eyes(case: Money) -> Light:
    same = list(_same_hands(case))
    title = _("起案した人と決裁した人")
    if same:
        return Light(title, "red", _("同じ人が行っています"), tuple(same))
    if case.decision is None or case.decision.approved_by_id is None:
        return Light(title, "", _("まだ決裁がありません"))
    return Light(title, "green", _("別の人です"))


def _same_hands(case: Money) -> Iterable[str]:
    decision = case.decision
    if decision is not None and decision.approved_by_id == decision.prepared_by_id:
        yield _("交付の決定")
    for ruling in case.rulings:
        if ruling.status != grant_states.RULED:
            continue
        hands = {ruling.prepared_by_id}
        if ruling.kind == FINAL_AMOUNT:
            hands.add(ruling.terms["inspection"]["inspected_by_id"])
        if ruling.approved_by_id in hands:
            yield ruling.document_no or str(ruling.pk)


def _amounts(figures: Sequence[Figure]) -> Light:
    title = _("金額の再計算")
    wrong = [figure.name for figure in figures if figure.is_wrong]
    told = [figure.name for figure in figures if figure.is_told and not figure.is_same]
    if wrong:
        return Light(title, "red", _("記録の額と違います"), tuple(wrong))
    if told:
        return Light(title, "orange", _("理由のある減額があります"), tuple(told))
    text = ngettext("%(count)s項目が一致", "%(count)s項目が一致", len(figures))
    return Light(title, "green", text % {"count": len(figures)})


def _digests(case: Money, *, disposed: bool) -> Light:
    title = _("提出された内容の照合値")
    if disposed:
        return Light(title, "", _("保存期間が満了し、内容は消去されています"))
    versions: list[Any] = [*case.versions, *(item for rows in case.filed.values() for item in rows)]
    changed = [
        _("第%(number)s版") % {"number": item.number}
        for item in versions
        if snapshot.digest(item.payload) != item.sha256
    ]
    if changed:
        return Light(title, "red", _("提出の後に変わっています"), tuple(changed))
    text = ngettext("%(count)s件が一致", "%(count)s件が一致", len(versions))
    return Light(title, "green", text % {"count": len(versions)})


def _trail(chain: Sequence[Linked]) -> Light:
    title = _("監査記録の照合値")
    broken = tuple(f"{row.chain}-{row.sequence}" for row in chain if not row.is_true)
    if broken:
        return Light(title, "red", _("内容と照合値が合いません"), broken)
    text = ngettext("%(count)s件が一致", "%(count)s件が一致", len(chain))
    return Light(title, "green", text % {"count": len(chain)})
