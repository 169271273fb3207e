"""申請の受信箱: the officials' queue with tabs, filters in the address, and work on many at once."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.accounts.selectors import people_with_role
from portal.kernel import audit, clock
from portal.kernel.transitions import TransitionRefused
from portal.ui.exports import csv_response
from portal.ui.markup import due_html, tag_html
from portal.ui.numbers import posted_number
from portal.ui.parts import Tab
from subsidies import policies, selectors, states
from subsidies.filters import QueueFilter
from subsidies.models import Scheme
from subsidies.queue_report import COLUMNS
from subsidies.selectors.queue import QueueFilters, QueuePage, as_url
from subsidies.services import assign, check_finish
from subsidies.views.common import ward_only

TABS = (
    ("all", gettext_lazy("すべて")),
    ("mine", gettext_lazy("自分の担当")),
    ("unassigned", gettext_lazy("未割当")),
    ("overdue", gettext_lazy("期限超過")),
    ("correction", gettext_lazy("補正待ち")),
)
EXPORT_COLUMNS = tuple((name, column.label) for name, column in COLUMNS)
BULK_AT_MOST = 500


@ward_only
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """One page of the queue."""
    today = clock.today()
    ward = request.actor.ward_id
    staff = list(people_with_role(ward, policies.IN_CHARGE_ROLES, today))
    conditions = conditions_of(ward, request.GET, staff)
    filters = conditions.chosen
    page = selectors.queue_page(
        request.actor,
        filters,
        today=today,
        page=posted_number(request.GET.get("page", "")) or 1,
    )
    counts = selectors.queue_counts(request.actor, today)
    context = {
        "now": clock.now(),
        "filters": filters,
        "filter": conditions,
        "tabs": [
            Tab(
                label=label,
                url=_address(QueueFilters(tab=code)),
                count=counts[code],
                current=code == filters.tab,
            )
            for code, label in TABS
        ],
        "page": page,
        "rows": _rows(page, today),
        "staff": staff,
        "order_url": _address(filters, order="-due" if filters.order == "due" else "due"),
        "here": request.get_full_path(),
        "may_assign": request.actor.has_role(*policies.ASSIGNING_ROLES),
        "may_check": request.actor.has_role(Role.REVIEWER),
        "may_propose": request.actor.has_role(Role.REVIEWER),
        "may_decide": request.actor.has_role(Role.APPROVER),
        "conditions": urlencode(as_url(filters)),
    }
    return TemplateResponse(request, "subsidies/queue.html", context)


def conditions_of(
    ward_id: int | None, given: Mapping[str, str], staff: Iterable[User]
) -> QueueFilter:
    """The filter of the ward's queue, filled from an address; `staff` may be in charge."""
    return QueueFilter(
        given,
        schemes=selectors.scheme_choices(Scheme.objects.filter(ward_id=ward_id)),
        staff=[(person.pk, person.name) for person in staff],
    )


@ward_only
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Assign, finish the document check, or export the chosen applications."""
    posted = map(posted_number, request.POST.getlist("pk")[:BULK_AT_MOST])
    chosen = [pk for pk in posted if pk is not None]
    back = redirect(_safe(request, request.POST.get("next", "")))
    if not chosen:
        messages.warning(request, _("申請を1件以上選んでから、操作を選んでください。"))
        return back
    match request.POST.get("action", ""):
        case "assign":
            _assign(request, chosen)
        case "finish_check":
            _finish_checks(request, chosen)
        case "csv":
            return _export(request, chosen)
        case _:
            messages.error(request, _("操作を選んでください。"))
    return back


def _assign(request: HttpRequest, chosen: list[int]) -> None:
    person = posted_number(request.POST.get("assignee", ""))
    if person is None:
        messages.error(request, _("担当者を選んでください。"))
        return
    try:
        result = assign(actor=request.actor, application_ids=chosen, assignee_id=person or None)
    except TransitionRefused as refused:
        messages.error(request, str(refused))
        return
    text = ngettext(
        "%(count)d件の担当者を変更しました。", "%(count)d件の担当者を変更しました。", result.changed
    )
    messages.success(request, text % {"count": result.changed})
    _tell_skipped(request, result.skipped)


def _finish_checks(request: HttpRequest, chosen: list[int]) -> None:
    done, skipped = 0, []
    for application in policies.visible_applications(request.actor).filter(pk__in=chosen):
        try:
            check_finish(actor=request.actor, application_id=application.pk)
            done += 1
        except TransitionRefused as refused:
            skipped.append((str(application), str(refused)))
    if done:
        text = ngettext(
            "%(count)d件の書類確認を完了しました。", "%(count)d件の書類確認を完了しました。", done
        )
        messages.success(request, text % {"count": done})
    _tell_skipped(request, skipped)


def _tell_skipped(request: HttpRequest, skipped: Iterable[tuple[str, str]]) -> None:
    for number, why in list(skipped)[:10]:
        messages.warning(request, _("%(number)s：%(why)s") % {"number": number, "why": why})


def _export(request: HttpRequest, chosen: list[int]) -> HttpResponse:
    rows = (
        policies.visible_applications(request.actor)
        .filter(pk__in=chosen)
        .order_by("due_on", "id")
        .values(*(name for name, _label in EXPORT_COLUMNS))
    )
    audit.record(
        actor=request.actor,
        action="subsidies.exported",
        ward_id=request.actor.ward_id,
        detail={"count": len(chosen)},
    )
    return csv_response(
        filename=f"applications-{clock.today():%Y%m%d}.csv",
        header=[label for _name, label in EXPORT_COLUMNS],
        rows=([_exported(name, row[name]) for name, _label in EXPORT_COLUMNS] for row in rows),
    )


def _exported(name: str, value: Any) -> Any:
    if name == "status":
        return str(states.APPLICATION.state(value).label)
    if name == "submitted_at" and value:
        return value.astimezone(clock.TOKYO).strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if name == "due_on" and value else value


def _rows(page: QueuePage, today: Any) -> list[dict[str, Any]]:
    """What a row shows; the HTML of tag and due date is made here once per row."""
    tags = {state.code: tag_html(state.label, state.tone) for state in states.APPLICATION.states}
    base = reverse("subsidies:application", args=["0"])[:-2]
    return [
        {
            **row,
            "url": f"{base}{row['receipt_no']}/",
            "tag": tags[row["status"]],
            "due": due_html(row["due_on"], today=today),
        }
        for row in page.rows
    ]


def _address(filters: QueueFilters, **more: object) -> str:
    given = {**as_url(filters), **{name: str(value) for name, value in more.items()}}
    if given.get("order") == "due":
        del given["order"]
    return f"{reverse('subsidies:queue')}{'?' if given else ''}{urlencode(given)}"


def _safe(request: HttpRequest, target: str) -> str:
    allowed = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if allowed else reverse("subsidies:queue")
