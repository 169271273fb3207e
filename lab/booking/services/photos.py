"""設備の写真: checked as every upload is, re-encoded small and without what the camera wrote."""

import hashlib
import io

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from lab.booking.models import Machine, MachinePhoto
from lab.booking.services.errors import Refused
from lab.booking.services.office import run_machine
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files.passing import read_harmless
from portal.kernel.files.rules import PHOTOS
from portal.kernel.texts import plain

# The longest side in pixels: twice what a page shows, for sharp screens.
LONGEST = 800
QUALITY = 80


def photo_save(
    *, actor: Actor, machine_id: int, uploaded: UploadedFile | None, alt: str
) -> MachinePhoto:
    """写真を載せる; without a file the words of the one there is are changed.

    Raises Refused, RoleMissing, UploadRefused, Machine.DoesNotExist.
    """
    machine = run_machine(actor, machine_id)
    if not (alt := plain(alt, 120)):
        raise Refused(_("写真の説明を入力してください。見えない人が、読み上げで聞きます。"))
    content = read_harmless(uploaded, PHOTOS) if uploaded is not None else b""
    with acting(actor.elevated()):
        there = MachinePhoto.objects.filter(machine=machine).first()
        if not content and there is None:
            raise Refused(_("写真のファイルを選んでください。"))
        if content:
            row = keep(machine, content, alt, actor.user_id)
        else:
            assert there is not None
            there.alt = alt
            there.save(update_fields=["alt"])
            row = there
        audit.record(
            actor=actor, action="booking.photo_saved", obj=machine, ward_id=machine.lab.ward_id
        )
    return row


def keep(machine: Machine, content: bytes, alt: str, person_id: int | None) -> MachinePhoto:
    """The picture in place of the one there was. As the system; content was checked."""
    picture, (width, height) = small(content)
    row, _new = MachinePhoto.objects.update_or_create(
        machine=machine,
        defaults={
            "picture": picture,
            "digest": hashlib.sha256(picture).hexdigest()[:16],
            "width": width,
            "height": height,
            "alt": alt,
            "added_by_id": person_id,
            "added_at": clock.database_now(),
        },
    )
    return row


def small(content: bytes) -> tuple[bytes, tuple[int, int]]:
    """A JPEG of the pixels alone, upright, on white, with its size."""
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as image:
        image.thumbnail((LONGEST, LONGEST))
        upright = ImageOps.exif_transpose(image)
        paper = Image.new("RGB", upright.size, "white")
        clear = upright.convert("RGBA")
        paper.paste(clear, mask=clear.getchannel("A"))
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue(), paper.size


def photo_drop(*, actor: Actor, machine_id: int) -> None:
    """写真を外す: the drawn sign takes its place. Raises RoleMissing, Machine.DoesNotExist."""
    machine = run_machine(actor, machine_id)
    with acting(actor.elevated()):
        MachinePhoto.objects.filter(machine=machine).delete()
        audit.record(
            actor=actor, action="booking.photo_dropped", obj=machine, ward_id=machine.lab.ward_id
        )
