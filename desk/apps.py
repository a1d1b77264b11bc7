from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = "工作台"

    def ready(self):
        from desk import banners, campaigning, daily, hooks  # noqa: F401, PLC0415
