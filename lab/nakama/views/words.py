"""読み方が未定の言葉: the coordinator's queue."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lab.nakama import policies, services
from lab.nakama.forms import AliasForm, MeaningForm
from lab.nakama.selectors import words as selectors
from lab.nakama.views import common
from portal.ui.acts import form_page, found_or_404

PAGE = 15


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
