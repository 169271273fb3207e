"""Row policies of the plan evaluation.

An advisor (app_public, by app.user) sees what was shared with them, as long as it is; the firm its
own; officials of the ward what belongs to submitted applications. Who typed what only the trigger
writes.
"""

from portal.kernel.rls import (
    ALL,
    APPEND,
    EDIT,
    FIRM,
    USER,
    WARD,
    Events,
    Protected,
    event_told,
    exists,
    moves_told,
)
from subsidies.evaluation import states

_SUBMITTED = exists(
    "subsidies_application parent",
    "parent.id = {table}.application_id AND parent.status <> 'draft'",
)
_SHARED = exists(
    "evaluation_planshare open",
    f"open.id = {{table}}.share_id AND open.advisor_id = {USER} AND open.ended_at IS NULL",
)
_OWN_WARD = f"ward_id = {WARD}"
_OWN_FIRM = f"firm_id = {FIRM}"

EVENTS = [
    Events(
        "evaluation_planshare",
        {
            "app_firm": event_told(
                "evaluation_planshare",
                "share_id",
                "kernel_outboxevent.name = CASE WHEN told.ended_at IS NULL"
                " THEN 'evaluation.plan_shared' ELSE 'evaluation.share_ended' END",
            )
        },
    ),
    Events(
        "evaluation_plancomment",
        {
            "app_public": event_told(
                "evaluation_plancomment",
                "comment_id",
                "kernel_outboxevent.name = 'evaluation.commented'",
            )
        },
    ),
    Events(
        "evaluation_planevaluation",
        {
            "app_public": moves_told(
                "evaluation_planevaluation",
                states.EVALUATION,
                states.ADVISOR,
                key="evaluation_id",
            ),
        },
    ),
]

TABLES = [
    Protected(
        "evaluation_planshare",
        rows={
            "app_public": f"advisor_id = {USER} AND ended_at IS NULL",
            "app_firm": _OWN_FIRM,
            "app_official": f"{_OWN_WARD} AND {_SUBMITTED.format(table='evaluation_planshare')}",
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={
            "app_firm": "SELECT, INSERT, UPDATE (ended_at)",
            "app_system": EDIT,
        },
    ),
    Protected(
        "evaluation_plancomment",
        rows={
            "app_public": _SHARED.format(table="evaluation_plancomment"),
            "app_firm": _OWN_FIRM,
            "app_auditor": ALL,
            "app_system": ALL,
        },
        checks={
            "app_public": f"author_id = {USER} AND {_SHARED.format(table='evaluation_plancomment')}"
        },
        grants={"app_public": APPEND, "app_system": APPEND},
    ),
    Protected(
        "evaluation_planevaluation",
        rows={
            "app_public": f"evaluator_id = {USER}"
            f" AND {_SHARED.format(table='evaluation_planevaluation')}",
            "app_firm": f"{_OWN_FIRM} AND status = 'submitted'",
            "app_official": f"{_OWN_WARD} AND status = 'submitted'"
            f" AND {_SUBMITTED.format(table='evaluation_planevaluation')}",
            "app_auditor": "status = 'submitted'",
            "app_system": ALL,
        },
        grants={"app_public": "SELECT, INSERT, UPDATE", "app_system": APPEND},
    ),
    Protected(
        "evaluation_fieldauthor",
        rows={
            "app_firm": _OWN_FIRM,
            "app_official": f"{_OWN_WARD} AND {_SUBMITTED.format(table='evaluation_fieldauthor')}",
            "app_auditor": _SUBMITTED.format(table="evaluation_fieldauthor"),
            "app_system": ALL,
        },
    ),
]
