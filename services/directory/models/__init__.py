"""Companies and people of the trade, their papers, and what is written to them."""

from .messages import ImportRun, Inquiry, Reminder
from .papers import Check, Paper
from .vendor import BusySpan, Credit, Vendor, VendorContact, VendorQuerySet, WorkPicture

__all__ = [
    "BusySpan",
    "Check",
    "Credit",
    "ImportRun",
    "Inquiry",
    "Paper",
    "Reminder",
    "Vendor",
    "VendorContact",
    "VendorQuerySet",
    "WorkPicture",
]
