"""One case beside the many: a vendor whom many name, firms in a ring, a price, a doubtful figure."""

from collections.abc import Iterable

from portal.kernel.money import format_yen
from subsidies import states
from subsidies.answers import shown
from subsidies.contents import rules_of
from subsidies.grants.models import FilingVersion
from subsidies.models import Application
from subsidies.obligations.rules.plan import EFFECT_REPORT
from subsidies.watch.models import Finding, Trace
from subsidies.watch.rules import clusters, likeness, prices
from subsidies.watch.rules.limits import Limits, frozen
from subsidies.watch.services import found

Kind = Trace.Kind
MOST_PEERS = 300
# Vendors of a ring's firm that are followed.
MOST_ORDERS = 100


def vendor_cluster(application: Application, traces: Iterable[Trace], limits: Limits) -> None:
    """Vendors whom so many of the call's applicants name (a third, six at least)."""
    of = 0
    for row in [row for row in traces if row.kind == Kind.VENDOR]:
        same = Trace.objects.filter(kind=Kind.VENDOR, key=row.key)
        same = same.filter(application__call_id=application.call_id)
        firms = same.order_by().values("firm").distinct().count()
        if firms < limits.vendor_firms:
            continue
        of = of or _applicants(application.call_id)
        if not clusters.is_cluster(firms, of, limits):
            continue
        named = Trace.objects.filter(kind=Kind.VENDOR, key=row.key)
        elsewhere = named.exclude(ward_id=application.ward_id).values("ward").distinct().count()
        evidence = {
            "vendor": row.label,
            "key": row.key,
            "firms": firms,
            "of": of,
            "percent": likeness.percent(clusters.share(firms, of)),
            "fiscal_year": application.call.fiscal_year,
            "other_wards": elsewhere,
            "limits": frozen(Finding.Kind.VENDOR, limits),
        }
        found.single(application, Finding.Kind.VENDOR, row.key, evidence)


def vendor_ring(application: Application, traces: Iterable[Trace]) -> None:
    """Applicants that order from each other; each of them gets the finding.

    Two lookups of names and two of vendors, for rings of up to three firms.
    """
    names = [row.key for row in traces if row.kind == Kind.NAME]
    orders = {name: {row.key for row in traces if row.kind == Kind.VENDOR} for name in names}
    cases: dict[str, Application] = dict.fromkeys(names, application)
    following = set().union(*orders.values())
    for _step in range(clusters.LONGEST_RING - 1):
        more = _orders(following - orders.keys(), set(orders))
        for key, (case, vendors) in more.items():
            orders[key], cases[key] = vendors, case
        following = set().union(*(vendors for _case, vendors in more.values()))
    for name in names:
        links = clusters.ring(name, orders)
        members = [cases[key] for key in links]
        for member in members:
            firms = [
                {"firm": item.firm_name}
                if item.ward_id == member.ward_id
                else {"ward": item.ward_id}
                for item in members
            ]
            subject = " ".join(sorted(links))[:100]
            found.single(member, Finding.Kind.RING, subject, {"firms": firms})


def price_outlier(application: Application, traces: Iterable[Trace], limits: Limits) -> None:
    """Items far dearer than at (eight or more) other firms, in any ward.

    The statistic is of all wards; single prices are kept of the own ward only.
    """
    for row in [row for row in traces if row.kind == Kind.ITEM and row.yen]:
        rows = Trace.objects.filter(kind=Kind.ITEM, key=row.key, yen__gt=0)
        rows = rows.exclude(firm_id=application.firm_id).order_by("-application_id", "id")
        latest: dict[int, tuple[int, int]] = {}
        for firm, ward, yen in rows.values_list("firm_id", "ward_id", "yen")[:MOST_PEERS]:
            latest.setdefault(firm, (ward, int(yen or 0)))
        peers = [yen for _ward, yen in latest.values()]
        standing = prices.standing(int(row.yen or 0), peers, limits)
        if standing is None or not standing.is_outlier:
            continue
        evidence = {
            "item": row.label,
            "price_yen": standing.price,
            "n": standing.n,
            "median_yen": round(standing.median),
            "mad_yen": round(standing.mad),
            "bound_yen": int(standing.bound),
            "percent": likeness.percent(standing.times),
            "own_ward_yen": sorted(
                yen for ward, yen in latest.values() if ward == application.ward_id
            ),
            "limits": frozen(Finding.Kind.PRICE, limits),
        }
        found.single(application, Finding.Kind.PRICE, f"{row.key} {row.yen}", evidence)


def confirmed_figures(application: Application) -> None:
    """Figures that looked like a slip of the unit and that the firm confirmed, with who and when."""
    rules = rules_of(application.version)
    for row in application.confirmations.all():
        question = rules.question(row.anchor.partition(".")[2])

        def words(value: int | None, asked: object = question) -> str:
            if value is None:
                return ""
            return shown(asked, value) if asked else format_yen(value)  # type: ignore[arg-type]

        evidence = {
            "label": row.label,
            "value": words(row.value),
            "before": words(row.before),
            "source": row.source,
            "why": row.why,
            "by": row.confirmed_by_name,
            "at": row.confirmed_at.isoformat(),
        }
        found.single(application, Finding.Kind.UNIT, f"{row.anchor} {row.value}", evidence)
    _confirmed_reports(application)


def _confirmed_reports(application: Application) -> None:
    """The same of the yearly effect reports (効果報告)."""
    versions = FilingVersion.objects.filter(
        filing__grant__application=application, filing__kind=EFFECT_REPORT
    ).select_related("submitted_by", "filing")
    for version in versions:
        for item in version.payload["record"].get("confirmed", ()):
            is_yen = item["code"] not in ("people", "hours")
            evidence = {
                "label": item["label"],
                "value": format_yen(item["value"]) if is_yen else f"{item['value']:,}",
                "before": _before(item["before"], is_yen=is_yen),
                "source": "",
                "why": item["why"],
                "by": version.submitted_by.name,
                "at": version.submitted_at.isoformat(),
                "report": version.filing.number,
            }
            subject = f"report {version.pk} {item['code']}"
            found.single(application, Finding.Kind.UNIT, subject, evidence)


def _applicants(call_id: int) -> int:
    """How many firms have applied to the call."""
    rows = Application.objects.filter(call_id=call_id).exclude(status=states.DRAFT)
    return rows.order_by().values("firm").distinct().count()


def _before(value: int | None, *, is_yen: bool) -> str:
    if value is None:
        return ""
    return format_yen(value) if is_yen else f"{value:,}"


def _orders(keys: Iterable[str], known: set[str]) -> dict[str, tuple[Application, set[str]]]:
    """Of firms by the key of their name: one application of each, and the vendors it names.

    Of firms that share a name the one that orders from somebody `known`, else the newest.
    """
    rows = Trace.objects.filter(kind=Kind.NAME, key__in=list(keys)).select_related("application")
    cases = [(row.key, row.application) for row in rows.order_by("application_id")[:MOST_ORDERS]]
    vendors: dict[int, set[str]] = {}
    of_cases = Trace.objects.filter(
        application__in=[case for _key, case in cases], kind=Kind.VENDOR
    )
    for application_id, key in of_cases.values_list("application_id", "key")[:MOST_ORDERS]:
        vendors.setdefault(application_id, set()).add(key)
    found: dict[str, tuple[Application, set[str]]] = {}
    for key, case in cases:
        named, before = vendors.get(case.pk, set()), found.get(key)
        if before is None or named & known or not before[1] & known:
            found[key] = case, named
    return found
