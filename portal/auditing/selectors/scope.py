"""What part of all cases is asked about: ward, fiscal year, stage, one case."""

from dataclasses import dataclass

from django.db.models import Q


@dataclass(frozen=True, slots=True)
class Scope:
    """All of them where nothing is given. `year` is the call's fiscal year."""

    ward_id: int | None = None
    year: int | None = None
    stage: int | None = None
    application_id: int | None = None

    def on(self, path: str) -> Q:
        """The condition on rows whose application is found along `path` ("" for itself)."""
        wanted = {
            f"{path}ward_id": self.ward_id,
            f"{path}call__fiscal_year": self.year,
            f"{path}stage": self.stage,
            f"{path}pk": self.application_id,
        }
        return Q(**{name: value for name, value in wanted.items() if value is not None})
