"""In which part of a breakdown each record of a number belongs. A constant number of queries for each way."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Model
from django.utils.translation import gettext as _

from advisors import codes as advising
from advisors.models import Visit
from dojo.models import Graduation
from kpi.indicators import BY_CODE
from kpi.models import Fact
from kpi.rules.compute import EFFECT_KIND, PROCESS
from kpi.sources import ADVISED
from lab.booking.codes import Purpose
from lab.booking.models import Visit as LabVisit
from lab.consortium.codes import Kind as Institution
from lab.consortium.models import Project
from lab.events.codes import Kind as EventKind
from lab.events.models import Event
from lab.nakama.exchange.models import OutsideMatch
from lab.nakama.models import Capability, Process
from portal.kernel import clock
from portal.ui.markup import era_month
from programs.industry import JSIC, SIZE_LABELS
from programs.models import Firm, Site
from programs.rules import size_model
from programs.selectors import ward_names

LAST = "~"


class Label(NamedTuple):
    """A part in words; `order` sorts them."""

    order: str
    text: str


class Item(NamedTuple):
    """A record of a number: a fact, or (1-OC) a firm from its first completion."""

    pk: int
    ward_id: int
    on: dt.date
    firm_id: int | None
    stage: int = 0
    part: str = ""
    table: str = ""
    source: str = ""
    key: str = ""


Labels = Mapping[int, Sequence[Label]]


def unknown() -> Label:
    """What the records do not tell."""
    return Label(LAST, _("記録なし"))


def month(items: Sequence[Item]) -> Labels:
    """The month in which it counts."""
    return {
        item.pk: [Label(f"{item.on:%Y%m}", era_month(item.on.replace(day=1)))] for item in items
    }


def ward(items: Sequence[Item]) -> Labels:
    """The ward that it is frozen to (R3)."""
    names = ward_names()
    return {item.pk: [_ward(item.ward_id, names)] for item in items}


def stage(items: Sequence[Item]) -> Labels:
    """Of grants."""
    return {
        item.pk: [Label(str(item.stage), _("ステージ%(stage)s") % {"stage": item.stage})]
        for item in items
        if item.stage
    }


def parts_of(code: str) -> Callable[[Sequence[Item]], Labels]:
    """What that indicator itself is split by, in its order."""

    def found(items: Sequence[Item]) -> Labels:
        names = {
            one.code: Label(str(number), str(one.name))
            for number, one in enumerate(BY_CODE[code].parts)
        }
        return {item.pk: [names[item.part]] for item in items if item.part in names}

    return found


def came_from(items: Sequence[Item]) -> Labels:
    """3-KSI: the ward of the lab, another of the 23, or 区外 (R5)."""
    names = {
        "host": Label("1", _("ラボのある区")),
        "near": Label("2", _("23区のほかの区")),
        "outside": Label("3", _("23区外・所属不明")),
    }
    return {item.pk: [names[item.part]] for item in items if item.part in names}


def size(items: Sequence[Item]) -> Labels:
    """規模モデル of the firm as it is today."""
    order = "DCBA"
    found = _firms(items, "employees")
    models = {firm: size_model(people) for firm, (people,) in found.items()}
    return {
        item.pk: [Label(str(order.find(model)) if model else "9", str(SIZE_LABELS[model]))]
        for item in items
        if item.firm_id in models
        for model in [models[item.firm_id]]
    }


def industry(items: Sequence[Item]) -> Labels:
    """産業中分類 of the firm."""
    names = {code: str(name) for code, name in JSIC}
    found = _firms(items, "jsic")
    return {
        item.pk: [Label(code, f"{code} {names[code]}")]
        for item in items
        if item.firm_id in found
        for code in found[item.firm_id]
        if code in names
    }


def run(items: Sequence[Item]) -> Labels:
    """The cohort of the course."""
    names = ward_names()
    rows = _rows(Graduation, "dojo_graduation", items, _COHORT)
    words = _("%(ward)s %(year)s年度 第%(number)s期")
    return {
        item.pk: [
            Label(
                f"{year}{place}{number:03}",
                words % {"ward": names[place], "year": year, "number": number},
            )
        ]
        for item in items
        if item.source in rows
        for place, year, number in [rows[item.source]]
    }


def adviser(items: Sequence[Item]) -> Labels:
    """1-OP3: who came on the visit that counts: IT or the shop floor."""
    wanted = {(item.firm_id, item.on): item.pk for item in items if item.table == ADVISED}
    if not wanted:
        return {}
    days = {day for _firm, day in wanted}
    rows = Visit.objects.filter(
        firm_id__in={firm for firm, _day in wanted},
        starts_at__gte=clock.midnight(min(days)),
        starts_at__lt=clock.midnight(max(days) + dt.timedelta(days=1)),
    ).order_by("-starts_at")
    found: dict[int, list[Label]] = {}
    for firm, at, side in rows.values_list("firm_id", "starts_at", "side"):
        key = (firm, clock.to_date(at))
        if key in wanted:
            found[wanted[key]] = [Label(side, str(advising.SIDES[side]))]
    return found


def purpose(items: Sequence[Item]) -> Labels:
    """3-KSI: what for; of an event, that it was one."""
    rows = _rows(LabVisit, "booking_visit", items, ("purpose",))
    names = _choices(Purpose)
    event = Label("8", _("催しへの参加"))
    return {
        item.pk: [names[rows[item.source][0]] if item.table == "booking_visit" else event]
        for item in items
        if item.source in rows or item.table == "lab_attendance"
    }


def event_kind(items: Sequence[Item]) -> Labels:
    """3-OP1: of the lab's events their kind; a 商談会 is one by itself."""
    rows = _rows(Event, "lab_event", items, ("kind",))
    names = _choices(EventKind)
    fair = Label("8", _("商談会"))
    return {
        item.pk: [fair if item.table == "exchange_fair" else names[rows[item.source][0]]]
        for item in items
        if item.table == "exchange_fair" or item.source in rows
    }


