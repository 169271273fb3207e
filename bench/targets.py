"""What is measured, by whom: an official of 墨田区, a firm's owner, a visitor, many applicants, a
member of a committee."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count
from django.urls import reverse

from bench import cards, cases, committee, kpi, labs, measure, people, search, site
from bench.cases import SUMIDA, SYSTEM
from bench.measure import Target
from portal.accounts.models import Assignment, User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.database import acting
from subsidies import states
from subsidies.models import Application

COMMON = "製作所"


@dataclass
class Chosen:
    """The targets in the order of a round; `signed_in` are those for the memory."""

    pages: list[Target]
    signed_in: list[Target]
    needles: dict[str, object]
    drafts: list[tuple[str, str]]

    def drafts_left(self) -> int:
        """Drafts that no submission has taken yet."""
        return len(self.drafts)


def choose(*, drafts: int) -> Chosen:
    """Sign everybody in and find what to look at. Raises RuntimeError on a seed too small."""
    official = cases.official()
    staff = people.sign_in(official)
    with acting(SYSTEM):
        detail = Application.objects.filter(
            ward_id=SUMIDA, status=states.AWAITING_APPROVAL, versions__number=2
        ).latest("id")
        owner = User.objects.get(pk=detail.created_by_id)
        rare = _rare_name()
        common = Application.objects.filter(ward_id=SUMIDA, firm_name__contains=COMMON).count()
        waiting = _drafts(drafts)
    firm = people.sign_in(owner)
    queue = reverse("subsidies:queue")
    row = "data-queue"
    last = 50 if _rows_open() > 49 * 25 else max(1, _rows_open() // 25)
    pages = [
        measure.page("queue_first", queue, row, staff),
        measure.page("queue_page_50", f"{queue}?page={last}", row, staff),
        measure.page("queue_status", f"{queue}?status=reviewing", row, staff),
        measure.page("queue_search_rare", f"{queue}?status=any&q={_quoted(rare)}", rare, staff),
        measure.page(
            "queue_search_common", f"{queue}?status=any&q={_quoted(COMMON)}", COMMON, staff
        ),
        measure.page(
            "detail",
            reverse("subsidies:application", args=[detail.receipt_no]),
            detail.firm_name,
            staff,
        ),
        measure.page("my_page", reverse("desk:my"), detail.receipt_no or "", firm),
    ]
    return Chosen(
        pages=[
            measure.page("floor", "/floor/", "1"),
            measure.page("floor_signed_in", "/floor/", "1", staff),
            *pages,
            committee.page(),
            *cards.pages(detail.firm_id, official, staff),
            labs.page(),
            kpi.page(people.sign_in(_policy())),
            measure.page("home", "/", "home-calls"),
            *site.pages(),
            *search.pages(),
            measure.submissions(_each(waiting)),
        ],
        signed_in=pages,
        needles={"rare": rare, "common": COMMON, "common_hits": common, "page": last},
        drafts=waiting,
    )


def _policy() -> User:
    """Policy staff, who see every ward's figures."""
    with acting(SYSTEM):
        user = User.objects.create_user(email="policy@bench.example", name="計測 政策")
        Assignment.objects.create(user=user, role=Role.POLICY, valid_from=clock.today())
    return user


def _each(drafts: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    while drafts:
        yield drafts.pop()


def _drafts(count: int) -> list[tuple[str, str]]:
    """(public id, session) of complete drafts, each of a firm of its own."""
    rows = Application.objects.filter(
        ward_id=cases.OTA, status=states.DRAFT, documents__isnull=False
    )
    found = rows.distinct().select_related("created_by").order_by("id")[:count]
    return [(str(draft.public_id), people.sign_in(draft.created_by)) for draft in found]


def _rare_name() -> str:
    """A name that one application of the ward carries: the search has to find just that."""
    once = (
        Application.objects.filter(ward_id=SUMIDA)
        .exclude(status=states.DRAFT)
        .values("firm_name")
        .annotate(rows=Count("id"))
        .filter(rows=1)
        .order_by("firm_name")
    )
    return str(once[0]["firm_name"])


def _rows_open() -> int:
    with acting(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM subsidies_application WHERE ward_id = %s AND status = ANY(%s)",
            [SUMIDA, list(states.OPEN)],
        )
        return int(cursor.fetchone()[0])


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text)
