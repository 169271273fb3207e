"""Carrying an approved disposal out: one transaction per case, taken up again after a kill.

The bytes of files go when the case's transaction commits; what a crash leaves behind then has no
row any more and is taken by the nightly sweep of the storage.
"""

import datetime as dt
import logging

from celery.exceptions import SoftTimeLimitExceeded
from django.apps import apps
from django.db import DatabaseError, OperationalError, connection, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, override

from portal.kernel import audit, clock, crypto, locks, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files import services as files
from portal.kernel.files.models import StoredFile
from portal.letters.models import Letter
from portal.notices.services import notify
from subsidies.bulk.models import BulkItem
from subsidies.grants.models import ClaimAccount
from subsidies.models import Application
from subsidies.obligations import states as obligation_states
from subsidies.obligations.models import Obligation
from subsidies.obligations.rules.plan import RETENTION
from subsidies.retention import selectors, states
from subsidies.retention.models import Disposal, DisposalItem, KeptCase
from subsidies.selection.models import Choice
from subsidies.selection.services.kept import PAPERS, key_of
from subsidies.topics import OFFICE_DONE

logger = logging.getLogger(__name__)

Outcome = DisposalItem.Outcome
SYSTEM = Actor.system("subsidies.retention")
LOST_AFTER = dt.timedelta(seconds=60)
# Kept in the rows and in the audit trail, which are Japanese.
REASON = gettext_noop("保存期間の満了による廃棄")


def work(*, disposal_id: int, today: dt.date) -> None:
    """Carry the disposal out to its end, unless somebody else is at it."""
    while _step(disposal_id, today):
        pass


def lost(*, now: dt.datetime) -> list[int]:
    """Approved disposals that nobody works on. Within acting(system)."""
    rows = Disposal.objects.filter(status=states.APPROVED, approved_at__lt=now - LOST_AFTER)
    return [row.pk for row in rows if locks.take(Disposal, row.pk)]


def _step(disposal_id: int, today: dt.date) -> bool:
    """One case in one transaction; False when there is nothing (more) to do."""
    with acting(SYSTEM), override("ja"):
        if not locks.take(Disposal, disposal_id):
            return False
        disposal = Disposal.objects.get(pk=disposal_id)
        if disposal.status != states.APPROVED:
            return False
        waiting = disposal.items.filter(outcome=Outcome.WAITING).select_related("kept__application")
        item = waiting.first()
        if item is None:
            _finish(disposal)
            return False
        _settle(disposal, item, today)
    return True


def _settle(disposal: Disposal, item: DisposalItem, today: dt.date) -> None:
    """Dispose of it, or say on the item why not: a hold may have come since the approval."""
    # First the case itself: who puts a hold has locked it, and that hold counts.
    Application.objects.select_for_update().get(pk=item.kept.application_id)
    held = selectors.held_by([item.kept.application_id], today).get(item.kept.application_id)
    item.reason = selectors.why_not(item.kept, held, today)
    if not item.reason:
        try:
            with transaction.atomic():
                item.files = _dispose(disposal, item)
            item.outcome = Outcome.DONE
        except (OperationalError, SoftTimeLimitExceeded):
            raise  # not the case's fault: the sweep sends the disposal again
        except (DatabaseError, OSError):
            logger.exception("disposal %s, item %s", disposal.pk, item.pk)
            item.reason = _("廃棄の途中で問題が起きました。次の廃棄でもう一度起案してください。")
    if item.reason:
        item.outcome = Outcome.FAILED
        audit.record(
            actor=_actor(disposal),
            action="retention.refused",
            obj=item.kept.application,
            reason=item.reason,
            detail={"disposal": disposal.pk},
        )
    item.settled_at = clock.database_now()
    item.save(update_fields=["outcome", "reason", "files", "settled_at"])


def _dispose(disposal: Disposal, item: DisposalItem) -> int:
    """Erase files and contents; returns how many files went."""
    case = item.kept.application
    actor, now = _actor(disposal), clock.now()
    found = _files_of(case)
    for stored in found:
        files.delete(actor=actor, stored=stored, now=now, reason=REASON)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT retention_erase(%s, %s, %s)", [item.pk, _sealed("number"), _sealed("holder")]
        )
    _settle_obligation(disposal, case)
    audit.record(
        actor=actor,
        action="retention.disposed",
        obj=case,
        reason=REASON,
        label=case.receipt_no or "",
        detail={
            "disposal": disposal.pk,
            "prepared_by": disposal.prepared_by_id,
            "approved_by": disposal.approved_by_id,
            "files": len(found),
        },
    )
    return len(found)


