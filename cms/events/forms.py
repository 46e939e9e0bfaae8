"""Parsing what visitors, editors and phones send; the rules stand in the actions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from portal.core.days import validate_day
from portal.core.errors import RuleViolation
from portal.core.text import validate_signs
from portal.ui.http import add_errors
from portal.ui.stale import CarriesVersion

from .actions.editions import free_slug
from .models import Audience, Edition, Film, FilmCopy, Hall, Person, Programme, ProgrammeSession
from .models.names import validate_name


class WithCompanions(forms.Form):
    """Companions by name, a field for each there may be."""

    mates: tuple[str, ...] = ()

    def add_companions(self, most: int) -> None:
        """Add the fields."""
        self.mates = tuple(f"companion_{number}" for number in range(1, most + 1))
        for number, name in enumerate(self.mates, start=1):
            label = _("Companion %(number)s") % {"number": number}
            self.fields[name] = forms.CharField(label=label, max_length=60, required=False, validators=[validate_name])

    @property
    def mate_fields(self) -> list[forms.BoundField]:
        """The fields, to be drawn."""
        return [self[name] for name in self.mates]

    def refuse(self, refusal: RuleViolation | ValidationError) -> None:
        """Show a refusal beside its field; one about the companions stands beside the last of them."""
        if isinstance(refusal, RuleViolation) and refusal.field == "companions" and self.mates:
            filled = [name for name in self.mates if self.cleaned_data.get(name)]
            refusal.field = filled[-1] if filled else self.mates[0]
        add_errors(self, refusal)

    @property
    def companions(self) -> list[str]:
        """Who comes along, by name, in order."""
        return [self.cleaned_data[name] for name in self.mates if self.cleaned_data.get(name)]


class RegistrationForm(WithCompanions):
    """Name, address, companions by name. The number of companion fields follows the edition."""

    name = forms.CharField(
        label=pgettext_lazy("person", "Name"),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "name"}),
        help_text=gettext_lazy("As on the document you bring."),
        validators=[validate_name],
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"), max_length=254, widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=gettext_lazy("The code and the link to change or cancel come here."),
    )  # fmt: skip
    phone = forms.CharField(
        label=gettext_lazy("Phone"), max_length=30, required=False,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip
    wheelchair = forms.BooleanField(label=gettext_lazy("One of us needs a wheelchair space"), required=False)
    access_code = forms.CharField(
        label=gettext_lazy("Access code"), max_length=20, required=False, strip=True,
        help_text=gettext_lazy("For press, industry and guests who were given one."),
    )  # fmt: skip

    def __init__(self, *args: Any, most: int, codes: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not codes:
            del self.fields["access_code"]
        self.add_companions(most)


class CompanionsForm(WithCompanions):
    """Who comes along, changed later."""

    def __init__(self, *args: Any, most: int, names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_companions(max(most, len(names)))
        for field, name in zip(self.mates, names, strict=False):
            self.fields[field].initial = name


class ProgrammeFilter(forms.Form):
    """Day, kind, venue, programme, and how it is shown. What nobody offers counts as not chosen."""

    day = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    kind = forms.ChoiceField(required=False, choices=ProgrammeSession.Kind.choices)
    venue = forms.IntegerField(required=False, min_value=1, max_value=2**31)
    programme = forms.IntegerField(required=False, min_value=1, max_value=2**31)
    view = forms.ChoiceField(required=False, choices=[("grid", ""), ("list", "")])

    def chosen(self) -> dict[str, Any]:
        """Return what was chosen and makes sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def clock_input(kind: str) -> forms.DateTimeInput:
    """Return a browser's own field for an instant, which reads ISO values in every language."""
    return forms.DateTimeInput({"type": kind, "step": 300}, format="%Y-%m-%dT%H:%M")


