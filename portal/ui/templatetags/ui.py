"""Tags and filters of the screens (`{% load ui %}`); docs/ui.md is their gallery."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.forms import BaseForm
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal.kernel import clock
from portal.ui import japanese, markup
from portal.ui.forms import RENDERER, adopt, error_links
from portal.ui.pages import page_links
from portal.ui.parts import Crumb, Entry, Row, Step, Tab, Task

register = template.Library()

BANNER_TONES = ("info", "success", "warn", "error")


# Words ---------------------------------------------------------------------------------------


@register.filter
def today(value: Any = None) -> dt.date:
    """Today in Tokyo, for templates that have no `today` of their own."""
    return clock.today()


@register.filter
def due(day: dt.date | dt.datetime | None, today: dt.date | None = None) -> SafeString:
    """`{{ application.due_on|due:today }}` → 「11月25日（あと4日）」."""
    return markup.due_html(markup.to_day(day), today=today or clock.today())


@register.filter
def wareki(day: dt.date | dt.datetime | None) -> str:
    """令和8年11月21日; in English pages the Western date."""
    return markup.era_date(markup.to_day(day)) if day else ""


@register.filter
def wareki_month(day: dt.date) -> str:
    """令和8年11月; in English pages the Western month."""
    return markup.era_month(day)


@register.filter
def moment(value: dt.datetime | None) -> str:
    """令和8年11月21日 17:00; in English pages the Western date."""
    return markup.moment_text(value) if value else ""


@register.filter
def wareki_year(year: int) -> str:
    """Fiscal year: 2026 → 令和8年度; in English pages FY2026."""
    return markup.fiscal_year_text(year)


@register.filter
def yen(amount: int | None) -> str:
    """1234000 → 「1,234,000円」."""
    return "" if amount is None else markup.yen_text(amount)


@register.filter
def number(count: int) -> str:
    """12345 → 「12,345」."""
    return f"{count:,}"


@register.filter
def size(number: int) -> str:
    """Bytes → 「1.8MB」."""
    return markup.size_text(number)


# Small pieces --------------------------------------------------------------------------------


@register.simple_tag
def ui_tag(label: str, tone: str = "") -> SafeString:
    """`{% ui_tag "審査中" "blue" %}`: tones "", blue, green, orange, red."""
    return markup.tag_html(label, tone)


@register.simple_tag
def ui_state(state: Any) -> SafeString:
    """A transition table's State (label and tone) as a tag."""
    return markup.tag_html(state.label, state.tone)


@register.simple_tag
def ui_static(path: str) -> str:
    """`static` for error pages: a missing manifest must not hide the error itself."""
    try:
        return static(path)
    except ValueError:
        return f"{settings.STATIC_URL}{path}"


@register.simple_block_tag
def ui_banner(content: str, tone: str = "info", heading: str = "") -> SafeString:
    """`{% ui_banner "warn" "見出し" %}…{% endui_banner %}`: info, success, warn, error."""
    if tone not in BANNER_TONES:
        raise template.TemplateSyntaxError(f"unknown tone {tone!r}")
    head = format_html("<h2>{}</h2>", heading) if heading else ""
    return format_html('<div class="ui-banner" data-tone="{}">{}{}</div>', tone, head, content)


@register.simple_block_tag
def ui_japanese(content: str) -> SafeString:
    """Marks what is Japanese on a page in another language; base.html draws every page in it."""
    return SafeString(content) if markup.in_japanese() else japanese.marked(content)


@register.simple_block_tag
def ui_term(content: str, word: str) -> SafeString:
    """A word explained in place: `{% ui_term "交付決定" %}補助金を出すと区が決めること{% endui_term %}`."""
    return format_html(
        '<details class="ui-term"><summary>{}</summary><div>{}</div></details>', word, content
    )


@register.simple_tag
def ui_easy(text: str) -> SafeString:
    """What the page is for, in plain Japanese (やさしい日本語), folded; nothing in another language."""
    if not markup.in_japanese():
        return SafeString("")
    return format_html(
        '<details class="ui-term cms-easy"><summary>{}</summary><div><p>{}</p></div></details>',
        _("やさしい日本語"),
        text,
    )


# Components with a template ------------------------------------------------------------------


@register.inclusion_tag("components/breadcrumb.html")
def ui_breadcrumb(crumbs: Sequence[Crumb]) -> dict[str, Any]:
    return {"crumbs": crumbs}


@register.inclusion_tag("components/tabs.html")
def ui_tabs(tabs: Sequence[Tab], label: str) -> dict[str, Any]:
    return {"tabs": tabs, "label": label}


@register.inclusion_tag("components/summary.html")
def ui_summary(rows: Sequence[Row], wide: bool = False) -> dict[str, Any]:
    """Labels and values; `wide` gives long labels (questions) the larger part."""
    return {"rows": rows, "wide": wide}


@register.inclusion_tag("components/task_list.html")
def ui_task_list(tasks: Sequence[Task]) -> dict[str, Any]:
    return {"tasks": tasks, "done": sum(task.state == "done" for task in tasks)}


@register.inclusion_tag("components/steps.html")
def ui_steps(steps: Sequence[Step], label: str = "") -> dict[str, Any]:
    return {"steps": steps, "label": label or _("手続きの流れ")}


@register.inclusion_tag("components/timeline.html")
def ui_timeline(entries: Sequence[Entry]) -> dict[str, Any]:
    return {"entries": entries}


