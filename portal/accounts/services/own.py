"""The own account: details, factors, sign-ins."""

from django.db import transaction

from portal.accounts import policies
from portal.accounts.models import User
from portal.kernel import audit
from portal.kernel.actor import Actor
from portal.kernel.database import acting


def profile_update(
    *,
    actor: Actor,
    name: str,
    name_kana: str,
    phone: str,
    language: str,
    keyboard_shortcuts: bool,
) -> User:
    """The person's own details. A changed name is recorded: it stands on decisions.

    Raises PermissionDenied where nobody is signed in.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=policies.person_id(actor))
        before = user.name
        user.name, user.name_kana, user.phone = name, name_kana, phone
        user.language, user.keyboard_shortcuts = language, keyboard_shortcuts
        user.save(update_fields=["name", "name_kana", "phone", "language", "keyboard_shortcuts"])
        if before != name:
            audit.record(
                actor=actor,
                action="accounts.renamed",
                obj=user,
                changes={"name": [before, name]},
            )
    return user


def credentials_changed(*, actor: Actor, user: User, what: str, kind: str = "") -> None:
    """A factor was added, removed or renewed: all other sessions of the person end with this."""
    with acting(actor):
        locked = User.objects.select_for_update().get(pk=user.pk)
        locked.credentials_version += 1
        locked.save(update_fields=["credentials_version"])
        user.credentials_version = locked.credentials_version
        audit.record(actor=actor, action=f"accounts.{what}", obj=user, detail={"kind": kind})


def sign_in_failed(*, actor: Actor, account: str) -> None:
    """A wrong password. `account` is a digest of the address: the trail holds no addresses."""
    audit.record(actor=actor, action="accounts.sign_in_failed", detail={"account": account})


def signed_in(*, actor: Actor, user: User, methods: list[str]) -> None:
    """A sign-in, by which methods."""
    with acting(actor):
        audit.record(
            actor=actor, action="accounts.signed_in", obj=user, detail={"methods": methods}
        )
