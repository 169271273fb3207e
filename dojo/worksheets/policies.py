"""Who may read which worksheet, and who writes, comments and marks."""

from django.db.models import Q, QuerySet

from dojo import policies as courses
from dojo.states import ENROLLED
from dojo.worksheets import states
from dojo.worksheets.models import AdvisorConsent, Remark, Worksheet, WorksheetVersion
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat


def is_advisor(actor: Actor) -> bool:
    """Whether the actor acts as an advisor."""
    return actor.hat == Hat.SUPPORT and actor.has_role(Role.ADVISOR)


def visible_consents(actor: Actor) -> QuerySet[AdvisorConsent]:
    """The firm's own; the advisor's as long as they run."""
    rows = AdvisorConsent.objects.all()
    if actor.hat == Hat.FIRM and actor.firm_id is not None:
        return rows.filter(firm_id=actor.firm_id)
    if is_advisor(actor):
        rows = rows.filter(advisor_id=actor.user_id, ended_at=None)
        # An advisor of one ward works for that ward; one of all wards for each.
        return rows if actor.ward_id is None else rows.filter(ward_id=actor.ward_id)
    return rows if actor.hat in {Hat.AUDITOR, Hat.SYSTEM} else rows.none()


def taught_worksheets(actor: Actor) -> QuerySet[Worksheet]:
    """Those of the cohorts that the lecturer teaches, whatever their state; a firm that has left the
    cohort (辞退・取消) has taken its sheets with it.
    """
    return Worksheet.objects.filter(
        enrolment__cohort__in=courses.taught_cohorts(actor), enrolment__status=ENROLLED
    )


def advised_worksheets(actor: Actor) -> QuerySet[Worksheet]:
    """Those of the firms that let the advisor read."""
    if not is_advisor(actor):
        return Worksheet.objects.none()
    return Worksheet.objects.filter(firm_id__in=visible_consents(actor).values("firm_id"))


def visible_worksheets(actor: Actor) -> QuerySet[Worksheet]:
    """The firm's own; a lecturer's cohorts'; an advisor's firms'; auditors and the system all."""
    rows = Worksheet.objects.all()
    if actor.hat == Hat.FIRM and actor.firm_id is not None:
        return rows.filter(firm_id=actor.firm_id)
    if actor.hat == Hat.SUPPORT:
        return rows.filter(
            Q(pk__in=taught_worksheets(actor).values("pk"))
            | Q(pk__in=advised_worksheets(actor).values("pk"))
        )
    return rows if actor.hat in {Hat.AUDITOR, Hat.SYSTEM} else rows.none()


def visible_versions(actor: Actor) -> QuerySet[WorksheetVersion]:
    """Those of visible sheets."""
    return WorksheetVersion.objects.filter(worksheet__in=visible_worksheets(actor))


def visible_remarks(actor: Actor) -> QuerySet[Remark]:
    """Those on visible sheets."""
    return Remark.objects.filter(worksheet__in=visible_worksheets(actor))


def may_write(actor: Actor, sheet: Worksheet) -> bool:
    """Whether the actor may change it now."""
    return is_own(actor, sheet) and sheet.status in states.EDITABLE


def may_discard(actor: Actor, sheet: Worksheet) -> bool:
    """Whether the actor may throw it away: a draft in which nobody else has a part."""
    if not is_own(actor, sheet) or sheet.status != states.DRAFT:
        return False
    return not (sheet.versions.exists() or sheet.remarks.exists())


def is_own(actor: Actor, sheet: Worksheet) -> bool:
    """Whether it is the actor's firm's."""
    return actor.hat == Hat.FIRM and sheet.firm_id == actor.firm_id


def may_mark(actor: Actor, sheet: Worksheet) -> bool:
    """Whether the actor teaches the cohort of the sheet."""
    return taught_worksheets(actor).filter(pk=sheet.pk).exists()


def may_remark(actor: Actor, sheet: Worksheet) -> bool:
    """Whether the actor may comment: a lecturer of the cohort, an advisor who is let in."""
    return may_mark(actor, sheet) or advised_worksheets(actor).filter(pk=sheet.pk).exists()


def sees_figures(actor: Actor, sheet: Worksheet) -> bool:
    """Whether the kept figures are shown, too: not to an advisor whom the firm did not let see them."""
    if actor.hat != Hat.SUPPORT or may_mark(actor, sheet):
        return True
    return visible_consents(actor).filter(firm_id=sheet.firm_id, with_figures=True).exists()
