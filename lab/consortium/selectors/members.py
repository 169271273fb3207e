"""Members, their people, and who might become one of them."""

from django.db.models import Count, Q, QuerySet

from lab.consortium import policies
from lab.consortium.models import Contact, Member
from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor


def listed(actor: Actor) -> QuerySet[Member]:
    """Those who belong to it; with the number of people who sign in for whoever reads contacts."""
    rows = policies.visible_members(actor).filter(left_on=None)
    if policies.reads_all(actor):
        live = Q(contacts__ended_at=None, contacts__user__isnull=False)
        rows = rows.annotate(signing_in=Count("contacts", filter=live))
    return rows.order_by("kind", "name", "pk")


def contacts_of(member: Member) -> QuerySet[Contact]:
    """Its people: all for the secretariat, oneself for a member's person (row policy)."""
    return Contact.objects.filter(member=member, ended_at=None).select_related("user")


def free_people() -> list[tuple[int, str]]:
    """Who holds the role and speaks for nobody yet."""
    taken = Contact.objects.filter(ended_at=None, user__isnull=False).values("user_id")
    rows = Assignment.objects.live_on(clock.today()).filter(role=Role.PARTNER)
    rows = rows.exclude(user_id__in=taken).select_related("user").order_by("user__name", "pk")
    return [(row.user_id, f"{row.user.name}　{row.user.email}") for row in rows]
