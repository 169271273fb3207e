"""Row-level security as data: each app's `rls.py` lists its protected tables in `TABLES`.

`apply()` runs after every `migrate`, as the owner, and brings grants and policies in line with the
declarations. A table that no app protects is shared by all roles (accounts, sessions, Wagtail
pages); tests/architecture refuses an undeclared table that carries a ward or a firm.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils.module_loading import module_has_submodule

from portal.kernel.transitions import TransitionTable

# Wrapped in SELECT so that PostgreSQL evaluates each once per query and can use an index on it.
WARD = "(SELECT NULLIF(current_setting('app.ward', true), '')::int)"
FIRM = "(SELECT NULLIF(current_setting('app.firm', true), '')::bigint)"
USER = "(SELECT NULLIF(current_setting('app.user', true), '')::bigint)"
ALL = "true"

READ = "SELECT"
APPEND = "SELECT, INSERT"
EDIT = "SELECT, INSERT, UPDATE"
FULL = "SELECT, INSERT, UPDATE, DELETE"

NOTHING = "false"
ROLES = ("app_public", "app_firm", "app_official", "app_policy", "app_auditor", "app_system")
# What all of these and the login role inherit; policies TO it apply to everybody.
EVERYBODY = "app_common"


@dataclass(frozen=True)
class Protected:
    """A table with row policies.

    `rows` maps a database role to the SQL condition of the rows it sees; `checks` to that of the
    rows it may write, where the two differ; `grants` to its privileges, READ where not named. A
    role that is missing from `rows` cannot touch the table at all. A grant may name the columns
    that the services write: "SELECT, UPDATE (answered_at)". Policies of further roles (app_keeper)
    are the migrations' business and left alone.

    A role with NOTHING in `rows` and INSERT in `grants` writes what it may not read; see
    `portal.kernel.database.insert_blind`. `asks` names tables of other apps in the conditions.
    """

    table: str
    rows: Mapping[str, str]
    grants: Mapping[str, str] = field(default_factory=dict)
    checks: Mapping[str, str] = field(default_factory=dict)
    asks: frozenset[str] = frozenset()
    is_long: bool = False  # its checks are planned once a session: see `_planned_once`

    def statements(self) -> Iterable[str]:
        """The SQL that brings the table's grants and policies in line."""
        roles = (*ROLES, EVERYBODY)
        yield f"REVOKE ALL ON {self.table} FROM {', '.join(roles)}"
        yield f"ALTER TABLE {self.table} ENABLE ROW LEVEL SECURITY"
        for role in roles:
            yield f"DROP POLICY IF EXISTS {role} ON {self.table}"
            if role in self.rows:
                check = self.checks.get(role, self.rows[role])
                if self.is_long and role in self.checks:
                    yield _planned_once(self.table, role, check)
                    check = f"{self.table}_{role}({self.table})"
                yield f"GRANT {self.grants.get(role, READ)} ON {self.table} TO {role}"
                yield (
                    f"CREATE POLICY {role} ON {self.table} TO {role}"
                    f" USING ({self.rows[role]}) WITH CHECK ({check})"
                )


def _planned_once(table: str, role: str, check: str) -> str:
    """A check as a function of the row, with the rights of whoever writes it.

    PostgreSQL plans a policy with each statement: the outbox's hundred questions took it longer than
    all the rest of an INSERT. In a function they are planned once a session, and only that role asks.
    """
    return (
        f"CREATE OR REPLACE FUNCTION {table}_{role}({table} {table}) RETURNS boolean"
        " LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan"
        f" AS $check$ BEGIN RETURN {check}; END $check$"
    )


@dataclass(frozen=True)
class Events:
    """What an app lets roles tell: role → SQL condition of the outbox's row, which asks `table`."""

    table: str
    told: Mapping[str, str]


def exists(rows: str, where: str) -> str:
    """The condition that there is such a row; names and constants of this code, never a value."""
    return f"EXISTS (SELECT 1 FROM {rows} WHERE {where})"  # noqa: S608


