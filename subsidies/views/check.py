"""Before the form: may the firm apply? One question per page, the answer kept at once."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_safe

from programs import prefills
from subsidies import policies
from subsidies.checking import next_address
from subsidies.forms import criterion_form
from subsidies.models import Call
from subsidies.rules import eligibility
from subsidies.services import draft_save_eligibility, draft_start
from subsidies.services.errors import AlreadyApplied, Refused
from subsidies.views.common import firm_application, firm_only, rules_and_content


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, call_id: int) -> HttpResponse:
    """「申請を始める」: the firm's draft for this call, new or found again.

    Whoever pressed it signed out comes back here from the sign-in, without the form: to the call.
    """
    if not policies.may_apply(request.actor):
        raise Http404
    if request.method != "POST":
        return redirect("subsidies:call_detail", call_id)
    begun_with = prefills.offer_of(request.actor, request.POST.get("prefill", ""))
    try:
        application = draft_start(
            actor=request.actor,
            call_id=call_id,
            first_answers=begun_with.answers,
            told=begun_with.told,
        )
    except Call.DoesNotExist as missing:
        raise Http404 from missing
    except AlreadyApplied as already:
        messages.info(request, str(already))
        return redirect("subsidies:status", already.application.public_id)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("subsidies:call_detail", call_id)
    return redirect(next_address(application))


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, public_id: object, code: str) -> HttpResponse:
    """One criterion."""
    application = firm_application(request, public_id)
    rules, content = rules_and_content(application)
    verdict = eligibility.judge(rules, content.eligibility, content.facts)
    judged = next((item for item in verdict.judged if item.criterion.code == code), None)
    if judged is None:
        raise Http404
    value = application.eligibility.get(code, judged.value)
    form = criterion_form(judged.criterion, request.POST or None, value)
    if request.method == "POST" and form.is_valid():
        answers = {code: form.cleaned_data["answer"]}
        try:
            application = draft_save_eligibility(
                actor=request.actor, application_id=application.pk, answers=answers
            )
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("subsidies:status", public_id)
        return redirect(next_address(application, after=code))
    asked = [item.code for item in verdict.asked]
    number = asked.index(code) + 1 if code in asked else 1
    context = {
        "application": application,
        "form": form,
        "judged": judged,
        "number": number,
        "total": len(asked),
        "previous": asked[number - 2] if number > 1 else "",
    }
    return TemplateResponse(request, "subsidies/check_question.html", context)


@firm_only
@require_safe
def result(request: HttpRequest, public_id: object) -> HttpResponse:
    """Eligible or not, and why, with every answer to change."""
    application = firm_application(request, public_id)
    rules, content = rules_and_content(application)
    verdict = eligibility.judge(rules, content.eligibility, content.facts)
    context = {
        "application": application,
        "verdict": verdict,
        "shown": [item for item in verdict.judged if item.outcome != "not_needed"],
    }
    return TemplateResponse(request, "subsidies/check_result.html", context)
