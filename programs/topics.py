"""Kinds of notices of the register of firms."""

from django.utils.translation import gettext_lazy as _

from portal.notices.topics import register

MERGER = register("programs.merger", _("企業の合併・承継の記録"), urgent=True)
