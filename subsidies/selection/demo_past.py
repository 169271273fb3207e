"""The demonstration's rounds that were ranked in the past: sheets, ranking and result, in bulk.

`subsidies.demo.history` has written who applied and how it ended. Here committees score them as the
services would have it, so that whoever was selected stands above the line and the others below; some of
these moved up when others gave up (繰上げ). The evaluation compares both sides of the line
(kpi/effect/rules/cutoff.py).
"""

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from fractions import Fraction

from django.utils.translation import override

from portal.accounts.models import Assignment as RoleAssignment
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from subsidies import states as application_states
from subsidies.committee import states as committee_states
from subsidies.committee.models import (
    Assignment,
    Case,
    ReviewRound,
    RoundMember,
    ScoreSheet,
    SheetVersion,
)
from subsidies.committee.selectors import averages
from subsidies.committee.services import dossiers
from subsidies.contents import rules_of
from subsidies.demo import calls as demo_calls
from subsidies.models import Application, Call
from subsidies.rules import ranking as ranking_rules
from subsidies.rules import snapshot
from subsidies.rules.ranking import Outcome
from subsidies.rules.scheme import SchemeRules
from subsidies.rules.scoring import Scoring
from subsidies.selection import selectors, states
from subsidies.selection.demo import MEMBERS, PER_CASE, committee_of, official
from subsidies.selection.models import Choice, Selection

SEED = 8_1131
# Quality of a plan as reviewers see it, of 5, and how far they are apart on a criterion.
QUALITY, APART = (3.5, 0.5), 0.6
LEAST = 2
# One in so many that were granted had waited first.
MOVED_UP = 12
_DAY = dt.timedelta(days=1)
Scores = Mapping[str, int]


def load_past(today: dt.date) -> int:
    """Reviews and selections of `demo_calls.RANKED`; returns how many. Needs acting(system)."""
    rng = random.Random(SEED)  # noqa: S311 (invented data)
    calls, year = demo_calls.by_place(), clock.fiscal_year(today)
    with override("ja"):
        made = [_ranked(rng, demo_calls.ranked(calls, year, ward)) for ward in demo_calls.RANKED]
    return sum(made)


def _ranked(rng: random.Random, call: Call) -> bool:
    """The call's review and its selection; nothing where nobody was granted."""
    rows = Application.objects.filter(call=call, submitted_at__isnull=False)
    applications = list(rows.select_related("decision").order_by("submitted_at", "pk"))
    granted = [row for row in applications if row.status == application_states.GRANTED]
    if not granted:
        return False
    above = [row for row in applications if _is_above(rng, row)] or granted
    rules = rules_of(call.version)
    scoring = rules.scoring
    assert scoring is not None
    round_ = _review(rng, call, rules)
    _score(rng, round_, applications, _sheets_of(rng, scoring, applications, above))
    run = _selection(call, round_, rules, applications, above)
    Choice.objects.bulk_create(_choices(run, {row.pk: row for row in applications}))
    audit.record(
        actor=Actor.system("load_demo"),
        action="subsidies.history_loaded",
        obj=run,
        detail={"applications": len(applications)},
    )
    return True


def _is_above(rng: random.Random, row: Application) -> bool:
    """Selected at once. Whoever withdrew may have done so before or after."""
    if row.status == application_states.GRANTED:
        return bool(rng.randrange(MOVED_UP))
    return row.status == application_states.WITHDRAWN and rng.random() < 0.5


def _review(rng: random.Random, call: Call, rules: SchemeRules) -> ReviewRound:
    """審査終了, with its members."""
    done = call.closes_at + 14 * _DAY
    round_ = ReviewRound.objects.create(
        call=call,
        ward_id=call.ward_id,
        version=call.version,
        status=committee_states.CLOSED,
        due_on=clock.to_date(done),
        per_case=PER_CASE,
        is_blind=rules.blind_review,
        seed=SEED,
        created_by_id=official(call.ward_id, Role.REVIEWER).user_id,
        opened_at=call.closes_at + 5 * _DAY,
        revealed_at=done - _DAY,
        closed_at=done + _DAY,
    )
    RoundMember.objects.bulk_create(
        RoundMember(
            round=round_, ward_id=call.ward_id, user_id=user, number=number, is_chair=number == 1
        )
        for number, user in enumerate(_members(rng, call.ward_id), start=1)
    )
    return round_


