"""The page that a mail's link opens: no sign-in, no name of person or firm. Reading it records nothing.

Mail scanners follow links: the answer in the address is only preselected, 送る records it.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dojo.followup import links, services
from dojo.followup.forms import AnswerForm
from dojo.followup.models import Survey
from dojo.followup.services.answering import LINK
from dojo.followup.views.common import denied, survey_name
from dojo.services.errors import Refused
from portal.accounts.limits import may_try, too_many
from portal.kernel import clock
from portal.kernel.database import acting
from portal.ui.acts import form_page

# Wrong links of one address; answers by one link.
LIMITS = {"followup_wrong": "20/10m/ip", "followup_answer": "30/10m/key"}


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, secret: str) -> HttpResponse:
    """The question with the answer preselected; POST records it, and again until the survey closes."""
    if not _may(request, "followup_wrong", dry_run=True):
        return too_many(request)
    try:
        with acting(LINK):
            survey = links.survey_of(secret, today=clock.today())
    except links.NoSuchLink as error:
        _may(request, "followup_wrong")
        return _gone(request, error, 404)
    except links.LinkExpired as error:
        return _gone(request, error, 410)
    if request.method == "POST":
        return _answer(request, secret, survey)
    chosen = request.GET.get("a", "") or survey.choice
    return _page(request, survey, AnswerForm(survey.question, initial={"choice": chosen}))


def _answer(request: HttpRequest, secret: str, survey: Survey) -> HttpResponse:
    if not _may(request, "followup_answer", key=secret):
        return too_many(request)
    form = AnswerForm(survey.question, request.POST)
    if not form.is_valid():
        return _page(request, survey, form)
    try:
        services.answer_by_link(secret=secret, choice=form.cleaned_data["choice"])
    except Refused as error:
        with acting(LINK):
            denied(LINK, error, survey, "answer_by_link")
        form.add_error(None, str(error))
        return _page(request, survey, form)
    return redirect("followup:link", secret)


def _page(request: HttpRequest, survey: Survey, form: AnswerForm) -> HttpResponse:
    context = {
        "form": form,
        "survey": survey,
        "name": survey_name(survey),
        "choice": survey.get_choice_display() if survey.choice else "",
    }
    answer = form_page(request, "followup/link.html", context)
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _gone(request: HttpRequest, error: Refused, status: int) -> HttpResponse:
    context = {"text": str(error), "is_over": status == 410}
    return TemplateResponse(request, "followup/link_gone.html", context, status=status)


def _may(request: HttpRequest, action: str, *, key: str = "", dry_run: bool = False) -> bool:
    return may_try(request, app="followup", action=action, config=LIMITS, key=key, dry_run=dry_run)
