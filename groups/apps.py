from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "groups"
    verbose_name = "队伍与活动"

    def ready(self):
        from groups import activity_hooks, hooks, resources, tasks  # noqa: F401, PLC0415
