"""The demonstration: a colleague on leave, an approver who will be away, a hand-over, announcements."""

import datetime as dt
from collections.abc import Sequence

from portal.accounts.demo import BY_KEY, SUMIDA
from portal.accounts.models import User
from portal.accounts.roles import HAT_OF
from portal.duty.models import Announcement
from portal.duty.services.absences import absence_record
from portal.duty.services.announcements import announcement_post
from portal.duty.services.handovers import hand_over
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.notices.models import Notice
from subsidies.obligations import states
from subsidies.obligations.models import Obligation
from subsidies.obligations.services import obligations_hand_over

HANDED = 3
_TOLD = (
    (
        "policy",
        (),
        "実態調査の回答率を上げるための声かけのお願い",
        "回答が少ない業種があります。窓口や訪問のときに、ひと声かけてください。8分ほどで終わります。",
    ),
    (
        "reviewer-ota",
        (SUMIDA,),
        "合同の説明会の会場が決まりました",
        "大田区産業プラザで開きます。墨田区の企業も参加できます。案内の文面は別に送ります。",
    ),
    (
        "reviewer",
        (),
        "見積書の確認で気を付けていること",
        "同じ様式の見積書が3社続くときは、発行元へ電話で確かめています。書式の例を共有します。",
    ),
)


def load(*, firms: Sequence, now: dt.datetime, scale: float) -> str:
    """What the room shows; nobody is mailed."""
    # The services ask the database for the day; a load may go on past midnight.
    today = clock.to_date(clock.database_now())
    _away("reviewer2", "reviewer", today, today + dt.timedelta(days=6), "夏季休暇の振替")
    first = today + dt.timedelta(days=10)
    _away("approver-ota", "reviewer-ota", first, first + dt.timedelta(days=4), "研修", decides=True)
    handed = _handed(today)
    for key, wards, title, text in _TOLD:
        actor = _actor(key)
        with acting(actor):
            announcement_post(
                actor=actor,
                title=title,
                text=text,
                wards=wards,
                from_on=today,
                until_on=today + dt.timedelta(days=30),
            )
    Notice.objects.filter(mailed_at=None, event_key__startswith="duty.").update(mailed_at=now)
    told = Announcement.objects.count()
    return f"不在 2件、引継ぎ {handed}件、区の間のお知らせ {told}件"


def _actor(key: str) -> Actor:
    person = BY_KEY[key]
    user = User.objects.get(email=person.email)
    hat = HAT_OF[person.role]
    return Actor(user.pk, user.name, hat, frozenset({person.role}), ward_id=person.ward_id)


def _away(
    key: str, deputy: str, first: dt.date, last: dt.date, reason: str, *, decides: bool = False
) -> None:
    actor, other = _actor(key), _actor(deputy)
    with acting(actor):
        absence_record(
            actor=actor,
            user_id=actor.user_id or 0,
            deputy_id=other.user_id or 0,
            from_on=first,
            to_on=last,
            may_decide=decides,
            reason=reason,
        )


def _handed(today: dt.date) -> int:
    """Some duties went to the approver, who gave them on: the paper tells of them."""
    reviewer, approver = _actor("reviewer"), _actor("approver")
    with acting(reviewer):
        rows = Obligation.objects.filter(status=states.OPEN, owner_id=reviewer.user_id)
        some = list(rows.order_by("due_on", "pk").values_list("pk", flat=True)[:HANDED])
        if not some:
            return 0
        obligations_hand_over(
            actor=reviewer,
            obligation_ids=some,
            owner_id=approver.user_id or 0,
            reason="繁忙期の応援",
        )
        hand_over(
            actor=reviewer,
            giver_id=approver.user_id or 0,
            taker_id=reviewer.user_id or 0,
            reason="応援の終わり",
            notes="いずれも企業への連絡は済んでいます。返事は電話でもらう約束です。",
            today=today,
        )
    return 1
