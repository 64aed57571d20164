"""Make govinfo/figures/fonts/GovinfoSansSC-Regular.ttf: Noto Sans CJK cut down to what Chinese government reports need.

    python tools/make_font.py NotoSansCJK-Regular.ttc

The source is Debian's package fonts-noto-cjk, or the release page of noto-cjk. Steps: take the Simplified Chinese
face, keep GB 2312 and the signs below, drop hints, layout features and vertical metrics, turn cubic outlines into
quadratic ones (a `glyf` table, which matplotlib, reportlab and browsers all take), and rename, as the licence asks of
a changed font. The same source gives the same bytes.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

FAMILY = "Govinfo Sans SC"
TARGET = Path(__file__).resolve().parents[1] / "govinfo" / "figures" / "fonts" / "GovinfoSansSC-Regular.ttf"
SIGNS = "〔〕《》〈〉【】「」『』〖〗“”‘’—–…·×÷±→←↑↓≥≤≈≠∑√△▲○●◎◇◆□■☆★※№℃‰§¥￥㎡㎥Ωμ㈠㈡㈢㈣㈤⑴⑵⑶⑷⑸−﹢﹣φ✓✗"
PLACES = (  # characters of place and personal names beyond GB 2312
    "硚垟塅堽峃漷滘碶祎郪鄚鄠隩浉洣沘浈赉瑷堃旸昇昉昳晞暅曈榃浐湉溇滠漖濛瀍烔焓玥珮琤瑀璟甪畯瞫礌祊竑"
    "笕翚芃荙菉蓢虒訚豨赟郐酂鄌鋆鑫闿雊頔飏馃鲀龢喆犇陞囍氹嫚媖㙟"
)
RANGES = (
    (0x20, 0x7E),
    (0xA0, 0xFF),
    (0x2010, 0x2027),
    (0x2460, 0x2473),
    (0x3000, 0x3017),
    (0xFF01, 0xFF5E),
    (0xFFE0, 0xFFE5),
)
MAX_ERROR = 1.0  # of 1000 units in an em: invisible, and half the size of the usual 0.5
FIXED_TIME = 3660000000  # seconds since 1904, written as the font's date, so that runs agree


def gb2312() -> set[int]:
    """The code points of GB 2312, read from the codec: rows 1-9 signs, 16-87 characters."""
    found = set()
    for row in (*range(1, 10), *range(16, 88)):
        for cell in range(1, 95):
            try:
                found.add(ord(bytes((row + 0xA0, cell + 0xA0)).decode("gb2312")))
            except UnicodeDecodeError:
                continue  # an empty place of the standard
    return {c for c in found if not 0x3040 <= c <= 0x312F and not 0x0370 <= c <= 0x04FF}  # no kana, Greek, Cyrillic


def code_points() -> set[int]:
    """What the font must show."""
    return gb2312() | {ord(c) for c in SIGNS + PLACES} | {c for first, last in RANGES for c in range(first, last + 1)}


def subset(source: str):
    """The Simplified Chinese face of `source`, with only the glyphs wanted."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTCollection, TTFont

    fonts = TTCollection(source).fonts if source.endswith((".ttc", ".otc")) else [TTFont(source)]
    face = next((f for f in fonts if f["name"].getDebugName(1).endswith(" SC")), fonts[0])
    options = Options(layout_features=[], hinting=False, notdef_outline=True, glyph_names=False, name_IDs=["*"])
    options.drop_tables += ["VORG", "vhea", "vmtx", "BASE", "GPOS", "GSUB", "GDEF", "DSIG"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=code_points())
    subsetter.subset(face)
    return face


def quadratic(font) -> None:
    """Replace the `CFF ` table by `glyf`."""
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import newTable

    order, source, glyphs = font.getGlyphOrder(), font.getGlyphSet(), {}
    for name in order:
        pen = TTGlyphPen(source)
        source[name].draw(Cu2QuPen(pen, MAX_ERROR, reverse_direction=True))
        glyphs[name] = pen.glyph()
    font["loca"], glyf = newTable("loca"), newTable("glyf")
    glyf.glyphOrder, glyf.glyphs = order, glyphs
    font["glyf"] = glyf
    del font["CFF "]
    for name in order:
        glyf[name].recalcBounds(glyf)
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(glyf[name], "xMin", 0))
    font["maxp"].tableVersion = 0x00010000
    for field in (
        "maxZones",
        "maxTwilightPoints",
        "maxStorage",
        "maxFunctionDefs",
        "maxInstructionDefs",
        "maxStackElements",
        "maxSizeOfInstructions",
    ):
        setattr(font["maxp"], field, 1 if field == "maxZones" else 0)
    font["post"].formatType, font["post"].extraNames, font["post"].mapping = 3.0, [], {}
    font.sfntVersion = "\x00\x01\x00\x00"
    font["head"].glyphDataFormat = 0


def rename(font) -> None:
    """Give the font a name of its own, keeping copyright and licence."""
    table = font["name"]
    keep = {i: table.getDebugName(i) for i in (0, 13, 14)}
    table.names = []
    names = {
        **keep,
        1: FAMILY,
        2: "Regular",
        3: f"{FAMILY} Regular 1.0",
        4: FAMILY,
        5: "Version 1.0",
        6: "GovinfoSansSC-Regular",
        10: "Subset of Noto Sans CJK SC with quadratic outlines.",
    }
    for number, text in names.items():
        table.setName(text, number, 3, 1, 0x409)


def main() -> None:
    """Read the source font named on the command line and write the project's own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", help="NotoSansCJK-Regular.ttc, or the SC face alone")
    parser.add_argument("--target", type=Path, default=TARGET)
    arguments = parser.parse_args()
    os.environ["SOURCE_DATE_EPOCH"] = "0"
    font = subset(arguments.source)
    quadratic(font)
    rename(font)
    font.recalcTimestamp = False
    font["head"].created = font["head"].modified = FIXED_TIME
    font.save(arguments.target, reorderTables=True)
    print(
        f"{arguments.target.name}: {len(font.getGlyphOrder())} glyphs, {arguments.target.stat().st_size / 1e6:.2f} MB"
    )


if __name__ == "__main__":
    main()
