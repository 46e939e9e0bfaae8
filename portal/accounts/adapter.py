"""How allauth behaves here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import get_language

from .models import User


class PortalAccountAdapter(DefaultAccountAdapter):
    """Keeps the name and language of who signs up."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.name = form.cleaned_data.get("name", "")
        user.language = get_language() or User.Language.CHINESE
        return super().save_user(request, user, form, commit=commit)  # type: ignore[no-any-return]
