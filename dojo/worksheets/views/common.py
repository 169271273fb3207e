"""What the pages of the worksheets share."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from dojo.worksheets import policies, selectors
from dojo.worksheets.models import Worksheet
from dojo.worksheets.results import result_of
from dojo.worksheets.selectors import Reading, reading_of
from dojo.worksheets.sheets import PROCESS
from dojo.worksheets.words import sections
from portal.accounts.access import hat_required
from portal.accounts.roles import Role
from portal.kernel import audit
from portal.kernel.actor import Hat
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import found_or_404
from portal.ui.parts import Crumb

firm_only = hat_required(Hat.FIRM)
lecturers = hat_required(Hat.SUPPORT, roles={Role.LECTURER})
advisors = hat_required(Hat.SUPPORT, roles={Role.ADVISOR})
readers = hat_required(Hat.FIRM, Hat.SUPPORT, Hat.AUDITOR)
outsiders = hat_required(Hat.SUPPORT, Hat.AUDITOR)


def seen_sheet(request: HttpRequest, public_id: object) -> Worksheet:
    """A visible sheet; 404 otherwise."""
    return found_or_404(selectors.get_sheet, request.actor, public_id=public_id)


def refused(request: HttpRequest, error: TransitionRefused, obj: Any, act: str) -> None:
    """Say why, and leave it in the audit trail."""
    messages.error(request, str(error))
    denied(request, error, obj, act)


def denied(request: HttpRequest, error: TransitionRefused, obj: Any, act: str) -> None:
    """Every refusal leaves its row."""
    audit.record(
        actor=request.actor,
        action="worksheets.refused",
        obj=obj,
        reason=str(error),
        detail={"act": act},
    )


def own_crumbs(row: Worksheet | None, here: str) -> list[Crumb]:
    """From the firm's list to the sheet and on."""
    crumbs = [Crumb(_("ワークシート"), reverse("worksheets:list"))]
    if row is not None:
        crumbs.append(Crumb(row.name, reverse("worksheets:sheet", args=[row.public_id])))
    return [*crumbs, Crumb(here)]


def cohort_label(row: Worksheet) -> str:
    """DX道場 第2期, "" for a sheet of no course."""
    if row.enrolment is None:
        return ""
    cohort = row.enrolment.cohort
    return _("%(course)s 第%(number)d期") % {
        "course": cohort.course.display_name,
        "number": cohort.number,
    }


def shown(request: HttpRequest, row: Worksheet) -> Reading:
    """The sheet as this person may read it."""
    hide = () if policies.sees_figures(request.actor, row) else row.confidential
    return reading_of(row, hide=hide)


def reading_context(reading: Reading) -> dict[str, Any]:
    """Answers and what follows from them, for `worksheets/reading.html`."""
    row, hide = reading.row, reading.hide
    result = result_of(reading.sheet, row.content, hide=hide)
    # The picture of a process has its table, which says the same.
    is_drawn = reading.sheet.code == PROCESS.code and result is not None and not result.kept
    told = "stages" if is_drawn else ""
    return {
        "row": row,
        "kind": reading.sheet,
        "cohort": cohort_label(row),
        "sections": list(sections(reading.sheet, row.content, hide=hide, told=told)),
        "result": result,
    }
