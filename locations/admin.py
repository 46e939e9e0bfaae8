"""Places in the admin. Whatever the form saves goes through `locations.actions`."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _, pgettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.views.snippets import CreateView, DeleteView, EditView, SnippetViewSet, SnippetViewSetGroup

from portal.ui.admin_views import RefusalInForm

from . import actions
from .forms import LocationForm
from .models import EFFECTS, Location


def _fields(*names: str) -> list[FieldPanel]:
    return [FieldPanel(name) for name in names]


def _pair(name: str) -> FieldRowPanel:
    return FieldRowPanel(_fields(f"{name}_zh", f"{name}_en"))


class LocationCreateView(RefusalInForm, CreateView):
    def save_instance(self) -> Location:
        return actions.keep_location(actor=self.request.user, location=self.form.save(commit=False))


class LocationEditView(RefusalInForm, EditView):
    def save_instance(self) -> Location:
        return actions.keep_location(actor=self.request.user, location=self.form.save(commit=False))


class LocationDeleteView(DeleteView):
    def delete_action(self) -> None:
        actions.delete_location(actor=self.request.user, location=self.object)


class DeleteLocations(DeleteBulkAction):
    """Deleting several at once, through the action too."""

    models: ClassVar[list[type[Location]]] = [Location]

    @classmethod
    def execute_action(cls, objects: list[Location], **kwargs: Any) -> tuple[int, int]:
        editor = kwargs["self"].request.user
        for place in objects:
            actions.delete_location(actor=editor, location=place)
        return len(objects), 0


class LocationViewSet(SnippetViewSet):
    """The library of places."""

    model = Location
    icon = "site"
    menu_label = _("Places")
    url_prefix = "locations"
    add_view_class = LocationCreateView
    edit_view_class = LocationEditView
    delete_view_class = LocationDeleteView
    list_display = ("code", "name_zh", "name_en", "district_zh", "state", "organisation", "last_verified_on")
    list_filter = ("state", "setting", "district_zh", "heritage_level")
    search_fields = ("code", "name_zh", "name_en", "town_zh", "aliases")
    ordering = ("code",)
    inspect_view_enabled = True
    copy_view_enabled = False

    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldRowPanel(_fields("code", "slug", "state")),
                    _pair("name"),
                    _pair("summary"),
                    *_fields("description_zh", "description_en", "aliases", "organisation", "popularity"),
                    MultiFieldPanel(
                        [
                            *_fields("setting", "landscape", "urban_form", "heritage", "heritage_level"),
                            *_fields("interior_drama_allowed", "industrial", "modern", "era", "architectural_style"),
                        ],
                        heading=_("What kind of place"),
                    ),
                ],
                heading=_("Place"),
            ),
            ObjectList(
                [
                    _pair("district"),
                    _pair("town"),
                    FieldRowPanel(_fields("lat", "lng", "altitude_m")),
                    FieldPanel("exact_point_public"),
                    MultiFieldPanel(
                        _fields(
                            "truck_to_set_m",
                            "stairs_up",
                            "stairs_down",
                            "level_diff_m",
                            "porters_needed",
                            "road_width_m",
                            "turning_ok",
                            "entry_floor",
                            "lift",
                            "height_limit_m",
                            "weight_limit_t",
                            "boat_access",
                            "rain_slip",
                        ),
                        heading=_("Access"),
                    ),
                    MultiFieldPanel(
                        _fields(
                            "power_available_kw",
                            "power_run_m",
                            "generator_spot",
                            "base_camp",
                            "parking_trucks",
                            "toilets",
                            "green_room",
                            "makeup_space",
                            "network",
                            "area_m2",
                            "capacity_people",
                            "crowd_level",
                            "noise_sources",
                            "noise_zh",
                            "noise_en",
                            "quiet_windows_zh",
                            "quiet_windows_en",
                        ),
                        heading=_("On site"),
                    ),
                    MultiFieldPanel(
                        _fields("aspect", "sky_view", "best_window"), heading=pgettext_lazy("daylight", "Light")
                    ),
                ],
                heading=_("Where and how"),
            ),
            ObjectList(
                [
                    MultiFieldPanel(_fields("sync_sound", *EFFECTS, "latest_hour"), heading=_("What is allowed")),
                    MultiFieldPanel(
                        _fields(
                            "owner_kind",
                            "consent_from_zh",
                            "consent_from_en",
                            "fee_basis",
                            "fee_fen",
                            "security_deposit_fen",
                            "min_hours",
                            "figures_are_samples",
                        ),
                        heading=_("Owner and money"),
                    ),
                    InlinePanel("restrictions", heading=_("Restrictions"), panels=[_pair("text")]),
                    InlinePanel(
                        "blackouts",
                        heading=_("Days not to be had"),
                        panels=[FieldRowPanel(_fields("starts_on", "ends_on", "yearly")), _pair("reason")],
                    ),
                ],
                heading=_("Rules"),
            ),
            ObjectList(
                [
                    InlinePanel(
                        "photos", heading=_("Pictures"), panels=_fields("image", "shows_place"), label=_("picture")
                    ),
                    FieldRowPanel(_fields("captured_on", "last_verified_on")),
                    InlinePanel(
                        "credits",
                        heading=_("Films shot here"),
                        panels=[_pair("title"), FieldPanel("year"), _pair("scene")],
                    ),
                ],
                heading=_("Pictures and films"),
            ),
        ],
        base_form_class=LocationForm,
    )

    def get_queryset(self, request: Any) -> Any:
        return Location.objects.select_related("organisation")


class LibraryGroup(SnippetViewSetGroup):
    """One entry of the menu."""

    items = (LocationViewSet,)
    menu_label = _("Places")
    menu_icon = "site"
    menu_name = "places"
    menu_order = 110
