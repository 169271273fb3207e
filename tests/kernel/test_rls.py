"""Row policies: data in, grants and policies out; the kernel's own tables among them."""

import re

import psycopg
import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction
from psycopg import sql

from portal.kernel import rls
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.models import Counter, StoredFile
from tests.kernel.things import OTA, SUMIDA, Thing, firm, official

SYSTEM = Actor.system("test")
AUDITOR = Actor(user_id=5, name="a", hat=Hat.AUDITOR)
# Protected, and yet read before any hat is worn (portal.accounts.rls.ReadByAll).
READ_BY_ALL = {
    "accounts_assignment",
    "subsidies_scheme",
    "subsidies_schemeversion",
    "subsidies_call",
    "subsidies_documenttemplate",
    "ledger_publishedgrant",
    # The public site and its search are read by visitors; who edits what is asked before any hat
    "cms_branch",
    "cms_wardhome",
    "wagtailcore_page",
    "wagtailcore_grouppagepermission",
    "wagtailcore_groupcollectionpermission",
    "auth_group_permissions",
    "search_document",
}


def _seen(actor: Actor) -> set[str]:
    with acting(actor):
        return set(Thing.objects.values_list("note", flat=True))


@pytest.fixture
def rows(db, things):
    for ward, firm_id in ((SUMIDA, 55), (SUMIDA, 56), (OTA, 55), (OTA, None)):
        Thing.objects.create(ward_id=ward, firm_id=firm_id, note=f"{ward}-{firm_id}")


def test_each_sees_the_own_rows_and_no_others(rows):
    assert _seen(official(SUMIDA)) == {f"{SUMIDA}-55", f"{SUMIDA}-56"}
    assert _seen(official(OTA)) == {f"{OTA}-55", f"{OTA}-None"}
    assert _seen(firm(55)) == {f"{SUMIDA}-55", f"{OTA}-55"}
    assert len(_seen(AUDITOR)) == len(_seen(SYSTEM)) == 4


@pytest.mark.parametrize("hat", [Hat.WARD, Hat.FIRM])
def test_a_hat_without_its_ward_or_firm_sees_nothing(rows, hat):
    assert _seen(Actor(user_id=1, name="x", hat=hat)) == set()


@pytest.mark.parametrize("hat", [Hat.PUBLIC, Hat.POLICY, Hat.SUPPORT, Hat.ADMIN])
def test_a_role_that_is_not_named_cannot_touch_the_table(rows, hat):
    with pytest.raises(ProgrammingError, match="permission denied"):
        _seen(Actor(user_id=1, name="x", hat=hat, ward_id=SUMIDA, firm_id=55))


def test_foreign_rows_can_neither_be_made_nor_moved_nor_changed(rows):
    with acting(official(SUMIDA)):
        for change in (
            lambda: Thing.objects.create(ward_id=OTA),
            lambda: Thing.objects.update(ward_id=OTA),
            lambda: Thing.objects.bulk_create([Thing(ward_id=SUMIDA), Thing(ward_id=OTA)]),
        ):
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                change()
        assert Thing.objects.filter(ward_id=OTA).update(note="x") == 0
        assert Thing.objects.filter(ward_id=OTA).delete()[0] == 0
        assert Thing.objects.count() == 2


def test_raw_sql_meets_the_same_net(rows):
    with acting(firm(56)), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kernel_thing")
        assert cursor.fetchone() == (1,)


def _policies(table: str) -> dict[str, tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT policyname, qual, with_check FROM pg_policies WHERE tablename = %s", [table]
        )
        return {name: (qual, check) for name, qual, check in cursor.fetchall()}


