"""The time line of a firm's card; drawn here because a page shows thirty events (portal/ui/markup.py)."""

from collections.abc import Iterable, Mapping

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.ui.markup import era_date
from programs.history import Event, Speaker

register = template.Library()
# A note is a reminder; whoever wants all of it opens the event.
MOST_CHARACTERS = 160


@register.simple_tag
def card_events(events: Iterable[Event], wards: Mapping[int, str], with_ward: bool) -> SafeString:
    """The items of the list: day, kind, ward (for those who read several), what happened, a note."""
    named, say = wards if with_ward else {}, Speaker()
    return format_html_join("", "{}", ((_item(event, named, say),) for event in events))


def _item(event: Event, wards: Mapping[int, str], say: Speaker) -> SafeString:
    """One pass of escaping for the whole item: its parts are put together before."""
    parts: list[tuple[str, tuple[object, ...]]] = [
        ('<li data-tone="{}">', (event.tone,)) if event.tone else ("<li>", ()),
        (
            '<p class="ui-timeline__when"><time datetime="{}">{}</time><span>{}</span>',
            (event.day.isoformat(), era_date(event.day), say(event.lane.label)),
        ),
    ]
    if event.ward_id in wards:
        parts.append(("<span>{}</span>", (wards[event.ward_id],)))
    words = event.words(say)
    if event.place:
        linked = '</p><p class="ui-timeline__text"><a href="{}">{}</a></p>'
        parts.append((linked, (event.place.url, words)))
    else:
        parts.append(('</p><p class="ui-timeline__text">{}</p>', (words,)))
    if notes := event.notes(say):
        if len(notes) > MOST_CHARACTERS:
            notes = f"{notes[: MOST_CHARACTERS - 1]}…"
        parts.append(('<p class="fc-note">{}</p>', (notes,)))
    pattern = "".join(text for text, _values in parts) + "</li>"
    return format_html(pattern, *(value for _text, values in parts for value in values))
