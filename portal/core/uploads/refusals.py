"""What several kinds of files are refused for, in words."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def not_what_it_says(extension: str) -> ValidationError:
    """Return the refusal of a file whose name says something else than its content."""
    return ValidationError(
        _("The content is not that of a %(extension)s file."), code="paper_content", params={"extension": extension}
    )


def runs() -> ValidationError:
    """Return the refusal of a file that a browser or an office would run."""
    return ValidationError(_("The file contains a program or script. Send it without."), code="paper_runs")


def unfolds() -> ValidationError:
    """Return the refusal of an archive that unfolds to more than anybody packs."""
    return ValidationError(_("The archive unfolds to far too much."), code="paper_bomb")


def nested() -> ValidationError:
    """Return the refusal of an archive inside an archive."""
    return ValidationError(
        _("There is another archive inside this one; it cannot be checked. Send its files."), code="paper_nested"
    )
