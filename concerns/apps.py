from django.apps import AppConfig


class ConcernsConfig(AppConfig):
    name = "concerns"
    verbose_name = "诉求"

    def ready(self):
        from concerns import hooks, resources  # noqa: F401, PLC0415
        from concerns.forms import export  # noqa: F401, PLC0415
