"""Making the official papers as PDF and filing them. Each is made once, however often asked."""

from django.db import transaction
from django.utils.translation import override

from portal.kernel.actor import Actor
from portal.kernel.documents import render_pdf
from portal.kernel.files import services as files
from portal.kernel.files.models import StoredFile
from programs.models import Ward
from subsidies import letters
from subsidies.contents import rules_of
from subsidies.models import Application, ApplicationVersion, Decision

RECEIPT, LETTER = "receipt", "decision"
PDF = "application/pdf"


def receipt_make(*, actor: Actor, version_id: int) -> StoredFile:
    """The receipt PDF of a submitted version; the one that exists where there is one."""
    with transaction.atomic(), override("ja"):
        version = (
            ApplicationVersion.objects.select_for_update(of=("self",))
            .select_related("application__version", "application__call", "receipt")
            .get(pk=version_id)
        )
        if version.receipt:
            return version.receipt
        application = version.application
        data = letters.receipt(
            version,
            rules=rules_of(application.version),
            ward=Ward.objects.get(pk=application.ward_id),
        )
        content = render_pdf("receipt", data, made_at=version.submitted_at)
        name = f"申請受付証_{application.receipt_no}_第{version.number}版.pdf"
        stored = _file(actor, application, content, name, RECEIPT)
        ApplicationVersion.objects.filter(pk=version.pk).update(receipt=stored)
        return stored


def decision_letter_make(*, actor: Actor, application_id: int) -> StoredFile:
    """The decision's letter; the one that exists where there is one.

    Raises Decision.DoesNotExist while nothing is decided.
    """
    with transaction.atomic(), override("ja"):
        decision = (
            Decision.objects.select_for_update(of=("self",))
            .select_related("application__version", "application__call", "letter")
            .get(application_id=application_id, approved_at__isnull=False)
        )
        if decision.letter:
            return decision.letter
        application = decision.application
        data = letters.decision_letter(
            decision,
            application.versions.get(number=decision.conditions["submitted_version"]),
            rules=rules_of(application.version),
            ward=Ward.objects.get(pk=application.ward_id),
        )
        assert decision.approved_at is not None
        content = render_pdf("decision", data, made_at=decision.approved_at)
        kind = (
            "交付決定通知書" if decision.outcome == Decision.Outcome.GRANT else "不交付決定通知書"
        )
        stored = _file(actor, application, content, f"{kind}_{application.receipt_no}.pdf", LETTER)
        decision.letter = stored
        decision.save(update_fields=["letter"])
        return stored


def _file(
    actor: Actor, application: Application, content: bytes, name: str, purpose: str
) -> StoredFile:
    return files.store_generated(
        actor=actor,
        content=content,
        name=name,
        content_type=PDF,
        purpose=purpose,
        ward_id=application.ward_id,
        firm_id=application.firm_id,
    )
