"""The form field of every upload that is not Wagtail's own; what it returns may be kept as it is."""

from __future__ import annotations

import os.path
from collections.abc import Collection
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from . import papers, pictures

PICTURES: Final = frozenset().union(*pictures.EXTENSIONS.values())


class UploadField(forms.FileField):
    """A file whose name ends on one of `kinds` (`PICTURES` for any picture) and whose content agrees; `most_mb` at most.

    A picture is returned cleaned and upright. `kind` of the result says what it is: `jpeg`, `png`, `webp`, `pdf` ….
    """

    def __init__(self, *, kinds: Collection[str], most_mb: int, **options: Any) -> None:
        self.kinds, self.most = tuple(kinds), most_mb * 2**20
        super().__init__(**options)
        self.widget.attrs.setdefault("accept", ",".join(sorted(self.kinds)))

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the upload, examined. Raises `ValidationError`."""
        upload = super().clean(data, initial)
        if not upload or upload is initial:
            return upload
        extension = os.path.splitext(upload.name)[1].lower()
        if extension in PICTURES and extension in self.kinds:
            clean = pictures.examine(upload.file, upload.name, most=self.most)
            kept, kind, name = clean.content, clean.kind, os.path.splitext(upload.name)[0] + clean.suffix
        else:
            documents = [one for one in self.kinds if one not in PICTURES]
            if not documents:
                raise ValidationError(pictures.NO_PICTURE, code="picture_type")
            kept = papers.check_paper(upload.file, upload.name, kinds=documents, most=self.most)
            kind, name = extension[1:], upload.name
        result = ContentFile(kept, name=name)
        result.kind = kind  # type: ignore[attr-defined]  # what the view and the action go by
        return result
