"""Every route × every role, with data present that could leak."""

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from portal.accounts.roles import Role
from tests.architecture.access_matrix import EVERYBODY, MATRIX, SIGN_IN_PREFIXES, SIGNED_IN

pytestmark = pytest.mark.django_db

SUMIDA, OTA = 13107, 13111
CANARY = "かなりあ精機"
STAFF = {
    "reviewer": (Role.REVIEWER, SUMIDA),
    "approver": (Role.APPROVER, SUMIDA),
    "ward_admin": (Role.WARD_ADMIN, SUMIDA),
    "reviewer_ota": (Role.REVIEWER, OTA),
    "committee": (Role.COMMITTEE, SUMIDA),
    "advisor": (Role.ADVISOR, SUMIDA),
    "lecturer": (Role.LECTURER, SUMIDA),
    "lab_staff": (Role.LAB_STAFF, SUMIDA),
    "policy": (Role.POLICY, None),
    "auditor": (Role.AUDITOR, None),
    "sysadmin": (Role.SYSADMIN, None),
}
# Who may read of the firm by name.
MAY_READ = {"owner", "reviewer", "approver", "ward_admin", "auditor"}


def routes(patterns=None, namespace=""):
    """(name, pattern) of every route but those of Wagtail's editor."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if hasattr(entry, "url_patterns"):
            if str(entry.pattern) != "cms/":
                inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
                yield from routes(entry.url_patterns, inner)
        elif entry.name:
            yield f"{namespace}{entry.name}", entry


def test_every_route_has_its_line():
    unknown = {
        name for name, _ in routes() if name not in MATRIX and not name.startswith(SIGN_IN_PREFIXES)
    }
    assert not unknown, f"without a line in access_matrix.py: {sorted(unknown)}"
    gone = MATRIX.keys() - {name for name, _ in routes()}
    assert not gone, f"lines without a route: {sorted(gone)}"


@pytest.fixture
def world():
    """A firm of 墨田区 with a draft and a submitted application, a rival firm, all roles."""
    from portal.accounts.services import let_into_editor
    from portal.notices.models import Notice
    from programs.models import ImportJob
    from tests.factories import subsidies as make
    from tests.factories.programs import FirmFactory, MembershipFactory
    from tests.support.people import assign, make_person

    firm = make.make_firm(name=CANARY)
    owner = make.firm_actor(firm, role=Role.FIRM_OWNER)
    draft = make.make_draft(owner, make.make_call())
    submitted = make.make_draft(owner, make.make_call())
    make.submit(owner, submitted)
    submitted.refresh_from_db()
    rival = make_person("rival@example.jp")
    MembershipFactory(firm=FirmFactory(), user=rival, role=Role.FIRM_OWNER)
    people = {"owner": owner.user_id, "rival": rival.pk, "nobody": make_person("n@example.jp").pk}
    for key, (role, ward_id) in STAFF.items():
        person = assign(make_person(f"{key}@example.jp", name=key), role, ward_id=ward_id)
        let_into_editor(person)
        people[key] = person.pk
    document = submitted.documents.select_related("stored_file").first()
    _put_bytes(document.stored_file)
    job = ImportJob.objects.create(
        ward_id=SUMIDA,
        created_by_id=people["reviewer"],
        stored_file=document.stored_file,
        file_name="firms.xlsx",
    )
    notice = Notice.objects.create(
        recipient_id=owner.user_id, event_key="x", subject=CANARY, body=CANARY, url="/my/"
    )
    return {
        "people": people,
        "firm": firm,
        "draft": draft,
        "submitted": submitted,
        "file": document.stored_file,
        "job": job,
        "notice": notice,
    }


def _put_bytes(stored):
    """The factories write the row alone; a download needs the bytes."""
    from django.core.files.base import ContentFile

    from portal.kernel.files import storage

    storage.private().save(stored.storage_key, ContentFile(b"%PDF-1.7"))


def arguments(name, world):
    """Arguments that lead to the canary firm's own objects."""
    firm, draft, submitted = world["firm"], world["draft"], world["submitted"]
    membership = firm.memberships.first()
    table = {
        "notices:open": [world["notice"].pk],
        "programs:site_close": [firm.sites.first().public_id],
        "programs:firm_member_role": [membership.pk],
        "programs:firm_member_remove": [membership.pk],
        "programs:firm_invitation_revoke": [1],
        "programs:firm_card": [firm.public_id],
        "programs:firm_first_owner": [firm.public_id],
        "subsidies:call_detail": [draft.call_id],
        "subsidies:start": [draft.call_id],
        "subsidies:check": [draft.public_id, "employees"],
        "subsidies:task": [draft.public_id, "plan"],
        "subsidies:autosave": [draft.public_id, "plan"],
        "subsidies:download": [world["file"].pk],
        "people:revoke": [1],
        "people:withdraw": [1],
        "kpi:overview": [2026],
        "kpi:csv": [2026],
        "kpi:ward": [2026, SUMIDA],
    }
    if name in table:
        return table[name]
    if name.startswith("programs:firm_import_") and not name.endswith("template"):
        return [world["job"].public_id]
    of_submitted = {"done", "status", "correction", "message", "withdraw"}
    short = name.partition(":")[2]
    pattern = next(entry for found, entry in routes() if found == name)
    if "receipt_no" in str(pattern.pattern):
        return [submitted.receipt_no]
    if "public_id" in str(pattern.pattern):
        return [(submitted if short in of_submitted else draft).public_id]
    return []


