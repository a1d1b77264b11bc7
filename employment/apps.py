from django.apps import AppConfig


class EmploymentConfig(AppConfig):
    name = "employment"
    verbose_name = "就业"

    def ready(self):
        from employment import hooks, tasks  # noqa: F401, PLC0415
