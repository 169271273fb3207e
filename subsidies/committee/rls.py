"""Row policies of the committee's review.

A member (app_public, by app.user) sees the reviews they belong to once opened, the own cases, and
what there is to read only after declaring no conflict. What somebody is still writing nobody else
reads; what was submitted, officials included, only when nobody owes a sheet any more.
"""

from portal.kernel.rls import (
    ALL,
    APPEND,
    EDIT,
    FULL,
    NOTHING,
    USER,
    WARD,
    Events,
    Protected,
    exists,
    moves_told,
)
from subsidies.committee import states

_OWN_WARD = f"ward_id = {WARD}"
_MINE = f"user_id = {USER}"
_READING = ", ".join(f"'{status}'" for status in states.READING)

_IN_ROUND = exists(
    "committee_roundmember mine", f"mine.round_id = {{round}} AND mine.user_id = {USER}{{also}}"
)
_MAY_READ = exists(
    "committee_assignment own",
    f"own.case_id = {{case}} AND own.user_id = {USER} AND own.status IN ({_READING})",
)
_CHAIRED = _IN_ROUND.replace("{also}", " AND mine.is_chair")
_DONE = exists(
    "committee_reviewround done",
    "done.id = committee_assignment.round_id AND done.revealed_at IS NOT NULL",
)
_OPENED = exists(
    "committee_reviewround opened",
    "opened.id = committee_assignment.round_id AND opened.opened_at IS NOT NULL",
)
_REVEALED = exists(
    "committee_case told JOIN committee_reviewround done ON done.id = told.round_id",
    "told.id = committee_sheetversion.case_id AND done.revealed_at IS NOT NULL",
)
_SCORED_TOO = exists(
    "committee_assignment own JOIN committee_reviewround done ON done.id = own.round_id",
    "own.case_id = committee_sheetversion.case_id AND own.status = 'submitted'"
    f" AND own.user_id = {USER} AND done.revealed_at IS NOT NULL",
)

_OF_OPEN_ROUND = exists(
    "committee_reviewround opened",
    "opened.id = committee_case.round_id AND opened.opened_at IS NOT NULL",
)
_NOT_EXCLUDED = exists(
    "committee_assignment own",
    f"own.case_id = committee_case.id AND own.status <> 'excluded' AND own.user_id = {USER}",
)
_OWN_CASE = (
    f"{_OF_OPEN_ROUND} AND ({_NOT_EXCLUDED} OR {_CHAIRED.format(round='committee_case.round_id')})"
)

EVENTS = [
    Events(
        "committee_assignment",
        {
            "app_public": moves_told(
                "committee_assignment", states.ASSIGNMENT, states.MEMBER, key="assignment_id"
            ),
            "app_official": moves_told(
                "committee_assignment", states.ASSIGNMENT, states.OFFICE, key="assignment_id"
            ),
        },
    ),
    Events(
        "committee_reviewround",
        {
            "app_official": moves_told(
                "committee_reviewround", states.ROUND, states.OFFICE, key="round_id"
            ),
        },
    ),
]


def _ours(
    table: str, *, member: str, grant: str = "SELECT", office: str = FULL, writes: str = ""
) -> Protected:
    """What the ward prepares and the member's condition `member` shows."""
    return Protected(
        table,
        rows={
            "app_public": member,
            "app_official": _OWN_WARD,
            "app_auditor": ALL,
            "app_system": ALL,
        },
        checks={"app_public": writes} if writes else {},
        grants={"app_public": grant, "app_official": office, "app_system": FULL},
    )


TABLES = [
    _ours(
        "committee_reviewround",
        member="opened_at IS NOT NULL AND "
        + _IN_ROUND.format(round="committee_reviewround.id", also=""),
        office=EDIT,
    ),
    _ours("committee_roundmember", member=_MINE),
    # The chair follows who has submitted, and may give a sheet back; once the scores are open all
    # members know who gave them.
    _ours(
        "committee_assignment",
        member=f"{_OPENED} AND ({_MINE} OR {_DONE} OR "
        + _CHAIRED.format(round="committee_assignment.round_id")
        + ")",
        grant="SELECT, UPDATE (status, submitted_at)",
        writes=f"{_MINE} OR " + _CHAIRED.format(round="committee_assignment.round_id"),
    ),
    _ours("committee_case", member=_OWN_CASE),
    _ours("committee_dossier", member=_MAY_READ.format(case="committee_dossier.case_id")),
    _ours("committee_casedocument", member=_MAY_READ.format(case="committee_casedocument.case_id")),
    _ours("committee_exclusion", member=NOTHING),
    _ours("committee_declaration", member=_MINE, grant=APPEND, office="SELECT"),
    Protected(
        "committee_scoresheet",
        rows={
            "app_public": _MINE,
            # Django looks for what hangs on an assignment that is taken back.
            "app_official": NOTHING,
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_public": EDIT, "app_system": FULL},
    ),
    Protected(
        "committee_sheetversion",
        rows={
            "app_public": f"{_MINE} OR {_SCORED_TOO}",
            "app_official": f"{_OWN_WARD} AND {_REVEALED}",
            "app_auditor": ALL,
            "app_system": ALL,
        },
        checks={"app_public": _MINE},
        grants={"app_public": APPEND, "app_system": APPEND},
    ),
]
