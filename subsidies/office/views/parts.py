"""The parts of a revision: pages of values, lists of items, one item. What was typed stays."""

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.kernel.transitions import TransitionRefused
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb
from subsidies.office import parts, policies, services, states
from subsidies.office.about import About
from subsidies.office.about_forms import AboutForm
from subsidies.office.models import Revision
from subsidies.office.parts import Part
from subsidies.office.services.revisions import about_of
from subsidies.office.views.common import (
    crumbs,
    own_revision,
    readers,
    revision_crumb,
    scheme_crumb,
    ward_only,
)
from subsidies.rules.scheme import InvalidRules, RuleProblem, SchemeRules


@readers
@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, revision_id: int, code: str) -> HttpResponse:
    """One part: its form, or the list of its items."""
    revision, found = _opened(request, revision_id, code)
    if found.form is None:
        return _list_page(request, revision, found)
    form = found.form(request.POST or None, rules=revision.rules)
    status = 200
    if request.method == "POST":
        _must_edit(request, revision)
        status = 422
        if form.is_valid():
            values = form.values()
            if not form.show(_problems({**revision.rules, **values}, found)):
                if _save(request, revision, values):
                    return redirect("office:revision", revision.pk)
                status = 409
    return _form_page(request, revision, found, form, status)


@readers
@require_http_methods(["GET", "HEAD", "POST"])
def about(request: HttpRequest, revision_id: int) -> HttpResponse:
    """名前と概要: what the scheme is called from the next version on."""
    revision = own_revision(request, revision_id)
    stands = about_of(revision)
    published = revision.scheme.versions.exists()
    form = AboutForm(
        request.POST or None, initial=asdict(stands), stage=stands.stage if published else None
    )
    status = 200
    if request.method == "POST":
        _must_edit(request, revision)
        status = 422
        if form.is_valid():
            if _save(request, revision, about=form.about()):
                return redirect("office:revision", revision.pk)
            status = 409
    context = _form_context(request, revision, form, _("名前と概要"))
    return TemplateResponse(request, "office/part_form.html", context, status=status)


@readers
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, revision_id: int, code: str, number: int) -> HttpResponse:
    """One item of a list; `number` counts from 1, 0 is a new one."""
    revision, found = _opened(request, revision_id, code)
    items = parts.entries(revision.rules, found)
    if found.item is None or number > len(items):
        raise Http404
    entry = items[number - 1] if number else {}
    form = found.item(request.POST or None, entry=entry, rules=revision.rules, siblings=items)
    status = 200
    if request.method == "POST":
        _must_edit(request, revision)
        status = 422
        if form.is_valid():
            value = form.value()
            changed = [*items[: number - 1], value, *items[number:]] if number else [*items, value]
            values = parts.with_entries(revision.rules, found, changed)
            mine = _of_item({**revision.rules, **values}, found, value, number or len(changed))
            if not form.show(mine):
                if _save(request, revision, values):
                    return redirect("office:part", revision.pk, code)
                status = 409
    return _form_page(request, revision, found, form, status, number=number)


@ward_only
@require_POST
def arrange(request: HttpRequest, revision_id: int, code: str) -> HttpResponse:
    """Move an item up or down, or take it out."""
    revision, found = _opened(request, revision_id, code)
    _must_edit(request, revision)
    items = parts.entries(revision.rules, found)
    act, _space, text = request.POST.get("act", "").partition(" ")
    place = (posted_number(text) or 0) - 1
    if found.item is None:
        raise Http404
    if not 0 <= place < len(items):
        messages.error(request, _("選んだ行は、もうありません。一覧を見て、選び直してください。"))
        return redirect("office:part", revision.pk, code)
    if act == "remove":
        del items[place]
    elif act == "up" and place:
        items[place - 1], items[place] = items[place], items[place - 1]
    elif act == "down" and place + 1 < len(items):
        items[place + 1], items[place] = items[place], items[place + 1]
    _save(request, revision, parts.with_entries(revision.rules, found, items))
    return redirect("office:part", revision.pk, code)


def _opened(request: HttpRequest, revision_id: int, code: str) -> tuple[Revision, Part]:
    found = parts.BY_CODE.get(code)
    if found is None:
        raise Http404
    return own_revision(request, revision_id), found


def _must_edit(request: HttpRequest, revision: Revision) -> None:
    if not policies.may_edit(request.actor) or revision.status != states.EDITING:
        raise Http404


def _save(
    request: HttpRequest,
    revision: Revision,
    values: dict[str, Any] | None = None,
    about: About | None = None,
) -> bool:
    """Whether it was saved; why not is told on the page."""
    given: dict[str, Any] = {
        "actor": request.actor,
        "revision_id": revision.pk,
        "counter": posted_number(request.POST.get("counter", "")),
    }
    try:
        if about is not None:
            services.revision_describe(**given, about=about)
        else:
            services.revision_save(**given, values=values or {})
    except TransitionRefused as refused:
        messages.error(request, str(refused))
        revision.refresh_from_db(fields=["counter"])
        return False
    messages.success(request, _("保存しました。"))
    return True


def _problems(rules: dict[str, Any], found: Part) -> list[RuleProblem]:
    """What the rules would get wrong in this part."""
    kept = {key: value for key, value in rules.items() if value not in ("", None, [], {})}
    try:
        SchemeRules.parse(kept)
    except InvalidRules as invalid:
        return [problem for problem in invalid.found if problem.key in found.keys]
    return []


def _of_item(
    rules: dict[str, Any], found: Part, value: dict[str, Any], number: int
) -> list[RuleProblem]:
    """The part's problems that this item has: by its code, its number, or its name."""
    names = {f"{found.path}.{value.get('code', number)}", f"{found.path}.{number}"}
    return [
        problem
        for problem in _problems(rules, found)
        if any(problem.where == name or problem.where.startswith(f"{name}.") for name in names)
        or (problem.where == found.path and value.get("name", "") in problem.text)
    ]


def _list_page(request: HttpRequest, revision: Revision, found: Part) -> HttpResponse:
    context = {
        "revision": revision,
        "part": found,
        "items": [
            (number, found.label(entry))
            for number, entry in enumerate(parts.entries(revision.rules, found), start=1)
        ],
        "problems": _problems(revision.rules, found),
        "may_edit": policies.may_edit(request.actor) and revision.status == states.EDITING,
        "breadcrumb": _crumbs(revision, Crumb(found.title)),
    }
    return TemplateResponse(request, "office/part_list.html", context)


def _form_page(
    request: HttpRequest,
    revision: Revision,
    found: Part,
    form: Any,
    status: int,
    number: int | None = None,
) -> HttpResponse:
    context = _form_context(request, revision, form, found.title)
    context |= {"part": found, "hint": found.hint, "number": number}
    return TemplateResponse(request, "office/part_form.html", context, status=status)


def _form_context(
    request: HttpRequest, revision: Revision, form: Any, title: Any
) -> dict[str, Any]:
    return {
        "revision": revision,
        "title": title,
        "form": form,
        "may_edit": policies.may_edit(request.actor) and revision.status == states.EDITING,
        "breadcrumb": _crumbs(revision, Crumb(title)),
    }


def _crumbs(revision: Revision, last: Crumb) -> list[Crumb]:
    return crumbs(scheme_crumb(revision.scheme), revision_crumb(revision), last)
