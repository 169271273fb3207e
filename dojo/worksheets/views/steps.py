"""One step of a worksheet: rows added and removed without JavaScript; every button saves."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dojo.services.errors import Refused
from dojo.worksheets import policies, services
from dojo.worksheets.forms import StepForm
from dojo.worksheets.models import Worksheet
from dojo.worksheets.results import result_of
from dojo.worksheets.rules.reading import Problem, is_begun
from dojo.worksheets.rules.sheet import ROW_ID, Step
from dojo.worksheets.selectors import Reading, reading_of
from dojo.worksheets.services.writing import first_content
from dojo.worksheets.views.common import denied, firm_only, own_crumbs, seen_sheet
from portal.ui.forms import ErrorLink, error_links
from portal.ui.numbers import posted_number

# A new list of rows offers so many.
EMPTY_ROWS = 2


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, public_id: object, step: str) -> HttpResponse:
    """The questions of one step. Saved first, then checked."""
    reading, named = _step(request, public_id, step)
    if not policies.may_write(request.actor, reading.row):
        return redirect("worksheets:sheet", public_id)
    if request.method != "POST":
        problems = [found for found in reading.problems if found.step == step]
        return _page(
            request,
            reading,
            named,
            _kept(reading, named),
            problems if "problems" in request.GET else [],
        )
    typed = _typed(request, named)
    if "remove" in request.POST and isinstance(typed, list):
        number = posted_number(request.POST["remove"])
        if number is not None and number < len(typed):
            del typed[number]
    try:
        row = services.step_save(
            actor=request.actor,
            worksheet_id=reading.row.pk,
            step=step,
            typed=typed,
            revision=posted_number(request.POST.get("revision", "")),
        )
    except Refused as refused:
        messages.error(request, str(refused))
        denied(request, refused, reading.row, "step_save")
        return _page(request, reading, named, typed, [], status=409)
    return redirect(_after(request, row, named))


@firm_only
@require_POST
def autosave(request: HttpRequest, public_id: object, step: str) -> HttpResponse:
    """What the step's page saves by itself; 409 when another tab has saved since."""
    reading, named = _step(request, public_id, step)
    try:
        row = services.step_save(
            actor=request.actor,
            worksheet_id=reading.row.pk,
            step=step,
            typed=_typed(request, named),
            revision=posted_number(request.POST.get("revision", "")),
        )
    except Refused as refused:
        return JsonResponse({"message": str(refused)}, status=409)
    return JsonResponse({"revision": row.revision})


def _step(request: HttpRequest, public_id: object, code: str) -> tuple[Reading, Step]:
    reading = reading_of(seen_sheet(request, public_id))
    named = reading.sheet.step(code)
    if named is None:
        raise Http404
    return reading, named


def _kept(reading: Reading, named: Step) -> Any:
    """What the step says: as it was saved, or what its kind offers at first."""
    content = reading.row.content
    return content[named.code] if is_begun(content, named) else first_content(reading.sheet, named)


def _typed(request: HttpRequest, named: Step) -> Any:
    """The answers as typed, in the order of the page."""
    if not named.has_rows:
        return _answers(request, named, "")
    count = posted_number(request.POST.get("rows", "0")) or 0
    return [
        {
            ROW_ID: request.POST.get(f"r{number}-{ROW_ID}", ""),
            **_answers(request, named, f"r{number}-"),
        }
        for number in range(min(count, 2 * named.most))
    ]


def _answers(request: HttpRequest, named: Step, prefix: str) -> dict[str, Any]:
    return {
        field.code: request.POST.getlist(prefix + field.code)
        if field.kind == "many"
        else request.POST.get(prefix + field.code, "")
        for field in named.fields
    }


def _after(request: HttpRequest, row: Worksheet, named: Step) -> str:
    """The page behind the pressed button; a page of its own, so that going back never sends again."""
    here = reverse("worksheets:step", args=[row.public_id, named.code])
    if "later" in request.POST:
        return reverse("worksheets:sheet", args=[row.public_id])
    if "add" in request.POST:
        return f"{here}?add=1#row-{len(row.content[named.code])}"
    if "remove" in request.POST:
        return f"{here}#main"
    reading = reading_of(row)
    if any(found.step == named.code for found in reading.problems):
        messages.info(request, _("入力した内容は保存しました。残りを確かめてください。"))
        return f"{here}?problems=1#main"
    if "calculate" in request.POST:
        return f"{here}#result"
    following = reading.sheet.after(named.code)
    if following is None:
        return reverse("worksheets:sheet", args=[row.public_id])
    return reverse("worksheets:step", args=[row.public_id, following.code])


def _page(
    request: HttpRequest,
    reading: Reading,
    named: Step,
    kept: Any,
    problems: list[Problem],
    status: int = 200,
) -> HttpResponse:
    row = reading.row
    if named.has_rows:
        extra = EMPTY_ROWS if not kept else int("add" in request.GET)
        blank = {field.code: field.start for field in named.fields}
        forms = [
            StepForm(
                named,
                {ROW_ID: "", **answers},
                [found for found in problems if found.row == number],
                prefix=f"r{number}",
            )
            for number, answers in enumerate([*kept, *(blank for _spare in range(extra))])
        ]
    else:
        forms = [StepForm(named, kept, problems)]
    loose = [found for found in problems if named.has_rows and found.row is None]
    links = [ErrorLink(found.text) for found in loose]
    for number, form in enumerate(forms):
        links += [
            ErrorLink(
                _("%(number)d件目　%(text)s") % {"number": number + 1, "text": link.message}
                if named.has_rows
                else link.message,
                link.target,
            )
            for link in error_links(form)
        ]
    codes = [found.code for found in reading.sheet.steps]
    context = {
        "row": row,
        "kind": reading.sheet,
        "step": named,
        "number": codes.index(named.code) + 1,
        "count": len(codes),
        "forms": [
            (form, form.data.get(f"{form.prefix}-{ROW_ID}", "") if form.prefix else "")
            for form in forms
        ],
        "error_links": links,
        "kept_figures": _("、").join(
            str(field.label)
            for field in named.fields
            if f"{named.code}.{field.code}" in row.confidential
        ),
        "is_full": named.has_rows and len(forms) >= named.most,
        "result": result_of(reading.sheet, row.content) if _shows_result(reading, named) else None,
        "breadcrumb": own_crumbs(row, str(named.title)),
    }
    return TemplateResponse(request, "worksheets/step.html", context, status=status)


def _shows_result(reading: Reading, named: Step) -> bool:
    """What follows stands under the last step that it rests on."""
    last = {"investment": "assumptions", "process": "stages", "tools": "scores"}
    return last.get(reading.sheet.code) == named.code
