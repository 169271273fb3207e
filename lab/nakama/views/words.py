"""読み方が未定の言葉, the coordinator's queue; 加工の言葉の辞書, every word that is known."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lab.nakama import policies, services
from lab.nakama.forms import AliasForm, AliasReasonForm, ChangeForm, MeaningForm, WordsFilterForm
from lab.nakama.selectors import words as selectors
from lab.nakama.views import common
from portal.ui.acts import form_page, found_or_404
from portal.ui.parts import Crumb

PAGE, LIST_PAGE = 15, 50


@common.coordinators
@require_http_methods(["GET", "HEAD", "POST"])
def queue(request: HttpRequest) -> HttpResponse:
    """Words that wait, each with one click to what it means; and a form for one more."""
    form = AliasForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = _("辞書に加えました。検索と企業の登録には、もう使われています。")
        if common.tried(request, form, services.alias_add, done, **form.cleaned_data):
            return redirect("nakama:words")
    page = Paginator(selectors.waiting(request.actor), PAGE).get_page(request.GET.get("page"))
    rows = [
        (word, MeaningForm(initial={"code": selectors.guess(word)}, auto_id=f"id_{word.pk}_%s"))
        for word in page
    ]
    context = {"form": form, "page": page, "rows": rows}
    return form_page(request, "nakama/words.html", context)


@common.coordinators
@require_POST
def settle(request: HttpRequest, word_id: int) -> HttpResponse:
    """It means that; or it is no word of a process."""
    word = found_or_404(policies.visible_words(request.actor).get, pk=word_id)
    if "aside" in request.POST:
        done = _("「%(word)s」は、加工の言葉ではないとしました。") % {"word": word.word}
        common.tried(request, None, services.word_set_aside, done, word_id=word.pk)
    else:
        done = _("「%(word)s」を辞書に加えました。もう使われています。") % {"word": word.word}
        common.tried(
            request,
            None,
            services.word_learn,
            done,
            word_id=word.pk,
            code=request.POST.get("code", ""),
            is_implied="is_implied" in request.POST,
        )
    return redirect("nakama:words")


@common.coordinators
@require_safe
def aliases(request: HttpRequest) -> HttpResponse:
    """Every word with what it means; the retired ones apart."""
    form = WordsFilterForm(request.GET or None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = selectors.aliases(request.actor, asked.get("q", ""), asked.get("show", ""))
    context = {
        "form": form,
        "page": Paginator(rows, LIST_PAGE).get_page(request.GET.get("page")),
        "show": asked.get("show", ""),
    }
    return TemplateResponse(request, "nakama/aliases.html", context)


@common.coordinators
@require_http_methods(["GET", "HEAD", "POST"])
def alias(request: HttpRequest, alias_id: int) -> HttpResponse:
    """One word: another spelling or meaning, out of use, in use again. Each with a reason."""
    row = found_or_404(policies.visible_aliases(request.actor).get, pk=alias_id)
    seen = request.POST.get("seen", row.changed_at.isoformat())
    act = next((name for name in ("change", "retire", "restore") if name in request.POST), "")
    change = ChangeForm(request.POST if act == "change" else None, initial=_as_it_stands(row))
    switch = AliasReasonForm(request.POST if act in {"retire", "restore"} else None, prefix="w")
    form: Any = change if act == "change" else switch
    if form.is_bound and form.is_valid():
        given: dict[str, Any] = {"alias_id": row.pk, "seen": seen}
        given["reason"] = form.cleaned_data["reason"]
        if act == "change":
            given["word"] = form.word()
        done, service = {
            "change": (_("言葉を変えました。検索にはもう使われています。"), services.alias_change),
            "retire": (_("言葉を取り下げました。検索には使われません。"), services.alias_retire),
            "restore": (_("言葉をもう一度使うようにしました。"), services.alias_restore),
        }[act]
        if common.tried(request, form, service, done, **given):
            return redirect("nakama:aliases")
    context = {
        "row": row,
        "form": form,
        "change": change,
        "switch": switch,
        "seen": seen,
        "breadcrumb": [
            Crumb(_("加工の言葉の辞書"), reverse("nakama:aliases")),
            Crumb(row.text),
        ],
    }
    return form_page(request, "nakama/alias.html", context)


def _as_it_stands(row: Any) -> dict[str, Any]:
    return {"text": row.text, "code": row.code, "is_implied": row.is_implied}
