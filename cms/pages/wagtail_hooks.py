from wagtail import hooks

from .serving import prepare

hooks.register("before_serve_page", prepare, order=-10)
