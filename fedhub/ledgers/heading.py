"""Where the table begins: sheet, heading rows and columns of a workbook as offices make them (handbook 3.2).

A ledger has a title, often a line 填报单位, then one to four heading rows, data, sub-totals, totals and notes. What is
guessed here is shown to the user, who may put it right with `heading_at`.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from fedhub.core.text import match_key
from fedhub.ledgers.guard import BookError
from fedhub.ledgers.reader import column_letter

# Content rows looked at from the top of each sheet, and the most rows a heading may have.
SEARCHED_ROWS = 40
MAX_HEADING_ROWS = 4
# Longer texts are sentences, not headings.
LONGEST_HEADING = 40
_LOOKED_AT = 200

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|<[^<>]*>|\{[^{}]*\}")
_MARKS = re.compile(r"[*:★☆※]")
_NUMBERING = re.compile(r"^\d{1,2}[.、](?=\D)")
_REPORT_LINE = re.compile(r"^(填报|填表|制表|上报|报送|编制|统计|审核|单位|日期|时间|社区|网格)[^/]{0,8}:")
_TOTAL = re.compile(r"合计|小计|总计|共计|累计")
_PURE_TOTAL = re.compile(r"^.{0,8}(合计|小计|总计|共计|累计)(:?[\d.,人户个元]*)$")
_NOTE = re.compile(
    r"^(备注|注|说明|填表说明|填报说明|填写说明|填表要求|填报要求|注意事项|填报单位|填报人|填报时间|填报日期|填表人|填表时间"
    r"|制表人?|审核人?|负责人|经办人|联系人|签字|签章|单位(盖章|公章)|盖章)(\d*[:、.]|$|\()"
)
# Under these groups a plain sub-heading (姓名, 电话) is about somebody else.
_OTHERS = re.compile(
    r"家庭成员|成员|子女|孩子|儿童|配偶|丈夫|爱人|结对|帮扶|监护|照料|联系人|家属|父母|父亲|母亲|包保|责任|单位|紧急|亲属|户主"
)
_SEQUENCE = ("序号", "编号", "序", "no", "no.")


@dataclass(frozen=True)
class Column:
    """One column of the table. `text` is its heading as written, groups in front ("家庭成员情况/姓名")."""

    index: int
    letter: str
    text: str
    normalised: str
    hidden: bool = False


@dataclass(frozen=True)
class Heading:
    """Where the table stands: sheet name, rows `first_row` to `last_row` of its heading, data from row `data_from`.

    `title` is the line above; `matched` the number of columns whose heading is known by an alias.
    """

    sheet: str
    first_row: int
    last_row: int
    columns: tuple
    data_from: int
    title: str = ""
    matched: int = 0

    @property
    def sequence_column(self):
        """Index of the column 序号, or None."""
        return next((column.index for column in self.columns if column.normalised in _SEQUENCE), None)

    @property
    def fingerprint_text(self):
        """The normalised headings in one line: equal for two workbooks made from one template."""
        return "|".join(column.normalised for column in self.columns)


def _key(text):
    """`match_key` of the beginning: cells may hold 32,767 characters, headings and remarks are known by the first."""
    return match_key(text[:_LOOKED_AT])


@lru_cache(maxsize=4096)
def normalise_heading(text):
    """A heading as it is compared: NFKC, small letters, without white space, brackets' contents and `*：:`.

    A heading that consists of a bracket alone keeps its words.
    """
    key = _key(text)
    bare = key
    while (shorter := _BRACKETS.sub("", bare)) != bare:
        bare = shorter
    bare = _NUMBERING.sub("", _MARKS.sub("", bare)).strip("、。,.·")
    return bare or re.sub(r"[()\[\]【】〔〕<>{}]", "", _MARKS.sub("", key))


def _normalise_path(text):
    return "/".join(part for part in (normalise_heading(part) for part in _split_path(text)) if part)


def _split_path(text):
    """Parts of "group/heading"; a slash inside brackets separates nothing."""
    return re.split(r"/(?![^(（]*[)）])", text)


def guess_heading(book, aliases):
    """Guess the heading of `book`; `aliases` is {field key: [headings]}. Visible sheets go before hidden ones.

    Of several sheets with equally good headings the first one counts. Raises BookError when no row looks like one.
    """
    found = guess_headings(book, aliases)
    if not found:
        raise BookError(
            "找不到表头，没有导入。表头是写着“姓名”“身份证号”等栏目名的那一行：请确认选对了文件，或照空白模板整理后再传。",
            "no_heading",
        )
    hidden = {sheet.name for sheet in book.sheets if sheet.hidden}
    return max(found, key=lambda heading: (heading.sheet not in hidden, heading.matched, len(heading.columns) > 1))


def guess_headings(book, aliases):
    """The guessed Heading of each sheet that has one, in the order of the sheets."""
    known = {_normalise_path(alias) for names in aliases.values() for alias in names}
    known |= {path.rpartition("/")[2] for path in known}
    return [
        heading for sheet in book.sheets if sheet.row_count and (heading := _guess(book, sheet, known)) is not None
    ]


def heading_at(book, sheet, first_row, last_row, aliases=None):
    """The Heading of rows `first_row` to `last_row` of `sheet` (a Sheet), as the user points it out."""
    rows = list(islice(book.rows(sheet), SEARCHED_ROWS + MAX_HEADING_ROWS + last_row))
    known = {_normalise_path(alias) for names in (aliases or {}).values() for alias in names}
    return _Grid(sheet, rows).heading(first_row, last_row, known)


def _guess(book, sheet, known):
    rows = list(islice(book.rows(sheet), SEARCHED_ROWS))
    grid = _Grid(sheet, rows)
    best, best_score = None, 0
    for row in rows:
        score = grid.score(row, known)
        if score > best_score:
            best, best_score = row.number, score
    if best is None:
        return None
    first = last = best
    while last - first + 1 < MAX_HEADING_ROWS and grid.is_group_row(first - 1, first, known):
        first -= 1
    while last - first + 1 < MAX_HEADING_ROWS and grid.continues(first, last, known):
        last += 1
    return grid.heading(first, last, known)


@dataclass
class _Grid:
    """The first rows of a sheet with merges looked up."""

    sheet: object
    rows: list
    by_number: dict = field(init=False)

    def __post_init__(self):
        self.by_number = {row.number: row for row in self.rows}
        self.width = max((len(row.cells) for row in self.rows), default=0)
        self.covered = {}
        last = self.rows[-1].number if self.rows else 0
        for merge in self.sheet.merges:
            if merge.first_row > last:
                continue
            for number in range(merge.first_row, min(merge.last_row, last) + 1):
                for index in range(merge.first_column, min(merge.last_column, self.width - 1) + 1):
                    self.covered[number, index] = merge

    def own(self, number, index):
        """Text of a cell itself."""
        row = self.by_number.get(number)
        return row[index].text.strip() if row else ""

    def text(self, number, index):
        """Text of a cell, or of the merged cell that covers it."""
        merge = self.covered.get((number, index))
        return self.own(merge.first_row, merge.first_column) if merge else self.own(number, index)

    def matches(self, row, known):
        return sum(normalise_heading(cell.text) in known for cell in row.cells if not cell.is_blank)

    def is_report_line(self, row, known):
        """True for the line 填报单位：　填报人：　填报时间：."""
        texts = [_key(cell.text) for cell in row.cells if not cell.is_blank]
        return any(_REPORT_LINE.match(text) for text in texts) and self.matches(row, known) < 2

    def score(self, row, known):
        """How much a row looks like a heading; 0 for titles, report lines and data."""
        filled = [cell for cell in row.cells if not cell.is_blank]
        texts = [cell.text.strip() for cell in filled if cell.kind in ("text", "plain")]
        short = {text for text in texts if len(text) <= LONGEST_HEADING and not re.search(r"\d{4,}", text)}
        matched = self.matches(row, known)
        if self.is_report_line(row, known) or (len(filled) < 2 and not (matched and self.width == 1)):
            return 0
        if row.number in self.wide_rows():
            return 0
        return max(0, 10 * matched + len(short) - 3 * (len(filled) - len(short)))

    def wide_rows(self):
        """Rows that consist of one merged cell (titles)."""
        return {
            row.number
            for row in self.rows
            if sum(not cell.is_blank for cell in row.cells) == 1
            and any(
                merge.first_row == row.number and merge.last_column > merge.first_column for merge in self._merges(row)
            )
        }

    def _merges(self, row):
        return {merge for index in range(self.width) if (merge := self.covered.get((row.number, index)))}

    def is_group_row(self, upper, lower, known):
        """True when row `upper` holds group headings or upper halves of the heading in row `lower`."""
        row, below = self.by_number.get(upper), self.by_number.get(lower)
        if row is None or below is None or self.is_report_line(row, known) or upper in self.wide_rows():
            return False
        if sum(not cell.is_blank for cell in row.cells) < 2 and not self._spans(upper, lower):
            return False
        return self._spans(upper, lower) or self._complement(row, below)

    def continues(self, first, last, known):
        """True when the row under `last` still belongs to the heading."""
        lower = last + 1
        below = self.by_number.get(lower)
        if any(
            merge.last_row >= lower and merge.first_row >= first
            for index in range(self.width)
            if (merge := self.covered.get((last, index))) and merge.last_row < first + MAX_HEADING_ROWS
        ):
            return True
        if below is None or any(cell.kind in ("number", "date") for cell in below.cells):
            return False
        return self._spans(last, lower) or self._complement(self.by_number.get(last), below)

    def _spans(self, upper, lower):
        """True when a cell of `upper` is merged down into `lower`, or over columns with texts of their own there."""
        for index in range(self.width):
            merge = self.covered.get((upper, index))
            if merge is None:
                continue
            if merge.first_row <= upper and merge.last_row >= lower:
                return True
            if merge.last_row == upper and merge.last_column > merge.first_column:
                texts = {self.own(lower, i) for i in range(merge.first_column, merge.last_column + 1)} - {""}
                if len(texts) > 1:
                    return True
        return False

    def _complement(self, row, below):
        """True for a two-row heading without merges: each column has its text above or below, groups have both."""
        if row is None or below is None:
            return False
        only_below = [i for i in range(self.width) if row[i].is_blank and not below[i].is_blank]
        only_above = [i for i in range(self.width) if not row[i].is_blank and below[i].is_blank]
        both = [i for i in range(self.width) if not row[i].is_blank and not below[i].is_blank]
        return bool(only_below and only_above) and all(i + 1 in only_below for i in both)

    def heading(self, first, last, known):
        """The Heading of rows `first` to `last`."""
        columns = []
        for index in range(self.width):
            parts = self._path(first, last, index)
            if not parts:
                continue
            text = "/".join(parts)
            normalised = "/".join(part for part in map(normalise_heading, parts) if part)
            hidden = index in self.sheet.hidden_columns
            columns.append(Column(index, column_letter(index), text, normalised, hidden))
        data_from = last + 1
        below = self.by_number.get(data_from)
        if below and _is_numbering([below[column.index].text.strip() for column in columns]):
            data_from += 1
        matched = sum(
            column.normalised in known or column.normalised.rpartition("/")[2] in known for column in columns
        )
        return Heading(self.sheet.name, first, last, tuple(columns), data_from, self._title(first), matched)

    def _path(self, first, last, index):
        parts = []
        for number in range(first, last + 1):
            text = " ".join(self.text(number, index).split()) or self._group(number, last, index)
            if text and (not parts or parts[-1] != text):
                parts.append(text)
        return parts

    def _group(self, number, last, index):
        """Text of a group heading that was written in its first column without merging, for a column to its right."""
        if number == last or (number, index) in self.covered or not self.own(number + 1, index):
            return ""
        for left in range(index - 1, -1, -1):
            if not self.own(number + 1, left) or (number, left) in self.covered:
                return ""
            if self.own(number, left):
                return self.own(number, left)
        return ""

    def _title(self, first):
        for row in self.rows:
            if row.number >= first:
                break
            texts = [" ".join(cell.text.split()) for cell in row.cells if not cell.is_blank]
            if texts and not _REPORT_LINE.match(_key(texts[0])):
                return texts[0]
        return ""


def _is_numbering(texts):
    """True for the line of column numbers some forms have under the heading: 1 2 3 … or 甲 乙 1 2 …."""
    numbers = [text for text in texts if text.isdigit()]
    letters = [text for text in texts if text in "甲乙丙丁" and text]
    return (
        len(numbers) >= 3
        and len(numbers) + len(letters) == len([text for text in texts if text])
        and [int(text) for text in numbers] == list(range(int(numbers[0]), int(numbers[0]) + len(numbers)))
        and int(numbers[0]) <= 2
    )


def match_columns(heading, aliases):
    """{column index: field key} by alias; each field and each column is used once, in the order of the fields.

    First whole headings (with their group) count, then the last part alone, unless the group speaks of other people
    (家庭成员情况/姓名 is not the woman's own name).
    """
    wanted = [(key, [_normalise_path(name) for name in names]) for key, names in aliases.items()]
    found = {}
    for whole in (True, False):
        for key, names in wanted:
            if key in found.values():
                continue
            for name in names:
                column = next((c for c in heading.columns if c.index not in found and _fits(c, name, whole)), None)
                if column is not None:
                    found[column.index] = key
                    break
    return found


def _fits(column, name, whole):
    if whole:
        return column.normalised == name
    group, _, last = column.normalised.rpartition("/")
    return bool(group) and last == name and not _OTHERS.search(group)


# --- rows under the heading -----------------------------------------------------------------------------------------
def is_total_row(row, seq_column):
    """True for 合计, 小计 and 总计 rows: 序号 empty (or the word itself) and the first filled cell contains the word.

    Without a 序号 column (`seq_column` None) the first filled cell must be hardly more than the word.
    """
    first = next((cell for cell in row.cells if not cell.is_blank), None)
    if first is None or first.kind not in ("text", "plain"):
        return False
    text = _key(first.text)
    if not _TOTAL.search(text) or len(text) > 20:
        return False
    if seq_column is None:
        return bool(_PURE_TOTAL.match(text))
    sequence = row[seq_column]
    return sequence.is_blank or sequence is first and bool(_PURE_TOTAL.match(text))


def is_note_row(row):
    """True for lines under the table: 备注：…, 填表说明, 填表人：… 审核人：… and long single sentences."""
    filled = [cell for cell in row.cells if not cell.is_blank]
    if not filled or len(filled) > 4:
        return False
    texts = [_key(cell.text) for cell in filled]
    if _NOTE.match(texts[0]):
        return True
    return len(filled) == 1 and filled[0].kind in ("text", "plain") and len(texts[0]) > LONGEST_HEADING


def row_kind(row, heading):
    """What a row under the heading is: "data", "total", "note", or "heading" (title or heading repeated on a page)."""
    if is_total_row(row, heading.sequence_column):
        return "total"
    if is_note_row(row):
        return "note"
    same = sum(
        normalise_heading(row[column.index].text) == column.normalised.rpartition("/")[2]
        for column in heading.columns
        if not row[column.index].is_blank
    )
    filled = sum(not cell.is_blank for cell in row.cells)
    if filled == 1 and heading.title and any(" ".join(cell.text.split()) == heading.title for cell in row.cells):
        return "heading"
    return "heading" if same >= 2 and same * 2 > filled else "data"
