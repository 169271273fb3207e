"""The letters of rulings as PDF, each made once, however often asked."""

from django.db import transaction
from django.utils.translation import override

from portal.kernel.actor import Actor
from portal.kernel.files.models import StoredFile
from portal.letters.services import Subject, letter_issue
from subsidies.grants import letters, states
from subsidies.grants.models import Ruling

LETTER = "ruling"


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
