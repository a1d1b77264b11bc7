"""Communities and grids as the grid workers see them: proxies of the place tree."""

from fedhub.areas.models import Area


class Community(Area):
    """社区。"""

    class Privacy:
        pass

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "社区"
        default_permissions = ()


class Grid(Area):
    """网格。"""

    class Privacy:
        pass

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "网格"
        default_permissions = ()
