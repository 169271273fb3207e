"""Who can be entered in the 名簿, and how busy those are who stand there."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Q

from advisors import states
from advisors.models import Advisor, TeamMember
from portal.accounts.models import Assignment, User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting


def people_to_add(actor: Actor) -> list[tuple[int, str]]:
    """Those who hold the role in the ward and stand in no 名簿: (user id, name)."""
    serving = Assignment.objects.live_on(clock.today()).filter(
        Q(ward_id=actor.ward_id) | Q(ward_id=None), role=Role.ADVISOR
    )
    with acting(actor.elevated()):  # also who stands in another ward's
        taken = set(Advisor.objects.values_list("user_id", flat=True))
    people = User.objects.filter(pk__in=serving.values("user_id"), is_active=True)
    rows = people.exclude(pk__in=taken).order_by("name_kana", "pk")
    return list(rows.values_list("pk", "name"))


def load_of(actor: Actor, rows: Iterable[Advisor]) -> Counter[int]:
    """User id → running engagements over all wards: a number, whoever's they are."""
    users = [row.user_id for row in rows]
    with acting(actor.elevated()):
        busy = TeamMember.objects.filter(
            user_id__in=users, until=None, engagement__status__in=states.PHASES
        )
        return Counter(busy.values_list("user_id", flat=True))
