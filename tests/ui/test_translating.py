"""`{% translate %}` of a constant text: Django's results, remembered per language."""

import pytest
from django.template import Context, engines
from django.utils import translation

from portal.ui.translating import ConstantTranslateNode

TEXTS = (
    '{% translate "サインイン" %}',
    "{% trans 'サインイン' %}",
    '{% translate "サインイン" as text %}[{{ text }}|{{ text|upper }}]',
    '{% translate "<b>100%</b> & 以上" %}',
    '{% translate "サインイン" noop %}',
    '{% translate "千代田" context "ward" %}',
    "{% translate word %}",
    '{% translate word|default:"サインイン" %}',
)


def rendered(source: str, engine, **context) -> str:
    template = engine.from_string("{% load i18n %}" + source)
    both = []
    for language in ("ja", "en", "ja"):
        with translation.override(language):
            both.append(template.render(Context(context)))
    assert both[0] == both[2]
    return " / ".join(both)


@pytest.mark.parametrize("source", TEXTS)
def test_the_text_is_the_one_django_would_give(source):
    from django.template import Engine

    ours = engines["django"].engine
    plain = Engine(libraries={"i18n": "django.templatetags.i18n"})
    assert rendered(source, ours, word="<設定>") == rendered(source, plain, word="<設定>")


def test_a_constant_text_is_remembered_and_a_variable_one_is_not():
    ours = engines["django"].engine
    template = ours.from_string('{% load i18n %}{% translate "設定" %}{% translate word %}')
    nodes = template.nodelist
    assert isinstance(nodes[1], ConstantTranslateNode)
    assert not isinstance(nodes[2], ConstantTranslateNode)
    with translation.override("ja"):
        assert template.render(Context({"word": "サインイン"})) == "設定サインイン"
    with translation.override("en"):
        assert template.render(Context({"word": "サインイン"})) == "SettingsSign in"
    assert set(nodes[1].texts) == {"ja", "en"}
