"""Pictures."""

import io

from PIL import Image

from media.actions import add_picture, make_renditions
from media.models import PortalImage
from portal.accounts.models import User


def make_picture(actor: User) -> PortalImage:
    """A picture of 1200 × 800 pixels with its renditions."""
    out = io.BytesIO()
    Image.new("RGB", (1200, 800), (90, 120, 150)).save(out, "JPEG")
    picture = add_picture(
        file=out, name="a.jpg", title="索道", subject_zh="索道", subject_en="Cableway", credit="Ada", actor=actor
    )
    make_renditions(picture.pk)
    return picture
