"""The demonstration's mergers: one that holds and one that was a mistake, by the service, in 墨田区."""

import datetime as dt
from collections.abc import Iterator

from portal.accounts.demo import BY_KEY, SUMIDA
from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from programs.models import Firm
from programs.services.errors import Refused
from programs.services.mergers import merger_record, merger_take_back

# How many firms are tried: those with an application under way may not merge.
TRIED = 40
# Why each was recorded, and why it was taken back, if it was.
STORIES = (
    ("吸収合併（登記事項証明書で確認）", ""),
    ("事業の統合（合併契約書で確認）", "名前の似た別の会社と取り違えていたため"),
)


def load_mergers(today: dt.date) -> int:
    """How many were recorded, the one that was taken back among them."""
    held = Assignment.objects.filter(role=Role.REVIEWER, ward_id=SUMIDA, revoked_at=None)
    person = held.select_related("user").order_by("pk").first()
    if person is None:
        return 0
    official = Actor(
        person.user_id,
        person.user.name,
        Hat.WARD,
        frozenset({Role.REVIEWER}),
        ward_id=SUMIDA,
    )
    waiting = list(STORIES)
    with acting(official):
        for gone, into in _pairs(today):
            reason, mistake = waiting[0]
            try:
                row = merger_record(
                    actor=official, gone_id=gone, into_id=into, merged_on=_day(today), reason=reason
                )
            except Refused:  # something is under way: the next ones
                continue
            if mistake:
                merger_take_back(actor=official, merger_id=row.pk, reason=mistake)
            waiting.pop(0)
            if not waiting:
                break
    return len(STORIES) - len(waiting)


def _day(today: dt.date) -> dt.date:
    return today - dt.timedelta(days=45)


def _pairs(today: dt.date) -> Iterator[tuple[int, int]]:
    """Firms of the ward that nobody signs in for with one click, the last ones first, side by side."""
    shown = [person.email for person in BY_KEY.values()]
    firms = (
        Firm.objects.filter(wards__ward_id=SUMIDA, is_active=True)
        .exclude(established_on__gt=_day(today))
        .exclude(memberships__user__email__in=shown)
    )
    keys = list(firms.order_by("-pk").values_list("pk", flat=True)[:TRIED])
    yield from zip(keys[::2], keys[1::2], strict=False)
