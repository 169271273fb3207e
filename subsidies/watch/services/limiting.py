"""Setting from where on a ward is told of something."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.kernel import audit
from portal.kernel.actor import Actor
from portal.kernel.transitions import ReasonMissing, RoleMissing, StaleState
from subsidies.services import moves
from subsidies.services.errors import Refused
from subsidies.watch import policies
from subsidies.watch.models import LimitsVersion
from subsidies.watch.rules import limits as rules
from subsidies.watch.selectors.limits import limits_of

MOST_REASON = 300


def limits_set(*, actor: Actor, seen: int, values: Mapping[str, int], reason: str) -> LimitsVersion:
    """A new version of the ward's limits. What was found before stays as it was found.

    `seen` is the number of the version on the page, 0 for the standard. Raises Refused (nothing
    changed, a value out of bounds), ReasonMissing, StaleState (another version meanwhile),
    RoleMissing.
    """
    if actor.ward_id is None or not policies.may_set_limits(actor):
        raise RoleMissing
    given = {name: values[name] for name in rules.BOUNDS if name in values}
    if rules.outside(given):
        raise Refused(_("基準の値が、決められる範囲の外です。"))
    if not (text := reason.strip()):
        raise ReasonMissing
    before = limits_of([actor.ward_id])[actor.ward_id]
    if before.number != seen:
        raise StaleState
    changes = {
        name: [old, given[name]] for name, old in before.values().items() if old != given[name]
    }
    if not changes:
        raise Refused(_("どの基準も変わっていません。"))
    try:
        with transaction.atomic():
            row = LimitsVersion.objects.create(
                ward_id=actor.ward_id,
                number=before.number + 1,
                reason=text[:MOST_REASON],
                set_by_id=moves.person(actor),
                **given,
            )
            audit.record(
                actor=actor,
                action="watch.limits_set",
                obj=row,
                ward_id=actor.ward_id,
                reason=row.reason,
                changes=changes,
            )
    except IntegrityError:
        raise StaleState from None
    return row
