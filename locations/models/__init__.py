from .place import (
    EFFECTS,
    Allowance,
    KnownTerm,
    KnownTerms,
    Location,
    LocationBlackout,
    LocationCredit,
    LocationPhoto,
    LocationQuerySet,
    LocationRestriction,
    allowance_field,
    terms_field,
)
from .saved import SavedFind, SavedSearch

__all__ = [
    "EFFECTS",
    "Allowance",
    "KnownTerm",
    "KnownTerms",
    "Location",
    "LocationBlackout",
    "LocationCredit",
    "LocationPhoto",
    "LocationQuerySet",
    "LocationRestriction",
    "SavedFind",
    "SavedSearch",
    "allowance_field",
    "terms_field",
]
