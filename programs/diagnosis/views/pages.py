"""Answering, page by page. Saved first, then checked; every button saves."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.kernel.transitions import StaleState
from portal.ui.numbers import posted_number
from programs.diagnosis import policies, services
from programs.diagnosis.forms import PageForm, typed_of
from programs.diagnosis.models import Diagnosis
from programs.diagnosis.rules import path
from programs.diagnosis.rules.definition import Definition, Page, built
from programs.diagnosis.views.common import denied, firm_only, own_crumbs, seen


def first_open(row: Diagnosis, *, told: bool = False) -> str:
    """The address of the first page with something to answer, else of the last one on the way.

    With `told` the page says what is missing.
    """
    sheet = built(row.questionnaire.definition)
    missing = path.problems(sheet, row.answers)
    code = missing[0].page if missing else path.walk(sheet, row.answers)[-1].code
    return _address(row, code) + ("?problems=1#main" if told and missing else "")


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, public_id: object, page: str) -> HttpResponse:
    """The questions of one page."""
    row = seen(request, public_id)
    if not policies.may_answer(request.actor, row):
        return redirect("diagnosis:diagnosis", public_id)
    if request.method == "POST":
        return _posted(request, row, page)
    saved = services.brought_up(actor=request.actor, diagnosis_id=row.pk)
    _say_what_changed(request, row, saved)
    row = saved.row
    sheet = built(row.questionnaire.definition)
    named = sheet.page(page)
    if named is None:
        return redirect(first_open(row))
    problems = path.problems(sheet, row.answers) if "problems" in request.GET else []
    return _page(request, row, sheet, named, row.answers, problems)


@firm_only
@require_POST
def autosave(request: HttpRequest, public_id: object, page: str) -> HttpResponse:
    """What a page saves by itself; 409 when another tab has saved since."""
    row = seen(request, public_id)
    try:
        saved = _save(request, row, page)
    except (services.Refused, StaleState) as refusal:
        return JsonResponse({"message": str(refusal)}, status=409)
    return JsonResponse({"revision": saved.row.revision})


def _posted(request: HttpRequest, row: Diagnosis, code: str) -> HttpResponse:
    try:
        saved = _save(request, row, code)
    except services.Refused as refusal:
        messages.error(request, str(refusal))
        denied(request, refusal, row, "page_save")
        sheet = built(row.questionnaire.definition)
        named = sheet.page(code)
        if named is None:
            raise Http404 from refusal
        row.refresh_from_db(fields=["revision"])
        return _page(
            request, row, sheet, named, typed_of(named.questions, request.POST), [], status=409
        )
    _say_what_changed(request, row, saved)
    return redirect(_after(request, saved.row, code))


def _save(request: HttpRequest, row: Diagnosis, code: str) -> services.Saved:
    shown = built(row.questionnaire.definition).page(code)
    return services.page_save(
        actor=request.actor,
        diagnosis_id=row.pk,
        page=code,
        typed=typed_of(shown.questions, request.POST) if shown else {},
        revision=posted_number(request.POST.get("revision", "")),
    )


def _after(request: HttpRequest, row: Diagnosis, code: str) -> str:
    """The page behind the pressed button; a page of its own, so that going back never sends again."""
    sheet = built(row.questionnaire.definition)
    if "later" in request.POST:
        messages.success(request, _("保存しました。続きは、いつでも再開できます。"))
        return reverse("diagnosis:home")
    if sheet.page(code) is None:
        return first_open(row)
    way = [one.code for one in path.walk(sheet, row.answers)]
    missing = path.problems(sheet, row.answers)
    if any(problem.page == code for problem in missing):
        return f"{_address(row, code)}?problems=1#main"
    place = way.index(code) + 1 if code in way else len(way)
    if place < len(way):
        return _address(row, way[place])
    try:
        services.diagnosis_finish(actor=request.actor, diagnosis_id=row.pk)
    except services.Unfinished as unfinished:
        messages.info(request, str(unfinished))
        denied(request, unfinished, row, "finish")
        return first_open(row, told=True)
    return reverse("diagnosis:diagnosis", args=[row.public_id])


def _address(row: Diagnosis, code: str) -> str:
    return reverse("diagnosis:page", args=[row.public_id, code])


def _say_what_changed(request: HttpRequest, before: Diagnosis, saved: services.Saved) -> None:
    """The questions are new: what of the answers fits was kept, what does not is named."""
    if saved.row.questionnaire_id == before.questionnaire_id:
        return
    text = _("設問が新しくなりました。これまでの答えは、新しい設問に合うものを残しています。")
    if saved.aside:
        old = built(before.questionnaire.definition)
        names = [str(found.words) for code in saved.aside if (found := old.question(code))]
        text += _("合わなくなった答え（記録には残っています）：%(names)s") % {
            "names": _("、").join(names)
        }
    messages.warning(request, text)


def _page(
    request: HttpRequest,
    row: Diagnosis,
    sheet: Definition,
    named: Page,
    kept: Any,
    problems: list[path.Problem],
    status: int = 200,
) -> HttpResponse:
    here = [problem for problem in problems if problem.page == named.code]
    way = [one.code for one in path.walk(sheet, row.answers)]
    place = way.index(named.code) if named.code in way else len(way) - 1
    context = {
        "row": row,
        "sheet": sheet,
        "page": named,
        "form": PageForm(named, kept, here),
        "number": place + 1,
        "count": len(way),
        "back": _address(row, way[place - 1]) if place > 0 else "",
        "is_last": place == len(way) - 1 and not named.branches,
        "breadcrumb": own_crumbs(row, str(sheet.name), str(named.title)),
    }
    return TemplateResponse(request, "diagnosis/page.html", context, status=status)
