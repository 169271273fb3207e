"""What editors do to the public site, in the audit trail beside everything else.

Wagtail keeps a log of its own, which its pages show and anybody with its tables may change; every
weighty entry is also a row of the ward's chain.
"""

from typing import Any

from wagtail.models import PageLogEntry

from portal.accounts.models import User
from portal.cms.selectors import trails
from portal.kernel import audit
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import current_scope

# Wagtail's action → ours (portal/desk/actions_site.py). Saving a draft is not public.
TOLD = {
    "wagtail.publish": "cms.published",
    "wagtail.publish.scheduled": "cms.published",
    "wagtail.publish.schedule": "cms.scheduled",
    "wagtail.schedule.cancel": "cms.unscheduled",
    "wagtail.unpublish": "cms.unpublished",
    "wagtail.unpublish.scheduled": "cms.unpublished",
    "wagtail.delete": "cms.deleted",
    "wagtail.move": "cms.moved",
    "wagtail.rename": "cms.renamed",
    "wagtail.revert": "cms.reverted",
    "wagtail.lock": "cms.locked",
    "wagtail.unlock": "cms.unlocked",
    "wagtail.view_restriction.create": "cms.access_changed",
    "wagtail.view_restriction.edit": "cms.access_changed",
    "wagtail.view_restriction.delete": "cms.access_changed",
    "wagtail.workflow.start": "cms.approval_asked",
    "wagtail.workflow.approve": "cms.approved",
    "wagtail.workflow.reject": "cms.sent_back",
    "wagtail.workflow.cancel": "cms.approval_cancelled",
}


def logged(sender: Any, instance: PageLogEntry, created: bool, **_kwargs: Any) -> None:
    """A page's log entry was written."""
    if not created or instance.action not in TOLD or current_scope() is None:
        return
    page = instance.page
    audit.record(
        actor=acting_person(instance.user_id),
        action=TOLD[instance.action],
        obj=page,
        ward_id=_chain(page),
        reason=str(instance.data.get("comment") or "")[:1000],
        label=instance.label,
        detail={
            "address": trails.address(page) if page else "",
            "revision": instance.revision_id,
        },
    )


def refused(user: User, page: Any, why: str) -> None:
    """Somebody was kept from publishing what they wrote."""
    audit.record(
        actor=acting_person(user.pk),
        action="cms.refused",
        obj=page,
        ward_id=_chain(page),
        reason=why,
    )


def file_saved(
    sender: Any, instance: Any, created: bool, update_fields: Any = None, **_kwargs: Any
) -> None:
    """An editor put a picture or a document in, or changed its name or place."""
    if update_fields is None:
        _of_file(instance, "cms.file_added" if created else "cms.file_changed")


def file_deleted(sender: Any, instance: Any, **_kwargs: Any) -> None:
    """An editor deleted one; pages that showed it show it no more."""
    _of_file(instance, "cms.file_deleted")


def _of_file(instance: Any, action: str) -> None:
    scope = current_scope()
    if scope is None or not scope.user:
        return
    audit.record(
        actor=acting_person(int(scope.user)),
        action=action,
        obj=instance,
        ward_id=_chain(None),
        label=instance.title,
        detail={"collection": instance.collection.name},
    )


def acting_person(user_id: int | None) -> Actor:
    """The person of the running transaction, in the capacity in which the database lets them act."""
    scope = current_scope()
    if scope is None or user_id is None or scope.role == "app_system":
        return Actor.system("cms")
    name = User.objects.only("name").get(pk=user_id).name
    if scope.ward:
        return Actor(user_id=user_id, name=name, hat=Hat.WARD, ward_id=int(scope.ward))
    return Actor(user_id=user_id, name=name, hat=Hat.ADMIN)


def _chain(page: Any) -> int | None:
    """The ward's chain for its branch; the common one for what an official may not write to."""
    found = trails.ward_of(page) if page is not None else None
    scope = current_scope()
    if scope is not None and scope.role == "app_public":
        return audit.NO_WARD
    return found
