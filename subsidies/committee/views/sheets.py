"""The member's board of a review, and score sheets as workbooks, out and in."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from portal.kernel import audit, clock
from portal.kernel.files.passing import read_harmless
from portal.kernel.files.services import UploadRefused
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import found_or_404
from portal.ui.parts import Crumb
from subsidies.committee import policies, services, states, xlsx
from subsidies.committee.forms import SheetsForm, points_text
from subsidies.committee.models import ReviewRound, ScoreSheet
from subsidies.committee.rules import statistics
from subsidies.committee.selectors import board as boards
from subsidies.committee.selectors import scoring_of
from subsidies.committee.selectors.results import given, sheets_of
from subsidies.committee.services import Entry
from subsidies.committee.views.member import member_only
from subsidies.committee.views.office import get_round, readers


@member_only
@require_safe
def board(request: HttpRequest, round_id: int) -> HttpResponse:
    """How far the review is; as chair of everybody. Once all have submitted, the scores."""
    found = _round(request, round_id)
    shown, rows = boards.board(request.actor, found), boards.progress(request.actor, found)
    context = {
        "round": found,
        "state": states.ROUND.state(found.status),
        "board": shown,
        "is_chair": any(
            member.is_chair and member.user_id == request.actor.user_id for member in shown.members
        ),
        "rows": rows,
        "done": sum(row.status == states.SUBMITTED for row, _state in rows),
        "total": sum(row.status in states.LIVE for row, _state in rows),
        "points": points_text(shown.points),
        "criteria": scoring_of(found).criteria,
        "today": clock.today(),
        "breadcrumb": [
            Crumb(_("審査"), reverse("committee:home")),
            Crumb(found.version.scheme.display_name),
        ],
    }
    return TemplateResponse(request, "committee/board.html", context)


@member_only
@require_http_methods(["GET", "HEAD", "POST"])
def own_sheets(request: HttpRequest, round_id: int) -> HttpResponse:
    """採点票 as Excel: out with what is saved, in again as drafts, all rows or none."""
    found = _round(request, round_id)
    form = SheetsForm(request.POST or None, request.FILES or None)
    errors: list[xlsx.CellError] = []
    if request.method == "POST" and form.is_valid():
        try:
            raw = read_harmless(form.cleaned_data["file"], xlsx.UPLOAD)
        except UploadRefused as refused:
            _note_refusal(request, found, refused)
            form.add_error("file", refused.reason)
        else:
            errors = _take_in(request, found, raw)
            if not errors:
                return redirect("committee:home")
    context = {
        "round": found,
        "form": form,
        "errors": errors,
        "breadcrumb": [
            Crumb(_("審査"), reverse("committee:home")),
            Crumb(_("Excelで採点する")),
        ],
    }
    status = 422 if errors or form.errors else 200
    return TemplateResponse(request, "committee/own_sheets.html", context, status=status)


@member_only
@require_safe
def own_workbook(request: HttpRequest, round_id: int) -> HttpResponse:
    """The member's sheets to be filled in elsewhere; only of cases they may read."""
    found = _round(request, round_id)
    rows = list(_fillable(request, found))
    saved = ScoreSheet.objects.in_bulk([row.pk for row in rows])
    lines = [xlsx.Blank(row.case.number, row.case.title, _entry(saved.get(row.pk))) for row in rows]
    audit.record(
        actor=request.actor,
        action="committee.sheets_exported",
        obj=found,
        detail={"cases": [row.case.number for row in rows]},
    )
    return _download(xlsx.own_workbook(scoring_of(found), lines), "score-sheets.xlsx")


@readers
@require_safe
def results(request: HttpRequest, round_id: int) -> HttpResponse:
    """All sheets and averages as Excel, once nobody owes one."""
    found = get_round(request, round_id)
    if found.revealed_at is None:
        raise Http404
    sheets = sheets_of(found.call, actor=request.actor)
    numbers = {sheet.case_id: sheet.case_number for sheet in sheets}
    averages = statistics.averages(given(sheet) for sheet in sheets)
    audit.record(actor=request.actor, action="committee.sheets_exported", obj=found)
    return _download(
        xlsx.results_workbook(
            scoring_of(found),
            sheets,
            {numbers[case]: average for case, average in averages.items()},
        ),
        f"review-{found.pk}.xlsx",
    )


def _note_refusal(request: HttpRequest, found: ReviewRound, refused: UploadRefused) -> None:
    """A refused workbook leaves a trace, though the file itself is not kept."""
    audit.record(
        actor=request.actor, action="committee.sheets_refused", obj=found, reason=refused.code
    )


def _take_in(request: HttpRequest, found: ReviewRound, raw: bytes) -> list[xlsx.CellError]:
    """Store every row of the workbook as a draft, or none and say why."""
    rows = {row.case.number: row for row in _fillable(request, found)}
    entries, errors = xlsx.read_workbook(raw, scoring_of(found), rows)
    if not entries and not errors:
        errors = [xlsx.CellError("", _("採点の入っている行がありません。"))]
    if errors:
        return errors
    try:
        with transaction.atomic():
            for number, entry in entries.items():
                services.sheet_save(actor=request.actor, assignment_id=rows[number].pk, entry=entry)
            audit.record(
                actor=request.actor,
                action="committee.scores_imported",
                obj=found,
                detail={"cases": sorted(entries)},
            )
    except TransitionRefused as refused:
        return [xlsx.CellError("", str(refused))]
    text = ngettext(
        "%(count)d件を下書きに取り込みました。確かめて、1件ずつ提出してください。",
        "%(count)d件を下書きに取り込みました。確かめて、1件ずつ提出してください。",
        len(entries),
    )
    messages.success(request, text % {"count": len(entries)})
    return []


def _fillable(request: HttpRequest, found: ReviewRound) -> Any:
    """The member's cases that are declared and not submitted."""
    rows = policies.own_assignments(request.actor).filter(
        round=found, status__in=[states.DECLARED, states.DRAFT]
    )
    return rows.select_related("case").order_by("case__number")


def _entry(sheet: ScoreSheet | None) -> Entry:
    if sheet is None:
        return Entry()
    return Entry(sheet.scores, sheet.comments, sheet.overall, sheet.opinion)


def _round(request: HttpRequest, round_id: int) -> ReviewRound:
    return found_or_404(policies.get_round, request.actor, pk=round_id)


def _download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=xlsx.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
