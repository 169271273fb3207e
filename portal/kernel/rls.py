"""Row-level security as data: each app's `rls.py` lists its protected tables in `TABLES`.

`apply()` runs after every `migrate`, as the owner, and brings grants and policies in line with the
declarations. A table that no app protects is shared by all roles (accounts, sessions, Wagtail
pages); tests/architecture refuses an undeclared table that carries a ward or a firm.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.apps import apps
from django.db import connection
from django.utils.module_loading import import_module, module_has_submodule

# Wrapped in SELECT so that PostgreSQL evaluates each once per query and can use an index on it.
WARD = "(SELECT NULLIF(current_setting('app.ward', true), '')::int)"
FIRM = "(SELECT NULLIF(current_setting('app.firm', true), '')::bigint)"
USER = "(SELECT NULLIF(current_setting('app.user', true), '')::bigint)"
ALL = "true"

READ = "SELECT"
APPEND = "SELECT, INSERT"
EDIT = "SELECT, INSERT, UPDATE"
FULL = "SELECT, INSERT, UPDATE, DELETE"

ROLES = ("app_public", "app_firm", "app_official", "app_policy", "app_auditor", "app_system")


@dataclass(frozen=True)
class Protected:
    """A table with row policies.

    `rows` maps a database role to the SQL condition of the rows it sees (and may write);
    `grants` maps a role to its privileges, READ where not named. A role that is missing from
    `rows` cannot touch the table at all.
    """

    table: str
    rows: Mapping[str, str]
    grants: Mapping[str, str] = field(default_factory=dict)

    def statements(self) -> Iterable[str]:
        """The SQL that brings the table's grants and policies in line."""
        roles = ", ".join((*ROLES, "app_common"))
        yield f"REVOKE ALL ON {self.table} FROM {roles}"
        yield f"ALTER TABLE {self.table} ENABLE ROW LEVEL SECURITY"
        for role in ROLES:
            yield f"DROP POLICY IF EXISTS {role} ON {self.table}"
            if role in self.rows:
                condition = self.rows[role]
                yield f"GRANT {self.grants.get(role, READ)} ON {self.table} TO {role}"
                yield (
                    f"CREATE POLICY {role} ON {self.table} TO {role}"
                    f" USING ({condition}) WITH CHECK ({condition})"
                )


def own_rows(
    *, ward: str = "ward_id", firm: str = "firm_id", grants: Mapping[str, str]
) -> dict[str, Mapping[str, str]]:
    """The usual case: a ward's officials and a firm see their own, auditors and the system all."""
    return {
        "rows": {
            "app_official": f"{ward} = {WARD}",
            "app_firm": f"{firm} = {FIRM}",
            "app_auditor": ALL,
            "app_system": ALL,
        },
        "grants": grants,
    }


def child_rows(
    *, parent: str, key: str, grants: Mapping[str, str]
) -> dict[str, Mapping[str, str]]:
    """Rows that are visible exactly when their parent row (itself protected) is."""
    condition = f"EXISTS (SELECT 1 FROM {parent} parent WHERE parent.id = {key})"
    return {
        "rows": {
            "app_official": condition,
            "app_firm": condition,
            "app_auditor": ALL,
            "app_system": ALL,
        },
        "grants": grants,
    }


def declared() -> list[Protected]:
    """All protected tables, from every installed app's `rls.TABLES`."""
    tables: list[Protected] = []
    for config in apps.get_app_configs():
        if module_has_submodule(config.module, "rls"):
            tables += getattr(import_module(f"{config.name}.rls"), "TABLES", [])
    return tables


def apply() -> None:
    """Bring grants and policies of the whole database in line with the declarations."""
    protected = declared()
    with connection.cursor() as cursor:
        cursor.execute("GRANT USAGE ON SCHEMA public TO app_common")
        cursor.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO app_common")
        cursor.execute(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO app_common"
        )
        for table in protected:
            for statement in table.statements():
                cursor.execute(statement)
