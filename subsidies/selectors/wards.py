"""What a ward has set for its letters and decisions."""

from django.db.models import QuerySet

from portal.accounts.models import Assignment, User
from portal.accounts.roles import Role
from subsidies.models import ApprovalLimit, WardRules


def ward_rules(ward_id: int) -> WardRules:
    """What the ward has set, or the usual."""
    return WardRules.objects.filter(pk=ward_id).first() or WardRules(ward_id=ward_id)


def seal_of(ward_id: int) -> dict[str, str]:
    """The seal as letters freeze it: its kind, and the characters of an 電子公印."""
    found = ward_rules(ward_id)
    return {"kind": found.seal, "text": found.seal_text}


def approval_limits(ward_id: int) -> QuerySet[ApprovalLimit]:
    """Approvers with a limit of their own, by name."""
    rows = ApprovalLimit.objects.filter(ward_id=ward_id).select_related("user")
    return rows.only("id", "limit_yen", "user__id", "user__name").order_by("user__name", "pk")


def approvers(ward_id: int) -> QuerySet[User]:
    """People who hold the approver's role in the ward."""
    held = Assignment.objects.filter(ward_id=ward_id, role=Role.APPROVER).values("user_id")
    rows = User.objects.filter(pk__in=held, is_active=True)
    return rows.only("id", "name").order_by("name", "pk")
