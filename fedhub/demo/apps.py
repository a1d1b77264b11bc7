from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "fedhub.demo"
    verbose_name = "演示数据"
