"""実績報告, 検査 and 額の確定: what the report moves, what the inspection notes, what is settled."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.transitions import GuardFailed, StaleState
from subsidies.grants import policies, states
from subsidies.grants.kinds.completion import COMPLETION, EFFECT, EFFECT_KIND, left_open
from subsidies.grants.kinds.final_amount import FINAL_AMOUNT, inspected_amount
from subsidies.grants.models import Filing, Inspection, Ruling
from subsidies.grants.rules.final_amount import BadCut
from subsidies.grants.rules.inspection import ITEMS, NOT_OK, OK
from subsidies.grants.rules.spent import FIELDS
from subsidies.grants.services.filings import filing_drop, filing_save, on_return, on_submit
from subsidies.grants.services.rulings import effect
from subsidies.models import BudgetEntry
from subsidies.rules import values
from subsidies.services import budget, moves
from subsidies.services.decision import own_cause
from subsidies.services.errors import Refused
from subsidies.services.grants import grant_move


def completion_line_save(
    *,
    actor: Actor,
    filing_id: int,
    key: str,
    typed: Mapping[str, Any],
    revision: int | None = None,
) -> Filing:
    """Keep what was typed for one line. Raises NotEditable, Refused, StaleState."""
    with transaction.atomic():
        filing = policies.get_filing(actor, lock=True, pk=filing_id)
        lines = [dict(line) for line in filing.content.get("spent") or ()]
        line = next((item for item in lines if item["key"] == key), None)
        if filing.kind != COMPLETION or line is None:
            raise Refused(_("この経費は、この報告にはありません。"))
        line.update({name: typed[name] for name in FIELDS if name in typed})
        return filing_save(
            actor=actor, filing_id=filing_id, content={"spent": lines}, revision=revision
        )


@on_submit(COMPLETION)
def report(actor: Actor, filing: Filing) -> None:
    """実績報告の提出: the grant is reported, its completion is dated.

    What the firm had begun besides and can end no more (`left_open`; a draft, or returned) is dropped
    with it; a 廃止 or a progress report that was begun stays.
    """
    for begun in left_open(filing.grant):
        filing_drop(actor=actor, filing_id=begun.pk, reason="実績報告を提出したため")
    completed_on = values.read("date", filing.content["completed_on"])
    grant_move(
        actor=actor, grant=filing.grant, action="report", fields={"completed_on": completed_on}
    )


@on_return(COMPLETION)
def return_report(actor: Actor, filing: Filing) -> None:
    """差戻し: the project counts as running until the report comes again."""
    grant_move(actor=actor, grant=filing.grant, action="return_report", reason=filing.message)


def inspection_save(
    *,
    actor: Actor,
    filing_id: int,
    method: str,
    inspected_on: dt.date,
    verdicts: Mapping[str, Mapping[str, str]],
    cuts: Mapping[str, Mapping[str, Any]],
    findings: str = "",
) -> Inspection:
    """検査の結果 of the version that was submitted last; saved again it takes the place of before.

    `cuts`: line → {"net_yen", "tax_yen", "reason"}. Raises GuardFailed in one's own cause,
    Refused, StaleState, RoleMissing.
    """
    with transaction.atomic():
        filing = policies.get_filing(actor, pk=filing_id)
        grant = policies.get_grant(actor, lock=True, pk=filing.grant_id)
        filing = policies.get_filing(actor, lock=True, pk=filing_id)
        if states.REVIEWER.isdisjoint(transitions.roles_of(actor)):
            raise transitions.RoleMissing
        if refusal := own_cause(grant.application, actor):
            raise GuardFailed(refusal)
        if filing.kind != COMPLETION or filing.status != states.SUBMITTED:
            raise StaleState
        if filing.rulings.filter(status=states.PROPOSED).exists():
            raise Refused(_("起案が決裁を待っています。先に起案を差し戻してください。"))
        version = filing.versions.latest("number")
        filed_on = clock.to_date(version.submitted_at)
        if method not in Inspection.Method.values:
            raise Refused(_("検査の方法を選んでください。"))
        if not filed_on <= inspected_on <= clock.today():
            raise Refused(_("検査日は、実績報告を受けた日から今日までの日にしてください。"))
        cuts = {key: dict(cut) for key, cut in cuts.items() if cut["net_yen"] or cut["tax_yen"]}
        try:
            found = inspected_amount(grant, version, cuts)
        except BadCut as bad:
            raise Refused(str(bad)) from bad
        inspection, _created = Inspection.objects.update_or_create(
            version=version,
            defaults={
                "grant": grant,
                "ward_id": grant.ward_id,
                "firm_id": grant.firm_id,
                "method": method,
                "inspected_on": inspected_on,
                "inspected_by_id": moves.person(actor),
                "verdicts": _known(verdicts),
                "cuts": cuts,
                "findings": findings.strip(),
                "saved_at": clock.database_now(),
            },
        )
        audit.record(
            actor=actor,
            action="grants.inspected",
            obj=grant,
            detail={"version": version.number, "cuts": cuts, "final_yen": found.final_yen},
        )
        return inspection


@effect(FINAL_AMOUNT)
def finalise(actor: Actor, ruling: Ruling) -> None:
    """額の確定: the final amount goes on to its column, what is not needed goes back.

    An advance (概算払) has left already: only the rest moves. Raises StaleState when the grant is
    not what the proposal was worked out from, GuardFailed for whoever inspected and
    for who stands in for them.
    """
    grant, terms = ruling.grant, ruling.terms
    if terms["inspection"]["inspected_by_id"] in actor.persons:
        raise GuardFailed(_("検査をした人は決裁できません。ほかの決裁者に依頼してください。"))
    assert ruling.filing is not None
    last = ruling.filing.versions.latest("number")
    if (terms["decided_yen"], terms["filing_sha256"]) != (grant.decided_yen, last.sha256):
        raise StaleState
    final, paid = terms["amount_yen"], grant.paid_yen
    column = BudgetEntry.Column
    rest = max(0, final - paid)
    if rest:
        budget.move(
            grant.application, rest, source=column.DECIDED, target=column.FINAL, kind="final"
        )
    if unused := grant.decided_yen - paid - rest:
        budget.release(grant.application, unused, column=column.DECIDED, kind="final")
    grant_move(
        actor=actor,
        grant=grant,
        action="finalise",
        reason=ruling.reason,
        fields={"final_yen": final},
        told={
            "effect": ruling.filing.content.get(EFFECT) or "",
            "effect_kind": ruling.filing.content.get(EFFECT_KIND) or "",
            "completed_on": grant.completed_on.isoformat() if grant.completed_on else "",
        },
    )
    if not rest:
        grant_move(actor=actor, grant=grant, action="balance", reason=ruling.reason)


def _known(verdicts: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Verdicts of the items there are."""
    return {
        item.code: {
            "verdict": verdicts[item.code]["verdict"],
            "note": str(verdicts[item.code].get("note", "")).strip(),
        }
        for item in ITEMS
        if verdicts.get(item.code, {}).get("verdict") in {OK, NOT_OK}
    }
