"""The letters of rulings as PDF, each made once, however often asked."""

from django.db import transaction
from django.utils.translation import override

from portal.kernel.actor import Actor
from portal.kernel.documents import render_pdf
from portal.kernel.files import services as files
from portal.kernel.files.models import StoredFile
from subsidies.grants import letters, states
from subsidies.grants.models import Ruling

LETTER = "ruling"
PDF = "application/pdf"


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
        data = letters.ruling_letter(ruling)
        ruling.letter = files.store_generated(
            actor=actor,
            content=render_pdf("ruling", data, made_at=ruling.approved_at),
            name=letters.file_name(ruling),
            content_type=PDF,
            purpose=LETTER,
            ward_id=ruling.ward_id,
            firm_id=ruling.firm_id,
        )
        ruling.save(update_fields=["letter"])
        return ruling.letter
