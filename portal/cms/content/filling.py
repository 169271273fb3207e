"""Puts the texts into the tree: what is missing is added, what nobody has edited follows the files.

A page that an editor has saved once has a revision, and is the editors' from then on. Everything is
written as the system, published at once; pages are not told about as news are.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from wagtail.fields import StreamField
from wagtail.models import Page

from portal.cms import memory
from portal.cms import models as cms
from portal.cms.content import reading
from portal.cms.content.growing import grow
from portal.cms.content.reading import PageText
from portal.cms.selectors import trails
from portal.kernel import audit
from portal.kernel.actor import Actor

# Pages that come with the tree, by their path; their few words are kept in texts/home.toml.
SHIPPED = {"wards": "wards_list", "cases": "cases", "news": "news", "events": "events"}


@dataclass
class Filled:
    """What a run did."""

    added: int = 0
    renewed: int = 0
    kept: int = 0

    def __str__(self) -> str:
        return f"+{self.added} ~{self.renewed} ={self.kept}"


def fill(actor: Actor, *, now: dt.datetime) -> Filled:
    """All texts that the portal brings along. `actor` is the system; one transaction."""
    filled = Filled()
    homes = ward_homes()
    put([*reading.pages(), *reading.own_measures(homes)], filled, now=now)
    _say()
    if filled.added or filled.renewed:
        memory.forget()
        detail = {"added": filled.added, "renewed": filled.renewed}
        audit.record(actor=actor, action="cms.content_loaded", detail=detail)
    return filled


def put(texts: Iterable[PageText], filled: Filled, *, now: dt.datetime) -> None:
    """Add or renew these pages, parents first."""
    known = {trails.address(page).strip("/"): page for page in Page.objects.filter(depth__gte=2)}
    added = []
    for text in texts:
        page = known.get(text.path)
        if page is None:
            known[text.path] = _new(text, now)
            added.append((known[text.path], known[text.parent]))
        elif page.latest_revision_id is None and _renew(text, page, now):
            filled.renewed += 1
        else:
            filled.kept += 1
    grow(added)
    filled.added += len(added)


def ward_homes() -> dict[int, str]:
    """The paths of the wards' homes by code."""
    homes = cms.WardHome.objects.only("ward_id", "url_path")
    return {home.ward_id: trails.address(home).strip("/") for home in homes}


def _new(text: PageText, now: dt.datetime) -> Page:
    model = getattr(cms, text.model)
    return model(
        slug=text.slug,
        live=True,
        first_published_at=now,
        last_published_at=now,
        **dict(_values(model, text.fields)),
    )


def _renew(text: PageText, page: Page, now: dt.datetime) -> bool:
    """Whether the page differed from its file; it is like the file then."""
    own = page.specific
    if type(own).__name__ != text.model or not _differs(own, text.fields):
        return False
    for name, value in _values(type(own), text.fields):
        setattr(own, name, value)
    own.draft_title = own.title
    own.last_published_at = now
    own.save()
    return True


def _differs(page: Page, fields: Mapping[str, Any]) -> bool:
    for name, value in fields.items():
        have = getattr(page, name)
        if (list(have.raw_data) if isinstance(value, list) else have) != value:
            return True
    return False


def _values(model: type[Page], fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in fields.items():
        field = model._meta.get_field(name)
        yield name, field.to_python(value) if isinstance(field, StreamField) else value


def _say() -> None:
    """The words of the pages that come with the tree, where they have none yet."""
    words = reading.load(reading.TEXTS / "home.toml")
    home = cms.CommonHome.objects.get()
    if not home.lead:
        lead = {key: words[key] for key in ("lead", "lead_en")}
        cms.CommonHome.objects.filter(pk=home.pk).update(**lead)
    if not home.easy:
        cms.CommonHome.objects.filter(pk=home.pk).update(easy=words["easy"])
    for path, key in SHIPPED.items():
        page = Page.objects.child_of(home).filter(slug=path).first()
        if page is None:
            continue
        own = page.specific
        for name, value in words[key].items():
            if not getattr(own, name):
                type(own).objects.filter(pk=own.pk).update(**{name: value})
    _feature(home, words["featured"])
    _say_of_wards(reading.load(reading.TEXTS / "wards.toml"))


def _feature(home: Page, paths: list[str]) -> None:
    """The pages that the common home points to, unless somebody has chosen already."""
    if home.featured.exists():
        return
    found = {page.url_path: page.pk for page in Page.objects.descendant_of(home).live()}
    cms.Featured.objects.bulk_create(
        cms.Featured(home_id=home.pk, page_id=found[f"{trails.ROOT}{path}/"], sort_order=place)
        for place, path in enumerate(paths)
        if f"{trails.ROOT}{path}/" in found
    )


def _say_of_wards(words: Mapping[str, Any]) -> None:
    homes = list(cms.WardHome.objects.filter(Q(lead="") | Q(easy="")).select_related("ward"))
    for home in homes:
        ward = home.ward
        names = {"ward": ward.name, "ward_en": ward.name_en, "kana": _hiragana(ward.kana)}
        if not home.lead:
            home.lead = words["lead"].format(**names)
            home.lead_en = words["lead_en"].format(**names)
        home.easy = home.easy or words["easy"].format(**names)
    cms.WardHome.objects.bulk_update(homes, ["lead", "lead_en", "easy"])


def _hiragana(kana: str) -> str:
    """スミダク → すみだく: how learners of Japanese read first."""
    return "".join(
        chr(ord(sign) - 0x60) if 0x30A1 <= ord(sign) <= 0x30F6 else sign for sign in kana
    )
