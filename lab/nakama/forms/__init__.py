"""Forms of the room."""

from lab.nakama.forms.lexicon import (
    AliasForm,
    AliasReasonForm,
    ChangeForm,
    MeaningForm,
    WordsFilterForm,
)
from lab.nakama.forms.profile import (
    BandForm,
    CertificateForm,
    LimitsForm,
    MachineForm,
    WeeksForm,
    WordsForm,
)
from lab.nakama.forms.searching import PickForm, SearchForm

__all__ = [
    "AliasForm",
    "AliasReasonForm",
    "BandForm",
    "CertificateForm",
    "ChangeForm",
    "LimitsForm",
    "MachineForm",
    "MeaningForm",
    "PickForm",
    "SearchForm",
    "WeeksForm",
    "WordsFilterForm",
    "WordsForm",
]
