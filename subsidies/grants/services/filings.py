"""Filings from draft to acceptance. What an accepted or ruled filing changes is its kind's business."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files import services as files
from portal.kernel.files.models import StoredFile
from portal.kernel.files.rules import EVIDENCE
from subsidies.contents import standing
from subsidies.grants import kinds, policies, states
from subsidies.grants.kinds.registry import SURE
from subsidies.grants.models import Filing, FilingDocument, FilingVersion
from subsidies.rules import snapshot, values
from subsidies.rules.problem import Problem
from subsidies.schemes.english import told
from subsidies.services import moves
from subsidies.services.decision import require_others_cause
from subsidies.services.drafts import clean
from subsidies.services.errors import Incomplete, NotEditable, Refused

PURPOSE = "filing"

# What accepting (or, for the firm, submitting) a filing of a kind does, in the same transaction.
Effect = Callable[[Actor, Filing], None]
_on_submit: dict[str, Effect] = {}
_on_accept: dict[str, Effect] = {}
_on_return: dict[str, Effect] = {}


def on_submit(kind: str) -> Callable[[Effect], Effect]:
    """Decorator: what else happens when a filing of this kind is submitted."""
    return _registering(_on_submit, kind)


def on_accept(kind: str) -> Callable[[Effect], Effect]:
    """Decorator: what else happens when a filing of this kind is accepted."""
    return _registering(_on_accept, kind)


def on_return(kind: str) -> Callable[[Effect], Effect]:
    """Decorator: what else happens when a filing of this kind is returned to the firm."""
    return _registering(_on_return, kind)


def _registering(effects: dict[str, Effect], kind: str) -> Callable[[Effect], Effect]:
    def register(function: Effect) -> Effect:
        if kind in effects:
            raise ValueError(f"two effects of {kind}")
        effects[kind] = function
        return function

    return register


def filing_begin(*, actor: Actor, grant_id: int, kind: str) -> Filing:
    """Begin a filing, or go on with the one that is open. Raises Refused, RoleMissing."""
    with transaction.atomic():
        grant = policies.get_grant(actor, pk=grant_id)
        if states.FIRM.isdisjoint(actor.roles):
            raise transitions.RoleMissing
        open_one = grant.filings.filter(kind=kind, status__in=[states.DRAFT, *states.OPEN]).first()
        if open_one:
            return open_one
        if kind not in {item.code for item in kinds.fileable(grant)}:
            raise Refused(_("いまの段階では、この手続は行えません。"))
        last = grant.filings.filter(kind=kind).aggregate(last=Max("number"))["last"] or 0
        initial = kinds.get(kind).initial
        try:
            with transaction.atomic():
                return Filing.objects.create(
                    grant=grant,
                    ward_id=grant.ward_id,
                    firm_id=grant.firm_id,
                    kind=kind,
                    number=last + 1,
                    content=dict(initial(grant)) if initial else {},
                    created_by_id=moves.person(actor),
                )
        except IntegrityError:
            # A double click: the other request has begun it.
            return grant.filings.get(kind=kind, status__in=[states.DRAFT, *states.OPEN])


def filing_save(
    *, actor: Actor, filing_id: int, content: Mapping[str, Any], revision: int | None = None
) -> Filing:
    """Keep what was typed. Raises NotEditable, StaleState when another tab saved since `revision`."""
    with transaction.atomic():
        filing = _editable(actor, filing_id)
        if revision is not None and revision != filing.revision:
            raise transitions.StaleState(
                _("ほかの画面で内容が書き換えられています。開き直して確かめてください。")
            )
        filing.content = {**filing.content, **clean(content)}
        filing.revision += 1
        filing.save(update_fields=["content", "revision"])
        return filing


def filing_confirm(*, actor: Actor, filing_id: int, said: Collection[str]) -> int:
    """桁の確認: keep which figures the firm says are right, with who and when; returns how many.

    `said` holds keys of doubts ("after_sales=80000"): a figure that has changed since the page was
    shown is asked about again. Raises NotEditable.
    """
    with transaction.atomic():
        filing = _editable(actor, filing_id)
        meant = [doubt for doubt in kinds.doubts_of(filing) if doubt.key in said]
        if meant:
            by = {"by": actor.name, "at": clock.database_now().isoformat()}
            sure = {**filing.content.get(SURE, {}), **{doubt.key: by for doubt in meant}}
            filing.content = {**filing.content, SURE: sure}
            filing.save(update_fields=["content"])
            audit.record(
                actor=actor,
                action="grants.figures_confirmed",
                obj=filing,
                detail={doubt.code: [doubt.before, doubt.value] for doubt in meant},
            )
        return len(meant)


def filing_document_attach(
    *, actor: Actor, filing_id: int, requirement: str, uploaded: UploadedFile, item: str = ""
) -> FilingDocument:
    """Attach a file; one that is not `many` takes the place of the earlier. Raises NotEditable,
    UploadRefused.
    """
    filing = _require_editable(actor, policies.get_filing(actor, pk=filing_id))
    wanted = kinds.get(filing.kind).document(requirement)
    if wanted is None:
        raise Refused(_("この書類は、この手続にはありません。"))
    # Outside the transaction below: a refused file leaves its row, and inspecting takes a while.
    stored = files.store_upload(
        actor=actor,
        uploaded=uploaded,
        purpose=PURPOSE,
        ward_id=None,
        firm_id=filing.firm_id,
        rules=EVIDENCE,
    )
    with transaction.atomic():
        filing = _editable(actor, filing_id)
        if not wanted.many:
            filing.documents.filter(standing(), requirement=requirement, item=item).update(
                replaced_at=clock.database_now()
            )
        return FilingDocument.objects.create(
            filing=filing, requirement=requirement, item=item, stored_file=stored
        )


def filing_document_remove(*, actor: Actor, filing_id: int, document_id: int) -> None:
    """Take a file out of a draft or returned filing. Raises NotEditable."""
    with transaction.atomic():
        filing = _editable(actor, filing_id)
        filing.documents.filter(pk=document_id, replaced_at=None).update(
            replaced_at=clock.database_now()
        )


def problems_of(filing: Filing) -> list[Problem]:
    """Everything that keeps the filing from being submitted."""
    kind = kinds.get(filing.kind)
    found, read = [], {}
    for question in kind.questions:
        raw = filing.content.get(question.code)
        anchor, label = f"answers.{question.code}", told(question.label)
        try:
            read[question.code] = values.read(question.kind, raw, choices=question.choices)
        except values.Unreadable as error:
            found.append(Problem("unreadable", str(error), filing.kind, anchor, label))
            continue
        if question.required and read[question.code] is None:
            text = _("「%(label)s」を入力してください。") % {"label": label}
            found.append(Problem("missing", text, filing.kind, anchor, label))
    there = set(filing.documents.filter(standing()).values_list("requirement", flat=True))
    for document in kind.documents:
        if document.required and document.code not in there:
            name, anchor = told(document.name), f"documents.{document.code}"
            text = _("「%(name)s」を添付してください。") % {"name": name}
            found.append(Problem("missing", text, filing.kind, anchor, name))
    if kind.check and not found:
        found += kind.check(filing.grant, {**filing.content, **read})
    return found


def filing_submit(*, actor: Actor, filing_id: int) -> Filing:
    """Freeze and hand in. Raises Incomplete (with the problems), Refused, StaleState, RoleMissing."""
    with transaction.atomic():
        filing = policies.get_filing(actor, pk=filing_id)
        grant = policies.get_grant(actor, lock=True, pk=filing.grant_id)
        filing = policies.get_filing(actor, lock=True, pk=filing_id)
        if filing.status not in states.EDITABLE:
            raise transitions.StaleState
        if grant.status not in kinds.get(filing.kind).grant_states:
            raise Refused(_("いまの段階では、この手続は行えません。"))
        if problems := problems_of(filing):
            raise Incomplete(problems)
        now = clock.database_now()
        version = _freeze(actor, filing, now)
        _hand_over(actor, filing)
        if submitted := _on_submit.get(filing.kind):
            submitted(actor, filing)
        _apply(
            actor,
            filing,
            "submit",
            told={"version": version.number},
            fields={"submitted_at": now, "message": ""},
        )
        return filing


def filing_return(*, actor: Actor, filing_id: int, reason: str) -> Filing:
    """Give it back to be mended. Raises ReasonMissing, Refused while a ruling waits, StaleState."""
    with transaction.atomic():
        filing = _locked(actor, filing_id)
        if filing.rulings.filter(status=states.PROPOSED).exists():
            raise Refused(_("起案が決裁を待っています。先に起案を差し戻してください。"))
        filing.message = reason.strip()
        if returned := _on_return.get(filing.kind):
            returned(actor, filing)
        _apply(actor, filing, "return", reason=reason, fields={"message": reason.strip()})
        return filing


def filing_accept(*, actor: Actor, filing_id: int, reason: str = "") -> Filing:
    """受理: for kinds that need no ruling.

    Raises GuardFailed (also in one's own cause), StaleState, RoleMissing.
    """
    with transaction.atomic():
        filing = _locked(actor, filing_id)
        require_others_cause(filing.grant.application, actor)
        _apply(actor, filing, "accept", reason=reason, fields={"settled_at": clock.database_now()})
        if accepted := _on_accept.get(filing.kind):
            accepted(actor, filing)
        return filing


def filing_drop(*, actor: Actor, filing_id: int, reason: str = "") -> Filing:
    """The firm takes it back, while nothing was proposed on it and its submission moved nothing.

    Raises Refused, StaleState.
    """
    with transaction.atomic():
        filing = _locked(actor, filing_id)
        moved_on = filing.status == states.SUBMITTED and filing.kind in _on_submit
        if moved_on or filing.rulings.filter(status=states.PROPOSED).exists():
            raise Refused(_("審査が進んでいるため、取りやめるには区に連絡してください。"))
        _apply(actor, filing, "drop", reason=reason)
        return filing


def payload_of(filing: Filing, at: dt.datetime) -> dict[str, Any]:
    """What is submitted, in a form that has one canonical JSON text."""
    kind = kinds.get(filing.kind)
    rows = filing.documents.filter(standing()).select_related("stored_file").order_by("id")
    record = dict(kind.record(filing.grant, filing.content)) if kind.record else {}
    return payload_with(filing, at, record=record, documents=rows)


def payload_with(
    filing: Filing,
    at: dt.datetime,
    *,
    record: Mapping[str, Any],
    documents: Iterable[FilingDocument] = (),
) -> dict[str, Any]:
    """The same with what is frozen beside the answers at hand; asks the database nothing."""
    kind = kinds.get(filing.kind)
    return {
        "kind": filing.kind,
        "form_no": kinds.form_of(filing).number,
        "grant": filing.grant.receipt_no,
        "submitted_at": at.isoformat(),
        "answers": {
            question.code: values.plain(
                values.read(
                    question.kind, filing.content.get(question.code), choices=question.choices
                )
            )
            for question in kind.questions
        },
        "content": {
            key: value
            for key, value in filing.content.items()
            if key not in {question.code for question in kind.questions}
        },
        "record": dict(record),
        "documents": [
            {
                "id": row.pk,
                "requirement": row.requirement,
                "item": row.item,
                "file": str(row.stored_file_id),
                "name": row.stored_file.original_name,
                "size": row.stored_file.size,
                "sha256": row.stored_file.sha256,
            }
            for row in documents
        ],
    }


@states.FILING.guard("kind_needs_no_ruling")
def _kind_needs_no_ruling(filing: Filing, actor: Actor) -> str | None:
    if kinds.ruling_of(filing):
        return _("この手続には決裁が必要です。起案してください。")
    return None


def _freeze(actor: Actor, filing: Filing, at: dt.datetime) -> FilingVersion:
    payload = payload_of(filing, at)
    return FilingVersion.objects.create(
        filing=filing,
        number=filing.versions.count() + 1,
        payload=payload,
        sha256=snapshot.digest(payload),
        submitted_at=at,
        submitted_by_id=moves.person(actor),
    )


def _editable(actor: Actor, filing_id: int) -> Filing:
    return _require_editable(actor, policies.get_filing(actor, lock=True, pk=filing_id))


def _require_editable(actor: Actor, filing: Filing) -> Filing:
    if states.FIRM.isdisjoint(actor.roles) or filing.status not in states.EDITABLE:
        raise NotEditable(_("この手続はいま編集できません。"))
    return filing


def _locked(actor: Actor, filing_id: int) -> Filing:
    """The filing, its grant locked before it: the one order of locks."""
    filing = policies.get_filing(actor, pk=filing_id)
    policies.get_grant(actor, lock=True, pk=filing.grant_id)
    return policies.get_filing(actor, lock=True, pk=filing_id)


def _hand_over(actor: Actor, filing: Filing) -> None:
    """Let the ward see the files that are submitted now. As the system: no firm writes that."""
    submitted = filing.documents.filter(standing()).values("stored_file_id")
    with acting(actor.elevated()):
        new = StoredFile.objects.filter(pk__in=submitted, ward_id=None)
        new.update(ward_id=filing.ward_id)


def _apply(
    actor: Actor,
    filing: Filing,
    action: str,
    told: Mapping[str, Any] | None = None,
    **kwargs: Any,
) -> None:
    """`told`: what the event says besides the usual."""
    transitions.apply(
        table=states.FILING,
        instance=filing,
        action=action,
        actor=actor,
        detail={"kind": filing.kind, "number": filing.number},
        payload={
            "filing_id": filing.pk,
            "grant_id": filing.grant_id,
            "application_id": filing.grant.application_id,
            "kind": filing.kind,
            "ward_id": filing.ward_id,
            "firm_id": filing.firm_id,
            **(told or {}),
        },
        **kwargs,
    )