def _files_of(case: Application) -> list[StoredFile]:
    """Every file that hangs on the case, in whatever room; and the prints it was part of.

    Found along the foreign keys, so that a new table with files is not forgotten. A file that
    another application names as well stays until that one goes.
    """
    letters = Letter.objects.filter(Q(case_no=case.receipt_no) | Q(key__in=_last_papers(case)))
    keys: set[object] = set(letters.values_list("stored_file", flat=True))
    for model in apps.get_models():
        if not model.__module__.startswith("subsidies"):
            continue
        path = path_to_application(model)
        for field in model._meta.concrete_fields:
            if path and field.related_model is StoredFile:
                rows = model._base_manager.filter(**{path: case.pk})
                keys |= set(rows.values_list(field.attname, flat=True))
    # A print of issued letters names the letters, not their cases.
    printed = BulkItem.objects.filter(Q(application=case) | Q(letter__in=letters))
    prints = printed.values_list("run__print_file", "run__zip_file")
    keys |= {key for pair in prints for key in pair}
    shared = StoredFile.objects.filter(
        pk__in=apps.get_model("subsidies", "ApplicationDocument")
        .objects.filter(~Q(application=case), stored_file__in=keys - {None})
        .values("stored_file")
    )
    kept = set(shared.values_list("pk", flat=True))
    rows = StoredFile.objects.filter(pk__in=keys - {None} - kept, erased_at=None)
    return list(rows.order_by("pk"))


def _last_papers(case: Application) -> list[str]:
    """Keys of the papers of the case's selection, once all its other cases are disposed of."""
    choice = Choice.objects.filter(application=case).first()
    if choice is None:
        return []
    others = Choice.objects.filter(selection=choice.selection_id).exclude(application=case)
    gone = KeptCase.objects.filter(disposed_at__isnull=False).values("application")
    if others.exclude(application__in=gone).exists():
        return []
    return [key_of(paper.kind, choice.selection_id) for paper in PAPERS.values()]


def path_to_application(model: type[models.Model], depth: int = 3) -> str | None:
    """The lookup that leads from a row of `model` to its application; None where none does.

    A table that names no case but a call, a round or a scheme hangs on no application.
    """
    related = [field for field in model._meta.concrete_fields if field.is_relation]
    for field in related:
        if field.related_model is Application:
            return field.name
    for field in related if depth else []:
        if not field.related_model.__module__.startswith("subsidies"):
            continue
        onward = path_to_application(field.related_model, depth - 1)
        if onward:
            return f"{field.name}__{onward}"
    return None


def _sealed(field: str) -> bytes:
    """An empty value for an encrypted column of the claim's account."""
    purpose = ClaimAccount._meta.get_field(field).purpose
    return crypto.encrypt("", purpose=purpose)


def _settle_obligation(disposal: Disposal, case: Application) -> None:
    """保存期間の満了と廃棄の検討 is done, by the official who approved."""
    owed = Obligation.objects.filter(
        grant__application=case, kind=RETENTION, status=obligation_states.OPEN
    ).first()
    if owed is not None:
        transitions.apply(
            table=obligation_states.OBLIGATION,
            instance=owed,
            action="fulfil",
            actor=_actor(disposal),
            fields={
                "settled_at": clock.database_now(),
                "settled_by_id": disposal.approved_by_id,
                "reason": REASON,
            },
        )


def _finish(disposal: Disposal) -> None:
    counts = {
        name.value: disposal.items.filter(outcome=name).count()
        for name in (Outcome.DONE, Outcome.FAILED, Outcome.EXCLUDED)
    }
    transitions.apply(
        table=states.DISPOSAL,
        instance=disposal,
        action="finish",
        actor=_actor(disposal),
        detail=counts,
        fields={"finished_at": clock.database_now()},
    )
    people = {disposal.prepared_by_id, disposal.approved_by_id} - {None}
    notify(
        event_key=f"retention:{disposal.pk}",
        recipients=[person for person in people if person is not None],
        subject=gettext_lazy("廃棄が終わりました"),
        body=gettext_lazy("廃棄記録と、廃棄しなかった案件の理由を画面で確かめてください。"),
        url=f"/staff/retention/disposals/{disposal.pk}/",
        topic=OFFICE_DONE,
    )


def _actor(disposal: Disposal) -> Actor:
    return Actor.system(SYSTEM.name, ward_id=disposal.ward_id)
