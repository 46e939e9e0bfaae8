"""Every write about vendors."""

from .contact import ask_sender, confirm_inquiry, drop_unconfirmed, forward_inquiry, send_inquiry, view_contact
from .entries import change_vendor, register_vendor, set_busy, set_contact, set_credits, submit_vendor
from .importing import apply_import, import_piece, read_sheet, start_import
from .papers import (
    add_paper,
    add_work_picture,
    drop_avatar,
    fetch_paper,
    remove_paper,
    remove_work_picture,
    set_avatar,
    show_picture,
)
from .upkeep import answer_still_true, ask_still_true, keep_up, lower_marks, lower_unanswered
from .verification import (
    edit_as_staff,
    record_check,
    resume_vendor,
    return_vendor,
    suspend_vendor,
    take_vendor,
    verify_vendor,
)

__all__ = [
    "add_paper",
    "add_work_picture",
    "answer_still_true",
    "apply_import",
    "ask_sender",
    "ask_still_true",
    "change_vendor",
    "confirm_inquiry",
    "drop_avatar",
    "drop_unconfirmed",
    "edit_as_staff",
    "fetch_paper",
    "forward_inquiry",
    "import_piece",
    "keep_up",
    "lower_marks",
    "lower_unanswered",
    "read_sheet",
    "record_check",
    "register_vendor",
    "remove_paper",
    "remove_work_picture",
    "resume_vendor",
    "return_vendor",
    "send_inquiry",
    "set_avatar",
    "set_busy",
    "set_contact",
    "set_credits",
    "show_picture",
    "start_import",
    "submit_vendor",
    "suspend_vendor",
    "take_vendor",
    "verify_vendor",
    "view_contact",
]
