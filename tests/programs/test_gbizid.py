"""GビズID brings people to their firm, and to no other."""

import pytest

from portal.accounts.gbizid.identity import AccountType, CorpType, GbizIdentity
from portal.kernel.models import AuditRow
from programs.models import FirmMembership
from programs.services.gbizid import join_firm
from tests.factories.programs import FirmFactory, MembershipFactory
from tests.support.people import make_person

pytestmark = pytest.mark.django_db

NUMBER = "4011001098993"


def identity(account_type, number=NUMBER):
    return GbizIdentity("subject", account_type, CorpType.CORPORATION, number)


@pytest.mark.parametrize(
    ("account_type", "role"),
    [(AccountType.PRIME, "firm_owner"), (AccountType.MEMBER, "firm_member")],
)
def test_an_examined_person_joins_the_firm_once(account_type, role):
    firm, user = FirmFactory(corporate_number=NUMBER), make_person("a@example.jp")
    MembershipFactory(firm=firm, user=make_person("b@example.jp"))
    FirmFactory()
    for _turn in range(2):
        join_firm(user, identity(account_type))
    membership = FirmMembership.objects.get(user=user)
    assert (membership.firm, membership.role) == (firm, role)
    # In the person's own name and capacity: with no hat yet.
    row = AuditRow.objects.get(action="firm.member_joined")
    assert (row.actor_id, row.hat) == (user.pk, "public")


def test_an_employee_does_not_become_the_only_person_of_a_firm():
    user = make_person("a@example.jp")
    FirmFactory(corporate_number=NUMBER)
    join_firm(user, identity(AccountType.MEMBER))
    assert not FirmMembership.objects.filter(user=user).exists()


def test_a_declared_number_or_an_unknown_firm_joins_nothing():
    user = make_person("a@example.jp")
    FirmFactory(corporate_number=NUMBER)
    join_firm(user, identity(AccountType.ENTRY, number=""))
    join_firm(user, identity(AccountType.PRIME, number="7123456789012"))
    assert not FirmMembership.objects.filter(user=user).exists()
