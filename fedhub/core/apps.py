from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "fedhub.core"
    verbose_name = "基础"

    def ready(self):
        from fedhub.core import checks  # noqa: F401, PLC0415
        from fedhub.core.words import use_plain_words  # noqa: PLC0415

        use_plain_words()
