"""People whom officials find: 代表者, members, learners of courses, contact persons of applications."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from dojo.policies import visible_enrolments
from portal.kernel.actor import Actor
from portal.kernel.texts import digits
from portal.search.rules.folding import fold
from programs.models import Firm, FirmMembership
from programs.policies import visible_firms
from subsidies.policies import visible_applications

HEAD, MEMBER, LEARNER, CONTACT = "head", "member", "learner", "contact"
_FIRM = ("id", "public_id", "name", "name_kana", "corporate_number", "is_active")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody by `part`: of a visible `firm`, or found by `ref`, the public id of an enrolment or the
    number of an application.
    """

    name: str
    firm_id: int
    firm_name: str
    part: str
    firm: Firm | None = None
    ref: object = ""


def people(actor: Actor, text: str, asked: str, *, most: int) -> list[Person]:
    """Those who go by this name, kana, mail or telephone, each once a firm: four statements at most.

    A number is nobody's name, and no name has an @: each column costs a look at every row.
    """
    named = "@" not in text and fold(text).replace(" ", "") != digits(text)
    found: dict[tuple[str, int], Person] = {}
    for person in _people(actor, text, asked, most, named=named):
        found.setdefault((fold(person.name), person.firm_id), person)
    return list(found.values())[:most]


def _people(actor: Actor, text: str, asked: str, most: int, *, named: bool) -> Iterator[Person]:
    if named:
        yield from _heads(actor, asked, most)
    yield from _members(actor, text, asked, most, named=named)
    if named:
        yield from _learners(actor, asked, most)
        yield from _contacts(actor, asked, most)


def _heads(actor: Actor, asked: str, most: int) -> Iterator[Person]:
    rows = visible_firms(actor).filter(representative_name__regex=asked)
    for firm in rows.order_by("name_kana", "id").only(*_FIRM, "representative_name")[:most]:
        yield Person(firm.representative_name, firm.pk, firm.name, HEAD, firm)


def _members(actor: Actor, text: str, asked: str, most: int, *, named: bool) -> Iterator[Person]:
    columns = ["name", "name_kana"] if named else []
    columns += ["phone"] if digits(text) else []
    columns += ["email"] if "@" in text else []
    found = Q()
    for column in columns:
        found |= Q(**{f"user__{column}__regex": asked})
    own = visible_firms(actor).filter(pk=OuterRef("firm_id"))
    rows = FirmMembership.objects.filter(found, Exists(own), valid_to=None)
    for row in rows.select_related("user", "firm").order_by("user__name", "id")[:most]:
        yield Person(row.user.name, row.firm_id, row.firm.name, MEMBER, row.firm)


def _learners(actor: Actor, asked: str, most: int) -> Iterator[Person]:
    """Also of firms of other wards, in courses that the ward holds: the enrolment names the firm."""
    found = Q(person_name__regex=asked) | Q(person__name_kana__regex=asked)
    rows = visible_enrolments(actor).filter(found)
    rows = rows.order_by("person_name", "firm_id", "-applied_at", "-id")
    rows = rows.distinct("person_name", "firm_id")
    for row in rows.only("public_id", "person_name", "firm_id", "firm_name")[:most]:
        yield Person(row.person_name, row.firm_id, row.firm_name, LEARNER, ref=row.public_id)


def _contacts(actor: Actor, asked: str, most: int) -> Iterator[Person]:
    rows = visible_applications(actor).filter(contact_name__regex=asked)
    rows = rows.order_by("contact_name", "firm_id", "-id").distinct("contact_name", "firm_id")
    for row in rows.only("receipt_no", "contact_name", "firm_id", "firm_name")[:most]:
        yield Person(row.contact_name, row.firm_id, row.firm_name, CONTACT, ref=row.receipt_no)
