"""DX loan referrals: prepared by the firm, read by the bank while the consent lives, answered."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lab.consortium import people, policies
from lab.consortium import referral_states as states
from lab.consortium.codes import Kind
from lab.consortium.models import Member, Referral, ReferralItem, ReferralLook
from lab.consortium.services.errors import Refused
from lab.consortium.services.parts import paper_in, paper_out, wards_of, writing
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files.models import StoredFile
from portal.kernel.texts import plain
from portal.kernel.transitions import StaleState

PURPOSE = "consortium_referral"
MOST_DAYS = 180
MOST_ITEMS = 40
MOST_A_MONTH = 5
ANSWERS = ("receive", "talk", "decide", "decline")


class ConsentOver(Refused):
    """The firm has taken its consent back, or it has run out, while the bank was at it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing the firm chooses to show, as the bank will read it; `day` and `lane` of an event."""

    code: str
    heading: str
    text: str
    day: dt.date | None = None
    lane: str = ""


def banks(actor: Actor) -> list[Member]:
    """Banks where somebody can read a referral; who that is a firm does not see."""
    with acting(actor.elevated()):
        signing = people.signing_in().values("member_id")
        return list(Member.objects.filter(kind=Kind.BANK, left_on=None, pk__in=signing))


def referral_begin(*, actor: Actor, member_id: int, until: dt.date, items: list[Shown]) -> Referral:
    """What is to be shown, for the firm to look at before it consents. Raises Refused."""
    firm_id = policies.firm_of(actor)
    _check_until(until)
    if not items:
        raise Refused(_("見せる項目を1つ以上選んでください。"))
    wards = wards_of(firm_id)
    if not wards:
        raise Refused(_("事業所の登録がありません。先に企業情報で事業所を登録してください。"))
    try:
        with transaction.atomic(), acting(actor.elevated()):
            if member_id not in {bank.pk for bank in banks(actor)}:
                raise Refused(_("この金融機関は、いま紹介を受け取れません。ほかを選んでください。"))
            _check_few(firm_id, member_id)
            row = Referral.objects.create(
                counted_ward_id=wards[0],
                firm_id=firm_id,
                member_id=member_id,
                consent_until=until,
                begun_by_id=policies.person(actor),
            )
            for item in items[:MOST_ITEMS]:
                _add(row, item)
            audit.record(actor=actor, action="consortium.referral_begun", obj=row)
            return row
    except IntegrityError as twice:
        raise Refused(
            _("この金融機関への紹介が、すでにあります。それを終えてから、もう一度始めてください。")
        ) from twice


def _check_few(firm_id: int, member_id: int) -> None:
    """Consenting and taking it back by turns is a mail to the bank each time. Raises Refused."""
    since = clock.now() - dt.timedelta(30)
    rows = Referral.objects.filter(firm_id=firm_id, member_id=member_id, sent_at__gte=since)
    if rows.count() >= MOST_A_MONTH:
        raise Refused(
            _("同じ金融機関への紹介は、30日に%(n)d回までです。金融機関に直接連絡してください。")
            % {"n": MOST_A_MONTH}
        )


def _add(row: Referral, item: Shown, stored: StoredFile | None = None) -> ReferralItem:
    return ReferralItem.objects.create(
        referral=row,
        firm_id=row.firm_id,
        code=item.code,
        heading=plain(item.heading, 80),
        text=plain(item.text, 3000),
        day=item.day,
        lane=item.lane,
        stored_file=stored,
    )


def paper_add(
    *, actor: Actor, referral_id: int, heading: str, uploaded: UploadedFile | None
) -> ReferralItem:
    """A paper for the bank, before the consent. Raises Refused, UploadRefused, StaleState."""
    seen = _own(actor, referral_id)
    if seen.status != states.DRAFT:
        raise StaleState
    stored = paper_in(actor, uploaded, PURPOSE, seen.firm_id)
    with writing(actor, seen) as row:
        if row.status != states.DRAFT:
            raise StaleState
        if ReferralItem.objects.filter(referral=row).count() >= MOST_ITEMS:
            raise Refused(_("見せる項目は%(n)d個までです。") % {"n": MOST_ITEMS})
        item = _add(row, Shown("paper", heading, ""), stored)
        audit.record(actor=actor, action="consortium.referral_paper_added", obj=row)
        return item


def item_withdraw(*, actor: Actor, referral_id: int, item_id: int) -> ReferralItem:
    """この項目は見せない: at once. Raises Refused for the last one, StaleState."""
    seen = _own(actor, referral_id)
    with writing(actor, seen) as row:
        if row.status not in {states.DRAFT, *states.SHOWN}:
            raise StaleState
        live = ReferralItem.objects.filter(referral=row, withdrawn_at=None)
        item = live.filter(pk=item_id).first()
        if item is None:
            raise StaleState
        if live.count() == 1:
            raise Refused(
                _("最後の項目です。何も見せないときは、同意を取り消すか紹介をやめてください。")
            )
        item.withdrawn_at = clock.now()
        item.save(update_fields=["withdrawn_at"])
        audit.record(
            actor=actor,
            action="consortium.referral_item_withdrawn",
            obj=row,
            detail={"item": item.code},
        )
        return item


def mark_of(items: Iterable[ReferralItem]) -> str:
    """Which things these are: a consent names those that were on the page."""
    return "-".join(str(one.pk) for one in items if one.withdrawn_at is None)


def referral_consent(*, actor: Actor, referral_id: int, shown: str | None = None) -> Referral:
    """この内容を見せることに同意する. The audit row says which things; `shown` is their mark on the page.

    Raises Refused where somebody of the firm has added or withdrawn one since, StaleState.
    """
    seen = _of_owner(actor, referral_id)
    _check_until(seen.consent_until)
    with writing(actor, seen) as row:
        codes = ReferralItem.objects.filter(referral=row, withdrawn_at=None)
        if shown is not None and shown != mark_of(codes):
            raise Refused(
                _("見せる内容が変わりました。いまの内容を確かめて、もう一度同意してください。")
            )
        _move(
            actor,
            row,
            "consent",
            detail={"items": list(codes.values_list("code", flat=True))},
            sent_at=clock.now(),
        )
        return row


def referral_extend(*, actor: Actor, referral_id: int, until: dt.date) -> Referral:
    """見せる期限を変える: later or earlier, from today. Raises Refused, StaleState."""
    seen = _of_owner(actor, referral_id)
    _check_until(until)
    with writing(actor, seen) as row:
        if row.status not in states.SHOWN:
            raise StaleState
        before, row.consent_until = row.consent_until, until
        row.save(update_fields=["consent_until"])
        audit.record(
            actor=actor,
            action="consortium.referral_until_changed",
            obj=row,
            changes={"consent_until": [before, until]},
        )
        return row


def referral_revoke(*, actor: Actor, referral_id: int) -> Referral:
    """同意を取り消す: from the next look on the bank reads nothing. Raises StaleState."""
    seen = _own(actor, referral_id)
    with writing(actor, seen) as row:
        _move(actor, row, "revoke", ended_at=clock.now())
        return row


def referral_discard(*, actor: Actor, referral_id: int) -> Referral:
    """紹介をやめる, before anybody has read anything. Raises StaleState."""
    seen = _own(actor, referral_id)
    with writing(actor, seen) as row:
        _move(actor, row, "discard")
        return row


def referral_look(*, actor: Actor, referral_id: int) -> list[ReferralItem]:
    """What the bank reads now; that it was read is written down first. Raises ConsentOver."""
    seen = _of_bank(actor, referral_id)
    with writing(actor, seen) as row:
        items = _readable(row)
        _look(actor, row, len(items))
        return items


def referral_paper(*, actor: Actor, referral_id: int, item_id: int) -> tuple[StoredFile, IO[bytes]]:
    """A paper: for the firm its own, for the bank while the consent lives.

    Raises ConsentOver, ReferralItem.DoesNotExist, FileUnavailable.
    """
    if policies.is_firm(actor):
        own = policies.get_referral(actor, pk=referral_id)
        item = ReferralItem.objects.exclude(stored_file=None).get(pk=item_id, referral=own)
        return paper_out(actor, item.stored_file_id)
    seen = _of_bank(actor, referral_id)
    with writing(actor, seen) as row:
        found = [one for one in _readable(row) if one.pk == item_id and one.stored_file_id]
        if not found:
            raise ReferralItem.DoesNotExist
        _look(actor, row, 1, found[0].heading)
        return paper_out(actor, found[0].stored_file_id)


def referral_answer(*, actor: Actor, referral_id: int, action: str) -> Referral:
    """受け付けた, 相談を始めた, 結論が出た, 見送る: nothing but that comes back.

    With a conclusion the bank has read enough: the consent ends. Raises ConsentOver, StaleState.
    """
    seen = _of_bank(actor, referral_id)
    with writing(actor, seen) as row:
        _readable(row)
        over: dict[str, Any] = {"ended_at": clock.now()} if action in {"decide", "decline"} else {}
        _move(actor, row, action, detail=None, **over)
        return row


def referrals_expire(*, actor: Actor) -> int:
    """Consents that have run out; says how many. For the system."""
    rows = Referral.objects.filter(status__in=states.SHOWN, consent_until__lt=clock.today())
    found = list(rows.select_for_update())
    for row in found:
        _move(actor, row, "expire", ended_at=clock.now())
    return len(found)


def _own(actor: Actor, referral_id: int) -> Referral:
    policies.require(policies.is_firm(actor))
    return policies.get_referral(actor, pk=referral_id)


def _of_owner(actor: Actor, referral_id: int) -> Referral:
    if not policies.is_owner(actor):
        raise Refused(_("金融機関に見せることへの同意は、企業の代表者だけができます。"))
    return _own(actor, referral_id)


def _of_bank(actor: Actor, referral_id: int) -> Referral:
    policies.require(policies.is_partner(actor))
    return policies.get_referral(actor, pk=referral_id)


def _readable(row: Referral) -> list[ReferralItem]:
    """The things shown. Raises ConsentOver, also where a page was open before."""
    if row.status == states.REVOKED:
        raise ConsentOver(
            _("企業が同意を取り消しました。内容は、もう見られません。手元の写しも消してください。")
        )
    if row.status == states.EXPIRED or row.consent_until < clock.today():
        raise ConsentOver(_("見せる期限が過ぎました。必要なときは、企業に延長を頼んでください。"))
    if row.status not in states.SHOWN:
        raise ConsentOver(_("結論を返した紹介の内容は、もう見られません。"))
    return list(ReferralItem.objects.filter(referral=row, withdrawn_at=None))


def _look(actor: Actor, row: Referral, items: int, paper: str = "") -> None:
    ReferralLook.objects.create(
        referral=row,
        firm_id=row.firm_id,
        person_id=policies.person(actor),
        person_name=actor.name[:150],
        items=items,
        paper=paper,
    )
    audit.record(
        actor=actor,
        action="consortium.referral_looked",
        obj=row,
        detail={"items": items, "paper": bool(paper)},
    )


def _check_until(until: dt.date) -> None:
    today = clock.today()
    if not today <= until <= today + dt.timedelta(MOST_DAYS):
        raise Refused(
            _("見せる期限は、今日から%(days)d日以内の日にしてください。") % {"days": MOST_DAYS}
        )


def _move(
    actor: Actor,
    row: Referral,
    action: str,
    *,
    detail: dict[str, Any] | None = None,
    **fields: Any,
) -> None:
    transitions.apply(
        table=states.REFERRAL,
        instance=row,
        action=action,
        actor=actor,
        detail=detail,
        payload={"referral_id": row.pk},
        fields=fields,
    )
