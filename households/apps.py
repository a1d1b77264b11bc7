from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "households"
    verbose_name = "家庭与居民"

    def ready(self):
        from households import hooks, resources  # noqa: F401, PLC0415