def client_of(user_id):
    from portal.accounts.models import User
    from tests.support.people import sign_in

    client = Client()
    sign_in(client, User.objects.get(pk=user_id))
    return client


def body_of(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "ignore")


def outcome(response):
    """open, closed (404) or sign in."""
    if response.status_code == 404:
        return "closed"
    if response.status_code == 302 and "/accounts/login/" in response["Location"]:
        return "sign in"
    assert response.status_code < 500, response.status_code
    return "open"


def expected(name, person):
    allowed = MATRIX[name]
    if allowed == EVERYBODY:
        return "open"
    if person == "visitor":
        return "sign in"
    return "open" if allowed == SIGNED_IN or person in allowed else "closed"


# Doors that open by what hangs behind them: the row (404 for a foreign one), not the role alone.
# The firm here has an owner already, so that nobody may invite its first one.
ROW_DECIDES = {
    "people:revoke",
    "people:withdraw",
    "programs:firm_first_owner",
    "programs:firm_invitation_revoke",
    "programs:firm_member_role",
}


@pytest.mark.parametrize("person", ["visitor", "nobody", "owner", "rival", *STAFF])
def test_the_matrix_holds(person, world):
    client = Client() if person == "visitor" else client_of(world["people"][person])
    wrong, leaks = [], []
    for name in MATRIX:
        address = reverse(name, args=arguments(name, world))
        response = client.get(address)
        if response.status_code == 405:
            response = client.post(address)
        found = outcome(response)
        if name in ROW_DECIDES and found == "closed":
            continue
        if found != expected(name, person):
            wrong.append(f"{name}: {found} ({response.status_code}), not {expected(name, person)}")
        if person not in MAY_READ and CANARY in body_of(response):
            leaks.append(name)
    assert not wrong, "\n".join(wrong)
    assert not leaks, f"{person} reads of the firm on {leaks}"


@pytest.mark.parametrize("person", list(STAFF))
def test_staff_without_a_second_factor_get_no_further(person, world):
    from portal.accounts.models import User
    from tests.support.people import sign_in

    client = Client()
    sign_in(client, User.objects.get(pk=world["people"][person]), factors=())
    for name in MATRIX:
        if MATRIX[name] in (EVERYBODY, SIGNED_IN):
            continue
        response = client.get(reverse(name, args=arguments(name, world)))
        assert response.status_code in (302, 403, 404), f"{name}: {response.status_code}"
        assert CANARY not in body_of(response)


@pytest.mark.parametrize("person", ["visitor", "nobody", "owner", "rival", *STAFF])
def test_the_editor_opens_to_administrators_only(person, world):
    client = Client() if person == "visitor" else client_of(world["people"][person])
    response = client.get("/cms/", follow=False)
    is_open = response.status_code == 200
    assert is_open == (person in {"ward_admin", "sysadmin"}), response.status_code
