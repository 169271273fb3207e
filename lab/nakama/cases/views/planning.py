"""工程, チーム, 声かけ: the hub's three pages."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lab.nakama.cases import policies, probation, services, states
from lab.nakama.cases.forms.asking import BehalfForm, ReasonForm
from lab.nakama.cases.forms.planning import StepForm, TeamForm, TemplateForm, TemplateNameForm
from lab.nakama.cases.models import Case, CaseStep
from lab.nakama.cases.selectors import cases as find
from lab.nakama.cases.services.teams import candidates
from lab.nakama.cases.views.common import crumbs, firm_only, led_case, tabs, tried
from lab.nakama.cases.words import conditions_text, limit_texts, line_rows, relax_texts
from lab.nakama.planning.planner import RANKED, RANKED_STEPS
from portal.kernel import clock
from portal.kernel.database import acting
from portal.ui.acts import form_page
from portal.ui.numbers import posted_number
from portal.ui.parts import Row

SPARE_ROWS = 3
OTHERS = 20


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def steps(request: HttpRequest, public_id: object) -> HttpResponse:
    """工程に分ける: from a template, then row by row."""
    case = led_case(request, public_id)
    rows = find.steps_of(case)
    may = case.status in {states.DRAFT, states.OPEN} and not case.invitations.exists()
    own = [(pk, row.name) for pk, row in services.own_templates(request.actor).items()]
    template = TemplateForm(request.POST if "use" in request.POST else None, own=own)
    name = TemplateNameForm(request.POST if "name" in request.POST else None)
    posted = request.POST if "save" in request.POST else None
    forms = _step_forms(rows, posted)
    if request.method == "POST":
        if template.is_bound:
            is_done = template.is_valid() and _template_used(request, case, template)
        elif name.is_bound:
            is_done = name.is_valid() and _template_kept(request, case, name)
        else:
            is_done = posted is not None and _steps_saved(request, case, forms)
        if is_done:
            return redirect("cases:steps", public_id)
    bad = [form for form in (*forms, name) if form.is_bound and form.errors]
    context = {
        "case": case,
        "form": bad[0] if bad else template,
        "template": template,
        "name": name if rows and policies.parts(request.actor, case.pk) & policies.HUBS else None,
        "has_own": bool(own),
        "forms": list(enumerate(forms, start=1)),
        "rows": rows,
        "may": may,
        "ready": bool(rows) and case.status == states.OPEN,
        "tabs": tabs(request, case, "steps"),
        "breadcrumb": crumbs(case, _("工程")),
    }
    return form_page(request, "cases/steps.html", context)


def _template_used(request: HttpRequest, case: Case, form: TemplateForm) -> bool:
    chosen = form.cleaned_data["template"]
    done = _("ひな形の工程を入れました。合わないところを直してください。")
    if chosen.startswith(services.OWN):
        key = posted_number(chosen.removeprefix(services.OWN)) or 0
        act = services.template_use
        return tried(request, form, act, done, case_id=case.pk, template_id=key)
    return tried(request, form, services.template_apply, done, case_id=case.pk, template=chosen)


def _template_kept(request: HttpRequest, case: Case, form: TemplateNameForm) -> bool:
    done = _("工程とチームを、自社のひな形に残しました。次の案件から使えます。")
    name = form.cleaned_data["name"]
    return tried(request, form, services.template_keep, done, case_id=case.pk, name=name)


def _step_forms(rows: list[CaseStep], posted: Any) -> list[StepForm]:
    choices = find.processes()
    number = len(rows) + SPARE_ROWS
    if posted is not None:
        number = max(number, min(posted_number(posted.get("rows", "")) or 0, 15))
    made = []
    for index in range(number):
        row = rows[index] if index < len(rows) else None
        initial = (
            {
                "process_code": row.process_code,
                "hours": f"{row.minutes / 60:g}",
                "after": ", ".join(str(before) for before in row.after),
                "note": row.note,
            }
            if row
            else {}
        )
        made.append(StepForm(posted, initial=initial, prefix=f"s{index + 1}", processes=choices))
    return made


def _steps_saved(request: HttpRequest, case: Case, forms: list[StepForm]) -> bool:
    valid = [form.is_valid() for form in forms]
    if not all(valid):
        return False
    wanted = [found for form in forms if (found := form.wanted()) is not None]
    return tried(
        request,
        forms[0],
        services.steps_save,
        _("工程を保存しました。"),
        case_id=case.pk,
        wanted=wanted,
    )


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def team(request: HttpRequest, public_id: object) -> HttpResponse:
    """チームの案: made by the planner, each with its price line by line; the hub chooses and edits."""
    case = led_case(request, public_id)
    proposal = find.last_proposal(case)
    is_hub = bool(policies.parts(request.actor, case.pk) & policies.HUBS)
    form = _team_form(request, case) if proposal and proposal.teams and is_hub else None
    if request.method == "POST" and is_hub:
        if "propose" in request.POST:
            tried(request, None, services.team_propose, "", case_id=case.pk)
            return redirect("cases:team", public_id)
        if form is not None and form.is_valid():
            data = form.cleaned_data
            if tried(
                request,
                form,
                services.team_choose,
                _("案を選びました。次は、仲間に声をかけます。"),
                case_id=case.pk,
                number=data["number"],
                index=data["index"],
                edits=form.edits,
                reason=data["reason"],
            ):
                return redirect("cases:waves", public_id)
    names = {row.position: row.name for row in find.steps_of(case)}
    firms = {task["firm"] for row in (proposal.teams if proposal else []) for task in row["tasks"]}
    marks = find.marks_of(request.actor, sorted(firms))
    context = {
        "case": case,
        "form": form,
        "proposal": proposal,
        "options": _options(proposal, names, marks) if proposal else [],
        "is_ranked": bool(proposal) and len(proposal.inputs["steps"]) <= RANKED_STEPS,
        "is_cut": bool(proposal) and len(proposal.teams) == RANKED,
        "able": _able(proposal, names) if proposal else [],
        "conditions": _conditions(proposal, names) if proposal else [],
        "weights": line_rows(proposal.weights) if proposal else [],
        "relax": relax_texts(proposal.relax, names) if proposal else [],
        "limits": limit_texts(probation.limits(case)),
        "held_back": _held_back(request, case),
        "usual": bool(form and form.initial.get("reason")),
        "is_hub": is_hub,
        "has_steps": bool(names),
        "may": case.status in {states.OPEN, states.INVITING},
        "tabs": tabs(request, case, "team"),
        "breadcrumb": crumbs(case, _("チーム")),
    }
    return form_page(request, "cases/team.html", context)


def _able(proposal: Any, names: dict[int, str]) -> list[tuple[str, int]]:
    """(step, how many firms meet its conditions and have the time); older proposals do not say."""
    steps = proposal.inputs["steps"]
    return [
        (f"{one['step']}. {names.get(int(one['step']), '')}", one["able"])
        for one in steps
        if "able" in one
    ]


def _conditions(proposal: Any, names: dict[int, str]) -> list[Row]:
    """What each step was asked for; older proposals do not say."""
    return [
        Row(f"{one['step']}. {names.get(int(one['step']), '')}", conditions_text(one["conditions"]))
        for one in proposal.inputs["steps"]
        if "conditions" in one
    ]


def _held_back(request: HttpRequest, case: Case) -> int:
    """How many firms the limits of first jobs keep out, whoever they are."""
    if not probation.limits(case):
        return 0
    with acting(request.actor.elevated()):
        return len(probation.held_back(case))


def _team_form(request: HttpRequest, case: Case) -> TeamForm | None:
    proposal = find.last_proposal(case)
    assert proposal is not None
    others = {}
    initial: dict[str, Any] = {"number": proposal.number, "index": proposal.chosen or 0}
    with acting(request.actor.elevated()):
        template, usual = services.usual_team(case)
        planned = {task["step"]: task["firm"] for task in proposal.teams[0]["tasks"]}
        for step in find.steps_of(case):
            firms = [(row["firm"], row["name"]) for row in candidates(case, step)]
            friend = usual.get(step.position)
            # The friends of the template come first, as far as they meet the conditions.
            firms.sort(key=lambda firm, friend=friend: firm[0] != friend)
            others[step.position] = (str(step), firms[:OTHERS])
            if (
                proposal.chosen is None
                and friend in dict(firms)
                and friend != planned[step.position]
            ):
                initial[f"firm_{step.position}"] = friend
                initial["reason"] = _("いつものチーム（%(name)s）") % {"name": template}
    posted = request.POST if "choose" in request.POST else None
    return TeamForm(
        posted,
        initial=initial,
        teams=[_team_label(number, one) for number, one in enumerate(proposal.teams, start=1)],
        others=others,
    )


def _team_label(number: int, team: Any) -> str:
    """案1（甲製作所・乙熱処理）."""
    names = dict.fromkeys(task["name"] for task in team["tasks"])
    return _("案%(n)d（%(firms)s）") % {"n": number, "firms": _("・").join(names)}


def _options(proposal: Any, names: dict[int, str], marks: Any) -> list[dict[str, Any]]:
    """The alternatives as the page shows them."""
    found = []
    for number, one in enumerate(proposal.teams):
        found.append(
            {
                "number": number + 1,
                "is_chosen": proposal.chosen == number,
                "cost_yen": one["cost_yen"],
                "score_yen": one["score_yen"],
                "ready_on": dt.date.fromisoformat(one["ready_on"]),
                "lines": line_rows(one["lines"]),
                "tasks": [
                    {
                        **task,
                        "from": dt.date.fromisoformat(task["from"]),
                        "process": names.get(task["step"], ""),
                        "marks": marks.get(task["firm"]),
                        "edit": proposal.edits.get(str(task["step"]))
                        if proposal.chosen == number
                        else None,
                    }
                    for task in one["tasks"]
                ],
            }
        )
    return found


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def waves(request: HttpRequest, public_id: object) -> HttpResponse:
    """声かけ: who was asked until when, what they said, who does it."""
    case = led_case(request, public_id)
    is_hub = bool(policies.parts(request.actor, case.pk) & policies.HUBS)
    reopen = ReasonForm(request.POST if "reopen" in request.POST else None)
    if request.method == "POST" and _asked(request, case, reopen):
        return redirect("cases:waves", public_id)
    asking = find.asking_of(case)
    proposal = find.last_proposal(case)
    firms = [row.firm_id for item in asking for row, _quote in item.rows]
    context = {
        "case": case,
        "form": reopen,
        "asking": asking,
        "marks": find.marks_of(request.actor, firms),
        "has_team": proposal is not None and proposal.chosen is not None,
        "left": _("・").join(item.step.name for item in asking if item.chosen is None),
        "is_hub": is_hub,
        "may_ask": is_hub and case.status in {states.OPEN, states.INVITING},
        "may_choose": is_hub and case.status == states.INVITING,
        "may_reopen": case.status == states.OFFERED,
        "to_open": any(
            item.chosen is None
            and item.open_wave is None
            and not any(row.status in states.WILLING for row, _quote in item.rows)
            for item in asking
        ),
        "now": clock.now(),
        "tabs": tabs(request, case, "waves"),
        "breadcrumb": crumbs(case, _("声かけ")),
    }
    return form_page(request, "cases/waves.html", context)


def _asked(request: HttpRequest, case: Case, reopen: ReasonForm) -> bool:
    """What the page's buttons do; False when the form says what is wrong."""
    post = request.POST
    if "start" in post:
        done = _("仲間に声をかけました。返事が届くと、お知らせします。")
        tried(
            request,
            None,
            services.waves_start,
            done,
            case_id=case.pk,
            lend="lend" in post,
        )
    elif "choose" in post:
        done = _("担当を決めました。")
        tried(
            request,
            None,
            services.firm_choose,
            done,
            invitation_id=posted_number(post["choose"]) or 0,
        )
    elif "release" in post:
        tried(
            request,
            None,
            services.firm_release,
            _("決定を戻しました。"),
            invitation_id=posted_number(post["release"]) or 0,
            reason=_("担当を選び直すため"),
        )
    elif "offer" in post:
        done = _("発注元に案を出しました。発注の決定を待ちます。")
        tried(request, None, services.case_offer, done, case_id=case.pk)
    elif "reopen" in post:
        return reopen.is_valid() and tried(
            request,
            reopen,
            services.case_reopen,
            _("仲間を探し直せます。"),
            case_id=case.pk,
            reason=reopen.cleaned_data["reason"],
        )
    else:
        messages.error(request, _("操作が分かりませんでした。もう一度押してください。"))
    return True


def behalf_form(request: HttpRequest) -> BehalfForm:
    """電話・FAXで受けた返事, bound when it was sent."""
    return BehalfForm(request.POST if "behalf" in request.POST else None)
