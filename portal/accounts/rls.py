"""Row policies of roles and invitations.

Everybody may read who holds which role (hats are worked out before any is worn, and screens name
the official in charge); only the own ward's officials and the system write. Invitations are seen
by the ward or the firm that sent them.
"""

from collections.abc import Iterable

from portal.kernel.rls import EDIT, READ, WARD, Protected, own_rows


class ReadByAll(Protected):
    """A protected table that every role, and the login role itself, may read."""

    def statements(self) -> Iterable[str]:
        yield from super().statements()
        yield f"GRANT {READ} ON {self.table} TO app_common"
        yield f"DROP POLICY IF EXISTS app_common ON {self.table}"
        yield f"CREATE POLICY app_common ON {self.table} FOR SELECT TO app_common USING (true)"


TABLES = [
    ReadByAll(
        "accounts_assignment",
        rows={"app_official": f"ward_id = {WARD}", "app_system": "true"},
        grants={"app_official": EDIT, "app_system": EDIT},
    ),
    Protected(
        "accounts_invitation",
        **own_rows(
            grants={"app_official": EDIT, "app_firm": EDIT, "app_system": EDIT},
        ),
    ),
]
