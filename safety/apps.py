from django.apps import AppConfig


class SafetyConfig(AppConfig):
    name = "safety"
    verbose_name = "受限事项"

    def ready(self):
        from safety import hooks  # noqa: F401, PLC0415
