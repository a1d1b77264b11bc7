from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "居民端"

    def ready(self):
        from portal import hooks  # noqa: F401, PLC0415
