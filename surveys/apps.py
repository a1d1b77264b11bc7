from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "surveys"
    verbose_name = "问卷"

    def ready(self):
        from surveys import hooks, resources, result_hooks  # noqa: F401, PLC0415
        from surveys.forms import export  # noqa: F401, PLC0415
