"""What changed: between two releases, since one that is public, and the facts behind a figure."""

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kpi.models import Fact
from kpi.releases import policies, words
from kpi.releases.models import Release
from kpi.releases.rules import Change
from kpi.releases.selectors import changes as selectors
from kpi.releases.selectors.facts import Span, facts_moved
from kpi.releases.selectors.releases import everything, get_release
from kpi.releases.subjects import subject_of
from kpi.releases.views.common import PUBLIC, staff_only, state_of
from portal.accounts.access import hat_required
from portal.exports import sheets
from portal.exports.reports import Column
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.ui.acts import found_or_404
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb
from programs.selectors import ward_names

# Lines on the page; the CSV has them all.
MOST_LINES = 300
FACTS_PER_PAGE = 50


@staff_only
@require_safe
def between(request: HttpRequest, pk: int) -> HttpResponse:
    """変わった値 against the release before, or `?before=`; `?format=` takes all of them."""
    row = found_or_404(get_release, request.actor, pk=pk)
    before = _before(request, row)
    restated = request.GET.get("restated") == "1"
    found = (
        selectors.difference(request.actor, before, row, restated_only=restated)
        if before is not None
        else None
    )
    lines = _lines(request.actor, row, before, found) if found is not None else []
    if form := request.GET.get("format", ""):
        return _file(row, lines, form)
    title = words.title(row)
    context = {
        "row": row,
        "title": title,
        "before": before,
        "before_title": words.title(before) if before else "",
        "others": [
            (other, words.title(other))
            for other in everything(request.actor)[:60]
            if other.pk != pk and other.watermark < row.watermark
        ],
        "lines": lines[:MOST_LINES],
        "count": len(lines),
        "breaks": _breaks(found),
        "restated": restated,
        "files": _files(request),
        "breadcrumb": [*_crumbs(row), Crumb(_("変わった値"))],
    }
    return TemplateResponse(request, "releases/changes.html", context)


@staff_only
@require_safe
def since(request: HttpRequest, pk: int) -> HttpResponse:
    """公表のあとに変わった値, with the facts behind each and the way to a 改訂."""
    row = found_or_404(get_release, request.actor, pk=pk)
    if state_of(row) is not PUBLIC:
        raise Http404
    found, _span = selectors.since(request.actor, row)
    is_revised = row.revisions.exclude(status="dropped").exists()
    context = {
        "row": row,
        "title": words.title(row),
        "lines": _lines(request.actor, row, None, found)[:MOST_LINES],
        "count": len(found.changes),
        "breaks": _breaks(found),
        "is_revised": is_revised,
        "make_url": _make_url(row, found)
        if policies.may_make(request.actor) and found.changes and not is_revised
        else "",
        "breadcrumb": [*_crumbs(row), Crumb(_("公表のあとに変わった値"))],
    }
    return TemplateResponse(request, "releases/since.html", context)


@hat_required(*policies.READS_FACTS)
@require_safe
def facts(request: HttpRequest, pk: int) -> HttpResponse:
    """The facts behind one change: exactly those that the page before counts, of the own ward."""
    row = found_or_404(get_release, request.actor, pk=pk)
    given = request.GET
    indicator, ward_id = given.get("indicator", ""), posted_number(given.get("ward", ""))
    period = _day(given.get("period", ""))
    subject = subject_of(indicator)
    if subject is None or ward_id not in ward_names() or period is None:
        raise Http404
    if "before" in given:
        before = _before(request, row)
        if before is None:
            raise Http404
        span = selectors.span_of(before, row)
    else:
        now = clock.database_now()
        span = Span(row.watermark, row.as_of, now, row.as_of)
    rows = facts_moved(span, indicator, period, ward_id)
    page = Paginator(rows, FACTS_PER_PAGE).get_page(given.get("page"))
    form, total = given.get("format", ""), page.paginator.count
    audit.record(
        actor=request.actor,
        action="releases.facts_viewed",
        obj=row,
        detail={
            "indicator": indicator,
            "ward": ward_id,
            "rows": total if form else len(page.object_list),
            **({"format": form[:8]} if form else {"page": page.number}),
        },
    )
    if form:
        return _facts_file(row, rows, form)
    context = {
        "row": row,
        "subject": subject,
        "period": words.period_text(indicator, period),
        "place": ward_names()[ward_id],
        "is_other_ward": request.actor.ward_id not in (None, ward_id),
        "page": page,
        "total": total,
        "files": _files(request),
        "breadcrumb": [*_crumbs(row), Crumb(_("もとになった事実"))],
    }
    return TemplateResponse(request, "releases/facts.html", context)


