from django.apps import AppConfig


class ReferenceConfig(AppConfig):
    name = "fedhub.reference"
    verbose_name = "代码表与规则"

    def ready(self):
        from fedhub.reference import hooks  # noqa: F401, PLC0415
