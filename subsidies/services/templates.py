"""ひな形: files that a scheme hands out for the documents it asks for."""

from typing import IO

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.roles import Role
from portal.kernel import audit, clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.files import services as files
from portal.kernel.files.models import StoredFile
from portal.kernel.files.rules import DOCUMENTS
from portal.kernel.transitions import RoleMissing
from subsidies.contents import rules_of
from subsidies.models import DocumentTemplate, Scheme, SchemeVersion
from subsidies.services import moves
from subsidies.services.errors import Refused

PURPOSE = "template"
SYSTEM = Actor.system("subsidies.templates")
EDITORS = (Role.REVIEWER, Role.WARD_ADMIN)


def template_put(
    *, actor: Actor, scheme_id: int, code: str, uploaded: UploadedFile
) -> DocumentTemplate:
    """Hand out this file for the document from now on; an earlier one is replaced.

    Raises Scheme.DoesNotExist, Refused (no such document), UploadRefused, RoleMissing.
    """
    scheme = _own(actor, scheme_id)
    if code not in documents_of(scheme):
        raise Refused(_("この書類は、いまの規則にありません。"))
    # Before the transaction: what is refused stays written down.
    stored = files.store_upload(
        actor=actor,
        uploaded=uploaded,
        purpose=PURPOSE,
        ward_id=scheme.ward_id,
        firm_id=None,
        rules=DOCUMENTS,
    )
    with transaction.atomic():
        Scheme.objects.select_for_update().get(pk=scheme.pk)
        _replace(scheme, code)
        row = DocumentTemplate.objects.create(
            scheme=scheme,
            ward_id=scheme.ward_id,
            code=code,
            stored_file=stored,
            added_by_id=moves.person(actor),
        )
        _told(actor, "subsidies.template_put", scheme, code, stored.sha256)
        return row


def template_remove(*, actor: Actor, scheme_id: int, code: str) -> None:
    """Hand out none any more. Raises Scheme.DoesNotExist, RoleMissing."""
    scheme = _own(actor, scheme_id)
    with transaction.atomic():
        Scheme.objects.select_for_update().get(pk=scheme.pk)
        if _replace(scheme, code):
            _told(actor, "subsidies.template_removed", scheme, code, "")


def template_open(*, scheme_id: int, code: str) -> tuple[StoredFile, IO[bytes]]:
    """The file for everybody. Raises DocumentTemplate.DoesNotExist, FileUnavailable."""
    rows = DocumentTemplate.objects.filter(replaced_at=None)
    with acting(SYSTEM):
        stored = rows.select_related("stored_file").get(scheme_id=scheme_id, code=code).stored_file
        return stored, files.open_handout(stored)


def documents_of(scheme: Scheme) -> dict[str, str]:
    """Code → name of the documents that the newest version asks for."""
    newest = SchemeVersion.objects.filter(scheme=scheme).order_by("-number").first()
    return {item.code: item.name for item in rules_of(newest).documents} if newest else {}


def _own(actor: Actor, scheme_id: int) -> Scheme:
    if actor.hat != Hat.WARD or not actor.has_role(*EDITORS):
        raise RoleMissing
    return Scheme.objects.get(pk=scheme_id, ward_id=actor.ward_id)


def _replace(scheme: Scheme, code: str) -> int:
    rows = DocumentTemplate.objects.filter(scheme=scheme, code=code, replaced_at=None)
    return rows.update(replaced_at=clock.database_now())


def _told(actor: Actor, action: str, scheme: Scheme, code: str, sha256: str) -> None:
    audit.record(
        actor=actor,
        action=action,
        obj=scheme,
        detail={"document": code, "sha256": sha256},
    )
