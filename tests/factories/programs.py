"""Firms, sites and memberships. Corporate numbers are valid and never twice the same."""

import datetime as dt

import factory

from portal.accounts.roles import Role
from programs.corporate_numbers import complete
from programs.models import Firm, FirmMembership, FirmWard, Site
from programs.rules import search_text

SUMIDA, OTA = 13107, 13111
ADDRESSES = {
    SUMIDA: ("1310041", "東京都墨田区八広1-2-3"),
    OTA: ("1440034", "東京都大田区西糀谷1-2-3"),
}
SINCE = dt.date(2021, 4, 1)


def corporate_number(index: int) -> str:
    """The `index`-th valid number of the tests."""
    return complete(f"970001{index:06}")


class FirmFactory(factory.django.DjangoModelFactory):
    """A corporation in 墨田区 that its ward sees; `ward=13111` elsewhere, `ward=0` nowhere.

    `sole=True` makes a sole proprietor.
    """

    class Meta:
        model = Firm
        skip_postgeneration_save = True

    class Params:
        sole = factory.Trait(kind=Firm.Kind.SOLE, corporate_number="", capital_yen=None)

    kind = Firm.Kind.CORPORATION
    corporate_number = factory.Sequence(corporate_number)
    name = factory.Sequence(lambda n: f"株式会社試験製作所{n}")
    name_kana = factory.Sequence(lambda n: f"シケンセイサクショ{n:04}")
    representative_name = "試験 太郎"
    jsic = "24"
    employees = 12
    capital_yen = 10_000_000
    postal_code, address = ADDRESSES[SUMIDA]
    phone = "03-1234-5678"
    search_text = factory.LazyAttribute(
        lambda firm: search_text(
            name=firm.name, name_kana=firm.name_kana, corporate_number=firm.corporate_number
        )
    )

    @factory.post_generation
    def ward(firm: Firm, create: bool, value: int | None, **kwargs: object) -> None:  # noqa: N805
        ward_id = SUMIDA if value is None else value
        if create and ward_id:
            FirmWard.objects.create(
                firm=firm, ward_id=ward_id, basis=FirmWard.Basis.SITE, since=SINCE
            )


class SiteFactory(factory.django.DjangoModelFactory):
    """A factory in 墨田区; the ward's view of the firm is not touched."""

    class Meta:
        model = Site

    firm = factory.SubFactory(FirmFactory)
    ward_id = SUMIDA
    kind = Site.Kind.FACTORY
    name = factory.Sequence(lambda n: f"第{n}工場")
    postal_code, address = ADDRESSES[SUMIDA]


class MembershipFactory(factory.django.DjangoModelFactory):
    """A live owner; give `user`."""

    class Meta:
        model = FirmMembership

    firm = factory.SubFactory(FirmFactory)
    role = Role.FIRM_OWNER
    valid_from = SINCE
