"""Row policies of the follow-up (docs/adr/0035-followup.md). Only the system writes, as in the courses.

Surveys are seen by the firm (a leader's by that person alone), its ward, the ward that holds the cohort
and its lecturers (app_public, by app.user). A visitor with a link is let in by the system, to one survey.
"""

from portal.kernel.rls import ALL, APPEND, EDIT, FIRM, USER, WARD, Protected, exists, own_rows

_HELD = exists("dojo_cohort c", f"c.id = followup_survey.cohort_id AND c.ward_id = {WARD}")
_TAUGHT = exists(
    "dojo_lecturer l", f"l.cohort_id = followup_survey.cohort_id AND l.user_id = {USER}"
)


def _on_survey(table: str, *roles: str, system: str) -> Protected:
    """Read with the survey."""
    seen = exists("followup_survey s", f"s.id = {table}.survey_id")
    return Protected(
        table,
        rows={**dict.fromkeys(roles, seen), "app_auditor": ALL, "app_system": ALL},
        grants={"app_system": system},
    )


TABLES = [
    Protected(
        "followup_survey",
        rows={
            "app_firm": f"firm_id = {FIRM} AND (course_code = 'dojo' OR person_id = {USER})",
            "app_official": f"ward_id = {WARD} OR {_HELD}",
            "app_public": _TAUGHT,
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_system": EDIT},
        asks=frozenset({"dojo_cohort", "dojo_lecturer"}),
    ),
    _on_survey("followup_reply", "app_firm", "app_official", "app_public", system=APPEND),
    _on_survey("followup_surveymail", "app_official", "app_public", system=EDIT),
    Protected("followup_investment", **own_rows(grants={"app_system": EDIT})),
]
