"""`{% load i18n %}` with a cheaper `{% translate "…" %}`, put into Django's own library at the start.

Django evaluates a constant text anew at every rendering, as an expression, in the catalogue and
through the escaping: about 40 µs each, a third of a page with a hundred of them. Here its result is
kept in the compiled template, once per language. Everything else is Django's own. A second library
of the same name (settings.TEMPLATES, `libraries`) would do it as well, but then which of the two a
template loads is what `templates.W003` warns of.
"""

from django.template.base import Node, Parser, Token
from django.template.context import Context
from django.templatetags import i18n
from django.utils.translation import get_language


class ConstantTranslateNode(Node):
    """A `translate` tag that depends on nothing but the language."""

    child_nodelists = ()

    def __init__(self, original: i18n.TranslateNode) -> None:
        self.original = original
        self.asvar = original.asvar
        self.texts: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        text = self.texts.get(language)
        if text is None:
            text = self.original.render(context)
            if self.asvar:
                text = context[self.asvar]
            self.texts[language] = text
        if self.asvar:
            context[self.asvar] = text
            return ""
        return text


def install() -> None:
    """Make every `translate` tag compiled from now on ours."""
    for name in ("translate", "trans"):
        i18n.register.tag(name, translate)


def translate(parser: Parser, token: Token) -> Node:
    """As Django's; constant texts are remembered."""
    node = i18n.do_translate(parser, token)
    return ConstantTranslateNode(node) if _is_constant(node) else node


def _is_constant(node: i18n.TranslateNode) -> bool:
    expression, place = node.filter_expression, node.message_context
    is_text = getattr(expression.var, "literal", None) is not None and not expression.filters
    return is_text and (place is None or (not place.is_var and not place.filters))
