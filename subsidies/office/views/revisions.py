"""改正案: overview of its parts, preview of the firm's form, trial on last year, the way out."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.kernel import clock
from portal.kernel.transitions import TransitionRefused
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb
from subsidies.forms import ReasonForm, answer_form
from subsidies.models import Scheme
from subsidies.office import parts, policies, services, states, tasks
from subsidies.office.about import About
from subsidies.office.forms import ProposeForm
from subsidies.office.models import Revision, Trial
from subsidies.office.rules import wording
from subsidies.office.services.revisions import about_of, rule_problems
from subsidies.office.services.trials import AT_ONCE
from subsidies.office.views.common import (
    crumbs,
    own_revision,
    readers,
    revision_crumb,
    scheme_crumb,
    ward_only,
)
from subsidies.rules.scheme import CLASSES, GENERAL, InvalidRules, SchemeRules

REFRESH_SECONDS = 2


@ward_only
@require_POST
def begin(request: HttpRequest, scheme_id: int) -> HttpResponse:
    """The scheme's open revision, new or found again."""
    try:
        revision = services.revision_begin(actor=request.actor, scheme_id=scheme_id)
    except Scheme.DoesNotExist as missing:
        raise Http404 from missing
    except TransitionRefused as refused:
        messages.error(request, str(refused))
        return redirect("office:scheme", scheme_id)
    return redirect("office:revision", revision.pk)


@readers
@require_safe
def overview(request: HttpRequest, revision_id: int) -> HttpResponse:
    """Every part with what is wrong in it, and the one thing to do next."""
    return _overview(request, own_revision(request, revision_id))


@ward_only
@require_POST
def move(request: HttpRequest, revision_id: int, action: str) -> HttpResponse:
    """決裁に回す, 差し戻す, 公開する, 取りやめる."""
    revision = own_revision(request, revision_id)
    acts: dict[str, Callable[[HttpRequest, Revision], HttpResponse]] = {
        "propose": _propose,
        "send_back": _send_back,
        "publish": _publish,
        "drop": _drop,
    }
    if action not in acts:
        raise Http404
    try:
        return acts[action](request, revision)
    except TransitionRefused as refused:
        messages.error(request, str(refused))
        return redirect("office:revision", revision.pk)


@readers
@require_safe
def preview(request: HttpRequest, revision_id: int) -> HttpResponse:
    """The firm's form as these rules make it, for everybody or for graduates."""
    revision = own_revision(request, revision_id)
    group = request.GET.get("class", GENERAL)
    group = group if group in CLASSES else GENERAL
    context: dict[str, Any] = {
        "revision": revision,
        "group": group,
        "breadcrumb": crumbs(
            scheme_crumb(revision.scheme), revision_crumb(revision), Crumb(_("申請書の見本"))
        ),
    }
    try:
        rules = SchemeRules.parse(revision.rules)
    except InvalidRules as invalid:
        context["problem"] = str(invalid)
    else:
        context |= {"rules": rules, "pages": _pages(rules, group)}
    return TemplateResponse(request, "office/preview.html", context)


@readers
@require_http_methods(["GET", "HEAD", "POST"])
def trial(request: HttpRequest, revision_id: int) -> HttpResponse:
    """試算: what these rules would have made of a year's applications."""
    revision = own_revision(request, revision_id)
    year = posted_number(request.POST.get("year", "")) or clock.fiscal_year(clock.today()) - 1
    if request.method == "POST":
        try:
            begun = services.trial_begin(
                actor=request.actor, revision_id=revision.pk, fiscal_year=year
            )
        except TransitionRefused as refused:
            messages.error(request, str(refused))
        else:
            _run(request, begun)
        return redirect("office:trial", revision.pk)
    last = policies.visible_trials(request.actor).filter(revision=revision).order_by("-pk").first()
    context = {
        "revision": revision,
        "trial": last,
        "year": last.fiscal_year if last else year,
        "outdated": bool(last and last.counter != revision.counter),
        "running": bool(last and last.finished_at is None),
        "may": policies.may_edit(request.actor) or policies.may_publish(request.actor),
        "breadcrumb": crumbs(
            scheme_crumb(revision.scheme), revision_crumb(revision), Crumb(_("試算"))
        ),
    }
    response = TemplateResponse(request, "office/trial.html", context)
    if context["running"]:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


