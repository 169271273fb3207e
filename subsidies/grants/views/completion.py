"""実績報告 for the firm: one page for the whole, one for each expense. Everything typed is kept."""

import datetime as dt
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
from portal.ui.numbers import posted_number
from subsidies.forms import UploadForm, answer_form
from subsidies.grants import chains, kinds, states
from subsidies.grants.kinds.completion import (
    COMPLETION,
    line_problems,
    read_lines,
    record,
    report_due_of,
    terms_of,
)
from subsidies.grants.kinds.reported import lines_of
from subsidies.grants.models import Filing, FilingDocument
from subsidies.grants.quoted import quoted_of
from subsidies.grants.rules.evidence import STEPS
from subsidies.grants.rules.spent import FIELDS, SpentLine
from subsidies.grants.services import (
    completion_line_save,
    filing_document_attach,
    filing_document_remove,
    filing_save,
    filing_submit,
)
from subsidies.grants.services.filings import problems_of
from subsidies.grants.services.papers import receipt_of
from subsidies.grants.spent_form import groups, line_form
from subsidies.grants.views.common import (
    autosaved,
    filing_or_404,
    firm_crumbs,
    firm_only,
    firm_url,
    plain_filing,
    say,
)
from subsidies.rules.problem import Problem
from subsidies.schemes.english import told
from subsidies.services.errors import Incomplete

HERE, LINE = "grants:completion", "grants:completion_line"
PHOTOS = "photos"


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def completion(request: HttpRequest, public_id: object) -> HttpResponse:
    """The report as a whole: answers, expenses with their chains, photos, balance, submission."""
    found = _report(request, public_id)
    if found.status not in states.EDITABLE:
        return _read(request, public_id)
    if request.method != "POST":
        problems = all_problems(found) if "problems" in request.GET else []
        return _page(request, found, problems)
    try:
        if (answer := _photos(request, found)) is not None:
            return answer
        typed = {item.code: request.POST.get(item.code, "") for item in _questions()}
        revision = posted_number(request.POST.get("revision", ""))
        found = filing_save(
            actor=request.actor, filing_id=found.pk, content=typed, revision=revision
        )
        if "submit" not in request.POST:
            messages.success(request, _("下書きを保存しました。"))
            return redirect(
                firm_url(found.grant)
                if "later" in request.POST
                else reverse(HERE, args=[public_id])
            )
        filing_submit(actor=request.actor, filing_id=found.pk)
    except StaleState as stale:
        say(request, stale)
        found = _report(request, public_id)
        found.content = {**found.content, **typed}
        return _page(request, found, [], status=409)
    except Incomplete:
        found = _report(request, public_id)
        return _page(request, found, all_problems(found), status=422)
    except TransitionRefused as refused:
        say(request, refused)
        return redirect(HERE, public_id)
    messages.success(request, _("実績報告を提出しました。区の検査をお待ちください。"))
    return redirect(HERE, public_id)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def line(request: HttpRequest, public_id: object, key: str) -> HttpResponse:
    """One expense: its amounts, the steps from the quote to the payment, their papers."""
    found = _report(request, public_id)
    if found.status not in states.EDITABLE:
        return redirect(HERE, public_id)
    item = _line(found, key)
    if request.method != "POST":
        return _line_page(request, found, item)
    typed = {name: request.POST[name] for name in FIELDS if name in request.POST}
    try:
        found = completion_line_save(
            actor=request.actor,
            filing_id=found.pk,
            key=key,
            typed=typed,
            revision=posted_number(request.POST.get("revision", "")),
        )
        refused_files = _take_papers(request, found, key)
    except StaleState as stale:
        say(request, stale)
        found = _report(request, public_id)
        return _line_page(request, found, _retyped(_line(found, key), typed), status=409)
    except TransitionRefused as refused:
        say(request, refused)
        return redirect(HERE, public_id)
    if "remove" in request.POST or refused_files or "save" in request.POST:
        return redirect(f"{reverse(LINE, args=[public_id, key])}#chain")
    return redirect(f"{reverse(HERE, args=[public_id])}#spent")


