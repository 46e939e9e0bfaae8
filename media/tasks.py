from django_tasks import task

from portal.core.storage import written_files

from . import actions


@task(queue_name="media")
def make_renditions(image_id: int) -> None:
    """Make a picture's WebP and JPEG sizes."""
    with written_files():
        actions.make_renditions(image_id)


@task(queue_name="media", priority=-10)
def make_avif(image_id: int) -> None:
    """Make a picture's AVIF sizes, after everything that pages wait for."""
    with written_files():
        actions.make_avif(image_id)
