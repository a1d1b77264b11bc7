from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "households"
    verbose_name = "家庭与居民"

    def ready(self):
        from households import hooks, notifying, resources, taskledger, tasks  # noqa: F401, PLC0415
        from households.forms import export  # noqa: F401, PLC0415
