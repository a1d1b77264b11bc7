from django.apps import AppConfig


class LedgersConfig(AppConfig):
    name = "fedhub.ledgers"
    verbose_name = "台账进出"

    def ready(self):
        from fedhub.ledgers import hooks, tasks  # noqa: F401, PLC0415
