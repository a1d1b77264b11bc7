from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "groups"
    verbose_name = "队伍与活动"

    def ready(self):
        from groups import activity_hooks, backbone_hooks, backbone_resources, hooks, resources, tasks  # noqa: F401, PLC0415
        from groups.forms import backbone_export  # noqa: F401, PLC0415
