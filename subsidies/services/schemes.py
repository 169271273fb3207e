"""Schemes, their versions and calls: loading the wards' data, moving a deadline."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.roles import Role
from portal.kernel import audit
from portal.kernel.actor import Actor, Hat
from portal.kernel.transitions import ReasonMissing, RoleMissing
from programs.models import Ward
from subsidies.models import Call, Scheme, SchemeVersion
from subsidies.rules import snapshot
from subsidies.rules.scheme import SchemeRules
from subsidies.schemes.definitions import SchemeDefinition, scheme_definitions
from subsidies.services.errors import Refused


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows are new; how many schemes were left alone because their wards keep them."""

    schemes: int
    versions: int
    calls: int
    kept: int


def schemes_load(*, actor: Actor, now: dt.datetime) -> Loaded:
    """Bring the wards' schemes and calls in line with the JSON files; may be repeated.

    Changed rules make a new version, which calls that are not closed follow; closed calls keep
    theirs. Calls that exist keep their dates and budget: those are the ward's to change. A scheme
    whose rules or name its ward has published itself is left alone altogether. Raises InvalidRules
    before anything is written.
    """
    wards = dict(Ward.objects.values_list("code", "name"))
    definitions = scheme_definitions(wards)
    for definition in definitions:
        SchemeRules.parse(definition.rules)
    with transaction.atomic():
        everything = len(definitions)
        definitions = _without_kept(definitions)
        schemes = _schemes(definitions)
        versions, fresh = _versions(definitions, now)
        calls = _calls(definitions, versions, now)
        if schemes or fresh or calls:
            audit.record(
                actor=actor,
                action="subsidies.schemes_loaded",
                detail={"schemes": schemes, "versions": fresh, "calls": calls},
            )
        return Loaded(schemes, fresh, calls, everything - len(definitions))


def call_move_deadline(*, actor: Actor, call_id: int, closes_at: dt.datetime, reason: str) -> Call:
    """Move the closing time of an own call, with a reason (受付期間の変更).

    Submissions that arrived before wait for this to be decided: see `subsidies_arrival`. Raises
    Call.DoesNotExist, RoleMissing, ReasonMissing, Refused.
    """
    if actor.ward_id is None or actor.hat != Hat.WARD or not actor.has_role(Role.WARD_ADMIN):
        raise RoleMissing
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        call = Call.objects.select_for_update().get(pk=call_id, ward_id=actor.ward_id)
        if closes_at <= call.opens_at:
            raise Refused(_("受付終了は受付開始より後にしてください。"))
        before, call.closes_at = call.closes_at, closes_at
        call.save(update_fields=["closes_at"])
        audit.record(
            actor=actor,
            action="subsidies.deadline_moved",
            obj=call,
            reason=reason,
            changes={"closes_at": [before.isoformat(), closes_at.isoformat()]},
        )
        return call


def bonus_refusal(rules: SchemeRules, mode: str, reserved_yen: int) -> str:
    """Why the version's bonus points cannot go with a call, "" where they can.

    Points mean nothing in a queue of arrival (domain.md A6): the ward scores in rounds, reserves a
    part of the budget for graduates, or lets the bonus decide between equals alone.
    """
    if mode != Call.Mode.FIRST_COME or not rules.bonus:
        return ""
    if rules.bonus_use == "tie_break" or reserved_yen:
        return ""
    return _(
        "先着順の公募では、加点しても順番は変わりません。次のどれかにしてください："
        "①期間内に募集して審査する公募にする。②修了者の枠（予算の一部）を設ける。"
        "③加点を、同じ順位のときの決め手だけに使う（規則の「加点の使い方」）。"
    )


def _without_kept(definitions: list[SchemeDefinition]) -> list[SchemeDefinition]:
    """Those whose scheme no ward has made its own. Locked: a publication waits, or is seen."""
    rows = Scheme.objects.select_for_update().order_by("pk")
    kept = {(row.ward_id, row.code) for row in rows if row.kept_by_ward}
    return [item for item in definitions if (item.ward, item.code) not in kept]


def _schemes(definitions: list[SchemeDefinition]) -> int:
    """Insert or rename; returns how many are new."""
    before = Scheme.objects.count()
    Scheme.objects.bulk_create(
        [
            Scheme(
                ward_id=item.ward,
                code=item.code,
                stage=item.stage,
                name=item.name,
                name_en=item.name_en,
                summary=item.summary,
                source=item.source,
            )
            for item in definitions
        ],
        update_conflicts=True,
        unique_fields=["ward", "code"],
        update_fields=["stage", "name", "name_en", "summary", "source"],
    )
    return Scheme.objects.count() - before


def _versions(
    definitions: list[SchemeDefinition], now: dt.datetime
) -> tuple[dict[tuple[int, str], SchemeVersion], int]:
    """The current version of each scheme by (ward, code), and how many are new."""
    schemes = {(row.ward_id, row.code): row for row in Scheme.objects.all()}
    newest: dict[int, SchemeVersion] = {}
    for version in SchemeVersion.objects.order_by("number"):
        newest[version.scheme_id] = version
    fresh = []
    for item in definitions:
        scheme = schemes[item.ward, item.code]
        known = newest.get(scheme.pk)
        if known and snapshot.digest(known.rules) == snapshot.digest(item.rules):
            continue
        number = known.number + 1 if known else 1
        newest[scheme.pk] = SchemeVersion(
            scheme=scheme, number=number, rules=item.rules, published_at=now
        )
        fresh.append(newest[scheme.pk])
    SchemeVersion.objects.bulk_create(fresh)
    return {key: newest[row.pk] for key, row in schemes.items() if row.pk in newest}, len(fresh)


def _calls(
    definitions: list[SchemeDefinition],
    versions: dict[tuple[int, str], SchemeVersion],
    now: dt.datetime,
) -> int:
    known = {
        (call.version.scheme_id, call.fiscal_year, call.round): call
        for call in Call.objects.select_related("version")
    }
    fresh = []
    for item in definitions:
        version = versions[item.ward, item.code]
        for entry in item.calls:
            found = known.get((version.scheme_id, entry.fiscal_year, entry.round))
            if found is None:
                fresh.append(
                    Call(
                        version=version,
                        ward_id=item.ward,
                        fiscal_year=entry.fiscal_year,
                        round=entry.round,
                        mode=entry.mode,
                        opens_at=entry.opens_at,
                        closes_at=entry.closes_at,
                        project_ends_on=entry.project_ends_on,
                        budget_yen=entry.budget_yen,
                    )
                )
            elif found.version_id != version.pk and found.closes_at > now:
                found.version = version
                found.save(update_fields=["version"])
    _fill_contacts(fresh)
    Call.objects.bulk_create(fresh)
    return len(fresh)


def _fill_contacts(calls: list[Call]) -> None:
    wards = {ward.code: ward for ward in Ward.objects.all()}
    for call in calls:
        ward = wards[call.ward_id]
        call.contact = f"{ward.name}{ward.office}"