def _run(request: HttpRequest, begun: Trial) -> None:
    """A few now, many by a worker."""
    actor = request.actor
    if begun.total <= AT_ONCE:
        services.trial_run(actor=actor, trial_id=begun.pk)
    else:
        # Without the broker the page goes on waiting until the sweep sends it.
        send = partial(tasks.trial.apply_async, (begun.pk,), actor=actor, retry=False)
        transaction.on_commit(send, robust=True)


def _propose(request: HttpRequest, revision: Revision) -> HttpResponse:
    form = ProposeForm(request.POST)
    if not form.is_valid():
        return _overview(request, revision, propose=form, status=422)
    services.revision_propose(
        actor=request.actor, revision_id=revision.pk, note=form.cleaned_data["note"]
    )
    messages.success(request, _("決裁に回しました。決裁者が公開すると、次の版になります。"))
    return redirect("office:revision", revision.pk)


def _send_back(request: HttpRequest, revision: Revision) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _overview(request, revision, reason=form, status=422)
    services.revision_send_back(
        actor=request.actor, revision_id=revision.pk, reason=form.cleaned_data["reason"]
    )
    messages.success(request, _("差し戻しました。"))
    return redirect("office:revision", revision.pk)


def _publish(request: HttpRequest, revision: Revision) -> HttpResponse:
    version = services.revision_publish(
        actor=request.actor,
        revision_id=revision.pk,
        seen=posted_number(request.POST.get("seen", "")) or 0,
    )
    text = _("第%(number)d版を公開しました。受付中の公募と下書きは、新しい版に変わりました。")
    messages.success(request, text % {"number": version.number})
    return redirect("office:scheme", revision.scheme_id)


def _drop(request: HttpRequest, revision: Revision) -> HttpResponse:
    services.revision_drop(actor=request.actor, revision_id=revision.pk)
    messages.success(request, _("改正案を取りやめました。いまの版はそのままです。"))
    return redirect("office:scheme", revision.scheme_id)


def _overview(
    request: HttpRequest,
    revision: Revision,
    *,
    propose: ProposeForm | None = None,
    reason: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    problems = rule_problems(revision)
    changed: tuple[wording.Difference, ...] = ()
    if not problems:
        changed = (
            *wording.laid_out(About.of(revision.scheme).lines(), about_of(revision).lines()),
            *wording.differences(
                SchemeRules.parse(revision.based_on.rules), SchemeRules.parse(revision.rules)
            ),
        )
    editing = revision.status == states.EDITING
    rows = [
        {
            "part": part,
            "url": reverse("office:part", args=[revision.pk, part.code]),
            "count": len(parts.entries(revision.rules, part)) if part.item else None,
            "problems": [item for item in problems if item.key in part.keys],
            "edited": any(
                revision.rules.get(key) != revision.based_on.rules.get(key) for key in part.keys
            ),
        }
        for part in parts.PARTS
    ]
    context = {
        "revision": revision,
        "state": states.REVISION.state(revision.status),
        "about": about_of(revision),
        "fresh": revision.based_on.scheme_id != revision.scheme_id,
        "parts": rows,
        "problems": problems,
        "changes": [item for item in changed if item.changed],
        "may_edit": editing and policies.may_edit(request.actor),
        "may_publish": revision.status == states.PROPOSED and policies.may_publish(request.actor),
        "own": request.actor.user_id in {*revision.editors, revision.begun_by_id},
        "propose_form": propose or ProposeForm(initial={"note": revision.note}),
        "reason_form": reason or ReasonForm(prefix=None),
        "form": propose or reason,
        "breadcrumb": crumbs(scheme_crumb(revision.scheme), Crumb(_("改正案"))),
    }
    return TemplateResponse(request, "office/revision.html", context, status=status)


def _pages(rules: SchemeRules, group: str) -> list[dict[str, Any]]:
    """The form's pages; what hangs on an answer is shown with its condition."""
    return [
        {
            "task": task,
            "condition": wording.condition(rules, task.when) if task.when else "",
            "form": answer_form(
                [item for item in rules.questions_of(task.code) if group not in item.not_for], {}
            ),
            "conditions": [
                (item.label, wording.condition(rules, item.when))
                for item in rules.questions_of(task.code)
                if item.when and group not in item.not_for
            ],
        }
        for task in rules.tasks
        if group not in task.not_for
    ]