def _before(request: HttpRequest, row: Release) -> Release | None:
    chosen = posted_number(request.GET.get("before", ""))
    if chosen is None:
        return selectors.predecessor(row)
    found = found_or_404(get_release, request.actor, pk=chosen)
    if found.watermark >= row.watermark:
        raise Http404
    return found


def _lines(
    actor: Actor,
    row: Release,
    before: Release | None,
    found: selectors.Difference,
) -> list[dict[str, Any]]:
    reads = actor.hat in policies.READS_FACTS
    lines = []
    for change in found.changes:
        subject = subject_of(change.indicator)
        moved = found.facts(change)
        may_read = reads and moved.all and actor.ward_id in (None, change.ward_id)
        lines.append(
            {
                "code": change.indicator,
                "name": subject.name if subject else change.indicator,
                "period": words.period_text(change.indicator, change.period),
                "ward": ward_names()[change.ward_id],
                "was": words.pair_text(change.before),
                "now": words.pair_text(change.after),
                "difference": _difference(change),
                "number": "" if change.difference is None else int(change.difference),
                "recorded": moved.recorded,
                "reversed": moved.reversed,
                "from_facts": subject is not None and moved.all > 0,
                "url": _facts_url(row, before, change) if may_read else "",
            }
        )
    return lines


def _difference(change: Change) -> str:
    return "" if change.difference is None else f"{change.difference:+,.0f}".replace("-", "−")


def _facts_url(row: Release, before: Release | None, change: Change) -> str:
    query = {
        "indicator": change.indicator,
        "period": change.period.isoformat(),
        "ward": change.ward_id,
        **({"before": before.pk} if before is not None else {}),
    }
    return f"{reverse('releases:facts', args=[row.pk])}?{urlencode(query)}"


def _make_url(row: Release, found: selectors.Difference) -> str:
    query = {"what": f"revised:{row.pk}", "reason": selectors.suggested_reason(found)}
    return f"{reverse('releases:make')}?{urlencode(query)}"


def _breaks(found: selectors.Difference | None) -> list[tuple[str, int, int]]:
    return [
        (str(subject.name) if (subject := subject_of(code)) else code, was, now)
        for code, was, now in (found.breaks if found else [])
    ]


def _file(row: Release, lines: list[dict[str, Any]], form: str) -> HttpResponse:
    return sheets.response(
        [
            Column(_("指標コード")),
            Column(_("指標")),
            Column(_("期間")),
            Column(_("区")),
            Column(_("前の値")),
            Column(_("新しい値")),
            Column(_("差")),
            Column(_("加わった事実"), "number"),
            Column(_("取り消された事実"), "number"),
        ],
        (
            [
                line["code"],
                str(line["name"]),
                line["period"],
                line["ward"],
                line["was"],
                line["now"],
                line["number"],
                line["recorded"],
                line["reversed"],
            ]
            for line in lines
        ),
        title=_("変わった値"),
        name=f"changes-{row.code}",
        form=form,
    )


def _facts_file(row: Release, rows: QuerySet[Fact], form: str) -> HttpResponse:
    return sheets.response(
        [
            Column(_("企業")),
            Column(_("あった日"), "date"),
            Column(_("記録した日時"), "moment"),
            Column(_("内容")),
            Column(_("事実の種類")),
            Column(_("記録の番号")),
        ],
        (
            [
                fact.firm.name if fact.firm else "",
                fact.occurred_on,
                fact.recorded_at,
                _("取り消された") if fact.reverses_id else _("加わった"),
                fact.event_type,
                f"{fact.source_table} {fact.source_pk}",
            ]
            for fact in rows.iterator(chunk_size=500)
        ),
        title=_("もとになった事実"),
        name=f"facts-{row.code}",
        form=form,
    )


def _files(request: HttpRequest) -> list[Crumb]:
    """This page with its filters as a file."""
    asked = request.GET.copy()
    asked.pop("page", None)
    links = []
    for label, form in ((_("CSVを保存"), "csv"), (_("Excelを保存"), "xlsx")):
        asked["format"] = form
        links.append(Crumb(label, f"?{asked.urlencode()}"))
    return links


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _crumbs(row: Release) -> list[Crumb]:
    return [
        Crumb(_("指標の公表"), reverse("releases:list")),
        Crumb(words.title(row), reverse("releases:detail", args=[row.pk])),
    ]
