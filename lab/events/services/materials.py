"""資料: files for those who take part, or for those who came."""

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from lab.events import policies, states
from lab.events.codes import Shown
from lab.events.models import Material
from lab.events.services.errors import Refused
from portal.accounts.policies import person_id
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files import services as files
from portal.kernel.files.rules import UploadRules
from portal.kernel.texts import plain

PURPOSE = "lab_event_material"
MOST_FILES = 30
RULES = UploadRules(extensions=("pdf", "xlsx", "docx"), max_bytes=20 * 1024 * 1024)


def material_add(
    *, actor: Actor, event_id: int, title: str, shown: str, uploaded: UploadedFile
) -> Material:
    """資料を加える. Raises Event.DoesNotExist, RoleMissing, Refused, UploadRefused."""
    event = policies.run(actor, event_id)
    if event.status == states.CANCELLED:
        raise Refused(_("中止した催しには、資料を加えられません。"))
    if not title.strip() or shown not in Shown.values:
        raise Refused(_("資料の題と、受け取れる方を入力してください。"))
    if event.materials.count() >= MOST_FILES:
        raise Refused(
            _("資料は1つの催しに%(n)d件までです。使わない資料を取り消してください。")
            % {"n": MOST_FILES}
        )
    stored = files.store_upload(
        actor=actor,
        uploaded=uploaded,
        purpose=PURPOSE,
        ward_id=event.ward_id,
        firm_id=None,
        rules=RULES,
    )
    with acting(actor.elevated()):
        made = Material.objects.create(
            event=event,
            title=plain(title, 100),
            shown=shown,
            stored_file=stored,
            added_by_id=person_id(actor),
        )
        audit.record(actor=actor, action="events.material_added", obj=made, ward_id=event.ward_id)
    return made


def material_remove(*, actor: Actor, material_id: int) -> None:
    """Take it back; its bytes are erased. Raises Material.DoesNotExist, RoleMissing."""
    seen = policies.readable_materials(actor).get(pk=material_id)
    event = policies.run(actor, seen.event_id)
    with acting(actor.elevated()):
        found = Material.objects.select_related("stored_file").get(pk=seen.pk)
        stored = found.stored_file
        audit.record(
            actor=actor, action="events.material_removed", obj=found, ward_id=event.ward_id
        )
        found.delete()
        files.delete(actor=actor, stored=stored, now=clock.now())
