#!/usr/bin/env bash
# Assembles sample.dex from smali/ and flow.dex from flow/ with Debian's libsmali-java, so that what another tool writes
# is read too.
set -euo pipefail
cd "$(dirname "$0")"
for name in sample:smali flow:flow; do
    java -cp "$(ls /usr/share/java/{smali,smali-util,dexlib2,guava,antlr3-runtime,jcommander,failureaccess}.jar 2>/dev/null | paste -sd:)" org.jf.smali.Main assemble --api 29 -o "${name%:*}.dex" "${name#*:}"
    dexdump -c "${name%:*}.dex" >/dev/null
done
