"""Numbers of the past, counted here and left where the services go on counting."""

import datetime as dt
from collections import Counter

from portal.kernel import clock, numbering
from portal.kernel.models import Counter as NumberCounter
from programs.models import Ward
from subsidies.models import Call


class Series:
    """受付番号 per ward, scheme and fiscal year; 文書番号 per ward and fiscal year."""

    def __init__(self, wards: dict[int, Ward]) -> None:
        self.wards = wards
        self.receipts: Counter[tuple[int, str, int]] = Counter()
        self.letters: Counter[tuple[int, int]] = Counter()

    def receipt_no(self, call: Call) -> str:
        """The next one of the call's scheme; ask in the order of submission."""
        place = (call.ward_id, call.version.scheme.code, call.fiscal_year)
        self.receipts[place] += 1
        return numbering.receipt_no(
            ward_id=place[0], scheme=place[1], fiscal_year=place[2], number=self.receipts[place]
        )

    def document_no(self, ward: int, day: dt.date) -> str:
        """The next one of the ward; ask in the order of the decisions."""
        place = (ward, clock.fiscal_year(day))
        self.letters[place] += 1
        return numbering.document_no(
            pattern=f"{{year}}{self.wards[ward].document_mark}第{{number}}号",
            fiscal_year=place[1],
            number=self.letters[place],
        )

    def leave(self) -> None:
        """Write the counters; the services go on from here."""
        rows = [("receipt", *place, last) for place, last in self.receipts.items()]
        rows += [("letter", ward, "", year, last) for (ward, year), last in self.letters.items()]
        NumberCounter.objects.bulk_create(
            NumberCounter(series=series, ward_id=ward, scheme=scheme, fiscal_year=year, last=last)
            for series, ward, scheme, year, last in rows
        )
