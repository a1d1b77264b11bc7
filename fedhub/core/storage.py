"""Static files in production: hashed names, compressed, and hashed names inside our ES modules too."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticStorage(CompressedManifestStaticFilesStorage):
    """Without hashed names inside them, a new app.js would load old modules from the browser's cache.

    Django's own switch for that reads every script, and stumbles over words in the comments of others' files; so its
    patterns are applied to our folder alone.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]),
    )