@firm_only
@require_POST
def line_autosave(request: HttpRequest, public_id: object, key: str) -> HttpResponse:
    """What the page of an expense saves by itself."""
    typed = {name: request.POST[name] for name in FIELDS if name in request.POST}
    found = _report(request, public_id)
    return autosaved(completion_line_save, request, found, key=key, typed=typed)


def all_problems(found: Filing) -> list[Problem]:
    """Everything at once: the chains as well while an answer is still missing."""
    problems = problems_of(found)
    known = {problem.text for problem in problems}
    for read in read_lines(found.grant, found.content):
        for problem in (*read.problems, *line_problems(read)):
            if problem.text not in known:
                problems.append(problem)
    return problems


def _report(request: HttpRequest, public_id: object) -> Filing:
    found = plain_filing(request, public_id)
    if found.kind != COMPLETION:
        raise Http404
    return found


def _line(found: Filing, key: str) -> SpentLine:
    item = next((line for line in lines_of(found.content) if line.key == key), None)
    if item is None:
        raise Http404
    return item


def _retyped(item: SpentLine, typed: dict[str, str]) -> SpentLine:
    return SpentLine(
        item.key,
        item.category,
        item.description,
        item.planned_yen,
        item.tax_percent,
        item.is_used,
        {**item.typed, **typed},
    )


def _questions() -> Any:
    return kinds.get(COMPLETION).questions


def _photos(request: HttpRequest, found: Filing) -> HttpResponse | None:
    """Photos are taken and taken out here; None when the form was about something else."""
    if remove := posted_number(request.POST.get("remove", "")):
        filing_document_remove(actor=request.actor, filing_id=found.pk, document_id=remove)
    elif "upload" in request.POST:
        form = UploadForm(_photo_document(), request.POST, request.FILES)
        if not form.is_valid():
            return _page(request, found, [], photo_form=form, status=422)
        try:
            filing_document_attach(
                actor=request.actor,
                filing_id=found.pk,
                requirement=PHOTOS,
                uploaded=form.cleaned_data["file"],
            )
        except UploadRefused as refused:
            form.add_error("file", refused.reason)
            return _page(request, found, [], photo_form=form, status=422)
    else:
        return None
    return redirect(f"{reverse(HERE, args=[found.public_id])}#documents.{PHOTOS}")


def _photo_document() -> Any:
    return next(item for item in kinds.get(COMPLETION).documents if item.code == PHOTOS)


def _take_papers(request: HttpRequest, found: Filing, key: str) -> bool:
    """Attach the files that came with the form; says whether one was refused."""
    if remove := posted_number(request.POST.get("remove", "")):
        filing_document_remove(actor=request.actor, filing_id=found.pk, document_id=remove)
    refused = False
    for step in STEPS:
        if (uploaded := request.FILES.get(f"file-{step}")) is None:
            continue
        try:
            filing_document_attach(
                actor=request.actor,
                filing_id=found.pk,
                requirement=step,
                uploaded=uploaded,
                item=key,
            )
        except UploadRefused as error:
            refused = True
            text = _("「%(name)s」は受け取れませんでした。%(reason)s")
            messages.error(request, text % {"name": uploaded.name, "reason": error.reason})
    return refused


def _documents(found: Filing) -> list[FilingDocument]:
    rows = found.documents.filter(replaced_at=None).select_related("stored_file")
    return [row for row in rows if row.stored_file.state != StoredFile.State.REFUSED]


def _page(
    request: HttpRequest,
    found: Filing,
    problems: list[Problem],
    *,
    photo_form: UploadForm | None = None,
    status: int = 200,
) -> HttpResponse:
    read = {item.line.key: item for item in read_lines(found.grant, found.content)}
    form = answer_form(_questions(), found.content)
    form.show_problems(problems, prefix="answers")
    cards = [_card(found, line, read.get(line.key)) for line in lines_of(found.content)]
    context = {
        **_frame(found),
        "form": form,
        "error_links": problems,  # for the title; the summary leads to the lines' own pages
        "links": [(item.text, _url(found, item)) for item in problems],
        "cards": cards,
        "record": record(found.grant, found.content),
        "due_on": report_due_of(found.grant, None),
        "photos": [row for row in _documents(found) if row.requirement == PHOTOS],
        "photo_form": photo_form or UploadForm(_photo_document()),
    }
    return TemplateResponse(request, "grants/completion.html", context, status=status)


