"""見積り: the quotes of every expense line on one page, added and removed without JavaScript."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.kernel.files.services import UploadRefused
from portal.ui.forms import ErrorLink
from portal.ui.numbers import posted_number
from subsidies import quote_forms, states
from subsidies.contents import rules_of, standing
from subsidies.models import Application, ApplicationDocument
from subsidies.rules import form as form_rules
from subsidies.rules import quotes as quote_rules
from subsidies.rules.problem import Problem
from subsidies.rules.scheme import QUOTES_TASK, QuoteRule, SchemeRules
from subsidies.services import document_attach, draft_save_quotes
from subsidies.services.errors import Refused, StaleDraft
from subsidies.views.common import (
    firm_application,
    firm_only,
    form_crumbs,
    revision_of,
    rules_and_content,
)
from subsidies.views.draft import next_task_url, problems_of

HERE = "subsidies:quotes"


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def quotes(request: HttpRequest, public_id: object) -> HttpResponse:
    """Who offers each line for how much, with the papers; every button saves, and so does the page."""
    application = firm_application(request, public_id)
    if application.status not in states.EDITABLE:
        return redirect("subsidies:status", public_id)
    rules, content = rules_and_content(application)
    if rules.quotes is None:
        return redirect("subsidies:task_list", public_id)
    if request.method != "POST":
        problems = form_rules.quote_problems(rules, content) if "problems" in request.GET else []
        shown = [problem for problem in problems if problem.task == QUOTES_TASK]
        return _page(request, application, rules, application.expense_input, shown)
    typed = _posted(request, application)
    lines = [
        {**line, **typed.get(place, {})} for place, line in enumerate(application.expense_input)
    ]
    try:
        _take_files(request, application, rules.quotes, typed)
        application = draft_save_quotes(
            actor=request.actor,
            application_id=application.pk,
            lines=typed,
            revision=revision_of(request),
        )
    except StaleDraft as stale:
        messages.error(request, str(stale))
        application.revision = stale.revision
        return _page(request, application, rules, lines, [], status=409)
    except Refused as refused:
        messages.error(request, str(refused))
        return _page(request, application, rules, lines, [], status=409)
    return redirect(_after_saving(request, application))


@firm_only
@require_POST
def autosave(request: HttpRequest, public_id: object) -> HttpResponse:
    """What the page saves by itself, without files; 409 when another tab changed the lines."""
    application = firm_application(request, public_id)
    if rules_of(application.version).quotes is None:
        raise Http404
    try:
        application = draft_save_quotes(
            actor=request.actor,
            application_id=application.pk,
            lines=_posted(request, application),
            revision=revision_of(request),
        )
    except Refused as refused:
        return JsonResponse({"message": str(refused)}, status=409)
    return JsonResponse({"revision": application.revision})


def _after_saving(request: HttpRequest, application: Application) -> str:
    """The page behind the pressed button: one of its own, so that the browser's back key never
    asks to send the form again."""
    here = reverse(HERE, args=[application.public_id])
    if "later" in request.POST:
        return reverse("subsidies:task_list", args=[application.public_id])
    if (place := posted_number(request.POST.get("add", ""))) is not None:
        return f"{here}?add={place}#quotes.{place}"
    if "remove" in request.POST:
        return f"{here}#quotes.{request.POST['remove'].partition('.')[0]}"
    rules, content = rules_and_content(application)
    if problems_of(form_rules.missing(rules, content), QUOTES_TASK):
        messages.info(request, _("入力した内容は下書きに保存しました。"))
        return f"{here}?problems=1#main"
    return next_task_url(application, rules, QUOTES_TASK)


def _posted(request: HttpRequest, application: Application) -> dict[int, dict[str, Any]]:
    """What was typed: place of the line → its quotes and reasons."""
    found = {}
    for place, line in enumerate(application.expense_input):
        anchor = f"quotes.{place}"
        count = posted_number(request.POST.get(f"{anchor}.count", ""))
        if count is None:
            continue
        chosen = request.POST.get(f"{anchor}.chosen", "")
        found[place] = {
            "quotes": [
                {
                    **{
                        name: request.POST.get(f"{anchor}.{number}.{name}", "")
                        for name in quote_rules.FIELDS
                    },
                    "is_chosen": "yes" if chosen == str(number) else "",
                    "place": number,
                }
                for number in range(min(count, 2 * quote_rules.MOST_QUOTES))
                if request.POST.get("remove") != f"{place}.{number}"
            ],
            **{
                name: request.POST.get(f"{anchor}.{name}", line.get(name, ""))
                for name in quote_rules.REASONS
            },
        }
    return found


def _take_files(
    request: HttpRequest,
    application: Application,
    rule: QuoteRule,
    typed: dict[int, dict[str, Any]],
) -> None:
    """Attach the files that came with the form to their quotes. A refused file is told of and
    leaves the rest as typed. Raises Refused."""
    for place, line in typed.items():
        for quote in line["quotes"]:
            uploaded = request.FILES.get(f"quotes.{place}.{quote['place']}.file")
            if uploaded is None:
                continue
            try:
                document = document_attach(
                    actor=request.actor,
                    application_id=application.pk,
                    requirement=rule.document,
                    uploaded=uploaded,
                )
            except UploadRefused as error:
                text = _("「%(name)s」は受け取れませんでした。%(reason)s")
                messages.error(request, text % {"name": uploaded.name, "reason": error.reason})
            else:
                quote["document"] = str(document.pk)


def _page(
    request: HttpRequest,
    application: Application,
    rules: SchemeRules,
    lines: list[dict[str, Any]],
    problems: list[Problem],
    status: int = 200,
) -> HttpResponse:
    assert rules.quotes is not None
    errors: dict[str, str] = {}
    for problem in problems:
        errors.setdefault(problem.anchor, problem.text)
    files = _attached(application, rules.quotes)
    add = posted_number(request.GET.get("add", ""))
    context = {
        "application": application,
        "breadcrumb": form_crumbs(application, _("見積り")),
        "cards": [
            quote_forms.card(rules, place, line, errors=errors, files=files, more=place == add)
            for place, line in enumerate(lines)
        ],
        "error_links": [ErrorLink(item.text, _target(item.anchor, files)) for item in problems],
    }
    return TemplateResponse(request, "subsidies/quotes.html", context, status=status)


def _target(anchor: str, files: list[tuple[str, str]]) -> str:
    """Where a problem is mended: before the first file there is only the field to send one."""
    return anchor if files else anchor.replace(".document", ".file")


def _attached(application: Application, rule: QuoteRule) -> list[tuple[str, str]]:
    """Key and name of the quotes' files, wherever they were attached."""
    rows = ApplicationDocument.objects.filter(
        standing(), application=application, requirement=rule.document
    )
    return [
        (str(row.pk), row.stored_file.original_name)
        for row in rows.select_related("stored_file").order_by("pk")
    ]
