from django.apps import AppConfig


class HardshipConfig(AppConfig):
    name = "hardship"
    verbose_name = "帮扶"

    def ready(self):
        from hardship import hooks, papers, resources, resources_aid, tasks  # noqa: F401, PLC0415
        from hardship.forms import export, export_aid  # noqa: F401, PLC0415
