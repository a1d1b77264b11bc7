from django.apps import AppConfig


class CouncilConfig(AppConfig):
    name = "council"
    verbose_name = "妇女议事会"

    def ready(self):
        from council import hooks  # noqa: F401, PLC0415
