"""Who lives by the visit rules: the app that plans the visits connects itself, so that a changed rule reaches it."""


class VisitPlan:
    """The plan of visits that hangs on the rules. One app above connects three functions:

    `count(rules)`: for how many families the visits would fall differently under `rules` (VisitRules in use);
    `follow(by=)`: let all families follow the rules as they stand, in the background; returns a core.Job or None when
    nothing is to be done; `latest()`: the newest such Job or None.
    """

    def __init__(self):
        self._functions = None

    def connect(self, *, count, follow, latest):
        """Register the functions; once."""
        if self._functions is not None:
            raise ValueError("a plan is connected already")
        self._functions = {"count": count, "follow": follow, "latest": latest}

    def count(self, rules):
        """Families whose visits would fall differently under `rules`."""
        return self._functions["count"](rules)

    def follow(self, *, by):
        """Let the plan follow the rules as they stand; `by` is who changed them."""
        return self._functions["follow"](by=by)

    def latest(self):
        """The newest work of following, or None."""
        return self._functions["latest"]()


visit_plan = VisitPlan()
