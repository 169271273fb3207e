"""What machines read: sitemap, robots, feeds, pictures."""

from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from wagtail.models import PageViewRestriction

from tests.factories import cms as make

pytestmark = pytest.mark.django_db


def text(address):
    answer = Client().get(address)
    assert answer.status_code == 200
    return (
        b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
    )


def test_the_sitemap_names_what_is_public():
    shown, hidden = make.make_news(slug="shown"), make.make_news(slug="hidden")
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    found = {entry.text for entry in ET.fromstring(text("/sitemap.xml")).iterfind(".//{*}loc")}
    assert "http://testserver/wards/sumida/news/shown/" in found
    assert f"http://testserver/wards/sumida/news/{hidden.slug}/" not in found
    assert shown.live


def test_robots_are_told_where_to_begin():
    told = text("/robots.txt")
    assert "Sitemap: http://testserver/sitemap.xml" in told
    assert "Disallow: /staff/" in told


def test_each_ward_has_a_feed_of_its_own():
    make.make_news(title="墨田の知らせ & 案内")
    make.make_news(make.ward_home(make.OTA), title="大田の知らせ")
    make.make_news(make.home(), title="全体の知らせ")
    titles = [
        [item.findtext("title") for item in ET.fromstring(text(address)).iter("item")]
        for address in ("/feeds/sumida/news.xml", "/feeds/ota/news.xml", "/feeds/news.xml")
    ]
    assert titles == [["墨田の知らせ & 案内"], ["大田の知らせ"], ["全体の知らせ"]]
    assert Client().get("/feeds/nowhere/news.xml").status_code == 404


def test_only_pictures_made_for_showing_are_given_out():
    shown = make.make_picture().get_rendition("width-200").file.name
    answer = Client().get(f"/media/{shown}")
    assert answer.status_code == 200
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    for path in ("/media/private/x", "/media/images/../private/x", "/media/images/nothing.png"):
        assert Client().get(path, follow=True).status_code in {400, 404}
