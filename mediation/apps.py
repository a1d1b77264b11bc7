from django.apps import AppConfig


class MediationConfig(AppConfig):
    name = "mediation"
    verbose_name = "调解微家"

    def ready(self):
        from mediation import hooks, tasks  # noqa: F401, PLC0415
