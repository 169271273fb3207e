"""経費の入力: lines added and removed without JavaScript, the amount worked out in the open."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.ui.forms import ErrorLink
from portal.ui.numbers import posted_number
from subsidies import states
from subsidies.models import Application
from subsidies.rules import expenses
from subsidies.rules import form as form_rules
from subsidies.rules.scheme import BUDGET_TASK, SchemeRules
from subsidies.schemes.english import told_categories
from subsidies.services import draft_save_expenses
from subsidies.services.errors import Refused, StaleDraft
from subsidies.views.common import (
    confirm_figures,
    firm_application,
    firm_only,
    form_crumbs,
    revision_of,
    rules_and_content,
    shown_doubts,
)
from subsidies.views.draft import next_task_url, problems_of

EMPTY_LINES = 3


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def budget(request: HttpRequest, public_id: object) -> HttpResponse:
    """The lines of the budget; every button saves."""
    application = firm_application(request, public_id)
    if application.status not in states.EDITABLE:
        return redirect("subsidies:status", public_id)
    rules, content = rules_and_content(application)
    if request.method != "POST":
        problems = (
            problems_of(form_rules.missing(rules, content), BUDGET_TASK)
            if "problems" in request.GET
            else []
        )
        lines = [*application.expense_input]
        return _page(request, application, rules, lines, problems)
    lines = _posted_lines(request, application)
    if "remove" in request.POST:
        number = posted_number(request.POST["remove"])
        if number is not None and number < len(lines):
            del lines[number]
    try:
        application = draft_save_expenses(
            actor=request.actor,
            application_id=application.pk,
            lines=lines,
            revision=revision_of(request),
        )
        confirm_figures(request, application)
    except StaleDraft as stale:
        messages.error(request, str(stale))
        application.revision = stale.revision
        return _page(request, application, rules, lines, [], status=409)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("subsidies:status", public_id)
    return redirect(_after_saving(request, application))


@firm_only
@require_POST
def autosave(request: HttpRequest, public_id: object) -> HttpResponse:
    """What the page saves by itself; 409 when another tab changed the lines."""
    application = firm_application(request, public_id)
    lines = _posted_lines(request, application)
    try:
        application = draft_save_expenses(
            actor=request.actor,
            application_id=application.pk,
            lines=lines,
            revision=revision_of(request),
        )
    except Refused as refused:
        return JsonResponse({"message": str(refused)}, status=409)
    return JsonResponse({"revision": application.revision, **dict(_places(lines))})


def _places(lines: list[dict[str, Any]]) -> Iterator[tuple[str, int | str]]:
    """Which stored line each row of the page is now: empty rows are not stored."""
    place = 0
    for number, line in enumerate(lines):
        is_empty = expenses.is_empty(line)
        yield f"{number}-place", "" if is_empty else place
        place += not is_empty


def _after_saving(request: HttpRequest, application: Application) -> str:
    """The page behind the pressed button: one of its own, so that the browser's back key never
    asks to send the form again. Without a fragment the browser would keep the last one."""
    here = reverse("subsidies:budget", args=[application.public_id])
    if "later" in request.POST:
        return reverse("subsidies:task_list", args=[application.public_id])
    if "add" in request.POST:
        return f"{here}?add=1#expenses.{len(application.expense_input)}.description"
    if "remove" in request.POST:
        return f"{here}#expenses"
    rules, content = rules_and_content(application)
    if problems_of(form_rules.missing(rules, content), BUDGET_TASK):
        messages.info(request, _("入力した内容は下書きに保存しました。"))
        return f"{here}?problems=1#main"
    if "calculate" in request.POST:
        return f"{here}#sum"
    return next_task_url(application, rules, BUDGET_TASK)


def _posted_lines(request: HttpRequest, application: Application) -> list[dict[str, Any]]:
    """The lines as typed, in the order of the page. What another page asks of a line (its quotes
    and, with them, the vendor) stays with it."""
    count = posted_number(request.POST.get("lines", "0")) or 0
    total = min(count, 2 * expenses.MOST_LINES)
    stored: dict[int | None, Any] = dict(enumerate(application.expense_input))
    return [
        {
            **stored.get(posted_number(request.POST.get(f"{number}-place", str(number))), {}),
            **{
                name: request.POST.get(f"{number}-{name}", "")
                for name in expenses.FIELDS
                if name != "vendor" or f"{number}-vendor" in request.POST
            },
        }
        for number in range(total)
    ]


def _page(
    request: HttpRequest,
    application: Application,
    rules: SchemeRules,
    lines: list[dict[str, Any]],
    problems: list,
    status: int = 200,
) -> HttpResponse:
    by_anchor = {problem.anchor: problem.text for problem in problems}
    extra = EMPTY_LINES if not lines else int("add" in request.GET)
    rows = [
        {
            "number": number,
            "line": line,
            "place": request.POST.get(f"{number}-place", number if number < len(lines) else ""),
            "errors": {
                name: by_anchor.get(f"expenses.{number}.{name}", "") for name in expenses.FIELDS
            },
        }
        for number, line in enumerate([*lines, *({} for _spare in range(extra))])
    ]
    content = rules_and_content(application)[1]
    context = {
        "application": application,
        "breadcrumb": form_crumbs(application, _("経費と補助額")),
        "rules": rules,
        "rows": rows,
        "error_links": [ErrorLink(problem.text, problem.anchor) for problem in problems],
        "calculation": form_rules.calculation(told_categories(rules), lines),
        "quotes_follow": rules.quotes is not None,
        "doubts": shown_doubts(rules, content, BUDGET_TASK),
        "tax_percents": expenses.TAX_PERCENTS,
        "focus_last": "add" in request.GET,
    }
    return TemplateResponse(request, "subsidies/budget.html", context, status=status)
