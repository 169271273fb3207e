"""産学連携: the list for firm, institution and secretariat, a new problem, one project."""

from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from lab.consortium import policies, services, states, words
from lab.consortium.forms import projects as forms
from lab.consortium.forms.parts import ReasonForm
from lab.consortium.models import Project
from lab.consortium.selectors import projects as find
from lab.consortium.views import common
from lab.consortium.views.common import Deed
from portal.kernel import clock
from portal.ui.acts import form_page, found_or_404
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb, Tab
from programs.models import Firm
from programs.selectors import ward_names

PER_PAGE = 50


@common.readers
@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """A firm's own problems; what an institution may answer and does; all for the secretariat."""
    view = request.GET.get("view", "")
    number = posted_number(request.GET.get("page", "")) or 1
    page = Paginator(find.listed(request.actor, view), PER_PAGE).get_page(number)
    names, today = ward_names(), clock.today()
    context = {
        "page": page,
        "rows": [(row, names[row.ward_id]) for row in page],
        "turn": _turn(request, page),
        "is_firm": policies.is_firm(request.actor),
        "member": policies.own_member(request.actor),
        "is_partner": policies.is_partner(request.actor),
        "tabs": [
            Tab(_("動いているもの"), "?", None, view != "all"),
            Tab(_("すべて"), "?view=all", None, view == "all"),
        ],
        "view": view,
        "today": today,
    }
    return TemplateResponse(request, "consortium/projects.html", context)


def _turn(request: HttpRequest, page: Any) -> tuple[Project, words.Next] | None:
    """The first of the firm's projects with something to do, and what; the first that an institution may
    answer and has not.
    """
    today = clock.today()
    if policies.own_member(request.actor) is not None:
        rows = find.unanswered(request.actor, page, today)
        step = partial(words.next_step, side=words.ASKED, answers=0, has_answered=False)
        return (rows[0], step(rows[0])) if rows else None
    if not policies.is_firm(request.actor):
        return None
    for row in page:
        if find.is_turn(row, row.answered, today):
            step = words.next_step(row, words.FIRM, answers=row.answered, has_answered=False)
            return row, step
    return None


@common.firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def project_new(request: HttpRequest) -> HttpResponse:
    """課題を出す."""
    firm = Firm.objects.get(pk=request.actor.firm_id)
    names = ward_names()
    form = forms.ProblemForm(
        request.POST or None,
        wards=[(ward, names[ward]) for ward in services.wards_of(firm.pk)],
        running=find.running_choices(request.actor),
        initial={"contact_name": request.actor.name, "contact_phone": firm.phone, "kind": "pbl"},
    )
    if request.method == "POST" and form.is_valid():
        done = _("課題を出しました。学校と公設試験研究機関に知らせました。")
        row = common.tried(request, form, services.project_offer, done, given=form.given())
        if row is not None:
            return redirect("consortium:project", row.public_id)
    heading = _("学校に課題を出す")
    context = {"form": form, "heading": heading, "breadcrumb": [_first(), Crumb(heading)]}
    return form_page(request, "consortium/project_new.html", context)


@common.readers
@require_http_methods(["GET", "HEAD", "POST"])
def project(request: HttpRequest, public_id: object) -> HttpResponse:
    """One project: what comes next, the acts of who looks, what is agreed and what came of it."""
    row = found_or_404(policies.get_project, request.actor, public_id=public_id)
    own = find.own_answer(request.actor, row)
    side = _side(request, row)
    deeds = common.offered(request, _deeds(request, row, side, has_answered=own is not None))
    if request.method == "POST" and (
        _picked(request, row) or common.did(request, deeds, project_id=row.pk)
    ):
        # Whoever ended it for oneself may not see it any more.
        if not policies.visible_projects(request.actor).filter(pk=row.pk).exists():
            return redirect("consortium:projects")
        return redirect("consortium:project", public_id)
    answers = list(policies.visible_answers(request.actor, row))
    behind = policies.side_of(request.actor, row)
    # Whom the own side has named one may read as often as one likes.
    if (behind and side != words.FIRM) or (answers and not policies.is_partner(request.actor)):
        common.looked(request, row, "project")
    step = words.next_step(row, side, answers=len(answers), has_answered=own is not None)
    context = {
        "row": row,
        "ward_name": ward_names()[row.ward_id],
        "step": step,
        "deeds": deeds,
        "form": common.bound(deeds),
        "side": behind,
        "for": side,
        "answers": answers,
        "may_pick": row.status == states.OFFERED and side in (words.FIRM, words.STAFF),
        "has_papers": side != words.ASKED,
        "counted_in": find.fiscal_year_of(row.counted_on),
        "today": clock.today(),
        "breadcrumb": [_first(), Crumb(row.title)],
    }
    return common.page(request, "consortium/project.html", context)


def _side(request: HttpRequest, row: Project) -> str:
    if policies.is_firm(request.actor):
        return words.FIRM
    if policies.is_staff(request.actor):
        return words.STAFF
    if not policies.is_partner(request.actor):
        return words.READER
    return words.CHOSEN if policies.takes_part(request.actor, row) else words.ASKED


