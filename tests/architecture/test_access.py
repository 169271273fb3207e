"""Every route × every role, with data present that could leak."""

import csv
import io
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from portal.exports import reports
from portal.kernel import clock
from tests.architecture.access_matrix import (
    EVERYBODY,
    MATRIX,
    ROW_DECIDES,
    SIGN_IN_PREFIXES,
    SIGNED_IN,
)
from tests.manuals.words import NO_PAGE, WITHOUT, missing_words, named_screens
from tests.support.people import client_of
from tests.support.world import CANARY, STAFF, arguments, build_world, routes

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("as_built")]

# Who may read of the firm by name.
MAY_READ = {"owner", "reviewer", "approver", "ward_admin", "auditor"}
# Who reads of those who come to the own room, there alone.
MAY_READ_IN = {("lab_staff", room) for room in ("booking", "events", "exchange", "consortium")}
# By the firm's consent.
MAY_READ_IN |= {("partner", "consortium")}


def test_every_route_has_its_line():
    unknown = {
        name for name, _ in routes() if name not in MATRIX and not name.startswith(SIGN_IN_PREFIXES)
    }
    assert not unknown, f"without a line in access_matrix.py: {sorted(unknown)}"
    gone = MATRIX.keys() - {name for name, _ in routes()}
    assert not gone, f"lines without a route: {sorted(gone)}"


@pytest.fixture(scope="module")
def world(kept_database: None) -> dict[str, Any]:
    """The world, built once for all people, with the address of every route in it."""
    built = build_world()
    built["address"] = {name: reverse(name, args=arguments(name, built)) for name in MATRIX}
    return built


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


@pytest.mark.parametrize("person", ["visitor", "nobody", "owner", "rival", *STAFF])
def test_the_matrix_holds(person, world, monkeypatch):
    client = Client() if person == "visitor" else client_of(world["people"][person])
    missing = client.get("/nowhere/")
    assert missing.status_code == 404
    wrong, leaks = [], [] if person in MAY_READ or CANARY not in body_of(missing) else ["/nowhere/"]
    untrue, unseen = [], named_screens(person)
    # That page is the same for all that is closed: it is not drawn ten thousand times.
    closed = HttpResponse(status=404)
    monkeypatch.setattr("portal.urls.handler404", lambda _request, exception=None: closed)
    for name, address in world["address"].items():
        response = client.get(address)
        if response.status_code == 405:
            response = client.post(address)
        found = outcome(response)
        if name in ROW_DECIDES and found == "closed":
            continue
        if found != expected(name, person):
            wrong.append(f"{name}: {found} ({response.status_code}), not {expected(name, person)}")
        if response.status_code == 200 and not response.streaming:
            untrue += untrue_help(name, person, body_of(response))
            unseen.discard(name)
        own_room = (person, name.split(":")[0]) in MAY_READ_IN
        if person not in MAY_READ and not own_room and CANARY in body_of(response):
            leaks.append(name)
    assert not wrong, "\n".join(wrong)
    assert not leaks, f"{person} reads of the firm on {leaks}"
    assert not untrue, "\n".join(untrue)
    assert not unseen, f"in a manual, and not opened by {person}: {sorted(unseen)}"


def untrue_help(name, person, page):
    """Where the manuals name what the page does not have, or take a page for none."""
    if WITHOUT.get(name) == NO_PAGE and "<main" in page:
        return [f"{name} is a page and has no help"]
    return [f"{name}: {word} is not on the page" for word in missing_words(name, person, page)]


