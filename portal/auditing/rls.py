"""Row policies of the room: the auditors' own business. No ward and no firm reads what is sampled."""

from portal.kernel.rls import ALL, APPEND, EDIT, Protected

_ROWS = {"app_auditor": ALL, "app_system": ALL}

TABLES = [
    # A sample is drawn once and never changed.
    Protected("auditing_sample", rows=_ROWS, grants={"app_auditor": APPEND, "app_system": APPEND}),
    Protected("auditing_sampleitem", rows=_ROWS, grants={"app_auditor": EDIT, "app_system": EDIT}),
    Protected("auditing_job", rows=_ROWS, grants={"app_auditor": EDIT, "app_system": EDIT}),
    Protected(
        "auditing_difference", rows=_ROWS, grants={"app_auditor": APPEND, "app_system": APPEND}
    ),
]
