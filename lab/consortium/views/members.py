"""会員: the list, a new one, one member with its people."""

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from lab.consortium import policies, services
from lab.consortium.forms import members as forms
from lab.consortium.models import Contact
from lab.consortium.selectors import members as find
from lab.consortium.views import common
from lab.consortium.views.common import Deed
from portal.kernel import clock
from portal.ui.acts import form_page, found_or_404
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb

CONTACT_WORDS = (gettext_lazy("担当者を加える"), gettext_lazy("担当者を加えました。"))


@common.everybody_inside
@require_safe
def members(request: HttpRequest) -> HttpResponse:
    """Who belongs to the consortium, by kind."""
    context = {
        "rows": find.listed(request.actor),
        "is_staff": policies.is_staff(request.actor),
    }
    return TemplateResponse(request, "consortium/members.html", context)


@common.staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def member_new(request: HttpRequest) -> HttpResponse:
    """会員を登録する."""
    form = forms.MemberForm(request.POST or None, initial={"joined_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        done = _("会員を登録しました。次は、担当者を加えます。")
        row = common.tried(request, form, services.member_add, done, given=form.given())
        if row is not None:
            return redirect("consortium:member", row.public_id)
    heading = _("会員を登録する")
    context = {"form": form, "heading": heading, "breadcrumb": [_first(), Crumb(heading)]}
    return form_page(request, "consortium/member_new.html", context)


@common.inside
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest, public_id: object) -> HttpResponse:
    """One member: its people, who signs in."""
    row = found_or_404(policies.get_member, request.actor, public_id=public_id)
    is_staff = policies.is_staff(request.actor)
    deeds: list[Any] = []
    if is_staff and row.left_on is None:
        people = partial(forms.ContactForm, people=find.free_people())
        label, done = CONTACT_WORDS
        leave = Deed(
            "leave",
            services.member_leave,
            gettext_lazy("退会を記録する"),
            gettext_lazy("退会を記録しました。"),
            forms.LeaveForm,
            danger=True,
        )
        add = Deed("contact", services.contact_add, label, done, people)
        deeds = common.offered(request, [add, leave])
    if request.method == "POST":
        if not is_staff:
            raise Http404
        if _ended(request, row.pk) or common.did(request, deeds, member_id=row.pk):
            return redirect("consortium:member", public_id)
    contacts = list(find.contacts_of(row))
    if any(one.user_id != request.actor.user_id for one in contacts):
        common.looked(request, row, "member")
    context = {
        "row": row,
        "contacts": contacts,
        "deeds": deeds,
        "form": common.bound(deeds),
        "is_staff": is_staff,
        "breadcrumb": [_first(), Crumb(row.name)],
    }
    return common.page(request, "consortium/member.html", context)


def _ended(request: HttpRequest, member_id: int) -> bool:
    contact_id = posted_number(request.POST.get("end", ""))
    if contact_id is None:
        return False
    try:
        done = _("担当を終えました。この人は、これから何も見られません。")
        given = {"member_id": member_id, "contact_id": contact_id}
        common.tried(request, None, services.contact_end, done, **given)
    except Contact.DoesNotExist as missing:
        raise Http404 from missing
    return True


def _first() -> Crumb:
    return Crumb(_("会員"), reverse("consortium:members"))
