"""Roles, invitations, the own account: every change of who may do what, with its audit row."""

from portal.accounts.services.assignments import (
    assignment_grant,
    assignment_revoke,
    assignments_confirm,
    assignments_revoke,
)
from portal.accounts.services.editor import CMS_GROUP, let_into_editor
from portal.accounts.services.errors import OwnRole, Refused
from portal.accounts.services.invitations import (
    INVITATIONS_A_DAY,
    invitation_accept,
    invitation_create,
    invitation_find,
    invitation_revoke,
    invitation_sign_up,
    invitations_end,
    register_invitation_handler,
)
from portal.accounts.services.own import (
    credentials_changed,
    profile_update,
    sign_in_failed,
    signed_in,
)

__all__ = [
    "CMS_GROUP",
    "INVITATIONS_A_DAY",
    "OwnRole",
    "Refused",
    "assignment_grant",
    "assignment_revoke",
    "assignments_confirm",
    "assignments_revoke",
    "credentials_changed",
    "invitation_accept",
    "invitation_create",
    "invitation_find",
    "invitation_revoke",
    "invitation_sign_up",
    "invitations_end",
    "let_into_editor",
    "profile_update",
    "register_invitation_handler",
    "sign_in_failed",
    "signed_in",
]
