"""What a page does with the answers of selectors and services: nothing there, refused, not valid."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse

from portal.kernel.transitions import TransitionRefused
from portal.ui.forms import UiForm


def found_or_404[Found](get: Callable[..., Found], *args: Any, **lookup: Any) -> Found:
    """What `get` finds for the person; what does not exist, or is not theirs to see, is a 404."""
    try:
        return get(*args, **lookup)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing


@contextmanager
def trying(request: HttpRequest, form: UiForm | None = None) -> Iterator[None]:
    """What is refused inside is told in the bound form, or else above the page, and the code after
    it goes on: an act that succeeds returns from inside.
    """
    try:
        yield
    except TransitionRefused as refused:
        if form is not None and form.is_bound:
            form.add_error(None, str(refused))
        else:
            messages.error(request, str(refused))


def form_page(request: HttpRequest, template: str, context: dict[str, Any]) -> TemplateResponse:
    """A page with a form, with the status 422 where the form says what is wrong."""
    form = context["form"]
    status = 422 if form is not None and form.errors else 200
    return TemplateResponse(request, template, context, status=status)
