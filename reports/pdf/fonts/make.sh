#!/bin/sh
# Makes the fonts of this folder anew, from the Debian packages fonttools, fonts-noto-core, fonts-dejavu-core, fonts-droid-fallback and fonts-nanum.
set -eu
cd "$(dirname "$0")"
src=/usr/share/fonts/truetype
words="--no-hinting --desubroutinize --layout-features= --notdef-outline --drop-tables+=GSUB,GPOS,GDEF,STAT,MATH --no-glyph-names"
european=U+0020-024F,U+0259,U+0300-036F,U+0370-03FF,U+0400-052F,U+1E00-1EFF,U+2010-2027,U+2030-205E,U+20A0-20BF,U+2100-214F
pyftsubset $src/noto/NotoSans-Regular.ttf $words --unicodes=$european --output-file=regular.ttf
pyftsubset $src/noto/NotoSans-Bold.ttf $words --unicodes=$european --output-file=bold.ttf
pyftsubset $src/dejavu/DejaVuSans.ttf $words --unicodes=U+0530-058F,U+10A0-10FF,U+2000-206F,U+2100-23FF,U+2500-27FF,U+2E00-2E2F --output-file=signs.ttf
# Chinese, Japanese and Korean: what the national character sets hold, so that names of apps can be written.
python3 - >cjk.txt <<'P'
out = set(range(0x3000, 0x3130)) | set(range(0xFF00, 0xFFF0))
for name in ("gb2312", "big5", "euc_jp", "euc_kr"):
    for c in range(0x2E80, 0xFB00):
        try:
            raw = chr(c).encode(name)
        except UnicodeEncodeError:
            continue
        if name == "big5" and raw[0] > 0xC6 or name == "euc_jp" and (raw[0] == 0x8F or raw[0] > 0xCF):
            continue # characters of the second level, rare ones
        if 0x2E80 <= c < 0xA000:
            out.add(c)
print(",".join("U+%04X" % c for c in sorted(out)))
P
pyftsubset $src/droid/DroidSansFallbackFull.ttf $words --unicodes-file=cjk.txt --output-file=cjk.ttf
# Nanum is a reserved name: a font that was changed does not bear it, so of the names only copyright and licence are kept.
python3 -c '
print(",".join("U+%04X" % c for c in [*range(0x3131, 0x318F), *range(0xAC00, 0xD7A4)] if len(chr(c).encode("euc_kr", "ignore")) == 2))' >cjk.txt
pyftsubset $src/nanum/NanumGothic.ttf $words --name-IDs=0,13,14 --unicodes-file=cjk.txt --output-file=hangul.ttf
rm cjk.txt
for f in regular bold signs cjk hangul; do gzip -9nc $f.ttf >$f.ttf.gz; rm $f.ttf; done
