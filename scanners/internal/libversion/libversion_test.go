package libversion

import (
	"archive/zip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	for _, c := range []struct{ name, content, want string }{
		{"META-INF/androidx.core_core.version", "1.9.0\n", "pkg:maven/androidx.core/core@1.9.0"},
		{"META-INF/androidx.lifecycle_lifecycle-livedata-core.version", "2.5.1\n", "pkg:maven/androidx.lifecycle/lifecycle-livedata-core@2.5.1"},
		{"META-INF/androidx.annotation_annotation-experimental.version", "1.3.0\n", "pkg:maven/androidx.annotation/annotation-experimental@1.3.0"},
		{"META-INF/androidx.test.uiautomator_uiautomator.version", "2.3.0\n", "pkg:maven/androidx.test.uiautomator/uiautomator@2.3.0"},
		{"META-INF/com.android.support_recyclerview-v7.version", "27.0.2\n", "pkg:maven/com.android.support/recyclerview-v7@27.0.2"},
		{"META-INF/android.arch.lifecycle_runtime.version", "1.0.3\n", "pkg:maven/android.arch.lifecycle/runtime@1.0.3"},
		{"META-INF/com.google.android.material_material.version", "1.12.0-beta01", "pkg:maven/com.google.android.material/material@1.12.0-beta01"},
		{"META-INF/kotlinx_coroutines_core.version", "1.8.1", "pkg:maven/org.jetbrains.kotlinx/kotlinx-coroutines-core@1.8.1"},
		{"META-INF/kotlinx_coroutines_android.version", "1.7.3", "pkg:maven/org.jetbrains.kotlinx/kotlinx-coroutines-android@1.7.3"},
		{"META-INF/kotlin-stdlib.kotlin_module", "\x00\x00\x00\x03", "pkg:maven/org.jetbrains.kotlin/kotlin-stdlib"},
		{"META-INF/maven/com.squareup.okio/okio/pom.properties", "#Created by Maven\nversion=1.17.2\ngroupId=com.squareup.okio\nartifactId=okio\n", "pkg:maven/com.squareup.okio/okio@1.17.2"},
		{"play-services-base.properties", "version=18.9.0\nclient=play-services-base\nplay-services-base_client=18.9.0\n", "pkg:maven/com.google.android.gms/play-services-base@18.9.0"},
		{"firebase-common.properties", "version=20.3.3\r\nclient=firebase-common\r\n", "pkg:maven/com.google.firebase/firebase-common@20.3.3"},
		{"billing.properties", "version=6.0.1\nclient=billing\nbilling_client=6.0.1\n", "pkg:maven/com.android.billingclient/billing@6.0.1"},

		{"META-INF/androidx.compose.ui_ui.version", "task ':compose:ui:ui:writeVersionFile' property 'version'", ""},
		{"META-INF/androidx.core_core.version", "", ""},
		{"META-INF/androidx.core_core.version", "unspecified", ""},
		{"META-INF/androidx.core_.version", "1.0", ""},
		{"META-INF/library.version", "1.0", ""},
		{"META-INF/a.b_../../c.version", "1.0", ""},
		{"META-INF/app_release.kotlin_module", "", ""},
		{"META-INF/maven/g/a/pom.properties", "version=${project.version}\ngroupId=g\nartifactId=a\n", ""},
		{"META-INF/maven/g/a/pom.properties", "version=1\nartifactId=a\n", ""},
		{"play-services-base.properties", "version=18.9.0\n", ""},
		{"play-services-base.properties", strings.Repeat("#\n", MaxFile), ""},
		{"plugin.properties", "version=1\nclient=plugin", ""},
		{"META-INF/com/android/build/gradle/app-metadata.properties", "appMetadataVersion=1.1\nandroidGradlePluginVersion=8.0.2\n", ""},
	} {
		got, err := Read(c.name, []byte(c.content))
		if got.PURL != c.want || (c.want == "") != errors.Is(err, ErrRefused) || c.want != "" && got.File != c.name {
			t.Errorf("%s %.80q: %q, %v; want %q", c.name, c.content, got.PURL, err, c.want)
		}
	}
}

func TestWants(t *testing.T) {
	for name, want := range map[string]bool{
		"META-INF/androidx.core_core.version": true, "META-INF/maven/g/a/pom.properties": true, "firebase-common.properties": true, "META-INF/x.kotlin_module": true,
		"META-INF/maven/g/a/pom.xml": false, "assets/META-INF/a.b_c.version": false, "app.properties": false, "META-INF/MANIFEST.MF": false,
		"META-INF/com/android/build/gradle/app-metadata.properties": false, "res/firebase-common.properties": false,
	} {
		if Wants(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}

// Every version file of the real apps names a library; none of them holds garbage.
func TestCorpus(t *testing.T) {
	apks, _ := filepath.Glob("../../../../shared/corpus/apks/npm/*/*/*/*.apk")
	if len(apks) == 0 {
		t.Skip("the corpus is not here: shared/corpus/apks/npm")
	}
	read := 0
	for _, apk := range apks {
		archive, err := zip.OpenReader(apk)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.File {
			if !strings.HasSuffix(f.Name, ".version") && !Wants(f.Name) {
				continue
			}
			found, err := Read(f.Name, content(t, f))
			if err != nil || found.Version == "" {
				t.Errorf("%s: %s: %v, %v", filepath.Base(apk), f.Name, found, err)
			}
			read++
		}
		archive.Close()
	}
	if read < 30 {
		t.Errorf("only %d files", read)
	}
}

func content(t *testing.T, f *zip.File) []byte {
	t.Helper()
	r, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, MaxFile))
	if err != nil && !errors.Is(err, os.ErrClosed) {
		t.Fatal(err)
	}
	return b
}

func FuzzRead(f *testing.F) {
	f.Add("META-INF/androidx.core_core.version", []byte("1.9.0\n"))
	f.Add("META-INF/maven/g/a/pom.properties", []byte("version=1.17.2\ngroupId=com.squareup.okio\nartifactId=okio\n"))
	f.Add("play-services-base.properties", []byte("version=18.9.0\nclient=play-services-base\n"))
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		got, err := Read(name, content)
		if (err == nil) != (got.PURL != "") || err == nil && !Wants(name) || strings.ContainsAny(got.PURL, " \n\"'") {
			t.Errorf("%q %q: %+v, %v", name, content, got, err)
		}
	})
}
