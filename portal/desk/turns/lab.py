"""What waits for the firm in the labs, among the workshops and in the consortium."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from lab.booking.selectors import own as lab
from lab.consortium import words as consortium
from lab.consortium.selectors import projects, referrals
from lab.events.selectors import own as lab_events
from lab.nakama.cases import words as case_words
from lab.nakama.cases.selectors import cases as passed_on
from lab.nakama.cases.selectors import rating
from lab.nakama.cases.selectors import turns as case_turns
from lab.nakama.exchange import states as pairing_states
from lab.nakama.exchange import words as exchange_words
from lab.nakama.exchange.firm_history import turn_words
from lab.nakama.exchange.selectors import board as sharing
from lab.nakama.exchange.selectors import fairs, outside
from lab.nakama.exchange.selectors import joint as joint_orders
from lab.nakama.exchange.selectors import purchases as pooled
from portal.desk.turns.todo import SHOWN, Todo
from portal.kernel import clock
from portal.ui.markup import moment_text


def _lab(request: HttpRequest) -> Iterator[Todo]:
    """Times in a lab that are kept for the firm for some hours."""
    for row in lab.offers(request.actor):
        yield Todo(
            what=_("空いた時間を予約するか返事をする"),
            about=f"{row.lab.name}　{moment_text(row.starts_at)}",
            url=reverse("booking:reservation", args=[row.public_id]),
            button=_("返事をする"),
            until=clock.to_date(row.offer_until),
        )


def _tried_out(request: HttpRequest) -> Iterator[Todo]:
    """Trials in a lab whose result the firm has not told yet."""
    for row, until in lab.to_report(request.actor)[:SHOWN]:
        yield Todo(
            what=_("試用の結果を書く"),
            about=f"{row.lab.name}　{moment_text(row.starts_at)}",
            url=reverse("booking:trial", args=[row.public_id]),
            button=_("結果を書く"),
            until=until,
        )


def _lab_events(request: HttpRequest) -> Iterator[Todo]:
    """Seats at events that go to the next person after the day."""
    for row in lab_events.offers(request.actor):
        yield Todo(
            what=_("催しの空いた席に返事をする"),
            about=row.event.display_title,
            url=reverse("events:registration", args=[row.public_id]),
            button=_("返事をする"),
            until=row.accept_by,
        )


def _shared(request: HttpRequest) -> Iterator[Todo]:
    """Material that waits for the firm's yes or for its being handed over."""
    for row in sharing.to_answer(request.actor):
        yield Todo(
            what=turn_words(row),
            about=f"{row.need.what}　{row.amount}",
            url=reverse("exchange:pairing", args=[row.public_id]),
            button=_("候補を開く"),
            until=row.answer_by if row.status == pairing_states.PROPOSED else None,
        )


def _pooled(request: HttpRequest) -> Iterator[Todo]:
    """Joint purchases that wait for the firm's yes or no."""
    for share in pooled.to_answer(request.actor):
        yield Todo(
            what=_("共同購買に参加するか返事をする"),
            about=share.purchase.name,
            url=reverse("exchange:purchase", args=[share.purchase.public_id]),
            button=_("金額を見て返事をする"),
            until=share.purchase.answer_by,
        )


def _jointly(request: HttpRequest) -> Iterator[Todo]:
    """共同受注: a part to answer for or to make, and what the firm leads."""
    for turn in joint_orders.turns(request.actor, clock.today()):
        what, button = exchange_words.TURNS[turn.code]
        yield Todo(
            what=str(what),
            about=turn.row.item,
            url=reverse("exchange:joint", args=[turn.row.public_id]),
            button=str(button),
            until=turn.until,
        )


def _invited(request: HttpRequest) -> Iterator[Todo]:
    """商談会 in which the firm takes part and has not said whom it wishes to meet."""
    for entry in fairs.to_wish(request.actor, clock.today()):
        yield Todo(
            what=_("商談会で会いたい企業を選ぶ"),
            about=entry.fair.name,
            url=reverse("exchange:wishes", args=[entry.fair.public_id]),
            button=_("企業を選ぶ"),
            until=entry.fair.closes_on,
        )


