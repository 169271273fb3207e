"""Base classes of all forms: our markup, our messages, an error summary in words.

`{{ form }}` draws every field; `templates/base.html` draws the error summary of the context
variable `form` at the top of the page by itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.forms.utils import pretty_name
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.ui.fields import DateField, ScaleSelect, TextField, WholeNumberField, YenField

__all__ = [
    "DateField",
    "ErrorLink",
    "ScaleSelect",
    "TextField",
    "UiForm",
    "UiFormMixin",
    "UiModelForm",
    "WholeNumberField",
    "YenField",
    "adopt",
    "error_links",
]

_OWN_WIDGETS = {
    "django/forms/widgets/radio.html": "ui/widgets/choices.html",
    "django/forms/widgets/checkbox_select.html": "ui/widgets/choices.html",
    "django/forms/widgets/clearable_file_input.html": "ui/widgets/file.html",
}

_CHOSEN = forms.Select | forms.RadioSelect | forms.CheckboxSelectMultiple | forms.FileInput


class UiRenderer(TemplatesSetting):
    """Our templates for these forms only; Wagtail's and Django's own forms keep theirs."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
    formset_template_name = "ui/formset.html"

    def get_template(self, template_name: str) -> Any:
        return super().get_template(_OWN_WIDGETS.get(template_name, template_name))


RENDERER = UiRenderer()


class UiBoundField(BoundField):
    """A field whose unit (`suffix`) is read out with it."""

    @property
    def aria_describedby(self) -> str | None:
        described = super().aria_describedby
        if not getattr(self.field, "suffix", "") or not self.auto_id:
            return described
        return " ".join(filter(None, [described, f"{self.auto_id}_unit"]))


class UiFormMixin:
    """Gives a form our markup and a message that names the field when something is missing."""

    default_renderer = RENDERER
    bound_field_class = UiBoundField
    use_required_attribute = False  # the server's messages are plainer than the browser's

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if field.label is None:
                field.label = pretty_name(name)
            _dress(field)
            _name_field_in_messages(field)

    def offer(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        """Choices that only the request knows, for the field of that name."""
        field: Any = self.fields[name]
        field.choices = list(choices)


class UiForm(UiFormMixin, forms.Form):
    """A plain form in our markup."""


class UiModelForm(UiFormMixin, forms.ModelForm):
    """A model form in our markup. Its view hands `cleaned_data` to a service; never `save()`."""


def adopt(form: forms.BaseForm) -> forms.BaseForm:
    """Draw somebody else's form (allauth's) in our markup."""
    if not isinstance(form, UiFormMixin):
        form.renderer = RENDERER
        form.use_required_attribute = False
        form.label_suffix = ""
        form._bound_fields_cache.clear()
        for field in form.fields.values():
            _dress(field)
    return form


@dataclass(frozen=True, slots=True)
class ErrorLink:
    """A line of the error summary; `target` is the id to jump to, empty for the whole form."""

    message: str
    target: str = ""


def error_links(form: forms.BaseForm) -> Iterator[ErrorLink]:
    """Every message of `form`, in the order of its fields, with where to mend it."""
    for message in form.non_field_errors():
        yield ErrorLink(message)
    for bound in form:
        for message in bound.errors:
            text = message
            if str(bound.label) not in message:
                values = {"label": bound.label, "message": message}
                text = gettext("%(label)s：%(message)s") % values
            yield ErrorLink(text, "" if bound.is_hidden else first_input_id(bound))


def first_input_id(bound: BoundField) -> str:
    """The id of the field's first input: a radio group's is that of its first choice."""
    several = isinstance(
        bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple | forms.MultiWidget
    )
    return f"{bound.auto_id}_0" if several else bound.id_for_label


def _dress(field: forms.Field) -> None:
    """Class names and attributes of the field's widget (and of a compound widget's parts)."""
    widget = field.widget
    for part in widget.widgets if isinstance(widget, forms.MultiWidget) else [widget]:
        if isinstance(part, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
            continue
        name = "ui-file" if isinstance(part, forms.FileInput) else "ui-input"
        classes = part.attrs.get("class", "").split()
        if name not in classes:
            part.attrs["class"] = " ".join([*classes, name])
    # A pasted text must not be cut off silently: the server names the limit instead.
    widget.attrs.pop("maxlength", None)
    if isinstance(widget, forms.Textarea) and getattr(field, "max_length", None):
        widget.attrs["data-limit"] = field.max_length


def _name_field_in_messages(field: forms.Field) -> None:
    """「会社名」を入力してください instead of a bare 必須です."""
    if field.error_messages.get("required") != forms.Field.default_error_messages["required"]:
        return
    pattern = _("「{label}」を入力してください。")
    if isinstance(field.widget, forms.CheckboxInput):
        pattern = _("「{label}」を確認し、チェックを入れてください。")
    elif isinstance(field.widget, _CHOSEN):
        pattern = _("「{label}」を選んでください。")
    field.error_messages["required"] = format_lazy(pattern, label=field.label)
