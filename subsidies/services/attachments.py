"""Files of an application: taken in as the firm's own, shown to the ward once submitted."""

from django.core.files.uploadedfile import UploadedFile
from django.db.models.functions import Now

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files import services as files
from portal.kernel.files.models import StoredFile
from portal.kernel.files.rules import EVIDENCE
from subsidies import states
from subsidies.contents import standing
from subsidies.models import Application, ApplicationDocument

PURPOSE = "application"


def take_in(*, actor: Actor, application: Application, uploaded: UploadedFile) -> StoredFile:
    """Store an upload. Without a ward: nobody there sees a draft's files. Raises UploadRefused."""
    return files.store_upload(
        actor=actor,
        uploaded=uploaded,
        purpose=PURPOSE,
        ward_id=None,
        firm_id=application.firm_id,
        rules=EVIDENCE,
    )


def set_aside(*, actor: Actor, application: Application, document: ApplicationDocument) -> None:
    """Take a document out: erased while the application is a draft, kept once it was submitted."""
    if application.status == states.DRAFT:
        discard(actor=actor, document=document)
        return
    document.replaced_at = Now()
    document.save(update_fields=["replaced_at"])


def discard(*, actor: Actor, document: ApplicationDocument) -> None:
    """Erase a draft's document and its bytes."""
    stored = document.stored_file
    document.delete()
    files.delete(actor=actor, stored=stored, now=clock.now())


def hand_over(*, actor: Actor, application: Application) -> None:
    """Let the ward see the files that are submitted now. As the system: no firm writes that."""
    submitted = application.documents.filter(standing()).values("stored_file_id")
    with acting(actor.elevated()):
        new = StoredFile.objects.filter(pk__in=submitted, ward_id=None)
        new.update(ward_id=application.ward_id)
