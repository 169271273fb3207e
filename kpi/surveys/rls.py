"""Row policies of the ward survey (docs/adr/0053-ward-survey.md). Only the system writes.

A wave is figures: policy staff read waves and strata of all wards, officials those their ward is in. Which
firms are asked, their mails and answers name firms: the ward, the firm itself, auditors. A single answer is
read by its ward only while the firm lets it (`is_linked`); drafts by nobody but the system.
"""

from portal.kernel.rls import ALL, APPEND, EDIT, FIRM, WARD, Protected, exists

_FIGURES = {"app_policy": ALL, "app_auditor": ALL, "app_system": ALL}
_RECORDS = {"app_auditor": ALL, "app_system": ALL}


def _of_asked(table: str, *, official: str = "true") -> str:
    return exists("surveys_asked a", f"a.id = {table}.asked_id AND {official}")


TABLES = [
    Protected(
        "surveys_wave",
        rows={
            **_FIGURES,
            "app_official": exists("surveys_place p", "p.wave_id = surveys_wave.id"),
            "app_firm": exists("surveys_asked a", "a.wave_id = surveys_wave.id"),
        },
        grants={"app_system": EDIT},
    ),
    Protected(
        "surveys_place",
        rows={**_FIGURES, "app_official": f"ward_id = {WARD}"},
        grants={"app_system": APPEND},
    ),
    Protected(
        "surveys_stratum",
        rows={**_FIGURES, "app_official": f"ward_id = {WARD}"},
        grants={"app_system": APPEND},
    ),
    Protected(
        "surveys_asked",
        rows={**_RECORDS, "app_official": f"ward_id = {WARD}", "app_firm": f"firm_id = {FIRM}"},
        grants={"app_system": EDIT},
    ),
    Protected("surveys_draft", rows={"app_system": ALL}, grants={"app_system": EDIT}),
    Protected(
        "surveys_response",
        rows={
            **_RECORDS,
            "app_official": f"ward_id = {WARD} AND is_linked AND "
            + _of_asked("surveys_response", official="a.is_linked"),
            "app_firm": f"firm_id = {FIRM}",
        },
        grants={"app_system": APPEND},
    ),
    Protected(
        "surveys_mail",
        rows={**_RECORDS, "app_official": _of_asked("surveys_mail")},
        grants={"app_system": EDIT},
    ),
    Protected(
        "surveys_nomail",
        rows={
            **_RECORDS,
            "app_official": exists("surveys_asked a", "a.firm_id = surveys_nomail.firm_id"),
            "app_firm": f"firm_id = {FIRM}",
        },
        grants={"app_system": APPEND},
    ),
]
