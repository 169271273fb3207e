"""What the advisors' room tells on a firm's card: requests, engagements, visits, promises."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from advisors import policies, states
from advisors.models import Engagement, NextAction, SupportRequest, Visit
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from programs import history, readers
from programs.history import (
    ADVICE,
    OF_ADVISOR,
    OF_FIRM,
    OF_WARD,
    Event,
    Place,
    Span,
    Todo,
    Told,
)
from programs.models import Firm

# Promises that are shown as open, the most urgent first.
PROMISES = 10
_ENGAGEMENT = (
    "pk",
    "public_id",
    "status",
    "team",
    "starts_on",
    "ends_on",
    "reported_at",
    "closed_on",
    "close_reason",
    "ward_id",
)
_VISIT = (
    "public_id",
    "status",
    "way",
    "starts_at",
    "decisions",
    "note",
    "advisor__name",
    "ward_id",
)
_VISITED = _("%(way)s（%(state)s）")
_WAYS = dict(Visit.Way.choices)
# Whose turn a visit in that state is.
_TURNS = {
    states.RECORDED: (OF_FIRM, _("訪問の記録を確認する")),
    states.CONFIRMED: (OF_WARD, _("訪問を受理する")),
    states.OBJECTED: (OF_ADVISOR, _("訪問の記録を直す")),
    states.RETURNED: (OF_ADVISOR, _("訪問の記録を直す")),
    states.PLANNED: (OF_ADVISOR, _("訪問する")),
}
_ROUTES = {
    Hat.FIRM: ("advisors:ask_status", "advisors:support", "advisors:visit_firm"),
    Hat.SUPPORT: ("", "advisors:case", "advisors:visit"),
}
_OFFICE = ("advisors:request", "advisors:engagement", "advisors:visit_case")


@readers.register
def accompanied(actor: Actor) -> Mapping[int, int]:
    """The firms of the running engagements in whose team the advisor is now."""
    if not policies.is_advisor(actor):
        return {}
    rows = policies.visible_engagements(actor).filter(
        status__in=states.PHASES, members__user_id=actor.user_id, members__until=None
    )
    return dict(rows.order_by("pk").values_list("firm_id", "ward_id"))


@history.tells(SupportRequest, Engagement, follows=(Visit, NextAction))
def tell(actor: Actor, firm: Firm, today: dt.date, has: history.Has) -> Iterator[Told]:
    """Four queries: requests, engagements, visits, open promises."""
    request, case, visit = _ROUTES.get(actor.hat, _OFFICE)
    mine = {"firm_id": firm.pk}
    for row in policies.visible_requests(actor).filter(**mine)[: history.MOST]:
        yield from _of_request(row, Place(request, row.public_id))
    cases = policies.visible_engagements(actor).filter(**mine).values(*_ENGAGEMENT)
    places = {}
    for found in cases[: history.MOST]:
        places[found["pk"]] = Place(case, found["public_id"])
        yield from _of_engagement(found, places[found["pk"]])
    if places and has(Visit):
        yield from _visits(actor, mine, visit)
    if places and has(NextAction):
        yield from _promises(actor, mine, places)


def _visits(actor: Actor, mine: Mapping[str, int], route: str) -> Iterator[Told]:
    visits = policies.visible_visits(actor).filter(**mine).order_by("-starts_at", "-pk")
    for found in visits.values(*_VISIT)[: history.MOST]:
        yield from _of_visit(found, Place(route, found["public_id"]))


def _promises(actor: Actor, mine: Mapping[str, int], places: Mapping[int, Place]) -> Iterator[Told]:
    actions = policies.visible_actions(actor).filter(**mine, done_on=None)
    for action in actions.order_by("due_on", "pk")[:PROMISES]:
        side = OF_FIRM if action.side == NextAction.Side.FIRM else OF_ADVISOR
        place = places.get(action.engagement_id)
        who = str(_("担当：%(name)s")) % {"name": action.owner} if action.owner else ""
        yield Todo(ADVICE, side, action.what, who, action.due_on, place)


def _of_request(row: Any, place: Place) -> Iterator[Told]:
    state = states.REQUEST.state(row.status)
    yield Event(
        at=row.sent_at,
        lane=ADVICE,
        text=_("アドバイザーの派遣を依頼しました"),
        note=(state.label, row.trouble),
        tone=state.tone if row.status == states.DECLINED else "",
        place=place,
        ward_id=row.ward_id,
    )
    if row.status == states.ASKED:
        yield Todo(ADVICE, OF_FIRM, _("区からの質問に答える"), row.question, place=place)
    elif row.status in {states.SENT, states.TAKEN}:
        what = _("派遣の依頼を受け付ける") if row.status == states.SENT else _("派遣する人を選ぶ")
        yield Todo(ADVICE, OF_WARD, what, str(state.label), place=place)


def _of_engagement(row: dict[str, Any], place: Place) -> Iterator[Told]:
    state, ward = states.ENGAGEMENT.state(row["status"]), row["ward_id"]
    yield Span(
        ADVICE, row["starts_on"], row["closed_on"] or row["ends_on"], (state.label, row["team"])
    )
    begun = clock.midnight(row["starts_on"])
    yield Event(begun, ADVICE, _("伴走支援が始まりました"), None, (row["team"],), "", place, ward)
    if row["reported_at"]:
        text = _("伴走支援の終了報告が届きました")
        yield Event(row["reported_at"], ADVICE, text, None, (), "green", place, ward)
    if row["closed_on"]:
        yield Event(
            at=clock.midnight(row["closed_on"]) + dt.timedelta(hours=23),
            lane=ADVICE,
            text=_("伴走支援が終わりました（%(state)s）"),
            values={"state": state.label},
            note=(row["close_reason"],),
            tone=state.tone,
            place=place,
            ward_id=ward,
        )
    if row["status"] not in states.PHASES:
        return
    about = f"{state.label}　{row['team']}"
    if row["reported_at"]:
        yield Todo(ADVICE, OF_WARD, _("支援を終える"), about, row["ends_on"], place)
    else:
        what = _("支援を終えるまでに終了報告を書く")
        yield Todo(ADVICE, OF_ADVISOR, what, about, row["ends_on"], place)


def _of_visit(row: dict[str, Any], place: Place) -> Iterator[Told]:
    state = states.VISIT.state(row["status"])
    way = _WAYS[row["way"]]
    if row["status"] != states.PLANNED:
        yield Event(
            at=row["starts_at"],
            lane=ADVICE,
            text=_VISITED,
            values={"way": way, "state": state.label},
            note=(row["advisor__name"], row["decisions"] or row["note"]),
            tone=state.tone,
            place=place,
            ward_id=row["ward_id"],
        )
    if row["status"] in _TURNS:
        side, what = _TURNS[row["status"]]
        until = clock.to_date(row["starts_at"]) if row["status"] == states.PLANNED else None
        yield Todo(ADVICE, side, what, f"{way}　{row['advisor__name']}", until, place)
