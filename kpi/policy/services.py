"""A sheet from draft to confirmed: one official writes, another confirms; a new version replaces the old one."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kpi.policy import policies, states
from kpi.policy.errors import Refused, Stale
from kpi.policy.model import PACKAGES
from kpi.policy.models import Sheet
from kpi.policy.selectors.sheets import figures_of
from portal.accounts.policies import person_id
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.transitions import RoleMissing, StaleState

# What somebody types, in the order of the sheet.
TYPED = (
    *("purpose", "target", "means"),
    *("need", "need_why", "effect", "effect_why", "efficiency", "efficiency_why"),
    *("issues", "direction", "direction_why"),
)
FIRST_YEAR = 2000


def sheet_start(*, actor: Actor, fiscal_year: int, package: int) -> Sheet:
    """Begin the sheet of the own ward, or its next version with the texts of the last one.

    Raises RoleMissing, Refused (one is being written; a year to come; no such package).
    """
    if not policies.may_write(actor) or actor.ward_id is None:
        raise RoleMissing
    if package not in PACKAGES or not FIRST_YEAR <= fiscal_year <= clock.fiscal_year(clock.today()):
        raise Refused(_("この年度と支援策のシートは作れません。今年度までの年度を選んでください。"))
    rows = Sheet.objects.filter(ward_id=actor.ward_id, fiscal_year=fiscal_year, package=package)
    last = rows.order_by("-number").first()
    if last is not None and last.status in states.UNFINISHED:
        raise Refused(_("このシートは作成中です。作成中のものを開いてください。"))
    texts = {name: getattr(last, name) for name in TYPED} if last else _given(package)
    try:
        with transaction.atomic():
            sheet = Sheet.objects.create(
                ward_id=actor.ward_id,
                fiscal_year=fiscal_year,
                package=package,
                number=last.number + 1 if last else 1,
                written_by_id=person_id(actor),
                **texts,
            )
            audit.record(actor=actor, action="policy.started", obj=sheet)
    except IntegrityError as error:
        raise Refused(_("このシートは作成中です。作成中のものを開いてください。")) from error
    return sheet


def _given(package: int) -> dict[str, str]:
    """What the policy itself says of the package; the official may write it differently."""
    found = PACKAGES[package]
    return {"purpose": str(found.purpose), "target": str(found.target), "means": str(found.means)}


def sheet_save(*, actor: Actor, sheet_id: int, revision: int, values: Mapping[str, Any]) -> Sheet:
    """Save what was typed. Raises Sheet.DoesNotExist, RoleMissing, StaleState (not a draft), Stale."""
    sheet = policies.get_sheet(actor, pk=sheet_id)
    if not policies.may_write(actor, sheet):
        raise RoleMissing
    if sheet.status != states.DRAFT:
        raise StaleState
    typed = {name: values[name] for name in TYPED if name in values}
    changed = sorted(name for name, value in typed.items() if value != getattr(sheet, name))
    with transaction.atomic():
        saved = Sheet.objects.filter(pk=sheet_id, revision=revision, status=states.DRAFT).update(
            **typed,
            revision=revision + 1,
            written_by_id=person_id(actor),
            written_at=clock.now(),
        )
        if not saved:
            raise Stale
        sheet.refresh_from_db()
        audit.record(actor=actor, action="policy.saved", obj=sheet, detail={"changed": changed})
    return sheet


def sheet_submit(*, actor: Actor, sheet_id: int) -> Sheet:
    """確認に回す, with the figures of today. Raises Sheet.DoesNotExist, RoleMissing, StaleState, Refused."""
    sheet = policies.get_sheet(actor, pk=sheet_id)
    if not policies.may_write(actor, sheet):
        raise RoleMissing
    if gaps := missing(sheet):
        raise Refused(
            _("まだ書いていない欄があります：%(names)s。書いてから、確認に回してください。")
            % {"names": _("、").join(gaps)}
        )
    today = clock.today()
    transitions.apply(
        table=states.SHEET,
        instance=sheet,
        action="submit",
        actor=actor,
        fields={"figures": figures_of(actor, sheet, today), "as_of": today, "answer": ""},
    )
    return sheet


def missing(sheet: Sheet) -> list[str]:
    """The names of what has not been written yet."""
    return [_name(sheet, name) for name in TYPED if not getattr(sheet, name)]


def sheet_confirm(*, actor: Actor, sheet_id: int) -> Sheet:
    """確定する; the version before becomes 旧版. Raises Sheet.DoesNotExist, RoleMissing, StaleState, GuardFailed."""
    sheet = policies.get_sheet(actor, pk=sheet_id)
    if not policies.may_confirm(actor, sheet):
        raise RoleMissing
    with transaction.atomic():
        before = Sheet.objects.select_for_update().filter(
            ward_id=sheet.ward_id,
            fiscal_year=sheet.fiscal_year,
            package=sheet.package,
            status=states.CONFIRMED,
        )
        for old in before:
            transitions.apply(table=states.SHEET, instance=old, action="replace", actor=actor)
        transitions.apply(
            table=states.SHEET,
            instance=sheet,
            action="confirm",
            actor=actor,
            fields={"confirmed_by_id": person_id(actor), "confirmed_at": clock.now()},
        )
    return sheet


def sheet_return(*, actor: Actor, sheet_id: int, reason: str) -> Sheet:
    """書き直してもらう. Raises Sheet.DoesNotExist, RoleMissing, StaleState, ReasonMissing."""
    sheet = policies.get_sheet(actor, pk=sheet_id)
    if not policies.may_confirm(actor, sheet):
        raise RoleMissing
    transitions.apply(
        table=states.SHEET,
        instance=sheet,
        action="return",
        actor=actor,
        reason=reason,
        fields={"answer": reason.strip()},
    )
    return sheet


def _name(sheet: Sheet, field: str) -> str:
    return str(sheet._meta.get_field(field).verbose_name)  # type: ignore[union-attr]


@states.SHEET.guard("another_person")
def _another_person(sheet: Any, actor: Actor) -> str | None:
    """Whoever wrote it does not confirm it."""
    if sheet.written_by_id == actor.user_id:
        return _("自分が書いたシートは確定できません。別の職員が確かめて確定してください。")
    return None
