"""Freezing what a run will do: all matches of the queue's filter, with those left out and why."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.policies import person_id
from portal.kernel import audit
from portal.kernel.actor import Actor
from portal.kernel.transitions import ReasonMissing, RoleMissing
from portal.letters.services import PDF
from subsidies import selectors
from subsidies.bulk import policies
from subsidies.bulk.letters import LetterFilters, letters
from subsidies.bulk.models import BulkItem, BulkRun
from subsidies.bulk.services import daily, exclusions, proposals
from subsidies.bulk.services.drafts import Draft
from subsidies.models import Application
from subsidies.selectors.queue import QueueFilters, as_url, queue
from subsidies.services.errors import Refused

MOST = 1_000  # applications in one run


def run_prepare(
    *,
    actor: Actor,
    kind: str,
    filters: QueueFilters,
    today: dt.date,
    instructions: Mapping[str, Any] | None = None,
) -> BulkRun:
    """Prepare a run over everything the filter finds; nothing is done yet.

    `instructions` are what the kind asks for all alike: "reason" of a proposal, "assignee_id"
    (None for nobody) and "assignee", the name, of whom to put in charge. Raises RoleMissing,
    ReasonMissing, or Refused where the filter finds nothing or more than MOST.
    """
    if not policies.may_prepare(actor, kind):
        raise RoleMissing
    given = dict(instructions or {})
    if kind == BulkRun.Kind.PROPOSE and not given.get("reason", "").strip():
        raise ReasonMissing
    rows = _matches(actor, filters, today)
    with transaction.atomic():
        drafts = _drafts(actor, kind, rows, given)
        return freeze(actor, kind, conditions=as_url(filters), instructions=given, drafts=drafts)


def letters_prepare(*, actor: Actor, filters: LetterFilters) -> BulkRun:
    """Prepare the printing of every letter the filter finds. Raises RoleMissing, Refused."""
    if not policies.may_prepare(actor, BulkRun.Kind.LETTERS):
        raise RoleMissing
    found = list(letters(actor, filters)[: MOST + 1])
    if not found:
        raise Refused(_("この条件に合う通知書はありません。条件を変えてください。"))
    if len(found) > MOST:
        raise Refused(
            _("一度に印刷できるのは%(most)s通までです。種類や発行日で絞り込んでください。")
            % {"most": f"{MOST:,}"}
        )
    gone = _("保存期間が終わり、ファイルがありません。")
    sheet = _("印刷する書類ではありません（Excel）。一覧から1件ずつ受け取ってください。")
    drafts = [
        Draft(
            letter=letter,
            reason=gone
            if not letter.stored_file.is_available
            else ("" if letter.stored_file.content_type == PDF else sheet),
        )
        for letter in found
    ]
    with transaction.atomic():
        kind, address = BulkRun.Kind.LETTERS, filters.as_url()
        return freeze(actor, kind, conditions=address, instructions={}, drafts=drafts)


def freeze(
    actor: Actor,
    kind: str,
    *,
    conditions: Mapping[str, str],
    instructions: Mapping[str, Any],
    drafts: Sequence[Draft],
) -> BulkRun:
    """Store the run with its items, within a transaction."""
    assert actor.ward_id is not None
    run = BulkRun.objects.create(
        ward_id=actor.ward_id,
        kind=kind,
        conditions=dict(conditions),
        instructions=dict(instructions),
        created_by_id=person_id(actor),
    )
    outcomes = BulkItem.Outcome
    BulkItem.objects.bulk_create(
        BulkItem(
            run=run,
            application=draft.application,
            letter=draft.letter,
            position=position,
            outcome=outcomes.EXCLUDED if draft.reason else outcomes.WAITING,
            seen=draft.seen,
            plan=draft.plan,
            reason=draft.reason,
        )
        for position, draft in enumerate(drafts, start=1)
    )
    excluded = sum(bool(draft.reason) for draft in drafts)
    audit.record(
        actor=actor,
        action="bulk.prepared",
        obj=run,
        detail={"kind": kind, "matches": len(drafts), "excluded": excluded},
    )
    return run


def _drafts(
    actor: Actor, kind: str, rows: Sequence[Application], given: Mapping[str, Any]
) -> list[Draft]:
    if kind == BulkRun.Kind.ASSIGN:
        return daily.assignments(rows, given["assignee_id"], given["assignee"])
    if kind == BulkRun.Kind.FINISH_CHECK:
        return daily.finished_checks(rows)
    if kind == BulkRun.Kind.PROPOSE:
        return proposals.drafts(actor, rows, given["reason"].strip())
    if kind == BulkRun.Kind.APPROVE:
        reasons = exclusions.of_approval(actor, rows)
        return [
            Draft(row, reason=reasons.get(row.pk, ""), seen=_read_proposal(row)) for row in rows
        ]
    reasons = exclusions.of_printing(rows)
    return [Draft(row, reason=reasons.get(row.pk, "")) for row in rows]


def _read_proposal(application: Application) -> str:
    decision = getattr(application, "decision", None)
    return decision.prepared_at.isoformat() if decision else ""


def matches_count(*, actor: Actor, filters: QueueFilters, today: dt.date) -> int:
    """How many the filter finds, counted up to one more than fit into a run."""
    found = selectors.search(actor, filters.query) if filters.query.strip() else None
    rows = queue(actor, filters, today=today, found=found).order_by()
    return rows[: MOST + 1].count()


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
