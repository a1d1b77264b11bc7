"""Build fedhub/core/pinyin.txt: the everyday reading of each Chinese character of the BMP.

Run once after a new release of pypinyin: python tools/build_pinyin.py. Readings come from pypinyin (MIT licence).
The file has two lines: the syllables with tone, sorted and separated by spaces; then two characters (base 64) a code
point from U+3400 to U+9FFF that give the place of its syllable, ".." where there is no reading.
"""

from pathlib import Path

from pypinyin import Style, pinyin
from pypinyin.pinyin_dict import pinyin_dict

FIRST, LAST = 0x3400, 0x9FFF
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
TARGET = Path(__file__).resolve().parent.parent / "fedhub" / "core" / "pinyin.txt"


def reading(code):
    """Everyday syllable of the character with its tone ("zhang1", "lv4"), or '' when it has none."""
    if code not in pinyin_dict:
        return ""
    found = pinyin(chr(code), style=Style.TONE3, neutral_tone_with_five=True, v_to_u=False)[0][0].lower()
    return found if found.isascii() and found[:-1].isalpha() and found[-1].isdigit() else ""


def main():
    readings = [reading(code) for code in range(FIRST, LAST + 1)]
    syllables = sorted(set(readings) - {""})
    place = {syllable: divmod(index, 64) for index, syllable in enumerate(syllables)}
    coded = "".join("".join(DIGITS[n] for n in place[r]) if r else ".." for r in readings)
    TARGET.write_text(" ".join(syllables) + "\n" + coded + "\n", encoding="ascii")
    print(f"{len(syllables)} syllables, {sum(map(bool, readings))} characters, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
