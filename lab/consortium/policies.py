"""Who reads what of the consortium, and who acts."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from lab.consortium import referral_states, states
from lab.consortium.codes import INSTITUTIONS, Kind
from lab.consortium.models import (
    Collab,
    Contact,
    Document,
    Meeting,
    Member,
    Project,
    ProjectAnswer,
    ProjectSide,
    Referral,
)
from portal.accounts.roles import FIRM_ROLES, Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.transitions import RoleMissing

OFFICE = {Role.REVIEWER, Role.APPROVER, Role.WARD_ADMIN}


def is_firm(actor: Actor) -> bool:
    return actor.hat == Hat.FIRM and actor.firm_id is not None and actor.has_role(*FIRM_ROLES)


def is_owner(actor: Actor) -> bool:
    """The firm's representative, who consents for it."""
    return is_firm(actor) and actor.has_role(Role.FIRM_OWNER)


def is_staff(actor: Actor) -> bool:
    """The secretariat (事務局): ラボ職員."""
    return actor.hat == Hat.SUPPORT and actor.has_role(Role.LAB_STAFF)


def is_partner(actor: Actor) -> bool:
    """Somebody of a member; for which one the contact says."""
    return actor.hat == Hat.SUPPORT and actor.has_role(Role.PARTNER)


def is_official(actor: Actor) -> bool:
    return actor.hat == Hat.WARD and actor.has_role(*OFFICE)


def reads_all(actor: Actor) -> bool:
    """Whether the actor reads every project, whosever it is."""
    return is_staff(actor) or actor.hat in {Hat.AUDITOR, Hat.SYSTEM}


def require(allowed: bool) -> None:
    """Raises RoleMissing."""
    if not allowed:
        raise RoleMissing


def person(actor: Actor) -> int:
    """The user's id. Raises RoleMissing for the system."""
    if actor.user_id is None:
        raise RoleMissing
    return actor.user_id


def firm_of(actor: Actor) -> int:
    """The firm that acts. Raises RoleMissing for others."""
    if not is_firm(actor) or actor.firm_id is None:
        raise RoleMissing
    return actor.firm_id


def own_ward(actor: Actor) -> int:
    """The secretariat's ward. Raises RoleMissing."""
    if not is_staff(actor) or actor.ward_id is None:
        raise RoleMissing
    return actor.ward_id


def own_contact(actor: Actor) -> Contact | None:
    """Through whom a member's person acts, as long as the member belongs to the consortium."""
    if not is_partner(actor):
        return None
    rows = Contact.objects.select_related("member").filter(user_id=person(actor), ended_at=None)
    return rows.filter(member__left_on=None).first()


def own_member(actor: Actor) -> Member | None:
    """The member the actor speaks for."""
    contact = own_contact(actor)
    return contact.member if contact else None


def visible_members(actor: Actor) -> QuerySet[Member]:
    """Who belongs to the consortium: told to everybody who takes part."""
    rows = Member.objects.all()
    takes_part = is_firm(actor) or is_official(actor) or reads_all(actor)
    return rows if takes_part or own_member(actor) else rows.none()


def get_member(actor: Actor, **lookup: Any) -> Member:
    """One of them. Raises Member.DoesNotExist."""
    return visible_members(actor).get(**lookup)


def visible_projects(actor: Actor) -> QuerySet[Project]:
    """A firm's own; what an institution may answer, has answered or carries out; all for staff."""
    rows = Project.objects.select_related("member")
    if is_firm(actor):
        return rows.filter(firm_id=firm_of(actor))
    if reads_all(actor):
        return rows
    member = own_member(actor)
    if member is None:
        return rows.none()
    answered = ProjectAnswer.objects.filter(
        project=OuterRef("pk"), member=member, withdrawn_at=None
    )
    mine: Any = Q(member=member) | Exists(answered)
    if member.kind in INSTITUTIONS:
        mine |= Q(status=states.OFFERED)
    return rows.filter(mine)


