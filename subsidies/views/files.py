"""添付書類: one document, one field; and the only way a file is ever given out."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.access import hat_required
from portal.kernel.actor import Hat
from portal.kernel.files.models import StoredFile
from portal.kernel.files.services import UploadRefused
from portal.ui.forms import ErrorLink
from portal.ui.numbers import posted_number
from subsidies import downloads, selectors, states
from subsidies.forms import UploadForm
from subsidies.models import Application, ApplicationDocument
from subsidies.rules import form as form_rules
from subsidies.rules.scheme import FILES_TASK, SchemeRules
from subsidies.services import document_attach, document_remove
from subsidies.services.errors import Refused
from subsidies.views.common import firm_application, firm_only, form_crumbs, rules_and_content
from subsidies.views.draft import next_task_url, problems_of


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest, public_id: object) -> HttpResponse:
    """Every required document with what was handed in for it."""
    application = firm_application(request, public_id)
    if application.status not in states.EDITABLE:
        return redirect("subsidies:status", public_id)
    rules, content = rules_and_content(application)
    if request.method == "POST":
        return _act(request, application, rules)
    problems = []
    if "problems" in request.GET:
        problems = problems_of(form_rules.missing(rules, content), FILES_TASK)
    return _page(request, application, rules, problems=problems)


def _act(request: HttpRequest, application: Application, rules: SchemeRules) -> HttpResponse:
    """Upload, remove, or go on."""
    here = redirect("subsidies:files", application.public_id)
    try:
        if remove := request.POST.get("remove", ""):
            number = posted_number(remove)
            if number is None:
                raise Http404
            document_remove(actor=request.actor, application_id=application.pk, document_id=number)
            messages.success(request, _("書類を外しました。"))
            return here
        if requirement := request.POST.get("requirement", ""):
            return _upload(request, application, rules, requirement)
    except ApplicationDocument.DoesNotExist as missing:
        raise Http404 from missing
    except Refused as refused:
        messages.error(request, str(refused))
        return here
    _rules, content = rules_and_content(application)
    if "later" in request.POST:
        return redirect("subsidies:task_list", application.public_id)
    if problems_of(form_rules.missing(rules, content), FILES_TASK):
        # A page of its own: the browser's back key never asks to send again.
        return redirect(f"{reverse('subsidies:files', args=[application.public_id])}?problems=1")
    return redirect(next_task_url(application, rules, FILES_TASK))


def _upload(
    request: HttpRequest, application: Application, rules: SchemeRules, requirement: str
) -> HttpResponse:
    asked = rules.document(requirement)
    if asked is None:
        raise Http404
    form = UploadForm(asked, request.POST, request.FILES)
    if form.is_valid():
        try:
            document_attach(
                actor=request.actor,
                application_id=application.pk,
                requirement=requirement,
                uploaded=form.cleaned_data["file"],
            )
        except UploadRefused as refused:
            form.add_error("file", refused.reason)
        else:
            messages.success(request, _("「%(name)s」を受け取りました。") % {"name": asked.name})
            return redirect("subsidies:files", application.public_id)
    return _page(request, application, rules, failed={requirement: form}, form=form)


def _page(
    request: HttpRequest,
    application: Application,
    rules: SchemeRules,
    *,
    problems: list = (),
    failed: dict[str, UploadForm] | None = None,
    form: UploadForm | None = None,
) -> HttpResponse:
    attached: dict[str, list[ApplicationDocument]] = {}
    refused: dict[str, list[ApplicationDocument]] = {}
    documents = ApplicationDocument.objects.filter(replaced_at=None, application=application)
    for document in documents.select_related("stored_file"):
        # One that waited for the scanner may have been refused since it was attached.
        is_refused = document.stored_file.state == StoredFile.State.REFUSED
        kept = refused if is_refused else attached
        kept.setdefault(document.requirement, []).append(document)
    handed_out = selectors.handed_out(application.version.scheme_id)
    wanted = {problem.anchor.removeprefix("documents."): problem.text for problem in problems}
    rows = [
        {
            "document": item,
            "attached": attached.get(item.code, []),
            "refused": refused.get(item.code, []),
            "form": (failed or {}).get(item.code) or UploadForm(item),
            "problem": wanted.get(item.code, ""),
            "has_template": item.code in handed_out,
        }
        for item in rules.documents
    ]
    context = {
        "application": application,
        "breadcrumb": form_crumbs(application, _("添付書類")),
        "rows": rows,
        "error_links": [ErrorLink(problem.text, problem.anchor) for problem in problems],
        "form": form,
    }
    status = 422 if form else 200
    return TemplateResponse(request, "subsidies/files.html", context, status=status)


@hat_required(Hat.FIRM, Hat.WARD, Hat.AUDITOR)
@require_safe
def download(request: HttpRequest, file_id: object) -> HttpResponse:
    """A file of an application, its receipt or its letter, to whom the application is visible."""
    stored = downloads.find(request.actor, file_id)
    try:
        return downloads.response_for(actor=request.actor, stored=stored)
    except downloads.FileUnavailable:
        waiting = stored.state == StoredFile.State.QUARANTINE and stored.erased_at is None
        context = {"file": stored, "is_waiting": waiting}
        return TemplateResponse(request, "subsidies/file_unavailable.html", context, status=409)


@hat_required(Hat.FIRM, Hat.WARD, Hat.AUDITOR)
@require_safe
def preview(request: HttpRequest, file_id: object) -> HttpResponseBase:
    """The small image of an attached photograph, to whom the file itself is open."""
    stored = downloads.find(request.actor, file_id)
    try:
        return downloads.preview_for(actor=request.actor, stored=stored)
    except downloads.FileUnavailable as missing:
        raise Http404 from missing
