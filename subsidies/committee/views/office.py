"""Pages of the officials who run a review."""

import secrets
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.access import hat_required
from portal.kernel import audit, clock
from portal.kernel.actor import Hat
from portal.kernel.transitions import TransitionRefused, roles_of
from portal.ui.acts import form_page, found_or_404, trying
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb, Row
from subsidies.committee import policies, services, states
from subsidies.committee.filters import ReviewFilter
from subsidies.committee.forms import MemberForm, TermsForm, points_text
from subsidies.committee.models import ReviewRound
from subsidies.committee.selectors import board as boards
from subsidies.committee.selectors import rounds as listing
from subsidies.contents import rules_of
from subsidies.models import Call
from subsidies.policies import CASE_ROLES

ward_only = hat_required(Hat.WARD, roles=CASE_ROLES)
office_only = hat_required(Hat.WARD, roles=states.OFFICE)
readers = hat_required(Hat.WARD, Hat.AUDITOR)
# A seed of the draw fits the column and is long enough to be drawn by nobody's wish.
SEEDS = 2**31 - 1


@readers
@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """The ward's reviews, and the calls that may begin one."""
    conditions = ReviewFilter(request.GET, years=listing.years(request.actor))
    rounds = conditions.chosen(listing.rounds(request.actor))
    calls: list[Call] = []
    if may_run(request):
        waiting = Call.objects.filter(
            ward_id=request.actor.ward_id, review=None, version__published_at__isnull=False
        ).select_related("version__scheme")
        calls = [call for call in waiting if rules_of(call.version).scoring is not None]
    context = {
        "filter": conditions,
        "query": request.GET.urlencode(),
        "rounds": [(row, states.ROUND.state(row.status)) for row in rounds],
        "calls": calls,
        "today": clock.today(),
    }
    return TemplateResponse(request, "committee/reviews.html", context)


@office_only
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest, call_id: int) -> HttpResponse:
    """A review of a call: its terms."""
    call = (
        Call.objects.filter(pk=call_id, ward_id=request.actor.ward_id)
        .select_related("version__scheme")
        .first()
    )
    if call is None:
        raise Http404
    form = TermsForm(
        request.POST or None,
        initial={"per_case": 3, "is_blind": rules_of(call.version).blind_review},
    )
    if request.method == "POST" and form.is_valid():
        with trying(request, form):
            made = services.round_create(actor=request.actor, call_id=call.pk, **form.cleaned_data)
            return redirect("committee:round", made.pk)
    heading = _("%(scheme)sの審査を作る") % {"scheme": call.version.scheme.display_name}
    return confirm_page(request, form, heading, _("審査を作る"), reverse("committee:reviews"))


@readers
@require_safe
def round_(request: HttpRequest, round_id: int) -> HttpResponse:
    """The review on one page: what is left to do, the matrix, and the results once all are in."""
    found = get_round(request, round_id)
    board = boards.board(request.actor, found)
    if board.results:
        audit.record(actor=request.actor, action="committee.results_viewed", obj=found)
    context = {
        "round": found,
        "state": states.ROUND.state(found.status),
        "board": board,
        "next": _next_step(request, board),
        "allowed": {
            move.name for move in states.ROUND.allowed(found.status, roles_of(request.actor))
        },
        "may_run": may_run(request),
        "points": points_text(board.points),
        "criteria": rules_of(found.version).scoring.criteria,
        "breadcrumb": [
            Crumb(_("審査"), reverse("committee:reviews")),
            Crumb(found.version.scheme.display_name),
        ],
    }
    return TemplateResponse(request, "committee/round.html", context)


@office_only
@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: HttpRequest, round_id: int) -> HttpResponse:
    """Other terms; after the beginning only another day."""
    found = get_round(request, round_id)
    form = TermsForm(
        request.POST or None,
        initial={
            "due_on": found.due_on,
            "per_case": found.per_case,
            "is_blind": found.is_blind,
        },
    )
    if found.status != states.PLANNED:
        del form.fields["per_case"], form.fields["is_blind"]
    if request.method == "POST" and form.is_valid():
        with trying(request, form):
            services.round_change(actor=request.actor, round_id=found.pk, **form.cleaned_data)
            messages.success(request, _("審査の条件を変えました。"))
            return redirect("committee:round", found.pk)
    return confirm_page(request, form, _("審査の条件"), _("保存する"), _round_url(found))