def _picked(request: HttpRequest, row: Project) -> bool:
    answer_id = posted_number(request.POST.get("pick", ""))
    if answer_id is None:
        return False
    done = _("話を進める機関を選び、知らせました。")
    given = {"project_id": row.pk, "answer_id": answer_id}
    common.tried(request, None, services.project_pick, done, **given)
    return True


_ANSWER = gettext_lazy("この課題に取り組みたいと回答する")
_ANSWERED = gettext_lazy("回答を送りました。企業が選ぶとお知らせが届きます。")


def _deeds(request: HttpRequest, row: Project, side: str, *, has_answered: bool) -> list[Deed]:
    """What who looks may do now; the first is the main one."""
    if side == words.READER:
        return []
    if row.status == states.OFFERED:
        return _while_open(row, side, has_answered)
    offers = _OF.get(row.status, ())
    found = [deed for deed, sides in offers if side in sides]
    waits = row.needs_nda and row.nda_on is None
    return [deed for deed in found if deed is not (AGREE if waits else NDA)]


def _while_open(row: Project, side: str, has_answered: bool) -> list[Deed]:
    if side == words.ASKED:
        if has_answered:
            return [
                Deed(
                    "answer_withdraw",
                    services.answer_withdraw,
                    gettext_lazy("回答を取り下げる"),
                    gettext_lazy("回答を取り下げました。"),
                )
            ]
        form = forms.ReplyForm
        return [Deed("answer", services.answer_add, _ANSWER, _ANSWERED, form, primary=True)]
    found = []
    if side == words.STAFF:
        form = partial(forms.ReplyForForm, members=find.institutions())
        label = gettext_lazy("サインインしない機関の回答を記録する")
        found.append(Deed("answer_for", services.answer_add, label, _ANSWERED, form))
    found.append(WITHDRAW)
    return found


WITHDRAW = Deed(
    "withdraw",
    services.project_withdraw,
    gettext_lazy("募集をやめる"),
    gettext_lazy("募集をやめました。"),
)
AGREE = Deed(
    "agree",
    services.project_agree,
    gettext_lazy("合意を記録する"),
    gettext_lazy("合意を記録し、関係者に知らせました。"),
    forms.AgreementForm,
    primary=True,
)
NDA = Deed(
    "nda",
    services.nda_record,
    gettext_lazy("秘密保持契約の日を記録する"),
    gettext_lazy("記録しました。詳しい事情が相手に見えます。"),
    forms.NdaForm,
    primary=True,
)
REOPEN = Deed(
    "reopen",
    services.project_reopen,
    gettext_lazy("ほかの機関をもう一度募集する"),
    gettext_lazy("もう一度募集を始めました。"),
    ReasonForm,
)
START = Deed(
    "start",
    services.project_start,
    gettext_lazy("開始を記録する"),
    gettext_lazy("開始を記録しました。"),
    primary=True,
)
REPORT = Deed(
    # Not as the form's field is called.
    "hand_in",
    services.project_report,
    gettext_lazy("結果を報告する"),
    gettext_lazy("報告を記録し、関係者に知らせました。"),
    forms.ReportForm,
    primary=True,
)
FINISH = Deed(
    "finish",
    services.project_finish,
    gettext_lazy("結果をどう使ったか記録する"),
    gettext_lazy("記録しました。ありがとうございました。"),
    forms.OutcomeForm,
    primary=True,
)
EXTEND = Deed(
    "extend",
    services.project_extend,
    gettext_lazy("終了予定日を延ばす"),
    gettext_lazy("終了予定日を変えました。"),
    forms.ExtendForm,
)
END_EARLY = Deed(
    "end_early",
    services.project_end_early,
    gettext_lazy("途中で終わりにする"),
    gettext_lazy("終わりにし、関係者に知らせました。"),
    ReasonForm,
    danger=True,
)
TAKE_BACK = Deed(
    "take_back",
    services.project_take_back,
    gettext_lazy("合意の記録を取り消す"),
    gettext_lazy("合意の記録を取り消しました。件数からも除きました。"),
    ReasonForm,
    danger=True,
)


_KEEPERS = (words.FIRM, words.STAFF)
_BOTH = (*_KEEPERS, words.CHOSEN)
_OF = {
    states.TALKING: ((NDA, _KEEPERS), (AGREE, _BOTH), (REOPEN, _KEEPERS), (END_EARLY, _BOTH)),
    states.AGREED: (
        (START, _BOTH), (EXTEND, _BOTH), (END_EARLY, _BOTH), (TAKE_BACK, (words.STAFF,)),
    ),
    states.RUNNING: (
        (REPORT, _BOTH), (EXTEND, _BOTH), (END_EARLY, _BOTH), (TAKE_BACK, (words.STAFF,)),
    ),
    states.REPORTED: ((FINISH, _KEEPERS),),
}  # fmt: skip


@common.readers
@require_safe
def project_file(request: HttpRequest, public_id: object, what: str) -> HttpResponseBase:
    """The agreement or the report."""
    row = found_or_404(policies.get_project, request.actor, public_id=public_id)
    stored_id = row.agreement_id if what == "agreement" else row.report_file_id
    is_reader = policies.takes_part(request.actor, row) or policies.reads_all(request.actor)
    if stored_id is None or not is_reader:
        raise Http404
    return common.paper(request, stored_id)


def _first() -> Crumb:
    return Crumb(_("産学連携"), reverse("consortium:projects"))
