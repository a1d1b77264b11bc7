"""Long work with progress."""

from django.conf import settings
from django.db import models


class JobState(models.TextChoices):
    WAITING = "waiting", "等待中"
    RUNNING = "running", "进行中"
    WRITING = "writing", "正在写入"
    DONE = "done", "完成"
    FAILED = "failed", "没有完成"
    CANCELLED = "cancelled", "已取消"


class Job(models.Model):
    """后台工作。 Progress of one long piece of work; `heartbeat` lets the reaper find work whose worker died."""

    kind = models.CharField("种类", max_length=30)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="发起人", related_name="+")
    state = models.CharField("状态", max_length=10, choices=JobState, default=JobState.WAITING)
    total = models.PositiveIntegerField("总数", default=0)
    done = models.PositiveIntegerField("已完成", default=0)
    message = models.CharField("说明", max_length=200, blank=True)
    started_at = models.DateTimeField("开始时间", auto_now_add=True)
    heartbeat = models.DateTimeField("最近活动", auto_now_add=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Privacy:
        internal = {
            "id", "kind", "owner", "state", "total", "done", "message", "started_at", "heartbeat", "finished_at",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "后台工作"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=JobState.values), name="core_job_state_known"),
        ]

    def __str__(self):
        return f"{self.kind} {self.get_state_display()}"

    @property
    def is_over(self):
        """True when nothing more will happen."""
        return self.state in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}

    @property
    def percent(self):
        """Progress as a whole number 0–100."""
        return min(100, self.done * 100 // self.total) if self.total else 0
