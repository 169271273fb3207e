"""The officials' daily work before a decision: in charge, check list, requests for correction."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from portal.accounts.models import Assignment
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor
from subsidies import policies, states
from subsidies.checks import unchecked
from subsidies.contents import submitted_rules
from subsidies.models import Application, Correction, DocumentCheck
from subsidies.rules import checklist
from subsidies.services import moves
from subsidies.services.drafts import clean
from subsidies.services.errors import NotAssignable, Refused

EXPENSES_FIELD = "expenses"
ELIGIBILITY_FIELD = "eligibility"


@dataclass(frozen=True, slots=True)
class AssignResult:
    """How many changed; `skipped` holds (受付番号, why) of the others."""

    changed: int
    skipped: tuple[tuple[str, str], ...]


def assign(
    *, actor: Actor, application_ids: Iterable[int], assignee_id: int | None
) -> AssignResult:
    """Put one person in charge of several applications; None takes the person out.

    Raises NotAssignable when the person is no reviewer of the ward, RoleMissing.
    """
    if not actor.has_role(*policies.ASSIGNING_ROLES):
        raise transitions.RoleMissing
    with transaction.atomic():
        name = _assignee_name(actor, assignee_id)
        rows = policies.visible_applications(actor).filter(pk__in=list(application_ids))
        skipped: list[tuple[str, str]] = []
        changed: list[Application] = []
        for application in rows.select_for_update(of=("self",)).order_by("id"):
            if application.status not in states.OPEN:
                skipped.append((str(application), _("処理の終わった申請です")))
            elif application.assignee_id == assignee_id:
                skipped.append((str(application), _("すでにこの人が担当しています")))
            else:
                changed.append(application)
        _put_in_charge(actor, changed, assignee_id, name)
        return AssignResult(len(changed), tuple(skipped))


def check_start(*, actor: Actor, application_id: int) -> Application:
    """書類確認を始める. Raises StaleState, RoleMissing."""
    return _move(actor, application_id, "start_check")


def check_item_set(
    *,
    actor: Actor,
    application_id: int,
    item: str,
    verdict: str,
    note: str = "",
    seen: int | None = None,
) -> DocumentCheck:
    """Set the verdict on one item of the check list (書類点検表); the first one starts the check.

    `seen` is the number of the version the verdict is about. Raises NewerVersion, Refused for an
    unknown item or verdict, StaleState, RoleMissing.
    """
    with transaction.atomic():
        application = policies.get_application(actor, lock=True, pk=application_id)
        moves.check_version(application, seen)
        moves.require(actor, application, "finish_check")
        entry, note = checklist.item(submitted_rules(application), item), clean(note).strip()
        if entry is None or verdict not in DocumentCheck.Verdict.values:
            raise Refused(_("点検表にない項目です。画面を開き直してください。"))
        if verdict == DocumentCheck.Verdict.NOT_OK and not note:
            raise Refused(_("不備の内容を入力してください。"))
        check, _created = DocumentCheck.objects.update_or_create(
            application=application,
            item=item,
            defaults={
                "verdict": verdict,
                "note": note[:300],
                "checked_by_id": moves.person(actor),
                "checked_at": Now(),
            },
        )
        if application.status == states.SUBMITTED:
            moves.apply(actor, application, "start_check")
        audit.record(
            actor=actor,
            action="subsidies.document_checked",
            obj=application,
            detail={"item": item, "verdict": verdict},
        )
        return check


def check_finish(*, actor: Actor, application_id: int, seen: int | None = None) -> Application:
    """書類確認を完了する, once every item has a good verdict. `seen` as in `check_item_set`.

    Raises NewerVersion, GuardFailed, StaleState, RoleMissing.
    """
    return _move(actor, application_id, "finish_check", seen)


def correction_request(
    *,
    actor: Actor,
    application_id: int,
    fields: Iterable[str],
    notes: Mapping[str, str],
    message: str,
    due_on: dt.date,
) -> Correction:
    """Ask the firm to mend the named fields by `due_on` (補正依頼).

    Fields are anchors: `answers.<code>`, `expenses`, `documents.<code>`, `eligibility`. Raises
    Refused, ReasonMissing, StaleState, RoleMissing.
    """
    with transaction.atomic():
        application = policies.get_application(actor, lock=True, pk=application_id)
        named = sorted(set(fields))
        moves.require(actor, application, "request_correction")
        if not message.strip():
            raise transitions.ReasonMissing
        _check_request(application, named, due_on)
        correction = Correction.objects.create(
            application=application,
            fields=named,
            notes={field: notes[field].strip() for field in named if notes.get(field, "").strip()},
            message=message.strip(),
            due_on=due_on,
            requested_by_id=moves.person(actor),
        )
        moves.apply(
            actor,
            application,
            "request_correction",
            reason=message,
            detail={"fields": named, "due_on": due_on.isoformat()},
            payload={
                "application_id": application.pk,
                "firm_id": application.firm_id,
                "correction_id": correction.pk,
                "due_on": due_on.isoformat(),
            },
            fields={"due_on": due_on},
        )
        return correction


def correctable_fields(application: Application) -> dict[str, str]:
    """Anchor → name of everything a correction may name."""
    rules = submitted_rules(application)
    return {
        ELIGIBILITY_FIELD: _("申請の要件"),
        **{f"answers.{question.code}": question.label for question in rules.questions},
        EXPENSES_FIELD: _("経費の明細"),
        **{f"documents.{document.code}": document.name for document in rules.documents},
    }


@states.APPLICATION.guard("all_documents_checked")
def _all_documents_checked(application: Application, _actor: Actor) -> str | None:
    """The guard of finish_check: every item 適 or 対象外, and looked at after a correction."""
    left = unchecked(application)
    if not left:
        return None
    return _("書類点検が終わっていない項目があります：%(items)s") % {
        "items": _("、").join(item.name for item in left)
    }


def _check_request(application: Application, named: list[str], due_on: dt.date) -> None:
    if not named:
        raise Refused(_("補正してもらう項目を1つ以上選んでください。"))
    if unknown := set(named) - correctable_fields(application).keys():
        raise Refused(
            _("この申請にない項目です：%(items)s") % {"items": _("、").join(sorted(unknown))}
        )
    if due_on <= clock.to_date(clock.database_now()):
        raise Refused(_("補正の期限は明日以降の日付にしてください。"))


def _assignee_name(actor: Actor, assignee_id: int | None) -> str:
    """The person's name. Raises NotAssignable."""
    if assignee_id is None:
        return ""
    today = clock.to_date(clock.database_now())
    rows = Assignment.objects.filter(
        user_id=assignee_id,
        ward_id=actor.ward_id,
        role__in=policies.IN_CHARGE_ROLES,
        user__is_active=True,
    ).select_related("user")
    for row in rows:
        if row.live_on(today):
            return row.user.name
    raise NotAssignable


def _put_in_charge(
    actor: Actor, applications: list[Application], assignee_id: int | None, name: str
) -> None:
    Application.objects.filter(pk__in=[row.pk for row in applications]).update(
        assignee_id=assignee_id, assignee_name=name, updated_at=Now()
    )
    for application in applications:
        audit.record(
            actor=actor,
            action="subsidies.assigned",
            obj=application,
            changes={"assignee": [application.assignee_name, name]},
        )


def _move(actor: Actor, application_id: int, action: str, seen: int | None = None) -> Application:
    with transaction.atomic():
        application = policies.get_application(actor, lock=True, pk=application_id)
        moves.check_version(application, seen)
        moves.apply(actor, application, action)
        return application
