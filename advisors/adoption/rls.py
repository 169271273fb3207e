"""Row policies of adoption tracking (docs/adr/0036-adoption.md).

A firm reads and writes its own, advisors (app_public, by app.user) those of the engagements in whose
team they are today; officials of the ward and auditors read. Weeks and reviews go with their tool.
"""

from portal.kernel.rls import ALL, EDIT, FIRM, FULL, USER, WARD, Protected, exists

_OWN_FIRM = f"firm_id = {FIRM}"
_READERS = {"app_official": f"ward_id = {WARD}", "app_auditor": ALL, "app_system": ALL}
_IN_TEAM_NOW = exists(
    "advisors_teammember mine",
    "mine.engagement_id = adoption_tool.engagement_id"
    f" AND mine.user_id = {USER} AND mine.until IS NULL",
)
# The engagement's own policy decides which rows the subquery finds.
_OF_ENGAGEMENT = exists(
    "advisors_engagement e",
    "e.id = adoption_tool.engagement_id"
    " AND e.ward_id = adoption_tool.ward_id AND e.firm_id = adoption_tool.firm_id",
)


def _of_tool(table: str, grant: str) -> Protected:
    """Read and written with the tool."""
    seen = exists("adoption_tool t", f"t.id = {table}.tool_id")
    same = exists(
        "adoption_tool t",
        f"t.id = {table}.tool_id AND t.ward_id = {table}.ward_id AND t.firm_id = {table}.firm_id",
    )
    return Protected(
        table,
        rows={"app_firm": _OWN_FIRM, "app_public": seen, **_READERS},
        checks={"app_firm": f"{_OWN_FIRM} AND {same}", "app_public": same},
        grants={"app_firm": grant, "app_public": grant, "app_system": grant},
    )


TABLES = [
    Protected(
        "adoption_tool",
        rows={"app_firm": _OWN_FIRM, "app_public": _IN_TEAM_NOW, **_READERS},
        checks={
            "app_firm": f"{_OWN_FIRM} AND {_OF_ENGAGEMENT}",
            "app_public": f"{_IN_TEAM_NOW} AND {_OF_ENGAGEMENT}",
        },
        grants={"app_firm": EDIT, "app_public": EDIT, "app_system": EDIT},
        asks=frozenset({"advisors_teammember", "advisors_engagement"}),
    ),
    _of_tool("adoption_weekfigures", FULL),
    _of_tool("adoption_review", EDIT),
]
