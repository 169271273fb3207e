"""Row policies of the worksheets.

A firm sees and writes its own. Lecturers see those of enrolments they see (dojo.rls), advisors those
of firms that let them; both by app.user as app_public, and what they say is written by the system.
Officials see none: a sheet is the firm's own thinking, not a paper of a procedure.
"""

from portal.kernel.rls import ALL, APPEND, EDIT, FIRM, FULL, USER, Protected, exists

_OWN = f"firm_id = {FIRM}"
# The enrolment's own policy decides which rows the subquery finds.
_TAUGHT = exists(
    "dojo_enrolment e", "e.id = worksheets_worksheet.enrolment_id AND e.status = 'enrolled'"
)
_LET_IN = exists(
    "worksheets_advisorconsent c",
    f"c.firm_id = worksheets_worksheet.firm_id AND c.advisor_id = {USER} AND c.ended_at IS NULL",
)


def _of_sheet(table: str, firm: str) -> Protected:
    """Read with the sheet."""
    seen = exists("worksheets_worksheet w", f"w.id = {table}.worksheet_id")
    return Protected(
        table,
        rows={"app_firm": seen, "app_public": seen, "app_auditor": ALL, "app_system": ALL},
        grants={"app_firm": firm, "app_system": APPEND},
    )


TABLES = [
    Protected(
        "worksheets_worksheet",
        rows={
            "app_firm": _OWN,
            "app_public": f"{_TAUGHT} OR {_LET_IN}",
            "app_auditor": ALL,
            "app_system": ALL,
        },
        # A draft may be thrown away; what was handed in or commented on is held by foreign keys.
        grants={"app_firm": FULL, "app_system": EDIT},
        asks=frozenset({"dojo_enrolment"}),
    ),
    _of_sheet("worksheets_worksheetversion", APPEND),
    _of_sheet("worksheets_remark", "SELECT"),
    Protected(
        "worksheets_advisorconsent",
        rows={
            "app_firm": _OWN,
            "app_public": f"advisor_id = {USER} AND ended_at IS NULL",
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={
            "app_firm": "SELECT, INSERT, UPDATE (ended_at)",
            "app_system": EDIT,
        },
    ),
]
