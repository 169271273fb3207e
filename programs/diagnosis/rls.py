"""Row policies of the diagnoses: a firm's own thinking, read by others as far as a consent goes.

A consent is seen by whom it is given to: the ward it names, the advisors who accompany the firm now, the
lecturers who teach it (both app_public, by app.user). A finished diagnosis is seen with a consent that runs.
The rooms above own the tables that say who accompanies and teaches; their row policies hold in here, too.
"""

from portal.kernel.rls import ALL, APPEND, EDIT, FIRM, FULL, ROLES, USER, WARD, Protected, exists

_OWN = f"firm_id = {FIRM}"
_ACCOMPANIES = exists(
    "advisors_teammember m JOIN advisors_engagement e ON e.id = m.engagement_id",
    f"m.firm_id = diagnosis_consent.firm_id AND m.user_id = {USER}"
    " AND m.until IS NULL AND e.closed_on IS NULL",
)
_TEACHES = exists(
    "dojo_enrolment e", "e.firm_id = diagnosis_consent.firm_id AND e.status = 'enrolled'"
)
_LET_SEE = "status = 'done' AND " + exists(
    "diagnosis_consent c", "c.diagnosis_id = diagnosis_diagnosis.id AND c.ended_at IS NULL"
)

TABLES = [
    Protected(
        "diagnosis_questionnaire",
        rows=dict.fromkeys(ROLES, ALL),
        grants={"app_policy": APPEND, "app_system": APPEND},
    ),
    Protected(
        "diagnosis_diagnosis",
        rows={
            "app_firm": _OWN,
            "app_official": _LET_SEE,
            "app_public": _LET_SEE,
            "app_auditor": ALL,
            "app_system": ALL,
        },
        # A draft may be thrown away.
        grants={"app_firm": FULL, "app_system": EDIT},
    ),
    Protected(
        "diagnosis_consent",
        rows={
            "app_firm": _OWN,
            "app_official": f"audience = 'ward' AND ward_id = {WARD} AND ended_at IS NULL",
            "app_public": "ended_at IS NULL AND ("
            f"(audience = 'advisor' AND {_ACCOMPANIES}) OR (audience = 'lecturer' AND {_TEACHES}))",
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_firm": "SELECT, INSERT, UPDATE (ended_at)", "app_system": EDIT},
        asks=frozenset({"advisors_teammember", "advisors_engagement", "dojo_enrolment"}),
    ),
]
