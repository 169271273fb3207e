"""What is known of a firm, as it travels between forms, workbooks and services."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

# Shown to the audit trail only as "changed": their values must stay erasable.
PERSONAL_FIELDS = frozenset({"representative_name", "phone", "email"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmProfile:
    """The firm's own data without its identity (法人番号 and 法人・個人の別). Capital in yen."""

    name: str
    jsic: str
    employees: int
    postal_code: str
    address: str
    name_kana: str = ""
    representative_name: str = ""
    production_type: str = ""
    capital_yen: int | None = None
    established_on: dt.date | None = None
    phone: str = ""
    email: str = ""
    website: str = ""

    @classmethod
    def of(cls, source: object) -> Self:
        """The profile of anything that has these attributes (a Firm)."""
        return cls(**{field.name: getattr(source, field.name) for field in fields(cls)})

    @classmethod
    def pick(cls, values: Mapping[str, Any]) -> Self:
        """The profile among other values (a form's cleaned data)."""
        return cls(
            **{field.name: values[field.name] for field in fields(cls) if field.name in values}
        )

    def as_dict(self) -> dict[str, Any]:
        """Field → value."""
        return asdict(self)


PROFILE_FIELDS = tuple(field.name for field in fields(FirmProfile))


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Field → [before, after] of what differs, fit for JSON (dates as ISO text)."""
    return {
        name: [plain(before.get(name)), plain(value)]
        for name, value in after.items()
        if plain(before.get(name)) != plain(value)
    }


def plain(value: Any) -> Any:
    """The value as JSON holds it."""
    return value.isoformat() if isinstance(value, dt.date) else value


def without_personal(changes: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """Changes for the audit trail: that a personal value changed, never the value."""
    return {name: ["*", "*"] if name in PERSONAL_FIELDS else pair for name, pair in changes.items()}