@office_only
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest, round_id: int) -> HttpResponse:
    """Put somebody on the review."""
    found = get_round(request, round_id)
    choices = [(user.pk, user.name) for user in services.candidates(found, clock.today())]
    form = MemberForm(request.POST or None, choices=choices)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with trying(request, form):
            services.member_add(
                actor=request.actor,
                round_id=found.pk,
                user_id=int(data["user"]),
                is_chair=data["is_chair"],
                vendors=data["vendors"],
            )
            messages.success(request, _("審査委員を加えました。割当てをやり直してください。"))
            return redirect("committee:round", found.pk)
    return confirm_page(request, form, _("審査委員を加える"), _("加える"), _round_url(found))


@office_only
@require_POST
def act(request: HttpRequest, round_id: int) -> HttpResponse:
    """The buttons of the review's page: draw, open, close, take a member off."""
    found = get_round(request, round_id)
    try:
        if "draw" in request.POST:
            _draw(request, found)
        elif "open" in request.POST:
            services.round_open(actor=request.actor, round_id=found.pk)
            messages.success(request, _("審査を始めました。審査委員に知らせます。"))
        elif "close" in request.POST:
            services.round_close(actor=request.actor, round_id=found.pk)
            messages.success(request, _("審査を終えました。順位と採否に進めます。"))
        elif number := posted_number(request.POST.get("remove", "")):
            services.member_remove(actor=request.actor, round_id=found.pk, member_id=number)
            messages.success(request, _("審査委員を外しました。割当てをやり直してください。"))
    except found.members.model.DoesNotExist as gone:
        raise Http404 from gone
    except TransitionRefused as refused:
        messages.error(request, str(refused))
    return redirect("committee:round", found.pk)


def get_round(request: HttpRequest, round_id: int) -> ReviewRound:
    """A visible review; 404 otherwise."""
    return found_or_404(policies.get_round, request.actor, pk=round_id)


def may_run(request: HttpRequest) -> bool:
    """Whether the person runs reviews, or only reads them."""
    return request.actor.hat == Hat.WARD and request.actor.has_role(*states.OFFICE)


def _draw(request: HttpRequest, found: ReviewRound) -> None:
    drawn = services.round_prepare(
        actor=request.actor, round_id=found.pk, seed=secrets.randbelow(SEEDS)
    )
    messages.success(
        request,
        _("%(cases)s件を取り込み、審査委員を割り当てました（除斥%(excluded)s件）。")
        % {"cases": drawn.cases, "excluded": drawn.exclusions},
    )
    if drawn.short:
        messages.warning(
            request,
            ngettext(
                "審査委員が足りない案件が%(count)d件あります。表で確かめてください。",
                "審査委員が足りない案件が%(count)d件あります。表で確かめてください。",
                len(drawn.short),
            )
            % {"count": len(drawn.short)},
        )


def _next_step(request: HttpRequest, board: boards.Board) -> dict[str, Any]:
    """What this page is for now, in words."""
    found = board.round
    if found.status == states.CLOSED:
        return {
            "what": _("審査は終わりました"),
            "text": _("平均と点差をもとに、順位と採否の案を作れます。"),
            "url": reverse("selection:ranking", args=[found.call_id]),
            "button": _("順位と採択へ"),
        }
    if found.status == states.OPEN:
        if found.revealed_at:
            return {
                "what": _("採点がそろいました。結果を確かめて、審査を終えてください"),
                "text": _("点差の大きい案件は、審査会で話し合ってください。"),
            }
        left = board.total - board.done
        return {
            "what": _("審査委員の採点を待っています（残り%(count)s件）") % {"count": left},
            "text": _("点数は、全員が提出するまで誰にも見えません。"),
            "until": found.due_on,
        }
    if not board.members:
        return {
            "what": _("審査委員を決めてください"),
            "text": _("委員長も1人決めます。"),
            "url": reverse("committee:member", args=[found.pk]),
            "button": _("審査委員を加える"),
        }
    if not board.lines:
        return {
            "what": _("案件を取り込み、審査委員を割り当ててください"),
            "text": _("利益相反のある委員は、自動で外します。"),
        }
    return {
        "what": _("割当てを確かめて、審査を始めてください"),
        "text": _(
            "始めると審査委員に知らせます。委員の顔ぶれと割当ての方法は変えられなくなります。"
        ),
    }


def _round_url(found: ReviewRound) -> str:
    return reverse("committee:round", args=[found.pk])


def confirm_page(
    request: HttpRequest, form: Any, heading: str, action: str, back: str, rows: list[Row] = ()
) -> HttpResponse:
    """A question of one form, with where to go back to."""
    context = {
        "heading": heading,
        "rows": rows,
        "form": form,
        "action_label": action,
        "cancel_url": back,
    }
    return form_page(request, "ui/confirm.html", context)