def _card(found: Filing, line: SpentLine, read: Any) -> dict[str, Any]:
    drawn = chains.draw(read.chain) if read else []
    word, tone = chains.summary(drawn) if read else (_("支払わなかった経費です"), "")
    if read and not line.is_begun:
        word, tone = _("まだ入力していません"), "blue"
    return {
        "line": line,
        "url": reverse(LINE, args=[found.public_id, line.key]),
        "word": word,
        "tone": tone,
        "chain": drawn if line.is_begun else [],
        "read": read,
    }


def _line_page(
    request: HttpRequest, found: Filing, item: SpentLine, *, status: int = 200
) -> HttpResponse:
    read = next(
        (entry for entry in read_lines(found.grant, found.content) if entry.line.key == item.key),
        None,
    )
    form = line_form(item)
    if read and item.is_begun:
        form.show_problems(read.problems, prefix=item.key)
    documents = [row for row in _documents(found) if row.item == item.key]
    quoted = quoted_of(found.grant).get((item.category, item.description))
    request_needed = terms_of(found.grant).request_needed
    context = {
        **_frame(found, item.description),
        "line": item,
        "form": form,
        "groups": groups(
            form, documents, request_needed=request_needed, is_quoted=quoted is not None
        ),
        "chain": chains.draw(read.chain) if read and item.is_begun else [],
        "read": read,
        "quoted": quoted,
    }
    return TemplateResponse(request, "grants/completion_line.html", context, status=status)


def _frame(found: Filing, *here: str) -> dict[str, Any]:
    kind = kinds.get(COMPLETION)
    return {
        "filing": found,
        "grant": found.grant,
        "kind": kind,
        "form_name": kinds.form_name_of(found),
        "back_url": reverse(HERE, args=[found.public_id]) if here else firm_url(found.grant),
        "breadcrumb": firm_crumbs(found.grant, str(kind.name), *here),
    }


def _url(found: Filing, problem: Problem) -> str:
    """The page and the field on which a problem is mended."""
    parts = problem.anchor.split(".")
    keys = {line.key for line in lines_of(found.content)}
    key = next((part for part in parts if part in keys), "")
    if key:
        return f"{reverse(LINE, args=[found.public_id, key])}#id_{parts[-1]}"
    part, _dot, rest = problem.anchor.partition(".")
    if part == "answers":
        return f"#id_{rest}"
    return f"#{problem.anchor}" if part == "documents" else "#spent"


def _read(request: HttpRequest, public_id: object) -> HttpResponse:
    detail = filing_or_404(request, public_id)
    if detail.version is None:
        raise Http404
    context = {
        **_frame(detail.filing),
        "state": states.FILING.state(detail.filing.status),
        "report": report_of(detail),
        "receipt": receipt_of(detail.version),
    }
    return TemplateResponse(request, "grants/completion_read.html", context)


def report_of(detail: Any) -> dict[str, Any]:
    """A submitted report as the pages draw it, files by line."""
    payload = detail.version.payload
    names = {item.code: told(item.name) for item in kinds.get(COMPLETION).documents}
    papers: dict[str, list[dict[str, Any]]] = {}
    for entry in payload["documents"]:
        paper = {
            "name": names.get(entry["requirement"], ""),
            "stored": detail.stored.get(entry["file"]),
        }
        papers.setdefault(entry["item"], []).append(paper)
    return {
        "version": detail.version,
        "answers": payload["answers"],
        "completed_on": dt.date.fromisoformat(payload["answers"]["completed_on"]),
        "due_on": dt.date.fromisoformat(payload["record"]["due_on"]),
        "record": payload["record"],
        "photos": papers.get("", []),
        "lines": [
            {
                "line": line,
                "chain": chains.draw_frozen(line),
                "summary": chains.summary(chains.draw_frozen(line)),
                "papers": papers.get(line["key"], []),
            }
            for line in payload["record"]["lines"]
        ],
    }
