from portal.core.errors import RuleViolation


class LocationIncomplete(RuleViolation):
    """A place cannot be shown before it has what a scout needs."""

    code = "location_incomplete"


class TooManySearches(RuleViolation):
    """A person keeps only so many searches."""

    code = "too_many_searches"


class SearchTooWide(RuleViolation):
    """A search that finds nearly everything is no use as a watch."""

    code = "search_too_wide"


class SearchLinkUnusable(RuleViolation):
    """The link is not ours, or its search is gone."""

    code = "search_link_unusable"
    status = 404


class SearchAway(RuleViolation):
    """No engine answers: nobody can say what fits."""

    code = "search_away"
    status = 503
