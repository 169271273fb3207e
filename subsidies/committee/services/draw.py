"""The draw: which applications are reviewed by whom, and why somebody is not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import audit
from portal.kernel.actor import Actor
from subsidies import states as application_states
from subsidies.committee import states
from subsidies.committee.models import Assignment, Case, Exclusion, ReviewRound, RoundMember
from subsidies.committee.rules.assignment import Plan, assign
from subsidies.committee.rules.conflict import conflicts
from subsidies.committee.services import dossiers, facts
from subsidies.committee.services.rounds import planned, require_office
from subsidies.models import ApplicationVersion
from subsidies.services.errors import Refused


@dataclass(frozen=True, slots=True)
class Drawn:
    """How a draw went: cases taken in, conflicts found, reviewers that are lacking."""

    cases: int
    exclusions: int
    short: Mapping[int, int]


def round_prepare(*, actor: Actor, round_id: int, seed: int) -> Drawn:
    """Take in every application that stands in review, make the dossiers, draw the reviewers.

    Repeatable until the review is opened: what was put by hand stays, the rest is drawn anew.
    Raises Refused (no member, no case), RoleMissing.
    """
    require_office(actor)
    with transaction.atomic():
        round_ = planned(actor, round_id)
        members = list(round_.members.select_related("user"))
        if not members:
            raise Refused(_("先に審査委員を決めてください。"))
        versions = _last_versions(round_)
        if not versions:
            raise Refused(
                _("審査に回せる申請がありません。書類確認を完了すると「審査中」になります。")
            )
        cases = _cases(round_, versions)
        found = _exclude(actor, round_, cases, members, versions)
        plan = _draw(round_, cases, members, found, seed)
        ReviewRound.objects.filter(pk=round_.pk).update(seed=seed)
        audit.record(
            actor=actor,
            action="committee.drawn",
            obj=round_,
            detail={"seed": seed, "cases": len(cases), "exclusions": len(found)},
        )
        return Drawn(len(cases), len(found), plan.short)


def _last_versions(round_: ReviewRound) -> dict[int, ApplicationVersion]:
    """Application → its last submitted version, of all that stand in review."""
    rows = (
        ApplicationVersion.objects.filter(
            application__call_id=round_.call_id,
            application__status=application_states.REVIEWING,
        )
        .select_related("application__version")
        .order_by("application__submitted_at", "application_id", "number")
    )
    return {row.application_id: row for row in rows}


def _cases(round_: ReviewRound, versions: dict[int, ApplicationVersion]) -> list[Case]:
    """One case for each, numbered in the order of arrival; those that left the review go."""
    gone = round_.cases.exclude(application_id__in=versions)
    Assignment.objects.filter(case__in=gone)._raw_delete("default")
    gone.delete()
    known = {case.application_id: case for case in round_.cases.all()}
    last = max((case.number for case in known.values()), default=0)
    for application_id, version in versions.items():
        if application_id not in known:
            last += 1
            known[application_id] = Case.objects.create(
                round=round_, ward_id=round_.ward_id, application_id=application_id, number=last
            )
        dossiers.write(known[application_id], version, is_blind=round_.is_blind)
    return sorted(known.values(), key=lambda case: case.number)


def _exclude(
    actor: Actor,
    round_: ReviewRound,
    cases: list[Case],
    members: list[RoundMember],
    versions: dict[int, ApplicationVersion],
) -> list[Exclusion]:
    """Write down every conflict the portal knows of, with its reason."""
    applicants, reviewers = facts.applicants(cases, versions), facts.reviewers(actor, members)
    Exclusion.objects.filter(case__in=cases)._raw_delete("default")
    return Exclusion.objects.bulk_create(
        Exclusion(
            case=case,
            ward_id=round_.ward_id,
            member=member,
            code=conflict.code,
            reason=conflict.reason[:300],
        )
        for case in cases
        for member in members
        for conflict in conflicts(applicants[case.pk], reviewers[member.pk])
    )


def _draw(
    round_: ReviewRound,
    cases: Iterable[Case],
    members: list[RoundMember],
    found: list[Exclusion],
    seed: int,
) -> Plan:
    """Keep what was put by hand unless a conflict stands against it, draw the rest anew."""
    excluded: dict[int, set[int]] = {}
    for conflict in found:
        excluded.setdefault(conflict.case_id, set()).add(conflict.member_id)
    kept: dict[int, set[int]] = {}
    for row in round_.assignments.all():
        barred = row.member_id in excluded.get(row.case_id, ())
        if row.basis == Assignment.Basis.RULE or barred:
            Assignment.objects.filter(pk=row.pk)._raw_delete("default")
        elif row.status == states.EXCLUDED:
            excluded.setdefault(row.case_id, set()).add(row.member_id)
        else:
            kept.setdefault(row.case_id, set()).add(row.member_id)
    users = {member.pk: member.user_id for member in members}
    plan = assign(
        [case.pk for case in cases],
        list(users),
        per_case=round_.per_case,
        excluded=excluded,
        fixed=kept,
        seed=seed,
    )
    Assignment.objects.bulk_create(
        Assignment(
            round=round_,
            ward_id=round_.ward_id,
            case_id=case,
            member_id=member,
            user_id=users[member],
        )
        for case, chosen in plan.chosen.items()
        for member in sorted(chosen - kept.get(case, set()))
    )
    return plan
