from django.apps import AppConfig


class ProductionsConfig(AppConfig):
    name = "portal.productions"
    label = "productions"
