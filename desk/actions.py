"""Actions of the audit log in words."""

NOUNS = {
    "accounts.user": "账号", "accounts.rolegrant": "角色授权", "areas.area": "区域", "areas.building": "楼栋",
    "households.household": "家庭", "households.resident": "居民", "households.status": "类别",
    "households.consent": "同意", "households.safecontact": "安全联系", "households.childfile": "儿童信息",
    "households.bulkassignment": "批量分派", "households.residentmerge": "合并", "concerns.concern": "诉求",
    "concerns.reception": "来访来电", "grids.visit": "走访", "grids.visitchange": "走访变化", "grids.duty": "包保",
    "grids.term": "届次", "grids.termmember": "届中成员", "ledgers.importbatch": "导入", "ledgers.exportrecord": "导出",
    "core.value": "遮住的号码", "core.attachment": "附件", "reference.codeentry": "代码表", "reference.agency": "单位",
    "reference.holiday": "工作日历", "reference.venue": "场所", "core.backup": "备份",
}  # fmt: skip
VERBS = {
    "login": "登录", "unlock": "解锁", "create": "新建", "add": "新建", "open": "启用", "change": "修改", "close": "停用",
    "disable": "停用", "enable": "恢复", "give": "授予", "end": "终止", "read": "查看", "reveal": "查看", "raise": "登记",
    "accept": "受理", "assign": "交办", "finish": "办理", "answer": "答复", "settle": "当场办结", "withdraw": "撤回",
    "register": "登记", "log": "登记", "correct": "更正", "amend": "更正", "confirm": "确认", "refuse": "不采纳",
    "merge": "合并", "undo": "撤销", "move": "迁移", "split": "拆分", "export": "导出", "download": "下载",
    "upload": "上传", "commit": "写入", "check": "试运行", "issue_code": "开一次性登录码", "redeem_code": "用登录码登录",
    "set_password": "设置密码", "unreadable": "读取失败", "import": "导入", "make": "制作", "restore": "恢复",
    "delete": "删除", "cancel": "放弃", "purge": "清除",
}  # fmt: skip


def label_of_action(action):
    """ "households.resident.read" → "居民：查看"; an unknown one is shown by its parts that are known."""
    noun, _, verb = action.rpartition(".")
    noun_label = NOUNS.get(noun, "系统")
    return f"{noun_label}：{VERBS.get(verb, '办理')}"
