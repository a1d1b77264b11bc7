from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "fedhub.notices"
    verbose_name = "通知"
