"""People in their hats."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.people import make_person


@pytest.fixture
def official() -> Callable[..., Any]:
    """A function that makes an official's actor: `official(ward_id=13111)`."""
    from portal.accounts.roles import Role
    from portal.kernel.actor import Actor, Hat

    def make(*, ward_id: int = 13107, role: str = Role.REVIEWER) -> Actor:
        user = make_person(f"{role}-{ward_id}@example.jp", name="区 職員")
        return Actor(
            user_id=user.pk,
            name=user.name,
            hat=Hat.WARD,
            roles=frozenset({role}),
            ward_id=ward_id,
        )

    return make


@pytest.fixture
def of_firm() -> Callable[..., Any]:
    """A function that makes the actor of a membership."""
    from portal.kernel.actor import Actor, Hat

    def make(membership: Any) -> Actor:
        return Actor(
            user_id=membership.user_id,
            name=membership.user.name,
            hat=Hat.FIRM,
            roles=frozenset({membership.role}),
            firm_id=membership.firm_id,
        )

    return make
