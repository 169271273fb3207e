"""ラボと仲間まわし of a firm: what waits for it there, the next dates, and what else it can do."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from lab.booking.models import Reservation
from lab.booking.selectors import own as lab
from lab.nakama.cases.models import Case
from lab.nakama.cases.selectors import cases as passed_on
from lab.nakama.exchange.models import Fair, Purchase
from lab.nakama.exchange.selectors import board as sharing
from lab.nakama.exchange.selectors import fairs as meeting
from lab.nakama.exchange.selectors import purchases as pooled
from lab.nakama.models import CapabilityProfile
from lab.nakama.selectors.profiles import own_profile
from portal.accounts.access import hat_required
from portal.desk.turns import lab as lab_turns
from portal.desk.turns.todo import Todo, waiting
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.ui.markup import era_date, moment_text

# Rows of each kind that are looked at, and dates that are shown.
MOST, SHOWN_DATES = 20, 6


@dataclass(frozen=True, slots=True)
class Date:
    """Something that happens, or ends, on a day. `when` is the day in words."""

    day: dt.date
    when: str
    what: str
    about: str
    url: str


@dataclass(frozen=True, slots=True)
class Room:
    """What a firm can do in one of the rooms, and how it stands there."""

    name: str
    what: str
    state: str
    url: str
    is_on: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What the firm has in the rooms: one query for each line, whatever there is."""

    bookings: list[Reservation]
    cases: list[Case]
    fairs: list[tuple[Fair, bool]]
    purchases: list[Purchase]
    listed: int
    profile: CapabilityProfile | None


@hat_required(Hat.FIRM)
@require_safe
def lab_page(request: HttpRequest) -> HttpResponse:
    """いますること: one next step, the dates, the rooms."""
    actor, today = request.actor, clock.today()
    standing = Standing(
        bookings=lab.coming(actor, MOST),
        cases=passed_on.running(actor, MOST),
        fairs=meeting.coming(actor, today),
        purchases=pooled.gathering(actor, today),
        listed=sharing.listed(actor),
        profile=own_profile(actor),
    )
    todos = sorted(waiting(request, lab_turns.ROOMS), key=lambda todo: todo.until or dt.date.max)
    context = {
        "todos": todos or [_suggested(standing)],
        "waits": bool(todos),
        "dates": sorted(_dates(standing), key=lambda date: date.day)[:SHOWN_DATES],
        "rooms": _rooms(standing),
    }
    return TemplateResponse(request, "desk/lab.html", context)


def _suggested(standing: Standing) -> Todo:
    """Where nothing waits: the step that leads to the most."""
    if standing.profile is None:
        return Todo(
            what=_("自社の加工能力を登録する"),
            about=_("できる加工を登録すると、23区の町工場から仕事の声がかかります。5分ほどです。"),
            url=reverse("nakama:mine"),
            button=_("登録を始める"),
            until=None,
        )
    return Todo(
        what=_("ラボの設備を試す"),
        about=_("3Dプリンターや協働ロボットなどを、買う前に使ってみられます。"),
        url=reverse("booking:labs"),
        button=_("設備と時間を選ぶ"),
        until=None,
    )


def _dates(standing: Standing) -> Iterator[Date]:
    """The next days of the firm in the rooms."""
    for row in standing.bookings:
        yield Date(
            clock.to_date(row.starts_at),
            moment_text(row.starts_at),
            _("ラボで設備を使う"),
            row.lab.name,
            reverse("booking:reservation", args=[row.public_id]),
        )
    for fair, enters in standing.fairs:
        day = fair.day if enters else fair.closes_on
        yield Date(
            day,
            era_date(day),
            _("商談会に参加") if enters else _("商談会の申込みの締切"),
            fair.name,
            reverse("exchange:fair", args=[fair.public_id]),
        )
    for case in standing.cases:
        if case.due_on:
            yield Date(
                case.due_on,
                era_date(case.due_on),
                _("案件の納期"),
                f"{case.title}　{case.number or ''}".strip(),
                reverse("cases:case", args=[case.public_id]),
            )
    for purchase in standing.purchases:
        yield Date(
            purchase.closes_on,
            era_date(purchase.closes_on),
            _("共同購買の申込みの締切"),
            purchase.name,
            reverse("exchange:purchase", args=[purchase.public_id]),
        )


def _rooms(standing: Standing) -> list[Room]:
    """The rooms in the order in which a firm comes to need them."""
    ahead, cases, fairs = len(standing.bookings), len(standing.cases), len(standing.fairs)
    return [
        Room(
            _("ラボを使う"),
            _("3Dプリンター、ロボット、IoTの機器を、買う前に試せます。"),
            ngettext("予約が%(n)d件あります", "予約が%(n)d件あります", ahead) % {"n": ahead}
            if ahead
            else _("予約はありません"),
            reverse("booking:mine" if ahead else "booking:labs"),
            bool(ahead),
        ),
        Room(
            _("仲間まわしの案件"),
            _("自社でできない工程を、仲間の町工場につないで仕上げます。"),
            ngettext("進行中が%(n)d件あります", "進行中が%(n)d件あります", cases) % {"n": cases}
            if cases
            else _("進行中の案件はありません"),
            reverse("cases:list"),
            bool(cases),
        ),
        Room(
            _("加工先を探す"),
            _("してほしい加工を言葉で書くと、できる町工場が並びます。"),
            _("いつでも探せます"),
            reverse("nakama:search"),
        ),
        _profile_room(standing.profile),
        Room(
            _("資材融通"),
            _("余った材料を譲り、足りない材料を譲ってもらいます。"),
            ngettext("掲載中が%(n)d件あります", "掲載中が%(n)d件あります", standing.listed)
            % {"n": standing.listed}
            if standing.listed
            else _("掲載はありません"),
            reverse("exchange:board"),
            bool(standing.listed),
        ),
        Room(
            _("商談会"),
            _("1回20分。会いたい企業どうしの時間割を作ります。"),
            _("次は%(day)sです") % {"day": era_date(standing.fairs[0][0].day)}
            if fairs
            else _("予定はありません"),
            reverse("exchange:fairs"),
            any(enters for _fair, enters in standing.fairs),
        ),
        Room(
            _("共同購買"),
            _("まとめて買って安くします。自社だけで買うより高くなることはありません。"),
            ngettext("受付中が%(n)d件あります", "受付中が%(n)d件あります", len(standing.purchases))
            % {"n": len(standing.purchases)}
            if standing.purchases
            else _("受付中のものはありません"),
            reverse("exchange:purchases"),
            bool(standing.purchases),
        ),
    ]


def _profile_room(profile: CapabilityProfile | None) -> Room:
    return Room(
        _("自社の加工能力"),
        _("登録した工程を見て、ほかの企業が声をかけます。"),
        str(profile.state.label) if profile else _("まだ登録していません"),
        reverse("nakama:mine"),
        profile is not None,
    )
