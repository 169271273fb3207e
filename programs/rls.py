"""Row policies of firms (docs/adr/0002-isolation.md).

A ward sees the firms that `FirmWard` grants it. A firm sees itself. A person who is signed in
sees the firms of their live memberships whatever the hat, so that the hat can be chosen.

Columns of the protected table are written with its name: in a subquery a bare `id` or `firm_id`
would mean the inner table's.
"""

from portal.kernel.rls import (
    ALL,
    APPEND,
    EDIT,
    FIRM,
    FULL,
    READ,
    ROLES,
    USER,
    WARD,
    Protected,
    child_rows,
    exists,
)

_GRANTED = exists(
    "programs_firmward granted", f"granted.firm_id = {{key}} AND granted.ward_id = {WARD}"
)
_MINE = exists(
    "programs_firmmembership mine",
    f"mine.firm_id = {{key}} AND mine.user_id = {USER} AND mine.valid_to IS NULL",
)

TABLES = [
    Protected(
        "programs_ward",
        rows=dict.fromkeys(ROLES, ALL),
        grants={"app_system": EDIT},
    ),
    Protected(
        "programs_firm",
        rows={
            "app_public": _MINE.format(key="programs_firm.id"),
            "app_firm": f"id = {FIRM}",
            "app_official": _GRANTED.format(key="programs_firm.id"),
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_firm": EDIT, "app_official": EDIT, "app_system": EDIT},
    ),
    Protected(
        "programs_site",
        **child_rows(
            parent="programs_firm",
            key="programs_site.firm_id",
            grants={"app_firm": EDIT, "app_official": EDIT, "app_system": EDIT},
        ),
    ),
    Protected(
        "programs_firmward",
        rows={
            "app_firm": f"firm_id = {FIRM}",
            "app_official": f"ward_id = {WARD}",
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_firm": APPEND, "app_official": READ, "app_system": APPEND},
    ),
    Protected(
        "programs_firmmembership",
        rows={
            "app_public": f"user_id = {USER}",
            "app_firm": f"user_id = {USER} OR firm_id = {FIRM}",
            "app_official": f"user_id = {USER} OR {_GRANTED.format(key='programs_firmmembership.firm_id')}",
            "app_policy": f"user_id = {USER}",
            "app_auditor": ALL,
            "app_system": ALL,
        },
        # One's own id shows one's other firms, and is no key to write oneself into them.
        checks={"app_firm": f"firm_id = {FIRM}"},
        grants={"app_firm": EDIT, "app_system": EDIT},
    ),
    # Facts follow the firm to every ward that sees it; only the ward that granted one writes it.
    Protected(
        "programs_qualification",
        rows={
            "app_firm": f"firm_id = {FIRM}",
            "app_official": f"ward_id = {WARD} OR "
            + _GRANTED.format(key="programs_qualification.firm_id"),
            "app_auditor": ALL,
            "app_system": ALL,
        },
        checks={
            "app_official": f"ward_id = {WARD} AND "
            + _GRANTED.format(key="programs_qualification.firm_id"),
        },
        grants={
            "app_official": "SELECT, INSERT, UPDATE (revoked_on, revoked_reason)",
            "app_system": EDIT,
        },
    ),
    # Both firms read what one of them, or an official, has declared. Only the system writes.
    Protected(
        "programs_firmtie",
        rows={
            "app_firm": f"firm_id = {FIRM} OR other_id = {FIRM}",
            "app_official": _GRANTED.format(key="programs_firmtie.firm_id")
            + " OR "
            + _GRANTED.format(key="programs_firmtie.other_id"),
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_system": EDIT},
    ),
    # Both firms, and their wards, read what a ward has recorded of them. Only the system writes.
    Protected(
        "programs_firmmerger",
        rows={
            "app_firm": f"gone_id = {FIRM} OR into_id = {FIRM}",
            "app_official": _GRANTED.format(key="programs_firmmerger.gone_id")
            + " OR "
            + _GRANTED.format(key="programs_firmmerger.into_id"),
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_system": EDIT},
    ),
    Protected(
        "programs_importjob",
        rows={"app_official": f"ward_id = {WARD}", "app_auditor": ALL, "app_system": ALL},
        grants={"app_official": EDIT, "app_system": EDIT},
    ),
    Protected(
        "programs_importrow",
        rows={
            "app_official": exists("programs_importjob job", "job.id = programs_importrow.job_id"),
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_official": FULL, "app_system": FULL},
    ),
]
