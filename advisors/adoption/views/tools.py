"""Pages of tools: the own list, the tools of an engagement, one tool, its facts and its end."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from advisors.adoption import codes, policies, services, states, words
from advisors.adoption.forms import StopForm, ToolForm
from advisors.adoption.models import Tool
from advisors.adoption.selectors import tools as selectors
from advisors.adoption.views import common
from advisors.policies import is_open
from portal.kernel import clock
from portal.ui.acts import form_page, found_or_404, trying
from portal.ui.forms import UiForm
from portal.ui.parts import Crumb


@common.writers
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """導入したツール of the firm, or of the firms that an advisor supports."""
    today = clock.today()
    found = selectors.own_tools(request.actor)[: selectors.SHOWN_TOOLS]
    rows = [(row, selectors.gap_of(row, today)) for row in found]
    is_firm = policies.is_firm(request.actor)
    # An advisor writes only while the support goes on.
    own = [(row, gap) for row, gap in rows if is_firm or is_open(row.engagement)]
    behind = next((row for row, gap in own if gap == codes.LAST), None)
    using = [row for row, gap in own if row.status == states.USING]
    context = {
        "rows": rows,
        "behind": behind,
        "review": selectors.due_review(using, today),
        "is_up_to_date": any(row.status == states.USING and not gap for row, gap in own),
        "next_friday": words.next_friday(today),
        "today": today,
        "cases": list(selectors.open_cases(request.actor)[: selectors.SHOWN_TOOLS]),
        "is_firm": is_firm,
    }
    return TemplateResponse(request, "adoption/mine.html", context)


@common.readers
@require_safe
def case(request: HttpRequest, public_id: object) -> HttpResponse:
    """The tools of one engagement, with the firm's curve."""
    row = found_or_404(policies.get_case, request.actor, public_id=public_id)
    if not policies.is_firm(request.actor):
        common.looked(request, "adoption.viewed", row)
    context = {
        "row": row,
        "view": selectors.case_view(request.actor, row, clock.today()),
        "support_url": common.support_url(request, row),
        "is_firm": policies.is_firm(request.actor),
        "breadcrumb": common.case_crumbs(request, row, here=True),
    }
    return TemplateResponse(request, "adoption/case.html", context)


@common.writers
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, public_id: object) -> HttpResponse:
    """導入したツールを記録する."""
    engagement = found_or_404(policies.get_case, request.actor, public_id=public_id)
    common.require_writer(request, engagement)
    form = ToolForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        about = {"engagement_id": engagement.pk}
        with trying(request, form), common.noted(request, "tool_add", **about):
            row = services.tool_add(
                actor=request.actor, engagement_id=engagement.pk, profile=form.profile()
            )
            messages.success(request, _("ツールを記録しました。次は、週の数字を記録します。"))
            return redirect("adoption:tool", row.public_id)
    heading = _("導入したツールを記録する")
    crumbs = [*common.case_crumbs(request, engagement), Crumb(heading)]
    back = reverse("adoption:case", args=[engagement.public_id])
    return _form(request, form, heading, _("ツールを記録する"), back, crumbs)


@common.readers
@require_safe
def tool(request: HttpRequest, public_id: object) -> HttpResponse:
    """One tool: how it is used, the curve, what holds it back, weeks, reviews."""
    row = common.tool_of(request, public_id)
    today = clock.today()
    view = selectors.tool_view(row, today)
    may_write = policies.may_write(request.actor, row.engagement)
    context = {
        "row": row,
        "view": view,
        "gap": selectors.gap_of(row, today),
        "use_words": words.use_words(view.found),
        "findings": list(words.findings(view.found)),
        "source": words.SOURCE,
        "may_write": may_write,
        "next_friday": words.next_friday(today),
        "today": today,
        "is_firm": policies.is_firm(request.actor),
        "breadcrumb": common.tool_crumbs(request, row),
    }
    return TemplateResponse(request, "adoption/tool.html", context)


@common.writers
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: object) -> HttpResponse:
    """ツールの情報を直す. A stale tab loses and keeps what was typed."""
    row = common.own_tool(request, public_id)
    has_weeks = row.last_week is not None
    form = ToolForm(request.POST or None, has_weeks=has_weeks, initial=ToolForm.initial_of(row))
    if request.method == "POST" and form.is_valid() and _saved(request, row, form):
        return redirect("adoption:tool", public_id)
    heading = _("ツールの情報を直す")
    back = reverse("adoption:tool", args=[row.public_id])
    crumbs = common.tool_crumbs(request, row, heading)
    return _form(request, form, heading, _("保存する"), back, crumbs)


def _saved(request: HttpRequest, row: Tool, form: ToolForm) -> bool:
    """Save; after a refusal for a stale tab the next save counts, with its eyes open."""
    with trying(request, form), common.noted(request, "tool_save", tool_id=row.pk):
        services.tool_save(
            actor=request.actor,
            tool_id=row.pk,
            profile=form.profile(),
            revision=form.cleaned_data.get("revision") or 0,
            recount=form.cleaned_data.get("recount", False),
        )
        messages.success(request, _("ツールの情報を保存しました。"))
        return True
    form.data = form.data.copy()
    form.data["revision"] = str(row.revision)
    return False


@common.writers
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, public_id: object) -> HttpResponse:
    """利用をやめたことを記録する, or begin again."""
    row = common.own_tool(request, public_id)
    here = redirect("adoption:tool", public_id)
    if row.status == states.STOPPED:
        if request.method == "POST":
            done = _("また使い始めたことを記録しました。")
            common.tried(request, None, services.tool_resume, done, tool_id=row.pk)
        return here
    form = StopForm(request.POST or None, initial={"stopped_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        done = _("利用をやめたことを記録しました。")
        if common.tried(
            request,
            form,
            services.tool_stop,
            done,
            tool_id=row.pk,
            stopped_on=form.cleaned_data["stopped_on"],
            reason=form.cleaned_data["reason"],
        ):
            return here
    heading = _("利用をやめたことを記録する")
    back = reverse("adoption:tool", args=[row.public_id])
    crumbs = common.tool_crumbs(request, row, heading)
    return _form(request, form, heading, _("やめたことを記録する"), back, crumbs)


def _form(
    request: HttpRequest, form: UiForm, heading: str, button: str, back: str, crumbs: list[Any]
) -> HttpResponse:
    context = {
        "form": form,
        "heading": heading,
        "button": button,
        "cancel_url": back,
        "breadcrumb": crumbs,
    }
    return form_page(request, "advisors/form.html", context)
