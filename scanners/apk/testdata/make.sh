#!/bin/sh
# Makes the APKs in this folder from src/ with Debian's tools:
#   apt-get install aapt aapt2 zipalign apksigner zip android-framework-res default-jre-headless openssl python3
# The key in keys/ is ours, made for these files only; it protects nothing. Without it a new one is made, and
# the signer in the golden files changes. Afterwards: go test ./scanners/apk -update
set -eu
cd "$(dirname "$0")"
framework=/usr/share/android-framework-res/framework-res.apk
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

mkdir -p keys
if [ ! -f keys/test.pk8 ]; then
	openssl req -x509 -newkey rsa:2048 -nodes -days 10950 -subj '/C=BE/O=Example/CN=Scanner Tests' \
		-keyout "$tmp/key.pem" -out keys/test.x509.pem
	openssl pkcs8 -topk8 -nocrypt -outform DER -in "$tmp/key.pem" -out keys/test.pk8
fi

# An empty but well-formed DEX file.
python3 - "$tmp/classes.dex" <<'PY'
import hashlib, struct, sys, zlib
mapping = struct.pack('<I', 2) + struct.pack('<HHII', 0, 0, 1, 0) + struct.pack('<HHII', 0x1000, 0, 1, 112)
head = struct.pack('<IIIIII', 112 + len(mapping), 112, 0x12345678, 0, 0, 112) + b'\0' * 48 + struct.pack('<II', len(mapping), 112)
body = head + mapping
sha = hashlib.sha1(body).digest()
open(sys.argv[1], 'wb').write(b'dex\n035\0' + struct.pack('<I', zlib.adler32(sha + body)) + sha + body)
PY

# build NAME SOURCE: an aligned, unsigned APK in $tmp/NAME.apk
build() {
	resources=
	if [ -d "src/$2/res" ]; then
		aapt2 compile --dir "src/$2/res" -o "$tmp/$1.zip"
		resources="$tmp/$1.zip"
	fi
	aapt2 link -I "$framework" --manifest "src/$2/AndroidManifest.xml" -o "$tmp/$1.raw" $resources
}
pack() {
	(cd "$tmp" && TZ=UTC touch -d '2020-01-01' classes.dex && zip -q -X "$1.raw" classes.dex)
}
align() { zipalign -f 4 "$tmp/$1.raw" "$tmp/$1.apk"; }
# sign NAME OUT SCHEMES…
sign() {
	in=$1 out=$2
	shift 2
	apksigner sign --key keys/test.pk8 --cert keys/test.x509.pem --v4-signing-enabled false "$@" --in "$tmp/$in.apk" --out "$out"
}

build plain plain && pack plain && align plain
cp "$tmp/plain.apk" unsigned.apk
sign plain plain.apk --v1-signing-enabled true --v2-signing-enabled true --v3-signing-enabled true
sign plain v1.apk --v1-signing-enabled true --v2-signing-enabled false --v3-signing-enabled false
sign plain v2.apk --min-sdk-version 24 --v1-signing-enabled false --v2-signing-enabled true --v3-signing-enabled false

mkdir -p split
build base split/base && pack base && align base && sign base split/base.apk
build config split/config
mkdir -p "$tmp/lib/arm64-v8a" && printf '\177ELF' > "$tmp/lib/arm64-v8a/libvotes.so"
(cd "$tmp" && TZ=UTC touch -d '2020-01-01' lib/arm64-v8a/libvotes.so && zip -q -X config.raw lib/arm64-v8a/libvotes.so)
align config && sign config split/split_config.arm64_v8a.apk

build clone clone && pack clone && align clone && sign clone clone.apk

# A label with terminal escapes, a right-to-left override, a line break and 10,000 characters.
mkdir -p src/hostile/res/values
python3 - <<'PY' > src/hostile/res/values/strings.xml
print('<?xml version="1.0" encoding="utf-8"?>\n<resources>\n  <string name="app_name">\\u001b[31mBank\\u001b[0m\\n\\u202egpj.exe' + 'A' * 10000 + '</string>\n</resources>')
PY
build hostile hostile && pack hostile && align hostile && sign hostile hostile.apk

# An App Bundle: the base and a module, with manifests and resources as messages.
# module NAME SOURCE: the folder NAME of the bundle
module() {
	resources=
	if [ -d "src/$2/res" ]; then
		aapt2 compile --dir "src/$2/res" -o "$tmp/$1.zip"
		resources="$tmp/$1.zip"
	fi
	aapt2 link --proto-format -I "$framework" --manifest "src/$2/AndroidManifest.xml" -o "$tmp/$1.proto" $resources
	mkdir -p "$tmp/aab/$1/manifest" "$tmp/aab/$1/dex"
	(cd "$tmp/aab/$1" && unzip -q "$tmp/$1.proto" && mv AndroidManifest.xml manifest/ && cp "$tmp/classes.dex" dex/)
}
rm -f votes.aab
module base split/base
module extra split/config
printf '\n\010\022\0061.15.6' > "$tmp/aab/BundleConfig.pb"
mkdir -p "$tmp/aab/base/lib/arm64-v8a" "$tmp/aab/base/root/META-INF"
printf '\177ELF' > "$tmp/aab/base/lib/arm64-v8a/libvotes.so"
printf '1.13.1\n' > "$tmp/aab/base/root/META-INF/androidx.core_core.version"
find "$tmp/aab" -exec touch -d '2020-01-01 UTC' {} +
(cd "$tmp/aab" && TZ=UTC find . -type f | LC_ALL=C sort | TZ=UTC zip -q -X "$OLDPWD/votes.aab" -@)

# The same set as one archive, compressed as bundletool does and stored as XAPK tools do.
rm -f votes.apks votes.xapk
mkdir -p "$tmp/apks/splits" "$tmp/xapk"
cp split/base.apk "$tmp/apks/splits/base-master.apk"
cp split/split_config.arm64_v8a.apk "$tmp/apks/splits/base-arm64_v8a.apk"
printf '' > "$tmp/apks/toc.pb"
cp split/base.apk "$tmp/xapk/eu.example.votes.apk"
cp split/split_config.arm64_v8a.apk "$tmp/xapk/config.arm64_v8a.apk"
printf '{"xapk_version":2,"package_name":"eu.example.votes","name":"Votes","version_code":"7"}' > "$tmp/xapk/manifest.json"
find "$tmp/apks" "$tmp/xapk" -exec touch -d '2020-01-01 UTC' {} +
here=$PWD
(cd "$tmp/apks" && TZ=UTC zip -q -X "$here/votes.apks" toc.pb splits/base-master.apk splits/base-arm64_v8a.apk)
(cd "$tmp/xapk" && TZ=UTC zip -q -X -0 "$here/votes.xapk" manifest.json config.arm64_v8a.apk eu.example.votes.apk)