def get_project(actor: Actor, **lookup: Any) -> Project:
    """One of them. Raises Project.DoesNotExist."""
    return visible_projects(actor).get(**lookup)


def takes_part(actor: Actor, row: Project) -> bool:
    """Whether the actor acts in this project: its firm, the chosen institution, the secretariat."""
    if is_firm(actor):
        return row.firm_id == actor.firm_id
    if is_staff(actor):
        return True
    member = own_member(actor)
    return member is not None and row.member_id == member.pk


def side_of(actor: Actor, row: Project) -> ProjectSide | None:
    """Who stands behind it: for the firm, the secretariat, and whom the firm has chosen."""
    if not (is_firm(actor) or reads_all(actor)):
        member = own_member(actor)
        is_known = row.status in states.KNOWN and (not row.needs_nda or row.nda_on is not None)
        if member is None or row.member_id != member.pk or not is_known:
            return None
    return ProjectSide.objects.filter(project=row).first()


def visible_answers(actor: Actor, row: Project) -> QuerySet[ProjectAnswer]:
    """All answers for the firm and the secretariat; an institution reads its own."""
    rows = ProjectAnswer.objects.filter(project=row, withdrawn_at=None).select_related("member")
    if is_firm(actor) or reads_all(actor):
        return rows
    return rows.filter(member=own_member(actor))


def visible_referrals(actor: Actor) -> QuerySet[Referral]:
    """A firm's own; those given to the actor's bank. The secretariat and officials count them."""
    rows = Referral.objects.select_related("member")
    if is_firm(actor):
        return rows.filter(firm_id=firm_of(actor))
    member = own_member(actor)
    if member is None or member.kind != Kind.BANK:
        return rows if actor.hat == Hat.SYSTEM else rows.none()
    return rows.filter(member=member).exclude(
        status__in=[referral_states.DRAFT, referral_states.DISCARDED]
    )


def get_referral(actor: Actor, **lookup: Any) -> Referral:
    """One of them. Raises Referral.DoesNotExist."""
    return visible_referrals(actor).get(**lookup)


def visible_collabs(actor: Actor) -> QuerySet[Collab]:
    """Those of the firm; of firms of the ward; all for the secretariat and the auditor."""
    rows = Collab.objects.all()
    if is_firm(actor):
        return rows.filter(firm_ids__contains=[actor.firm_id])
    if is_official(actor):
        return rows.filter(ward_ids__contains=[actor.ward_id])
    return rows if reads_all(actor) else rows.none()


def get_collab(actor: Actor, **lookup: Any) -> Collab:
    """One of them. Raises Collab.DoesNotExist."""
    return visible_collabs(actor).get(**lookup)


def reads_meetings(actor: Actor) -> bool:
    """The consortium's own: its members' people, the wards, the secretariat, the auditor."""
    return is_official(actor) or reads_all(actor) or own_member(actor) is not None


def visible_meetings(actor: Actor) -> QuerySet[Meeting]:
    rows = Meeting.objects.all()
    return rows if reads_meetings(actor) else rows.none()


def get_meeting(actor: Actor, **lookup: Any) -> Meeting:
    """One of them. Raises Meeting.DoesNotExist."""
    return visible_meetings(actor).get(**lookup)


def visible_documents(actor: Actor) -> QuerySet[Document]:
    """For all members, those that name the actor's, those it handed in; all for the secretariat."""
    rows = Document.objects.filter(removed_at=None).select_related("member")
    if reads_all(actor):
        return rows
    mine = Q(seen_by=Document.Seen.ALL)
    if is_official(actor):
        named = Q(readers__member__ward_id=actor.ward_id, readers__member__left_on=None)
        return rows.filter(mine | named).distinct()
    member = own_member(actor)
    if member is None:
        return rows.none()
    return rows.filter(mine | Q(member=member) | Q(readers__member=member)).distinct()


def get_document(actor: Actor, **lookup: Any) -> Document:
    """One of them. Raises Document.DoesNotExist."""
    return visible_documents(actor).get(**lookup)