def _grants() -> set[tuple[str, str, str]]:
    """(table, role, "UPDATE") and, of single columns, (table, role, "UPDATE (answered_at)")."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH ours AS (SELECT * FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind = 'r' AND relname NOT IN ('kernel_thing', 'kernel_account')), given AS ("
            " SELECT c.relname, a.grantee, a.privilege_type AS what FROM ours c"
            " CROSS JOIN LATERAL aclexplode(c.relacl) a UNION ALL"
            " SELECT c.relname, a.grantee, a.privilege_type || ' (' || t.attname || ')' FROM ours c"
            " JOIN pg_attribute t ON t.attrelid = c.oid"
            " CROSS JOIN LATERAL aclexplode(t.attacl) a)"
            " SELECT relname, coalesce(rolname, 'PUBLIC'), what FROM given"
            " LEFT JOIN pg_roles ON pg_roles.oid = grantee"
        )
        return set(cursor.fetchall())


def _rights(grant: str) -> set[str]:
    """ "SELECT, UPDATE (a, b)" as the database tells it: SELECT, UPDATE (a), UPDATE (b)."""
    found = set()
    for right, columns in re.findall(r"(\w+)(?: \(([^)]*)\))?(?:, |$)", grant):
        found |= {f"{right} ({name})" for name in columns.split(", ")} if columns else {right}
    return found


def _kernel_tables() -> list[rls.Protected]:
    return [table for table in rls.declared() if table.table.startswith("kernel_")]


@pytest.mark.django_db
def test_the_database_says_what_the_kernel_declares():
    grants = _grants()
    for table in _kernel_tables():
        assert set(_policies(table.table)) - {"app_keeper"} == set(table.rows)
        for role in rls.ROLES:
            has = {right for name, who, right in grants if (name, who) == (table.table, role)}
            wanted = table.grants.get(role, rls.READ) if role in table.rows else ""
            assert has == _rights(wanted), (table.table, role)


@pytest.mark.django_db
def test_nothing_is_left_to_public_or_to_the_login_on_protected_tables():
    grants = _grants()
    assert {who for _, who, _ in grants} & {"PUBLIC", "machikoba_app"} == set()
    protected = {table.table for table in rls.declared()} - READ_BY_ALL
    assert {name for name, who, _ in grants if who == rls.EVERYBODY} & protected == set()
    assert ("django_migrations", rls.EVERYBODY, "INSERT") not in grants
    assert ("django_migrations", rls.EVERYBODY, "SELECT") in grants
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_schema_privilege('machikoba_app', 'public', 'CREATE')")
        assert cursor.fetchone() == (False,)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["machikoba_app", *rls.ROLES])
def test_nobody_makes_temporary_tables(role):
    """In a function's search path they would stand before the real ones."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_database_privilege(%s, current_database(), 'TEMPORARY')", [role])
        assert cursor.fetchone() == (False,)


@pytest.mark.django_db
def test_functions_with_their_owners_rights_are_closed_to_public():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, has_function_privilege('public', oid, 'EXECUTE') FROM pg_proc"
            " WHERE pronamespace = 'public'::regnamespace AND prosecdef"
        )
        found = dict(cursor.fetchall())
    assert {"kernel_audit_append", "subsidies_fill_search"} <= found.keys()
    assert not [name for name, is_open in found.items() if is_open]


@pytest.mark.django_db
def test_every_table_of_the_kernel_is_declared():
    tables = {model._meta.db_table for model in apps.get_app_config("kernel").get_models()}
    assert tables == {table.table for table in _kernel_tables()}


@pytest.fixture
def apply_as_owner(transactional_db, owner):
    """What rls.apply() does in `migrate`, with further declarations, as the owner."""

    def run(*tables: rls.Protected) -> None:
        existing = [row[0] for row in owner.execute("SELECT tablename FROM pg_tables").fetchall()]
        with owner.transaction():
            owner.execute(rls.script([*rls.declared(), *tables], existing))

    return run


def test_applying_again_changes_nothing(apply_as_owner):
    grants, policies = _grants(), {t.table: _policies(t.table) for t in rls.declared()}
    apply_as_owner()
    assert _grants() == grants
    assert {t.table: _policies(t.table) for t in rls.declared()} == policies


def test_applying_mends_what_hands_have_changed(apply_as_owner, owner):
    grants, policies = _grants(), _policies("kernel_counter")
    owner.execute("GRANT ALL ON kernel_counter TO app_public, PUBLIC")
    owner.execute("GRANT UPDATE (state) ON kernel_storedfile TO app_firm")
    owner.execute(
        sql.SQL("GRANT TEMPORARY ON DATABASE {} TO PUBLIC").format(
            sql.Identifier(owner.info.dbname)
        )
    )
    owner.execute("SET ROLE app_keeper")
    owner.execute("GRANT EXECUTE ON FUNCTION subsidies_fill_search() TO PUBLIC")
    owner.execute("RESET ROLE")
    owner.execute("DROP POLICY app_official ON kernel_counter")
    owner.execute("CREATE POLICY app_public ON kernel_counter TO app_public USING (true)")
    owner.execute("ALTER TABLE kernel_counter DISABLE ROW LEVEL SECURITY")
    apply_as_owner()
    assert _grants() == grants
    assert _policies("kernel_counter") == policies
    row = owner.execute(
        "SELECT has_database_privilege('public', current_database(), 'TEMPORARY'),"
        " has_function_privilege('public', 'subsidies_fill_search()', 'EXECUTE')"
    ).fetchone()
    assert row == (False, False)
    with acting(SYSTEM):
        Counter.objects.create(series="a", ward_id=OTA, scheme="s", fiscal_year=2026)
    with acting(official(SUMIDA)):
        assert not Counter.objects.exists()


