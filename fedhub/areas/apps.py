from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "fedhub.areas"
    verbose_name = "区域"
