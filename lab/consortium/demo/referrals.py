"""Referrals to the one-click bank in every state, each of another firm."""

import datetime as dt

from lab.consortium import services
from lab.consortium.demo.cast import Cast, Paper, do
from lab.consortium.models import Referral
from lab.consortium.selectors.referrals import basics_of
from programs.history import COURSES
from programs.models import Firm

WISHES = (
    "稼働の見える化に使う機器をそろえたい",
    "検査用のカメラと照明を入れたい",
    "生産管理のクラウドに移りたい",
    "協働ロボットを1台試したい",
)
# The firm (0 is the one-click owner's), and how far it goes.
STORIES = (
    (0, "draft"),
    (1, "sent"),
    (2, "received"),
    (3, "talking"),
    (4, "decided"),
    (5, "declined"),
    (6, "revoked"),
    (7, "expired"),
    (8, "discarded"),
)
ANSWERS = {
    "received": ("receive",),
    "talking": ("receive", "talk"),
    "decided": ("receive", "talk", "decide"),
    "declined": ("receive", "decline"),
}


def play(people: Cast, today: dt.date, paper: Paper) -> None:
    """As many as there are firms."""
    for number, story in STORIES:
        if number < len(people.owners):
            _play(people, number, story, today, paper)


def _play(people: Cast, number: int, story: str, today: dt.date, paper: Paper) -> None:
    firm = people.owners[number]
    items = [
        services.Shown("purpose", "相談したいこと", WISHES[number % len(WISHES)]),
        basics_of(Firm.objects.get(pk=firm.firm_id)),
        services.Shown(
            "event",
            str(COURSES.label),
            "道場を修了し、活用計画を作りました",
            today - dt.timedelta(30),
            COURSES.code,
        ),
    ]
    bank = people.members["すみだがわ信用金庫"].pk
    until = today + dt.timedelta(90)
    row = do("referral_begin", firm, member_id=bank, until=until, items=items)
    given = {"referral_id": row.pk}
    if number < 2:
        do("paper_add", firm, heading="活用計画", uploaded=paper("活用計画"), **given)
    if story == "discarded":
        do("referral_discard", firm, **given)
    if story in ("draft", "discarded"):
        return
    do("referral_consent", firm, **given)
    if story != "sent":
        do("referral_look", people.bank, **given)
    for action in ANSWERS.get(story, ()):
        do("referral_answer", people.bank, action=action, **given)
    if story == "revoked":
        do("referral_revoke", firm, **given)
    if story == "expired":
        Referral.objects.filter(pk=row.pk).update(consent_until=today - dt.timedelta(1))
