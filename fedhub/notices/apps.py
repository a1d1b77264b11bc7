from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "fedhub.notices"
    verbose_name = "通知"

    def ready(self):
        from fedhub.notices import tasks, words  # noqa: F401, PLC0415
