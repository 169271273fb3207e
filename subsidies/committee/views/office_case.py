"""One case as officials see it: what the reviewers read, who they are, and changes by hand."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.kernel import audit
from portal.ui.acts import trying
from portal.ui.parts import Crumb
from subsidies.committee import policies, services, states
from subsidies.committee.forms import AssignForm
from subsidies.committee.models import Assignment, Case
from subsidies.committee.services import dossiers
from subsidies.committee.views.member import dossier_context
from subsidies.committee.views.office import confirm_page, may_run, office_only, readers
from subsidies.contents import rules_for
from subsidies.forms import BriefReasonForm
from subsidies.models import ApplicationVersion


@readers
@require_safe
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """The dossier exactly as the reviewers read it. Looking at it leaves an audit row."""
    found = _case(request, case_id)
    last = (
        ApplicationVersion.objects.filter(application_id=found.application_id)
        .select_related("application__version")
        .latest("number")
    )
    audit.record(actor=request.actor, action="committee.case_viewed", obj=found)
    released = set(found.documents.values_list("position", flat=True))
    context = {
        "case": found,
        "round": found.round,
        **dossier_context(found.dossier.content),
        "version": found.dossier.version_number,
        "is_outdated": found.dossier.version_number < last.number,
        "documents": [
            {"entry": entry, "name": name, "is_shown": entry["id"] in released}
            for entry, name in dossiers.listed(rules_for(last), last.payload)
        ],
        "rows": [
            (row, states.ASSIGNMENT.state(row.status), _moves(row))
            for row in found.assignments.select_related("user", "member").order_by("member__number")
        ],
        "exclusions": found.exclusions.select_related("member__user"),
        "may_run": may_run(request)
        and found.round.status != states.CLOSED
        and found.round.revealed_at is None,
        "breadcrumb": [
            Crumb(_("審査"), reverse("committee:reviews")),
            Crumb(
                found.round.version.scheme.display_name,
                reverse("committee:round", args=[found.round_id]),
            ),
            Crumb(_("案件%(number)s") % {"number": found.number}),
        ],
    }
    return TemplateResponse(request, "committee/office_case.html", context)


@office_only
@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest, case_id: int) -> HttpResponse:
    """Put a member on the case by hand."""
    found = _case(request, case_id)
    there = set(found.assignments.values_list("member_id", flat=True))
    choices = [
        (member.pk, member.user.name)
        for member in found.round.members.select_related("user")
        if member.pk not in there
    ]
    form = AssignForm(request.POST or None, choices=choices)
    if request.method == "POST" and form.is_valid():
        with trying(request, form):
            services.assignment_add(
                actor=request.actor,
                case_id=found.pk,
                member_id=int(form.cleaned_data["member"]),
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, _("審査委員を割り当てました。"))
            return redirect("committee:office_case", found.pk)
    heading = _("案件%(number)sに審査委員を加える") % {"number": found.number}
    return confirm_page(request, form, heading, _("加える"), _url(found))


@office_only
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, assignment_id: int, action: str) -> HttpResponse:
    """Take a member off the case (除外), or back on."""
    row = (
        policies.visible_assignments(request.actor)
        .select_related("case", "user")
        .filter(pk=assignment_id)
        .first()
    )
    acts = {
        "exclude": (services.assignment_exclude, _("担当から外す")),
        "reinstate": (services.assignment_reinstate, _("担当に戻す")),
    }
    if row is None or action not in acts:
        raise Http404
    act, label = acts[action]
    form = BriefReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with trying(request, form):
            act(actor=request.actor, assignment_id=row.pk, reason=form.cleaned_data["reason"])
            messages.success(request, _("担当を変えました。"))
            return redirect("committee:office_case", row.case_id)
    heading = _("案件%(number)s：%(name)sさんを%(action)s") % {
        "number": row.case.number,
        "name": row.user.name,
        "action": label,
    }
    return confirm_page(request, form, heading, label, _url(row.case))


@office_only
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest, case_id: int, document: int) -> HttpResponse:
    """Let the reviewers of a blind review read one file."""
    found = _case(request, case_id)
    form = BriefReasonForm(request.POST or None)
    form.fields["reason"].label = _("確かめたこと")
    form.fields["reason"].help_text = _(
        "ファイルを開き、申請者の名前や個人情報がないことを確かめてください。"
    )
    if request.method == "POST" and form.is_valid():
        with trying(request, form):
            services.document_release(
                actor=request.actor,
                case_id=found.pk,
                document=document,
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, _("この書類を審査委員に見せます。"))
            return redirect("committee:office_case", found.pk)
    return confirm_page(request, form, _("書類を審査委員に見せる"), _("見せる"), _url(found))


@office_only
@require_POST
def renew(request: HttpRequest, case_id: int) -> HttpResponse:
    """Bring the dossier to the last submitted version."""
    found = _case(request, case_id)
    with trying(request):
        services.dossier_renew(actor=request.actor, case_id=found.pk)
        messages.success(request, _("審査資料を最新の版にしました。"))
    return redirect("committee:office_case", found.pk)


def _case(request: HttpRequest, case_id: int) -> Case:
    rows = policies.visible_cases(request.actor).select_related(
        "round__version__scheme", "dossier", "application"
    )
    found = rows.filter(pk=case_id).first()
    if found is None:
        raise Http404
    return found


def _moves(row: Assignment) -> list[tuple[str, str]]:
    """(name, label) of what officials may do to the assignment now."""
    moves = states.ASSIGNMENT.allowed(row.status, states.OFFICE)
    return [(move.name, str(move.label)) for move in moves]


def _url(found: Case) -> str:
    return reverse("committee:office_case", args=[found.pk])
