"""Types, grades and ownership of institutions (implementing rules of the 1994 regulation, article 3; 5.6)."""

from typing import Final, Literal

InstitutionType = Literal[
    "general_hospital",
    "tcm_hospital",
    "integrated_hospital",
    "ethnic_hospital",
    "specialised_hospital",
    "rehabilitation_hospital",
    "maternal_child_hospital",
    "community_health_centre",
    "community_health_station",
    "township_health_centre",
    "sanatorium",
    "outpatient_department",
    "clinic",
    "village_clinic",
    "first_aid",
    "clinical_laboratory",
    "specialised_prevention",
    "nursing_home",
    "cdc",
    "blood_station",
    "other",
]
Grade = Literal["3A", "3B", "3C", "3", "2A", "2B", "2C", "2", "1A", "1B", "1C", "1", "ungraded"]
Ownership = Literal["public", "non_profit_private", "company", "individual", "collective", "military", "other"]

WITHOUT_LICENCE: Final[frozenset[InstitutionType]] = frozenset({"cdc", "blood_station", "specialised_prevention"})
"""Public health bodies may work without a practice licence; the credit code then is their number."""
