"""請求書 and 月次報告書 of an approved claim, each made once and kept with its digest, as letters are."""

from collections.abc import Callable
from typing import Final

from django.db import transaction

from advisors.claims import papers, states
from advisors.claims.models import Claim
from advisors.claims.selectors.lines import Sheet, sheet_of
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files.models import StoredFile
from portal.letters.selectors import letter_of
from portal.letters.services import Subject, letter_issue, register_received

CLAIM: Final = "fee_claim"
REPORT: Final = "fee_report"
_DATA: dict[str, Callable[[Claim, Sheet], papers.Data]] = {
    CLAIM: papers.claim_data,
    REPORT: papers.report_data,
}
_NAMES = {CLAIM: "{number}.pdf", REPORT: "{number}-report.pdf"}

# They are handed in to the ward: among its papers, and not among the letters it has sent.
register_received(*_DATA)


def papers_keep(*, actor: Actor, claim_id: int) -> None:
    """Both papers of a claim that was just approved."""
    for kind in _DATA:
        paper_make(actor=actor, claim_id=claim_id, kind=kind)


def paper_make(*, actor: Actor, claim_id: int, kind: str) -> StoredFile:
    """The paper of a decided claim; the one that exists where there is one.

    The caller has asked the policy: papers are written by the system. Raises Claim.DoesNotExist while
    nothing is decided.
    """
    with transaction.atomic(), acting(actor.elevated()):
        rows = Claim.objects.select_for_update(of=("self",)).select_related("ward", "terms")
        claim = rows.get(pk=claim_id, status__in=states.DECIDED)
        key = f"{kind}:{claim.pk}"
        if made := letter_of(key):
            return made.stored_file
        assert claim.submitted_at is not None
        return letter_issue(
            actor=actor,
            subject=Subject(
                key=key, kind=kind, case_no=claim.number, ward_id=claim.ward_id, firm_id=None
            ),
            template=papers.TEMPLATE,
            data=_DATA[kind](claim, sheet_of(claim)),
            made_at=claim.submitted_at,
            issued_on=clock.to_date(claim.submitted_at),
            file_name=paper_name(claim, kind),
        )


def paper_name(claim: Claim, kind: str) -> str:
    """R8-13107-FEE-0012.pdf."""
    return _NAMES[kind].format(number=claim.number)
