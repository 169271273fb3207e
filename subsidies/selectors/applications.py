"""One application with what hangs on it, for the firm's and the officials' pages."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from portal.kernel.actor import Actor, Hat
from portal.kernel.files.models import StoredFile
from portal.kernel.models import AuditRow
from subsidies import policies
from subsidies.checks import CheckLine, check_lines
from subsidies.contents import rules_for, rules_of
from subsidies.models import Application, ApplicationVersion, Correction, Decision, Message
from subsidies.rules.scheme import SchemeRules


@dataclass
class ApplicationDetail:
    """What a page shows; the lists are read once. `version` is the last submitted one."""

    application: Application
    versions: list[ApplicationVersion]
    corrections: list[Correction]
    messages: list[Message]
    decision: Decision | None
    checks: list[Any]
    history: list[AuditRow]
    documents: list[dict[str, Any]]

    @cached_property
    def rules(self) -> SchemeRules:
        """As they apply to what was submitted."""
        return rules_for(self.version) if self.version else rules_of(self.application.version)

    @property
    def version(self) -> ApplicationVersion | None:
        return self.versions[-1] if self.versions else None

    @cached_property
    def check_lines(self) -> tuple[CheckLine, ...]:
        return check_lines(
            self.application, checks=self.checks, corrections=self.corrections, rules=self.rules
        )

    @cached_property
    def changes(self) -> list[tuple[str, Any, Any]]:
        """(anchor, before, after) between the last two submitted versions."""
        if len(self.versions) < 2:
            return []
        before, after = (version.payload for version in self.versions[-2:])
        found = [
            (f"{part}.{code}", before[part].get(code), after[part].get(code))
            for part in ("eligibility", "answers")
            for code in sorted(before[part].keys() | after[part].keys())
        ]
        found += [(part, before[part], after[part]) for part in ("expenses", "documents")]
        return [change for change in found if change[1] != change[2]]


def application_detail(
    actor: Actor, *, number: int | None = None, **lookup: Any
) -> ApplicationDetail:
    """One visible application with everything the actor may see of it, in a fixed number of
    queries; with `number` as it stood when that version had been submitted.

    Raises Application.DoesNotExist, ApplicationVersion.DoesNotExist.
    """
    application = (
        policies.visible_applications(actor)
        .select_related("version__scheme", "call")
        .prefetch_related("versions", "corrections", "messages")
        .get(**lookup)
    )
    versions = list(application.versions.all())
    if number is not None:
        if not 1 <= number <= len(versions):
            raise ApplicationVersion.DoesNotExist
        versions = versions[:number]
    return ApplicationDetail(
        application=application,
        versions=versions,
        corrections=list(application.corrections.all()),
        messages=list(application.messages.all()),
        decision=_decision(actor, application),
        checks=_checks(actor, application),
        history=_history(application),
        documents=_documents(versions),
    )


def firm_applications(actor: Actor) -> QuerySet[Application]:
    """The firm's applications, newest first, without the long columns."""
    return (
        policies.visible_applications(actor)
        .select_related("call", "ward")
        .defer("eligibility", "answers", "expense_input", "history")
        .order_by("-created_at", "-id")
    )


def _decision(actor: Actor, application: Application) -> Decision | None:
    rows = policies.decisions_of(actor, application)
    return _with_names(rows, "prepared_by", "approved_by").first()


def _checks(actor: Actor, application: Application) -> list[Any]:
    """The check list is the ward's own business."""
    if actor.hat == Hat.FIRM:
        return []
    return list(_with_names(application.checks.all(), "checked_by"))


def _with_names(rows: QuerySet[Any], *people: str) -> QuerySet[Any]:
    """The rows with the names of these people, and nothing else of them."""
    own = [field.name for field in rows.model._meta.concrete_fields]
    return rows.select_related(*people).only(*own, *(f"{person}__name" for person in people))


def _history(application: Application) -> list[AuditRow]:
    """Transitions of the application, oldest first (経過)."""
    rows = AuditRow.objects.filter(
        ~Q(to_state=""), object_type="subsidies.application", object_id=str(application.pk)
    )
    return list(rows.order_by("sequence"))


def _documents(versions: list[ApplicationVersion]) -> list[dict[str, Any]]:
    """The files of the last version with their stored state."""
    if not versions:
        return []
    listed = versions[-1].payload["documents"]
    stored = StoredFile.objects.in_bulk([entry["file"] for entry in listed])
    by_id = {str(key): row for key, row in stored.items()}
    return [{**entry, "stored": by_id.get(entry["file"])} for entry in listed]
