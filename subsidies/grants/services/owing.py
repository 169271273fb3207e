"""What has to come back and was not ordered back yet, so that nobody has to remember it.

Other rooms add theirs with `source` (an asset that was disposed of). What a 返還命令 that waits or
stands was proposed for (`terms["cause"]`) is owed no more.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from django.db.models import Sum as Total
from django.utils.translation import gettext as _

from portal.ui.markup import yen_text
from subsidies import grant_states
from subsidies.grants import states
from subsidies.grants.kinds.recovery import RECOVERY
from subsidies.grants.kinds.revocation import REVOCATION
from subsidies.grants.models import Recovery, Ruling
from subsidies.grants.services.recovery import ADVANCE, overpaid_yen, recoverable_yen
from subsidies.grants.services.revocation import standing_yen
from subsidies.models import Grant

ENDED, REVOKED = "ended", "revocation:"
# A grant that came to nothing: what was paid on it has to come back.
_ENDED = (grant_states.CANCELLED, grant_states.WITHDRAWN, grant_states.REVOKED)


@dataclass(frozen=True, slots=True)
class Owing:
    """`yen` to be ordered back for `cause`; `what` and `sentence` (of the amount) are for the page,
    `reason` (Japanese) for the proposal. `surcharged`: 違約加算金 is usual, because the firm is at
    fault.
    """

    cause: str
    yen: int
    what: str
    sentence: Callable[[int], str]
    reason: str
    surcharged: bool = False

    @property
    def text(self) -> str:
        return self.sentence(self.yen)


Source = Callable[[Grant], Iterable[Owing]]
_sources: list[Source] = []


def source(function: Source) -> Source:
    """Decorator: one more thing that money may have to come back for."""
    _sources.append(function)
    return function


def owings(grant: Grant) -> list[Owing]:
    """All that is to be ordered back of the grant; together never more than is left of what was paid."""
    if not grant.paid_yen:
        return []
    rows = Ruling.objects.filter(
        grant=grant, kind=RECOVERY, status__in=[states.PROPOSED, states.RULED]
    )
    ordered = set(rows.values_list("terms__cause", flat=True))
    waiting = rows.filter(status=states.PROPOSED).aggregate(sum=Total("amount_yen"))["sum"] or 0
    left = recoverable_yen(grant) - waiting
    listed = []
    for item in (item for found in _sources for item in found(grant)):
        yen = min(item.yen, left)
        if item.cause not in ordered and yen > 0:
            left -= yen
            listed.append(replace(item, yen=yen))
    return listed


@source
def _advance(grant: Grant) -> Iterator[Owing]:
    """概算払 beyond the final amount."""
    if over := overpaid_yen(grant):
        yield Owing(
            ADVANCE,
            over,
            _("概算払の精算：返還を起案してください"),
            lambda yen: (
                _("確定額より%(yen)s多く支払っています。返還を命じると、精算が終わります。")
                % {"yen": yen_text(yen)}
            ),
            "概算払の額が確定額を超えたため、超えた額の返還を命じる。",
        )


@source
def _partly_revoked(grant: Grant) -> Iterator[Owing]:
    """What a revocation of a part (一部取消) after the payment has taken away, as far as no order
    covers it; one that names no cause counts for it. What an order for the revocation itself left
    out is not asked for under another one.
    """
    if grant.status not in (grant_states.PAID, grant_states.CLOSED):
        return
    ordered = _ordered(grant)
    against = sum(
        yen for cause, yen in ordered.items() if cause in ("", ADVANCE) or cause.startswith(REVOKED)
    )
    left = grant.paid_yen - against - overpaid_yen(grant) - standing_yen(grant)
    rows = Ruling.objects.filter(grant=grant, kind=REVOCATION, status=states.RULED)
    for ruling in rows.order_by("-pk"):
        terms, cause = ruling.terms, f"{REVOKED}{ruling.pk}"
        taken = min(terms["revoked_yen"], terms["return_yen"])
        if cause in ordered:
            left -= max(0, taken - ordered[cause])
            continue
        yen = min(taken, left)
        if terms["kept_yen"] and yen > 0:
            left -= yen
            yield Owing(
                cause,
                yen,
                _("一部取消に伴う返還を起案してください"),
                lambda yen: (
                    _("交付決定の一部を取り消したため、%(yen)sを返還してもらいます。")
                    % {"yen": yen_text(yen)}
                ),
                "交付決定の一部を取り消したため、返還を命じる。",
                surcharged=True,
            )


def _ordered(grant: Grant) -> dict[str, int]:
    """Cause → yen of the orders that stand."""
    rows = Recovery.objects.filter(grant=grant).values_list("ruling__terms__cause", "principal_yen")
    found: dict[str, int] = {}
    for cause, yen in rows:
        found[cause or ""] = found.get(cause or "", 0) + yen
    return found


@source
def _ended(grant: Grant) -> Iterator[Owing]:
    """What was paid before the grant was cancelled or revoked."""
    if grant.status in _ENDED and (left := recoverable_yen(grant)):
        revoked = grant.status == grant_states.REVOKED
        yield Owing(
            ENDED,
            left,
            _("支払った補助金の返還を起案してください"),
            lambda yen: (
                _("支払済みの%(yen)sは、まだ返還を命じていません。") % {"yen": yen_text(yen)}
            ),
            "交付決定を取り消したため、返還を命じる。"
            if revoked
            else "事業をやめたため、支払った額の返還を命じる。",
            surcharged=revoked,
        )
