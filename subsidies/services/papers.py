"""Making the official papers as PDF and filing them. Each is made once, however often asked."""

from django.db import transaction
from django.utils.translation import override

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.files.models import StoredFile
from portal.letters.services import Subject, letter_issue
from programs.models import Ward
from subsidies import letters
from subsidies.contents import rules_for
from subsidies.models import Application, ApplicationVersion, Correction, Decision
from subsidies.rules.scheme.papers import CORRECTION
from subsidies.services.case_letters import CaseLetter, case_letter_make
from subsidies.services.review import correctable_fields

RECEIPT, LETTER = "receipt", "decision"


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
            rules=rules_for(version),
            ward=Ward.objects.get(pk=application.ward_id),
        )
        stored = letter_issue(
            actor=actor,
            subject=subject_of(application, RECEIPT, version.number),
            template="receipt",
            data=data,
            made_at=version.submitted_at,
            issued_on=clock.to_date(version.submitted_at),
            file_name=f"申請受付証_{application.receipt_no}_第{version.number}版.pdf",
        )
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
        submitted = application.versions.get(number=decision.conditions["submitted_version"])
        data = letters.decision_letter(
            decision,
            submitted,
            rules=rules_for(submitted),
            ward=Ward.objects.get(pk=application.ward_id),
        )
        assert decision.approved_at is not None
        assert decision.decided_on is not None
        stored = letter_issue(
            actor=actor,
            subject=subject_of(application, LETTER),
            template="decision",
            data=data,
            made_at=decision.approved_at,
            issued_on=decision.decided_on,
            file_name=f"{letters.decision_title(decision)}_{application.receipt_no}.pdf",
        )
        decision.letter = stored
        decision.save(update_fields=["letter"])
        return stored


def correction_letter_make(*, actor: Actor, correction_id: int) -> StoredFile:
    """The 補正依頼書; the one that exists where there is one."""
    with override("ja"):
        correction = Correction.objects.select_related("application").get(pk=correction_id)
        application = correction.application
        opening, rows = letters.correction_letter(
            application, correction, correctable_fields(application)
        )
        return case_letter_make(
            actor=actor,
            application_id=application.pk,
            letter=CaseLetter(
                kind=CORRECTION,
                subject_id=correction.pk,
                issued_at=correction.requested_at,
                opening=opening,
                rows=rows,
            ),
        )


def subject_of(application: Application, kind: str, version: int | None = None) -> Subject:
    """What a letter of the application tells of: its decision, or the receipt of a version."""
    number = f"{application.receipt_no}" + (f":{version}" if version else "")
    return Subject(
        key=f"{kind}:{number}",
        kind=kind,
        case_no=application.receipt_no or "",
        ward_id=application.ward_id,
        firm_id=application.firm_id,
    )