# What a list that belongs to one thing is asked for, by its report's code.
OF_ONE = {
    "audit-sample": lambda world: {"sample": world["auditing"]["sample"].public_id},
    "arrivals": lambda world: {"call": world["draft"].call_id},
    "bulk-results": lambda world: {"run": world["bulk"].public_id},
    "firm-history": lambda world: {"firm": world["draft"].firm.public_id},
    "fee-claim-lines": lambda world: {"claim": world["claims"]["claim"].public_id},
    "lab-event-people": lambda world: {"event": world["events"]["event"].public_id},
    "firm-import": lambda world: {"job": world["job"].public_id},
    "participants": lambda world: {"cohort": world["dojo"]["cohort"].public_id},
    # From January to March the usual year is the last one.
    "payment-statements": lambda _world: {"year": clock.today().year},
    "ranking": lambda world: {"call": world["selection"].call_id},
    "review-cases": lambda world: {"round": world["review"].round_id},
    "surveys": lambda world: {"cohort": world["dojo"]["cohort"].public_id},
    "vendor-cases": lambda world: {"key": world["watch"].subject},
}
# Lists that are not the officials': who takes them.
TAKEN_BY = dict.fromkeys(
    (
        *("lab-bookings", "lab-visits", "lab-certificates", "lab-incidents"),
        *("lab-events", "lab-event-people"),
        *("exchange-listings", "exchange-fairs", "exchange-purchases"),
    ),
    "lab_staff",
)
TAKEN_BY |= dict.fromkeys(
    ("consortium-projects", "consortium-members", "consortium-joint"), "lab_staff"
)
# With rows whatever is in the portal; the others may be empty in this world.
FULL = {"applications", "bulk-results", "bulk-runs", "consultations", "disposals", "findings"}
FULL |= {"firms", "letters", "people", "review-cases", "reviews", "schemes", "selections"}
FULL |= {"adoption-tools", "advisors", "cohorts", "participants", "vendor-cases"}
FULL |= {"lab-utilisation", "exchange-joints", "exchange-wards", *TAKEN_BY}
FULL |= {"fee-claims", "fee-claim-lines", "firm-history", "investments", "payment-statements"}
FULL |= {"surveys", "audit-cases", "audit-sample"}
# Of nothing wrong and nothing recounted they are empty.
TAKEN_BY |= dict.fromkeys(
    ("audit-cases", "audit-sample", "audit-violations", "audit-overrides", "audit-differences"),
    "auditor",
)


def test_every_list_is_a_file_with_the_ward_own_rows(world):
    """As many cells as columns, nothing of the firm for another ward, nothing at all for a firm."""
    clients = {
        person: client_of(world["people"][person])
        for person in ("ward_admin", "reviewer_ota", "owner", *sorted(set(TAKEN_BY.values())))
    }
    for code in reports.codes():
        report = reports.find(code)
        if report.rows.__module__.startswith("tests."):  # of the exports' own tests
            continue
        params = OF_ONE[code](world) if code in OF_ONE else {}
        address = reverse("exports:file", args=[code, "csv"])
        own = clients[TAKEN_BY.get(code, "ward_admin")].get(address, params)
        if own.status_code == 404 and code == "payable":
            continue
        rows = list(csv.reader(io.StringIO(body_of(own).removeprefix("\ufeff"))))
        assert all(len(row) == len(report.columns) for row in rows), code
        assert len(rows) > 1 or code not in FULL, code
        other = clients["reviewer_ota"].get(address, params)
        assert CANARY not in body_of(other), code
        assert outcome(clients["owner"].get(address, params)) == "closed", code


@pytest.mark.parametrize("person", list(STAFF))
def test_staff_without_a_second_factor_get_no_further(person, world):
    from portal.accounts.models import User
    from tests.support.people import sign_in

    client = Client()
    sign_in(client, User.objects.get(pk=world["people"][person]), factors=())
    # What is closed to them with it is closed without: the matrix above.
    own = [
        name
        for name, people in MATRIX.items()
        if people not in (EVERYBODY, SIGNED_IN) and person in people
    ]
    assert own
    for name in own:
        response = client.get(world["address"][name])
        assert response.status_code in (302, 403, 404), f"{name}: {response.status_code}"
        assert CANARY not in body_of(response)


@pytest.mark.parametrize("person", ["visitor", "nobody", "owner", "rival", *STAFF])
def test_the_editor_opens_to_the_officials_of_the_wards(person, world):
    client = Client() if person == "visitor" else client_of(world["people"][person])
    response = client.get("/cms/", follow=False)
    is_open = response.status_code == 200
    editors = {"reviewer", "reviewer_ota", "approver", "ward_admin", "sysadmin"}
    assert is_open == (person in editors), response.status_code
