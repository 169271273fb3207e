"""Who may open which file of a grant. Other subjects add theirs with `opens`."""

from collections.abc import Callable

from django.http import Http404

from portal.kernel.actor import Actor, Hat
from portal.kernel.files.models import StoredFile
from subsidies.grants import policies
from subsidies.grants.models import FilingDocument, Payment, VisitPhoto

# Says whether the file hangs on something that the actor may see.
Opens = Callable[[Actor, StoredFile], bool]
_openers: list[Opens] = []


def opens(function: Opens) -> Opens:
    """Decorator: one more place where files hang."""
    _openers.append(function)
    return function


def find(actor: Actor, file_id: object) -> StoredFile:
    """The file, if it is the actor's to open; 404 for others' files."""
    stored = StoredFile.objects.filter(pk=file_id).first()
    if stored is None or not any(opener(actor, stored) for opener in _openers):
        raise Http404
    return stored


@opens
def _of_a_filing(actor: Actor, stored: StoredFile) -> bool:
    mine = policies.visible_filings(actor)
    return FilingDocument.objects.filter(stored_file=stored, filing__in=mine).exists()


@opens
def _letter_of_a_ruling(actor: Actor, stored: StoredFile) -> bool:
    return policies.visible_rulings(actor).filter(letter=stored).exists()


@opens
def _letter_of_a_payment(actor: Actor, stored: StoredFile) -> bool:
    mine = policies.visible_grants(actor)
    return Payment.objects.filter(letter=stored, grant__in=mine).exists()


@opens
def _photo_of_a_visit(actor: Actor, stored: StoredFile) -> bool:
    """The ward's own: no firm asks for it."""
    if actor.hat == Hat.FIRM:
        return False
    mine = policies.visible_visits(actor)
    return VisitPhoto.objects.filter(stored_file=stored, visit__in=mine).exists()
