"""Menu entries of ledgers in and out."""

from fedhub.core.menu import Entry, menu

menu.register(Entry("ledgers.list", "ledgers", "台账", "ledgers:ledger_list", "ledgers.view_exportrecord", 10))
menu.register(Entry("ledgers.imports", "ledgers", "导入", "ledgers:batch_list", "ledgers.view_importbatch", 20))
menu.register(Entry("ledgers.exports", "ledgers", "导出登记", "ledgers:export_list", "ledgers.view_exportrecord", 30))
