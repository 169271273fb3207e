"""Pages of the public site for tests."""

import datetime as dt
from typing import Any

from portal.cms.models import CommonHome, SitePage, WardHome

SUMIDA, OTA = 13107, 13111
DAY = dt.date(2026, 11, 2)
BODY = [("heading", "はじめに"), ("paragraph", "<p>めっきの工程から始めました。</p>")]


def home() -> CommonHome:
    """The root of the site, as the migration makes it."""
    return CommonHome.objects.get()


def ward_home(ward_id: int = SUMIDA) -> WardHome:
    """A ward's branch, as the migration makes it."""
    return WardHome.objects.get(ward_id=ward_id)


def make_page(
    model: type, parent: SitePage, *, user: Any = None, live: bool = True, **fields: Any
) -> Any:
    """A page below `parent`, published by nobody in particular."""
    fields.setdefault("title", str(model._meta.verbose_name))
    fields.setdefault("slug", f"{model.__name__.lower()}-{parent.numchild + 1}")
    page = model(live=False, **fields)
    parent.add_child(instance=page)
    revision = page.save_revision(user=user)
    if live:
        revision.publish()
        page.refresh_from_db()
    return page


def make_news(parent: SitePage | None = None, **fields: Any) -> Any:
    """News of 墨田区."""
    from portal.cms.models import NewsIndex, NewsPage

    index = NewsIndex.objects.child_of(parent or ward_home()).get()
    given = {"title": "受付を始めました", "summary": "一次の受付です。", "on": DAY}
    return make_page(NewsPage, index, **(given | {"body": BODY} | fields))


def make_picture(**fields: Any) -> Any:
    """A picture of the editors."""
    from django.core.files.base import ContentFile
    from wagtail.images.models import Image

    from tests.support.world_cms import png

    given = {"title": "工場", "description": "機械が並ぶ工場"} | fields
    return Image.objects.create(file=ContentFile(png(), name="factory.png"), **given)


def make_document(**fields: Any) -> Any:
    """A document that pages hand out."""
    from django.core.files.base import ContentFile
    from wagtail.documents.models import Document

    file = ContentFile(b"%PDF-1.4 form", name="form.pdf")
    return Document.objects.create(title="様式", file=file, **fields)


def subscription_tokens() -> dict[str, str]:
    """What the links in the mails of a subscription carry."""
    from django.core import signing

    from portal.cms.mailing import services
    from portal.cms.mailing.models import Subscription
    from portal.kernel import clock

    row = Subscription.objects.create(
        email="reader@example.jp", ward_id=SUMIDA, categories=["notice"], confirmed_at=clock.now()
    )
    confirm = signing.dumps([str(row.public_id), ["notice"]], salt=services.SALT_CONFIRM)
    return {"confirm": confirm, "stop": services.stop_token(row)}


def one_of_each() -> dict[str, str]:
    """A page of every kind, with live figures where it shows them: kind → address."""
    from portal.cms import models
    from portal.cms.selectors.trails import address
    from tests.factories import booking, dojo, lab_events, subsidies

    call = subsidies.make_call(budget_yen=12_000_000)
    dojo.make_cohort()
    lab_events.announced(booking.staff(), booking.make_lab())
    common, ward = home(), ward_home()
    series = make_page(models.ArticleSeries, common, title="DXの進め方", summary="4つの段階。")
    told = {"summary": "ひとことで言うと、こうです。", "body": BODY}
    parts = [
        make_page(models.ArticlePage, series, easy="やさしい説明です。", updated_on=DAY, **told)
        for _number in range(2)
    ]
    made = [
        common,
        models.WardList.objects.get(),
        ward,
        series,
        parts[0],
        models.CaseList.objects.get(),
        make_page(
            models.CaseStory, models.CaseList.objects.get(), summary="仲間と作る。", place="大田区",
            industry="金属加工", issue="一社ではできない。", steps=BODY, effect="短くなった。",
            cost="0円", went_wrong="最初は断られた。", helped_by="区の担当", source_title="聞き取り",
            source_url="https://example.jp/",
        ),
        models.NewsIndex.objects.child_of(ward).get(),
        make_news(),
        make_page(
            models.MeasurePage, ward, title="はじめの一歩", title_en="First step", kind="subsidy",
            scheme_code=call.version.scheme.code, summary_en="For the first tool.", **told,
        ),
        make_page(models.CallNotice, ward, call=call, title="一次の募集", **told),
        models.EventList.objects.child_of(ward).get(),
        make_page(
            models.FaqPage, ward, summary="よく聞かれること。",
            items=[("question", {"question": "いくらですか", "answer": "<p>無料です。</p>"})],
        ),
        make_page(models.FormsPage, ward, summary_en="Forms and papers.", **told),
        make_page(models.PolicyPage, common, **told),
    ]  # fmt: skip
    return {type(page).__name__: address(page) for page in made[1:]}
