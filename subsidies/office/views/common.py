"""What the office's pages share."""

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.access import hat_required
from portal.kernel.actor import Hat
from portal.ui.acts import found_or_404
from portal.ui.parts import Crumb
from subsidies.models import Call, Scheme
from subsidies.office import policies
from subsidies.office.models import Revision

readers = hat_required(Hat.WARD, Hat.AUDITOR)
ward_only = hat_required(Hat.WARD)


def own_scheme(request: HttpRequest, scheme_id: int) -> Scheme:
    """A visible scheme; 404 otherwise."""
    rows = policies.visible_schemes(request.actor).select_related("ward")
    return _found(rows.filter(pk=scheme_id).first())


def own_call(request: HttpRequest, call_id: int) -> Call:
    """A visible call; 404 otherwise."""
    rows = policies.visible_calls(request.actor).select_related("version__scheme", "ward")
    return _found(rows.filter(pk=call_id).first())


def own_revision(request: HttpRequest, revision_id: int) -> Revision:
    """A visible revision; 404 otherwise."""
    return found_or_404(policies.get_revision, request.actor, pk=revision_id)


def crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb(_("制度と公募"), reverse("office:schemes")), *more]


def scheme_crumb(scheme: Scheme) -> Crumb:
    return Crumb(scheme.display_name, reverse("office:scheme", args=[scheme.pk]))


def revision_crumb(revision: Revision) -> Crumb:
    return Crumb(_("改正案"), reverse("office:revision", args=[revision.pk]))


def _found[Row](row: Row | None) -> Row:
    if row is None:
        raise Http404
    return row
