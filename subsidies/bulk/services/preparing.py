"""Freezing what a run will do: all matches of the queue's filter, with those left out and why."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.policies import person_id
from portal.kernel import audit
from portal.kernel.actor import Actor
from portal.kernel.transitions import RoleMissing
from subsidies import selectors
from subsidies.bulk import policies
from subsidies.bulk.models import BulkItem, BulkRun
from subsidies.bulk.services import exclusions
from subsidies.models import Application
from subsidies.selectors.queue import QueueFilters, as_url, queue
from subsidies.services.errors import Refused

MOST = 1_000  # applications in one run


def run_prepare(*, actor: Actor, kind: str, filters: QueueFilters, today: dt.date) -> BulkRun:
    """Prepare a run over everything the filter finds; nothing is done yet.

    Raises RoleMissing, or Refused where the filter finds nothing or more than MOST.
    """
    if not policies.may_prepare(actor, kind):
        raise RoleMissing
    rows = _matches(actor, filters, today)
    with transaction.atomic():
        reasons = (
            exclusions.of_approval(actor, rows)
            if kind == BulkRun.Kind.APPROVE
            else exclusions.of_printing(rows)
        )
        assert actor.ward_id is not None
        run = BulkRun.objects.create(
            ward_id=actor.ward_id,
            kind=kind,
            conditions=dict(as_url(filters)),
            created_by_id=person_id(actor),
        )
        BulkItem.objects.bulk_create(
            BulkItem(
                run=run,
                application=application,
                position=position,
                outcome=(
                    BulkItem.Outcome.EXCLUDED
                    if application.pk in reasons
                    else BulkItem.Outcome.WAITING
                ),
                seen=_seen(application, kind),
                reason=reasons.get(application.pk, ""),
            )
            for position, application in enumerate(rows, start=1)
        )
        audit.record(
            actor=actor,
            action="bulk.prepared",
            obj=run,
            detail={"kind": kind, "matches": len(rows), "excluded": len(reasons)},
        )
    return run


def _matches(actor: Actor, filters: QueueFilters, today: dt.date) -> list[Application]:
    """All that the filter finds, in the order of arrival: first-come money is given in it."""
    found = selectors.search(actor, filters.query) if filters.query.strip() else None
    if found is not None and found.more:
        raise Refused(
            _(
                "検索に合う申請が多すぎます。企業名を長く入力するか、ほかの条件で絞り込んでください。"
            )
        )
    rows = (
        queue(actor, filters, today=today, found=found)
        .select_related("call", "decision", "version__scheme")
        .order_by("submitted_at", "pk")
    )
    matches = list(rows[: MOST + 1])
    if not matches:
        raise Refused(_("この条件に合う申請はありません。条件を変えてください。"))
    if len(matches) > MOST:
        raise Refused(
            _("一度に処理できるのは%(most)s件までです。制度や状態で絞り込んでください。")
            % {"most": f"{MOST:,}"}
        )
    return matches


def _seen(application: Application, kind: str) -> str:
    decision = getattr(application, "decision", None)
    if kind != BulkRun.Kind.APPROVE or decision is None:
        return ""
    return decision.prepared_at.isoformat()