def event_told(table: str, key: str, tells: str) -> str:
    """The outbox's row tells of a row `told` of `table` that the writer sees; `tells` says what.

    `key` is where the payload names the row.
    """
    return exists(
        f"{table} told",
        "told.id::text = kernel_outboxevent.subject"
        f" AND told.id = (kernel_outboxevent.payload ->> '{key}')::bigint"
        f" AND told.ward_id = kernel_outboxevent.ward_id AND {tells}",
    )


def moves_told(
    table: str,
    moves: TransitionTable,
    roles: Collection[str],
    *,
    key: str,
    also: Collection[tuple[str, str]] = (),
) -> str:
    """Events of a row the writer sees: a move of these roles that has led where the row stands, or
    one of the pairs (event, status) in `also`. `key` is where the payload names the row.
    """
    pairs = [
        (move.event, move.target)
        for move in moves.transitions
        if move.event and move.open_to(roles)
    ]
    told = ", ".join(f"('{event}', '{status}')" for event, status in [*pairs, *also])
    return event_told(table, key, f"(kernel_outboxevent.name, told.status) IN ({told})")


def own_rows(
    *, ward: str = "ward_id", firm: str = "firm_id", grants: Mapping[str, str]
) -> dict[str, Any]:
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


def child_rows(*, parent: str, key: str, grants: Mapping[str, str]) -> dict[str, Any]:
    """Rows that are visible exactly when their parent row (itself protected) is."""
    condition = exists(f"{parent} parent", f"parent.id = {key}")
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
    """All protected tables: every installed app's `rls.TABLES`, and the outbox for their EVENTS."""
    modules = [
        import_module(f"{config.name}.rls")
        for config in apps.get_app_configs()
        if module_has_submodule(config.module, "rls")
    ]
    tables = [table for module in modules for table in getattr(module, "TABLES", [])]
    return [
        *tables,
        outbox([entry for module in modules for entry in getattr(module, "EVENTS", [])]),
    ]


@cache
def is_readable(table: str, role: str) -> bool:
    """Whether the role may read the table at all; what no app protects is everybody's."""
    found = next((entry for entry in declared() if entry.table == table), None)
    return found is None or (role in found.rows and found.grants.get(role, READ).startswith(READ))


def outbox(events: Iterable[Events]) -> Protected:
    """The outbox: people write what the apps let them tell, and read nothing.

    The relay's columns are not theirs: an event that arrives as relayed would never be handled.
    """
    told: dict[str, list[str]] = {"app_public": [], "app_firm": [], "app_official": []}
    asked = set()
    for entry in events:
        asked.add(entry.table)
        for role, condition in entry.told.items():
            told[role].append(f"({condition})")
    return Protected(
        "kernel_outboxevent",
        rows={**dict.fromkeys(told, NOTHING), "app_auditor": ALL, "app_system": ALL},
        checks={role: " OR ".join(conditions) or NOTHING for role, conditions in told.items()},
        grants={
            **dict.fromkeys(told, "INSERT (id, name, subject, ward_id, payload)"),
            "app_system": FULL,
        },
        asks=frozenset(asked),
        is_long=True,
    )


# Row security apart: what holds for the whole database. Migrations' own table is nobody's to
# change. Temporary tables would stand before the real ones in a function's search path. Functions
# that run with their owner's rights are for those whom a migration names; triggers ask nobody.
_WHOLE_DATABASE = """
    DO $$
    DECLARE
        guarded record;
    BEGIN
        IF has_database_privilege('public', current_database(), 'TEMPORARY') THEN
            EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
        END IF;
        FOR guarded IN
            SELECT oid::regprocedure AS name, proowner::regrole AS owner FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace AND prosecdef
            AND has_function_privilege('public', oid, 'EXECUTE')
            AND pg_has_role(proowner, 'SET')
        LOOP
            EXECUTE format('SET LOCAL ROLE %s', guarded.owner);
            EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', guarded.name);
            RESET ROLE;
        END LOOP;
    END
    $$;
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;
    REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC;
    GRANT USAGE ON SCHEMA public TO app_common, app_keeper;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO app_common;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO app_common;
    REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM app_common;
"""


