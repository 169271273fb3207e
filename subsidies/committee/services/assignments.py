"""What officials change by hand about who reviews what, and about what is read; always with why."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import audit, transitions
from portal.kernel.actor import Actor
from portal.kernel.transitions import ReasonMissing
from subsidies.committee import policies, states
from subsidies.committee.models import (
    Assignment,
    Case,
    CaseDocument,
    Exclusion,
    ReviewRound,
    RoundMember,
)
from subsidies.committee.services import dossiers, facts
from subsidies.committee.services.rounds import require_office
from subsidies.contents import rules_for
from subsidies.models import ApplicationVersion
from subsidies.services.errors import Refused


def assignment_add(*, actor: Actor, case_id: int, member_id: int, reason: str) -> Assignment:
    """Put a member on a case by hand. Raises Case.DoesNotExist, RoundMember.DoesNotExist, Refused
    (a conflict stands against it, too late, there already), ReasonMissing, RoleMissing.
    """
    require_office(actor)
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        case = policies.visible_cases(actor).select_related("round").get(pk=case_id)
        member = RoundMember.objects.select_related("user").get(pk=member_id, round=case.round)
        _check_still_open(case.round)
        if found := Exclusion.objects.filter(case=case, member=member).first():
            raise Refused(
                _("この審査委員は、この案件を審査できません：%(reason)s") % {"reason": found.reason}
            )
        _check_no_evaluator(case, member.user_id)
        if Assignment.objects.filter(case=case, member=member).exists():
            raise Refused(_("この審査委員は、すでにこの案件の担当になっています。"))
        row = Assignment.objects.create(
            round=case.round,
            ward_id=case.ward_id,
            case=case,
            member=member,
            user_id=member.user_id,
            basis=Assignment.Basis.MANUAL,
            note=reason.strip()[:300],
        )
        audit.record(
            actor=actor,
            action="committee.assigned",
            obj=row,
            reason=reason.strip(),
            detail={"case": case.number, "user_id": member.user_id},
        )
        return row


def assignment_exclude(*, actor: Actor, assignment_id: int, reason: str) -> Assignment:
    """担当から外す: also a member who does not hand in. Raises ReasonMissing, StaleState, RoleMissing."""
    return _move(actor, assignment_id, "exclude", reason)


def assignment_reinstate(*, actor: Actor, assignment_id: int, reason: str) -> Assignment:
    """担当に戻す. Raises Refused when all have submitted or the member
    evaluates the plan, ReasonMissing, StaleState, RoleMissing."""
    return _move(actor, assignment_id, "reinstate", reason)


def document_release(*, actor: Actor, case_id: int, document: int, reason: str) -> CaseDocument:
    """Let the reviewers of a blind review read one attached file, looked through for names.

    `document` is its number in the submitted version; `reason` says what was looked at. Raises
    Case.DoesNotExist, Refused, ReasonMissing, RoleMissing.
    """
    require_office(actor)
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        case = policies.visible_cases(actor).select_related("round", "dossier").get(pk=case_id)
        _check_still_open(case.round)
        version = ApplicationVersion.objects.select_related("application__version").get(
            application_id=case.application_id, number=case.dossier.version_number
        )
        found = next(
            (
                (entry, name)
                for entry, name in dossiers.listed(rules_for(version), version.payload)
                if entry["id"] == document
            ),
            None,
        )
        if found is None:
            raise Refused(_("この書類は、審査資料の版にはありません。"))
        entry, name = found
        row, _created = CaseDocument.objects.get_or_create(
            case=case,
            position=entry["id"],
            defaults={
                "ward_id": case.ward_id,
                "requirement": name[:200],
                "name": dossiers.neutral_name(case, entry),
                "size": entry["size"],
                "stored_file_id": entry["file"],
            },
        )
        audit.record(
            actor=actor,
            action="committee.document_released",
            obj=case,
            reason=reason.strip(),
            detail={"document": entry["id"], "sha256": entry["sha256"]},
        )
        return row


def dossier_renew(*, actor: Actor, case_id: int) -> Case:
    """Bring the dossier to the last submitted version, after a correction. Nothing else changes.

    Raises Case.DoesNotExist, Refused when the review is over, RoleMissing.
    """
    require_office(actor)
    with transaction.atomic():
        case = policies.visible_cases(actor).select_related("round", "dossier").get(pk=case_id)
        _check_still_open(case.round)
        version = (
            ApplicationVersion.objects.select_related("application__version")
            .filter(application_id=case.application_id)
            .latest("number")
        )
        before = case.dossier.version_number
        dossiers.write(case, version, is_blind=case.round.is_blind)
        audit.record(
            actor=actor,
            action="committee.dossier_renewed",
            obj=case,
            changes={"version": [before, version.number]},
        )
        return case


def _check_still_open(round_: ReviewRound) -> None:
    if round_.status == states.CLOSED or round_.revealed_at is not None:
        raise Refused(_("全員の採点がそろっているため、変更できません。"))


def _check_no_evaluator(case: Case, user_id: int) -> None:
    if facts.evaluates(case, user_id):
        raise Refused(_("この審査委員は、この計画の妥当性評価をした、又は頼まれている人です。"))


def _move(actor: Actor, assignment_id: int, action: str, reason: str) -> Assignment:
    # The assignment alone is locked: a member who hands in locks it first and the review after.
    with transaction.atomic():
        row = (
            policies.visible_assignments(actor)
            .select_related("case", "round")
            .select_for_update(of=("self",))
            .get(pk=assignment_id)
        )
        if action == "reinstate":
            _check_still_open(row.round)
            _check_no_evaluator(row.case, row.user_id)
        transitions.apply(
            table=states.ASSIGNMENT,
            instance=row,
            action=action,
            actor=actor,
            reason=reason,
            detail={"case": row.case.number, "user_id": row.user_id},
            payload={"assignment_id": row.pk, "round_id": row.round_id},
            fields={"basis": Assignment.Basis.MANUAL, "note": reason.strip()[:300]},
        )
        return row
