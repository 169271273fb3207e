"""Model fields: encrypted text, and the blind index that finds equal encrypted values."""

from typing import Any

from django.core.exceptions import FieldError
from django.db import models

from portal.kernel import crypto


class EncryptedTextField(models.Field):  # type: ignore[type-arg]
    """Text encrypted at rest, bound to its column; readable and writable as str.

    The database can neither search nor sort it: every lookup but `isnull` raises FieldError. Find
    equal values by a `BlindIndexField`. Reading an altered value raises crypto.Unreadable.
    """

    def get_internal_type(self) -> str:
        """Stored as bytea."""
        return "BinaryField"

    @property
    def purpose(self) -> str:
        """What a value is bound to: another column's ciphertext does not open here."""
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_prep_value(self, value: Any) -> Any:
        """Plain text → ciphertext; None stays NULL."""
        if value is None or hasattr(value, "resolve_expression"):
            return value
        return crypto.encrypt(str(value), purpose=self.purpose)

    def from_db_value(self, value: Any, *_: Any) -> str | None:
        """Ciphertext → plain text."""
        return None if value is None else crypto.decrypt(bytes(value), purpose=self.purpose)

    def get_lookup(self, lookup_name: str) -> Any:
        """Only `isnull` makes sense: the same text is encrypted differently each time."""
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted; {lookup_name} cannot work on it")
        return super().get_lookup(lookup_name)

    def formfield(self, **kwargs: Any) -> Any:
        """A plain text input."""
        from django import forms

        return super().formfield(**{"form_class": forms.CharField, **kwargs})


class BlindIndexField(models.CharField):  # type: ignore[type-arg]
    """Keyed digest of the encrypted field `of`, kept in step by save().

    Find by `filter(account_index__in=Model._meta.get_field("account_index").candidates(text))`.
    `bulk_create` keeps it in step too; `update()` does not.
    """

    def __init__(self, *args: Any, of: str = "", **kwargs: Any) -> None:
        self.of = of
        kwargs["max_length"], kwargs["null"], kwargs["editable"] = 64, True, False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """For migrations."""
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("max_length", "null", "editable"):
            kwargs.pop(fixed, None)
        return name, path, args, kwargs | {"of": self.of}

    def candidates(self, text: str) -> list[str]:
        """The digests under which the text may be stored, one for each key."""
        return crypto.blind_indexes(text, purpose=self._purpose)

    @property
    def _purpose(self) -> str:
        return f"{self.model._meta.label_lower}.{self.of}"

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """The digest of the source's present value."""
        text = getattr(model_instance, self.of)
        value = None if text is None else crypto.blind_index(str(text), purpose=self._purpose)
        setattr(model_instance, self.attname, value)
        return value
