"""What auditors read: every act, in order, filtered by ward, object, person and day."""

import datetime as dt
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal.accounts import roles
from portal.accounts.access import hat_required
from portal.desk.actions import action_label, states_label
from portal.kernel import audit, clock
from portal.kernel.actor import Hat
from portal.kernel.models import AuditRow
from portal.ui.exports import csv_response
from portal.ui.forms import DateField, TextField, UiForm
from programs.selectors import ward_names

PER_PAGE = 50
EXPORT_AT_MOST = 50_000


class AuditFilter(UiForm):
    """All optional; a wrong date is reported, not ignored."""

    ward = forms.TypedChoiceField(label=_("区"), required=False, coerce=int, empty_value=None)
    q = TextField(label=_("対象（受付番号・名称）"), required=False, max_length=60)
    person = TextField(label=_("操作した人"), required=False, max_length=60)
    since = DateField(label=_("いつから"), required=False)
    until = DateField(label=_("いつまで"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ward"].choices = [
            ("", gettext("すべて")),
            (0, gettext("区に属さないもの")),
            *ward_names().items(),
        ]

    def asked(self) -> dict[str, str]:
        """What was filled in and understood, for the record of an export."""
        given = self.cleaned_data if self.is_valid() else {}
        return {name: str(value) for name, value in given.items() if value not in (None, "")}

    def rows(self) -> QuerySet[AuditRow]:
        """The rows asked for, newest first."""
        rows = AuditRow.objects.order_by("-at", "-id")
        if not self.is_valid():
            return rows.none()
        given = self.cleaned_data
        if given["ward"] is not None:
            rows = rows.filter(chain=given["ward"])
        if given["q"]:
            rows = rows.filter(Q(object_label__icontains=given["q"]) | Q(object_id=given["q"]))
        if given["person"]:
            rows = rows.filter(actor_name__icontains=given["person"])
        if given["since"]:
            rows = rows.filter(at__gte=clock.midnight(given["since"]))
        if given["until"] and given["until"] < dt.date.max:
            rows = rows.filter(at__lt=clock.midnight(given["until"] + dt.timedelta(days=1)))
        return rows


@hat_required(Hat.AUDITOR)
@require_safe
def audit_list(request: HttpRequest) -> HttpResponse:
    """監査記録. Reading it leaves no row; taking it away as CSV does."""
    form = AuditFilter(request.GET or {})
    page = Paginator(form.rows(), PER_PAGE).get_page(request.GET.get("page"))
    entries = [
        (row, action_label(row.action), _states(row), role_labels(row), behalf(row)) for row in page
    ]
    return TemplateResponse(
        request, "desk/audit.html", {"filter": form, "page": page, "entries": entries}
    )


@hat_required(Hat.AUDITOR)
@require_safe
def audit_csv(request: HttpRequest) -> HttpResponse:
    """The same rows as CSV, at most `EXPORT_AT_MOST` of them."""
    form = AuditFilter(request.GET or {})
    rows = form.rows()[:EXPORT_AT_MOST]
    response = csv_response(
        filename=f"audit-{clock.today():%Y%m%d}.csv",
        header=[
            _("区"),
            _("番号"),
            _("日時"),
            _("操作した人"),
            _("役割"),
            _("代決（だれの代わりか）"),
            _("操作"),
            _("対象"),
            _("状態"),
            _("理由"),
            "SHA-256",
        ],
        rows=(
            (
                row.chain,
                row.sequence,
                row.at.astimezone(clock.TOKYO).isoformat(),
                row.actor_name,
                role_labels(row),
                behalf(row),
                action_label(row.action),
                row.object_label,
                _states(row),
                row.reason,
                row.digest,
            )
            for row in rows
        ),
    )
    audit.record(actor=request.actor, action="audit.exported", detail=form.asked())
    return response


def role_labels(row: AuditRow) -> str:
    """The row's roles in words."""
    return gettext("・").join(roles.label(code) for code in row.roles.split())


def behalf(row: AuditRow) -> str:
    """For whom a deputy decided (代決), "" for everything else."""
    told = row.detail.get(audit.ON_BEHALF_OF, [])
    return gettext("、").join(each["name"] for each in told)


def _states(row: AuditRow) -> str:
    return states_label(row.action, row.from_state, row.to_state)