# A table that was protected and is not declared any more: closed until somebody decides.
_CLOSE_FORGOTTEN = """
DO $$
DECLARE
    forgotten regclass;
BEGIN
    FOR forgotten IN
        SELECT oid FROM pg_class
        WHERE relrowsecurity AND relnamespace = 'public'::regnamespace
        AND NOT relname = ANY ('{{{declared}}}')
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM {roles}', forgotten);
    END LOOP;
END
$$
"""


def apply(*, using: str = DEFAULT_DB_ALIAS) -> None:
    """Bring grants and policies of the whole database in line with the declarations.

    One script in one transaction: nobody ever sees a table between its old and its new rights.
    """
    connection = connections[using]
    existing = connection.introspection.table_names()
    with transaction.atomic(using), connection.cursor() as cursor:
        cursor.execute(script(declared(), existing))


def script(tables: Iterable[Protected], existing: Iterable[str]) -> str:
    """The SQL of `apply()`, safe to repeat.

    Declared tables that do not exist (an app not migrated yet, or migrated back) are left out, and
    so is what asks them.
    """
    names = set(existing)
    present = [table for table in tables if {table.table, *table.asks} <= names]
    statements = [_WHOLE_DATABASE.strip().rstrip(";")]
    for table in present:
        statements += table.statements()
    closing = _CLOSE_FORGOTTEN.format(
        declared=",".join(table.table for table in present),
        roles=", ".join((*ROLES, EVERYBODY)),
    )
    statements.append(closing)
    return ";\n".join(statements)


_WRITE_ONLY = "INSERT"

TABLES = [
    # Who acts writes rows in the own name and reads at most those of the own ward or firm. A
    # visitor (a failed sign-in) has no name yet and writes to the chain of no ward. A firm acts
    # in every ward where it applies.
    Protected(
        "kernel_auditrow",
        rows={
            "app_public": NOTHING,
            "app_firm": f"firm_id = {FIRM}",
            "app_official": f"chain = {WARD}",
            "app_policy": NOTHING,
            "app_auditor": ALL,
            "app_system": ALL,
        },
        checks={
            "app_public": f"chain = 0 OR actor_id = {USER}",
            "app_firm": f"firm_id = {FIRM} AND actor_id = {USER}",
            "app_official": f"chain IN (0, {WARD}) AND actor_id = {USER}",
            "app_policy": f"actor_id = {USER}",
            "app_auditor": f"actor_id = {USER}",
        },
        grants={
            "app_public": _WRITE_ONLY,
            "app_firm": APPEND,
            "app_official": APPEND,
            "app_policy": _WRITE_ONLY,
            "app_auditor": APPEND,
            "app_system": APPEND,
        },
    ),
    # Only the trigger (as app_keeper) writes; the two who verify the chains may read.
    Protected("kernel_auditchain", rows={"app_auditor": ALL, "app_system": ALL}),
    Protected(
        "kernel_handledevent",
        rows={"app_auditor": ALL, "app_system": ALL},
        grants={"app_system": FULL},
    ),
    Protected(
        "kernel_faileddelivery",
        rows={"app_auditor": ALL, "app_system": ALL},
        grants={"app_system": FULL},
    ),
    # A firm takes a receipt number in every ward where it applies; the counters tell nothing but
    # how many applications there are.
    Protected(
        "kernel_counter",
        rows={
            "app_firm": ALL,
            "app_official": f"ward_id = {WARD}",
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_firm": EDIT, "app_official": EDIT, "app_system": EDIT},
    ),
    # Read only for everybody but the system: whether a file is clean, whose it is and who sees it
    # is for portal.kernel.files to say, not for who handed it in.
    Protected("kernel_storedfile", **own_rows(grants={"app_system": EDIT})),
    Protected(
        "kernel_firmquota",
        # Read only for the firm itself: portal.kernel.files.quota counts as the system.
        rows={"app_firm": f"firm_id = {FIRM}", "app_auditor": ALL, "app_system": ALL},
        grants={"app_system": EDIT},
    ),
]
