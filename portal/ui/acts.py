"""What a page does with the answers of selectors and services: nothing there, refused, not valid."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse

from portal.kernel import audit
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


def denied(
    request: HttpRequest,
    refused: TransitionRefused,
    *,
    action: str,
    obj: models.Model | None,
    act: str,
) -> None:
    """The audit row of a refusal. An official writes to the own ward's chain, whosever row it is."""
    audit.record(
        actor=request.actor,
        action=action,
        obj=obj,
        ward_id=request.actor.ward_id,
        reason=str(refused),
        detail={"act": act},
    )


def form_page(request: HttpRequest, template: str, context: dict[str, Any]) -> TemplateResponse:
    """A page with a form, with the status 422 where the form says what is wrong."""
    form = context["form"]
    status = 422 if form is not None and form.errors else 200
    return TemplateResponse(request, template, context, status=status)
