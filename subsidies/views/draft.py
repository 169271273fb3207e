"""The application form: task list, one page per task, autosave. Nothing typed is ever refused."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.ui.parts import Task, TaskState
from subsidies import prerequisites, states
from subsidies.contents import correction_fields, rules_of
from subsidies.forms import LenientForm, answer_form
from subsidies.models import Application, SchemeVersion
from subsidies.rules import form as form_rules
from subsidies.rules import scheme
from subsidies.rules.eligibility import ELIGIBILITY_TASK
from subsidies.rules.problem import Problem
from subsidies.rules.scheme import (
    BUDGET_TASK,
    FILES_TASK,
    QUOTES_TASK,
    Question,
    SchemeRules,
)
from subsidies.schemes.english import told, told_categories
from subsidies.services import draft_delete, draft_save_answers
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

TASK_STATES = {
    "done": TaskState.DONE,
    "in_progress": TaskState.STARTED,
    "not_started": TaskState.TODO,
    "blocked": TaskState.LOCKED,
}


def task_url(application: Application, task: str) -> str:
    """Where a task of the list is done."""
    if task == ELIGIBILITY_TASK:
        return reverse("subsidies:check_result", args=[application.public_id])
    if task == form_rules.CONFIRM_TASK:
        return reverse("subsidies:check_answers", args=[application.public_id])
    if task.startswith(form_rules.BEFORE):
        return prerequisites.url(task.removeprefix(form_rules.BEFORE), application)
    pages = {
        BUDGET_TASK: "subsidies:budget",
        QUOTES_TASK: "subsidies:quotes",
        FILES_TASK: "subsidies:files",
    }
    if task in pages:
        return reverse(pages[task], args=[application.public_id])
    return reverse("subsidies:task", args=[application.public_id, task])


def next_task_url(application: Application, rules: SchemeRules, after: str) -> str:
    """The page of the task behind `after`, in the order of the task list."""
    order = [
        ELIGIBILITY_TASK,
        *(task.code for task in rules.tasks),
        BUDGET_TASK,
        *([QUOTES_TASK] if rules.quotes else []),
        FILES_TASK,
        *(f"{form_rules.BEFORE}{need.source}" for need in rules.portal_prerequisites),
    ]
    follower = order[order.index(after) + 1 :] if after in order else []
    return task_url(application, follower[0] if follower else form_rules.CONFIRM_TASK)


def problems_of(problems: Iterable[Problem], task: str) -> list[Problem]:
    return [problem for problem in problems if problem.task == task]


@firm_only
@require_safe
def task_list(request: HttpRequest, public_id: object) -> HttpResponse:
    """申請の準備: what is done and what is missing."""
    application = firm_application(request, public_id)
    if application.status != states.DRAFT:
        return redirect("subsidies:status", public_id)
    rules, content = rules_and_content(application)
    found = form_rules.task_states(rules, content)
    tasks = [
        Task(
            label=told(task.name),
            state=TASK_STATES[task.status],
            url="" if task.status == "blocked" else task_url(application, task.code),
            hint=_hint(task),
        )
        for task in found
    ]
    older = [
        SchemeRules.parse(version.rules)
        for version in SchemeVersion.objects.filter(scheme=application.version.scheme)
        .exclude(pk=application.version_id)
        .order_by("-number")[:5]
    ]
    todo = next((task for task in found if task.status in {"in_progress", "not_started"}), None)
    context = {
        "application": application,
        "tasks": tasks,
        "todo": todo,
        "todo_url": task_url(application, todo.code) if todo else "",
        "gone": form_rules.gone_answers(rules_of(application.version), application.answers, older),
        "calculation": form_rules.calculation(told_categories(rules), application.expense_input),
    }
    return TemplateResponse(request, "subsidies/task_list.html", context)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def task(request: HttpRequest, public_id: object, task: str) -> HttpResponse:
    """The questions of one task. Saved first, then checked."""
    application = firm_application(request, public_id)
    if application.status not in states.EDITABLE:
        return redirect("subsidies:status", public_id)
    rules, content = rules_and_content(application)
    named = next((item for item in rules.tasks if item.code == task), None)
    if named is None:
        raise Http404
    questions = _editable_questions(application, rules, task)
    if request.method == "POST":
        typed = {item.code: request.POST.get(item.code, "") for item in questions}
        saved = _save(request, application, typed)
        if isinstance(saved, StaleDraft):
            return _conflict(request, application, named, answer_form(questions, typed), saved)
        if saved is None:
            return redirect("subsidies:status", public_id)
        application = saved
        confirm_figures(request, application)
        rules, content = rules_and_content(application)
        problems = problems_of(form_rules.missing(rules, content), task)
        if "later" in request.POST:
            return redirect("subsidies:task_list", public_id)
        if not problems:
            return redirect(next_task_url(application, rules, task))
        messages.info(request, _("入力した内容は下書きに保存しました。"))
        # A page of its own: the browser's back key never asks to send again.
        return redirect(f"{reverse('subsidies:task', args=[public_id, task])}?problems=1")
    problems = []
    if "problems" in request.GET:
        problems = problems_of(form_rules.missing(rules, content), task)
    form = answer_form(questions, application.answers)
    form.show_problems(problems, prefix="answers")
    return _task_page(request, application, named, form)


@firm_only
@require_POST
def autosave(request: HttpRequest, public_id: object, task: str) -> HttpResponse:
    """What the task's page saves by itself; 409 when another tab changed the same field."""
    application = firm_application(request, public_id)
    rules, _content = rules_and_content(application)
    typed = {
        item.code: request.POST[item.code]
        for item in rules.questions_of(task)
        if item.code in request.POST
    }
    try:
        application = draft_save_answers(
            actor=request.actor,
            application_id=application.pk,
            answers=typed,
            revision=revision_of(request),
        )
    except Refused as refused:
        return JsonResponse({"message": str(refused)}, status=409)
    return JsonResponse({"revision": application.revision})


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, public_id: object) -> HttpResponse:
    """Throw the draft away, after one question."""
    application = firm_application(request, public_id)
    if application.status != states.DRAFT:
        return redirect("subsidies:status", public_id)
    if request.method == "POST":
        draft_delete(actor=request.actor, application_id=application.pk)
        messages.success(request, _("下書きを削除しました。"))
        return redirect("desk:my")
    return TemplateResponse(request, "subsidies/draft_delete.html", {"application": application})


