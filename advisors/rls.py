"""Row policies of the advisors' room (docs/adr/0031-advisors.md).

An advisor (app_public, by app.user) sees the own entry, the engagements in whose team they are or
were, what hangs on them, and of the visits the own ones and, while in the team, their partner's.
"""

from advisors import states
from portal.kernel.rls import (
    ALL,
    APPEND,
    EDIT,
    FIRM,
    FULL,
    USER,
    WARD,
    Events,
    Protected,
    exists,
    moves_told,
)

_OWN_WARD = f"ward_id = {WARD}"
_OWN_FIRM = f"firm_id = {FIRM}"
_OFFICE = {"app_official": _OWN_WARD, "app_auditor": ALL, "app_system": ALL}
_CASE = {"app_firm": _OWN_FIRM, **_OFFICE}
_IN_TEAM = exists(
    "advisors_teammember mine", f"mine.engagement_id = {{key}} AND mine.user_id = {USER}"
)
_IN_TEAM_NOW = exists(
    "advisors_teammember mine",
    f"mine.engagement_id = {{key}} AND mine.user_id = {USER} AND mine.until IS NULL",
)
_WITH_VISIT = exists("advisors_visit seen", "seen.id = {key}")
_OWN_PLACE = f"advisor_id = {USER} AND " + exists(
    "advisors_teammember mine",
    f"mine.id = advisors_visit.member_id AND mine.user_id = {USER}"
    " AND mine.engagement_id = advisors_visit.engagement_id"
    " AND mine.ward_id = advisors_visit.ward_id AND mine.firm_id = advisors_visit.firm_id",
)
_OWN_VISIT = exists(
    "advisors_visit own",
    f"own.id = {{table}}.visit_id AND own.advisor_id = {USER}"
    " AND own.ward_id = {table}.ward_id AND own.firm_id = {table}.firm_id",
)

EVENTS = [
    Events(
        "advisors_supportrequest",
        {
            "app_firm": moves_told(
                "advisors_supportrequest",
                states.REQUEST,
                states.FIRM,
                key="request_id",
                also=[("advisors.request_sent", states.SENT)],
            ),
            "app_official": moves_told(
                "advisors_supportrequest",
                states.REQUEST,
                states.OFFICE,
                key="request_id",
                also=[("advisors.request_sent", states.SENT)],
            ),
        },
    ),
    Events(
        "advisors_engagement",
        {
            "app_official": moves_told(
                "advisors_engagement", states.ENGAGEMENT, states.OFFICE, key="engagement_id"
            ),
        },
    ),
    Events(
        "advisors_engagementchange",
        {
            "app_official": moves_told(
                "advisors_engagementchange",
                states.CHANGE,
                states.APPROVER,
                key="change_id",
                also=[("advisors.change_proposed", states.PROPOSED)],
            ),
        },
    ),
    Events(
        "advisors_visit",
        {
            "app_public": moves_told(
                "advisors_visit",
                states.VISIT,
                states.ADVISOR,
                key="visit_id",
                also=[("advisors.visit_planned", states.PLANNED)],
            ),
            "app_firm": moves_told("advisors_visit", states.VISIT, states.FIRM, key="visit_id"),
            "app_official": moves_told(
                "advisors_visit", states.VISIT, states.OFFICE, key="visit_id"
            ),
        },
    ),
]

TABLES = [
    Protected(
        "advisors_advisor",
        rows={
            "app_public": f"user_id = {USER}",
            "app_official": f"{_OWN_WARD} OR wards @> to_jsonb({WARD})",
            "app_auditor": ALL,
            "app_system": ALL,
        },
        checks={"app_official": _OWN_WARD},
        grants={"app_official": EDIT, "app_system": EDIT},
    ),
    Protected(
        "advisors_feetable",
        rows={"app_public": "published_at IS NOT NULL", **_OFFICE},
        grants={"app_official": EDIT, "app_system": EDIT},
    ),
    Protected(
        "advisors_supportrequest",
        rows={
            "app_public": exists(
                "advisors_engagement come", "come.request_id = advisors_supportrequest.id"
            ),
            **_CASE,
        },
        grants={
            "app_firm": "SELECT, INSERT, UPDATE (status, answer)",
            "app_official": EDIT,
            "app_system": EDIT,
        },
    ),
    Protected(
        "advisors_engagement",
        rows={"app_public": _IN_TEAM.format(key="advisors_engagement.id"), **_CASE},
        checks={"app_public": _IN_TEAM_NOW.format(key="advisors_engagement.id")},
        grants={
            "app_public": "SELECT, UPDATE (status, goals, result, figures, left_over, reported_at)",
            "app_official": EDIT,
            "app_system": EDIT,
        },
    ),
    Protected(
        "advisors_teammember",
        rows={"app_public": f"user_id = {USER}", **_CASE},
        grants={"app_official": EDIT, "app_system": EDIT},
    ),
    Protected(
        "advisors_engagementchange",
        rows=dict(_OFFICE),
        grants={"app_official": EDIT, "app_system": EDIT},
    ),
    Protected(
        "advisors_visit",
        rows={
            "app_public": f"advisor_id = {USER} OR "
            + _IN_TEAM_NOW.format(key="advisors_visit.engagement_id"),
            **_CASE,
        },
        checks={"app_public": _OWN_PLACE},
        grants={
            "app_public": EDIT,
            "app_firm": "SELECT, UPDATE (status, confirmed_by_id, confirmed_at, objection)",
            "app_official": "SELECT, UPDATE (status, accepted_by_id, accepted_at, fee_table_id,"
            " objection)",
            "app_system": EDIT,
        },
    ),
    Protected(
        "advisors_nextaction",
        rows={"app_public": _WITH_VISIT.format(key="advisors_nextaction.visit_id"), **_CASE},
        checks={"app_public": _OWN_VISIT.format(table="advisors_nextaction")},
        grants={
            "app_public": FULL,
            "app_firm": "SELECT, UPDATE (done_on, done_by_id)",
            "app_system": EDIT,
        },
    ),
    Protected(
        "advisors_visitphoto",
        rows={"app_public": _WITH_VISIT.format(key="advisors_visitphoto.visit_id"), **_CASE},
        checks={"app_public": _OWN_VISIT.format(table="advisors_visitphoto")},
        grants={"app_public": APPEND, "app_system": EDIT},
    ),
]
