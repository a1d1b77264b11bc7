from django.apps import AppConfig


class GridsConfig(AppConfig):
    name = "grids"
    verbose_name = "网格与走访"

    def ready(self):
        from grids import hooks, resources  # noqa: F401, PLC0415
        from grids.forms import export  # noqa: F401, PLC0415
