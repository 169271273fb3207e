"""申請から支払まで: every step of a case with its day, who did it, its number and its yen, in order."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.auditing.selectors.money import Money
from portal.kernel import clock
from portal.kernel.transitions import TABLES
from subsidies.committee.models import Assignment
from subsidies.grants import kinds
from subsidies.grants import states as grant_states
from subsidies.grants.kinds import rulings
from subsidies.grants.models import Filing, FilingVersion, Payment, Recovery, Ruling, SiteVisit
from subsidies.models import Application, ApplicationVersion, Decision, DocumentCheck
from subsidies.selection.models import Choice


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `day` is the day that counts; `at` the moment it was recorded, where there is one.

    `kind` names its place in the procedure, for the colour of its dot.
    """

    kind: str
    day: dt.date
    text: str
    who: str = ""
    number: str = ""
    yen: int | None = None
    note: str = ""
    at: dt.datetime | None = None
    tone: str = ""

    @property
    def moment(self) -> dt.datetime:
        """What the steps are ordered by."""
        return self.at or clock.midnight(self.day)


def steps(case: Money) -> list[Step]:
    """The whole case. Asks five queries besides the rows at hand."""
    found = [*_submitted(case), *_reviewed(case.application)]
    if case.decision is not None:
        found += _decided(case.decision)
    if case.grant is not None:
        for filing in case.filings.values():
            found += _filed(filing, case.filed.get(filing.pk, []))
        for ruling in case.rulings:
            found += _ruled(ruling)
        found += [_paid(payment) for payment in case.payments]
        for recovery in case.recoveries:
            found += _returned(recovery)
        found += _visited(case)
    return sorted(found, key=lambda step: step.moment)


def _step(kind: str, at: dt.datetime, text: str, **more: object) -> Step:
    return Step(kind, clock.to_date(at), text, at=at, **more)  # type: ignore[arg-type]


def _submitted(case: Money) -> Iterator[Step]:
    ids = [version.pk for version in case.versions]
    rows = ApplicationVersion.objects.filter(pk__in=ids).select_related("submitted_by")
    names = dict(rows.values_list("pk", "submitted_by__name"))
    for version in case.versions:
        text = _("申請") if version.number == 1 else _("補正の提出（第%(number)s版）")
        yield _step(
            "submit",
            version.submitted_at,
            text % {"number": version.number} if version.number > 1 else text,
            who=names[version.pk],
            number=case.application.receipt_no or "",
            yen=version.payload["calculation"]["subsidy_yen"],
        )
    for asked in case.application.corrections.select_related("requested_by"):
        text = _("補正の依頼")
        yield _step("submit", asked.requested_at, text, who=asked.requested_by.name)


def _reviewed(application: Application) -> Iterator[Step]:
    checks = DocumentCheck.objects.filter(application=application).select_related("checked_by")
    last = checks.order_by("-checked_at").first()
    if last is not None:
        text = _("書類の点検を終えた")
        yield _step("review", last.checked_at, text, who=last.checked_by.name)
    sheets = Assignment.objects.filter(
        case__application=application, submitted_at__isnull=False
    ).select_related("user")
    for sheet in sheets:
        assert sheet.submitted_at is not None
        yield _step("review", sheet.submitted_at, _("採点"), who=sheet.user.name)
    rows = Choice.objects.filter(application=application).select_related(
        "selection__prepared_by", "selection__approved_by"
    )
    for choice in rows:
        approver = choice.selection.approved_by
        yield _step(
            "review",
            choice.decided_at,
            _("採択の決定：%(result)s") % {"result": choice.get_status_display()},
            who=approver.name if approver else "",
            yen=choice.amount_yen or None,
            note=choice.reason,
        )


def _decided(decision: Decision) -> Iterator[Step]:
    outcome = decision.get_outcome_display()
    yield _step(
        "decide",
        decision.prepared_at,
        _("起案：%(what)s") % {"what": outcome},
        who=decision.prepared_by.name,
        yen=decision.amount_yen,
        note=decision.reason,
    )
    if decision.approved_at is not None and decision.approved_by is not None:
        assert decision.decided_on is not None
        yield Step(
            "decide",
            decision.decided_on,
            _("決裁：%(what)sの決定") % {"what": outcome},
            decision.approved_by.name,
            decision.document_no or "",
            decision.amount_yen,
            at=decision.approved_at,
            tone="green" if decision.outcome == Decision.Outcome.GRANT else "red",
        )


def _filed(filing: Filing, versions: Iterable[FilingVersion]) -> Iterator[Step]:
    name = kinds.names().get(filing.kind, filing.kind)
    for version in versions:
        record = version.payload.get("record") or {}
        yield _step(
            "file",
            version.submitted_at,
            _("%(name)sの提出") % {"name": name},
            who=version.submitted_by.name,
            yen=record.get("amount_yen", record.get("expected_yen")),
        )
        inspection = getattr(version, "inspection", None)
        if inspection is not None:
            yield Step(
                "inspect",
                inspection.inspected_on,
                _("検査（%(method)s）") % {"method": inspection.get_method_display()},
                inspection.inspected_by.name,
                note=inspection.findings,
                at=_within(inspection.inspected_on, inspection.saved_at),
            )


def _ruled(ruling: Ruling) -> Iterator[Step]:
    name = rulings.names().get(ruling.kind, ruling.kind)
    yield _step(
        "rule",
        ruling.prepared_at,
        _("起案：%(what)s") % {"what": name},
        who=ruling.prepared_by.name,
        yen=_told_yen(ruling),
        note=ruling.reason,
    )
    if ruling.status == grant_states.RULED and ruling.approved_by is not None:
        assert ruling.ruled_on is not None
        approved = ruling.outcome == Ruling.Outcome.APPROVE
        yield Step(
            "rule",
            ruling.ruled_on,
            _("決裁：%(what)s（%(outcome)s）")
            % {"what": name, "outcome": ruling.get_outcome_display()},
            ruling.approved_by.name,
            ruling.document_no or "",
            _told_yen(ruling),
            at=ruling.approved_at,
            tone="green" if approved else "red",
        )


def _told_yen(ruling: Ruling) -> int | None:
    change = ruling.terms.get("change") or {}
    found: int | None = ruling.terms.get("amount_yen", change.get("amount_yen"))
    return ruling.amount_yen if found is None else found


def _paid(payment: Payment) -> Step:
    return Step(
        "pay",
        payment.paid_on,
        _("支払（%(kind)s）") % {"kind": payment.get_kind_display()},
        payment.recorded_by.name,
        yen=payment.yen,
        at=_within(payment.paid_on, payment.recorded_at),
        tone="green",
    )


def _returned(recovery: Recovery) -> Iterator[Step]:
    for came in recovery.payments.all():
        yield Step(
            "return",
            came.paid_on,
            _("返納"),
            came.recorded_by.name,
            yen=came.yen,
            at=_within(came.paid_on, came.recorded_at),
        )


def _visited(case: Money) -> Iterator[Step]:
    assert case.grant is not None
    for visit in SiteVisit.objects.filter(grant=case.grant, visited_on__isnull=False):
        assert visit.visited_on is not None
        yield Step("inspect", visit.visited_on, _("現地調査"), visit.visitors, note=visit.findings)


def _within(day: dt.date, at: dt.datetime) -> dt.datetime | None:
    """The moment of recording where it is of that very day; later entries stand at their day."""
    return at if clock.to_date(at) == day else None


def state_text(application: Application) -> str:
    """Where the case stands, in words."""
    return str(TABLES["subsidies.application"].state(application.status).label)
