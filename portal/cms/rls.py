"""Row policies of the public site.

Everybody reads pages; the site itself decides what of them is public. In a ward's hat one changes
what stands in that ward's branch, whatever other groups one belongs to. Who may do what is written
by the system alone. The rest of Wagtail's tables are shared: revisions, logs, images, its search.
"""

from portal.accounts.rls import ReadByAll
from portal.kernel.rls import ALL, FULL, USER, WARD, exists

_OWN_BRANCH = exists(
    "cms_branch branch",
    f"branch.ward_id = {WARD} AND starts_with(wagtailcore_page.path, branch.path)",
)
# A system administrator wears no ward; nobody who is not signed in writes a page.
_SOMEBODY = f"{USER} IS NOT NULL"

TABLES = [
    ReadByAll("cms_branch", rows={"app_system": ALL}, grants={"app_system": FULL}),
    ReadByAll(
        "cms_wardhome",
        rows={"app_official": f"ward_id = {WARD}", "app_public": _SOMEBODY, "app_system": ALL},
        grants={
            "app_official": "SELECT, UPDATE",
            "app_public": "SELECT, UPDATE",
            "app_system": FULL,
        },
    ),
    ReadByAll(
        "wagtailcore_page",
        rows={"app_official": _OWN_BRANCH, "app_public": _SOMEBODY, "app_system": ALL},
        grants={"app_official": FULL, "app_public": FULL, "app_system": FULL},
        asks=frozenset({"cms_branch"}),
    ),
    *(
        ReadByAll(table, rows={"app_system": ALL}, grants={"app_system": FULL})
        for table in (
            "wagtailcore_grouppagepermission",
            "wagtailcore_groupcollectionpermission",
            "auth_group_permissions",
        )
    ),
]
