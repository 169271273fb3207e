"""Who may open which file of an application, and how it is given out."""

from django.http import Http404
from django.http.response import HttpResponseBase

from portal.kernel.actor import Actor
from portal.kernel.files.models import StoredFile
from portal.kernel.files.responses import file_response, preview_response
from portal.kernel.files.services import FileUnavailable, open_for_download, stored_derivative
from subsidies import policies
from subsidies.models import ApplicationDocument, ApplicationVersion


def may_open(actor: Actor, stored: StoredFile) -> bool:
    """Whether the file hangs on an application that the actor may see.

    A document, a receipt, the letter of an approved decision, or one that stands by itself
    (補正依頼書, 採択通知書 …).
    """
    mine = policies.visible_applications(actor)
    return (
        ApplicationDocument.objects.filter(stored_file=stored, application__in=mine).exists()
        or ApplicationVersion.objects.filter(receipt=stored, application__in=mine).exists()
        or policies.visible_decisions(actor).filter(letter=stored).exists()
        or policies.visible_letters(actor).filter(stored_file=stored).exists()
    )


def find(actor: Actor, file_id: object) -> StoredFile:
    """The file, if it is the actor's to open; 404 for others' files."""
    stored = StoredFile.objects.filter(pk=file_id).first()
    if stored is None or not may_open(actor, stored):
        raise Http404
    return stored


def response_for(*, actor: Actor, stored: StoredFile) -> HttpResponseBase:
    """A found file as a download, written down in the audit trail.

    Raises FileUnavailable for a file that is still being checked, was refused or erased.
    """
    return file_response(stored, open_for_download(actor=actor, stored=stored, may=True))


def preview_for(*, actor: Actor, stored: StoredFile) -> HttpResponseBase:
    """The small image of a found photograph, written down as its download is.

    Raises FileUnavailable also where the file is no image.
    """
    return preview_response(stored, stored_derivative(actor=actor, stored=stored, may=True))


__all__ = ["FileUnavailable", "find", "may_open", "preview_for", "response_for"]
