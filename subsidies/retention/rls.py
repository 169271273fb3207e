"""What is kept and disposed of is the ward's own business; auditors read. A firm sees none of it.

Whether a case is disposed of (`disposed_at`) no role may write: the database's function does.
"""

from portal.kernel.rls import ALL, USER, WARD, Protected, exists

_OWN_WARD = f"ward_id = {WARD}"
_OF_OWN = exists("retention_disposal parent", "parent.id = disposal_id")
# A disposal's cases are listed in the transaction that proposes it: nothing is added to what the
# approver has read, and nothing is listed as done.
_BEING_PROPOSED = " AND ".join(
    (
        "outcome IN ('waiting', 'excluded')",
        exists("retention_keptcase kept", "kept.id = kept_id"),
        exists(
            "retention_disposal parent",
            "parent.id = disposal_id AND parent.status = 'proposed'"
            f" AND parent.prepared_by_id = {USER} AND parent.prepared_at >= now()",
        ),
    )
)


def _ours(table: str, *, rows: str, official: str, system: str, check: str = "") -> Protected:
    return Protected(
        table,
        rows={"app_official": rows, "app_auditor": ALL, "app_system": ALL},
        checks={"app_official": check or rows},
        grants={"app_official": official, "app_system": system},
    )


TABLES = [
    _ours(
        "retention_keptcase",
        rows=_OWN_WARD,
        official="SELECT",
        system="SELECT, INSERT, UPDATE (ending, ended_on, retention_class, years, rule, ends_on)",
    ),
    _ours(
        "retention_hold",
        rows=_OWN_WARD,
        official="SELECT, INSERT, UPDATE (lifted_by_id, lifted_at, lifted_reason)",
        system="SELECT, UPDATE (lifted_at)",
    ),
    _ours(
        "retention_disposal",
        rows=_OWN_WARD,
        official="SELECT, INSERT, UPDATE (status, approved_by_id, approved_at)",
        system="SELECT, UPDATE (status, finished_at)",
    ),
    _ours(
        "retention_disposalitem",
        rows=_OF_OWN,
        check=_BEING_PROPOSED,
        official="SELECT, INSERT",
        system="SELECT, UPDATE (outcome, reason, files, settled_at)",
    ),
]
