"""Whose a figure is: the report's own organ, or another that the words name."""

from __future__ import annotations

import re

from govinfo.prose.claim_rules import rules
from govinfo.prose.mentions import Mention, Thread

_OWN = re.compile(r"^(?:其中|由|经)?[^,]{0,6}?(?:我|本|该|全市|全区|全县|全镇|全州|各级)")
_ADDRESSED = re.compile(r"向(?P<name>[\u4e00-\u9fff]{1,20}?)(?:提出|提交|递交|申请)")
_NAME = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{1,16}?(?:局|委员会|委|办公室|办公厅|办|厅|街道|街道办事处|镇|乡|部门|单位|机关|政府|公司|中心|院|队|管委会)|[\u4e00-\u9fff]{1,8}?(?:区|县|市|州|旗))$"
)
_SUBJECT = re.compile(
    r"(?:[(]?[\d一二三四五六七八九十]{1,3}[)、.是]*)?(?:20\d\d年(?:度)?,?)?(?P<name>[省市区县镇][\u4e00-\u9fff]{2,12}?(?:局|委员会|办公室|中心))"
)
_LEVEL = re.compile(r"(?:市|区县|县区|县|区|镇|乡)级(?!以上)")
_PROVINCE = re.compile(r"(?:省|自治区)人民政府")


def another_organ(m: Mention, thread: Thread) -> bool:
    """Whether the words before a figure give it to another organ than the report's."""
    kinds = {w.kind for w in m.words}
    if kinds & rules()["guards"]["organ"]:
        return True
    if kinds & rules()["guards"]["wider"] and not _PROVINCE.search(thread.agency):
        return True
    if "departments" in kinds and thread.agency and not thread.agency.endswith("政府"):
        return True
    if "on_behalf" in kinds and not thread.agency.endswith("政府"):
        return True
    if _LEVEL.search(m.left) and "机关" not in m.left:
        return True
    if match := _ADDRESSED.search(m.left):
        return (
            not own_organ(match["name"], thread.agency) if not _OWN.search(match["name"]) and thread.agency else False
        )
    if (name := organ_named(m)) is None:
        match = _SUBJECT.match(m.before) if thread.agency and not kinds & {"own"} else None
        name = match["name"] if match else ""
    if not name or _OWN.search(name):
        return False
    return not own_organ(name, thread.agency) if thread.agency else "其中" in m.before[-len(m.left) - 4 :]


def ours(m: Mention, thread: Thread) -> bool:
    """Whether no organ is named before the verb of a figure's words, or the report's own."""
    name = organ_named(m)
    return name is None or bool(_OWN.search(name)) or bool(thread.agency and own_organ(name, thread.agency))


def organ_named(m: Mention) -> str | None:
    """The organ's name that stands before the verb of a figure's words, if any."""
    verb = next((w for w in m.words if w.kind in rules()["verbs"]), None)
    if verb is None:
        return None
    before = "".join(
        w.text for w in m.words if w.start < verb.start and w.kind not in ("this", "last", "fill", "every")
    )
    match = _NAME.search(before)
    return match["name"] if match else None


def own_organ(name: str, agency: str) -> bool:
    """Whether an organ named in the text is the report's own: in full, in short (人社局), or its office (区政府办).

    >>> own_organ("区人社局", "示例市示例区人力资源和社会保障局"), own_organ("市公安局", "示例市人民政府")
    (True, False)
    """
    long = agency + ("办公室厅" if agency.endswith("政府") else "")
    for short in (name[i:] for i in range(len(name)) if i == 0 or len(name) - i > 2):
        rest = iter(long)
        if all(char in rest for char in short):
            return True
    return False
