"""Film week: editions, where it happens, what is shown and by whom, who comes."""

from .editions import Edition as Edition, Level as Level, Programme as Programme
from .films import Film as Film, FilmCopy as FilmCopy, Person as Person
from .registrations import (
    CODE_SIGNS as CODE_SIGNS,
    AccessCode as AccessCode,
    Audience as Audience,
    CheckIn as CheckIn,
    Companion as Companion,
    Letter as Letter,
    Pick as Pick,
    Registration as Registration,
    SeatPool as SeatPool,
    new_code as new_code,
)
from .sessions import (
    ProgrammeSession as ProgrammeSession,
    SessionFilm as SessionFilm,
    SessionPerson as SessionPerson,
    StageDay as StageDay,
    StageRequest as StageRequest,
)
from .venues import Hall as Hall, Travel as Travel, Venue as Venue
