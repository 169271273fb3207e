"""Facts name firms: wards see their own. Cells and targets are figures: staff see all wards."""

from portal.kernel.rls import ALL, APPEND, FULL, WARD, Protected

_STAFF = ("app_official", "app_policy", "app_auditor")

TABLES = [
    Protected(
        "kpi_fact",
        # What a firm answered to the ward survey is the ward's only with consent: `surveys_response` tells.
        rows={
            "app_official": f"ward_id = {WARD} AND event_type <> 'survey.response'",
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_system": APPEND},
    ),
    Protected(
        "kpi_pending",
        rows={"app_system": ALL},
        grants={"app_system": "SELECT, INSERT, DELETE"},
    ),
    Protected(
        "kpi_check",
        rows=dict.fromkeys((*_STAFF, "app_system"), ALL),
        grants={"app_system": APPEND},
    ),
    Protected(
        "kpi_cell",
        rows=dict.fromkeys((*_STAFF, "app_system"), ALL),
        grants={"app_system": FULL},
    ),
    Protected(
        "kpi_outcomecell",
        rows=dict.fromkeys((*_STAFF, "app_system"), ALL),
        grants={"app_system": FULL},
    ),
    Protected(
        "kpi_processcell",
        rows=dict.fromkeys((*_STAFF, "app_system"), ALL),
        grants={"app_system": FULL},
    ),
    Protected(
        "kpi_quotient",
        rows=dict.fromkeys((*_STAFF, "app_system"), ALL),
        grants={"app_system": FULL},
    ),
    Protected(
        "kpi_target",
        rows=dict.fromkeys((*_STAFF, "app_system"), ALL),
        grants={"app_system": FULL},
    ),
]
