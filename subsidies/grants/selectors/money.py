"""Reads around the money: claims that wait, payments, recoveries."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import BigIntegerField, F, Prefetch, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from portal.kernel.actor import Actor
from subsidies import grant_states
from subsidies.grants import policies, states
from subsidies.grants.kinds.claim import ADVANCE, CLAIM
from subsidies.grants.models import (
    ClaimAccount,
    Filing,
    Payment,
    Recovery,
    RecoveryPayment,
    Ruling,
)
from subsidies.models import Grant


def payable(actor: Actor) -> QuerySet[ClaimAccount]:
    """Accounts of claims that wait for their payment, the oldest claim first."""
    grants = policies.visible_grants(actor).filter(status=grant_states.CLAIMED)
    waiting = Filing.objects.filter(grant__in=grants, kind=CLAIM, status=states.SUBMITTED)
    rows = ClaimAccount.objects.filter(filing__in=waiting)
    return rows.select_related("filing", "grant__application", "grant__call").order_by(
        "filing__submitted_at", "pk"
    )


def advances(actor: Actor) -> QuerySet[Ruling]:
    """Approved advances that were not paid yet, with the accounts of their claims; as
    `approved_advance` says, those alone whose decided amount still stands.
    """
    decided = Cast(KeyTextTransform("decided_yen", "terms"), BigIntegerField())
    rows = policies.visible_rulings(actor).filter(
        kind=ADVANCE,
        status=states.RULED,
        outcome=Ruling.Outcome.APPROVE,
        grant__status=grant_states.IN_PROGRESS,
        grant__paid_yen=0,
    )
    rows = rows.annotate(approved_of=decided).filter(approved_of=F("grant__decided_yen"))
    return rows.select_related("grant__application", "filing__account").order_by("pk")


def payments(
    actor: Actor, *, query: str = "", since: dt.date | None = None, until: dt.date | None = None
) -> QuerySet[Payment]:
    """Payments of visible grants, newest first; both days are included."""
    rows = Payment.objects.filter(grant__in=policies.visible_grants(actor))
    if query:
        found = Q(grant__firm_name__icontains=query) | Q(grant__receipt_no__icontains=query)
        rows = rows.filter(found)
    if since:
        rows = rows.filter(paid_on__gte=since)
    if until:
        rows = rows.filter(paid_on__lte=until)
    return rows.select_related("grant__application", "recorded_by").order_by("-paid_on", "-pk")


def claimed_yen(account: ClaimAccount) -> int:
    """What the claim asks for: the grant is locked to this amount when it is paid."""
    return (account.grant.final_yen or 0) - account.grant.paid_yen


def payable_rows(actor: Actor) -> Iterator[tuple[ClaimAccount, str, int]]:
    """All that waits for the treasury, streamed: the account, 精算払 or 概算払, the amount (yen)."""
    for account in payable(actor).iterator(chunk_size=500):
        yield account, Payment.Kind.FINAL, claimed_yen(account)
    for ruling in advances(actor).iterator(chunk_size=500):
        if ruling.filing is not None:
            yield ruling.filing.account, Payment.Kind.ADVANCE, ruling.amount_yen or 0


def waiting_count(actor: Actor) -> int:
    """How many payments wait."""
    return payable(actor).count() + advances(actor).count()


def recoveries(actor: Actor, grant: Grant) -> list[Recovery]:
    """What was ordered back of a grant, with what came back."""
    rows = Recovery.objects.filter(grant__in=policies.visible_grants(actor), grant=grant)
    paid = Prefetch("payments", RecoveryPayment.objects.order_by("paid_on", "pk"))
    return list(rows.select_related("ruling").prefetch_related(paid))
