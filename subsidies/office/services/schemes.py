"""A new scheme of the ward: a copy of published rules as its first revision."""

from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import audit
from portal.kernel.actor import Actor
from portal.kernel.transitions import RoleMissing
from subsidies.models import Scheme
from subsidies.office import policies
from subsidies.office.about import About
from subsidies.office.models import Revision
from subsidies.services import moves
from subsidies.services.errors import Refused


def scheme_create(*, actor: Actor, code: str, about: About, version_id: int) -> Revision:
    """制度を作る: a scheme of the own ward without any version, and its first revision.

    Nobody outside sees it until another official has published the revision. The rules are a copy
    of the published version named, of the own or any other ward. Raises SchemeVersion.DoesNotExist,
    RoleMissing, Refused (the ward has a scheme of that code or name).
    """
    if not policies.may_edit(actor) or actor.ward_id is None:
        raise RoleMissing
    with transaction.atomic():
        version = policies.published_versions().get(pk=version_id)
        _check_free(actor.ward_id, code, about.name)
        scheme = Scheme.objects.create(
            ward_id=actor.ward_id, code=code, kept_by_ward=True, **asdict(about)
        )
        revision = Revision.objects.create(
            scheme=scheme,
            ward_id=scheme.ward_id,
            based_on=version,
            rules=version.rules,
            about=asdict(about),
            begun_by_id=moves.person(actor),
        )
        audit.record(
            actor=actor,
            action="office.scheme_created",
            obj=scheme,
            detail={"code": code, **asdict(about), "copied_from": str(version)},
        )
        return revision


def _check_free(ward_id: int, code: str, name: str) -> None:
    own = Scheme.objects.filter(ward_id=ward_id)
    if own.filter(code=code).exists():
        text = _("略号%(code)sの制度がすでにあります。ほかの略号にしてください。")
        raise Refused(text % {"code": code})
    if own.filter(name=name).exists():
        text = _("「%(name)s」という制度がすでにあります。名前を変えてください。")
        raise Refused(text % {"name": name})
