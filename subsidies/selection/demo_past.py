"""The demonstration's scored rounds of the past: what was ranked, and where the line was.

Written in bulk for calls that were decided years ago, as the approved selection was frozen then. The
evaluation compares firms just above the line with those just below it (kpi/effect/rules/cutoff.py), and
some below were granted all the same when others gave up (繰上げ).
"""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel import clock
from subsidies.models import Call, Decision
from subsidies.rules import snapshot
from subsidies.selection import states
from subsidies.selection.models import Selection

SEED = 8_1131
# Where the line is, in points, and how far the others stand from it.
LINE, SPREAD = 60, 28
# One in so many below the line moved up.
MOVED_UP = 12


def load_past(today: dt.date) -> int:
    """Selections of the calls of earlier fiscal years that granted some and refused others; how many."""
    first, _last = clock.fiscal_year_bounds(clock.fiscal_year(today))
    rng = random.Random(SEED)  # noqa: S311 (invented data)
    rows = Decision.objects.filter(
        approved_at__lt=clock.midnight(first),
        application__call__review=None,
        application__call__mode=Call.Mode.ROUND,
    ).select_related("application")
    by_call: dict[int, list[Decision]] = defaultdict(list)
    for row in rows.order_by("application__call_id", "pk"):
        by_call[row.application.call_id].append(row)
    people = _people()
    made = [
        _selection(rng, found, people[found[0].application.ward_id])
        for found in by_call.values()
        if len({row.outcome for row in found}) == 2 and found[0].application.ward_id in people
    ]
    return len(Selection.objects.bulk_create(made))


def _people() -> dict[int, tuple[int, int]]:
    """Ward → a reviewer and an approver who is somebody else."""
    held: dict[str, dict[int, list[int]]] = {Role.REVIEWER: {}, Role.APPROVER: {}}
    rows = Assignment.objects.filter(role__in=held, ward_id__isnull=False, revoked_at=None)
    for role, ward, user in rows.order_by("pk").values_list("role", "ward_id", "user_id"):
        held[role].setdefault(ward, []).append(user)
    return {
        ward: (reviewers[0], next(user for user in approvers if user != reviewers[0]))
        for ward, reviewers in held[Role.REVIEWER].items()
        for approvers in [held[Role.APPROVER].get(ward, [])]
        if any(user != reviewers[0] for user in approvers)
    }


def _selection(
    rng: random.Random, decisions: Sequence[Decision], people: tuple[int, int]
) -> Selection:
    lines = sorted(
        (_line(rng, row) for row in decisions),
        key=lambda line: (-float(line["points"]), line["receipt_no"]),
    )
    spent = 0
    for rank, line in enumerate(lines, start=1):
        spent += line["amount_yen"]
        line |= {"rank": rank, "cumulative_yen": spent}
    application = decisions[0].application
    content = {"budget_yen": spent, "ties": [], "criteria": [], "lines": lines}
    return Selection(
        call_id=application.call_id,
        ward_id=application.ward_id,
        status=states.APPROVED,
        is_separate=False,
        budget_yen=spent,
        result=content,
        sha256=snapshot.digest(content),
        reason="審査会の点の順に、予算の範囲で採択する。",
        prepared_by_id=people[0],
        approved_by_id=people[1],
        approved_at=min(row.approved_at for row in decisions if row.approved_at),
    )


def _line(rng: random.Random, row: Decision) -> dict[str, Any]:
    """As `selectors.ranking` freezes it; who was granted below the line had waited."""
    application = row.application
    granted = row.outcome == Decision.Outcome.GRANT
    waited = granted and not rng.randrange(MOVED_UP)
    off = round(rng.triangular(0, SPREAD, 4), 1)
    chosen = granted and not waited
    points = str(LINE + off if chosen else LINE - 0.1 - off)
    return {
        "application_id": application.pk,
        "receipt_no": application.receipt_no,
        "firm_id": application.firm_id,
        "firm_name": application.firm_name,
        "title": application.title,
        "outcome": "selected" if chosen else "waiting" if waited else "not_selected",
        "average": points,
        "by_criterion": {},
        "spread": "0",
        "bonus": [],
        "points": points,
        "wanted_yen": application.requested_yen or 0,
        "amount_yen": (application.requested_yen or 0) if chosen else 0,
        "reason": "" if granted else "予算の範囲に入らなかった",
        "marks": [],
    }
