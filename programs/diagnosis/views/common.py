"""What the pages of the diagnosis share."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.access import hat_required
from portal.accounts.roles import Role
from portal.kernel import audit, clock
from portal.kernel.actor import Hat
from portal.kernel.transitions import TransitionRefused
from portal.ui import charts
from portal.ui.acts import found_or_404
from portal.ui.markup import era_date
from portal.ui.parts import Crumb
from programs.diagnosis import words
from programs.diagnosis.models import Diagnosis
from programs.diagnosis.selectors import own
from programs.diagnosis.selectors.peers import position_of

firm_only = hat_required(Hat.FIRM)
outsiders = hat_required(Hat.WARD, Hat.SUPPORT, Hat.AUDITOR)
readers = hat_required(Hat.FIRM, Hat.WARD, Hat.SUPPORT, Hat.AUDITOR)
supporters = hat_required(Hat.SUPPORT, roles={Role.ADVISOR, Role.LECTURER})
policy_only = hat_required(Hat.POLICY, roles={Role.POLICY})
questions_readers = hat_required(Hat.POLICY, Hat.AUDITOR)


def seen(request: HttpRequest, public_id: object) -> Diagnosis:
    """A visible diagnosis; 404 otherwise."""
    return found_or_404(own.get_diagnosis, request.actor, public_id=public_id)


def refused(request: HttpRequest, error: TransitionRefused, obj: Any, act: str) -> None:
    """Say why, and leave it in the audit trail."""
    messages.error(request, str(error))
    denied(request, error, obj, act)


def denied(request: HttpRequest, error: TransitionRefused, obj: Any, act: str) -> None:
    """Every refusal leaves its row."""
    audit.record(
        actor=request.actor,
        action="diagnosis.refused",
        obj=obj,
        reason=str(error),
        detail={"act": act},
    )


def own_crumbs(row: Diagnosis | None, name: str, here: str = "") -> list[Crumb]:
    """From the firm's list to the diagnosis and on."""
    crumbs = [Crumb(_("診断"), reverse("diagnosis:home"))]
    if row is None or not here:
        return [*crumbs, Crumb(name)]
    return [
        *crumbs,
        Crumb(name, reverse("diagnosis:diagnosis", args=[row.public_id])),
        Crumb(here),
    ]


def result_context(request: HttpRequest, row: Diagnosis) -> dict[str, Any]:
    """What everybody who may read the result is shown of it."""
    series = own.series(request.actor, row)
    earlier = [one for one in series if one.finished_at < row.finished_at]
    told = words.shown(row, earlier[-1] if earlier else None)
    return {
        "row": row,
        "told": told,
        "position": position_of(row),
        "chart": _chart(series, str(told.sheet.name)),
        "answers": words.answers_in_words(told.sheet, row.answers),
    }


def _chart(series: list[Diagnosis], name: str) -> charts.LineChart | None:
    """The points from one diagnosis to the next; None where there is one alone."""
    scored = [row for row in series if row.score is not None and row.finished_at]
    if len(scored) < 2:
        return None
    first, last = scored[0].score or 0, scored[-1].score or 0
    caption = charts.Caption(
        key="series",
        title=_("%(first)s点から%(last)s点へ") % {"first": first, "last": last},
        note=_("%(name)sの点の移り変わりです。") % {"name": name},
    )
    labels = [era_date(clock.to_date(row.finished_at)) for row in scored]
    values = tuple(row.score for row in scored)
    return charts.line_chart(
        caption, labels, [charts.Series(_("点"), "actual", values)], head=_("診断した日")
    )
