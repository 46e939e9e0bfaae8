"""What a crew does on a day of its booking (docs/rules/holds.md, price)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DayType(models.TextChoices):
    """Codes as the API takes them."""

    BUILD = "build", _("Build")
    PRELIGHT = "prelight", _("Pre-light")
    CONTENT_LOAD = "content_load", _("Content load")
    CALIBRATION = "calibration", _("Calibration")
    TEST = "test", _("Test shoot")
    REHEARSAL = "rehearsal", _("Rehearsal")
    SHOOT = "shoot", _("Shoot")
    CHANGEOVER = "changeover", _("Changeover")
    DARK = "dark", _("Dark day")
    STRIKE = "strike", _("Strike")


# Shares of the shoot rate that a new rate card starts from. Examples: no published Chinese value was found.
DEFAULT_PERCENT = {
    DayType.BUILD: 50,
    DayType.PRELIGHT: 70,
    DayType.CONTENT_LOAD: 70,
    DayType.CALIBRATION: 60,
    DayType.TEST: 80,
    DayType.REHEARSAL: 80,
    DayType.SHOOT: 100,
    DayType.CHANGEOVER: 50,
    DayType.DARK: 30,
    DayType.STRIKE: 50,
}
