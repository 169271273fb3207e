"""Check answers, submit, and what has arrived."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.kernel import clock
from subsidies import answers, quote_tables, states
from subsidies.forms import ConsentForm
from subsidies.models import Application
from subsidies.progress import field_label
from subsidies.rules import form as form_rules
from subsidies.rules.problem import Problem
from subsidies.rules.scheme import SchemeRules
from subsidies.schemes.english import told_categories
from subsidies.services import application_submit, correction_answer
from subsidies.services.errors import Incomplete, Refused
from subsidies.views.common import firm_application, firm_only, form_crumbs, rules_and_content
from subsidies.views.draft import task_url


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def check_answers(request: HttpRequest, public_id: object) -> HttpResponse:
    """申請内容の確認: everything on one page, then one button."""
    application = firm_application(request, public_id)
    if application.status not in states.EDITABLE:
        return redirect("subsidies:status", public_id)
    form = ConsentForm(request.POST or None, prefix="submit")
    if request.method == "POST" and (application.status == states.CORRECTION or form.is_valid()):
        return _submit(request, application)
    status = 422 if request.method == "POST" else 200
    return _page(request, application, form, status=status)


@firm_only
@require_safe
def done(request: HttpRequest, public_id: object) -> HttpResponse:
    """受付完了: the receipt number, what happens next and when."""
    application = firm_application(request, public_id)
    version = application.versions.select_related("receipt").order_by("-number").first()
    if version is None:
        return redirect("subsidies:task_list", public_id)
    return TemplateResponse(
        request,
        "subsidies/done.html",
        {"application": application, "version": version, "call": application.call},
    )


def _submit(request: HttpRequest, application: Application) -> HttpResponse:
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        messages.error(request, _("画面が古くなっています。もう一度確認して申請してください。"))
        return redirect("subsidies:check_answers", application.public_id)
    given = {"actor": request.actor, "application_id": application.pk, "idempotency_key": key}
    try:
        if application.status == states.CORRECTION:
            correction_answer(**given)
        else:
            application_submit(**given, consent=True)
    except Incomplete as incomplete:
        messages.error(request, str(incomplete))
        return _page(
            request, application, ConsentForm(prefix="submit"), incomplete.problems, status=422
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return _page(request, application, ConsentForm(prefix="submit"), status=409)
    return redirect("subsidies:done", application.public_id)


def _named(problem: Problem, rules: SchemeRules) -> str:
    """The problem with the name of its field, where its text does not say it already."""
    kind, _dot, rest = problem.anchor.partition(".")
    label = ""
    if kind == "answers":
        label = field_label(rules, problem.anchor)
    elif kind == "expenses" and rest:
        label = _("%(number)s行目") % {"number": int(rest.partition(".")[0]) + 1}
    if not label or label.casefold() in problem.text.casefold():
        return problem.text
    return _("%(label)s：%(message)s") % {"label": label, "message": problem.text}


def _page(
    request: HttpRequest,
    application: Application,
    form: ConsentForm,
    problems: tuple[Problem, ...] | None = None,
    status: int = 200,
) -> HttpResponse:
    rules, content = rules_and_content(application)
    if problems is None:
        problems = form_rules.missing(rules, content)
    context = {
        "application": application,
        "breadcrumb": form_crumbs(application, _("申請内容の確認")),
        "call": application.call,
        "rules": rules,
        "form": form,
        "key": uuid.uuid4(),
        "sections": answers.sections(application, rules, content),
        "expenses": answers.expense_rows(rules, application.expense_input),
        "calculation": form_rules.calculation(told_categories(rules), application.expense_input),
        "quote_lines": quote_tables.of_draft(application, rules),
        "warnings": answers.schedule_warnings(application, clock.today()),
        "problems": [
            (
                _named(problem, rules),
                problem.anchor,
                f"{task_url(application, problem.task)}?problems=1",
            )
            for problem in problems
        ],
        "is_correction": application.status == states.CORRECTION,
    }
    return TemplateResponse(request, "subsidies/check_answers.html", context, status=status)