def _members(rng: random.Random, ward: int) -> list[int]:
    held = RoleAssignment.objects.filter(ward_id=ward, role=Role.COMMITTEE, revoked_at=None)
    known = list(held.order_by("pk").values_list("user_id", flat=True)[:MEMBERS])
    return known or [actor.user_id or 0 for actor in committee_of(rng, ward)]


def _sheets_of(
    rng: random.Random,
    scoring: Scoring,
    applications: Sequence[Application],
    above: Sequence[Application],
) -> dict[int, list[Scores]]:
    """Application → its sheets. The best are dealt to those above the line, and the line divides."""
    waited = [
        row for row in applications if row.status == application_states.GRANTED and row not in above
    ]
    while True:
        drawn = [_sheets(rng, scoring) for _row in applications]
        drawn.sort(key=lambda sheets: _total(scoring, sheets), reverse=True)
        totals = [_total(scoring, sheets) for sheets in drawn]
        last = totals[len(above) + len(waited) - 1]
        is_divided = len(above) == len(drawn) or totals[len(above) - 1] > totals[len(above)]
        if last >= (scoring.minimum_total or 0) and is_divided:
            break
    # The list moves up in order: whoever waited comes next.
    left = [row for row in applications if row not in above and row not in waited]
    found: dict[int, list[Scores]] = {}
    for rows in (above, waited, left):
        own, drawn = drawn[: len(rows)], drawn[len(rows) :]
        rng.shuffle(own)
        found |= {row.pk: sheets for row, sheets in zip(rows, own, strict=True)}
    return found


def _sheets(rng: random.Random, scoring: Scoring) -> list[Scores]:
    quality = rng.gauss(*QUALITY)
    return [
        {
            item.code: max(LEAST, min(item.maximum, round(rng.gauss(quality, APART))))
            for item in scoring.criteria
        }
        for _reviewer in range(PER_CASE)
    ]


def _total(scoring: Scoring, sheets: Sequence[Scores]) -> Fraction:
    return sum((scoring.total(scores) for scores in sheets), Fraction(0)) / len(sheets)


def _score(
    rng: random.Random,
    round_: ReviewRound,
    applications: Sequence[Application],
    sheets: Mapping[int, Sequence[Scores]],
) -> None:
    """Cases with what was read of them, and every sheet as it was handed in."""
    cases = Case.objects.bulk_create(
        Case(round=round_, ward_id=round_.ward_id, application=row, number=number)
        for number, row in enumerate(applications, start=1)
    )
    for case in cases:
        last = case.application.versions.select_related("application__version").latest("number")
        dossiers.write(case, last, is_blind=round_.is_blind)
    members = list(round_.members.all())
    assert round_.revealed_at is not None
    rows = [
        Assignment(
            round=round_,
            ward_id=round_.ward_id,
            case=case,
            member=member,
            user_id=member.user_id,
            status=committee_states.DRAFT,
            submitted_at=round_.revealed_at - rng.randrange(8) * _DAY,
        )
        for case in cases
        for member in sorted(
            members, key=lambda one, first=case.number: (one.number - first) % len(members)
        )[:PER_CASE]
    ]
    Assignment.objects.bulk_create(rows)
    places = dict.fromkeys(sheets, 0)
    versions = []
    for row in rows:
        application = row.case.application_id
        scores = sheets[application][places[application]]
        places[application] += 1
        versions.append(_version(row, scores))
    ScoreSheet.objects.bulk_create(
        ScoreSheet(
            assignment=version.assignment,
            case=version.case,
            ward_id=version.ward_id,
            user_id=version.user_id,
            revision=1,
            saved_at=version.submitted_at,
            **version.payload,
        )
        for version in versions
    )
    SheetVersion.objects.bulk_create(versions)
    # A sheet is kept while its assignment is open, so the end of the assignment is written last.
    Assignment.objects.bulk_create(
        [_copy(row, committee_states.SUBMITTED) for row in rows],
        update_conflicts=True,
        unique_fields=["case", "member"],
        update_fields=["status"],
    )


