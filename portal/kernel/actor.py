"""Who acts: one person in one capacity, passed explicitly to every service.

A person may hold many roles; at any moment they wear one *hat* (a firm, a ward, the audit
office …), chosen after sign-in and shown on every page. Permissions and the database's row
policies both follow from the hat, never from the sum of all a person may ever do.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum


class Hat(StrEnum):
    """The capacity in which somebody acts."""

    PUBLIC = "public"  # not signed in, or signed in without any role yet
    FIRM = "firm"  # 企業 (firm_id is set)
    WARD = "ward"  # 区職員 (ward_id is set)
    REVIEW = "review"  # 審査委員 of a ward (ward_id is set)
    SUPPORT = "support"  # 相談員, 道場講師, ラボ職員, コンソーシアム会員
    POLICY = "policy"  # 政策担当: all wards, aggregates only
    AUDITOR = "auditor"  # 監査: all wards, read only
    ADMIN = "admin"  # システム管理者: accounts and settings, no case data
    SYSTEM = "system"  # a worker or a scheduled job


# The PostgreSQL role whose grants and row policies apply (deploy/roles.sql). Committee members and
# advisors come from outside: like a visitor they see what is public, and besides only rows that
# name them (app.user).
DATABASE_ROLES = {
    Hat.PUBLIC: "app_public",
    Hat.FIRM: "app_firm",
    Hat.WARD: "app_official",
    Hat.REVIEW: "app_public",
    Hat.SUPPORT: "app_public",
    Hat.POLICY: "app_policy",
    Hat.AUDITOR: "app_auditor",
    Hat.ADMIN: "app_public",
    Hat.SYSTEM: "app_system",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (or the system) in one capacity.

    `ward_id` is a JIS municipality code (13101–13123); `roles` holds the role codes of
    `portal.accounts.roles.Role` that the hat carries.

    `lent` are those of the roles which the person holds only as somebody's deputy (代決), and
    `on_behalf_of` says whose (key, name); both are empty for everybody else.
    """

    user_id: int | None
    name: str
    hat: Hat
    roles: frozenset[str] = field(default_factory=frozenset)
    ward_id: int | None = None
    firm_id: int | None = None
    request_id: str = ""
    lent: frozenset[str] = field(default_factory=frozenset)
    on_behalf_of: tuple[tuple[int, str], ...] = ()

    @classmethod
    def system(cls, name: str, *, ward_id: int | None = None) -> "Actor":
        """The system itself, under the name of the job (for the audit trail)."""
        return cls(user_id=None, name=name, hat=Hat.SYSTEM, ward_id=ward_id)

    @classmethod
    def public(cls, *, user_id: int | None = None, name: str = "", request_id: str = "") -> "Actor":
        """A visitor, or a signed-in person who holds no role yet."""
        return cls(user_id=user_id, name=name, hat=Hat.PUBLIC, request_id=request_id)

    @property
    def database_role(self) -> str:
        return DATABASE_ROLES[self.hat]

    def has_role(self, *roles: str) -> bool:
        """Whether the hat carries at least one of `roles`."""
        return not self.roles.isdisjoint(roles)

    @property
    def persons(self) -> tuple[int, ...]:
        """The person, and those on whose behalf they act: who prepared is none of them."""
        own = () if self.user_id is None else (self.user_id,)
        return (*own, *(key for key, _name in self.on_behalf_of))

    def elevated(self) -> "Actor":
        """The same person with the system's row visibility.

        For the few services that must reach beyond the hat (registering a first firm, accepting
        an invitation). The name stays, so that the audit trail shows the person.
        """
        return replace(self, hat=Hat.SYSTEM)
