"""Searches that people keep, and the places each of them is done with."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

LONGEST_QUERY = 6000


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    """Saved searches."""

    def for_person(self, person_id: int) -> SavedSearchQuerySet:
        """Return a person's own, newest first."""
        return self.filter(person_id=person_id)


class SavedSearch(models.Model):
    """What somebody looks for again and again. Nobody else ever sees it."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches", verbose_name=_("person")
    )
    name = models.CharField(_("name of the search"), max_length=80)
    query = models.CharField(_("address of the search"), max_length=LONGEST_QUERY)
    by_mail = models.BooleanField(_("tell me of new places"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "name"],
                name="saved_search_has_a_name_of_its_own",
                violation_error_message=_("You have a search of that name already."),
            )
        ]
        indexes: ClassVar = [models.Index(fields=["by_mail", "person"], name="saved_search_to_tell_of")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the list with this search."""
        return f"{reverse('locations:list')}?{self.query}"


class SavedFind(models.Model):
    """A place that a search is done with: it fitted when the search was saved, or its owner was told. Told once."""

    search = models.ForeignKey(SavedSearch, models.CASCADE, related_name="finds")
    location = models.ForeignKey("locations.Location", models.CASCADE, related_name="+")
    told = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["search", "location"], name="place_is_told_of_once_a_search")
        ]

    def __str__(self) -> str:
        return f"{self.search_id} {self.location_id}"
