"""Submission, correction and withdrawal: what a firm hands in, decided by the database's clock."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.gbizid.identity import may_submit
from portal.accounts.gbizid.selectors import identity_of
from portal.accounts.models import User
from portal.kernel import clock, numbering
from portal.kernel.actor import Actor
from programs.models import FirmWard
from programs.services.firms import let_ward_see
from subsidies import policies
from subsidies.contents import content_of, rules_of
from subsidies.models import Application, ApplicationVersion
from subsidies.rules import due, form
from subsidies.rules.problem import Problem
from subsidies.services import moves, versions
from subsidies.services.drafts import follow_call
from subsidies.services.errors import DeadlinePassed, EntryAccount, Incomplete, NotOpenYet


def application_submit(
    *, actor: Actor, application_id: int, idempotency_key: uuid.UUID, consent: bool
) -> ApplicationVersion:
    """Submit a draft: accepted while opens_at ≤ arrival < closes_at.

    The same key twice gives the same version back. Raises Application.DoesNotExist, NotOpenYet,
    DeadlinePassed, Incomplete (with the problems), IdempotencyConflict, StaleState, RoleMissing.
    """
    with transaction.atomic():
        if known := versions.earlier(actor, idempotency_key):
            return versions.same_or_conflict(known, application_id=application_id, correction=False)
        application = policies.get_application(actor, pk=application_id)
        moves.require(actor, application, "submit")
        _check_account(actor)
        # Before any other lock: the moment of arrival must not depend on a wait.
        arrived, opens_at, closes_at = versions.arrival(application.call_id)
        application = policies.get_application(actor, lock=True, pk=application_id)
        if known := versions.earlier(actor, idempotency_key):
            # A double click: the other request went first while this one waited.
            return versions.same_or_conflict(known, application_id=application_id, correction=False)
        if arrived < opens_at:
            raise NotOpenYet(opens_at)
        if not arrived < closes_at:
            raise DeadlinePassed(closes_at)
        moves.require(actor, application, "submit")
        return _submit(actor, application, arrived, closes_at, idempotency_key, consent)


def correction_answer(
    *, actor: Actor, application_id: int, idempotency_key: uuid.UUID
) -> ApplicationVersion:
    """Hand the mended application in as the next version.

    Answers after the correction's due date are taken: whether they come too late is for the ward
    to say. Raises as `application_submit`.
    """
    with transaction.atomic():
        arrived = clock.database_now()
        application = policies.get_application(actor, lock=True, pk=application_id)
        if known := versions.earlier(actor, idempotency_key):
            return versions.same_or_conflict(known, application_id=application_id, correction=True)
        moves.require(actor, application, "answer_correction")
        _check_account(actor)
        correction = application.corrections.select_for_update().get(answered_at=None)
        content = content_of(application, today=clock.to_date(arrived))
        if problems := form.missing(rules_of(application.version), content):
            raise Incomplete(problems)
        payload = versions.payload_of(application, content)
        version = versions.freeze(
            actor=actor,
            application=application,
            payload=payload,
            number=application.versions.count() + 1,
            arrived=arrived,
            deadline=clock.midnight(correction.due_on + dt.timedelta(days=1)),
            key=idempotency_key,
        )
        correction.answered_at = arrived
        correction.save(update_fields=["answered_at"])
        moves.apply(
            actor,
            application,
            "answer_correction",
            detail={"version": version.number, "sha256": version.sha256},
            payload=_told(application, version),
            fields=_queue_columns(application, version) | {"history": {}},
        )
        return version


def application_withdraw(*, actor: Actor, application_id: int, reason: str) -> Application:
    """取下げ before the decision. Raises StaleState, ReasonMissing, Application.DoesNotExist."""
    with transaction.atomic():
        application = policies.get_application(actor, lock=True, pk=application_id)
        moves.apply(
            actor,
            application,
            "withdraw",
            reason=reason,
            payload={
                "application_id": application.pk,
                "firm_id": application.firm_id,
                "stage": application.stage,
            },
            fields={"due_on": None},
        )
        return application


def _check_account(actor: Actor) -> None:
    """Raises EntryAccount: a correction may change the amount as well as an application may."""
    if not may_submit(identity_of(User(pk=actor.user_id))):
        raise EntryAccount


def _submit(
    actor: Actor,
    application: Application,
    arrived: dt.datetime,
    closes_at: dt.datetime,
    key: uuid.UUID,
    consent: bool,
) -> ApplicationVersion:
    follow_call(application)
    today = clock.to_date(arrived)
    content = content_of(application, today=today)
    problems = [*form.missing(rules_of(application.version), content), *_consent(consent)]
    if problems:
        raise Incomplete(problems)
    payload = versions.payload_of(application, content)
    version = versions.freeze(
        actor=actor,
        application=application,
        payload=payload,
        number=1,
        arrived=arrived,
        deadline=closes_at,
        key=key,
    )
    let_ward_see(
        firm_id=application.firm_id,
        ward_id=application.ward_id,
        basis=FirmWard.Basis.APPLICATION,
        today=today,
    )
    receipt_no = _receipt_no(application)
    moves.apply(
        actor,
        application,
        "submit",
        detail={"version": 1, "sha256": version.sha256, "receipt_no": receipt_no},
        payload=_told(application, version),
        fields={
            **_queue_columns(application, version),
            "receipt_no": receipt_no,
            "applicant_class": version.payload["applicant_class"],
            "submitted_at": arrived,
            "version_id": application.version_id,
            "stage": application.version.scheme.stage,
            "history": {},
        },
    )
    return version


def _consent(consent: bool) -> list[Problem]:
    if consent:
        return []
    text = _("申請内容が事実であることを確認し、同意欄にチェックを入れてください。")
    return [Problem("consent", text, form.CONFIRM_TASK, "consent")]


def _receipt_no(application: Application) -> str:
    """The next 受付番号 of the scheme; last, because its counter stays locked until the end."""
    ward_id, scheme = application.ward_id, application.version.scheme.code
    year = application.call.fiscal_year
    number = numbering.next_number(
        series="receipt", ward_id=ward_id, scheme=scheme, fiscal_year=year
    )
    return numbering.receipt_no(ward_id=ward_id, scheme=scheme, fiscal_year=year, number=number)


def _queue_columns(application: Application, version: ApplicationVersion) -> dict[str, object]:
    """What the officials' queue shows, repeated on the application's own row."""
    rules = rules_of(application.version)
    submitted_on = clock.to_date(version.submitted_at)
    return {
        "firm_name": version.payload["firm"]["name"],
        "scheme_name": version.payload["scheme"],
        "title": str(version.payload["answers"].get("title") or "")[:120],
        "requested_yen": version.payload["calculation"]["subsidy_yen"],
        "due_on": due.due_on(submitted_on, rules.review_days),
    }


def _told(application: Application, version: ApplicationVersion) -> dict[str, object]:
    """The event's payload: ids and figures, no personal data."""
    return {
        "application_id": application.pk,
        "stage": application.version.scheme.stage,
        "ward_id": application.ward_id,
        "firm_id": application.firm_id,
        "version": version.number,
        "first": version.number == 1,
        "submitted_on": clock.to_date(version.submitted_at).isoformat(),
        "requested_yen": version.payload["calculation"]["subsidy_yen"],
    }
