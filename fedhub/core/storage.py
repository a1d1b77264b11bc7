"""Static files in production: hashed names, compressed, and hashed names inside our ES modules too."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticStorage(CompressedManifestStaticFilesStorage):
    """Without the switch below a new app.js would load old modules from the browser's cache."""

    support_js_module_import_aggregation = True
