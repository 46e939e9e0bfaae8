from django.core.management import call_command


def publish_scheduled() -> None:
    """Publish and take down what editors put on a clock."""
    call_command("publish_scheduled", verbosity=0)
