from wagtail import hooks
from wagtail.snippets.models import register_snippet

from .admin import DeleteLocations, LibraryGroup

register_snippet(LibraryGroup)
hooks.register("register_bulk_action", DeleteLocations, order=100)  # after Wagtail's own, which it replaces
