"""The letters of rulings and the 受付証 of filings as PDF, each made once, however often asked."""

from django.db import transaction
from django.utils.translation import override

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.files.models import StoredFile
from portal.letters.models import Letter
from portal.letters.selectors import letter_of
from portal.letters.services import Subject, letter_issue
from subsidies.grants import letters, states
from subsidies.grants.models import FilingVersion, Ruling
from subsidies.grants.receipts import filing_receipt, receipt_name
from subsidies.grants.services.rulings import letter_frame
from subsidies.rules.scheme.papers import FILING_RECEIPT

LETTER = "ruling"


def receipt_of(version: FilingVersion) -> Letter | None:
    """The 受付証 of a submitted version, None until it is made."""
    return letter_of(f"{FILING_RECEIPT}:{version.pk}")


def filing_receipt_make(*, actor: Actor, version_id: int) -> StoredFile:
    """The 受付証 of a submitted version; the one that exists where there is one."""
    with transaction.atomic(), override("ja"):
        rows = FilingVersion.objects.select_for_update(of=("self",))
        rows = rows.select_related("filing__grant__application__version__scheme")
        version = rows.get(pk=version_id)
        if made := receipt_of(version):
            return made.stored_file
        filing = version.filing
        data = filing_receipt(version, frame=letter_frame(filing.grant))
        return letter_issue(
            actor=actor,
            subject=Subject(
                key=f"{FILING_RECEIPT}:{version.pk}",
                kind=FILING_RECEIPT,
                case_no=filing.grant.receipt_no,
                ward_id=filing.ward_id,
                firm_id=filing.firm_id,
            ),
            template="receipt",
            data=data,
            made_at=version.submitted_at,
            issued_on=clock.to_date(version.submitted_at),
            file_name=receipt_name(version),
        )


def ruling_letter_make(*, actor: Actor, ruling_id: int) -> StoredFile:
    """The letter of an approved ruling; the one that exists where there is one.

    Raises Ruling.DoesNotExist while nothing is ruled.
    """
    with transaction.atomic(), override("ja"):
        rows = Ruling.objects.select_for_update(of=("self",)).select_related("letter")
        ruling = rows.get(pk=ruling_id, status=states.RULED)
        if ruling.letter:
            return ruling.letter
        assert ruling.approved_at is not None
        assert ruling.ruled_on is not None
        ruling.letter = letter_issue(
            actor=actor,
            subject=Subject(
                key=f"{LETTER}:{ruling.document_no}",
                kind=LETTER,
                case_no=ruling.terms["letter"]["receipt_no"],
                ward_id=ruling.ward_id,
                firm_id=ruling.firm_id,
            ),
            template="ruling",
            data=letters.ruling_letter(ruling),
            made_at=ruling.approved_at,
            issued_on=ruling.ruled_on,
            file_name=letters.file_name(ruling),
        )
        ruling.save(update_fields=["letter"])
        return ruling.letter
