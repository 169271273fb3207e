"""Row policies of the courses (docs/adr/0030-dojo.md).

Announcements are public. Enrolments and what hangs on them are seen by the firm, its ward, the ward that holds
the cohort and its lecturers (app_public, by app.user); only the system writes them.
"""

from portal.kernel.rls import ALL, APPEND, EDIT, FIRM, FULL, ROLES, USER, WARD, Protected, exists

_PUBLISHED = "status <> 'draft'"
# The cohort's own policy decides which rows the subquery finds.
_OF_COHORT = exists("dojo_cohort c", "c.id = {table}.cohort_id")
_HELD = exists("dojo_cohort c", f"c.id = {{table}}.cohort_id AND c.ward_id = {WARD}")
_TAUGHT = exists(
    "dojo_lecturer l", f"l.cohort_id = dojo_enrolment.cohort_id AND l.user_id = {USER}"
)
_ON_ENROLMENT = exists("dojo_enrolment e", "e.id = {table}.enrolment_id")


def _course(table: str) -> Protected:
    return Protected(table, rows=dict.fromkeys(ROLES, ALL), grants={"app_system": EDIT})


def _of_cohort(table: str) -> Protected:
    """Read with the cohort, written by the ward that holds it."""
    seen, held = _OF_COHORT.format(table=table), _HELD.format(table=table)
    return Protected(
        table,
        rows={**dict.fromkeys(ROLES, seen), "app_auditor": ALL, "app_system": ALL},
        checks={"app_official": held},
        grants={"app_official": FULL, "app_system": FULL},
    )


def _on_enrolment(table: str, system: str = EDIT) -> Protected:
    """Read with the enrolment, written by the system."""
    seen = _ON_ENROLMENT.format(table=table)
    return Protected(
        table,
        rows={
            **dict.fromkeys(("app_public", "app_firm", "app_official"), seen),
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_system": system},
    )


def _material(table: str, alias: str, condition: str) -> str:
    """Materials of cohorts for which there is such a row."""
    return exists(
        f"dojo_session s JOIN {table} ON {alias}.cohort_id = s.cohort_id",
        f"s.id = dojo_material.session_id AND {condition}",
    )


TABLES = [
    _course("dojo_course"),
    _course("dojo_curriculumunit"),
    Protected(
        "dojo_cohort",
        rows={
            **dict.fromkeys(("app_public", "app_firm", "app_policy"), _PUBLISHED),
            "app_official": f"{_PUBLISHED} OR ward_id = {WARD}",
            "app_auditor": ALL,
            "app_system": ALL,
        },
        checks={"app_official": f"ward_id = {WARD}"},
        grants={"app_official": EDIT, "app_system": EDIT},
    ),
    _of_cohort("dojo_cohortward"),
    _of_cohort("dojo_session"),
    _of_cohort("dojo_lecturer"),
    Protected(
        "dojo_enrolment",
        rows={
            "app_public": _TAUGHT,
            "app_firm": f"firm_id = {FIRM}",
            "app_official": f"ward_id = {WARD} OR {_HELD.format(table='dojo_enrolment')}",
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_system": EDIT},
    ),
    _on_enrolment("dojo_attendance", APPEND),
    _on_enrolment("dojo_sessionwork"),
    # Whose answer it is, only the person's firm can see; results are counted by the system.
    Protected(
        "dojo_answer",
        rows={
            "app_firm": _ON_ENROLMENT.format(table="dojo_answer"),
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_system": APPEND},
    ),
    Protected(
        "dojo_graduation",
        rows={
            "app_firm": f"firm_id = {FIRM}",
            "app_official": _ON_ENROLMENT.format(table="dojo_graduation"),
            "app_public": _ON_ENROLMENT.format(table="dojo_graduation"),
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_system": EDIT},
    ),
    # Firms with a seat, lecturers, and the wards of the cohort.
    Protected(
        "dojo_material",
        rows={
            "app_public": _material("dojo_lecturer l", "l", f"l.user_id = {USER}"),
            "app_firm": _material(
                "dojo_enrolment e", "e", f"e.firm_id = {FIRM} AND e.status = 'enrolled'"
            ),
            "app_official": _material("dojo_cohortward w", "w", f"w.ward_id = {WARD}"),
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_system": FULL},
    ),
]
