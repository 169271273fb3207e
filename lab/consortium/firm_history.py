"""What the consortium tells on a firm's card: problems, agreements, joint developments, and to the
firm alone its referrals.
"""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from lab.consortium import collab_states, policies, referral_states, states, words
from lab.consortium.models import CollabParty, Project, Referral
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from programs import history
from programs.history import LAB, OF_FIRM, Event, Has, Place, Span, Todo, Told
from programs.models import Firm

_OFFERED = _("学校に課題を出しました（%(kind)s）")
_AGREED = _("学校と合意しました（%(member)s）")


_CONTRACTED = _("共同開発の契約をしました")
_REFERRED = _("金融機関への紹介（%(bank)s）")


@history.tells(Project, CollabParty, Referral)
def tell(actor: Actor, firm: Firm, today: dt.date, has: Has) -> Iterator[Told]:
    """At most three queries. Officials read what their ward's firms do, without the papers."""
    if not (policies.is_firm(actor) or policies.reads_all(actor) or actor.hat == Hat.WARD):
        return
    if has(Project):
        yield from _of_projects(actor, firm)
    if has(CollabParty):
        yield from _of_collabs(actor, firm)
    if has(Referral) and policies.is_firm(actor):
        yield from _of_referrals(actor)


def _of_projects(actor: Actor, firm: Firm) -> Iterator[Told]:
    rows = Project.objects.filter(firm=firm).select_related("member").order_by("-offered_at")
    for row in rows[: history.MOST]:
        place = None if actor.hat == Hat.WARD else Place("consortium:project", row.public_id)
        yield Event(
            at=row.offered_at,
            lane=LAB,
            text=_OFFERED,
            values={"kind": row.get_kind_display()},
            note=(row.state.label, row.title),
            place=place,
            ward_id=row.ward_id,
        )
        if row.agreed_on and row.member:
            yield Event(
                at=clock.midnight(row.agreed_on),
                lane=LAB,
                text=_AGREED,
                values={"member": row.member.name},
                note=(row.title,),
                tone="green",
                place=place,
                ward_id=row.ward_id,
            )
            yield Span(LAB, row.agreed_on, row.ends_on, (row.title,))
        if policies.is_firm(actor) and row.status in (states.TALKING, states.REPORTED):
            step = words.next_step(row, words.FIRM, answers=0, has_answered=False)
            yield Todo(LAB, OF_FIRM, step.what, row.title, step.until, place)


def _of_collabs(actor: Actor, firm: Firm) -> Iterator[Told]:
    """Contracts that stand."""
    rows = policies.visible_collabs(actor).filter(firm_ids__contains=[firm.pk])
    rows = rows.filter(status__in=collab_states.COUNTED).order_by("-contracted_on")
    for row in rows[: history.MOST]:
        if row.contracted_on:
            yield Event(
                at=clock.midnight(row.contracted_on),
                lane=LAB,
                text=_CONTRACTED,
                note=(row.state.label, row.title),
                tone="green",
                place=Place("consortium:collab", row.public_id),
                ward_id=row.ward_id,
            )


def _of_referrals(actor: Actor) -> Iterator[Told]:
    """With whom a firm talks about money is its own."""
    rows = policies.visible_referrals(actor).order_by("-begun_at")
    for row in rows[: history.MOST]:
        place = Place("consortium:referral", row.public_id)
        if row.sent_at:
            yield Event(
                at=row.sent_at,
                lane=LAB,
                text=_REFERRED,
                values={"bank": row.member.name},
                note=(row.state.label,),
                place=place,
            )
        elif row.status == referral_states.DRAFT:
            what = _("見せる内容を確かめ、同意する")
            yield Todo(LAB, OF_FIRM, what, row.member.name, row.consent_until, place)
