from django.apps import AppConfig


class LedgersConfig(AppConfig):
    name = "fedhub.ledgers"
    verbose_name = "台账进出"
