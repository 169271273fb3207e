"""Japanese on pages in another language, marked so that it is pronounced as such (WCAG 3.1.2).

Names of firms, titles, answers and what a ward has written stay Japanese on an English page. They
come from so many places that `templates/base.html` marks them once, over the finished page,
instead of every template remembering to.
"""

import re

from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

# Kana and kanji, with the half-width forms; 々, 〆, 〇 and ー are part of words.
_SIGN = "[ぁ-ゖァ-ヺーヽヾゝゞ々〆〇〒㐀-鿿豈-﫿ｦ-ﾟ]"
# What belongs to the words around it: 「CAM連携」, 「〒131-0045 東京都」, 「八広1-2」, 「（見積書）」.
_BEFORE = "[0-9A-Z０-９Ａ-Ｚａ-ｚ（「『]"
_BETWEEN = r"[\s0-9A-Z０-９Ａ-Ｚａ-ｚ、。・（）「」『』：；！？〜～＋－％／　/.,+×()%-]"
_AFTER = "[0-9A-Z０-９Ａ-Ｚａ-ｚ）」』。、！？-]"
# Possessive, and begun only where a word begins: no text makes this slow.
_RUN = re.compile(f"(?<!{_BEFORE}){_BEFORE}*+{_SIGN}(?:{_BETWEEN}*+{_SIGN})*+{_AFTER}*")
_JAPANESE = re.compile(_SIGN)
_TAG = re.compile(r"(<[^>]*>)")
_NAME = re.compile(r"</?([a-z0-9]+)")
# Words that records hold in the place of something else, and how they are told in other languages.
_TOLD: dict[str, str | Promise] = {}
_NOT_READ = frozenset({"script", "style"})
# These hold text and no further element: they are marked themselves.
_TEXT_ONLY = frozenset({"option", "textarea", "text"})
_SPOKEN_ATTRIBUTES = frozenset({"input", "img", "optgroup"})
_MARK = ' lang="ja"'


def tell_as(mark: str, text: str | Promise) -> None:
    """Have a mark that is stored in Japanese (e.g. for an erased name) told in the page's language."""
    _TOLD[mark] = text


def marked(html: str) -> SafeString:
    """The HTML with every run of Japanese inside an element of `lang="ja"`."""
    for mark, text in _TOLD.items():
        html = html.replace(mark, escape(str(text)))
    out: list[str] = []
    tag = name = unread = ""
    for part in _TAG.split(html):
        if part.startswith("<"):
            tag, name = part, _name_of(part)
            if unread:
                unread = "" if tag == f"</{unread}>" else unread
            elif name in _NOT_READ:
                unread = name
            elif name in _SPOKEN_ATTRIBUTES and _JAPANESE.search(tag):
                part = _with_mark(tag)
        elif not unread and _JAPANESE.search(part) and _MARK not in tag:
            if name in _TEXT_ONLY and not tag.startswith("</"):
                out[-1] = _with_mark(tag)
            else:
                part = _RUN.sub(rf"<span{_MARK}>\g<0></span>", part)
        out.append(part)
    return mark_safe("".join(out))  # noqa: S308 (nothing is added but the mark)


def _name_of(tag: str) -> str:
    found = _NAME.match(tag)
    return found[1] if found else ""


def _with_mark(tag: str) -> str:
    """The opening tag with the mark, once."""
    if _MARK in tag:
        return tag
    end = -2 if tag.endswith("/>") else -1
    return f"{tag[:end]}{_MARK}{tag[end:]}"
