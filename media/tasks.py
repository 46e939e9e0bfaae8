from django_tasks import task

from . import actions


@task(queue_name="media")
def make_renditions(image_id: int) -> None:
    """Make a picture's WebP and JPEG sizes."""
    actions.make_renditions(image_id)


@task(queue_name="media", priority=-10)
def make_avif(image_id: int) -> None:
    """Make a picture's AVIF sizes, after everything that pages wait for."""
    actions.make_avif(image_id)