@register.inclusion_tag("components/progress.html")
def ui_progress(label: str, value: int, maximum: int, text: str = "") -> dict[str, Any]:
    """How much of `maximum` is done or used; `text` says it in words."""
    return {"label": label, "value": value, "maximum": maximum, "text": text}


@register.inclusion_tag("components/next_step.html")
def ui_next_step(
    what: str,
    text: str = "",
    until: dt.date | None = None,
    url: str = "",
    button: str = "",
    today: dt.date | None = None,
    tone: str = "info",
    label: str = "",
    post: bool = False,
) -> dict[str, Any]:
    """What to do next, until when, in plain words, with the page's one primary action.

    `label` says what the date is where it is not the reader's own deadline (期限). With `post` the
    button does something by itself: it is a form to `url`.
    """
    return {
        "what": what,
        "text": text,
        "until": markup.due_html(markup.to_day(until), today=today or clock.today())
        if until
        else "",
        "url": url,
        "button": button,
        "tone": tone,
        "label": label or _("期限"),
        "post": post,
    }


@register.inclusion_tag("components/file_chip.html")
def ui_file(
    name: str,
    size: int | None = None,
    url: str = "",
    sha256: str = "",
    note: str = "",
    photo: Any = None,
) -> dict[str, Any]:
    """A stored file: name, size, and the SHA-256 with which anybody can prove it is the same.

    `photo` is the row of the file where its small image is to be shown, if it has one: by
    convention at the file's own address with `preview/`.
    """
    shown = url and getattr(photo, "has_preview", False)
    return {
        "name": name,
        "size": size,
        "url": url,
        "sha256": sha256,
        "note": note,
        "preview": f"{url}preview/" if shown else "",
    }


@register.inclusion_tag("components/empty.html")
def ui_empty(title: str, text: str = "", url: str = "", button: str = "") -> dict[str, Any]:
    return {"title": title, "text": text, "url": url, "button": button}


@register.inclusion_tag("components/pager.html", takes_context=True)
def ui_pager(
    context: Context, page: Any, parameter: str = "page", label: str = ""
) -> dict[str, Any]:
    """Page links that keep the rest of the address (filters, order).

    `label` tells several lists of one page apart.
    """
    links = page_links(context["request"].GET, page, parameter)
    return {"page": page, "links": links, "label": label}


@register.inclusion_tag("components/filter.html", takes_context=True)
def ui_filter(
    context: Context, filterset: Any, label: str = "", button: str = ""
) -> dict[str, Any]:
    """A UiFilterSet as a GET form; its conditions live in the address."""
    kept = urlencode(filterset.carried)
    return {
        "filter": filterset,
        "label": label or _("一覧を絞り込む"),
        "button": button or _("絞り込む"),
        "clear_url": f"{context['request'].path}{'?' if kept else ''}{kept}",
    }


@register.inclusion_tag("components/keyboard_help.html", takes_context=True)
def ui_keyboard_help(context: Context) -> dict[str, Any]:
    return {
        "request": context.get("request"),
        "chrome": context.get("chrome"),
        "csrf_token": context.get("csrf_token"),
    }


# Forms ---------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def ui_error_summary(context: Context, *forms: BaseForm) -> str:
    """The list of what to mend, once per page; base.html draws it for `form` by itself."""
    drawn = context.render_context.setdefault("ui_error_summary", set())
    new = [form for form in forms if form is not None and id(form) not in drawn]
    drawn.update(id(form) for form in new)
    links = [link for form in new if form.is_bound for link in error_links(form)]
    return render_to_string("components/error_summary.html", {"links": links}) if links else ""


@register.simple_tag
def ui_autosave(url: str) -> SafeString:
    """Attributes of a form whose draft is saved by itself: `<form method="post" {% ui_autosave url %}>`.

    Put `{% ui_autosave_status %}` inside the form; the view answers 2xx when the draft is stored.
    """
    return format_html(
        'data-autosave data-autosave-url="{}" data-saved="{}" data-expired="{}" data-failed="{}"'
        ' data-restored="{}"',
        url,
        _("{time} に下書きを保存しました"),
        _(
            "サインインの有効時間が過ぎたため保存できませんでした。入力内容はこの画面に残っています。"
            "「保存」を押してサインインし直すと、続きから入力できます。"
        ),
        _("保存できませんでした。通信状況を確認してください。入力内容はこの画面に残っています。"),
        _("サインインの前に入力していた内容を元に戻しました。"),
    )


@register.simple_tag
def ui_autosave_status() -> SafeString:
    return mark_safe('<p class="ui-saved" role="status" data-autosave-status></p>')


@register.simple_block_tag
def ui_bulk(content: str) -> SafeString:
    """The bar of operations on selected rows: `{% ui_bulk %}<button …>…{% endui_bulk %}`."""
    return format_html(
        '<div class="ui-bulk" role="group" aria-label="{}"><p class="ui-bulk__count" role="status"'
        ' data-count data-some="{}" data-none="{}">{}</p><div class="ui-buttons">{}</div></div>',
        _("選択したものへの操作"),
        _("{n}件を選択中"),
        _("行を選ぶと一括操作できます"),
        _("行を選ぶと一括操作できます"),
        content,
    )


@register.simple_tag
def ui_form(form: BaseForm) -> SafeString:
    """Any form in our markup, also one that is not a UiForm (allauth's)."""
    return adopt(form).render()


@register.simple_tag
def ui_field(bound: Any) -> SafeString:
    """One field in our markup; `{% ui_field form.name %}`."""
    adopt(bound.form)
    return SafeString(RENDERER.render("ui/field.html", {"field": bound}))
