"""System checks: what must hold before the program starts."""

from django.apps import apps
from django.conf import settings
from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Index

from fedhub.core.privacy import unclassed_fields


def own_models():
    """Models of this project, history copies included, proxies left out."""
    own = {c.label for c in apps.get_app_configs() if (settings.BASE_DIR / c.name.replace(".", "/")).is_dir()}
    return [m for m in apps.get_models(include_auto_created=False) if m._meta.app_label in own and not m._meta.proxy]


@register()
def privacy_is_complete(app_configs, **kwargs):
    """Every field of every model has a privacy class."""
    return [
        Error(f"{model._meta.label}: no privacy class for {', '.join(names)}", id="fedhub.E001")
        for model in own_models()
        if (names := unclassed_fields(model))
    ]


@register()
def scoped_models_have_both_indexes(app_configs, **kwargs):
    """A model with its own area has an index (area, sort, id) and one (sort, id): decisions on scoped models."""
    found = []
    for model in own_models():
        queryset = model._default_manager.all() if not model.__name__.startswith("Historical") else None
        if getattr(queryset, "scope_path", None) != "area" or not hasattr(model, "area"):
            continue
        fields = [tuple(index.fields) for index in model._meta.indexes if isinstance(index, Index)]
        bare = {tuple(name.lstrip("-") for name in names) for names in fields}
        with_area = {names[1:] for names in bare if names[0] == "area" and len(names) >= 3}
        if not with_area & bare:
            found.append(
                Error(f"{model._meta.label}: needs the indexes (area, sort, id) and (sort, id)", id="fedhub.E002")
            )
    return found


@register()
def keyring_is_readable(app_configs, **kwargs):
    """The keyring exists and is the owner's alone."""
    try:
        settings.KEYRING.audit_key()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="fedhub.E003")]
    return []
