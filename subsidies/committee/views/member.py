"""Pages of a committee member: what to score until when, the declaration, the score sheet."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.access import hat_required
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.kernel.database import acting
from portal.kernel.files.models import StoredFile
from portal.kernel.files.responses import file_response
from portal.kernel.files.services import FileUnavailable, open_for_download
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page, found_or_404, trying
from portal.ui.forms import ErrorLink
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb, Row
from subsidies.answers import ExpenseRow
from subsidies.committee import policies, services, states
from subsidies.committee.forms import DeclarationForm, ScoreForm, points_text
from subsidies.committee.models import Assignment, CaseDocument, Declaration
from subsidies.committee.selectors import member as selectors
from subsidies.committee.selectors import scoring_of
from subsidies.committee.services.dossiers import expense_items
from subsidies.committee.services.sheets import StaleSheet, missing
from subsidies.forms import BriefReasonForm
from subsidies.services.errors import Incomplete

member_only = hat_required(Hat.REVIEW, roles={Role.COMMITTEE})


@member_only
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """審査: every review with how far one is and what comes next."""
    context = {"reviews": selectors.own_reviews(request.actor), "today": clock.today()}
    return TemplateResponse(request, "committee/home.html", context)


@member_only
@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """利益相反の申告, before anything of the plan is shown; also for stepping back later."""
    row = _own(request, assignment_id)
    if row.status not in states.WAITING or row.round.status != states.OPEN:
        return redirect("committee:home")
    form = DeclarationForm(request.POST or None)
    if row.status != states.ASSIGNED:  # already declared: only a conflict is news
        form.fields["relation"].choices = [
            choice
            for choice in Declaration.Relation.choices
            if choice[0] != Declaration.Relation.NONE
        ]
    if request.method == "POST" and form.is_valid():
        try:
            row = services.declare(actor=request.actor, assignment_id=row.pk, **form.cleaned_data)
        except TransitionRefused as refused:
            messages.error(request, str(refused))
            return redirect("committee:home")
        if row.status == states.RECUSED:
            messages.success(request, _("申告を受け付けました。この案件の審査から外れます。"))
            return redirect("committee:home")
        return redirect("committee:case", row.pk)
    context = {"row": row, "form": form, "breadcrumb": _crumbs(row, _("利益相反の申告"))}
    return form_page(request, "committee/declare.html", context)


@member_only
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """The dossier beside the score sheet. Reading it leaves an audit row."""
    desk = _desk(request, assignment_id)
    if desk is None:
        return redirect("committee:declare", assignment_id)
    if desk.row.status == states.SUBMITTED or desk.row.round.status != states.OPEN:
        return redirect("committee:sheet", assignment_id)
    scoring = scoring_of(desk.row.round)
    if request.method == "POST":
        return _save(request, desk, ScoreForm(scoring, request.POST))
    services.case_viewed(actor=request.actor, row=desk.row)
    form = ScoreForm(scoring, initial=ScoreForm.initial_of(desk.sheet))
    links = []
    if "problems" in request.GET and desk.sheet is not None:
        links = [
            ErrorLink(problem.text, _target(form, problem.anchor))
            for problem in missing(scoring, desk.sheet)
        ]
    return _case_page(request, desk, form, links=links)


@member_only
@require_POST
def autosave(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """What the page saves by itself; 409 with the reason when it could not."""
    row = _own(request, assignment_id)
    form = ScoreForm(scoring_of(row.round), request.POST)
    if not form.is_valid():
        return JsonResponse({"message": _("入力に直すところがあります。")}, status=409)
    try:
        sheet = services.sheet_save(
            actor=request.actor,
            assignment_id=row.pk,
            entry=form.entry(),
            revision=posted_number(request.POST.get("revision", "")),
        )
    except TransitionRefused as refused:
        return JsonResponse({"message": str(refused)}, status=409)
    return JsonResponse({"revision": sheet.revision})


@member_only
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """採点の確認: the whole sheet once more, then it is submitted; afterwards, what was given."""
    desk = _desk(request, assignment_id)
    if desk is None or desk.sheet is None:
        return redirect("committee:declare", assignment_id)
    scoring = scoring_of(desk.row.round)
    if request.method == "POST":
        try:
            services.sheet_submit(actor=request.actor, assignment_id=assignment_id)
        except Incomplete:
            return redirect(f"{reverse('committee:case', args=[assignment_id])}?problems=1")
        except TransitionRefused as refused:
            messages.error(request, str(refused))
            return redirect("committee:sheet", assignment_id)
        messages.success(
            request,
            _("案件%(number)sの採点を提出しました。") % {"number": desk.row.case.number},
        )
        return redirect("committee:home")
    can_submit = desk.row.status == states.DRAFT and desk.row.round.status == states.OPEN
    if can_submit and missing(scoring, desk.sheet):
        return redirect(f"{reverse('committee:case', args=[assignment_id])}?problems=1")
    context = {
        "row": desk.row,
        "sheet": desk.sheet,
        "rows": _sheet_rows(desk, scoring),
        "total": points_text(scoring.total(desk.sheet.scores)),
        "points": points_text(scoring.points),
        "can_submit": can_submit,
        "breadcrumb": _crumbs(desk.row, _("採点の確認")),
    }
    return TemplateResponse(request, "committee/sheet.html", context)


@member_only
@require_safe
def document(request: HttpRequest, assignment_id: int, document_id: int) -> HttpResponseBase:
    """One file of the dossier, under its neutral name; written down in the audit trail."""
    desk = _desk(request, assignment_id)
    found = CaseDocument.objects.filter(
        pk=document_id, case_id=desk.row.case_id if desk else None
    ).first()
    if found is None:
        raise Http404
    # The file is the firm's: a member has no sight of files but through the dossier above.
    with acting(request.actor.elevated()):
        stored = StoredFile.objects.get(pk=found.stored_file_id)
    try:
        reader = open_for_download(actor=request.actor, stored=stored, may=True)
    except FileUnavailable as gone:
        raise Http404 from gone
    stored.original_name = found.name
    return file_response(stored, reader)


@member_only
@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """The chair gives a submitted sheet back."""
    row = (
        policies.visible_assignments(request.actor)
        .select_related("case", "round", "user")
        .filter(pk=assignment_id, round__members__user_id=request.actor.user_id)
        .filter(round__members__is_chair=True, status=states.SUBMITTED)
        .first()
    )
    if row is None:
        raise Http404
    form = BriefReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with trying(request):
            services.sheet_reopen(
                actor=request.actor, assignment_id=row.pk, reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("採点票を差し戻しました。委員に知らせます。"))
        return redirect("committee:board", row.round_id)
    context = {
        "heading": _("案件%(number)s：%(name)sさんの採点票を差し戻す")
        % {"number": row.case.number, "name": row.user.name},
        "text": _("委員は点数を直して、もう一度提出します。理由は記録に残ります。"),
        "form": form,
        "action_label": _("差し戻す"),
        "cancel_url": reverse("committee:board", args=[row.round_id]),
    }
    return form_page(request, "ui/confirm.html", context)


def _own(request: HttpRequest, assignment_id: int) -> Assignment:
    row = found_or_404(policies.get_own, request.actor, pk=assignment_id)
    if row.status == states.EXCLUDED:
        raise Http404
    return row


def _desk(request: HttpRequest, assignment_id: int) -> selectors.Desk | None:
    return found_or_404(selectors.desk, request.actor, assignment_id)


def _save(request: HttpRequest, desk: selectors.Desk, form: ScoreForm) -> HttpResponse:
    """Save what was typed; go on to the check only where that was asked for."""
    if not form.is_valid():
        return _case_page(request, desk, form, status=422)
    try:
        saved = services.sheet_save(
            actor=request.actor,
            assignment_id=desk.row.pk,
            entry=form.entry(),
            revision=posted_number(request.POST.get("revision", "")),
        )
    except StaleSheet as stale:
        form.add_error(None, str(stale))
        return _case_page(request, desk, form, status=409, revision=stale.revision)
    except TransitionRefused as refused:
        messages.error(request, str(refused))
        return redirect("committee:home")
    if "check" in request.POST:
        return redirect("committee:sheet", saved.pk)
    messages.success(request, _("採点の下書きを保存しました。"))
    return redirect("committee:case", saved.pk)


def _case_page(
    request: HttpRequest,
    desk: selectors.Desk,
    form: ScoreForm,
    *,
    links: list[ErrorLink] | None = None,
    status: int = 200,
    revision: int | None = None,
) -> HttpResponse:
    scoring = form.scoring
    scores = desk.sheet.scores if desk.sheet else {}
    wanted = {link.target: link.message for link in links or ()}
    current = desk.sheet.revision if desk.sheet else 0
    context: dict[str, Any] = {
        "desk": desk,
        "row": desk.row,
        "case": desk.row.case,
        **dossier_context(desk.dossier.content),
        "form": form,
        "criteria": [
            {**item, "wanted": wanted.get(_target(form, item["score"].name), "")}
            for item in form.criteria()
        ],
        "wanted": wanted,
        "error_links": links,
        "total": points_text(scoring.total(scores)),
        "points": points_text(scoring.points),
        "revision": current if revision is None else revision,
        "today": clock.today(),
        "breadcrumb": _crumbs(desk.row, _("案件%(number)s") % {"number": desk.row.case.number}),
    }
    return TemplateResponse(request, "committee/case.html", context, status=status)


def dossier_context(content: dict[str, Any]) -> dict[str, Any]:
    """A dossier as committee/dossier.html draws it."""
    return {
        "sections": [
            {**section, "rows": [Row(label, value) for label, value in section["rows"]]}
            for section in content["sections"]
        ],
        "expenses": [ExpenseRow(category, item) for category, item in expense_items(content)],
        "calculation": content["calculation"],
        "withheld": content["withheld"],
    }


def _target(form: ScoreForm, name: str) -> str:
    """The id to jump to: of a scale that of its first button."""
    several = name == "opinion" or (
        name.startswith("score-") and not hasattr(form.fields[name], "suffix")
    )
    return f"id_{name}_0" if several else f"id_{name}"


def _sheet_rows(desk: selectors.Desk, scoring: Any) -> list[Row]:
    assert desk.sheet is not None
    rows = []
    for criterion in scoring.criteria:
        score = desk.sheet.scores.get(criterion.code)
        comment = desk.sheet.comments.get(criterion.code, "")
        text = _("%(score)s／%(most)s（配点%(points)s点）") % {
            "score": "—" if score is None else score,
            "most": criterion.maximum,
            "points": points_text(criterion.points),
        }
        rows.append(Row(criterion.name, f"{text}\n{comment}".strip()))
    rows.append(Row(_("総合判定"), desk.sheet.get_opinion_display() or "—"))
    rows.append(Row(_("講評"), desk.sheet.overall or "—"))
    return rows


def _crumbs(row: Assignment, here: str) -> list[Crumb]:
    return [Crumb(_("審査"), reverse("committee:home")), Crumb(here)]
