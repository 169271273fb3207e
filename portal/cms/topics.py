"""Kinds of notices of the pages' editing."""

from django.utils.translation import gettext_lazy as _

from portal.notices.topics import Reader, register

PAGES = register("cms.pages", _("ページの承認のお願いと結果"), reader=Reader.OFFICE)
