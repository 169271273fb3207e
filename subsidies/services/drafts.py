"""Drafts: what the firm types is kept, complete or not, until it submits."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.transitions import RoleMissing
from programs.models import Firm
from subsidies import facts, policies, states
from subsidies.contents import (
    ELIGIBILITY,
    EXPENSES,
    QUOTES,
    correction_fields,
    rules_of,
)
from subsidies.models import Application, ApplicationDocument, Call
from subsidies.rules import expenses, merge, quotes
from subsidies.rules.eligibility import answered
from subsidies.services import attachments, moves
from subsidies.services.errors import (
    AlreadyApplied,
    DeadlinePassed,
    NotEditable,
    Refused,
    StaleDraft,
)

_ENDED = (states.WITHDRAWN, states.REFUSED)


def draft_start(
    *,
    actor: Actor,
    call_id: int,
    first_answers: Mapping[str, str] | None = None,
    told: Mapping[str, str] | None = None,
) -> Application:
    """The firm's draft for a call, made at the first time. A call may be prepared before it opens.

    `first_answers` are what the firm has written elsewhere, `told` its answers to questions of
    eligibility by their wording; a draft that is there already keeps its own.

    Raises Call.DoesNotExist, RoleMissing, DeadlinePassed, AlreadyApplied (with the application).
    """
    if not policies.may_apply(actor):
        raise RoleMissing
    with transaction.atomic():
        published = Call.objects.filter(version__published_at__isnull=False)
        call = published.select_related("version__scheme").get(pk=call_id)
        if found := policies.visible_applications(actor).filter(_open(call)).first():
            return _draft_or_refuse(found)
        if clock.database_now() >= call.closes_at:
            raise DeadlinePassed(call.closes_at)
        try:
            with transaction.atomic():
                return _create(actor, call, first_answers or {}, told or {})
        except IntegrityError:
            # Somebody of the same firm was quicker by a moment.
            return _draft_or_refuse(policies.visible_applications(actor).get(_open(call)))


def draft_delete(*, actor: Actor, application_id: int) -> None:
    """Throw a draft away with what hangs on it. Raises Application.DoesNotExist, NotEditable."""
    with transaction.atomic():
        application = policies.get_application(actor, lock=True, pk=application_id)
        if application.status != states.DRAFT or not policies.may(actor, "edit", application):
            raise NotEditable
        for document in application.documents.all():
            attachments.discard(actor=actor, document=document)
        application.confirmations.all().delete()
        # Not delete(): it would look for check lists and decisions, which no firm may see.
        Application.objects.filter(pk=application.pk)._raw_delete("default")
        audit.record(
            actor=actor,
            action="subsidies.draft_deleted",
            obj=application,
            ward_id=application.ward_id,
        )


def draft_save_eligibility(
    *, actor: Actor, application_id: int, answers: Mapping[str, Any]
) -> Application:
    """Keep answers of the eligibility check, as typed. Raises NotEditable."""
    with transaction.atomic():
        application = _editable(actor, application_id, ELIGIBILITY)
        known = {criterion.code for criterion in rules_of(application.version).criteria}
        kept = {code: clean(value) for code, value in answers.items() if code in known}
        application.eligibility = {**application.eligibility, **kept}
        return _save(application, "eligibility")


def draft_save_answers(
    *,
    actor: Actor,
    application_id: int,
    answers: Mapping[str, Any],
    revision: int | None = None,
) -> Application:
    """Keep answers as typed, complete or not; codes that are not given stay as they are.

    `revision` is the one the page was filled from. What other tabs changed in other fields stays;
    the same field changed twice raises StaleDraft, and None compares nothing. Raises NotEditable.
    In a correction only the named fields are taken.
    """
    with transaction.atomic():
        application = _editable(actor, application_id)
        asked = {question.code for question in rules_of(application.version).questions}
        posted = {
            f"answers.{code}": clean(value)
            for code, value in answers.items()
            if code in asked | application.answers.keys()
        }
        stored = {f"answers.{code}": value for code, value in application.answers.items()}
        changed = _merge(application, stored, _allowed(application, posted), revision)
        fresh = {field.removeprefix("answers."): value for field, value in changed.items()}
        application.answers = {**application.answers, **fresh}
        application.title = str(application.answers.get("title") or "")[:120]
        return _save(application, "answers", "title")


def draft_save_expenses(
    *,
    actor: Actor,
    application_id: int,
    lines: Iterable[Mapping[str, Any]],
    revision: int | None = None,
) -> Application:
    """Keep the budget's lines as typed; empty ones are dropped, half-typed ones stay.

    Raises StaleDraft when the lines were changed elsewhere since `revision`, NotEditable.
    """
    with transaction.atomic():
        application = _editable(actor, application_id, EXPENSES)
        return _save_lines(application, lines, revision)


def draft_save_quotes(
    *,
    actor: Actor,
    application_id: int,
    lines: Mapping[int, Mapping[str, Any]],
    revision: int | None = None,
) -> Application:
    """Keep the quotes of lines as typed: place of the line → its `quotes` and reasons. A line is
    bought from the vendor whose quote is chosen.

    Raises StaleDraft when the lines were changed elsewhere since `revision`, NotEditable.
    """
    with transaction.atomic():
        application = _editable(actor, application_id, QUOTES)
        found = [dict(line) for line in application.expense_input]
        for place, line in enumerate(found):
            if place not in lines:
                continue
            for name in ("quotes", *quotes.REASONS):
                line[name] = lines[place].get(name)
            chosen = quotes.read(quotes.tidy(line)).chosen
            if chosen and chosen.vendor:
                line["vendor"] = chosen.vendor
        return _save_lines(application, found, revision)


def document_attach(
    *, actor: Actor, application_id: int, requirement: str, uploaded: UploadedFile
) -> ApplicationDocument:
    """Take a file in for a required document; it replaces the former one unless many are asked.

    Raises UploadRefused (with what is wrong with the file), NotEditable, Refused.
    """
    application = policies.get_application(actor, pk=application_id)
    _check_editable(actor, application, f"documents.{requirement}")
    # Outside the transaction below: a refused file leaves its row, and inspecting takes a while.
    stored = attachments.take_in(actor=actor, application=application, uploaded=uploaded)
    with transaction.atomic():
        application = _editable(actor, application_id, f"documents.{requirement}")
        asked = rules_of(application.version).document(requirement)
        if asked is None:
            raise Refused(_("この書類は、いまの申請書にはありません。画面を開き直してください。"))
        if not asked.many:
            for former in _attached(application).filter(requirement=requirement):
                attachments.set_aside(actor=actor, application=application, document=former)
        document = ApplicationDocument.objects.create(
            application=application, requirement=requirement, stored_file=stored
        )
        _save(application)
        return document


def document_remove(*, actor: Actor, application_id: int, document_id: int) -> None:
    """Take a file out again. Raises ApplicationDocument.DoesNotExist, NotEditable."""
    with transaction.atomic():
        application = policies.get_application(actor, lock=True, pk=application_id)
        document = _attached(application).get(pk=document_id)
        _check_editable(actor, application, f"documents.{document.requirement}")
        attachments.set_aside(actor=actor, application=application, document=document)
        _save(application)


def clean(value: Any) -> Any:
    """Typed text without what PostgreSQL's jsonb or a letter cannot hold; nothing else changes."""
    if isinstance(value, list | tuple):
        return [clean(item) for item in value]
    if isinstance(value, Mapping):
        return {name: clean(item) for name, item in value.items()}
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(mark for mark in text if mark in "\n\t" or ord(mark) >= 0x20)
    return text.encode("utf-8", "ignore").decode("utf-8")


