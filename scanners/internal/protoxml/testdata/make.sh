#!/bin/sh
# Makes the files in this folder with Debian's aapt2: a manifest, its resource table and a network security
# configuration in the form that app bundles hold them in, and the same in the form of APKs to compare with.
set -eu
cd "$(dirname "$0")"
framework=/usr/share/android-framework-res/framework-res.apk
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
aapt2 compile --dir src/res -o "$tmp/res.zip"
aapt2 link -I "$framework" --manifest src/AndroidManifest.xml -o "$tmp/binary.apk" "$tmp/res.zip"
aapt2 link -I "$framework" --proto-format --manifest src/AndroidManifest.xml -o "$tmp/proto.apk" "$tmp/res.zip"
for form in binary proto; do
	rm -rf "$form"
	mkdir "$form"
	unzip -q -o "$tmp/$form.apk" -d "$form"
done
printf '\012\010\022\0061.17.0\040\001' > BundleConfig.pb
