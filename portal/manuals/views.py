"""The help of a screen, the manual of a role, and the list of both. No query of their own."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.accounts.access import refuse
from portal.manuals import reading
from portal.manuals.policies import may_read
from portal.ui.markup import localized
from portal.ui.parts import Crumb


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The manuals and the help that the reader may open."""
    books = [
        (book, localized(book.name, book.title))
        for book in reading.manuals().values()
        if may_read(request.actor, book)
    ]
    rooms = [
        (
            localized(room.name, room.title),
            [
                (entry, localized(entry.name, entry.title))
                for entry in room.entries
                if may_read(request.actor, entry)
            ],
        )
        for room in reading.rooms()
    ]
    return render(request, "manuals/index.html", {"books": books, "rooms": rooms})


@login_not_required
@require_safe
def screen_help(request: HttpRequest, screen: str) -> HttpResponse:
    """What the screen is for, what to do on it, what happens next."""
    entry = reading.entries().get(screen)
    if entry is None:
        raise Http404
    if not may_read(request.actor, entry):
        return refuse(request)
    books = [
        (book, localized(book.name, book.title), chapters)
        for book in reading.manuals().values()
        if may_read(request.actor, book)
        and (
            chapters := [
                chapter
                for chapter in book.chapters
                if any(step.screen in entry.screens for step in chapter.steps)
            ]
        )
    ]
    title = localized(entry.name, entry.title)
    context = {"entry": entry, "title": title, "books": books, "breadcrumb": _crumbs(title)}
    return render(request, "manuals/help.html", context)


@login_not_required
@require_safe
def manual(request: HttpRequest, role: str) -> HttpResponse:
    """The manual of a role, chapter by chapter."""
    book = reading.manuals().get(role)
    if book is None:
        raise Http404
    if not may_read(request.actor, book):
        return refuse(request)
    title = localized(book.name, book.title)
    context = {"book": book, "title": title, "breadcrumb": _crumbs(title)}
    return render(request, "manuals/manual.html", context)


def _crumbs(title: str) -> list[Crumb]:
    return [Crumb(_("使い方"), reverse("manuals:index")), Crumb(title)]
