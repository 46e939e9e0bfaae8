"""Every write of film week. Locks: Resource (bookings' claim), then Hall, Person, FilmCopy, then SeatPool, Registration."""

from .door import (
    note_export as note_export,
    receive_check_ins as receive_check_ins,
    settle_repeats as settle_repeats,
)
from .editions import (
    copy_edition as copy_edition,
    delete_record as delete_record,
    keep_edition as keep_edition,
    keep_hall as keep_hall,
    keep_record as keep_record,
)
from .letters import send_letter as send_letter
from .picking import keep_picks as keep_picks, toggle_pick as toggle_pick
from .programme import (
    announce_session as announce_session,
    call_off_session as call_off_session,
    delete_session as delete_session,
    keep_session as keep_session,
    move_session as move_session,
)
from .registering import (
    accept_offer as accept_offer,
    cancel_registration as cancel_registration,
    change_companions as change_companions,
    forget_visitors as forget_visitors,
    lapse_offers as lapse_offers,
    register as register,
    remind_visitors as remind_visitors,
)
from .stage_days import (
    ask_for_stage_day as ask_for_stage_day,
    give_stage_day as give_stage_day,
    refuse_stage_day as refuse_stage_day,
)
