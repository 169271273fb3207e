"""受信箱: one page of everything that waits, tabs and filters in the address, and as a file."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.accounts.access import hat_required
from portal.duty.filters import InboxFilter
from portal.duty.policies import WORKING, is_official
from portal.duty.selectors.absences import stood_in_for
from portal.duty.selectors.announcements import unread
from portal.duty.selectors.inbox import TABS, Inbox, Item, Wanted, everything, inbox
from portal.kernel import audit, clock
from portal.ui.exports import csv_response
from portal.ui.numbers import posted_number
from portal.ui.parts import Tab

LABELS = {
    "all": gettext_lazy("すべて"),
    "mine": gettext_lazy("自分の担当"),
    "deputy": gettext_lazy("代理"),
    "nobody": gettext_lazy("担当者なし"),
    "colleague": gettext_lazy("同僚の担当"),
    "overdue": gettext_lazy("期限超過"),
}
# A file holds so many lines at most.
EXPORTED = 5_000
CUT = gettext_lazy(
    "ほかにもあります。1つのファイルは%(count)d件までです。絞り込んで書き出してください。"
)


@hat_required(*WORKING)
@require_safe
def inbox_page(request: HttpRequest) -> HttpResponse:
    """What waits for the person, the nearest day first."""
    today = clock.today()
    conditions = InboxFilter(request.GET)
    absent = stood_in_for(request.actor, today)
    wanted = conditions.wanted(frozenset(absent))
    number = posted_number(request.GET.get("page", "")) or 1
    page = inbox(request.actor, wanted, today=today, page=number)
    context = {
        "now": clock.now(),
        "today": today,
        "page": page,
        "wanted": wanted,
        "filter": conditions,
        "tabs": _tabs(wanted, page),
        "order_url": _address(wanted, order="-due" if wanted.order == "due" else "due"),
        "query": urlencode(_given(wanted)),
        "told": unread(request.actor, today),
        "absent": _("、").join(absent.values()),
        "is_official": is_official(request.actor),
    }
    return TemplateResponse(request, "duty/inbox.html", context)


@hat_required(*WORKING)
@require_safe
def inbox_csv(request: HttpRequest) -> HttpResponse:
    """The same list as a file; that it was taken away is on record."""
    today = clock.today()
    absent = stood_in_for(request.actor, today)
    wanted = InboxFilter(request.GET).wanted(frozenset(absent))
    found = everything(request.actor, wanted, today=today, most=EXPORTED + 1)
    items, is_cut = found[:EXPORTED], len(found) > EXPORTED
    response = csv_response(
        filename=f"inbox-{today:%Y%m%d}.csv",
        header=[_("すること"), _("対象"), _("番号"), _("業務"), _("状態"), _("担当"), _("期限")],
        rows=[*map(_row, items), *([[CUT % {"count": EXPORTED}]] if is_cut else [])],
    )
    audit.record(actor=request.actor, action="duty.exported", detail={"count": len(items)})
    return response


def _row(item: Item) -> list[str]:
    return [
        " ".join(filter(None, (item.what, item.kind))),
        item.line.about,
        item.line.number,
        str(item.source.room.label),
        str(item.state.label),
        item.person,
        item.line.due.isoformat() if item.line.due else "",
    ]


def _tabs(wanted: Wanted, page: Inbox) -> list[Tab]:
    """代理 stands there only while there is somebody to stand in for."""
    return [
        Tab(
            str(LABELS[tab]),
            _address(wanted, tab=tab),
            page.tabs.get(tab, 0),
            current=tab == wanted.tab,
        )
        for tab in TABS
        if tab != "deputy" or wanted.absent or wanted.tab == "deputy"
    ]


def _given(wanted: Wanted) -> dict[str, str]:
    """The filters as they stand in the address, defaults left out."""
    given = {
        "tab": wanted.tab if wanted.tab != "all" else "",
        "room": wanted.room,
        "q": wanted.words,
        "order": wanted.order if wanted.order != "due" else "",
    }
    return {name: value for name, value in given.items() if value}


def _address(wanted: Wanted, **more: str) -> str:
    given = {**_given(wanted), **more}
    if given.get("tab") == "all":
        del given["tab"]
    if given.get("order") == "due":
        del given["order"]
    return f"{reverse('duty:inbox')}{'?' if given else ''}{urlencode(given)}"
