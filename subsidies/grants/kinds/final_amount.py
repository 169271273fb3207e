"""額の確定: what the inspected report comes to. Source: domain.md A2, step 9, A3."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from portal.kernel.money import format_yen
from subsidies import grant_states
from subsidies.contents import submitted_rules
from subsidies.grants.kinds import rulings
from subsidies.grants.models import Filing, FilingVersion, Inspection, Ruling
from subsidies.grants.rules.final_amount import BadCut, Cut, FinalAmount, Spent, final_amount
from subsidies.grants.rules.inspection import open_items
from subsidies.models import Grant
from subsidies.rules.scheme import SchemeRules
from subsidies.services.errors import Refused

FINAL_AMOUNT = "final_amount"


def spent_of(version: FilingVersion) -> list[Spent]:
    """The lines of a submitted report that count, as they were frozen."""
    return [
        Spent(
            category=line["category"],
            description=line["description"],
            unit_price=line["eligible_net_yen"],
            tax_percent=line["tax_percent"],
            is_used=line["is_used"],
            vendor=line["vendor"],
            actual_tax_yen=line["eligible_tax_yen"],
            key=line["key"],
        )
        for line in version.payload["record"]["lines"]
    ]


def inspected_amount(
    grant: Grant, version: FilingVersion, cuts: Mapping[str, Mapping[str, Any]]
) -> FinalAmount:
    """The final amount with what the inspection cut. Raises BadCut."""
    return inspected_with(grant, submitted_rules(grant.application), version, cuts)


def inspected_with(
    grant: Grant,
    rules: SchemeRules,
    version: FilingVersion,
    cuts: Mapping[str, Mapping[str, Any]],
) -> FinalAmount:
    """The same by the rules at hand. Raises BadCut."""
    return final_amount(
        rules,
        spent_of(version),
        decided_yen=grant.decided_yen,
        cuts={key: Cut(cut["net_yen"], cut["tax_yen"], cut["reason"]) for key, cut in cuts.items()},
    )


@override("ja")
def _terms(filing: Filing) -> dict[str, Any]:
    """The inspected version and the amount it comes to. Raises Refused before the inspection."""
    version = filing.versions.select_related("inspection__inspected_by").latest("number")
    inspection = getattr(version, "inspection", None)
    if inspection is None or open_items(inspection.verdicts):
        raise Refused(_("先に検査の項目をすべて確かめ、検査の結果を保存してください。"))
    try:
        found = inspected_amount(filing.grant, version, inspection.cuts)
    except BadCut as bad:
        raise Refused(str(bad)) from bad
    if not found.final_yen:
        raise Refused(
            _(
                "対象になる経費から計算した額が0円です。確定ではなく、交付決定の取消か廃止で扱います。"
            )
        )
    return settled(filing.grant, version, inspection, found)


def settled(
    grant: Grant, version: FilingVersion, inspection: Inspection, found: FinalAmount
) -> dict[str, Any]:
    """What the ruling of an inspected version binds to."""
    return {
        **rulings.filed(version),
        "decided_yen": grant.decided_yen,
        "eligible_yen": found.calculation.eligible_yen,
        "amount_yen": found.final_yen,
        "steps": [
            {"label": step.label, "formula": step.formula, "value": step.value}
            for step in found.steps
        ],
        "inspection": {
            "method": inspection.get_method_display(),
            "inspected_on": inspection.inspected_on.isoformat(),
            "inspected_by": inspection.inspected_by.name,
            "inspected_by_id": inspection.inspected_by_id,
            "cuts": inspection.cuts,
            "findings": inspection.findings,
        },
    }


def _opening(ruling: Ruling) -> str:
    filed_on = rulings.filed_on(ruling)
    return f"{filed_on}付けの実績報告を審査した結果、補助金の額を次のとおり確定したので通知します。"


def _rows(ruling: Ruling) -> rulings.Rows:
    terms = ruling.terms
    final, decided = terms["amount_yen"], terms["decided_yen"]
    return [
        ("交付決定額", format_yen(decided)),
        ("補助対象経費の実績額", format_yen(terms["eligible_yen"])),
        ("補助金の確定額", format_yen(final)),
        ("差引（交付決定額−確定額）", format_yen(decided - final)),
        *(
            (step["label"], f"{step['formula']} ＝ {format_yen(step['value'])}")
            for step in terms["steps"]
        ),
        ("理由", ruling.reason),
    ]


rulings.register(
    rulings.RulingKind(
        code=FINAL_AMOUNT,
        name=gettext_lazy("額の確定"),
        paper="final_amount",
        grant_states=(grant_states.REPORTED,),
        opening=_opening,
        rows=_rows,
        terms=_terms,
    )
)
