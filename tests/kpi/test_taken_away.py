"""Whatever is drawn among the figures has its table, its source, and goes away as CSV, XLSX, PNG and SVG."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from kpi.models import Cell, Check, ProcessCell, Target
from kpi.series.services import panel_refresh, productivity_write
from portal.accounts.roles import Role
from tests.factories import series as make_series
from tests.factories import ward_surveys
from tests.factories.programs import FirmFactory
from tests.support.people import assign, make_person, sign_in
from tests.support.releases import fact, final, policy
from tests.support.world_effect import make_evaluation

pytestmark = pytest.mark.django_db

SUMIDA, OTA = 13107, 13111
FORMS = ("csv", "xlsx", "png", "svg")
MAGIC = {"png": b"\x89PNG", "svg": b"<svg", "csv": b"\xef\xbb\xbf", "xlsx": b"PK"}
CHART = re.compile(r'<section class="ui-card ui-chart".*?</section>', re.DOTALL)
FOOT = re.compile(r'<p class="ui-chart__foot">.*?</p>', re.DOTALL)
LINK = re.compile(r'href="([^"]+)"')


@pytest.fixture
def reader(client: Client) -> Client:
    sign_in(client, assign(make_person("policy@example.jp"), Role.POLICY))
    return client


@pytest.fixture
def pages():
    """A page of each kind, with something to draw on it."""
    firms = [FirmFactory(jsic="24", employees=12) for _ in range(4)]
    for n, firm in enumerate(firms):
        fact(firm, n, kind="grant.submitted", ward=OTA if n else SUMIDA)
        fact(firm, n, kind="grant.completed")
        fact(firm, n, kind="grant.effect_answered")
    released = final(policy())
    for year in (2025, 2026):
        Target.objects.create(
            indicator="2-KSI", ward_id=SUMIDA, fiscal_year=year, value=9, basis="試験"
        )
        Cell.objects.create(indicator="2-KSI", ward_id=SUMIDA, month=dt.date(year, 9, 1), value=5)
    for month in (9, 10):
        for code, part in (("days", "20"), ("lab-use", "09")):
            ProcessCell.objects.create(
                code=code,
                ward_id=SUMIDA,
                month=dt.date(2026, month, 1),
                part=part,
                numerator=month,
                denominator=60,
            )
    Check.objects.create(as_of=dt.date(2026, 11, 30), wrong=0, seconds=1)
    ward_surveys.firms(4)
    wave = ward_surveys.begun()
    for one in ward_surveys.asked(wave):
        ward_surveys.answered(one, ward_surveys.LONG)
    for year in (2024, 2025):
        make_series.statistic(year)
    make_series.deflator(y2024=104.2, y2025=105.1)
    productivity_write(years=[2024, 2025], as_of=dt.date(2026, 11, 30))
    for firm in firms:
        for year in (2025, 2026):
            make_series.accounts(firm, dt.date(year, 3, 31))
    panel_refresh(as_of=dt.date(2026, 11, 30))
    row = make_evaluation()
    overview = reverse("kpi:overview", args=[2026])
    return {
        "overview": f"{overview}?indicator=2-KSI",
        "count": reverse("kpi:parts", args=[2025, "2-KSI"]),
        "share": reverse("kpi:parts", args=[2025, "2-OC"]),
        "process": reverse("kpi:process"),
        "survey": reverse("surveys:results", args=[wave.public_id]),
        "statistics": reverse("series:statistics"),
        "productivity": reverse("series:productivity"),
        "effect": reverse("effect:evaluation", args=[row.public_id]),
        "public": reverse("releases:release", args=[released.code]) + "?indicator=2-KSI",
        "model": reverse("policy:model") + "?year=2026",
        "what-if": reverse("policy:whatif") + "?year=2026",
    }


def forms_of(text):
    """Form → address, of the links in a piece of a page."""
    found = {}
    for address in LINK.findall(text.replace("&amp;", "&")):
        path = address.split("?")[0].rstrip("/")
        for form in FORMS:
            if path.endswith((f".{form}", f"/{form}")):
                found[form] = address
    return found


def body_of(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_every_chart_has_a_table_a_source_and_four_files(reader, pages):
    charts, addresses = 0, {}
    for name, address in pages.items():
        text = reader.get(address).content.decode()
        whole = forms_of(text)
        assert set(whole) == set(FORMS), name
        addresses |= {f"{name} {form}": (form, link) for form, link in whole.items()}
        for chart in CHART.findall(text):
            charts += 1
            title = re.search(r"<h3[^>]*>([^<]*)", chart)[1]
            assert "<table" in (text if "ui-tiles" in chart else chart), (name, title)
            assert "出典：" in chart, (name, title)
            assert re.search(r"時点|年の数字", chart), (name, title)
            own = forms_of(chart)
            # Files of a breakdown and of the process figures hold all its drawings.
            assert {"png", "svg"} <= set(own), (name, title)
            addresses[f"{name} {title}"] = ("svg", own["svg"])
        for foot in FOOT.findall(text):
            if "出典" in foot:
                assert "更新" in foot, (name, foot)
    assert charts >= 21
    for what, (form, link) in addresses.items():
        answer = reader.get(link)
        assert answer.status_code == 200, what
        assert body_of(answer).startswith(MAGIC[form]), what


def test_a_visitor_takes_the_public_figures_away_and_pictures_are_kept_for_a_while(client: Client):
    fact(FirmFactory(), 1, kind="grant.submitted")
    code = final(policy()).code
    book = client.get(reverse("releases:xlsx", args=[code]))
    assert book.content.startswith(b"PK")
    assert book["Cache-Control"].startswith("public")
    for kind in ("tiles", "wards", "years"):
        address = reverse("releases:picture", args=[code, kind, "png"])
        first, again = (client.get(address, {"indicator": "2-KSI"}) for _ in range(2))
        assert first.content.startswith(MAGIC["png"])
        assert first.content == again.content
        assert first["Cache-Control"].startswith("public")
    for kind, form in (("tiles", "gif"), ("other", "png")):
        assert client.get(reverse("releases:picture", args=[code, kind, form])).status_code == 404


def test_the_same_estimate_stands_on_the_page_and_in_its_files(reader):
    asked = {"year": 2026, "seats_dojo": "40"}
    page = reader.get(reverse("policy:whatif"), asked)
    [line] = [one for one in page.context["lines"] if one.code == "1-OP1"]
    links = forms_of(page.content.decode())
    text = reader.get(links["csv"]).content.decode("utf-8-sig")
    [row] = [found for found in text.splitlines() if found.startswith("1-OP1")]
    assert line.given_asked in row
    assert "40" in line.given_asked
    assert reader.get(reverse("policy:whatif_file", args=["doc"])).status_code == 404