def follow_call(application: Application) -> None:
    """Let a draft follow its call to a newer version of the rules; answers stay as they are."""
    if application.status == states.DRAFT and application.version_id != application.call.version_id:
        application.version = application.call.version


def _open(call: Call) -> Q:
    return Q(call=call) & ~Q(status__in=_ENDED)


def _draft_or_refuse(application: Application) -> Application:
    if application.status != states.DRAFT:
        raise AlreadyApplied(application)
    return application


def _create(
    actor: Actor, call: Call, first: Mapping[str, str], told: Mapping[str, str]
) -> Application:
    if actor.firm_id is None:
        raise RoleMissing
    firm = Firm.objects.get(pk=actor.firm_id)
    person = User.objects.get(pk=moves.person(actor))
    scheme = call.version.scheme
    rules = rules_of(call.version)
    known = {code: clean(text) for code, text in first.items() if rules.question(code)}
    return Application.objects.create(
        public_id=uuid.uuid4(),
        ward_id=call.ward_id,
        firm=firm,
        call=call,
        version=call.version,
        created_by=person,
        firm_name=firm.name,
        scheme_name=scheme.name,
        stage=scheme.stage,
        title=str(known.get("title", ""))[:120],
        eligibility={code: clean(said) for code, said in answered(rules, told).items()},
        answers={
            **facts.prefill(rules, firm=firm, person=person.name, phone=person.phone),
            **known,
        },
    )


def _editable(actor: Actor, application_id: int, field: str = "") -> Application:
    """The application, locked, on the newest rules. Raises NotEditable."""
    application = policies.get_application(actor, lock=True, pk=application_id)
    _check_editable(actor, application, field)
    follow_call(application)
    return application


def _check_editable(actor: Actor, application: Application, field: str) -> None:
    if not policies.may(actor, "edit", application):
        raise NotEditable
    if field and not _allowed(application, {field: None}):
        raise NotEditable(_("この項目は補正の対象ではありません。"))


def _allowed(application: Application, posted: Mapping[str, Any]) -> dict[str, Any]:
    """All fields of a draft; of a correction those that the ward named."""
    if application.status == states.DRAFT:
        return dict(posted)
    named = correction_fields(application)
    return {field: value for field, value in posted.items() if field in named}


def _save_lines(
    application: Application, lines: Iterable[Mapping[str, Any]], revision: int | None
) -> Application:
    typed = expenses.tidy(clean(line) for line in lines)
    stored = {EXPENSES: application.expense_input}
    changed = _merge(application, stored, {EXPENSES: typed}, revision)
    application.expense_input = changed.get(EXPENSES, application.expense_input)
    return _save(application, "expense_input")


def _merge(
    application: Application,
    stored: Mapping[str, Any],
    posted: Mapping[str, Any],
    revision: int | None,
) -> dict[str, Any]:
    """The fields to store. Raises StaleDraft."""
    merged = merge.merge(stored, application.history, posted, revision)
    if merged.conflicts:
        raise StaleDraft(merged.conflicts, application.revision)
    application.history = merge.remember(
        application.history, stored, merged.changed, application.revision + 1
    )
    return merged.changed


def _save(application: Application, *fields: str) -> Application:
    application.revision += 1
    application.updated_at = Now()
    application.save(
        update_fields=[*fields, "history", "revision", "updated_at", "version"],
    )
    application.refresh_from_db(fields=["updated_at"])
    return application


def _attached(application: Application) -> Any:
    return application.documents.filter(replaced_at=None)
