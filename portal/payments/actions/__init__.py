from .compensating import (
    approve_compensation as approve_compensation,
    record_compensation_paid as record_compensation_paid,
    refuse_compensation as refuse_compensation,
)
from .events import process_event as process_event, receive_event as receive_event, sweep as sweep
from .importing import (
    confirm_import as confirm_import,
    import_statement as import_statement,
    match_row as match_row,
    match_rows as match_rows,
    read_statement as read_statement,
    save_format as save_format,
    set_aside as set_aside,
    take_row as take_row,
    undo_match as undo_match,
)
from .invoicing import (
    issue_invoice as issue_invoice,
    refuse_invoice as refuse_invoice,
    request_invoice as request_invoice,
    send_invoice as send_invoice,
)
from .paying import (
    close_checkout as close_checkout,
    open_checkout as open_checkout,
    record_bank_transfer as record_bank_transfer,
    settle_payment as settle_payment,
    start_payment as start_payment,
    undo_bank_transfer as undo_bank_transfer,
    upload_slip as upload_slip,
)
from .refunding import (
    approve_refund as approve_refund,
    record_refund_sent as record_refund_sent,
    refuse_refund as refuse_refund,
    request_refund as request_refund,
    send_refund as send_refund,
)
from .schedules import (
    KEPT_IN_ORDER as KEPT_IN_ORDER,
    make_due as make_due,
    remind as remind,
    reopen_due as reopen_due,
    settle_cancellation as settle_cancellation,
    void_due as void_due,
    waive as waive,
)
