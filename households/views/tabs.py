"""A record's page with tabs: its own, those upper apps bring along, what changed, who has read it."""

from django.http import Http404

from fedhub.core.views import ScopedDetailView
from households.panels import panels_for
from households.trail import changes_of, readers_of

CHANGES, READERS = "changes", "readers"
LAST_TABS = [(CHANGES, "变更记录"), (READERS, "谁看过")]


class TabbedDetail(ScopedDetailView):
    """Subclasses give `panels` (a registry), `own_tabs` [(key, label)], and `tab_context(key)` for their own tabs."""

    panels = ()
    own_tabs = ()

    def get_title(self):
        return str(self.get_row())

    def get_tab(self):
        """The panel, or the key of an own tab, that the address asks for; 404 for one the user may not see."""
        name = self.request.GET.get("tab", "")
        for panel in self.get_panels():
            if panel.key == name:
                return panel
        if name not in dict([*self.own_tabs, *LAST_TABS]):
            raise Http404
        return name

    def get_panels(self):
        return panels_for(self.panels, self.request.user)

    def tab_counts(self):
        """`{own tab: number}`."""
        return {}

    def tab_context(self, tab):
        """What the own tab `tab` needs."""
        return {}

    def get_chips(self):
        return ()

    def get_meta(self):
        return ()

    def get_context_data(self, **kwargs):
        row, tab = self.get_row(), self.get_tab()
        panel = None if isinstance(tab, str) else tab
        key = panel.key if panel else tab
        context = {"panel": panel, "tab": key}
        if panel:
            context |= panel.context(row, self.request.user)
        elif key == CHANGES:
            context["entries"] = [line.as_entry() for line in changes_of(row)]
        elif key == READERS:
            context["readers"] = readers_of(row)
        context |= self.tab_context(key)
        return super().get_context_data(
            tabs=self._tabs(row, key), chips=self.get_chips(), meta=self.get_meta(), **context, **kwargs
        )

    def _tabs(self, row, current):
        counts = self.tab_counts()
        tabs = [(key, label, counts.get(key)) for key, label in self.own_tabs]
        tabs += [(p.key, p.label, p.count(row) if p.count else None) for p in self.get_panels()]
        tabs += [(key, label, None) for key, label in LAST_TABS]
        return [
            {"label": label, "url": f"?tab={key}" if key else row.get_absolute_url(), "current": key == current,
             "count": count}
            for key, label, count in tabs
        ]  # fmt: skip
