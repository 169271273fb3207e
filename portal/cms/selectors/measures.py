"""The live figures of a measure: rate, cap, dates, budget left, who can apply."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from portal.cms import memory
from portal.cms.models.measures import FormsPage, MeasurePage
from portal.cms.selectors import trails
from subsidies import selectors
from subsidies.contents import rules_of
from subsidies.models import Call, DocumentTemplate
from subsidies.rules.scheme import SchemeRules
from subsidies.selectors.calls import calls as published_calls

SHOWN = 30
# Where a measure that is no subsidy begins: kind → route.
BEGINS = {
    MeasurePage.Kind.COURSE: "dojo:courses",
    MeasurePage.Kind.LAB: "booking:labs",
    MeasurePage.Kind.CHECK: "diagnosis:try",
}
# Those that begin on a firm's own screen, by what 支援ナビ calls them: it leads there by way of the
# sign-in and the registration, and the page says so.
BEHIND_SIGN_IN = {MeasurePage.Kind.SUPPORT: "advice", MeasurePage.Kind.NAKAMA: "nakama"}
EXPLAINED = "@explained"
_TOP = 3  # the depth of a page directly below the home


@dataclass(frozen=True, slots=True)
class LiveCall:
    """A call with its rules, and whether it takes applications at the moment of the page."""

    call: Call
    rules: SchemeRules
    is_open: bool
    is_coming: bool

    @property
    def left_percent(self) -> int:
        """How much of the budget is left, in whole percent."""
        return self.call.left_yen * 100 // self.call.budget_yen if self.call.budget_yen else 0


def live(call: Call, now: dt.datetime) -> LiveCall:
    """The call as it stands at `now`."""
    return LiveCall(
        call, rules_of(call.version), call.opens_at <= now < call.closes_at, now < call.opens_at
    )


def of_ward(ward_id: int, now: dt.datetime) -> list[LiveCall]:
    """The ward's calls that are open or come; one query."""
    rows = selectors.open_calls(now, ward_id=ward_id, coming=True)
    return [live(call, now) for call in rows]


def of_page(page: MeasurePage, now: dt.datetime) -> dict[str, Any]:
    """What the measure's page shows besides its text."""
    if page.kind != MeasurePage.Kind.SUBSIDY or not page.scheme_code:
        kind = MeasurePage.Kind(page.kind)
        needs_account = kind in BEHIND_SIGN_IN
        if needs_account:
            begin = reverse("navi:go", args=[BEHIND_SIGN_IN[kind]])
        else:
            begin = reverse(BEGINS[kind]) if kind in BEGINS else ""
        return {"calls": [], "begin": begin, "needs_account": needs_account}
    ward_id = trails.ward_of(page)
    rows = selectors.open_calls(now, ward_id=ward_id, coming=True)
    rows = rows.filter(version__scheme__code=page.scheme_code)[:SHOWN]
    calls = [live(call, now) for call in rows]
    return {
        "calls": calls,
        "main": calls[0] if calls and ward_id else None,
        "last": _last(page, ward_id, now) if ward_id and not calls else None,
        "begin": reverse("subsidies:call_list"),
    }


def of_call(call_id: int, now: dt.datetime) -> dict[str, Any]:
    """What an announcement shows of its call; nothing where the call is not published any more."""
    call = published_calls().filter(pk=call_id).first()
    return {"main": live(call, now) if call else None}


def explained() -> dict[str, str]:
    """The common pages of what needs a sign-in, by the names of 支援ナビ; two queries, remembered."""
    remembered = memory.recall(EXPLAINED, None)
    if remembered.value is not None:
        return dict(remembered.value)
    rows = MeasurePage.objects.live().public().filter(kind__in=BEHIND_SIGN_IN, depth=_TOP)
    found = rows.order_by("-path").only("url_path", "kind")
    pages = {BEHIND_SIGN_IN[MeasurePage.Kind(row.kind)]: trails.address(row) for row in found}
    memory.keep(EXPLAINED, None, tuple(pages.items()), remembered.generation)
    return pages


def handed_out(page: FormsPage) -> list[dict[str, str]]:
    """The files that the schemes of the page's ward hand out (ひな形), by scheme."""
    ward_id = trails.ward_of(page)
    if ward_id is None:
        return []
    rows = DocumentTemplate.objects.filter(ward_id=ward_id, replaced_at=None)
    rows = rows.select_related("scheme").order_by("scheme__stage", "code")
    offered = published_calls().filter(version__scheme__in={row.scheme_id for row in rows})
    calls = {one.version.scheme_id: one for one in offered}
    found = []
    for row in rows:
        call = calls.get(row.scheme_id)
        if call is None:
            continue
        names = {item.code: item.name for item in rules_of(call.version).documents}
        if row.code in names:
            found.append(
                {
                    "scheme": row.scheme.display_name,
                    "name": names[row.code],
                    "url": reverse("subsidies:template", args=[call.pk, row.code]),
                }
            )
    return found


def _last(page: MeasurePage, ward_id: int, now: dt.datetime) -> LiveCall | None:
    """The call that was: what one may expect of the next."""
    rows = published_calls().filter(ward_id=ward_id, version__scheme__code=page.scheme_code)
    call = rows.order_by("-closes_at", "-pk").first()
    return live(call, now) if call else None
