from wagtail import hooks

from .languages import prepare

hooks.register("before_serve_page", prepare)
