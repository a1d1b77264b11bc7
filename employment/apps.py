from django.apps import AppConfig


class EmploymentConfig(AppConfig):
    name = "employment"
    verbose_name = "就业"

    def ready(self):
        from employment import event_hooks, hooks, tasks  # noqa: F401, PLC0415
        from employment.forms import event_export, figure_export  # noqa: F401, PLC0415
