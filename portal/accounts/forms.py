"""Forms of people and companies: shape only, the actions decide."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _, ngettext

from portal.core.text import validate_signs

from . import credit_code
from .models import Membership, Organisation, User, validate_credit_code


class SignupForm(forms.Form):
    """What allauth's sign-up asks beside address and password."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=80,
        validators=[validate_signs],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    field_order = ("name", "email", "password1")

    def signup(self, request: Any, user: User) -> None:
        """Allauth calls this; the adapter has kept the name already."""


class CreditCodeField(forms.CharField):
    """统一社会信用代码: typed with spaces or in full width, kept in its normal form."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Unified social credit code"))
        kwargs.setdefault("help_text", _("18 characters, as on the business licence"))
        kwargs.setdefault("required", False)
        super().__init__(max_length=40, **kwargs)

    def clean(self, value: Any) -> str | None:
        text = credit_code.normalised(super().clean(value) or "")
        if not text:
            return None
        validate_credit_code(text)
        return text


class OrganisationForm(forms.Form):
    """A company's data."""

    name = forms.CharField(label=_("Company name"), max_length=120, validators=[validate_signs])
    credit_code = CreditCodeField()
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    invoice_title = forms.CharField(
        label=_("Invoice title"),
        max_length=120,
        required=False,
        validators=[validate_signs],
        help_text=_("Empty: the company name"),
    )

    def __init__(self, *args: Any, organisation: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation

    def clean_credit_code(self) -> str | None:
        code: str | None = self.cleaned_data["credit_code"]
        taken = Organisation.objects.filter(credit_code=code).exclude(
            pk=self.organisation.pk if self.organisation else 0
        )
        if code and taken.exists():
            raise forms.ValidationError(_("This company is registered already. Ask its owner for an invitation."))
        return code


class InvoiceDataForm(forms.Form):
    """What a company's finance may change."""

    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    invoice_title = forms.CharField(label=_("Invoice title"), max_length=120, validators=[validate_signs])


class InviteForm(forms.Form):
    """Who to invite, and as what."""

    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role, initial=Membership.Role.MEMBER)


class RoleForm(forms.Form):
    """A member's role."""

    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role)


class TokenForm(forms.Form):
    """A key for programs."""

    name = forms.CharField(label=_("What it is for"), max_length=80)
    can_write = forms.BooleanField(label=_("May change things, not only read"), required=False)
    days = forms.TypedChoiceField(label=_("Works for"), coerce=int, initial=90)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lives = [
            (days, ngettext("%(days)s day", "%(days)s days", days) % {"days": days}) for days in settings.API_KEY_DAYS
        ]
        cast(forms.TypedChoiceField, self.fields["days"]).choices = lives


class ProfileForm(forms.Form):
    """One's own data."""

    name = forms.CharField(label=_("Your name"), max_length=80, validators=[validate_signs])
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)
    language = forms.ChoiceField(label=_("Language of mails"), choices=User.Language)
