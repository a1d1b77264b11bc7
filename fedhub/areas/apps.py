from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "fedhub.areas"
    verbose_name = "区域"

    def ready(self):
        from fedhub.areas import hooks  # noqa: F401, PLC0415