def _copy(row: Assignment, status: str) -> Assignment:
    return Assignment(
        round_id=row.round_id,
        ward_id=row.ward_id,
        case_id=row.case_id,
        member_id=row.member_id,
        user_id=row.user_id,
        status=status,
        submitted_at=row.submitted_at,
    )


def _version(row: Assignment, scores: Scores) -> SheetVersion:
    average = sum(scores.values()) / len(scores)
    opinion = "yes" if average >= 3.5 else "conditions" if average >= 3 else "no"
    overall = {
        "yes": "課題と効果の見込みが数字で示され、体制に無理がない。",
        "conditions": "効果の見込みは妥当だが、経費の根拠を確かめてから進めてほしい。",
        "no": "いまの作業の測り方がなく、効果を後で確かめられない。",
    }[opinion]
    return SheetVersion(
        assignment=row,
        case=row.case,
        ward_id=row.ward_id,
        user_id=row.user_id,
        number=1,
        payload={
            "scores": dict(scores), "comments": {}, "overall": overall, "opinion": opinion,
        },
        submitted_at=row.submitted_at,
    )  # fmt: skip


def _selection(
    call: Call,
    round_: ReviewRound,
    rules: SchemeRules,
    applications: Sequence[Application],
    above: Sequence[Application],
) -> Selection:
    """採択決定, frozen as `selection_propose` freezes it; the money reached for those above the line."""
    assert rules.scoring is not None
    found, by_id = averages(call), {row.pk: row for row in applications}
    terms = ranking_rules.Terms(
        scoring=rules.scoring,
        budget_yen=sum(row.requested_yen or 0 for row in above),
        ties=rules.ties,
        bonus_counts=rules.bonus_use == "points",
        partial=False,
    )
    places = ranking_rules.rank(
        [
            ranking_rules.Scored(
                id=row.pk,
                arrival=number,
                wanted_yen=row.requested_yen or 0,
                total=found[row.pk].total,
                by_criterion=found[row.pk].by_criterion,
            )
            for number, row in enumerate(applications)
        ],
        terms,
    )
    lines = tuple(
        selectors.Line(by_id[place.id], place, found[place.id], (), 0, ()) for place in places
    )
    content = selectors.result(selectors.Ranking(call, rules, terms, lines, is_scored=True))
    decided = min(
        row.decision.approved_at for row in applications if row.status in application_states.DECIDED
    )
    preparer = official(call.ward_id, Role.REVIEWER).user_id
    assert round_.closed_at is not None
    return Selection.objects.create(
        call=call,
        ward_id=call.ward_id,
        status=states.APPROVED,
        budget_yen=terms.budget_yen,
        result=content,
        sha256=snapshot.digest(content),
        reason="審査会の採点による順位に従い、予算の範囲で採択する。",
        prepared_by_id=preparer,
        prepared_at=round_.closed_at + _DAY,
        approved_by=_approver(call.ward_id, preparer),
        approved_at=decided - 2 * _DAY,
    )


def _approver(ward: int, preparer: int | None) -> User:
    held = RoleAssignment.objects.filter(ward_id=ward, role=Role.APPROVER, revoked_at=None)
    return held.exclude(user_id=preparer).select_related("user").order_by("pk")[0].user


def _choices(run: Selection, applications: Mapping[int, Application]) -> list[Choice]:
    """Each result as it stands now: whoever waited has moved up or is not selected."""
    assert run.approved_at is not None
    rows = []
    for line in run.result["lines"]:
        row = applications[line["application_id"]]
        waited = line["outcome"] != Outcome.SELECTED
        granted = row.status == application_states.GRANTED
        selected = granted or not waited
        rows.append(
            Choice(
                selection=run,
                ward_id=run.ward_id,
                firm_id=row.firm_id,
                application=row,
                status=states.SELECTED if selected else states.NOT_SELECTED,
                rank=line["rank"],
                wanted_yen=line["wanted_yen"],
                amount_yen=line["wanted_yen"] if selected else 0,
                reason=line["reason"][:300],
                decided_at=run.approved_at,
                promoted_at=run.approved_at + _DAY if granted and waited else None,
                quotes_checked_by_id=run.prepared_by_id if selected else None,
                quotes_checked_at=run.approved_at + _DAY if selected else None,
            )
        )
    return rows