def test_a_declared_table_that_does_not_exist_is_left_out(apply_as_owner):
    apply_as_owner(rls.Protected("kernel_vanished", rows={"app_system": rls.ALL}))
    assert _policies("kernel_counter")


def test_what_asks_a_table_that_does_not_exist_is_left_out(apply_as_owner):
    asking = rls.Protected(
        "kernel_thing",
        rows={"app_system": "EXISTS (SELECT FROM kernel_vanished)"},
        asks=frozenset({"kernel_vanished"}),
    )
    apply_as_owner(asking)
    assert _policies("kernel_counter")


def test_a_table_no_longer_declared_is_closed_rather_than_opened(apply_as_owner, things):
    apply_as_owner()  # without the declaration of kernel_thing
    for actor in (official(), firm(), SYSTEM):
        with pytest.raises(ProgrammingError, match="permission denied"):
            _seen(actor)


def test_policies_of_other_roles_are_left_alone(apply_as_owner):
    assert "app_keeper" in _policies("kernel_auditchain")
    apply_as_owner()
    assert "app_keeper" in _policies("kernel_auditchain")


def test_a_failure_leaves_the_old_rights_in_force(apply_as_owner):
    grants = _grants()
    with pytest.raises(psycopg.errors.SyntaxError):
        apply_as_owner(rls.Protected("kernel_counter", rows={"app_system": "no such column"}))
    assert _grants() == grants


def test_parents_decide_over_their_children(apply_as_owner, owner, things):
    owner.execute(
        "CREATE TABLE kernel_child (id bigint PRIMARY KEY, thing_id bigint REFERENCES kernel_thing)"
    )
    thing = rls.Protected("kernel_thing", **rls.own_rows(grants=dict.fromkeys(rls.ROLES, rls.FULL)))
    child = rls.Protected(
        "kernel_child",
        **rls.child_rows(
            parent="kernel_thing", key="thing_id", grants={"app_official": rls.APPEND}
        ),
    )
    apply_as_owner(thing, child)
    owner.execute(
        f"INSERT INTO kernel_thing (id, ward_id, status, note) VALUES"
        f" (1, {SUMIDA}, 'new', ''), (2, {OTA}, 'new', '')"
    )
    owner.execute("INSERT INTO kernel_child VALUES (1, 1), (2, 2)")

    def children(actor: Actor) -> list[int]:
        with acting(actor), connection.cursor() as cursor:
            cursor.execute("SELECT id FROM kernel_child ORDER BY id")
            return [row[0] for row in cursor.fetchall()]

    assert children(official(SUMIDA)) == [1]
    assert children(official(OTA)) == [2]
    assert children(AUDITOR) == [1, 2]
    with pytest.raises(ProgrammingError, match="row-level security"), acting(official(SUMIDA)):
        connection.cursor().execute("INSERT INTO kernel_child VALUES (3, 2)")


@pytest.mark.django_db
def test_files_are_seen_by_their_ward_and_their_firm():
    for number, (ward, firm_id) in enumerate(((SUMIDA, 55), (OTA, 56))):
        StoredFile.objects.create(
            ward_id=ward,
            firm_id=firm_id,
            purpose="x",
            extension="pdf",
            sha256="0" * 64,
            content_type="application/pdf",
            size=1,
            state="clean",
            storage_key=f"k{number}",
        )
    for actor, count in (
        (official(SUMIDA), 1),
        (official(OTA), 1),
        (firm(55), 1),
        (firm(57), 0),
        (AUDITOR, 2),
    ):
        with acting(actor):
            assert StoredFile.objects.count() == count
