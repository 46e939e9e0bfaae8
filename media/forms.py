"""Forms of Wagtail's admin for pictures and documents: intake on the way in, actions on the way out.

Wagtail's single, multiple and chooser uploads and its edit pages all build on these two bases.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.forms.fields import FileField
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.account import AvatarPreferencesForm
from wagtail.contrib.redirects.forms import ImportForm
from wagtail.documents.fields import WagtailDocumentField
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm
from wagtail.search import index as search_index

from portal.core.uploads import pictures
from portal.core.uploads.papers import check_paper

from . import actions
from .models import PortalDocument, PortalImage

REDIRECT_SHEET = 2 * 2**20


class PictureField(WagtailImageField):
    """A picture file. What it returns is cleaned, and so is the upload itself: no later view sees the raw file."""

    default_validators: list[Any] = []

    def to_python(self, data: Any) -> Any:
        """Return the upload with cleaned content and `clean`. Raises `ValidationError`."""
        upload: Any = FileField.to_python(self, data)
        if upload is None:
            return None
        clean = pictures.examine(upload.file, upload.name)
        upload.file.seek(0)
        upload.file.truncate()
        upload.file.write(clean.content)
        upload.file.flush()
        upload.file.seek(0)
        upload.name = upload.name.rsplit(".", 1)[0] + clean.suffix
        upload.size = len(clean.content)
        upload.content_type = clean.mime
        upload.clean = clean
        return upload


class PictureForm(BaseImageForm):
    """Base of Wagtail's picture forms."""

    keep_position = forms.BooleanField(
        label=_("Keep the position recorded by the camera"),
        required=False,
        help_text=_("Only for the lot's own use; the public pictures never carry it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.actor = kwargs.get("user")
        super().__init__(*args, **kwargs)
        self.old_name = self.instance.file.name if self.instance.pk and self.instance.file else ""
        if "file" in self.fields:
            stock = self.fields["file"]
            self.fields["file"] = PictureField(label=stock.label, widget=stock.widget, required=stock.required)
        else:
            del self.fields["keep_position"]
        if "kind" in self.fields:
            self.fields["kind"].required = False

    def clean_kind(self) -> str:
        """Multiple upload asks for the kind afterwards; until then it is a photograph."""
        return self.cleaned_data.get("kind") or self.instance.kind or PortalImage.Kind.PHOTO

    def save(self, commit: bool = True) -> PortalImage:
        """Hand the picture to its action, also for `commit=False`: Wagtail's multiple upload saves it again."""
        if len(self.collections) == 1:
            self.instance.collection = self.collections[0]
        upload = self.cleaned_data.get("file")
        clean = getattr(upload, "clean", None)
        keep = bool(self.cleaned_data.get("keep_position"))
        image: PortalImage = self.instance
        if clean is not None and image.pk is None:
            actions.store_new(image=image, clean=clean, actor=self.actor, keep_position=keep)
        elif clean is not None:
            actions.store_replaced(image=image, old=self.old_name, clean=clean, actor=self.actor, keep_position=keep)
        elif image.pk is None:
            actions.store_new(image=image, clean=_again(image.file), actor=self.actor or image.uploaded_by_user)
        else:
            actions.store_details(image=image, actor=self.actor, changed=sorted(self.changed_data))
        self._save_m2m()
        search_index.insert_or_update_object(image)
        return image


def _again(file: Any) -> pictures.CleanPicture:
    """Look at a kept upload that Wagtail attaches after its title was mended. Raises `ValidationError`."""
    with file.open("rb") as opened:
        return pictures.examine(opened, file.name)


class AvatarForm(AvatarPreferencesForm):
    """The portrait of somebody's account in the admin, by the same door as every picture."""

    avatar = PictureField(label=_("Upload a profile picture"), required=False)


class RedirectSheetForm(ImportForm):
    """A sheet of redirects in the admin, by the same door as every paper."""

    def clean_import_file(self) -> Any:
        """Return the upload. Raises `ValidationError`."""
        upload = self.cleaned_data["import_file"]
        check_paper(upload.file, upload.name, kinds=(".csv", ".tsv", ".xlsx"), most=REDIRECT_SHEET)
        upload.seek(0)
        return upload


class PaperField(WagtailDocumentField):
    """A document's file, read and judged; pictures in it no longer say where they were taken."""

    def to_python(self, data: Any) -> Any:
        """Return what is kept. Raises `ValidationError`."""
        upload = super().to_python(data)
        if upload is not None:
            return ContentFile(check_paper(upload.file, upload.name), name=upload.name)
        return upload


class DocumentForm(BaseDocumentForm):
    """Base of Wagtail's document forms."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.actor = kwargs.get("user")
        super().__init__(*args, **kwargs)
        self.old_name = self.instance.file.name if self.instance.pk and self.instance.file else ""
        if "file" in self.fields:
            stock = self.fields["file"]
            self.fields["file"] = PaperField(label=stock.label, widget=stock.widget, required=stock.required)

    def save(self, commit: bool = True) -> PortalDocument:
        """Hand the document to its action, also for `commit=False`: Wagtail's multiple upload saves it again."""
        if len(self.collections) == 1:
            self.instance.collection = self.collections[0]
        document: PortalDocument = self.instance
        if "file" in self.changed_data or document.file_size is None:
            document._set_document_file_metadata()
        actions.store_document(
            document=document,
            actor=self.actor or document.uploaded_by_user,
            new=document.pk is None,
            old=self.old_name if "file" in self.changed_data else "",
        )
        self._save_m2m()
        search_index.insert_or_update_object(document)
        return document