def institution(items: Sequence[Item]) -> Labels:
    """3-OP3: with which school or 公設試."""
    rows = _rows(Project, "consortium_project", items, ("member__kind", "member__name"))
    names = _choices(Institution)
    found = {}
    for item in items:
        kind, name = rows.get(item.source, (None, ""))
        if kind in names:
            label = names[kind]
            found[item.pk] = [Label(label.order + name, f"{label.text}　{name}")]
    return found


def band(items: Sequence[Item]) -> Labels:
    """3-OC: the amount as the firm told it; orders made here keep theirs to the firms."""
    rows = _rows(OutsideMatch, "exchange_outsidematch", items, ("band",))
    names = _choices(OutsideMatch.Band)
    closed = Label("8", _("金額を扱わない取引"))
    return {
        item.pk: [names[rows[item.source][0]] if item.source in rows else closed]
        for item in items
        if item.source in rows or item.table != "exchange_outsidematch"
    }


def supplier_ward(items: Sequence[Item]) -> Labels:
    """3-OC counts in the buyer's ward; this is the other side's head office."""
    firm_of = {item.pk: item.key.split(":")[1] for item in items if item.key.count(":") >= 2}
    firms = {int(firm) for firm in firm_of.values() if firm.isdecimal()}
    sites = Site.objects.filter(firm_id__in=firms, kind=Site.Kind.HEAD, closed_on=None)
    places = {str(firm): place for firm, place in sites.values_list("firm_id", "ward_id")}
    names = ward_names()
    return {pk: [_ward(places[firm], names)] for pk, firm in firm_of.items() if firm in places}


def processes(items: Sequence[Item]) -> Labels:
    """3-OP2: the groups of processes that the firm offers."""
    firms = {item.firm_id for item in items if item.firm_id}
    rows = Capability.objects.filter(profile__firm_id__in=firms)
    offered: dict[int, set[str]] = defaultdict(set)
    for firm, code in rows.values_list("profile__firm_id", "process__code"):
        offered[firm].add(code.partition(".")[0])
    groups = _groups(offered)
    return {
        item.pk: _known(groups, offered[item.firm_id]) for item in items if item.firm_id in offered
    }


def needed(items: Sequence[Item]) -> Labels:
    """3-KGI: the groups of processes that the order or the development needs, as facts beside it tell."""
    told = _beside(PROCESS, {item.key for item in items})
    groups = _groups(told)
    return {item.pk: _known(groups, told[item.key]) for item in items if item.key in told}


def effect(items: Sequence[Item]) -> Labels:
    """2-OC: which effect it is most of all, as the firm's completion report says."""
    told = _beside(EFFECT_KIND, {item.key for item in items})
    names = {
        code: Label(str(number), str(text))
        for number, (code, text) in enumerate(effects_in_words().items())
    }
    return {item.pk: _known(names, told[item.key]) for item in items if item.key in told}


def effects_in_words() -> dict[str, str]:
    """The answers of the completion report, as pages and files say them."""
    return {
        "time": _("作業や事務の時間が減った"),
        "delivery": _("納期が短くなった・守れるようになった"),
        "quality": _("不良や間違いが減った"),
        "sales": _("売上や受注が増えた"),
        "cost": _("費用や在庫が減った"),
        "people": _("教えやすく・働きやすくなった"),
        "other": _("そのほか"),
    }


def _beside(event_type: str, keys: Collection[str]) -> Mapping[str, list[str]]:
    """Event key → the parts of the facts of that type that stand beside it."""
    rows = Fact.objects.filter(
        event_type=event_type, event_key__in=keys, reverses=None, reversed_by=None
    )
    found: dict[str, list[str]] = defaultdict(list)
    for key, part in rows.values_list("event_key", "part"):
        found[key].append(part)
    return dict(found)


def _groups(codes: Mapping[Any, Collection[str]]) -> dict[str, Label]:
    """The groups of processes of those codes, in the order of the taxonomy: one query."""
    rows = Process.objects.filter(code__in={code for found in codes.values() for code in found})
    return {row.code: Label(f"{row.order:05}", row.display_name) for row in rows}


def _known(names: Mapping[str, Label], codes: Iterable[str]) -> list[Label]:
    return [names[code] for code in codes if code in names]


# Whose run it was: ward, fiscal year and number of the cohort.
_COHORT = (
    "enrolment__cohort__ward_id",
    "enrolment__cohort__fiscal_year",
    "enrolment__cohort__number",
)


def _ward(place: int, names: Mapping[int, str]) -> Label:
    return Label(str(place), names[place])


def _choices(choices: Any) -> dict[str, Label]:
    """In the order in which they are written."""
    return {
        value: Label(f"{number}", str(name)) for number, (value, name) in enumerate(choices.choices)
    }


def _firms(items: Iterable[Item], *fields: str) -> dict[int, tuple[Any, ...]]:
    firms: Collection[int] = {item.firm_id for item in items if item.firm_id}
    rows = Firm.objects.filter(pk__in=firms).values_list("pk", *fields)
    return {pk: tuple(values) for pk, *values in rows}


def _rows(
    model: type[Model], table: str, items: Iterable[Item], fields: Sequence[str]
) -> dict[str, tuple[Any, ...]]:
    """Key of the source → its fields, for the records of that table."""
    keys = {int(item.source) for item in items if item.table == table and item.source.isdecimal()}
    rows = model._default_manager.filter(pk__in=keys).values_list("pk", *fields)
    return {str(pk): tuple(values) for pk, *values in rows}
