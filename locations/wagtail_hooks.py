from wagtail.snippets.models import register_snippet

from .admin import LibraryGroup

register_snippet(LibraryGroup)
