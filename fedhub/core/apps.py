from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "fedhub.core"
    verbose_name = "基础"