def _editable_questions(application: Application, rules: SchemeRules, task: str) -> list[Question]:
    """All of the task's questions; in a correction those that the ward named."""
    questions = list(rules.questions_of(task))
    if application.status == states.CORRECTION:
        named = correction_fields(application)
        questions = [item for item in questions if f"answers.{item.code}" in named]
    return questions


def _save(
    request: HttpRequest, application: Application, typed: dict[str, str]
) -> Application | StaleDraft | None:
    """The saved application, the conflict, or None when it can no longer be edited."""
    try:
        return draft_save_answers(
            actor=request.actor,
            application_id=application.pk,
            answers=typed,
            revision=revision_of(request),
        )
    except StaleDraft as stale:
        return stale
    except Refused as refused:
        messages.error(request, str(refused))
        return None


def _conflict(
    request: HttpRequest,
    application: Application,
    task: scheme.Task,
    form: LenientForm,
    stale: StaleDraft,
) -> HttpResponse:
    """The page again with what was typed; the other version is shown beside each field."""
    for anchor, theirs in stale.theirs.items():
        name = anchor.removeprefix("answers.")
        if name in form.fields:
            text = _(
                "ほかの画面では「%(value)s」に変更されています。残す内容を入力して保存してください。"
            )
            form.add_error(name, text % {"value": theirs or _("空欄")})
    application.revision = stale.revision
    return _task_page(request, application, task, form, stale=True)


def _task_page(
    request: HttpRequest,
    application: Application,
    task: scheme.Task,
    form: LenientForm,
    *,
    stale: bool = False,
) -> HttpResponse:
    context = {
        "application": application,
        "breadcrumb": form_crumbs(application, told(task.name)),
        "task": task,
        "form": form,
        "doubts": shown_doubts(*rules_and_content(application), task.code),
        "stale": stale,
    }
    return TemplateResponse(request, "subsidies/task.html", context, status=409 if stale else 200)


def _hint(task: form_rules.TaskState) -> str:
    """What is missing, in a few words."""
    if task.status == "blocked":
        return _("ほかの項目がすべて「完了」になると始められます。")
    if task.code.startswith(form_rules.BEFORE) and task.problems:
        return str(prerequisites.get(task.code.removeprefix(form_rules.BEFORE)).hint)
    if task.status == "in_progress" and task.problems:
        left = len(task.problems)
        return ngettext("あと%(count)d項目", "あと%(count)d項目", left) % {"count": left}
    return ""
