"""The texts that come with the portal: fit for their pages, with sources, and put into the tree once."""

import datetime as dt
import json
import re

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import resolve
from wagtail.fields import StreamField
from wagtail.models import Page

from portal.cms import demo
from portal.cms import models as cms
from portal.cms.content import reading
from portal.cms.content.filling import Filled, fill, put
from portal.cms.models.base import SERVED_BY
from portal.cms.selectors import trails
from portal.kernel.actor import Actor
from programs.wards import WARDS
from tests.support.people import make_person

HOMES = {ward.code: f"wards/{ward.name_en.lower()}" for ward in WARDS}
TEXTS = [*reading.pages(), *reading.own_measures(HOMES), *(text for text, _ in reading.news(HOMES))]
SYSTEM = Actor.system("test")
NOW = dt.datetime(2026, 11, 30, 3, 0, tzinfo=dt.UTC)


def streams(text):
    return [value for value in text.fields.values() if isinstance(value, list)]


def kinds(text):
    return {piece["type"] for stream in streams(text) for piece in stream}


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.path)
def test_every_text_is_what_an_editor_could_have_saved(text):
    model = getattr(cms, text.model)
    for name, value in text.fields.items():
        field = model._meta.get_field(name)
        if isinstance(field, StreamField):
            field.stream_block.clean(field.to_python(value))
        else:
            limit = field.max_length or 10_000
            assert not isinstance(value, str) or len(value) <= limit, name
    required = {
        field.name
        for field in model._meta.local_fields
        if not (field.blank or field.primary_key or field.has_default() or field.name == "on")
    }
    assert required <= set(text.fields)


def test_facts_have_their_source_and_summaries_are_told_in_plain_japanese():
    for text in TEXTS:
        if text.model in {"ArticlePage", "CaseStory", "MeasurePage"}:
            assert "source" in kinds(text) or text.fields.get("source_title"), text.path
            assert "（" in text.fields["easy"], f"{text.path}: no furigana"
    block = cms.ArticlePage._meta.get_field("body").stream_block
    number = block.to_python([{"type": "figure", "value": {"number": "4", "words": "段階"}}])
    with pytest.raises(ValidationError):
        block.clean(number)


def test_there_is_enough_to_read():
    count = {
        model: sum(text.model == model for text in TEXTS) for model in ("ArticlePage", "CaseStory")
    }
    assert count == {"ArticlePage": 11, "CaseStory": 6}
    (faq,) = (text for text in TEXTS if text.model == "FaqPage")
    assert sum(piece["type"] == "question" for piece in faq.fields["items"]) >= 25
    assert len({text.path for text in TEXTS}) == len(TEXTS)


def internal_links():
    """Every address of this site that a text leads to."""
    return set(
        re.findall(
            r'href="(/[^"]*)"',
            json.dumps([t.fields for t in TEXTS], default=str).replace('\\"', '"'),
        )
    )


@pytest.mark.django_db
def test_a_new_installation_begins_with_them_and_every_link_leads_somewhere():
    demo.load(firms=(), now=NOW, scale=1)
    there = {trails.address(page) for page in Page.objects.live()}
    links = internal_links()
    assert len(links) > 20
    gone = {link for link in links if resolve(link).view_name == SERVED_BY and link not in there}
    assert not gone
    read = Client().get("/pitfalls/backup/").content.decode()
    assert '<th scope="row">1 元のデータ</th>' in read
    assert 'href="/pitfalls/backup/"' in Client().get("/pitfalls/security-drill/").content.decode()
    assert not cms.WardHome.objects.filter(lead="").exists()
    assert cms.Featured.objects.count() == 6
    again = fill(SYSTEM, now=NOW)
    assert (again.added, again.renewed) == (0, 0)


@pytest.mark.django_db
def test_what_an_editor_has_saved_is_left_alone_and_the_rest_follows_the_files():
    put(list(reading.pages())[:2], Filled(), now=NOW)
    ours, theirs = Page.objects.filter(url_path__startswith="/home/support-").order_by("url_path")[
        :2
    ]
    edited = theirs.specific
    edited.title = "区が直した題"
    edited.save_revision(user=make_person("editor@ward.example")).publish()
    cms.MeasurePage.objects.filter(pk=ours.pk).update(summary="古い文")
    filled = Filled()
    put(list(reading.pages())[:2], filled, now=NOW)
    assert (filled.added, filled.renewed, filled.kept) == (0, 1, 1)
    assert ours.specific.summary != "古い文"
    assert cms.MeasurePage.objects.get(pk=theirs.pk).title == "区が直した題"


@pytest.mark.django_db
def test_the_command_can_be_run_again(capsys):
    call_command("load_content")
    call_command("load_content")
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("pages +")
    assert second.startswith("pages +0 ~0")
    assert not cms.NewsPage.objects.exists()


@pytest.mark.django_db
def test_policies_are_the_editors_page_in_japanese_and_the_portals_own_text_otherwise():
    client = Client()
    assert "準拠を宣言するものではありません" in client.get("/accessibility/").content.decode()
    fill(SYSTEM, now=NOW)
    assert client.get("/accessibility/")["Location"] == "/accessibility-policy/"
    assert client.get("/site-policy/")["Location"] == "/site-rules/"
    english = client.get("/accessibility/", headers={"accept-language": "en"}).content.decode()
    assert 'href="/accessibility-policy/"' in english
