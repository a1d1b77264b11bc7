from django.apps import AppConfig


class HardshipConfig(AppConfig):
    name = "hardship"
    verbose_name = "帮扶"

    def ready(self):
        from hardship import hooks, papers, resources  # noqa: F401, PLC0415
        from hardship.forms import export  # noqa: F401, PLC0415
