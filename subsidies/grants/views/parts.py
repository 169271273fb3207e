"""The other pages of a filing: the plan line by line, and the files."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.kernel.files.models import StoredFile
from portal.kernel.files.services import UploadRefused
from portal.kernel.transitions import StaleState, TransitionRefused
from portal.ui.forms import ErrorLink
from portal.ui.numbers import posted_number
from subsidies.contents import rules_of
from subsidies.forms import UploadForm
from subsidies.grants import kinds, reading, states
from subsidies.grants.models import Filing
from subsidies.grants.services import (
    filing_document_attach,
    filing_document_remove,
    filing_save,
)
from subsidies.grants.services.filings import problems_of
from subsidies.grants.views.common import (
    autosaved,
    filing_or_404,
    firm_only,
    firm_url,
    page_after,
    plain_filing,
    say,
)
from subsidies.grants.views.filing import frame
from subsidies.rules import expenses
from subsidies.schemes.english import told

PLAN, FILES = "grants:plan", "grants:files"


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, public_id: object) -> HttpResponse:
    """変更後の経費: lines added and removed without JavaScript; every button saves."""
    found = plain_filing(request, public_id)
    if not kinds.get(found.kind).has_plan:
        raise Http404
    if found.status not in states.EDITABLE:
        return redirect("grants:filing", public_id)
    if request.method != "POST":
        return _plan_page(request, found, list(found.content.get("lines") or []))
    lines = _posted_lines(request)
    if "remove" in request.POST:
        number = posted_number(request.POST["remove"])
        if number is not None and number < len(lines):
            del lines[number]
    lines = expenses.tidy(lines)
    try:
        found = filing_save(
            actor=request.actor,
            filing_id=found.pk,
            content={"lines": lines},
            revision=posted_number(request.POST.get("revision", "")),
        )
    except StaleState as stale:
        say(request, stale)
        return _plan_page(request, plain_filing(request, public_id), lines, status=409)
    except TransitionRefused as refused:
        say(request, refused)
        return redirect("grants:filing", public_id)
    return redirect(_after_plan(request, found))


@firm_only
@require_POST
def autosave(request: HttpRequest, public_id: object) -> HttpResponse:
    """What the plan's page saves by itself."""
    found = plain_filing(request, public_id)
    if not kinds.get(found.kind).has_plan:
        raise Http404
    content = {"lines": expenses.tidy(_posted_lines(request))}
    return autosaved(filing_save, request, found, content=content)


def _after_plan(request: HttpRequest, found: Filing) -> str:
    here = reverse(PLAN, args=[found.public_id])
    if "later" in request.POST:
        return firm_url(found.grant)
    if "add" in request.POST:
        return f"{here}?add=1#expenses.{len(found.content['lines'])}.description"
    if "remove" in request.POST:
        return f"{here}#expenses"
    if any(problem.anchor.startswith("expenses.") for problem in problems_of(found)):
        messages.info(request, _("入力した内容は下書きに保存しました。"))
        return f"{here}?problems=1#main"
    if "calculate" in request.POST:
        return f"{here}#sum"
    return page_after(found, PLAN)


def _posted_lines(request: HttpRequest) -> list[dict[str, Any]]:
    """The lines as typed, in the order of the page."""
    count = posted_number(request.POST.get("lines", "0")) or 0
    return [
        {name: request.POST.get(f"{number}-{name}", "") for name in expenses.FIELDS}
        for number in range(min(count, 2 * expenses.MOST_LINES))
    ]


def _plan_page(
    request: HttpRequest, found: Filing, lines: list[dict[str, Any]], *, status: int = 200
) -> HttpResponse:
    rules = rules_of(found.grant.application.version)
    read = expenses.read_lines(rules, lines)
    problems = read.problems if "problems" in request.GET else ()
    by_anchor = {problem.anchor: problem.text for problem in problems}
    record = kinds.get(found.kind).record
    extra = int("add" in request.GET or not lines)
    rows = [
        {
            "number": number,
            "line": line,
            "errors": {
                name: by_anchor.get(f"expenses.{number}.{name}", "") for name in expenses.FIELDS
            },
        }
        for number, line in enumerate([*lines, *({} for _spare in range(extra))])
    ]
    context = {
        **frame(found, PLAN),
        "rules": rules,
        "rows": rows,
        "error_links": [ErrorLink(problem.text, problem.anchor) for problem in problems],
        "comparison": reading.comparison(
            rules, record(found.grant, {**found.content, "lines": lines})
        )
        if record
        else None,
        "tax_percents": expenses.TAX_PERCENTS,
        "focus_last": "add" in request.GET,
    }
    return TemplateResponse(request, "grants/plan.html", context, status=status)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest, public_id: object) -> HttpResponse:
    """Every document that the kind asks for, with what was handed in for it."""
    found = plain_filing(request, public_id)
    if not kinds.get(found.kind).documents:
        raise Http404
    if found.status not in states.EDITABLE:
        return redirect("grants:filing", public_id)
    if request.method != "POST":
        return _files_page(request, found)
    try:
        if remove := posted_number(request.POST.get("remove", "")):
            filing_document_remove(actor=request.actor, filing_id=found.pk, document_id=remove)
            messages.success(request, _("書類を外しました。"))
            return redirect(FILES, public_id)
        if requirement := request.POST.get("requirement", ""):
            return _upload(request, found, requirement)
    except TransitionRefused as refused:
        say(request, refused)
        return redirect("grants:filing", public_id)
    if "later" in request.POST:
        return redirect(firm_url(found.grant))
    return redirect(page_after(found, FILES))


def _upload(request: HttpRequest, found: Filing, requirement: str) -> HttpResponse:
    asked = kinds.get(found.kind).document(requirement)
    if asked is None:
        raise Http404
    form = UploadForm(asked, request.POST, request.FILES)
    if form.is_valid():
        try:
            filing_document_attach(
                actor=request.actor,
                filing_id=found.pk,
                requirement=requirement,
                uploaded=form.cleaned_data["file"],
            )
        except UploadRefused as refused:
            form.add_error("file", refused.reason)
        else:
            messages.success(
                request, _("「%(name)s」を受け取りました。") % {"name": told(asked.name)}
            )
            return redirect(FILES, found.public_id)
    return _files_page(request, found, failed={requirement: form}, form=form)


def _files_page(
    request: HttpRequest,
    found: Filing,
    *,
    failed: dict[str, UploadForm] | None = None,
    form: UploadForm | None = None,
) -> HttpResponse:
    problems = problems_of(found) if "problems" in request.GET else []
    wanted = {problem.anchor: problem.text for problem in problems}
    documents = filing_or_404(request, found.public_id).documents
    rows = [
        {
            "document": item,
            "attached": [
                row
                for row in documents
                if row.requirement == item.code
                and row.stored_file.state != StoredFile.State.REFUSED
            ],
            "refused": [
                row
                for row in documents
                if row.requirement == item.code
                and row.stored_file.state == StoredFile.State.REFUSED
            ],
            "form": (failed or {}).get(item.code) or UploadForm(item),
            "problem": wanted.get(f"documents.{item.code}", ""),
        }
        for item in kinds.get(found.kind).documents
    ]
    context = {**frame(found, FILES), "rows": rows, "form": form}
    return TemplateResponse(request, "grants/files.html", context, status=422 if form else 200)
