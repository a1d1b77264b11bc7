"""Sentences that stand on every page while they are true; each app adds its own source (user -> list of dicts)."""

SOURCES = []


def banner_source(function):
    """Register `function(request)`, which returns a list of dicts kind, text, link, link_text."""
    SOURCES.append(function)
    return function


def banners_for(request):
    """All banners that are true now."""
    return [banner for source in SOURCES for banner in source(request)]