def _matched(request: HttpRequest) -> Iterator[Todo]:
    """Matches that the other side has told of and the firm confirms."""
    for row in outside.to_confirm(request.actor)[:SHOWN]:
        yield Todo(
            what=_("取引が成立したことを確認する"),
            about=row.claimed_name,
            url=reverse("exchange:match", args=[row.public_id]),
            button=_("内容を見て確認する"),
            until=row.lapses_on,
        )


def _passed_on(request: HttpRequest) -> Iterator[Todo]:
    """仲間まわし: requests to answer, and own cases whose next step is this firm's."""
    for row in passed_on.to_answer(request.actor):
        yield Todo(
            what=_("%(process)sのお願いに返事をする") % {"process": row.step.name},
            about=row.case.title,
            url=reverse("cases:invitation", args=[row.public_id]),
            button=_("返事をする"),
            until=clock.to_date(row.closes_at),
        )
    for case in passed_on.to_decide(request.actor):
        offered = case.status == "offered"
        yield Todo(
            what=_("仲間まわしの発注を決める") if offered else _("納品された品物を検収する"),
            about=f"{case.title}　{case.number}",
            url=reverse("cases:award" if offered else "cases:case", args=[case.public_id]),
            button=_("案件を開く"),
            until=case.due_on,
        )


def _made(request: HttpRequest) -> Iterator[Todo]:
    """仲間まわし that runs: the firm's turn as buyer, hub, maker or receiver."""
    for turn in case_turns.turns(request.actor)[:SHOWN]:
        what, button, page = case_words.TURNS[turn.code]
        name = f"{turn.step.name}　{turn.case.title}" if turn.step else turn.case.title
        yield Todo(
            what=str(what),
            about=f"{name}　{turn.case.number or ''}".strip(),
            url=reverse(page, args=[turn.case.public_id]),
            button=str(button),
            until=turn.case.due_on,
        )


def _rated(request: HttpRequest) -> Iterator[Todo]:
    """Firms with whom something was made and who have not been rated yet."""
    for one in rating.to_rate(request.actor):
        case = one.order.case
        yield Todo(
            what=_("一緒に仕事をした企業を評価する"),
            about=f"{case.title}　{case.number}" if case else one.order.goods,
            url=reverse("cases:ratings", args=[case.public_id])
            if case
            else reverse("cases:order_ratings", args=[one.order.public_id]),
            button=_("評価する"),
            until=one.until,
        )


def _taught(request: HttpRequest) -> Iterator[Todo]:
    """Consortium: own problems whose next step is the firm's."""
    for row in projects.to_do(request.actor, clock.today()):
        step = consortium.next_step(row, consortium.FIRM, answers=row.answered, has_answered=False)
        yield Todo(
            what=str(step.what),
            about=row.title,
            url=reverse("consortium:project", args=[row.public_id]),
            button=_("課題を開く"),
            until=step.until,
        )


def _referred(request: HttpRequest) -> Iterator[Todo]:
    """Referrals to a bank that wait for the firm's consent."""
    for referral in referrals.to_do(request.actor):
        yield Todo(
            what=_("見せる内容を確かめ、同意する"),
            about=_("%(bank)sへの紹介") % {"bank": referral.member.name},
            url=reverse("consortium:referral", args=[referral.public_id]),
            button=_("内容を確かめる"),
            until=referral.consent_until,
        )


# Shown on the labs' first page, too (portal/desk/lab.py).
ROOMS = {
    lab.offered: _lab,
    lab.unreported: _tried_out,
    lab_events.offered: _lab_events,
    sharing.waiting: _shared,
    pooled.unanswered: _pooled,
    joint_orders.running: _jointly,
    fairs.unwished: _invited,
    outside.to_confirm: _matched,
    passed_on.waiting: _passed_on,
    case_turns.going: _made,
    rating.waiting: _rated,
    projects.running: _taught,
    referrals.prepared: _referred,
}