class SessionForm(CarriesVersion):
    """A session on the desk: what an editor fills in under a minute; the rest is folded away."""

    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=5, max_value=1200, initial=120)
    guests = forms.ModelMultipleChoiceField(
        Person.objects.all(), label=gettext_lazy("Guests"), required=False, widget=forms.SelectMultiple({"size": 6})
    )
    films = forms.ModelMultipleChoiceField(
        Film.objects.all(), label=gettext_lazy("Films"), required=False, widget=forms.SelectMultiple({"size": 6})
    )
    copies = forms.ModelMultipleChoiceField(
        FilmCopy.objects.select_related("film"), label=gettext_lazy("Copies"), required=False,
        help_text=gettext_lazy("Of the films above; one left out is decided later."), widget=forms.SelectMultiple({"size": 6}),
    )  # fmt: skip

    field_order = (
        "title_zh", "title_en", "kind", "hall", "starts_at", "minutes", "programme", "entry", "capacity", "note_zh", "note_en",
        "films", "copies", "guests",
    )  # fmt: skip
    FIRST = ("title_zh", "title_en", "kind", "hall", "starts_at", "minutes")

    class Meta:
        model = ProgrammeSession
        fields = (
            "title_zh", "title_en", "kind", "hall", "starts_at", "programme", "entry", "capacity", "note_zh", "note_en", "spoken_zh",
            "spoken_en", "text_zh", "text_en", "late_minutes",
        )  # fmt: skip
        widgets = {
            "starts_at": clock_input("datetime-local"),
            "text_zh": forms.Textarea({"rows": 3}),
            "text_en": forms.Textarea({"rows": 3}),
        }

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edition = edition
        self.instance.edition = edition
        cast("forms.ModelChoiceField[Programme]", self.fields["programme"]).queryset = Programme.objects.filter(
            edition=edition
        )
        cast("forms.ModelChoiceField[Hall]", self.fields["hall"]).queryset = Hall.objects.select_related("venue")
        cast(forms.DateTimeField, self.fields["starts_at"]).input_formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
        self.fields["starts_at"].validators.append(validate_day)
        for audience, label in Audience.choices:
            if audience != Audience.PUBLIC:
                self.fields[f"quota_{audience}"] = forms.IntegerField(
                    label=_("Seats kept for %(audience)s") % {"audience": label},
                    min_value=0,
                    max_value=100_000,
                    required=False,
                )
        if self.instance.pk:
            self.fields["minutes"].initial = self.instance.minutes
            self.fields["guests"].initial = [row.person_id for row in self.instance.guests.all()]
            rows = list(self.instance.showings.all())
            self.fields["films"].initial = [row.film_id for row in rows]
            self.fields["copies"].initial = [row.copy_id for row in rows if row.copy_id]
            for pool in self.instance.pools.all():
                if pool.audience != Audience.PUBLIC:
                    self.fields[f"quota_{pool.audience}"].initial = pool.seats

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        copies, films = data.get("copies") or [], data.get("films") or []
        if any(copy.film not in films for copy in copies):
            self.add_error("copies", _("Choose copies of the chosen films only."))
        elif len({copy.film_id for copy in copies}) < len(copies):
            self.add_error("copies", _("Choose one copy of each film."))
        return data

    def _post_clean(self) -> None:
        """Set what the form leaves to us before the model checks itself."""
        starts_at, minutes = self.cleaned_data.get("starts_at"), self.cleaned_data.get("minutes")
        if starts_at and minutes:
            self.instance.ends_at = starts_at + timedelta(minutes=minutes)
        if not self.instance.slug:
            wanted = slugify(self.cleaned_data.get("title_en") or "") or "session"
            self.instance.slug = free_slug(wanted)
        super()._post_clean()  # type: ignore[misc]  # a private hook of Django that its stubs leave out

    def quotas(self) -> dict[str, int]:
        """Return the seats kept for each audience."""
        names = [audience for audience in Audience.values if audience != Audience.PUBLIC]
        return {name: self.cleaned_data.get(f"quota_{name}") or 0 for name in names}

    def showings(self) -> list[tuple[Film, FilmCopy | None]]:
        """Return the films in order, each with the copy that was chosen."""
        copies = {copy.film_id: copy for copy in self.cleaned_data["copies"]}
        return [(film, copies.get(film.pk)) for film in self.cleaned_data["films"]]


class OneStep(forms.Form):
    """A form beside others on the session's page: the ids of its fields are its own."""

    own = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "auto_id": f"{self.own}-%s"})


class MoveForm(OneStep):
    """Where a session moves to: hall and start, by hand, by keyboard or dropped on the grid."""

    own = "move"

    hall = forms.ModelChoiceField(Hall.objects.select_related("venue"), label=gettext_lazy("Hall"))
    starts_at = forms.DateTimeField(
        label=gettext_lazy("Starts at"),
        widget=clock_input("datetime-local"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        validators=[validate_day],
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class CallOffForm(OneStep):
    """Why a session is called off, in both languages: visitors read it."""

    own = "call-off"

    reason_zh = forms.CharField(label=gettext_lazy("Why, in Chinese"), max_length=120)
    reason_en = forms.CharField(label=gettext_lazy("Why, in English"), max_length=160)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class StageDayForm(forms.Form):
    """A stage manager's answer to a day that film week asks for."""

    GIVE, KEEP = "give", "keep"

    answer = forms.CharField(
        label=gettext_lazy("To the crews that lose the day, or why they keep it"),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        validators=[validate_signs],
    )
    decision = forms.ChoiceField(choices=[(GIVE, ""), (KEEP, "")], widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("decision") == self.KEEP and not data.get("answer"):
            self.add_error("answer", _("Say why: the editor reads it."))
        return data


class CopyForm(forms.ModelForm):  # type: ignore[type-arg]  # takes no parameter at run time
    """Names and first day of the next edition."""

    class Meta:
        model = Edition
        fields = ("name_zh", "name_en", "slug", "start")
        widgets = {"start": forms.DateInput({"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["start"].validators.append(validate_day)


class SyncForm(forms.Form):
    """One entry of a phone."""

    id = forms.UUIDField()
    code = forms.CharField(max_length=12)
    people = forms.IntegerField(min_value=-50, max_value=50)
    at = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z"])

    def clean_people(self) -> int:
        """Nobody at all is no entry."""
        people: int = self.cleaned_data["people"]
        if people == 0:
            raise forms.ValidationError(_("Nobody came."))
        return people

    def clean_at(self) -> datetime:
        """A phone's clock may be wrong, though not by days."""
        at: datetime = self.cleaned_data["at"]
        now = timezone.now()
        return max(now - timedelta(days=3), min(now + timedelta(days=1), at))
