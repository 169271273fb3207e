"""Who may open the pages, and how an act is offered and tried."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.functional import Promise

from lab.consortium import services
from portal.accounts.access import hat_required
from portal.accounts.roles import FIRM_ROLES, Role
from portal.kernel import audit
from portal.kernel.actor import Hat
from portal.kernel.files import responses
from portal.kernel.files.services import FileUnavailable, UploadRefused
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import trying
from portal.ui.forms import UiForm

OFFICE = {Role.REVIEWER, Role.APPROVER, Role.WARD_ADMIN}
INSIDE = {Role.LAB_STAFF, Role.PARTNER}
firm_only = hat_required(Hat.FIRM)
staff_only = hat_required(Hat.SUPPORT, roles={Role.LAB_STAFF})
inside = hat_required(Hat.SUPPORT, Hat.AUDITOR, roles={*INSIDE, Role.AUDITOR})
readers = hat_required(
    Hat.FIRM, Hat.SUPPORT, Hat.AUDITOR, roles={*FIRM_ROLES, *INSIDE, Role.AUDITOR}
)
everybody_inside = hat_required(
    Hat.FIRM,
    Hat.SUPPORT,
    Hat.WARD,
    Hat.AUDITOR,
    roles={*FIRM_ROLES, *INSIDE, *OFFICE, Role.AUDITOR},
)
counts_readers = hat_required(
    Hat.WARD,
    Hat.SUPPORT,
    Hat.POLICY,
    Hat.AUDITOR,
    roles={*OFFICE, Role.LAB_STAFF, Role.POLICY, Role.AUDITOR},
)


@dataclass(frozen=True)
class Deed:
    """An act a page offers: the button's name (none of the form's fields has it), what is done, and a
    form where it needs one.
    """

    name: str
    act: Callable[..., Any]
    label: str | Promise
    done: str | Promise
    form: Callable[..., Any] | None = None
    primary: bool = False
    danger: bool = False
    more: dict[str, Any] = field(default_factory=dict)
    # What the button says besides its name.
    value: str = ""


@dataclass(frozen=True)
class Offered:
    """A deed as drawn."""

    deed: Deed
    form: Any


def offered(request: HttpRequest, deeds: Sequence[Deed]) -> list[Offered]:
    """Each with its form; the one whose button was pressed is bound."""
    found = []
    for deed in deeds:
        form = None
        if deed.form is not None:
            pressed = deed.name in request.POST
            form = deed.form(
                request.POST if pressed else None,
                request.FILES if pressed else None,
                auto_id=f"{deed.name}_%s",
            )
        found.append(Offered(deed, form))
    return found


def did(request: HttpRequest, found: Sequence[Offered], **about: Any) -> bool:
    """Whether to show the page anew: the pressed deed was done, or refused without a form to mend."""
    for one in found:
        if one.deed.name in request.POST:
            given = {**about, **one.deed.more}
            if one.form is None:
                tried(request, None, one.deed.act, str(one.deed.done), **given)
                return True
            if not one.form.is_valid():
                return False
            given.update(one.form.kwargs())
            return tried(request, one.form, one.deed.act, str(one.deed.done), **given)
    return True


def bound(found: Sequence[Offered]) -> UiForm | None:
    """The form that says what is wrong, for the page's summary of errors."""
    return next((one.form for one in found if one.form is not None and one.form.is_bound), None)


def page(request: HttpRequest, template: str, context: dict[str, Any]) -> TemplateResponse:
    """With the status 422 where one of its forms says what is wrong."""
    form = context.get("form")
    status = 422 if form is not None and form.is_bound and form.errors else 200
    return TemplateResponse(request, template, context, status=status)


def tried(
    request: HttpRequest, form: Any, act: Callable[..., Any], done: str, **kwargs: Any
) -> Any:
    """What the act returns (True for nothing), or None after a refusal: told, with an audit row."""
    with trying(request, form):
        try:
            found = act(actor=request.actor, **kwargs)
        except UploadRefused as refused:
            form.add_error("uploaded", refused.reason)
            return None
        except TransitionRefused as refused:
            about = {name: value for name, value in kwargs.items() if name.endswith("_id")}
            audit.record(
                actor=request.actor,
                action="consortium.refused",
                reason=str(refused),
                detail={"act": act.__name__, **about},
            )
            raise
        messages.success(request, done)
        return True if found is None else found
    return None


def looked(request: HttpRequest, row: Model, page: str) -> None:
    """A look at the names and telephone numbers of others leaves its row."""
    audit.record(actor=request.actor, action="consortium.looked", obj=row, detail={"page": page})


def paper(request: HttpRequest, stored_id: object) -> HttpResponseBase:
    """A paper as a download; who fetched it is written down."""
    try:
        stored, reader = services.paper_out(request.actor, stored_id)
    except FileUnavailable:
        return no_paper(request)
    return responses.file_response(stored, reader)


def no_paper(request: HttpRequest) -> TemplateResponse:
    """It is being checked, or was erased."""
    return TemplateResponse(request, "consortium/no_paper.html", {}, status=409)
